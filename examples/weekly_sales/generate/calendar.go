package main

import (
	"fmt"
	"time"
)

// Days are counted from 2024-11-11, a Monday, so that day/7 is the week. Times
// are wall-clock times of Asia/Shanghai, which has no summer time, kept in UTC.
var firstDay = time.Date(2024, 11, 11, 0, 0, 0, 0, time.UTC)

// horizon is the day after the last simulated one: the end of 2026-W53, since
// the budget of the whole year is known ahead.
const horizon = 784

func dateOf(day int) string { return timeOf(day).Format(time.DateOnly) }

func timeOf(day int) time.Time { return firstDay.AddDate(0, 0, day) }

func parseDay(s string) (int, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date such as 2026-11-16", s)
	}
	return int(t.Sub(firstDay).Hours()) / 24, nil
}

// mustDay is parseDay for the dates written in this program.
func mustDay(s string) int {
	d, err := parseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// isoWeek is the year and the number of the week of a day.
func isoWeek(day int) (year, week int) { return timeOf(day).ISOWeek() }

// inWeek says whether a day is in one of the weeks from-to of 2026.
func inWeek(day, from, to int) bool {
	y, w := isoWeek(day)
	return y == 2026 && w >= from && w <= to
}

// nightly is when the shops' exports note a change of that day. A whole day's
// changes carry one time, as they do in such systems.
func nightly(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 23, 59, 0, 0, time.UTC)
}

var monthFactor = [13]int64{0, 980, 930, 1000, 1000, 1020, 1030, 970, 970, 1020, 1030, 1050, 1010}

// Weekdays from Monday. Conversion zigzags over the week, so that three falls in
// a row mean something.
var (
	onlineWeekday = [7]int64{960, 970, 980, 990, 1000, 1060, 1040}
	storeWeekday  = [7]int64{800, 800, 850, 880, 1050, 1360, 1260}
	cvrWeekday    = [7]int64{975, 1000, 985, 1010, 990, 1025, 1005}
)

// Double 11 and 618 are the two sales of the year; 10-01 begins a holiday week.
var onlineEvents = map[string]int64{
	"11-01": 1500, "11-09": 1150, "11-10": 1600, "11-11": 2800, "11-12": 900, "11-13": 820, "11-14": 860, "11-15": 900,
	"11-16": 880, "11-17": 880, "11-18": 880, "11-19": 900, "11-20": 900, "11-21": 900, "11-22": 900,
	"06-01": 1400, "06-16": 1200, "06-17": 1500, "06-18": 2500, "06-19": 850, "06-20": 880, "12-12": 1500,
	"10-01": 920, "10-02": 920, "10-03": 920, "10-04": 920, "10-05": 920, "10-06": 920, "10-07": 920,
}

var storeEvents = map[string]int64{
	"11-11": 1300, "06-18": 1200,
	"10-01": 1350, "10-02": 1350, "10-03": 1350, "10-04": 1350, "10-05": 1350, "10-06": 1350, "10-07": 1350,
}

var cvrEvents = map[string]int64{"11-10": 1050, "11-11": 1120, "06-17": 1050, "06-18": 1100}

var newYears = []string{"2025-01-29", "2026-02-17"}

// springFestival is how deep a day stands in the holiday: 0 not at all, 1 at its
// edge, 2 within it, when parcels stop and the shops are shut.
func springFestival(day int) int {
	for _, s := range newYears {
		switch off := day - mustDay(s); {
		case off >= -4 && off <= 6:
			return 2
		case off >= -7 && off <= 9:
			return 1
		}
	}
	return 0
}

// season is the factor of a day's orders, in thousandths.
func season(day int, online bool) int64 {
	t := timeOf(day)
	weekday, events, dip := storeWeekday, storeEvents, [3]int64{1000, 850, 550}
	if online {
		weekday, events, dip = onlineWeekday, onlineEvents, [3]int64{1000, 750, 450}
	}
	event, ok := events[t.Format("01-02")]
	if !ok {
		event = 1000
	}
	return permille(growth(day), monthFactor[t.Month()], weekday[day%7], event, dip[springFestival(day)])
}

// growth is the company's slow rise.
func growth(day int) int64 { return 900 + int64(day)*250/horizon }

// wave is a slow swing between 1000-height and 1000+height over 26 weeks, at its
// top in the week peak.
func wave(week, peak int, height int64) int64 {
	off := int64((week - peak) % 26)
	if off < 0 {
		off += 26
	}
	if off > 13 {
		off = 26 - off
	}
	return 1000 + height - off*2*height/13
}
