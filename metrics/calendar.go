package metrics

import (
	"fmt"
	"time"
	_ "time/tzdata" // the zones, for machines that have none
)

// Calendar knows the periods of a project: its time zone, the day its weeks
// start on and the month its years start in.
//
// A day starts at the first instant whose local time is midnight or later: where
// clocks skip midnight, at the first instant that exists, and where they repeat
// it, at the first of both. So days never overlap and leave no gap.
type Calendar struct {
	zone            *time.Location
	weekStart       time.Weekday
	fiscalYearStart time.Month
	named           map[Grain]*namedPeriods // of calendar blocks, by name
}

// Period is a stretch of time, from Start up to but without End.
type Period struct {
	Grain Grain
	Start time.Time
	End   time.Time
}

// Equal tells whether both are the same stretch of time of one grain.
func (p Period) Equal(q Period) bool {
	return p.Grain == q.Grain && p.Start.Equal(q.Start) && p.End.Equal(q.End)
}

// NewCalendar returns the calendar of a zone whose weeks start on weekStart and
// whose years and quarters start in fiscalYearStart.
func NewCalendar(zone *time.Location, weekStart time.Weekday, fiscalYearStart time.Month) *Calendar {
	return &Calendar{zone: zone, weekStart: weekStart, fiscalYearStart: fiscalYearStart}
}

// LoadZone returns the time zone of an IANA name. "Local" and "" are none:
// numbers must not depend on the machine.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is no IANA time zone", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is no IANA time zone", name)
	}
	return zone, nil
}

// Calendar returns the calendar of the project.
func (p *Project) Calendar() (*Calendar, error) {
	zone, err := LoadZone(p.Timezone)
	if err != nil {
		return nil, err
	}
	return NewCalendar(zone, p.WeekStart, p.FiscalYearStart), nil
}

// Zone returns the time zone of the calendar.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Of returns the period of grain g in which t lies. NoGrain has no periods, and a
// calendar block none outside of its days: the result is the zero Period.
func (c *Calendar) Of(g Grain, t time.Time) Period {
	if g == Hour {
		return c.hourOf(t)
	}
	if n := c.named[g]; n != nil {
		return n.of(t)
	}
	d := c.dayOf(t)
	switch g {
	case Day:
		return c.days(g, d, d+1)
	case Week:
		start := c.weekOf(d)
		return c.days(g, start, start+7)
	case Month:
		y, m, _ := d.date()
		return c.days(g, dayNumber(y, m, 1), dayNumber(y, m+1, 1))
	case Quarter:
		y, m, _ := d.date()
		first := m - c.monthOfYear(m)%3
		return c.days(g, dayNumber(y, first, 1), dayNumber(y, first+3, 1))
	case Year:
		y, m, _ := d.date()
		first := m - c.monthOfYear(m)
		return c.days(g, dayNumber(y, first, 1), dayNumber(y, first+12, 1))
	}
	return Period{}
}

// Next returns the period that follows p; the zero Period where a calendar block
// ends.
func (c *Calendar) Next(p Period) Period { return c.Of(p.Grain, p.End) }

// Between returns the periods of grain g that share an instant with [from, to),
// in order. With NoGrain that is the stretch itself, one period.
func (c *Calendar) Between(g Grain, from, to time.Time) []Period {
	if !from.Before(to) {
		return nil
	}
	if g == NoGrain {
		return []Period{{Start: from.In(c.zone), End: to.In(c.zone)}}
	}
	if n := c.named[g]; n != nil {
		return n.between(from, to)
	}
	var all []Period
	for p := c.Of(g, from); p.Start.Before(to); p = c.Next(p) {
		all = append(all, p)
	}
	return all
}

// StartText is where a period starts, as text that sorts by time: that of published
// values.
func (c *Calendar) StartText(p Period) string {
	if p.Grain == Hour {
		return p.Start.UTC().Format(time.RFC3339)
	}
	return c.Day(p.Start)
}

// Day returns the name of the day in which t lies: 2017-10-05.
func (c *Calendar) Day(t time.Time) string { return c.dayOf(t).String() }

// DayBounds returns the first instant of a day, as Day names it, and that of the
// next. They are one where the zone skipped the day; ok is false for text that names
// none.
func (c *Calendar) DayBounds(name string) (start, end time.Time, ok bool) {
	t, err := time.Parse(time.DateOnly, name)
	if err != nil {
		return start, end, false
	}
	d := daysSince1970(t.Unix())
	return c.startOf(d), c.startOf(d + 1), true
}

// day is a day of the civil calendar: days since 1970-01-01.
type day int64

const secondsPerDay = 24 * 60 * 60

// dayNumber is the day of a date; months and days beyond their range carry over.
func dayNumber(y int, m time.Month, d int) day {
	return daysSince1970(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix())
}

// daysSince1970 is the day in which a second of the civil calendar lies.
func daysSince1970(seconds int64) day {
	return day(floorTo(seconds, secondsPerDay) / secondsPerDay)
}

// floorTo is the largest multiple of step that is not above x.
func floorTo(x, step int64) int64 { return x - ((x%step)+step)%step }

// civil is midnight of the day on a clock that knows no zone.
func (d day) civil() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

func (d day) date() (int, time.Month, int) { return d.civil().Date() }

func (d day) String() string { return d.civil().Format(time.DateOnly) }

// addMonths is the same day of the month n months later; a month that is too
// short gives its last day.
func (d day) addMonths(n int) day {
	y, m, dom := d.date()
	first := dayNumber(y, m+time.Month(n), 1)
	last := dayNumber(y, m+time.Month(n)+1, 1) - 1
	return min(first+day(dom-1), last)
}

// weekOf is the first day of the week in which d lies.
func (c *Calendar) weekOf(d day) day {
	return d - day((d.civil().Weekday()-c.weekStart+7)%7)
}

// weekName is the year and number of the week that starts on d. A week belongs
// to the year of its 4th day.
func weekName(d day) (year, number int) {
	fourth := (d + 3).civil()
	return fourth.Year(), (fourth.YearDay()-1)/7 + 1
}

// week is the first day of a numbered week; ok is false when the year has fewer.
func (c *Calendar) week(year, number int) (start day, ok bool) {
	// 4 January is always in week 1, whatever the first day of weeks.
	start = c.weekOf(dayNumber(year, time.January, 4)) + day(7*(number-1))
	y, n := weekName(start)
	return start, y == year && n == number
}

// monthOfYear counts the months of the fiscal year before m.
func (c *Calendar) monthOfYear(m time.Month) time.Month { return (m - c.fiscalYearStart + 12) % 12 }

// days is the period from the start of one day to the start of another.
func (c *Calendar) days(g Grain, from, to day) Period {
	return Period{Grain: g, Start: c.startOf(from), End: c.startOf(to)}
}

// widestOffset is beyond every zone's distance from UTC in seconds.
const widestOffset = 16 * 60 * 60

// startOf is the first instant of a day. A day that the zone skipped starts with the next.
func (c *Calendar) startOf(d day) time.Time { return c.reaching(int64(d) * secondsPerDay) }

// reaching is the earliest instant whose local time is a second of the civil calendar
// or later.
func (c *Calendar) reaching(local int64) time.Time {
	t := time.Unix(local-widestOffset, 0).In(c.zone)
	for {
		_, offset := t.Zone()
		from, end := t.ZoneBounds()
		at := time.Unix(local-int64(offset), 0).In(c.zone)
		if !from.IsZero() && at.Before(from) {
			at = from
		}
		if end.IsZero() || at.Before(end) {
			return at
		}
		t = end
	}
}

// dayOf is the day in which t lies. It is later than the local date where clocks
// went back over midnight: then the next day has begun already.
func (c *Calendar) dayOf(t time.Time) day {
	d := daysSince1970(c.local(t))
	for !t.Before(c.startOf(d + 1)) {
		d++
	}
	return d
}

// local is the local time of t as seconds of the civil calendar.
func (c *Calendar) local(t time.Time) int64 {
	_, offset := t.In(c.zone).Zone()
	return t.Unix() + int64(offset)
}

const secondsPerHour = 60 * 60

// hourOf is the hour in which t lies: the instants with one local date, hour and
// offset. It is shorter where the clocks change within it.
func (c *Calendar) hourOf(t time.Time) Period {
	t = t.In(c.zone)
	_, offset := t.Zone()
	begin := floorTo(c.local(t), secondsPerHour) - int64(offset)
	p := Period{Grain: Hour, Start: time.Unix(begin, 0).In(c.zone), End: time.Unix(begin+secondsPerHour, 0).In(c.zone)}
	from, end := t.ZoneBounds()
	if !from.IsZero() && p.Start.Before(from) && !sameOffset(from, from.Add(-time.Second)) {
		p.Start = from
	}
	if !end.IsZero() && end.Before(p.End) && !sameOffset(end, end.Add(-time.Second)) {
		p.End = end
	}
	return p
}

func sameOffset(a, b time.Time) bool {
	_, x := a.Zone()
	_, y := b.Zone()
	return x == y
}

// hoursAt returns the hours whose local time starts at a second of the civil
// calendar, in order: none where clocks skip it, two where they repeat it.
func (c *Calendar) hoursAt(local int64) []Period {
	var all []Period
	t := time.Unix(local-widestOffset, 0).In(c.zone)
	for last := time.Unix(local+widestOffset, 0); t.Before(last); {
		_, offset := t.Zone()
		from, end := t.ZoneBounds()
		at := time.Unix(local-int64(offset), 0).In(c.zone)
		if !from.IsZero() && at.Before(from) {
			at = from
		}
		inside := end.IsZero() || at.Before(end)
		if p := c.hourOf(at); inside && floorTo(c.local(at), secondsPerHour) == local && (all == nil || all[len(all)-1] != p) {
			all = append(all, p)
		}
		if end.IsZero() {
			break
		}
		t = end
	}
	return all
}
