package sqlgen

import (
	"sync"
	"time"
)

// Where clocks show a local time twice, the first instant is meant, as everywhere; engines
// take the later. Where they skip it, it is as long after the last one before.

// instantOf is the instant of a local time. No clock goes back for longer than three hours.
func (p expressions) instantOf(local string) string {
	later := p.dialect.instant(p.Zone, local)
	if p.Zone == "UTC" {
		return later
	}
	first := p.dialect.instant(p.Zone, local+" - INTERVAL 3 HOUR") + " + INTERVAL 3 HOUR"
	return "CASE WHEN " + p.dialect.localTime(p.Zone, first) + " = " + local + " THEN " + first + " ELSE " + later + " END"
}

// dayStart is the first instant of a day.
func (p expressions) dayStart(day string) string {
	midnight := "CAST(" + day + " AS TIMESTAMP)"
	if showsMidnightTwice(p.Zone) {
		return p.instantOf(midnight)
	}
	return p.dialect.instant(p.Zone, midnight)
}

var midnightTwice sync.Map // by the name of a zone

// showsMidnightTwice tells whether clocks of a zone go back over a midnight, as they do in
// few.
func showsMidnightTwice(zone string) bool {
	if known, ok := midnightTwice.Load(zone); ok {
		return known.(bool)
	}
	twice := false
	if location, err := time.LoadLocation(zone); err == nil {
		for day := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2050 && !twice; day = day.AddDate(0, 0, 1) {
			_, before := day.Add(-18 * time.Hour).In(location).Zone()
			_, after := day.Add(18 * time.Hour).In(location).Zone()
			a, b := day.Add(-time.Duration(before)*time.Second), day.Add(-time.Duration(after)*time.Second)
			twice = after < before && isMidnight(a.In(location)) && isMidnight(b.In(location))
		}
	}
	midnightTwice.Store(zone, twice)
	return twice
}

func isMidnight(t time.Time) bool {
	hour, minute, second := t.Clock()
	return hour == 0 && minute == 0 && second == 0
}
