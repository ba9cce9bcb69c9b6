package runtime

import (
	"fmt"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// kept is the stretch of periods that apply keeps current, both included.
type kept struct {
	some     bool // whether there are any: the zero time is a period's start as any other
	from, to metrics.Period
	data     time.Time // the end of the last day with data, for as-of to be held against
}

func (k kept) empty() bool { return !k.some || k.to.Start.Before(k.from.Start) }

// rangeKey is what a range depends on beside the data; many KPIs share one.
type rangeKey struct {
	grain   metrics.Grain
	sources string
	time    string
}

// rangeOf is what apply keeps of a KPI by a grain: from its first data on, but not
// what ended before history, up to the last period that began before as-of.
func (w *work) rangeOf(p *Project, k *metrics.KPI, g metrics.Grain) kept {
	key := rangeKey{grain: g, sources: fmt.Sprint(k.Sources)}
	if k.Time != nil {
		key.time = k.Time.Source + "." + k.Time.Column
	}
	if r, known := w.ranges[key]; known {
		return r
	}
	first, last, some := w.days(p, k)
	r := kept{some: some && first.Before(p.AsOf)}
	if r.some {
		start := first
		if h := p.Model.Project.History; !h.IsZero() {
			if oldest := p.shiftInstant(p.AsOf, -h.N, h.Unit); oldest.After(start) {
				start = oldest
			}
		}
		end := p.AsOf.Add(-time.Nanosecond)
		r.from, r.to, r.data = p.Calendar.Of(g, start), p.Calendar.Of(g, end), last
	}
	w.ranges[key] = r
	return r
}

// days is the first day with data of any source of a KPI, and the end of the last,
// if there are any.
func (w *work) days(p *Project, k *metrics.KPI) (first, end time.Time, some bool) {
	for _, name := range k.Sources {
		s := p.Model.Source(name)
		column := s.Time
		if k.Time != nil && k.Time.Source == name && len(k.Time.Path) == 0 {
			column = k.Time.Column
		}
		stats := w.sources[name].Statistics.Columns[column]
		from, to := stats.FirstDay, stats.LastDay
		if s.Covered != nil && column == s.Time {
			from, to = s.Covered.From, s.Covered.To
		}
		start, err := p.Calendar.Parse(from)
		if err != nil {
			continue // no rows, or no time
		}
		if !some || start.Start.Before(first) {
			first, some = start.Start, true
		}
		if stop, err := p.Calendar.Parse(to); err == nil && stop.End.After(end) {
			end = stop.End
		}
	}
	return first, end, some
}

// shiftInstant moves an instant along the calendar.
func (p *Project) shiftInstant(t time.Time, n int, unit metrics.Grain) time.Time {
	moved, ok := p.Calendar.Shift(metrics.Period{Start: t, End: t.Add(time.Hour)}, n, unit)
	if !ok {
		return t
	}
	return moved.Start
}

// lagOf is the largest lag of a KPI and those below it.
func (p *Project) lagOf(k *metrics.KPI) time.Duration {
	longest := time.Duration(0)
	if !k.Lag.IsZero() {
		longest = p.shiftInstant(p.AsOf, k.Lag.N, k.Lag.Unit).Sub(p.AsOf)
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
// when as-of hides rows and moves.
func (w *work) settled(p *Project, k *metrics.KPI, g metrics.Grain, lag time.Duration) string {
	r := w.rangeOf(p, k, g)
	if r.empty() {
		return string(g)
	}
	final := p.Calendar.Of(g, p.AsOf.Add(-lag))
	ended := !r.to.End.After(p.AsOf)
	seen := ""
	if p.AsOf.Before(r.data) {
		seen = p.AsOf.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(g, r.from.Start.Unix(), r.to.Start.Unix(), ended, final.Start.Unix(), seen)
}
