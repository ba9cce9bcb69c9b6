package oracle

import (
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// timeline is a source along one of its time columns.
type timeline struct {
	source *metrics.Source
	time   *metrics.ColumnRef // nil: none
	spread bool               // along the days of what its rows stand for
}

func (t timeline) key() string {
	switch {
	case t.time == nil:
		return t.source.Name
	case t.spread:
		return nameOf(t.time) + " by day"
	}
	return nameOf(t.time)
}

// timelineOf is the one that an aggregate of a KPI runs along.
func (w *World) timelineOf(a *metrics.Aggregate, k *metrics.KPI) timeline {
	s := w.model.Source(a.Source)
	switch {
	case k.Time != nil && k.Time.Source == s.Name:
		return timeline{source: s, time: k.Time}
	case s.Time == "":
		return timeline{source: s}
	}
	return timeline{source: s, time: &metrics.ColumnRef{Source: s.Name, Column: s.Time}, spread: s.Allocate != "" && addsUp(a)}
}

// has tells whether rows of a timeline can be asked for by a grain.
func (w *World) has(t timeline, g metrics.Grain) bool {
	switch {
	case g == metrics.NoGrain:
		return true
	case t.time == nil:
		return false
	case g == metrics.Hour && w.end(t).Column(t.time.Column).Type.Kind == metrics.Date:
		return false
	case t.time.Column != w.end(t).Time || t.spread:
		return true
	}
	for _, s := range append(w.leaves(w.end(t)), w.end(t)) {
		if s.Grain != metrics.NoGrain && !w.consistsOf(g, s.Grain) {
			return false
		}
	}
	return true
}

// parts are the grains whose periods make up those of a grain.
var parts = map[metrics.Grain][]metrics.Grain{
	metrics.Hour:    {metrics.Hour},
	metrics.Day:     {metrics.Hour, metrics.Day},
	metrics.Week:    {metrics.Hour, metrics.Day, metrics.Week},
	metrics.Month:   {metrics.Hour, metrics.Day, metrics.Month},
	metrics.Quarter: {metrics.Hour, metrics.Day, metrics.Month, metrics.Quarter},
	metrics.Year:    {metrics.Hour, metrics.Day, metrics.Month, metrics.Quarter, metrics.Year},
}

// consistsOf tells whether periods of a grain are made up of whole ones of a finer
// grain. Of a calendar block that is a matter of its days.
func (w *World) consistsOf(g, finer metrics.Grain) bool {
	if g == finer || w.cal.isBlock(g) && (finer == metrics.Hour || finer == metrics.Day) {
		return true
	}
	if w.cal.isBlock(g) {
		return !slices.ContainsFunc(w.cal.periods(g), func(p period) bool {
			known := w.cal.has(finer, p.first) && w.cal.has(finer, p.end-1)
			return !known || !w.cal.begins(finer, p.first) || !w.cal.begins(finer, p.end)
		})
	}
	for _, p := range parts[g] {
		if p == finer {
			return true
		}
	}
	return false
}

// leaves are the sources at the bottom of a union, or the source itself.
func (w *World) leaves(s *metrics.Source) []*metrics.Source {
	u, union := s.Reader.(*metrics.Union)
	if !union {
		return []*metrics.Source{s}
	}
	var all []*metrics.Source
	for _, name := range u.Sources {
		all = append(all, w.leaves(w.model.Source(name))...)
	}
	return all
}

// stretch is from one instant to before another.
type stretch struct{ from, til time.Time }

// extent is how much of a period is covered.
type extent int

const (
	nothing extent = iota
	partly
	wholly
)

// extent is how much of a period a timeline covers: all where each leaf does.
func (w *World) extent(t timeline, p period) extent {
	if t.time == nil {
		return wholly
	}
	some, all := false, true
	for _, c := range w.coverage(t) {
		some = some || c.from.Before(c.til) && c.from.Before(p.til) && p.start.Before(c.til)
		all = all && !c.from.IsZero() && !c.from.After(p.start) && !c.til.Before(p.til)
	}
	switch {
	case all:
		return wholly
	case some:
		return partly
	}
	return nothing
}

// coverage is what each leaf of a timeline covers, up to as-of but for plans.
func (w *World) coverage(t timeline) []stretch {
	if done, ok := w.spans[t.key()]; ok {
		return done
	}
	var all []stretch
	for _, at := range w.standsFor(w.end(t), t.time.Column) {
		s, column := at.source, at.time.Column
		if s.Covered != nil && column == s.Time {
			all = append(all, w.declared(s.Covered))
			continue
		}
		for _, leaf := range w.leaves(s) {
			all = append(all, w.leafCoverage(s, column, leaf))
		}
	}
	for i := range all {
		if !t.source.Ahead && all[i].til.After(w.asOf) {
			all[i].til = w.asOf
		}
	}
	w.spans[t.key()] = all
	return all
}

func (w *World) declared(c *metrics.Covered) stretch {
	column := &metrics.Column{Type: metrics.Type{Kind: metrics.Date}}
	from, _ := w.parse(column, &c.From)
	to, _ := w.parse(column, &c.To)
	return stretch{w.cal.startOf(from.(day)), w.cal.startOf(to.(day) + 1)}
}

// leafCoverage goes from the period of a leaf's first row to that of its last.
func (w *World) leafCoverage(s *metrics.Source, column string, leaf *metrics.Source) stretch {
	grain := metrics.Day
	if column == leaf.Time {
		if leaf.Covered != nil {
			return w.declared(leaf.Covered)
		}
		if leaf.Grain != metrics.NoGrain {
			grain = leaf.Grain
		}
	}
	var out stretch
	for _, r := range w.rows(s.Name) {
		d, known := w.asDay(r.cells[column])
		if r.leaf != leaf.Name || !known {
			continue
		}
		p := w.cal.of(grain, d)
		if out.from.IsZero() || p.start.Before(out.from) {
			out.from = p.start
		}
		if p.til.After(out.til) {
			out.til = p.til
		}
	}
	return out
}

// state is how far a KPI's value of a period is settled.
func (c *cell) stateOfPeriod(k *metrics.KPI) metrics.State {
	q, p := c.question, c.period
	if p.til.After(q.asOf) {
		return metrics.Open
	}
	some, whole, any, lasting := false, true, false, false
	all := q.anyMember(p)
	all.kept = c.kept
	all.eachLeaf(k.Value, k, func(l leaf) {
		e := l.coveredByAny()
		some, whole, any = some || e != nothing, whole && e == wholly, true
		lasting = lasting || q.lasting(l)
	})
	switch {
	case any && !some:
		return metrics.NoData
	case !whole:
		return metrics.Incomplete
	case lasting || q.settledBy(p.til, q.lags(k)).After(q.asOf):
		return metrics.Provisional
	}
	return metrics.Final
}

// lasting tells whether a leaf reads what may change as long as rows arrive: itself,
// by its time, its cuts or its filters.
func (q *question) lasting(l leaf) bool {
	found := q.neverFinal(l.agg) || l.kpi.Where != nil && q.neverFinal(q.bound(l.kpi.Where, l.line)) || l.line.time != nil && q.neverFinal(l.line.time)
	for _, c := range q.cuts {
		found = found || q.neverFinal(q.over(c, l.line))
	}
	for _, f := range q.Where {
		found = found || q.neverFinal(q.bound(f, l.line))
	}
	for _, k := range l.cell.kept {
		for _, c := range k.cuts {
			found = found || q.neverFinal(q.over(c, l.line))
		}
	}
	return found
}

// bound is a filter with its dimensions spelled out for a source.
func (w *World) bound(e metrics.Expr, t timeline) metrics.Expr {
	return metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		if ref, ok := e.(*metrics.DimensionRef); ok {
			return w.placed(ref, t)
		}
		return e
	})
}

// anyMember is the cell of all members of a period.
func (q *question) anyMember(p period) *cell {
	c := &cell{question: q, period: p, members: make([]any, len(q.cuts)), total: true}
	for range q.cuts {
		c.without = append(c.without, true)
	}
	return c
}
