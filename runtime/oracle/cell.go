package oracle

import (
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// question is a request with its names resolved.
type question struct {
	*World
	Request
	cuts       []cut
	tuples     [][]any                // the members asked for
	candidates map[string][]candidate // by timeline
}

// candidate is a row of a timeline that is there as of the request.
type candidate struct {
	*row
	line    timeline
	passes  bool // the request's filters
	known   bool // whether it has a time
	day     day
	hour    hour
	at      time.Time
	members []any
}

// candidatesOf are the rows of a timeline that are there as of the request.
func (q *question) candidatesOf(t timeline) []candidate {
	if done, ok := q.candidates[t.key()]; ok {
		return done
	}
	all := []candidate{}
	for _, r := range q.rowsOf(t) {
		if q.seen(r) {
			all = append(all, q.candidate(t, r))
		}
	}
	q.candidates[t.key()] = all
	return all
}

func (q *question) candidate(t timeline, r *row) candidate {
	c := candidate{row: r, line: t, passes: q.passesAll(q.Where, t, r)}
	for _, cut := range q.cuts {
		c.members = append(c.members, q.member(cut, t, r))
	}
	if t.time != nil {
		v := q.reading(t, r).eval(t.time)
		c.day, c.known = q.asDay(v)
		if at, ok := v.(time.Time); ok {
			c.hour = q.cal.hourAt(at)
		}
		c.at, _ = q.instant(v)
	}
	return c
}

// reading is the scope of a row of a timeline whose values are read.
func (q *question) reading(t timeline, r *row) scope {
	return scope{w: q.World, row: r, asked: true, time: t.time, grain: q.Grain}
}

// judging is that of a row that is filtered or given a member.
func (q *question) judging(t timeline, r *row) scope {
	s := q.reading(t, r)
	s.members = true
	return s
}

// passesAll tells whether filters are true of a row; nil filters don't count.
func (q *question) passesAll(filters []metrics.Expr, t timeline, r *row) bool {
	for _, f := range filters {
		if f != nil && q.judging(t, r).eval(f) != true {
			return false
		}
	}
	return true
}

// within tells whether a row lies in a period; one without time column lies in any.
func (c candidate) within(p period) bool {
	switch {
	case c.line.time == nil:
		return true
	case !c.known:
		return false
	case p.grain == metrics.Hour:
		return c.hour == p.hour
	case p.clocked:
		return !c.at.Before(p.start) && c.at.Before(p.til)
	}
	return p.first <= c.day && c.day < p.end
}

// cell is where a number is asked for: a period, moved step by step, and a member
// for each cut, but for those that are taken away.
type cell struct {
	*question
	period  period
	moves   []move
	members []any
	without []bool // cuts that are taken away: all of them in a total
	total   bool
	rowwise bool // leaves below a finer grain are visited in its cells, for their rows
	removed bool // some were taken away by total()
	fixed   []fixed
	kept    []kept
	clip    *period // the stretch that an inner cell lies in: rows outside don't count
}

// fixed is a member at an inner level of detail.
type fixed struct {
	cut    cut
	member any
}

// kept is the member tuples that like_for_like keeps, or those that one row has
// beside the largest.
type kept struct {
	cuts   []cut
	tuples [][]any
	others bool
}

// span is what the cell's period becomes for a timeline.
func (c *cell) span(t timeline) (s span, exists bool) {
	s = span{period: c.period}
	for _, m := range c.moves {
		s.of = c.period.grain
		if s, exists = m(c.World, s, t.source.Ahead); !exists {
			return s, false
		}
	}
	return s, true
}

// moved is the cell one step on.
func (c *cell) moved(m move) *cell {
	next := *c
	next.moves = append(slices.Clone(c.moves), m)
	return &next
}

// removing is the cell without some cuts.
func (c *cell) removing(cuts []cut) *cell {
	next := *c
	next.without = slices.Clone(c.without)
	for i, have := range c.cuts {
		if named(cuts, have) {
			next.without[i], next.removed = true, true
		}
	}
	next.kept = slices.DeleteFunc(slices.Clone(c.kept), func(k kept) bool {
		return k.others && !slices.ContainsFunc(k.cuts, func(have cut) bool { return !named(cuts, have) })
	}) // all members count again
	next.fixed = slices.DeleteFunc(slices.Clone(c.fixed), func(f fixed) bool { return named(cuts, f.cut) })
	return &next
}

// named tells whether a cut is among some.
func named(cuts []cut, one cut) bool {
	return slices.ContainsFunc(cuts, func(k cut) bool { return k.name == one.name })
}

// holds tells whether a row belongs to the cell, in the stretch that its period is.
func (c *cell) holds(r candidate, p period) bool {
	return c.reads(r, p) && r.passes && c.ofMembers(r) && c.isKept(r)
}

// reads tells whether a row lies in the stretch that the cell's period is. Of an inner
// cell that its own stretch cuts, what lies beyond doesn't count; but what the cell is
// moved to, or reaches back to, may begin before that stretch does.
func (c *cell) reads(r candidate, p period) bool {
	switch {
	case !r.within(p):
		return false
	case c.clip == nil || r.line.time == nil:
		return true
	case len(c.moves) > 0:
		return r.at.Before(c.clip.til)
	}
	return r.within(*c.clip)
}

func (c *cell) ofMembers(r candidate) bool {
	for i, m := range r.members {
		if !c.without[i] && !c.equal(m, c.members[i]) {
			return false
		}
	}
	for _, f := range c.fixed {
		if !c.equal(c.member(f.cut, r.line, r.row), f.member) {
			return false
		}
	}
	return true
}

func (c *cell) isKept(r candidate) bool {
	for _, k := range c.kept {
		mine := make([]any, len(k.cuts))
		for i, cut := range k.cuts {
			mine[i] = c.member(cut, r.line, r.row)
		}
		if !c.hasTuple(k.tuples, mine) {
			return false
		}
	}
	return true
}

func (w *World) hasTuple(all [][]any, tuple []any) bool {
	return slices.ContainsFunc(all, func(t []any) bool { return slices.EqualFunc(t, tuple, w.equal) })
}

// value is that of an expression of a KPI in the cell.
func (c *cell) value(e metrics.Expr, k *metrics.KPI) any {
	return scope{w: c.World, cell: c, kpi: k}.eval(e)
}

// kpi is the value of a KPI in the cell.
func (c *cell) kpi(k *metrics.KPI) any { return asKind(c.value(k.Value, k), k.Type.Kind) }

// leaf is the value of an aggregate that is written in a KPI: null where its source
// covers nothing of the stretch.
func (c *cell) leaf(a *metrics.Aggregate, k *metrics.KPI) any {
	if per := metrics.InnerLevel(a); per != nil {
		return c.overCells(a, per, k)
	}
	t := c.timelineOf(a, k)
	if metrics.IsBalance(a.Func) {
		return c.carrying(k).balance(a, k, t)
	}
	s, exists := c.span(t)
	if !exists || c.covered(t, s) == nothing {
		return nil
	}
	var rows []*row
	for _, r := range c.candidatesOf(t) {
		if c.holds(r, s.period) && c.passesAll([]metrics.Expr{a.Filter, k.Where}, t, r.row) {
			rows = append(rows, r.row)
		}
	}
	return c.aggregated(a, rows, func(r *row) scope { return c.reading(t, r) })
}

// covered is how much of a stretch a timeline covers; nothing where members are judged
// alone and none of the cell's has data.
func (c *cell) covered(t timeline, s span) extent {
	if c.judgesAlone(t) {
		if some, _ := c.membersCovered(t, s); !some {
			return nothing
		}
	}
	return c.coveredByAny(t, s)
}

// coveredByAny is the same whatever the members. A window that begins before the data
// has nothing.
func (c *cell) coveredByAny(t timeline, s span) extent {
	if t.time == nil {
		return wholly
	}
	leaves := c.coverage(t)
	reaches := func(l stretch) bool { return l.from.Before(l.til) && !l.from.After(s.full) }
	if !s.full.IsZero() && !slices.ContainsFunc(leaves, reaches) {
		return nothing
	}
	e := c.extent(t, s.period)
	ended := func(l stretch) bool { return l.til.Before(s.til) }
	if e == partly && s.endless && !slices.ContainsFunc(leaves, ended) {
		return wholly
	}
	return e
}
