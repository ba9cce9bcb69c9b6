package query

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// kept is the members that like_for_like keeps: those of some dimensions with rows
// both in a stretch and in the one before it, of any source that is read under it.
type kept struct {
	name  string // of the stage that has them
	dims  []cut
	n     int
	by    metrics.Grain
	steps []step // to the stretch, from a cell's period
	given bool   // the stage is there already
}

func keptColumn(i int) string { return "e" + strconv.Itoa(i) }

const keptAlias = "m"

// keptIn returns the members that are kept as want says for what reads these timelines:
// they don't depend on what else is asked for.
func (c *compilation) keptIn(want *kept, reads []string) *kept {
	key := fmt.Sprint(want.n, want.by, "|", stepsKey(want.steps), reads)
	for _, d := range want.dims {
		key += "|" + d.name
	}
	if have := c.keepers[key]; have != nil {
		return have
	}
	own := *want
	own.name = c.prefix + "kept" + strconv.Itoa(len(c.keepers)+1)
	c.keepers[key] = &own
	c.keeperOrder = append(c.keeperOrder, &own)
	return &own
}

// over is the dimensions over the columns of a timeline's source.
func (k *kept) over(c *compilation, t *timeline) []metrics.Expr {
	if k == nil {
		return nil
	}
	var out []metrics.Expr
	for _, d := range k.dims {
		if d.cycle != nil {
			out = append(out, c.placeCycle(d.cycle, t))
			continue
		}
		e, problem := d.over(c.model, t.source.Name)
		c.report(problem)
		if problem == nil {
			out = append(out, c.atGrain(e))
		}
	}
	return out
}

// keeping leaves of rows in windows those of the members that are kept.
func (c *compilation) keeping(in Relation, k *kept) Relation {
	return c.joinKept(in, k, windowAlias)
}

// keepingPicked is the same for rows that carry their period.
func (c *compilation) keepingPicked(in Relation, k *kept) Relation {
	return c.joinKept(in, k, base)
}

func (c *compilation) joinKept(in Relation, k *kept, periods string) Relation {
	if k == nil {
		return in
	}
	j := &Join{Kind: InnerJoin, Left: in, Right: &Ref{Stage: k.name, Alias: keptAlias}}
	if c.req.Grain != metrics.NoGrain {
		j.Equal = append(j.Equal, Pair{L: field(periods, periodColumn, c.keyType()), R: field(keptAlias, periodColumn, c.keyType())})
	}
	for i, d := range k.dims {
		j.Equal = append(j.Equal, Pair{L: field(base, keptColumn(i), d.typ), R: field(keptAlias, keptColumn(i), d.typ), NullSafe: true})
	}
	return j
}

// layKept makes the stages of the members that are kept: those that have rows in
// the stretch, those that have rows before, and those in both.
func (c *compilation) layKept() {
	for _, k := range c.keeperOrder {
		earlier := append(slices.Clone(k.steps), step{kind: stepBack, n: k.n, by: k.by})
		now, then := k.name+"_now", k.name+"_then"
		c.layPresent(k, now, k.steps)
		c.layPresent(k, then, earlier)
		j := &Join{Kind: InnerJoin, Left: &Ref{Stage: now, Alias: base}, Right: &Ref{Stage: then, Alias: keptAlias}}
		items := c.keptKeys(k, base)
		for i, right := range c.keptKeys(k, keptAlias) {
			j.Equal = append(j.Equal, Pair{L: items[i].Expr, R: right.Expr, NullSafe: right.Name != periodColumn})
		}
		c.stage(k.name, &Project{Input: j, Items: items})
	}
}

func (c *compilation) keptKeys(k *kept, alias string) []Item {
	var items []Item
	if c.req.Grain != metrics.NoGrain {
		items = append(items, Item{periodColumn, field(alias, periodColumn, c.keyType())})
	}
	for i, d := range k.dims {
		items = append(items, Item{keptColumn(i), field(alias, keptColumn(i), d.typ)})
	}
	return items
}

// readUnder are the timelines that are read of the members that are kept, those of inner
// levels included, each once.
func (c *compilation) readUnder(k *kept) []*timeline {
	var out []*timeline
	add := func(t *timeline) {
		if !slices.ContainsFunc(out, func(have *timeline) bool { return have.reads() == t.reads() }) {
			out = append(out, t)
		}
	}
	for _, v := range c.views {
		if v.kept == k && v.timeline.inner == nil {
			add(v.timeline)
		}
	}
	for _, t := range c.timelines {
		if t.inner != nil {
			for _, below := range t.inner.readUnder(k) {
				add(below)
			}
		}
	}
	return out
}

// timelinesIn names the timelines that an expression of a KPI reads, each once, in order.
func (c *compilation) timelinesIn(e metrics.Expr, def *metrics.KPI) []string {
	var out []string
	metrics.Walk(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.Aggregate:
			if e.Source != "" {
				at := def.Time
				if at == nil || at.Source != e.Source {
					at = ownTime(c.model.Source(e.Source))
				}
				t := &timeline{source: c.model.Source(e.Source), time: at, spread: Spreads(c.model, e, def.Time)}
				out = append(out, t.reads())
			}
		case *metrics.KPIRef:
			if below := c.model.KPI(e.KPI); below != nil {
				out = append(out, c.timelinesIn(below.Value, below)...)
			}
		}
		return true
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// reads tells timelines apart by the rows that they read.
func (t *timeline) reads() string {
	if t.timeless() {
		return t.source.Name
	}
	return fmt.Sprint(t.source.Name, t.spread, keyOf(t.time))
}

// layPresent makes the stage of the members with rows in a stretch.
func (c *compilation) layPresent(k *kept, name string, steps []step) {
	var inputs []Relation
	for _, t := range c.readUnder(k) {
		w := &windowed{timeline: t, context: context{steps: steps}}
		for i := range c.periods {
			w.stretches = append(w.stretches, c.stretchOf(c.periods[i].Period, steps, t.ahead()))
		}
		c.checkHours(t, steps, w.stretches)
		r := c.reachOf(t)
		moment := c.momentOf(t, w, r)
		keys := []Item{{momentName, moment}}
		for i, e := range k.over(c, t) {
			keys = append(keys, Item{keptColumn(i), r.resolve(e)})
		}
		where := append(c.readable(t, r, c.merged(w.stretches, nil)), r.resolveAll(t.where)...)
		rows := name + "_rows" + strconv.Itoa(len(inputs)+1)
		c.stage(rows, &Project{Input: filtered(r.relation(), where), Items: keys, Distinct: true})
		in := c.inWindows(rows, field(base, momentName, moment.Base().Type), w.stretches)
		items := c.keptKeys(k, base)
		if c.req.Grain != metrics.NoGrain {
			items[0].Expr = field(windowAlias, periodColumn, c.keyType())
		}
		inputs = append(inputs, &Project{Input: in, Items: items, Distinct: true})
	}
	if len(inputs) == 1 {
		c.stage(name, inputs[0])
		return
	}
	c.stage(name, &Union{Inputs: inputs})
}
