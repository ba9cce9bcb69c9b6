package query

import (
	"fmt"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// finish filters, sorts and limits the answer, and names its columns.
func (c *compilation) finish() {
	if c.req.Totals && c.masked() {
		c.total = c.inSet(answers, nil)
	}
	in := filtered(c.root, c.answerFilter())
	sorted := &Sort{Input: in, Keys: c.order()}
	c.root = sorted
	if c.req.Limit > 0 {
		c.root = &Limit{Input: sorted, N: c.req.Limit, Keep: some(c.total, c.other())}
	}
	items := make([]Item, 0, len(c.outputs)+3)
	taken := map[string]bool{}
	for _, o := range c.outputs {
		if taken[o.column.Name] {
			c.fail(diag.BadRequest, fmt.Sprintf("Two columns named %q", o.column.Name),
				"A KPI has the name of another's comparison. Ask for them one after the other, or rename the KPI.")
		}
		taken[o.column.Name] = true
		items = append(items, Item{o.column.Name, o.expr})
	}
	c.root = &Project{Input: c.root, Items: append(items, c.hiddenItems()...)}
}

// answerFilter keeps the shown periods, and what having says of members; a total
// is over all members, so it stays.
func (c *compilation) answerFilter() []metrics.Expr {
	var where []metrics.Expr
	if c.someHidden() {
		where = append(where, field(answers, shownColumn, boolean))
	}
	if c.req.PresentOnly {
		where = append(where, field(answers, presence, boolean))
	}
	for _, i := range c.conditions() {
		where = append(where, some(c.value(answers, i), c.total, c.other()))
	}
	return where
}

// other tells whether a row is all members that are left out; nil where none is.
func (c *compilation) other() metrics.Expr {
	if !c.req.Other {
		return nil
	}
	return field(answers, otherColumn, boolean)
}

// order is what the request says, then by period, set and members, so that no two
// rows tie. Totals come last, of a period where it goes by period first.
func (c *compilation) order() []SortKey {
	var keys []SortKey
	placed := false
	place := func() {
		for _, last := range []metrics.Expr{c.total, c.other()} {
			if last != nil && !placed {
				keys = append(keys, SortKey{Expr: last})
			}
		}
		placed = true
	}
	period := SortKey{Expr: field(answers, periodColumn, c.keyType())}
	for _, o := range c.req.Order {
		if o.Column == "period" && c.req.Grain != metrics.NoGrain {
			keys = append(keys, SortKey{period.Expr, o.Desc})
			continue
		}
		place()
		keys = append(keys, c.orderBy(o)...)
	}
	if c.req.Grain != metrics.NoGrain && len(c.req.Order) == 0 {
		keys = append(keys, period)
	}
	place()
	if c.req.Grain != metrics.NoGrain && len(c.req.Order) > 0 {
		keys = append(keys, period)
	}
	if c.req.Sets != nil && c.masked() {
		keys = append(keys, SortKey{Expr: c.setIndex()})
	}
	for i := range c.cuts {
		keys = append(keys, c.byMember(i, false)...)
	}
	return keys
}

// orderBy sorts by an output column: members in the order of their dimension.
func (c *compilation) orderBy(o Order) []SortKey {
	for i, cut := range c.cuts {
		if cut.name == o.Column {
			return c.byMember(i, o.Desc)
		}
	}
	var names []string
	for _, out := range c.outputs {
		if out.column.Name == o.Column {
			return []SortKey{{out.expr, o.Desc}}
		}
		names = append(names, out.column.Name)
	}
	c.fail(diag.BadRequest, fmt.Sprintf("No column %q to order by", o.Column), fmt.Sprintf("Order by a column of the answer.%s", diag.DidYouMean(o.Column, names)))
	return nil
}

// byMember sorts the members of a cut as its dimension declares them, others
// after them.
func (c *compilation) byMember(i int, desc bool) []SortKey {
	member := field(answers, cutColumn(i), c.cuts[i].typ)
	if cycle := c.cuts[i].cycle; cycle != nil {
		return c.cycleOrder(cycle, member, desc)
	}
	keys := []SortKey{{member, desc}}
	if c.cuts[i].spelled {
		keys = append([]SortKey{{outOfWords(member, c.cuts[i].own), desc}}, keys...)
	}
	if d := c.cuts[i].dimension; d != nil && len(d.Values) > 0 && d.Type.Kind == metrics.String {
		var cases []metrics.Expr
		for n, value := range d.Values {
			cases = append(cases, compare(metrics.OpEq, member, literal(text, value)), whole(n))
		}
		place := call("case", integer, append(cases, known(member), whole(len(d.Values)))...)
		keys = append([]SortKey{{place, desc}}, keys...)
	}
	return keys
}

func (c *compilation) columns() []metrics.ResultColumn {
	out := make([]metrics.ResultColumn, len(c.outputs))
	for i, o := range c.outputs {
		out[i] = o.column
	}
	return out
}

func (c *compilation) hiddenItems() []Item {
	items := []Item{{StateColumn, c.rowState()}, {TotalColumn, truth(false)}}
	if c.total != nil {
		items[1].Expr = c.total
	}
	if c.req.Other {
		items = append(items, Item{OtherColumn, c.other()})
	}
	if c.req.Sets != nil {
		items = append(items, Item{SetColumn, c.setIndex()})
		items = append(items, c.stateItems()...)
	}
	return items
}

func (c *compilation) hidden() []string {
	var out []string
	for _, item := range c.hiddenItems() {
		out = append(out, item.Name)
	}
	return out
}

// setIndex is the index of a row's cut set in the request.
func (c *compilation) setIndex() metrics.Expr {
	if !c.masked() {
		return whole(0)
	}
	var cases []metrics.Expr
	for i, set := range c.req.Sets {
		cases = append(cases, c.inSet(answers, set), whole(i))
	}
	return call("case", integer, cases...)
}
