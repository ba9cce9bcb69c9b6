package query

import (
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// The names of columns within a statement.
const (
	maskColumn   = "s" // which cut set a row belongs to
	periodColumn = "p"
)

func cutColumn(i int) string { return "k" + strconv.Itoa(i) }

// layScans makes a stage of each part: the rows of one source, aggregated alone to
// periods and cuts.
func (c *compilation) layScans() {
	for i, p := range c.parts {
		p.name = c.prefix + "scan" + strconv.Itoa(i+1)
		switch {
		case p.timeline.inner != nil:
			c.layCells(p)
			continue
		case p.pick != nil:
			c.layPicked(p)
			continue
		case p.window != nil:
			c.layWindowed(p)
			continue
		}
		r := c.reachOf(p.timeline)
		keys := c.scanKeys(p.timeline, r)
		where := c.scanFilter(p, r)
		if p.within != nil {
			c.stage(p.name, c.rollUp(p, r, keys, where))
			continue
		}
		measures := make([]*Measure, len(p.measures))
		for i, m := range p.measures {
			resolved := m.Measure
			resolved.Arg, resolved.Filter = r.resolve(m.Arg), r.resolve(m.Filter)
			measures[i] = &resolved
		}
		c.stage(p.name, c.grouped(filtered(r.relation(), where), keys, measures))
	}
}

func filtered(in Relation, where []metrics.Expr) Relation {
	if len(where) == 0 {
		return in
	}
	return &Filter{Input: in, Where: where}
}

// grouped aggregates to every cut set.
func (c *compilation) grouped(in Relation, keys []Item, measures []*Measure) *Aggregate {
	a := &Aggregate{Input: in, Keys: keys, Measures: measures}
	if !c.masked() {
		return a
	}
	first := len(keys) - len(c.cuts)
	a.Mask = maskColumn
	for i := range c.cuts {
		a.Masked = append(a.Masked, first+i)
	}
	done := map[int]bool{}
	for _, set := range c.scanned() {
		if done[c.mask(set)] {
			continue
		}
		done[c.mask(set)] = true
		grouping := allOf(first)
		for _, i := range set {
			grouping = append(grouping, first+i)
		}
		a.Sets = append(a.Sets, grouping)
	}
	return a
}

// scanKeys are the period, where there is a grain, and the cuts.
func (c *compilation) scanKeys(t *timeline, r *reach) []Item {
	var keys []Item
	if g := c.req.Grain; g != metrics.NoGrain {
		period := &metrics.PeriodOf{Node: typed(c.keyType()), X: t.time, Grain: g}
		keys = append(keys, Item{periodColumn, r.resolve(period)})
	}
	for i, cut := range t.cuts {
		keys = append(keys, Item{cutColumn(i), r.resolve(cut)})
	}
	if c.masked() {
		tellApart(keys)
	}
	return keys
}

// tellApart makes keys differ that are the same expression: two cuts may well be
// the same column, and engines take equal expressions for one key of grouping sets.
func tellApart(keys []Item) {
	seen := map[string]bool{}
	for i := range keys {
		for seen[keyOf(keys[i].Expr)] {
			keys[i].Expr = when(truth(true), keys[i].Expr)
		}
		seen[keyOf(keys[i].Expr)] = true
	}
}

// keyType is the type of what rows of a period have in common.
func (c *compilation) keyType() metrics.Type {
	if c.req.Grain == metrics.Hour {
		return timestamp
	}
	return date
}

// scanFilter keeps the rows of the periods, as of the request, that pass its
// filters and those that all measures of the part share.
func (c *compilation) scanFilter(p *part, r *reach) []metrics.Expr {
	t := p.timeline
	where := c.readable(t, r, c.intervals(t))
	where = append(where, r.resolveAll(t.where)...)
	if p.where != nil {
		where = append(where, r.resolve(p.where))
	}
	return where
}

// readable keeps the rows of some stretches of time, as of the request.
func (c *compilation) readable(t *timeline, r *reach, all []interval) []metrics.Expr {
	var where []metrics.Expr
	if t.source.AccountOf != "" && c.req.Grain == metrics.NoGrain && !c.ranged() {
		return nil // all that was read, rows without a readable time too
	}
	if t.time != nil {
		where = append(where, c.inRange(r.resolve(t.time), all))
	}
	if seen := c.asOf(t, all); seen != nil {
		where = append(where, seen)
	}
	return where
}

// inRange keeps the rows of some stretches of time: by their day, or by the instant
// where hours are asked for.
func (c *compilation) inRange(at metrics.Expr, within []interval) metrics.Expr {
	if c.req.Grain != metrics.Hour {
		at = dayOf(at)
	}
	var stretches []metrics.Expr
	for _, iv := range within {
		stretches = append(stretches, all(
			compare(metrics.OpGe, at, c.bound(at.Base().Type, iv.from)),
			compare(metrics.OpLt, at, c.bound(at.Base().Type, iv.to))))
	}
	if len(stretches) == 0 {
		return truth(false)
	}
	return some(stretches...)
}

// asOf is the condition under which rows of the scanned source are there as of the
// request; nil where the range says it already.
func (c *compilation) asOf(t *timeline, within []interval) metrics.Expr {
	own := ownTime(t.source)
	if own == nil || t.source.Ahead {
		return nil
	}
	if len(t.time.Path) > 0 || t.time.Column != own.Column {
		return c.seen(t.source, base)
	}
	if len(within) == 0 || !within[len(within)-1].to.After(c.req.AsOf) {
		return nil
	}
	return compare(metrics.OpLt, field(base, own.Column, own.Type), c.bound(own.Type, c.req.AsOf))
}
