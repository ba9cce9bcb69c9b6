package oracle

import (
	"fmt"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// A source may have its members judged alone: each covers the days from its own first
// row to its own last one.

func (c *cell) judgesAlone(t timeline) bool {
	return t.time != nil && len(t.source.CoverageBy) > 0
}

// stay is the days of a member's first and last row, or of the periods that they
// stand for.
type stay struct{ first, last day }

// membersCovered tells whether any member of the cell has data in a stretch, and
// whether all have it all through.
func (c *cell) membersCovered(t timeline, s span) (some, all bool) {
	grain := c.standsForGrain(t)
	start := func(d day) day { return c.cal.of(grain, d).first }
	from, to := start(c.cal.dayAt(s.start)), start(c.cal.dayAt(s.til.Add(-time.Nanosecond)))
	opens, since := to, from
	if !s.full.IsZero() {
		opens = start(c.cal.dayAt(s.full))
	}
	if s.endless {
		since = to
	}
	stays := c.stays(t, grain)
	all = len(stays) > 0
	for _, m := range stays {
		some = some || m.first <= to && m.last >= from && m.first <= opens
		all = all && m.first <= since && m.last >= to
	}
	return some, all
}

// standsForGrain is the grain of what a row stands for: days, where it has a time of
// its own.
func (w *World) standsForGrain(t timeline) metrics.Grain {
	if g := t.source.Grain; g != metrics.NoGrain && g != metrics.Hour && len(t.time.Path) == 0 && t.time.Column == t.source.Time {
		return g
	}
	return metrics.Day
}

// stays are those of the members that the cell has and that have begun by as-of.
func (c *cell) stays(t timeline, grain metrics.Grain) map[string]stay {
	all := map[string]stay{}
	for _, r := range c.rows(t.source.Name) {
		d, known := c.asDay(c.reading(t, r).eval(t.time))
		if !known || !c.ofDecided(t, r) {
			continue
		}
		d = c.cal.of(grain, d).first
		id := ""
		for _, column := range t.source.CoverageBy {
			id += fmt.Sprintf("%v|", r.cells[column])
		}
		m, met := all[id]
		if !met {
			m = stay{d, d}
		}
		all[id] = stay{min(m.first, d), max(m.last, d)}
	}
	for id, m := range all {
		if !t.source.Ahead && !c.cal.startOf(m.first).Before(c.asOf) {
			delete(all, id)
		}
	}
	return all
}

// ofDecided tells whether the member of a row is one of the cell's, as far as members
// decide its cuts and the request's filters.
func (c *cell) ofDecided(t timeline, r *row) bool {
	for i, k := range c.cuts {
		if e := c.over(k, t); !c.without[i] && c.decides(t, e) && !c.equal(c.member(k, t, r), c.members[i]) {
			return false
		}
	}
	for _, f := range c.fixed {
		if c.decides(t, c.over(f.cut, t)) && !c.equal(c.member(f.cut, t, r), f.member) {
			return false
		}
	}
	for _, f := range c.Where {
		if c.decides(t, c.bound(f, t)) && !c.passesAll([]metrics.Expr{f}, t, r) {
			return false
		}
	}
	return true
}

// decides tells whether an expression is the same for all rows of a member: it reads
// the member's own columns, or what they reference at any time.
func (w *World) decides(t timeline, e metrics.Expr) bool {
	by, ok := t.source.CoverageBy, true
	metrics.Walk(e, func(e metrics.Expr) bool {
		ref, is := e.(*metrics.ColumnRef)
		if !is {
			return ok
		}
		if len(ref.Path) == 0 {
			ok = ok && slices.Contains(by, ref.Column)
			return ok
		}
		s := t.source
		for i, name := range ref.Path {
			step := s.Reference(name)
			s = w.model.Source(step.To)
			ok = ok && !step.Dated(s)
			for _, on := range step.On {
				ok = ok && (i > 0 || slices.Contains(by, on.Column))
			}
		}
		return ok
	})
	return ok
}

// stateOf is the state of a row of the answer: that of its least settled value. Where
// some values have no data and others do, the row is incomplete.
func (c *cell) stateOf(kpis []*metrics.KPI) metrics.State {
	met := map[metrics.State]int{}
	for _, k := range kpis {
		met[c.state(k)]++
	}
	switch {
	case met[metrics.NoData] == len(kpis):
		return metrics.NoData
	case met[metrics.Open] > 0:
		return metrics.Open
	case met[metrics.NoData] > 0 || met[metrics.Incomplete] > 0:
		return metrics.Incomplete
	case met[metrics.Provisional] > 0:
		return metrics.Provisional
	}
	return metrics.Final
}

// state is that of the period, unless a member of the cell lacks data.
func (c *cell) state(k *metrics.KPI) metrics.State {
	of := c.stateOfPeriod(k)
	empty, lacking, alone := true, false, false
	c.eachLeaf(k.Value, k, func(l leaf) {
		empty = empty && l.covered() == nothing
		s, exists := l.cell.span(l.line)
		if l.inner || !l.cell.judgesAlone(l.line) {
			return
		}
		alone = true
		if exists {
			_, all := l.cell.membersCovered(l.line, s)
			lacking = lacking || !all
		} else {
			lacking = true
		}
	})
	switch {
	case !alone || of == metrics.Open:
		return of
	case empty:
		return metrics.NoData
	case lacking:
		return metrics.Incomplete
	}
	return of
}
