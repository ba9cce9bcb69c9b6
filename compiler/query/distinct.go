package query

import (
	"slices"
	"strconv"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

const (
	nextColumn   = "next" // when a value occurs again
	numberColumn = "n"    // how many values there are
	valueName    = "b0"
)

// layDistinct makes the stages of a distinct count over windows. A value is in a
// window through its last day there: the one that lies in it while the next one on
// which it occurs does not. So values are counted by their day and the next one, and
// windows add up these counts: no value is met by every window that holds it. Where
// the part also tells members, rows without a value stay, as the value null that
// counts for nothing.
func (c *compilation) layDistinct(p *part) {
	m := p.measures[0].Measure
	r := c.reachOf(p.timeline)
	moment := c.momentOf(p.timeline, p.window, r)
	keys := append([]Item{{momentName, moment}}, c.rowKeys(p.timeline, nil, r)...)
	value := r.resolve(m.Arg)
	rows := p.name + "_rows"
	where := c.windowFilter(p, r)
	if !p.counts() {
		where = append(where, known(value))
	}
	c.stage(rows, &Project{Input: filtered(r.relation(), where), Items: append(keys, Item{valueName, value}), Distinct: true})

	at := field(base, momentName, moment.Base().Type)
	var inputs []Relation
	for i, set := range c.scanned() {
		name := p.name + "_next" + strconv.Itoa(i+1)
		c.layFollowing(p.timeline, rows, name, set, at, value.Base().Type)
		inputs = append(inputs, c.countedBy(p, name, set, at, value.Base().Type))
	}
	counts := p.name + "_counts"
	if len(inputs) == 1 {
		c.stage(counts, inputs[0])
	} else {
		c.stage(counts, &Union{Inputs: inputs, All: true})
	}
	in := c.inWindows(counts, at, p.window.stretches)
	next := field(base, nextColumn, at.Type)
	in.On = append(in.On, some(unknown(next), compare(metrics.OpGe, next, field(windowAlias, toColumn, at.Type))))
	outer := c.windowKeys(p.timeline)
	if c.masked() {
		outer = append([]Item{{maskColumn, field(base, maskColumn, integer)}}, outer...)
	}
	measures := []*Measure{{Name: m.Name, Func: SumOfCounts, Arg: field(base, numberColumn, integer), Type: integer}}
	if p.counts() {
		measures = append(measures, &Measure{Name: presence, Func: CountRows, Type: integer})
	}
	c.stage(p.name, &Aggregate{Input: in, Keys: outer, Measures: measures})
}

// maxLookahead is from how many days on a limit saves nothing.
const maxLookahead = 200

// longest is how many days the longest stretch has.
func (c *compilation) longest(all []stretch) int {
	days := 0
	for _, s := range all {
		if s.exists {
			days = max(days, int(s.End.Sub(s.Start)/(23*time.Hour))+1)
		}
	}
	return days
}

// layFollowing makes the stage with when each value of a cut set's cells occurs, and
// when next.
func (c *compilation) layFollowing(t *timeline, rows, name string, set []int, at *metrics.Field, value metrics.Type) {
	items := []Item{{momentName, at}}
	var within []metrics.Expr
	for _, i := range set {
		e := field(base, cutColumn(i), t.cuts[i].Base().Type)
		items, within = append(items, Item{cutColumn(i), e}), append(within, e)
	}
	of := field(base, valueName, value)
	var in Relation = &Ref{Stage: rows, Alias: base}
	if len(set) < len(c.cuts) { // values of several members are one
		c.stage(name+"_rows", &Project{Input: in, Items: append(slices.Clone(items), Item{valueName, of}), Distinct: true})
		in = &Ref{Stage: name + "_rows", Alias: base}
	}
	next := &metrics.Following{Node: typed(at.Type), X: at, Within: append(within, of)}
	c.stage(name, &Project{Input: in, Items: append(items, Item{valueName, of}, Item{nextColumn, next})})
}

// countedBy is how many values of a cut set's cells occur on a day, and next on
// another. A next day that is further than any window is long makes no difference.
func (c *compilation) countedBy(p *part, name string, set []int, at *metrics.Field, value metrics.Type) Relation {
	next := metrics.Expr(field(base, nextColumn, at.Type))
	if days := c.longest(p.window.stretches); at.Type.Kind == metrics.Date && days <= maxLookahead {
		next = when(compare(metrics.OpLt, next, call("date_add", date, at, whole(days), literal(text, string(metrics.Day)))), next)
	}
	var keys []Item
	if c.masked() {
		keys = append(keys, Item{maskColumn, whole(c.mask(set))})
	}
	keys = append(keys, Item{momentName, at}, Item{nextColumn, next})
	for i, cut := range p.timeline.cuts {
		e := metrics.Expr(null())
		if slices.Contains(set, i) {
			e = field(base, cutColumn(i), cut.Base().Type)
		}
		keys = append(keys, Item{cutColumn(i), e})
	}
	number := &Measure{Name: numberColumn, Func: Count, Arg: field(base, valueName, value), Type: integer}
	return &Aggregate{Input: &Ref{Stage: name, Alias: base}, Keys: keys, Measures: []*Measure{number}}
}
