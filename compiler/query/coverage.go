package query

import (
	"maps"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// interval is a stretch of time, from up to but without to.
type interval struct{ from, to time.Time }

// extent is how much of a period a timeline covers.
type extent uint8

const (
	nothing extent = iota
	partly
	wholly
)

// judgeCoverage finds, for every period, how much of it each timeline covers, and
// how far the requested KPIs are settled.
func (c *compilation) judgeCoverage() {
	c.coverages = make([][]interval, len(c.timelines))
	for i, t := range c.timelines {
		c.coverages[i] = c.coverage(t)
	}
	for _, k := range c.kpis[:c.requested] {
		k.lasts = c.lasting(k)
	}
	for i := range c.periods {
		p := &c.periods[i]
		p.covered = nil
		for _, v := range c.views {
			p.covered = append(p.covered, c.covers(v, i, c.coverages[v.timeline.index]))
		}
		for _, v := range c.beneath {
			p.covered = append(p.covered, c.covers(v, i, c.coverage(v.timeline)))
		}
		for _, k := range c.kpis[:c.requested] {
			p.States = append(p.States, c.state(p, k))
		}
		p.State = weakest(p.States)
	}
}

// covers is how much of what period i becomes in a view the intervals cover.
func (c *compilation) covers(v *view, i int, leaves []interval) extent {
	t := v.timeline
	if t.inner != nil && !t.inner.byGrain {
		return t.inner.covered(i)
	}
	s := v.stretchOver(i, &c.periods[i])
	if t.inner != nil {
		return joint(t.inner.extentsIn(s, endless(v.steps)))
	}
	if t.time == nil {
		return wholly
	}
	return extentOf(s, leaves, endless(v.steps))
}

// extentOf is how much of a stretch the intervals cover. A window is covered where they
// reach back to its start; what has no beginning, where they reach its end.
func extentOf(s stretch, leaves []interval, endless bool) extent {
	if !s.exists || !s.whole.IsZero() && !slices.ContainsFunc(leaves, func(iv interval) bool { return iv.from.Before(iv.to) && !iv.from.After(s.whole) }) {
		return nothing
	}
	e := within(s.Period, leaves)
	if e == partly && endless && reached(s.End, leaves) {
		return wholly
	}
	return e
}

// endless tells whether a way through time leads to what has no beginning.
func endless(steps []step) bool {
	return slices.ContainsFunc(steps, func(s step) bool { return s.kind == stepAlways })
}

// reached tells whether all leaves cover what ends at an instant, if it has no
// beginning.
func reached(end time.Time, leaves []interval) bool {
	return !slices.ContainsFunc(leaves, func(iv interval) bool { return iv.to.Before(end) })
}

// within is how much of a period the intervals of the leaves cover: all of it
// where each leaf does, part of it where some do or one does in part.
func within(p metrics.Period, leaves []interval) extent {
	some, whole := false, len(leaves) > 0
	for _, iv := range leaves {
		some = some || iv.from.Before(p.End) && p.Start.Before(iv.to) && iv.from.Before(iv.to)
		whole = whole && !p.Start.Before(iv.from) && !iv.to.Before(p.End)
	}
	switch {
	case whole:
		return wholly
	case some:
		return partly
	}
	return nothing
}

// coverage is what a timeline covers, an interval for each leaf of a union: the
// days that are declared, or those from its first row's to its last one's, never
// beyond as-of unless its rows are plans. A leaf without rows covers nothing.
func (c *compilation) coverage(t *timeline) []interval {
	if t.inner != nil {
		var all []interval
		for _, below := range t.inner.timelines {
			all = append(all, t.inner.coverage(below)...)
		}
		return all
	}
	if t.time == nil {
		return nil
	}
	s := c.model.Accounted(metrics.Sources(c.model.Source).End(t.source, t.time.Path))
	var leaves []interval
	for _, at := range TimeOf(c.model, s, t.time.Column) {
		leaves = append(leaves, c.leafCoverage(c.model.Source(at.Source), c.stats[at.Source], at.Column)...)
	}
	if !t.source.Ahead {
		for i := range leaves {
			if leaves[i].to.After(c.req.AsOf) {
				leaves[i].to = c.req.AsOf
			}
		}
	}
	return leaves
}

func (c *compilation) leafCoverage(s *metrics.Source, st metrics.Statistics, column string) []interval {
	if s.Covered != nil && column == s.Time {
		return []interval{c.days(s.Covered.From, s.Covered.To, metrics.Day)}
	}
	if _, union := s.Reader.(*metrics.Union); !union || len(st.Leaves) == 0 {
		at := st.Columns[column]
		grain := metrics.Day
		if s.Grain != metrics.NoGrain && column == s.Time {
			grain = s.Grain
		}
		return []interval{c.days(at.FirstDay, at.LastDay, grain)}
	}
	var out []interval
	for _, name := range slices.Sorted(maps.Keys(st.Leaves)) {
		if leaf := c.model.Source(name); leaf != nil {
			out = append(out, c.leafCoverage(leaf, st.Leaves[name], column)...)
		}
	}
	return out
}

// days is the stretch from the period of the first day to that of the last; empty
// where there are none.
func (c *compilation) days(first, last string, g metrics.Grain) interval {
	from, _, found := c.cal.DayBounds(first)
	_, to, ends := c.cal.DayBounds(last)
	if !found || !ends {
		return interval{}
	}
	return interval{c.cal.Of(g, from).Start, c.cal.Of(g, to.Add(-time.Nanosecond)).End}
}

// state is how far a KPI's value of a period is settled.
func (c *compilation) state(p *Period, k *kpi) metrics.State {
	if p.End.After(c.req.AsOf) {
		return metrics.Open
	}
	some, whole := len(k.leaves) == 0, true
	for _, l := range k.leaves {
		e := p.covered[l.view.index]
		some = some || e != nothing
		whole = whole && e == wholly
	}
	switch {
	case !some:
		return metrics.NoData
	case !whole:
		return metrics.Incomplete
	}
	if k.lasts {
		return metrics.Provisional
	}
	for _, lag := range k.lags {
		if c.cal.Later(p.End, lag).After(c.req.AsOf) {
			return metrics.Provisional
		}
	}
	return metrics.Final
}

// unsettled orders the states of values that there are.
var unsettled = []metrics.State{metrics.Final, metrics.Provisional, metrics.Incomplete, metrics.Open}

// weakest is the state of a row: that of its least settled value. A row some of
// whose values have no data is incomplete, one with none has no data.
func weakest(states []metrics.State) metrics.State {
	at, empty := 0, 0
	for _, s := range states {
		if s == metrics.NoData {
			empty++
			s = metrics.Incomplete
		}
		at = max(at, slices.Index(unsettled, s))
	}
	if empty > 0 && empty == len(states) {
		return metrics.NoData
	}
	return unsettled[at]
}
