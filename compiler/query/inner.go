package query

import (
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// innerLevel is an inner level of detail: a compilation of its own, at the request's
// cuts and those of per(), whose cells are the rows of an aggregate. By a finer
// grain its cells are the periods within each stretch of the aggregate; without,
// it is evaluated at the very stretch.
type innerLevel struct {
	*compilation
	dims []cut // of per()
	cell *expansion
	typ  metrics.Type
}

// finer tells whether a timeline is cells of a finer grain.
func (t *timeline) finer() bool { return t.inner != nil && t.inner.byGrain }

// liftCells returns the leaf for an aggregate over per().
func (c *compilation) liftCells(a *metrics.Aggregate, x context, def *metrics.KPI) *leaf {
	per := metrics.InnerLevel(a)
	t := c.cellsOf(per, x, def)
	outer := context{without: x.without, beyond: x.beyond}
	if t.inner.byGrain {
		outer = x
	}
	lifted := *a
	lifted.Args = slices.Clone(a.Args)
	lifted.Args[0] = field(base, cellColumn, t.inner.typ) // one without a value is a row whose value is null
	return c.leafOf(&lifted, c.viewOf(t, outer))
}

// cellColumn is the value of a cell.
const cellColumn = "v"

// cellsOf returns the timeline of the cells of per() in a context.
func (c *compilation) cellsOf(per *metrics.Call, x context, def *metrics.KPI) *timeline {
	grain := grainArg(per)
	at := x
	if grain != metrics.NoGrain {
		at = context{}
	}
	at.without, at.beyond = nil, false // what counts for the cells is their own rows
	key := def.Name + keyOf(per) + at.key()
	if t := c.innerByKey[key]; t != nil {
		return t
	}
	sub := newCompilation(c.model, c.stats, c.cal, c.req)
	sub.outer = c
	sub.prefix = c.prefix + "inner" + strconv.Itoa(len(c.innerByKey)+1) + "_"
	sub.standIns = c.standIns
	sub.req.Sets, sub.req.Having, sub.req.Order, sub.req.Compare = nil, nil, nil, nil
	sub.req.Totals, sub.req.Limit, sub.req.PresentOnly, sub.req.Members = false, 0, true, ""
	sub.byGrain = grain != metrics.NoGrain
	if sub.byGrain {
		sub.req.Grain = grain
	}
	sub.cuts = slices.Clone(c.cuts)
	dims := c.cutsOf(per.Args[0])
	for _, d := range dims {
		if !slices.ContainsFunc(sub.cuts, d.same) {
			sub.cuts = append(sub.cuts, d)
		}
	}
	if sub.byGrain && x.kept != nil {
		c.keptTwice("per by " + string(grain))
	}
	in := &innerLevel{compilation: sub, dims: dims, cell: &expansion{lags: []metrics.Span{def.Lag}}, typ: per.Args[1].Base().Type}
	in.cell.value = sub.evaluate(per.Args[1], at, def, in.cell)
	sub.viewOwnRows()
	sub.kpis, sub.requested = []*kpi{{&metrics.KPI{Name: cellColumn, Type: in.typ}, in.cell}}, 1
	c.diags = append(c.diags, sub.diags...)
	for _, note := range sub.notes {
		c.note(note)
	}
	t := &timeline{index: len(c.timelines), source: &metrics.Source{Name: sub.prefix, Ahead: sub.allAhead()}, inner: in}
	for i, cut := range c.cuts {
		t.cuts = append(t.cuts, field(base, cutColumn(i), cut.typ))
	}
	c.timelines = append(c.timelines, t)
	c.innerByKey[key] = t
	return t
}

// viewOwnRows lets cells be told by rows of their own members where all that they read is
// totals: these are there whatever rows a cell has.
func (c *compilation) viewOwnRows() {
	if slices.ContainsFunc(c.views, func(v *view) bool { return len(v.without) == 0 }) {
		return
	}
	for _, v := range slices.Clone(c.views) {
		own := v.context
		own.without = nil
		c.viewOf(v.timeline, own)
	}
}

func (c *compilation) allAhead() bool {
	return !slices.ContainsFunc(c.timelines, func(t *timeline) bool { return !t.ahead() })
}

// innerSet is the cut set of the cells for one that is scanned for: the dimensions
// of per() added.
func (c *compilation) innerSet(t *timeline, set []int) []int {
	out := slices.Clone(set)
	for i := len(c.cuts); i < len(t.inner.cuts); i++ {
		out = append(out, i)
	}
	for i, cut := range c.cuts { // per() may name a cut of the request
		if slices.ContainsFunc(t.inner.dims, cut.same) && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// layInner compiles the cells of each inner level for the stretches they are read in.
func (c *compilation) layInner() {
	for _, t := range c.timelines {
		if t.inner == nil {
			continue
		}
		sub := t.inner.compilation
		for _, set := range c.scanned() {
			sub.addSet(c.innerSet(t, set))
		}
		c.cellPeriods(sub, t)
		for _, pass := range innerPasses() {
			pass(sub)
			if sub.diags.HasErrors() {
				break
			}
		}
		c.diags = append(c.diags, sub.diags...)
		c.stages = append(c.stages, sub.stages...)
		c.seeBeneath(t)
	}
}

// innerPasses are those of a request whose leaves are found already.
func innerPasses() []func(*compilation) {
	return []func(*compilation){
		(*compilation).layViews, (*compilation).findHiddenSets, (*compilation).layKept, (*compilation).layInner, (*compilation).judgeCoverage,
		(*compilation).breakAggregates, (*compilation).partDistinctCounts, (*compilation).partWindows, (*compilation).preAggregate, (*compilation).narrowScans,
		(*compilation).layScans, (*compilation).laySpine, (*compilation).combine,
	}
}

func (c *compilation) addSet(set []int) {
	if !c.hasSet(set) {
		c.sets = append(c.sets, set)
	}
}

// cellPeriods are the periods of the cells: the aggregate's own, or those of the
// finer grain within its stretches.
func (c *compilation) cellPeriods(sub *compilation, t *timeline) {
	if !sub.byGrain {
		for _, p := range c.periods {
			p.Shown, p.States, p.covered = true, nil, nil
			sub.periods = append(sub.periods, p)
		}
		return
	}
	for _, v := range c.views {
		if v.timeline != t {
			continue
		}
		for i := range c.periods {
			s := v.stretchOver(i, &c.periods[i])
			if !s.exists {
				continue
			}
			start := s.Start
			if first, _ := sub.coveredRange(); start.Before(first) { // a stretch may have no beginning
				start = first
			}
			for _, p := range c.cal.Between(sub.req.Grain, start, s.End) {
				sub.addPeriod(p, true)
			}
			sub.clip = append(sub.clip, interval{s.Start, s.End})
			if len(sub.periods) > maxPeriods {
				c.tooMany()
				return
			}
		}
	}
	c.refuseCutCells(sub)
	slices.SortFunc(sub.periods, func(a, b Period) int { return a.Start.Compare(b.Start) })
	for i := range sub.periods {
		p := &sub.periods[i]
		p.key, p.previous, p.yearAgo = sub.periodKey(p.Period), null(), null()
	}
}

// layCells makes the stages of an aggregate over cells: the cells, for each cut set those of the set that its dimensions are in, and the aggregates.
func (c *compilation) layCells(p *part) {
	t := p.timeline
	rows := p.name + "_rows"
	cells, period := c.cellRows(p)
	var inputs []Relation
	for _, set := range c.scanned() {
		in := t.inner.mask(c.innerSet(t, set))
		var where []metrics.Expr
		if t.inner.masked() {
			where = append(where, compare(metrics.OpEq, field(base, maskColumn, integer), whole(in)))
		}
		var items []Item
		if c.masked() {
			items = append(items, Item{maskColumn, whole(c.mask(set))})
		}
		if c.req.Grain != metrics.NoGrain {
			items = append(items, Item{periodColumn, period})
		}
		for i, cut := range c.cuts {
			e := metrics.Expr(field(base, cutColumn(i), cut.typ))
			if !slices.Contains(set, i) {
				e = null()
			}
			items = append(items, Item{cutColumn(i), e})
		}
		items = append(items, Item{cellColumn, field(base, cellColumn, t.inner.typ)})
		inputs = append(inputs, &Project{Input: filtered(&Ref{Stage: cells, Alias: base}, where), Items: items})
	}
	if len(inputs) == 1 {
		c.stage(rows, inputs[0])
	} else {
		c.stage(rows, &Union{Inputs: inputs, All: true})
	}
	var keys []Item
	if c.masked() {
		keys = append(keys, Item{maskColumn, field(base, maskColumn, integer)})
	}
	keys = append(keys, c.pickedKeys(t)...)
	measures := make([]*Measure, len(p.measures))
	for i, m := range p.measures {
		measures[i] = &m.Measure
	}
	c.stage(p.name, &Aggregate{Input: &Ref{Stage: rows, Alias: base}, Keys: keys, Measures: measures})
}

// cellRows makes the stage of the cells that count, and says where their period
// stands: those of member tuples with a row in the stretch.
func (c *compilation) cellRows(p *part) (string, metrics.Expr) {
	t := p.timeline
	sub := t.inner
	value := Item{cellColumn, field(base, valueColumn(0), sub.typ)}
	period := metrics.Expr(field(base, periodColumn, c.keyType()))
	name := p.name + "_cells"
	keys := sub.memberKeys()
	for i := range keys {
		keys[i].Expr = field(base, keys[i].Name, keys[i].Expr.Base().Type)
	}
	there := field(base, presence, boolean)
	ref := &Ref{Stage: sub.prefix + kpisStage, Alias: base}
	if p.window == nil {
		if c.req.Grain != metrics.NoGrain {
			keys = append(keys, Item{periodColumn, period})
		}
		c.stage(name, &Project{Input: filtered(ref, []metrics.Expr{there}), Items: append(keys, value)})
		return name, period
	}
	at := field(base, periodColumn, sub.keyType())
	in := c.inWindow(ref, at, c.windowTable(sub.fromFirstCell(p.window.stretches), at.Type))
	if c.req.Grain != metrics.NoGrain {
		keys = append(keys, Item{periodColumn, field(windowAlias, periodColumn, c.keyType())})
	}
	all := p.name + "_all"
	c.stage(all, &Project{Input: in, Items: append(slices.Clone(keys), Item{presence, there}, value)})
	for i := range keys {
		keys[i].Expr = field(base, keys[i].Name, keys[i].Expr.Base().Type)
	}
	c.stage(p.name+"_present", &Project{Input: filtered(&Ref{Stage: all, Alias: base}, []metrics.Expr{there}), Items: keys, Distinct: true})
	j := &Join{Kind: InnerJoin, Left: &Ref{Stage: all, Alias: base}, Right: &Ref{Stage: p.name + "_present", Alias: keptAlias}}
	for _, k := range keys {
		j.Equal = append(j.Equal, Pair{L: k.Expr, R: field(keptAlias, k.Name, k.Expr.Base().Type), NullSafe: k.Name != periodColumn && k.Name != maskColumn})
	}
	value.Expr = field(base, cellColumn, sub.typ)
	c.stage(name, &Project{Input: j, Items: append(keys, value)})
	return name, period
}
