package query

import (
	"slices"
	"strconv"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// A source may say that its members are judged each alone: a store that fell silent
// has no data, where others have. Which members a cell has follows from the cuts and
// filters that a member decides by itself: its own columns, and what they reference.

// The columns of what members cover.
const (
	firstColumn = "first" // day of a member's first row, and of its last
	lastColumn  = "last"
	someColumn  = "some"  // whether any member has data in a stretch
	wholeColumn = "whole" // whether every member has data all through it
	sinceStart  = "b"     // by when a member must have begun to have data all through
	heldAlias   = "h"
)

// judgedAlone tells whether zero or missing is judged for each member.
func (t *timeline) judgedAlone() bool {
	return t.inner == nil && t.time != nil && len(t.source.CoverageBy) > 0
}

// judged are the views whose members are judged alone.
func (c *compilation) judged() []*view {
	var out []*view
	for _, v := range c.views {
		if v.timeline.judgedAlone() {
			out = append(out, v)
		}
	}
	return out
}

func (c *compilation) heldStage(t *timeline) string { return c.prefix + "held" + strconv.Itoa(t.index) }

func (c *compilation) extentStage(v *view) string { return c.prefix + "extent" + strconv.Itoa(v.index) }

// layExtents makes the stages that tell how much of each cell's stretch of time its
// members cover.
func (c *compilation) layExtents() {
	laid := map[*timeline]bool{}
	for _, v := range c.extended() {
		if t := v.timeline; !laid[t] {
			laid[t] = true
			c.stage(c.heldStage(t), c.held(t))
		}
		c.stage(c.extentStage(v), c.extents(v))
	}
}

// held is the members of a timeline, each with the cuts that it decides and the days
// of its first and last row.
func (c *compilation) held(t *timeline) Relation {
	r := c.reach(t.source)
	day := toDay(r.resolve(t.time))
	a := &Aggregate{Measures: []*Measure{
		{Name: firstColumn, Func: Min, Arg: day, Type: date},
		{Name: lastColumn, Func: Max, Arg: day, Type: date},
	}}
	for i, name := range t.source.CoverageBy {
		member := columnOf(t.source, t.source.Name, nil, name)
		a.Keys = append(a.Keys, Item{"m" + strconv.Itoa(i), r.resolve(member)})
	}
	items := []Item{{firstColumn, c.wholeRow(t, field("", firstColumn, date))}, {lastColumn, c.wholeRow(t, field("", lastColumn, date))}}
	for i, cut := range t.cuts {
		name, value := cutColumn(i), metrics.Expr(null())
		if c.decides(t, cut) {
			a.Keys = append(a.Keys, Item{name, r.resolve(cut)})
			value = field("", name, cut.Base().Type)
		}
		items = append(items, Item{name, value})
	}
	where := []metrics.Expr{known(day)}
	for _, w := range t.where {
		if c.decides(t, w) {
			where = append(where, r.resolve(w))
		}
	}
	a.Input = filtered(r.relation(), where)
	return &Project{Input: a, Items: items}
}

// wholeRow is the day from which a row counts: rows may stand for whole periods.
func (c *compilation) wholeRow(t *timeline, day metrics.Expr) metrics.Expr {
	if g := c.rowGrain(t); g != metrics.Day {
		return &metrics.PeriodOf{Node: typed(date), X: day, Grain: g}
	}
	return day
}

// rowGrain is the grain of what a row stands for, days where it has a time of its own.
func (c *compilation) rowGrain(t *timeline) metrics.Grain {
	if s := t.source; s.Grain != metrics.NoGrain && s.Grain != metrics.Hour && len(t.time.Path) == 0 && t.time.Column == s.Time {
		return s.Grain
	}
	return metrics.Day
}

// decides tells whether a member of a timeline decides the value of an expression:
// it reads the member's own columns alone, or what they reference at any time.
func (c *compilation) decides(t *timeline, e metrics.Expr) bool {
	by := t.source.CoverageBy
	for _, column := range columnsOf(e) {
		ref := column.(*metrics.ColumnRef)
		if len(ref.Path) == 0 {
			if !slices.Contains(by, ref.Column) {
				return false
			}
			continue
		}
		first := t.source.Reference(ref.Path[0])
		for _, on := range first.On {
			if !slices.Contains(by, on.Column) {
				return false
			}
		}
		s := t.source
		for _, step := range ref.Path {
			next := s.Reference(step)
			to := c.model.Source(next.To)
			if next.Dated(to) {
				return false
			}
			s = to
		}
	}
	return true
}

// extents is, for each period and the cuts that members decide, whether any member
// has data in the stretch that the period is in the view, and whether all have.
func (c *compilation) extents(v *view) Relation {
	t := v.timeline
	first, last := field(heldAlias, firstColumn, date), field(heldAlias, lastColumn, date)
	from, to, opens := field(windowAlias, fromColumn, date), field(windowAlias, toColumn, date), field(windowAlias, opensColumn, date)
	var in Relation = &Join{Kind: CrossJoin, Left: &Ref{Stage: c.heldStage(t), Alias: heldAlias}, Right: c.stretchDays(v)}
	if !t.ahead() { // members that are not there yet are none
		in = filtered(in, []metrics.Expr{compare(metrics.OpLt, first, c.bound(date, c.req.AsOf))})
	}
	var keys []Item
	if c.req.Grain != metrics.NoGrain {
		keys = append(keys, Item{periodColumn, field(windowAlias, periodColumn, c.keyType())})
	}
	for i, cut := range t.cuts {
		keys = append(keys, Item{cutColumn(i), field(heldAlias, cutColumn(i), cut.Base().Type)})
	}
	return c.grouped(in, keys, []*Measure{
		{Name: someColumn, Func: AnyTrue, Type: boolean, Arg: all(
			compare(metrics.OpLe, first, to), compare(metrics.OpGe, last, from), compare(metrics.OpLe, first, opens))},
		{Name: wholeColumn, Func: AllTrue, Type: boolean, Arg: all(
			compare(metrics.OpLe, first, field(windowAlias, sinceStart, date)), compare(metrics.OpGe, last, to))},
	})
}

// stretchDays is the first and last day of what each period is in a view.
func (c *compilation) stretchDays(v *view) Relation {
	out := &Values{Alias: windowAlias, Columns: []string{fromColumn, toColumn, opensColumn, sinceStart}, Types: []metrics.Type{date, date, date, date}}
	if c.req.Grain != metrics.NoGrain {
		out.Columns, out.Types = append(out.Columns, periodColumn), append(out.Types, c.keyType())
	}
	g := c.rowGrain(v.timeline)
	day := func(at time.Time) metrics.Expr { return literal(date, c.cal.Day(c.cal.Of(g, at).Start)) }
	for i := range c.periods {
		p := &c.periods[i]
		s := v.stretchOver(i, p)
		row := []metrics.Expr{null(), null(), null(), null()}
		if s.exists {
			start, last := day(s.Start), day(s.End.Add(-time.Nanosecond))
			row = []metrics.Expr{start, last, last, start}
			if !s.whole.IsZero() {
				row[2] = day(s.whole)
			}
			if !c.beginning().Before(s.Start) { // all there is has no beginning
				row[3] = last
			}
		}
		if c.req.Grain != metrics.NoGrain {
			row = append(row, p.key)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func extentAlias(v *view) string { return "e" + strconv.Itoa(v.index) }

// meetExtents joins to each cell what its members cover.
func (c *compilation) meetExtents(cells Relation) Relation {
	for _, v := range c.extended() {
		alias := extentAlias(v)
		var pairs []Pair
		if c.req.Grain != metrics.NoGrain {
			pairs = append(pairs, Pair{L: field(periodsStage, periodColumn, c.keyType()), R: field(alias, periodColumn, c.keyType())})
		}
		if c.masked() {
			pairs = append(pairs, Pair{L: c.maskIn(v), R: field(alias, maskColumn, integer)})
		}
		for i, cut := range v.timeline.cuts {
			if c.decides(v.timeline, cut) && !slices.Contains(v.without, i) {
				t := c.cuts[i].typ
				pairs = append(pairs, Pair{L: field(membersStage, cutColumn(i), t), R: field(alias, cutColumn(i), t), NullSafe: true})
			}
		}
		cells = &Join{Kind: LeftJoin, Left: cells, Right: &Ref{Stage: c.extentStage(v), Alias: alias}, Equal: pairs}
	}
	return cells
}

// has tells whether a view has data for a cell: a covered day, of any member. One of
// an inner level has what any view beneath it has.
func (c *compilation) has(v *view) metrics.Expr {
	if v.judgedBeneath() {
		var any []metrics.Expr
		for _, b := range v.beneath {
			condition := c.has(b)
			if condition == nil {
				return nil
			}
			any = append(any, condition)
		}
		return some(any...)
	}
	var conditions []metrics.Expr
	if c.uncovered(v) {
		conditions = append(conditions, field(periodsStage, coveredColumn(v), boolean))
	}
	if v.timeline.judgedAlone() {
		conditions = append(conditions, coalesce(field(extentAlias(v), someColumn, boolean), truth(false)))
	}
	return all(conditions...)
}
