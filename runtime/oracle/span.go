package oracle

import (
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// span is a stretch of time in which rows are looked for.
type span struct {
	period
	// full is from where a source must cover a window for it to have a value.
	full time.Time
	// opens is where the stretch began before it was made to reach back for balances.
	opens time.Time
	// of is the grain of the periods asked for, of which the stretch was made.
	of metrics.Grain
	// endless says that it begins before all data.
	endless bool
}

// move is one step from a stretch of time to another; false where there is none.
// Rows of the future count for sources that are ahead.
type move func(w *World, s span, ahead bool) (span, bool)

// instants is the stretch between two instants: days, where they are starts of days.
func (c *calendar) instants(start, til time.Time) period {
	first, end := c.dayAt(start), c.dayAt(til)
	if c.startOf(first).Equal(start) && c.startOf(end).Equal(til) {
		return period{first: first, end: end, start: start, til: til}
	}
	return period{first: first, end: end + 1, start: start, til: til, clocked: true}
}

// back moves n grains earlier.
func back(n int, by metrics.Grain) move {
	return func(w *World, s span, _ bool) (span, bool) {
		p, ok := w.cal.shift(s.period, n, by)
		s.period = p
		if !s.full.IsZero() {
			s.full = p.start
		}
		return s, ok
	}
}

// window is the n grains that end with the stretch.
func window(n int, by metrics.Grain) move {
	return func(w *World, s span, ahead bool) (span, bool) {
		til := w.capped(s.period, by, ahead)
		start, exists := w.cal.earlierEnd(til, n, by), true
		if w.cal.isBlock(by) {
			start, exists = w.cal.windowFrom(til, n, by)
		}
		return span{period: w.cal.instants(start, til), full: start}, exists
	}
}

// toDate goes from the start of the grain in which the stretch ends: of periods of a
// block that names its years, from the first day that it counts to that year.
func toDate(by metrics.Grain) move {
	return func(w *World, s span, ahead bool) (span, bool) {
		til := w.capped(s.period, by, ahead)
		if years := w.cal.blocks[s.of].years; by == metrics.Year && len(years) > 0 {
			first := w.cal.dayAt(til.Add(-time.Nanosecond))
			if _, known := years[first]; !known {
				return span{}, false
			}
			for years[first-1] == years[first] {
				first--
			}
			return span{period: w.cal.instants(w.cal.startOf(first), til), full: s.full}, true
		}
		if !w.cal.has(by, w.cal.dayAt(til.Add(-time.Nanosecond))) {
			return span{}, false
		}
		return span{period: w.cal.instants(w.cal.at(by, til.Add(-time.Nanosecond)).start, til), full: s.full}, true
	}
}

// always goes from before all data.
func always(w *World, s span, ahead bool) (span, bool) {
	til := w.capped(s.period, metrics.Day, ahead)
	return span{period: w.cal.instants(w.cal.startOf(dayOf(1900, time.January, 1)), til), full: s.full, endless: true}, true
}

// reaching begins a span of time earlier.
func reaching(carry metrics.Span) move {
	return func(w *World, s span, _ bool) (span, bool) {
		start := w.cal.later(s.start, metrics.Span{N: -carry.N, Unit: carry.Unit})
		return span{period: w.cal.instants(start, s.til), full: s.full, opens: s.start, endless: s.endless}, true
	}
}

// capped is where a stretch ends that windows run up to: an open one at the end of
// the day, or hour, in which as-of lies.
func (w *World) capped(p period, by metrics.Grain, ahead bool) time.Time {
	if ahead || !p.start.Before(w.asOf) || !w.asOf.Before(p.til) {
		return p.til
	}
	unit := metrics.Day
	if by == metrics.Hour || p.grain == metrics.Hour {
		unit = metrics.Hour
	}
	if til := w.cal.at(unit, w.asOf.Add(-time.Nanosecond)).til; til.Before(p.til) {
		return til
	}
	return p.til
}
