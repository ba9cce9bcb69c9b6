package query

import (
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// picking says which rows balances are made of: of each series the first or last of
// a stretch. The rows that a balance's own filter leaves are picked from; cuts and
// the request's filters judge the row that was picked.
type picking struct {
	last   bool
	series []string // columns
	all    bool     // all rows of the time that is picked, not one
	filter metrics.Expr
}

// seriesOf is what tells the series of a balance apart: the columns it names, of
// whose latest time all rows count, or the source's key without its time, of which
// no two rows have one time.
func seriesOf(a *metrics.Aggregate, t *timeline) picking {
	p := picking{last: a.Func.Name == "last", filter: a.Filter}
	if len(a.Args) > 1 {
		p.all = true
		l, _ := a.Args[1].(*metrics.List)
		for _, item := range l.Items {
			if ref, ok := item.(*metrics.ColumnRef); ok {
				p.series = append(p.series, ref.Column)
			}
		}
		return p
	}
	for _, column := range t.source.Key {
		if t.time == nil || column != t.time.Column {
			p.series = append(p.series, column)
		}
	}
	return p
}

// pickingPart is the part of balances that pick the same rows.
func (c *compilation) pickingPart(v *view, a *metrics.Aggregate) *part {
	pick := seriesOf(a, v.timeline)
	for _, p := range c.parts {
		if q := p.pick; q != nil && p.timeline == v.timeline && p.window == v.window && q.last == pick.last && q.all == pick.all &&
			slices.Equal(q.series, pick.series) && keyOf(q.filter) == keyOf(pick.filter) {
			return p
		}
	}
	p := &part{timeline: v.timeline, window: v.window, pick: &pick, byKey: map[string]*measure{}}
	c.parts = append(c.parts, p)
	return p
}

const passesColumn = "w" // whether a picked row passes the request's filters

// layPicked makes the stages of a part of balances: the picked rows, and their sums.
func (c *compilation) layPicked(p *part) {
	r := c.reach(p.timeline.source)
	t := p.timeline
	var keys []Item
	var partition []metrics.Expr
	var k *kept
	if p.window != nil {
		k = p.window.context.kept
	}
	if c.req.Grain != metrics.NoGrain {
		key := r.resolve(&metrics.PeriodOf{Node: typed(c.keyType()), X: t.time, Grain: c.req.Grain})
		if p.window != nil {
			key = field(windowAlias, periodColumn, c.keyType())
		}
		keys, partition = append(keys, Item{periodColumn, key}), append(partition, key)
	}
	for _, column := range p.pick.series {
		partition = append(partition, field(base, column, columnOf(t.source, "", nil, column).Type))
	}
	keys = append(keys, c.rowKeys(t, k, r)...)
	if passes := all(r.resolveAll(t.where)...); passes != nil {
		keys = append(keys, Item{passesColumn, passes})
	}
	measures := make([]*Measure, len(p.measures))
	for i, m := range p.measures {
		name, one := "b"+strconv.Itoa(i), m.Measure
		keys = append(keys, Item{name, r.resolve(m.Arg)})
		one.Arg, one.Filter = field(base, name, m.Arg.Base().Type), nil
		measures[i] = &one
	}
	c.stage(p.name+"_rows", &Project{
		Items: keys,
		Input: &Pick{Input: c.pickedFrom(p, r), Within: partition, Order: c.pickOrder(p, r), Ties: p.pick.all},
	})
	var rows Relation = &Ref{Stage: p.name + "_rows", Alias: base}
	outer := c.pickedKeys(t)
	rows = c.keepingPicked(rows, k)
	if len(t.where) > 0 {
		rows = filtered(rows, []metrics.Expr{field(base, passesColumn, boolean)})
	}
	c.stage(p.name, c.grouped(rows, outer, measures))
}

func (c *compilation) pickedKeys(t *timeline) []Item {
	var keys []Item
	if c.req.Grain != metrics.NoGrain {
		keys = append(keys, Item{periodColumn, field(base, periodColumn, c.keyType())})
	}
	for i, cut := range t.cuts {
		keys = append(keys, Item{cutColumn(i), field(base, cutColumn(i), cut.Base().Type)})
	}
	return keys
}

// pickedFrom is the rows to pick from, with the window each lies in.
func (c *compilation) pickedFrom(p *part, r *reach) Relation {
	var where []metrics.Expr
	if p.pick.filter != nil {
		where = append(where, r.resolve(p.pick.filter))
	}
	if p.window == nil {
		readable := c.readable(p.timeline, r, c.intervals(p.timeline))
		return filtered(r.relation(), append(readable, where...))
	}
	moment := c.momentOf(p.timeline, p.window, r)
	where = append(c.readable(p.timeline, r, c.merged(p.window.stretches, nil)), where...)
	return filtered(c.inWindow(r.relation(), moment, c.windowTable(p.window.stretches, moment.Base().Type)), where)
}

// pickOrder puts the row that is picked first. Where a first row is carried from
// before the stretch, the rows of the stretch go first. Rows of one time go by
// their other columns, so that the same one is picked at every run.
func (c *compilation) pickOrder(p *part, r *reach) []SortKey {
	at := r.resolve(p.timeline.time)
	keys := []SortKey{{at, p.pick.last}}
	if p.window != nil && !p.pick.last {
		moment := c.momentOf(p.timeline, p.window, r)
		before := compare(metrics.OpLt, moment, field(windowAlias, opensColumn, moment.Base().Type))
		keys = []SortKey{{before, false}, {when(before, at), true}, {at, false}}
	}
	if p.pick.all {
		return keys
	}
	for _, column := range p.timeline.source.Columns {
		if !slices.Contains(p.pick.series, column.Name) && column.Name != p.timeline.time.Column {
			keys = append(keys, SortKey{field(base, column.Name, column.Type), p.pick.last})
		}
	}
	return keys
}
