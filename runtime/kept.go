package runtime

import (
	"fmt"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// kept is the stretch of periods that apply keeps current, both included.
type kept struct {
	some     bool // whether there are any: the zero time is a period's start as any other
	from, to metrics.Period
	whole    bool      // nothing before it is kept: history doesn't cut it off
	data     time.Time // the end of the last day with data, for as-of to be held against
}

func (k kept) empty() bool { return !k.some || k.to.Start.Before(k.from.Start) }

// rangeKey is what a range depends on beside the data; many KPIs share one.
type rangeKey struct {
	grain metrics.Grain
	times string
}

// rangeOf is what apply keeps of a KPI by a grain: from its first data on, but not
// what ended before history, up to the last period that began before as-of.
func (w *work) rangeOf(p *Project, k *metrics.KPI, g metrics.Grain) kept {
	times := timesOf(p.Model, k)
	key := rangeKey{grain: g, times: fmt.Sprint(times)}
	if r, known := w.ranges[key]; known {
		return r
	}
	first, last, some := w.days(p, times)
	r := kept{some: some && first.Before(p.AsOf), whole: true}
	if r.some {
		start := first
		if h := p.Model.Project.History; !h.IsZero() {
			if oldest := p.Calendar.Later(p.AsOf, h.Neg()); oldest.After(start) {
				start, r.whole = oldest, false
			}
		}
		r.from, r.to = p.Calendar.Ends(g, start, p.AsOf)
		r.data = last
	}
	w.ranges[key] = r
	return r
}

// days is the first day with data by any of the times, and the end of the last,
// if there are any.
func (w *work) days(p *Project, times []rowTime) (first, end time.Time, some bool) {
	for _, t := range times {
		for _, at := range query.TimeOf(p.Model, p.Model.Source(t.source), t.column) {
			start, stop, known := w.daysOf(p, at)
			if !known {
				continue // no rows, or no time
			}
			if !some || start.Before(first) {
				first = start
			}
			if !some || stop.After(end) {
				end = stop
			}
			some = true
		}
	}
	return first, end, some
}

// daysOf is the first day with data by a time column, and the end of the last.
func (w *work) daysOf(p *Project, at *metrics.ColumnRef) (first, end time.Time, known bool) {
	s := p.Model.Source(at.Source)
	stats := w.sources[s.Name].Statistics.Columns[at.Column]
	from, to := stats.FirstDay, stats.LastDay
	if s.Covered != nil && at.Column == s.Time {
		from, to = s.Covered.From, s.Covered.To
	}
	start, errFrom := p.Calendar.Parse(from)
	stop, errTo := p.Calendar.Parse(to)
	return start.Start, stop.End, errFrom == nil && errTo == nil
}

// lagOf is the largest lag of a KPI and those below it.
func (p *Project) lagOf(k *metrics.KPI) time.Duration {
	longest := time.Duration(0)
	if !k.Lag.IsZero() {
		longest = p.Calendar.Later(p.AsOf, k.Lag).Sub(p.AsOf)
	}
	metrics.Walk(k.Value, func(e metrics.Expr) bool {
		if ref, ok := e.(*metrics.KPIRef); ok {
			longest = max(longest, p.lagOf(p.Model.KPI(ref.KPI)))
		}
		return true
	})
	return longest
}

// settled describes how far as-of lets a KPI's periods be settled: it changes
// exactly when a period begins, ends, becomes final or falls out of history, or
// when as-of hides rows, or is named by values, and moves.
func (w *work) settled(p *Project, k *metrics.KPI, g metrics.Grain, lag time.Duration) string {
	r := w.rangeOf(p, k, g)
	if r.empty() {
		return string(g)
	}
	final := p.Calendar.Of(g, p.AsOf.Add(-lag))
	ended := !r.to.End.After(p.AsOf)
	seen := ""
	if p.AsOf.Before(r.data) || p.readsAsOf(k) {
		seen = p.AsOf.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(g, r.from.Start.Unix(), r.to.Start.Unix(), ended, final.Start.Unix(), seen)
}
