package oracle

import (
	"fmt"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// defaultPeriods is how many periods are shown when no range is given.
const defaultPeriods = 8

// shown are the periods of the answer.
func (q *question) shown(kpis []*metrics.KPI) ([]period, error) {
	var bounds [2]*period
	for i, name := range []string{q.From, q.To} {
		if name != "" {
			p, err := q.cal.periodNamed(q.Grain, name)
			if err != nil {
				return nil, err
			}
			bounds[i] = &p
		}
	}
	from, to := bounds[0], bounds[1]
	end := q.asOf
	if to != nil {
		end = to.til
	}
	switch {
	case len(q.At) > 0:
		return q.namedPeriods()
	case q.Grain == metrics.NoGrain:
		return []period{q.wholeStretch(kpis, from, to)}, nil
	case from != nil && !from.start.Before(end):
		return nil, ErrRefused
	case from != nil:
		return some(q.cal.between(q.Grain, from.start, end))
	}
	n := q.Last
	if n == 0 {
		n = defaultPeriods
	}
	if q.cal.isBlock(q.Grain) {
		return q.lastOfBlock(n, end)
	}
	all := []period{q.cal.at(q.Grain, end.Add(-time.Nanosecond))}
	for len(all) < n {
		all = append([]period{q.cal.before(all[0])}, all...)
	}
	return all, nil
}

// namedPeriods are those in the periods that the request names, in order of time.
func (q *question) namedPeriods() ([]period, error) {
	var all []period
	for _, name := range q.At {
		at, err := q.cal.periodNamed(q.Grain, name)
		if err != nil {
			return nil, err
		}
		for _, p := range q.cal.between(q.Grain, at.start, at.til) {
			all = with(all, p)
		}
	}
	return some(all)
}

// some refuses a range without periods: it lies beyond a calendar block.
func some(all []period) ([]period, error) {
	if len(all) == 0 {
		return nil, ErrRefused
	}
	return all, nil
}

// lastOfBlock are the last n periods of a block that begin before an instant.
func (q *question) lastOfBlock(n int, end time.Time) ([]period, error) {
	var all []period
	for _, p := range q.cal.periods(q.Grain) {
		if p.start.Before(end) {
			all = append(all, p)
		}
	}
	return some(all[max(0, len(all)-n):])
}

// with adds a period to a list without repeats.
func with(all []period, p period) []period {
	for _, have := range all {
		if have.same(p) {
			return all
		}
	}
	return append(all, p)
}

// wholeStretch is the days of a request without a grain.
func (q *question) wholeStretch(kpis []*metrics.KPI, from, to *period) period {
	var lines []timeline
	for _, k := range kpis {
		lines = append(lines, q.timelines(k.Value, k)...)
	}
	first, end := q.coveredDays(lines)
	if from != nil {
		first = q.cal.dayAt(from.start)
	}
	if to != nil {
		end = q.cal.dayAt(to.til.Add(-time.Nanosecond)) + 1
	}
	switch {
	case first < end:
	case to != nil: // one bound alone, beyond what is covered
		first = end - 1
	default:
		end = first + 1
	}
	return q.cal.stretch(metrics.NoGrain, first, end)
}

// coveredDays are those that any of some timelines covers, up to as-of; the last day
// before as-of where there are none.
func (w *World) coveredDays(lines []timeline) (first, end day) {
	last := w.cal.dayAt(w.asOf.Add(-time.Nanosecond))
	found := false
	for _, t := range lines {
		if t.time == nil {
			continue
		}
		for _, c := range w.coverage(t) {
			if !c.from.Before(c.til) || w.cal.dayAt(c.from) > last {
				continue
			}
			a, b := w.cal.dayAt(c.from), min(w.cal.dayAt(c.til.Add(-time.Nanosecond)), last)+1
			if !found {
				first, end, found = a, b, true
			}
			first, end = min(first, a), max(end, b)
		}
	}
	if !found {
		return last, last + 1
	}
	return first, end
}

// settleGrain takes the grain of named periods where none is given.
func (q *question) settleGrain() error {
	if q.Grain != metrics.NoGrain || len(q.At) == 0 {
		return nil
	}
	q.Grain = grainOf(q.At[0])
	for _, name := range q.At {
		if grainOf(name) != q.Grain {
			return fmt.Errorf("periods of different grains")
		}
	}
	return nil
}
