package oracle

import (
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// add is the day n grains later.
func (d day) add(n int, by metrics.Grain) day {
	switch by {
	case metrics.Week:
		return d + day(7*n)
	case metrics.Month:
		return d.addMonths(n)
	case metrics.Quarter:
		return d.addMonths(3 * n)
	case metrics.Year:
		return d.addMonths(12 * n)
	}
	return d + day(n)
}

// shift is the period or stretch n grains earlier: a period that has the grain for a
// part moves as a whole, others with both ends.
func (c *calendar) shift(p period, n int, by metrics.Grain) (period, bool) {
	own, along := c.isBlock(p.grain), c.isBlock(by)
	switch {
	case own && by == p.grain:
		return c.earlierPeriod(p, n)
	case own && by == metrics.Year:
		return c.sameInYear(p, n)
	case along:
		return c.alongBlock(p, n, by)
	case by == metrics.Hour && p.grain == metrics.Hour:
		return c.hourOf(p.start.Add(-time.Duration(n) * time.Hour)), true
	case by == metrics.Hour:
		return c.instants(p.start.Add(-time.Duration(n)*time.Hour), p.til.Add(-time.Duration(n)*time.Hour)), true
	case p.grain == metrics.Hour:
		return c.sameHour(p, n, by)
	case p.grain == metrics.Week && by == metrics.Year:
		return c.weekOfYear(p, n), true
	case p.grain == metrics.Day:
		q := c.of(p.grain, p.first.add(-n, by))
		return q, q.start.Before(q.til)
	}
	q := c.instants(c.earlierStart(p.start, n, by), c.earlierEnd(p.til, n, by))
	if p.grain == metrics.NoGrain || q.clocked || !c.has(p.grain, q.first) {
		return q, q.start.Before(q.til)
	}
	if whole := c.of(p.grain, q.first); whole.first == q.first && whole.end == q.end {
		q.grain = p.grain
	}
	return q, q.start.Before(q.til)
}

// sameHour is the hour of the same clock time of another day, the first of two.
func (c *calendar) sameHour(p period, n int, by metrics.Grain) (period, bool) {
	hours := c.sameHours(p.hour.day.add(-n, by), p.hour.hour)
	if len(hours) == 0 {
		return period{}, false
	}
	return hours[0], true
}

// weekOfYear walks back to the year n years before, and in it to the week of the
// same number or the last.
func (c *calendar) weekOfYear(p period, n int) period {
	year, number := c.weekNumber(p)
	q := p
	for {
		q = c.of(metrics.Week, q.first-1)
		if y, m := c.weekNumber(q); y == year-n && m <= number {
			return q
		}
	}
}

// later is the instant a span later along the calendar: at the clock time of another
// day, or where clocks go on that skip it. Where a day starts, another does.
func (c *calendar) later(t time.Time, s metrics.Span) time.Time {
	if s.Unit == metrics.Hour {
		return t.Add(time.Duration(s.N) * time.Hour)
	}
	d := c.dayAt(t)
	moved := d.add(s.N, s.Unit)
	at, clock := c.startOf(moved), c.clock(t.Truncate(step))
	for !t.Equal(c.startOf(d)) && c.dayAt(at) == moved && c.clock(at) < clock {
		at = at.Add(step)
	}
	if c.clock(at) != clock {
		return at
	}
	return at.Add(t.Sub(t.Truncate(step)))
}

// clock is the time of day that clocks show.
func (c *calendar) clock(t time.Time) time.Duration {
	l := t.In(c.zone)
	return time.Duration(l.Hour())*time.Hour + time.Duration(l.Minute())*time.Minute
}

// earlierStart is the start of a stretch n grains earlier, as far behind the start of
// its day as it was.
func (c *calendar) earlierStart(t time.Time, n int, by metrics.Grain) time.Time {
	d := c.dayAt(t)
	return c.startOf(d.add(-n, by)).Add(t.Sub(c.startOf(d)))
}

// earlierEnd is the end of a stretch n grains earlier. What ends before a day that
// the other month doesn't have ends there with the month.
func (c *calendar) earlierEnd(til time.Time, n int, by metrics.Grain) time.Time {
	if by == metrics.Hour {
		return til.Add(-time.Duration(n) * time.Hour)
	}
	d := c.dayAt(til)
	moved := d.add(-n, by)
	if by != metrics.Day && by != metrics.Week && moved.dayOfMonth() < d.dayOfMonth() {
		moved++
	}
	return c.startOf(moved).Add(til.Sub(c.startOf(d)))
}
