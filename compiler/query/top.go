package query

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// The stages of the largest members, and of those that become one row.
const (
	placesStage = "places"
	othersStage = "others"
	topStage    = "top"

	placeColumn = "place"
	otherColumn = "other"
)

// checkTop refuses a choice of the largest members where there are none to choose
// from.
func (c *compilation) checkTop() {
	switch r := c.req; {
	case r.Top == 0 && r.Other:
		c.fail(diag.BadRequest, "Other than what?", "other is the members beyond the largest. Say how many of those are shown: top 10.")
	case r.Top == 0:
	case r.Top < 0 || r.Sets != nil || len(c.cuts) == 0:
		c.fail(diag.BadRequest, "No members to take the largest of", "top keeps members of a cut. Say by which: by channel.")
	}
}

// keepTop keeps, in each period, the members with the largest values of the first
// KPI, ties too. The rest become one row with other, computed from their rows.
func (c *compilation) keepTop() {
	c.answer = kpisStage
	if c.req.Top == 0 {
		return
	}
	within := c.competition()
	place := &metrics.Ranked{Node: typed(integer), X: field("", valueColumn(0), c.kpis[0].def.Type), Within: within}
	columns := c.stages[len(c.stages)-1].Body.(*Project).Items
	all := make([]Item, len(columns))
	for i, item := range columns {
		all[i] = Item{item.Name, field("", item.Name, item.Expr.Base().Type)}
	}
	c.stage(placesStage, &Project{Input: &Ref{Stage: kpisStage, Alias: kpisStage}, Items: append(slices.Clone(all), Item{placeColumn, c.ranked(place)})})
	high := compare(metrics.OpLe, field(placesStage, placeColumn, integer), whole(c.req.Top))
	shown := high
	if c.hasSet(nil) {
		shown = some(high, c.inSet(placesStage, nil))
	}
	c.answer = topStage
	rest := filtered(&Ref{Stage: placesStage, Alias: placesStage}, []metrics.Expr{shown})
	if !c.req.Other {
		c.stage(topStage, &Project{Input: rest, Items: all})
		return
	}
	sub := c.otherMembers(high)
	if sub == nil {
		return
	}
	own := make([]Item, len(all))
	for i, item := range all {
		own[i] = item
		t := item.Expr.Base().Type
		switch {
		case item.Name == maskColumn:
			own[i].Expr = whole(c.mask(c.sets[0]))
		case item.Name == shownColumn:
			own[i].Expr = truth(true)
		case item.Name == previousColumn, item.Name == yearAgoColumn:
			own[i].Expr = null() // what they are compared with comes with them
		case slices.ContainsFunc(c.memberKeys(), func(k Item) bool { return k.Name == item.Name }):
			own[i].Expr = null()
		default:
			own[i].Expr = field(kpisStage, item.Name, t)
		}
	}
	all, own = append(all, Item{otherColumn, truth(false)}), append(own, Item{otherColumn, truth(true)})
	for j, was := range c.comparedKPIs() {
		name := wasColumn(was.with, was.index)
		all = append(all, Item{name, null()})
		own = append(own, Item{name, field(kpisStage, valueColumn(len(c.kpis)+j), c.kpis[was.index].def.Type)})
	}
	c.stage(topStage, &Union{All: true, Inputs: []Relation{
		&Project{Input: rest, Items: all},
		&Project{Input: c.whereOthers(sub), Items: own},
	}})
}

// comparedKPI is a requested KPI, by its index, at the period that it is compared with.
type comparedKPI struct {
	with  Comparison
	index int
	back  step // to the period
}

// comparedKPIs are those that the request sets against other periods.
func (c *compilation) comparedKPIs() []comparedKPI {
	var out []comparedKPI
	for _, with := range []Comparison{Previous, YearAgo} {
		if !slices.Contains(c.req.Compare, with) {
			continue
		}
		back := step{kind: stepBack, n: 1, by: c.req.Grain}
		if with == YearAgo {
			back.by = metrics.Year
		}
		for i := range c.requested {
			out = append(out, comparedKPI{with, i, back})
		}
	}
	return out
}

// wasColumn is the column of the row of other members with the value of a KPI over the
// same members at the period that it is compared with. Cells can't be met for it: at
// that period, others may be the largest.
func wasColumn(with Comparison, kpi int) string { return string(with) + "_" + valueColumn(kpi) }

// whereOthers is the cells over other members, of periods that have any.
func (c *compilation) whereOthers(sub *compilation) Relation {
	const there = othersStage + "_there"
	j := &Join{Kind: InnerJoin, Left: &Ref{Stage: sub.prefix + kpisStage, Alias: kpisStage}, Right: &Ref{Stage: there, Alias: there}}
	item := Item{periodColumn, whole(1)}
	if c.req.Grain != metrics.NoGrain {
		t := c.keyType()
		item.Expr = field(othersStage, periodColumn, t)
		j.Equal = []Pair{{L: field(kpisStage, periodColumn, t), R: field(there, periodColumn, t)}}
	}
	c.stage(there, &Project{Input: &Ref{Stage: othersStage, Alias: othersStage}, Items: []Item{item}, Distinct: true})
	return j
}

// otherMembers compiles the KPIs over the members that are not among the largest:
// as one, without cuts.
func (c *compilation) otherMembers(high metrics.Expr) *compilation {
	k := &kept{name: othersStage, dims: c.cuts, given: true}
	items := c.keptKeys(k, placesStage)
	for i := range c.cuts {
		items[len(items)-len(c.cuts)+i].Expr = field(placesStage, cutColumn(i), c.cuts[i].typ)
	}
	beyond := []metrics.Expr{coalesce(call("if", boolean, high, truth(false), truth(true)), truth(true))}
	if c.masked() {
		beyond = append(beyond, c.inSet(placesStage, c.sets[0]))
	}
	c.stage(othersStage, &Project{Input: filtered(&Ref{Stage: placesStage, Alias: placesStage}, beyond), Items: items})

	sub := newCompilation(c.model, c.stats, c.cal, c.req)
	sub.prefix, sub.standIns = "other_", c.standIns
	sub.req.By, sub.req.Compare, sub.req.Totals, sub.req.Top, sub.req.Other = nil, nil, false, 0, false
	sub.sets = [][]int{{}}
	for _, wanted := range c.kpis {
		sub.kpis = append(sub.kpis, &kpi{wanted.def, sub.expand(wanted.def, context{kept: k})})
	}
	for _, was := range c.comparedKPIs() {
		def := c.kpis[was.index].def
		sub.kpis = append(sub.kpis, &kpi{def, sub.expand(def, context{kept: k, beyond: true}.then(was.back))})
	}
	sub.requested = c.requested
	sub.periods = slices.DeleteFunc(slices.Clone(c.periods), func(p Period) bool { return !p.Shown })
	for i := range sub.periods {
		sub.periods[i].States, sub.periods[i].covered = nil, nil
	}
	for _, pass := range innerPasses() {
		if pass(sub); sub.diags.HasErrors() {
			break
		}
	}
	c.diags = append(c.diags, sub.diags...)
	if c.diags.HasErrors() {
		return nil
	}
	c.stages = append(c.stages, sub.stages...)
	return sub
}
