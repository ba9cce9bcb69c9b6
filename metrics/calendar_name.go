package metrics

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Name returns the name of a period: 2017-10-05T14, 2017-10-05, 2017-W40,
// 2017-10, 2017-Q4, 2017. An hour that clocks repeat carries its offset:
// 2026-11-01T01-04:00. Quarters and years are named by the calendar year they end
// in. A period of a calendar block is named by its label. A stretch that is no period
// is named by its ends: 2017-10-05..2017-10-11.
func (c *Calendar) Name(p Period) string {
	if p.Grain == NoGrain || !c.Of(p.Grain, p.Start).Equal(p) {
		return c.stretchName(p)
	}
	if n := c.named[p.Grain]; n != nil {
		i, _ := n.index(p)
		return n.labels[i]
	}
	d := c.dayOf(p.Start)
	y, m, _ := d.date()
	switch p.Grain {
	case Hour:
		return c.hourName(p)
	case Week:
		year, number := weekName(d)
		return fmt.Sprintf("%04d-W%02d", year, number)
	case Month:
		return fmt.Sprintf("%04d-%02d", y, m)
	case Quarter:
		return fmt.Sprintf("%04d-Q%d", c.fiscalYear(y, m), c.monthOfYear(m)/3+1)
	case Year:
		return fmt.Sprintf("%04d", c.fiscalYear(y, m))
	}
	return d.String()
}

// fiscalYear is the calendar year in which the fiscal year of a month ends.
func (c *Calendar) fiscalYear(y int, m time.Month) int {
	if c.fiscalYearStart > time.January && m >= c.fiscalYearStart {
		return y + 1
	}
	return y
}

func (c *Calendar) hourName(p Period) string {
	local := floorTo(c.local(p.Start), secondsPerHour)
	name := time.Unix(local, 0).UTC().Format(hourLayout)
	if len(c.hoursAt(local)) > 1 {
		name += offsetName(p.Start)
	}
	return name
}

const hourLayout = "2006-01-02T15"

// offsetName is the offset of t from UTC; seconds are rare, so they show only
// where there are some.
func offsetName(t time.Time) string {
	return strings.TrimSuffix(t.Format("-07:00:00"), ":00")
}

// stretchName names the first and last day, or the first and last hour where the
// stretch doesn't consist of days.
func (c *Calendar) stretchName(p Period) string {
	finest := Day
	if !c.Of(Day, p.Start).Start.Equal(p.Start) || !c.Of(Day, p.End).Start.Equal(p.End) {
		finest = Hour
	}
	first, last := c.Of(finest, p.Start), c.Of(finest, p.End.Add(-time.Nanosecond))
	if first == last {
		return c.Name(first)
	}
	return c.Name(first) + ".." + c.Name(last)
}

// nameForms are the ways periods are written; each match goes to the reader of
// its grain.
var nameForms = []struct {
	form *regexp.Regexp
	read func(c *Calendar, parts []string) (Period, error)
}{
	{regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)T(\d\d)([+-]\d\d:\d\d(?::\d\d)?)?$`), (*Calendar).readHour},
	{regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)$`), (*Calendar).readDay},
	{regexp.MustCompile(`^(\d{4})-W(\d\d)$`), (*Calendar).readWeek},
	{regexp.MustCompile(`^(\d{4})-(\d\d)$`), (*Calendar).readMonth},
	{regexp.MustCompile(`^(\d{4})-Q(\d)$`), (*Calendar).readQuarter},
	{regexp.MustCompile(`^(\d{4})$`), (*Calendar).readYear},
}

// errNotAPeriod says how periods are written.
var errNotAPeriod = errors.New("a period is written as 2017-10-05T14, 2017-10-05, 2017-W40, 2017-10, 2017-Q4 or 2017")

// Parse returns the period of a name, as Name writes it. The error is a clause
// for people: what is wrong with the name.
func (c *Calendar) Parse(name string) (Period, error) {
	for _, f := range nameForms {
		parts := f.form.FindStringSubmatch(name)
		if parts == nil {
			continue
		}
		if parts[1] == "0000" {
			return Period{}, errors.New("years start at 0001")
		}
		return f.read(c, parts[1:])
	}
	return Period{}, errNotAPeriod
}

// readDate is the day of year, month and day of the month.
func readDate(parts []string) (day, error) {
	t, err := time.Parse(time.DateOnly, strings.Join(parts[:3], "-"))
	if err != nil {
		return 0, fmt.Errorf("the calendar has no day %s", strings.Join(parts[:3], "-"))
	}
	return daysSince1970(t.Unix()), nil
}

// readHour finds the hour among those of that local time.
func (c *Calendar) readHour(parts []string) (Period, error) {
	d, err := readDate(parts)
	if err != nil {
		return Period{}, err
	}
	hour, offset := number(parts[3]), parts[4]
	if hour > 23 {
		return Period{}, fmt.Errorf("a day has no hour %s", parts[3])
	}
	hours := c.hoursAt(int64(d)*secondsPerDay + int64(hour)*secondsPerHour)
	name := d.String() + "T" + parts[3]
	switch {
	case len(hours) == 0:
		return Period{}, fmt.Errorf("clocks in %s skip the hour %s", c.zone, name)
	case offset == "" && len(hours) == 1:
		return hours[0], nil
	case offset == "":
		return Period{}, fmt.Errorf("clocks in %s repeat the hour %s: write %s or %s", c.zone, name, c.Name(hours[0]), c.Name(hours[1]))
	}
	for _, p := range hours {
		if offsetName(p.Start) == offset {
			return p, nil
		}
	}
	return Period{}, fmt.Errorf("the hour %s has the offset %s in %s", name, offsetName(hours[0].Start), c.zone)
}

func (c *Calendar) readDay(parts []string) (Period, error) {
	d, err := readDate(parts)
	if err != nil {
		return Period{}, err
	}
	p := c.days(Day, d, d+1)
	if !p.Start.Before(p.End) {
		return Period{}, fmt.Errorf("calendars in %s skip the day %s", c.zone, d)
	}
	return p, nil
}

func (c *Calendar) readWeek(parts []string) (Period, error) {
	start, ok := c.week(number(parts[0]), number(parts[1]))
	if !ok {
		return Period{}, fmt.Errorf("the year %s has no week %s", parts[0], parts[1])
	}
	return c.days(Week, start, start+7), nil
}

func (c *Calendar) readMonth(parts []string) (Period, error) {
	d, err := readDate([]string{parts[0], parts[1], "01"})
	if err != nil {
		return Period{}, fmt.Errorf("the calendar has no month %s-%s", parts[0], parts[1])
	}
	return c.days(Month, d, d.addMonths(1)), nil
}

func (c *Calendar) readQuarter(parts []string) (Period, error) {
	quarter := number(parts[1])
	if quarter < 1 || quarter > 4 {
		return Period{}, fmt.Errorf("a year has no quarter %s", parts[1])
	}
	d := c.startOfYear(number(parts[0])).addMonths(3 * (quarter - 1))
	return c.days(Quarter, d, d.addMonths(3)), nil
}

func (c *Calendar) readYear(parts []string) (Period, error) {
	d := c.startOfYear(number(parts[0]))
	return c.days(Year, d, d.addMonths(12)), nil
}

// startOfYear is the first day of the fiscal year of that name.
func (c *Calendar) startOfYear(year int) day {
	if c.fiscalYearStart > time.January {
		year--
	}
	return dayNumber(year, c.fiscalYearStart, 1)
}

// number reads digits that a pattern has matched already.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
