package oracle

import (
	"fmt"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// day is a day of the civil calendar: days since 1970-01-01.
type day int

func dayOf(y int, m time.Month, d int) day {
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return day((t.Unix() - int64(t.Second())) / (24 * 60 * 60))
}

func (d day) civil() time.Time { return time.Date(1970, 1, 1+int(d), 0, 0, 0, 0, time.UTC) }

func (d day) year() int { return d.civil().Year() }

func (d day) month() time.Month { return d.civil().Month() }

func (d day) dayOfMonth() int { return d.civil().Day() }

func (d day) weekday() time.Weekday { return d.civil().Weekday() }

func (d day) String() string { return d.civil().Format(time.DateOnly) }

// addMonths is the same day of another month, or the last of a month too short.
func (d day) addMonths(n int) day {
	moved := dayOf(d.year(), d.month()+time.Month(n), 1)
	for i := 1; i < d.dayOfMonth() && (moved+1).dayOfMonth() > 1; i++ {
		moved++
	}
	return moved
}

// period is a stretch of days, or an hour.
type period struct {
	grain      metrics.Grain
	first, end day       // the days from first to before end
	start, til time.Time // the instants from start to before til
	hour       hour      // of an hour
	clocked    bool      // it does not begin and end with days
}

// hour is what instants of an hour have in common: local date, hour and offset.
type hour struct {
	day          day
	hour, offset int
}

func (p period) same(q period) bool {
	return p.grain == q.grain && p.start.Equal(q.start) && p.til.Equal(q.til)
}

// calendar finds periods by walking.
type calendar struct {
	zone      *time.Location
	weekStart time.Weekday
	fiscal    time.Month // in which years start
	starts    map[day]time.Time
	blocks    map[metrics.Grain]block
}

func newCalendar(p metrics.Project) (*calendar, error) {
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil {
		return nil, err
	}
	return &calendar{zone: zone, weekStart: p.WeekStart, fiscal: p.FiscalYearStart, starts: map[day]time.Time{}, blocks: map[metrics.Grain]block{}}, nil
}

// dayAt is the local date of an instant.
func (c *calendar) dayAt(t time.Time) day {
	l := t.In(c.zone)
	return dayOf(l.Year(), l.Month(), l.Day())
}

func (c *calendar) hourAt(t time.Time) hour {
	l := t.In(c.zone)
	_, offset := l.Zone()
	return hour{c.dayAt(t), l.Hour(), offset}
}

// step is how far the walks through instants go at once: offsets of zones, and the
// changes of their clocks, are whole quarters of an hour.
const step = 15 * time.Minute

// startOf is the first instant that has the local date d or a later one.
func (c *calendar) startOf(d day) time.Time {
	if t, known := c.starts[d]; known {
		return t
	}
	t := d.civil().Add(-16 * time.Hour)
	for c.dayAt(t) < d {
		t = t.Add(step)
	}
	c.starts[d] = t
	return t
}

// begins tells whether a period of a grain begins on a day.
func (c *calendar) begins(g metrics.Grain, d day) bool {
	if b, named := c.blocks[g]; named {
		return b.begins(d)
	}
	months := (int(d.month()) - int(c.fiscal) + 12) % 12
	switch g {
	case metrics.Week:
		return d.weekday() == c.weekStart
	case metrics.Month:
		return d.dayOfMonth() == 1
	case metrics.Quarter:
		return d.dayOfMonth() == 1 && months%3 == 0
	case metrics.Year:
		return d.dayOfMonth() == 1 && months == 0
	}
	return true
}

// of is the period of days in which a day lies; the grain has one there.
func (c *calendar) of(g metrics.Grain, d day) period {
	first, end := d, d+1
	for !c.begins(g, first) {
		first--
	}
	for !c.begins(g, end) {
		end++
	}
	return c.stretch(g, first, end)
}

func (c *calendar) stretch(g metrics.Grain, first, end day) period {
	return period{grain: g, first: first, end: end, start: c.startOf(first), til: c.startOf(end)}
}

// hourOf is the hour in which an instant lies.
func (c *calendar) hourOf(t time.Time) period {
	h := c.hourAt(t)
	start := t.Truncate(step)
	for c.hourAt(start.Add(-step)) == h {
		start = start.Add(-step)
	}
	til := start
	for c.hourAt(til) == h {
		til = til.Add(step)
	}
	return period{grain: metrics.Hour, first: h.day, end: h.day + 1, start: start, til: til, hour: h}
}

// at is the period in which an instant lies.
func (c *calendar) at(g metrics.Grain, t time.Time) period {
	if g == metrics.Hour {
		return c.hourOf(t)
	}
	return c.of(g, c.dayAt(t))
}

// before is the period that ends where p starts.
func (c *calendar) before(p period) period { return c.at(p.grain, p.start.Add(-time.Second)) }

// between are the periods that share an instant with a stretch.
func (c *calendar) between(g metrics.Grain, from, til time.Time) []period {
	var all []period
	for t := from; t.Before(til); {
		if d := c.dayAt(t); !c.has(g, d) {
			t = c.startOf(d + 1)
			continue
		}
		p := c.at(g, t)
		all = append(all, p)
		t = p.til
	}
	return all
}

// sameHours are the hours of that date and clock time, in order.
func (c *calendar) sameHours(d day, clock int) []period {
	var all []period
	for _, p := range c.between(metrics.Hour, c.startOf(d-1), c.startOf(d+2)) {
		if p.hour.day == d && p.hour.hour == clock {
			all = append(all, p)
		}
	}
	return all
}

// name is how a period is written.
func (c *calendar) name(p period) string {
	if b, named := c.blocks[p.grain]; named {
		return b.labels[p.first]
	}
	switch p.grain {
	case metrics.Hour:
		name := fmt.Sprintf("%sT%02d", p.hour.day, p.hour.hour)
		if len(c.sameHours(p.hour.day, p.hour.hour)) > 1 {
			name += p.start.In(c.zone).Format("-07:00")
		}
		return name
	case metrics.Week:
		year, number := c.weekNumber(p)
		return fmt.Sprintf("%04d-W%02d", year, number)
	case metrics.Month:
		return fmt.Sprintf("%04d-%02d", p.first.year(), p.first.month())
	case metrics.Quarter:
		n := 1
		for y := p.first; !c.begins(metrics.Year, y); y = y.addMonths(-3) {
			n++
		}
		return fmt.Sprintf("%04d-Q%d", c.of(metrics.Year, p.first).endYear(), n)
	case metrics.Year:
		return fmt.Sprintf("%04d", p.endYear())
	}
	return p.first.String()
}

// endYear is the calendar year of the last day.
func (p period) endYear() int { return (p.end - 1).year() }

// weekNumber counts the weeks whose 4th day lies in the year of this one's.
func (c *calendar) weekNumber(p period) (year, number int) {
	year = (p.first + 3).year()
	for d := p.first + 3; d.year() == year; d -= 7 {
		number++
	}
	return year, number
}
