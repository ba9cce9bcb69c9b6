package oracle

import (
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// block is what the source of a calendar block says of each day, and the periods
// that come of it, in order.
type block struct {
	labels, years map[day]string
	periods       []period
}

// readBlocks reads the rows of the sources of calendar blocks: all of them, whatever
// as-of.
func (w *World) readBlocks() {
	for _, b := range w.model.Calendars {
		all := block{labels: map[day]string{}, years: map[day]string{}}
		for _, r := range w.rows(b.Source) {
			if d, ok := r.cells[b.Day].(day); ok {
				all.labels[d], _ = r.cells[b.Period].(string)
				if b.Year != "" {
					all.years[d], _ = r.cells[b.Year].(string)
				}
			}
		}
		w.cal.blocks[b.Grain()] = all // by which periods are found
		days := all.days()
		for i := 0; i < len(days); {
			p := w.cal.of(b.Grain(), days[i])
			all.periods = append(all.periods, p)
			i += int(p.end - p.first)
		}
		w.cal.blocks[b.Grain()] = all
	}
}

// periods are those of a block, nil of another grain.
func (c *calendar) periods(g metrics.Grain) []period { return c.blocks[g].periods }

func (b block) days() []day {
	var days []day
	for d := range b.labels {
		days = append(days, d)
	}
	slices.Sort(days)
	return days
}

// begins tells whether the day before has another label, or none.
func (b block) begins(d day) bool {
	before, known := b.labels[d-1]
	return !known || before != b.labels[d]
}

// has tells whether a day is in a period of a grain.
func (c *calendar) has(g metrics.Grain, d day) bool {
	b, named := c.blocks[g]
	_, known := b.labels[d]
	return !named || known
}

// isBlock tells whether a grain is a calendar block.
func (c *calendar) isBlock(g metrics.Grain) bool {
	_, named := c.blocks[g]
	return named
}

// place is where a period is among those of its block, or -1.
func place(all []period, p period) int {
	return slices.IndexFunc(all, func(q period) bool { return q.start.Equal(p.start) && q.til.Equal(p.til) })
}

// earlierPeriod is the period of a block n places before.
func (c *calendar) earlierPeriod(p period, n int) (period, bool) {
	all := c.periods(p.grain)
	at := place(all, p)
	if at < 0 || at-n < 0 {
		return period{}, false
	}
	return all[at-n], true
}

// sameInYear is the period of a block that stands where p does in the year n before.
func (c *calendar) sameInYear(p period, n int) (period, bool) {
	b, all := c.blocks[p.grain], c.periods(p.grain)
	if place(all, p) < 0 {
		return period{}, false
	}
	if len(b.years) == 0 {
		return nearest(all, p.first.addMonths(-12*n))
	}
	var years []string
	byYear := map[string][]period{}
	for _, q := range all {
		year := b.years[q.first]
		if len(byYear[year]) == 0 {
			years = append(years, year)
		}
		byYear[year] = append(byYear[year], q)
	}
	own := b.years[p.first]
	at := slices.Index(years, own) - n
	if at < 0 {
		return period{}, false
	}
	there := byYear[years[at]]
	return there[min(place(byYear[own], p), len(there)-1)], true
}

// nearest is the period that starts nearest to a day, the earlier of two; none where
// the first one known is more than half its length away.
func nearest(all []period, d day) (period, bool) {
	first := all[0]
	if 2*(first.first-d) > first.end-first.first {
		return period{}, false
	}
	best := first
	for _, p := range all {
		if away(p.first, d) < away(best.first, d) {
			best = p
		}
	}
	if away(all[len(all)-1].end, d) < away(best.first, d) {
		return period{}, false // nearer to the one that would follow
	}
	return best, true
}

func away(a, b day) day { return max(a-b, b-a) }

// earlierDay is the day of the same place in the period of a block n before, or that
// period's last.
func (c *calendar) earlierDay(d day, n int, by metrics.Grain) (day, bool) {
	if !c.has(by, d) {
		return 0, false
	}
	p := c.of(by, d)
	q, ok := c.earlierPeriod(p, n)
	return min(q.first+d-p.first, q.end-1), ok
}

// alongBlock moves days, or an hour, by periods of a block.
func (c *calendar) alongBlock(p period, n int, by metrics.Grain) (period, bool) {
	if p.grain == metrics.Hour {
		d, ok := c.earlierDay(p.hour.day, n, by)
		if !ok {
			return period{}, false
		}
		hours := c.sameHours(d, p.hour.hour)
		if len(hours) == 0 {
			return period{}, false
		}
		return hours[0], true
	}
	last := c.dayAt(p.til.Add(-time.Nanosecond))
	from, ok := c.earlierDay(c.dayAt(p.start), n, by)
	to, also := c.earlierDay(last, n, by)
	if !ok || !also {
		return period{}, false
	}
	if whole := c.of(by, last); p.grain == metrics.NoGrain && whole.til.Equal(p.til) {
		q, _ := c.earlierPeriod(whole, n)
		to = q.end - 1
	}
	q := c.stretch(p.grain, from, to+1)
	return q, q.start.Before(q.til)
}

// windowFrom is where a window of n periods of a block starts.
func (c *calendar) windowFrom(til time.Time, n int, by metrics.Grain) (time.Time, bool) {
	last := c.dayAt(til.Add(-time.Nanosecond))
	if c.has(by, last) {
		if p := c.of(by, last); p.til.Equal(til) {
			q, ok := c.earlierPeriod(p, n-1)
			return q.start, ok
		}
	}
	d, ok := c.earlierDay(last, n, by)
	return c.startOf(d + 1), ok
}
