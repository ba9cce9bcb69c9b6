package query

import (
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// The stages on which scans meet, and their columns.
const (
	periodsStage = "periods"
	membersStage = "members"
	cellsStage   = "cells"
	kpisStage    = "kpis"

	nameColumn     = "name"
	previousColumn = "previous"
	yearAgoColumn  = "year_ago"
	shownColumn    = "shown"
	stateColumn    = "state"
)

// column is one column of the table of periods.
type column struct {
	name string
	typ  metrics.Type
	cell func(p *Period) metrics.Expr
}

// carried are the columns of the table of periods that go along to the answer.
func (c *compilation) carried() []column {
	var out []column
	if c.req.Grain != metrics.NoGrain {
		out = append(out,
			column{periodColumn, c.keyType(), func(p *Period) metrics.Expr { return p.key }},
			column{nameColumn, text, func(p *Period) metrics.Expr { return literal(text, p.Name) }})
	}
	if slices.Contains(c.req.Compare, Previous) {
		out = append(out, column{previousColumn, c.keyType(), func(p *Period) metrics.Expr { return p.previous }})
	}
	if slices.Contains(c.req.Compare, YearAgo) {
		out = append(out, column{yearAgoColumn, c.keyType(), func(p *Period) metrics.Expr { return p.yearAgo }})
	}
	if c.someHidden() {
		out = append(out, column{shownColumn, boolean, func(p *Period) metrics.Expr { return truth(p.Shown) }})
	}
	return append(out, column{stateColumn, text, func(p *Period) metrics.Expr { return literal(text, string(p.State)) }})
}

func (c *compilation) someHidden() bool {
	return slices.ContainsFunc(c.periods, func(p Period) bool { return !p.Shown })
}

// uncovered tells whether a view leaves any period without a covered day.
func (c *compilation) uncovered(v *view) bool {
	return slices.ContainsFunc(c.periods, func(p Period) bool { return p.covered[v.index] == nothing })
}

func coveredColumn(v *view) string { return "c" + strconv.Itoa(v.index) }

// laySpine makes the table of periods and that of members: together, every cell of
// the answer, whether or not a scan has a row for it.
func (c *compilation) laySpine() {
	columns := c.carried()
	for _, v := range c.views {
		if c.uncovered(v) {
			columns = append(columns, column{coveredColumn(v), boolean, func(p *Period) metrics.Expr { return truth(p.covered[v.index] != nothing) }})
		}
		if v.moved() {
			columns = append(columns, column{movedColumn(v), c.keyType(), func(p *Period) metrics.Expr { return c.metAt(v, p) }})
		}
	}
	for _, v := range c.judgedBeneath() {
		if c.uncovered(v) {
			columns = append(columns, column{coveredColumn(v), boolean, func(p *Period) metrics.Expr { return truth(p.covered[v.index] != nothing) }})
		}
	}
	columns = append(columns, c.periodStates()...)
	v := &Values{Alias: periodsStage}
	for _, col := range columns {
		v.Columns = append(v.Columns, col.name)
		v.Types = append(v.Types, col.typ)
	}
	for i := range c.periods {
		row := make([]metrics.Expr, len(columns))
		for j, col := range columns {
			row[j] = col.cell(&c.periods[i])
		}
		v.Rows = append(v.Rows, row)
	}
	c.stage(c.prefix+periodsStage, v)
	c.layExtents()
	if c.masked() || c.divided() {
		c.stage(c.prefix+membersStage, c.members())
	}
}

// memberKeys are the columns that tell members apart.
func (c *compilation) memberKeys() []Item {
	var keys []Item
	if c.masked() {
		keys = append(keys, Item{maskColumn, field("", maskColumn, integer)})
	}
	for i, cut := range c.cuts {
		keys = append(keys, Item{cutColumn(i), field("", cutColumn(i), cut.typ)})
	}
	return keys
}

// members are those of any scan. The set without cuts has one member, rows or not.
func (c *compilation) members() Relation {
	var inputs []Relation
	total := c.hasSet(nil)
	for _, p := range c.parts {
		if !p.tells() || !c.divided() {
			continue
		}
		var in Relation = &Ref{Stage: p.name, Alias: p.name}
		if len(c.hiddenSets) > 0 {
			in = &Filter{Input: in, Where: []metrics.Expr{c.inShownSet(p.name)}}
		} else if total {
			in = &Filter{Input: in, Where: []metrics.Expr{compare(metrics.OpNe, field(p.name, maskColumn, integer), whole(c.mask(nil)))}}
		}
		inputs = append(inputs, &Project{Input: in, Items: c.memberKeys(), Distinct: true})
	}
	if c.req.Members != "" && c.divided() {
		inputs = append(inputs, &Project{Input: &Ref{Stage: c.req.Members, Alias: c.req.Members}, Items: c.memberKeys()})
	}
	if total {
		items := c.memberKeys()
		for i := range items {
			items[i].Expr = null()
		}
		items[0].Expr = whole(c.mask(nil))
		inputs = append(inputs, &Project{Items: items})
	}
	if len(inputs) == 1 {
		return inputs[0]
	}
	return &Union{Inputs: inputs}
}

// MemberColumns are the names of the columns that tell the members of a request with
// that many cuts apart: the mask of the cut set, and the cuts.
func MemberColumns(cuts int) []string {
	out := []string{maskColumn}
	for i := range cuts {
		out = append(out, cutColumn(i))
	}
	return out
}

// Mask is what a cut set of a request with that many cuts has in the first of its
// [MemberColumns].
func Mask(cuts int, set []int) int {
	c := &compilation{cuts: make([]cut, cuts)}
	return c.mask(set)
}

// inShownSet tells whether a row of a relation belongs to a cut set with members
// that is asked for.
func (c *compilation) inShownSet(relation string) metrics.Expr {
	var any []metrics.Expr
	for _, set := range c.sets {
		if len(set) > 0 {
			any = append(any, c.inSet(relation, set))
		}
	}
	return some(any...)
}

// inSet tells whether a row of a relation belongs to a cut set.
func (c *compilation) inSet(relation string, set []int) metrics.Expr {
	return compare(metrics.OpEq, field(relation, maskColumn, integer), whole(c.mask(set)))
}

// spine is the cells, as a relation, and where their columns stand.
func (c *compilation) spine() (Relation, []Item) {
	var items []Item
	var cells Relation = &Ref{Stage: c.prefix + periodsStage, Alias: periodsStage}
	if c.masked() || c.divided() {
		cells = &Join{Kind: CrossJoin, Left: &Ref{Stage: c.prefix + membersStage, Alias: membersStage}, Right: cells}
		for _, k := range c.memberKeys() {
			items = append(items, Item{k.Name, field(membersStage, k.Name, k.Expr.Base().Type)})
		}
	}
	for _, col := range c.carried() {
		items = append(items, Item{col.name, field(periodsStage, col.name, col.typ)})
	}
	return cells, items
}

// cellPairs hold a cell of one relation equal to a cell of another: set, period
// and cuts, null members too.
func (c *compilation) cellPairs(members, periods, period, other string) []Pair {
	var pairs []Pair
	if c.req.Grain != metrics.NoGrain {
		pairs = append(pairs, Pair{L: field(periods, period, c.keyType()), R: field(other, periodColumn, c.keyType())})
	}
	for _, k := range c.memberKeys() {
		t := k.Expr.Base().Type
		pairs = append(pairs, Pair{L: field(members, k.Name, t), R: field(other, k.Name, t), NullSafe: k.Name != maskColumn})
	}
	return pairs
}
