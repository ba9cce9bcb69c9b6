package query

import (
	"slices"
	"strconv"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// windowed is a timeline whose rows are brought into stretches of time that are no
// periods of the request's grain: windows, offsets finer than the grain.
type windowed struct {
	timeline  *timeline
	context   context
	stretches []stretch
	part      *part // of its plain measures
}

// windowOf returns the windows of a view; views that differ by the cuts that they
// take away share them.
func (c *compilation) windowOf(v *view) *windowed {
	for _, other := range c.views {
		if w := other.window; w != nil && w.timeline == v.timeline && stepsKey(other.steps) == stepsKey(v.steps) && other.kept == v.kept {
			return w
		}
	}
	w := &windowed{timeline: v.timeline, context: context{steps: v.steps, kept: v.kept}, stretches: v.stretches}
	return w
}

// checkHours refuses steps by the hour, and stretches that begin or end within days,
// of a source that has days alone.
func (c *compilation) checkHours(t *timeline, steps []step, stretches []stretch) {
	if hoursOfDays(t, steps) || ofDays(t) && !c.daily(stretches) {
		c.tooFine(t, metrics.Hour, "has days and no time of day")
	}
}

// ofDays tells whether the rows of a timeline have days and no time of day.
func ofDays(t *timeline) bool { return t.time != nil && t.time.Type.Kind == metrics.Date }

// hoursOfDays tells whether steps go by the hour where rows have days alone.
func hoursOfDays(t *timeline, steps []step) bool {
	return ofDays(t) && slices.ContainsFunc(steps, func(s step) bool { return s.by == metrics.Hour && s.kind != stepReach })
}

// plainPart is the part of a window's plain measures.
func (c *compilation) plainPart(w *windowed) *part {
	if w.part == nil {
		w.part = &part{timeline: w.timeline, window: w, byKey: map[string]*measure{}}
		c.parts = append(c.parts, w.part)
	}
	return w.part
}

// daily tells whether stretches are of whole days.
func (c *compilation) daily(all []stretch) bool {
	starts := func(t time.Time) bool { return c.cal.Of(metrics.Day, t).Start.Equal(t) }
	return !slices.ContainsFunc(all, func(s stretch) bool { return s.exists && !(starts(s.Start) && starts(s.End)) })
}

// The columns of tables of windows, and the alias under which they are joined.
const (
	fromColumn  = "f"
	toColumn    = "t"
	opensColumn = "o"
	windowAlias = "w"
	momentName  = "d" // when a row happened: its day, or its hour
)

// windowTable makes the stage with a stretch for each period, once for windows that
// are alike, and returns its name.
func (c *compilation) windowTable(stretches []stretch, t metrics.Type) string {
	v := &Values{Alias: windowAlias, Columns: []string{fromColumn, toColumn, opensColumn}, Types: []metrics.Type{t, t, t}}
	if c.req.Grain != metrics.NoGrain {
		v.Columns, v.Types = append(v.Columns, periodColumn), append(v.Types, c.keyType())
	}
	key := ""
	for i, s := range stretches {
		if !s.exists {
			continue
		}
		row := []metrics.Expr{c.bound(t, s.Start), c.bound(t, s.End), c.bound(t, s.opens())}
		if c.req.Grain != metrics.NoGrain {
			row = append(row, c.periods[i].key)
		}
		v.Rows = append(v.Rows, row)
		for _, e := range row {
			key += keyOf(e)
		}
	}
	if name, known := c.windowTables[key]; known {
		return name
	}
	name := c.prefix + "windows" + strconv.Itoa(len(c.windowTables)+1)
	c.windowTables[key] = name
	if len(v.Rows) == 0 {
		row := make([]metrics.Expr, len(v.Columns))
		for i := range row {
			row[i] = null()
		}
		v.Rows = append(v.Rows, row)
	}
	c.stage(name, v)
	return name
}

// inWindow pairs a moment with the windows in which it lies.
func (c *compilation) inWindow(in Relation, moment metrics.Expr, table string) *Join {
	t := moment.Base().Type
	return &Join{
		Kind: InnerJoin, Left: in, Right: &Ref{Stage: table, Alias: windowAlias},
		On: []metrics.Expr{
			compare(metrics.OpGe, moment, field(windowAlias, fromColumn, t)),
			compare(metrics.OpLt, moment, field(windowAlias, toColumn, t)),
		},
	}
}

// manyWindows is from how many windows on it pays to find those of each day first.
const manyWindows = 8

// inWindows pairs the rows of a stage with the windows in which they lie. All rows of
// a day lie in the same ones: where there are many, windows meet the days, and rows
// their day's windows by equality, which is far less work than comparing all.
func (c *compilation) inWindows(rows string, at *metrics.Field, stretches []stretch) *Join {
	table := c.windowTable(stretches, at.Type)
	if at.Type.Kind != metrics.Date || len(stretches) < manyWindows {
		return c.inWindow(&Ref{Stage: rows, Alias: base}, at, table)
	}
	days, windows := rows+"_days", rows+"_windows"
	c.stage(days, &Project{Input: &Ref{Stage: rows, Alias: base}, Items: []Item{{momentName, at}}, Distinct: true})
	items := []Item{{momentName, at}, {toColumn, field(windowAlias, toColumn, at.Type)}}
	if c.req.Grain != metrics.NoGrain {
		items = append(items, Item{periodColumn, field(windowAlias, periodColumn, c.keyType())})
	}
	c.stage(windows, &Project{Input: c.inWindow(&Ref{Stage: days, Alias: base}, at, table), Items: items})
	return &Join{
		Kind: InnerJoin, Left: &Ref{Stage: rows, Alias: base}, Right: &Ref{Stage: windows, Alias: windowAlias},
		Equal: []Pair{{L: at, R: field(windowAlias, momentName, at.Type)}},
	}
}

// momentOf is what of a row's time decides in which windows it lies.
func (c *compilation) momentOf(t *timeline, w *windowed, r *reach) metrics.Expr {
	if t.timeless() { // its rows lie in the one stretch that there is without a grain
		return literal(date, c.cal.Day(w.stretches[0].Start))
	}
	at := r.resolve(t.time)
	if c.daily(w.stretches) {
		return dayOf(at)
	}
	return at
}

// layWindowed makes the stages of a part over windows. Rows are first brought down
// to what windows can share: measures of each day, or its different values.
func (c *compilation) layWindowed(p *part) {
	if p.measures[0].Func == CountDistinct && p.window.context.kept == nil {
		c.layDistinct(p)
		return
	}
	r := c.reachOf(p.timeline)
	moment := c.momentOf(p.timeline, p.window, r)
	keys := append([]Item{{momentName, moment}}, c.rowKeys(p.timeline, p.window.context.kept, r)...)
	where := c.windowFilter(p, r)
	rows := p.name + "_rows"
	measures := make([]*Measure, len(p.measures))
	switch {
	case p.measures[0].Func == CountDistinct:
		m := p.measures[0].Measure
		keys = append(keys, Item{"b0", r.resolve(m.Arg)})
		c.stage(rows, &Project{Input: filtered(r.relation(), where), Items: keys, Distinct: true})
		m.Arg = field("", "b0", m.Arg.Base().Type)
		measures[0] = &m
	case mergeable(p.measures[0].Func):
		daily := &Aggregate{Keys: keys}
		for i, m := range p.measures {
			name := "b" + strconv.Itoa(i)
			daily.Measures = append(daily.Measures, &Measure{Name: name, Func: m.Func, Arg: r.resolve(m.Arg), Filter: r.resolve(m.Filter), Type: m.Type, Partial: true})
			measures[i] = merge(m.Measure, name, nil)
		}
		daily.Input = filtered(r.relation(), where)
		c.stage(rows, daily)
	default:
		for i, m := range p.measures {
			name, one := "b"+strconv.Itoa(i), m.Measure
			arg := r.resolve(m.Arg)
			if m.Filter != nil {
				arg = when(r.resolve(m.Filter), arg)
			}
			keys = append(keys, Item{name, arg})
			one.Arg, one.Filter = field("", name, m.Arg.Base().Type), nil
			measures[i] = &one
		}
		c.stage(rows, &Project{Input: filtered(r.relation(), where), Items: keys})
	}
	at := field(base, momentName, moment.Base().Type)
	var in *Join
	if p.measures[0].Func == CountDistinct || mergeable(p.measures[0].Func) {
		in = c.inWindows(rows, at, p.window.stretches)
	} else { // the rows themselves, which are too many to keep
		in = c.inWindow(&Ref{Stage: rows, Alias: base}, at, c.windowTable(p.window.stretches, at.Type))
	}
	c.stage(p.name, c.grouped(c.keeping(in, p.window.context.kept), c.windowKeys(p.timeline), measures))
}

// rowKeys are the cuts of a row, and what decides whether it is kept.
func (c *compilation) rowKeys(t *timeline, k *kept, r *reach) []Item {
	var keys []Item
	for i, cut := range t.cuts {
		keys = append(keys, Item{cutColumn(i), r.resolve(cut)})
	}
	for i, e := range k.over(c, t) {
		keys = append(keys, Item{keptColumn(i), r.resolve(e)})
	}
	return keys
}

// windowKeys are the keys of what windows hold: the period that a window belongs
// to, and the cuts.
func (c *compilation) windowKeys(t *timeline) []Item {
	var keys []Item
	if c.req.Grain != metrics.NoGrain {
		keys = append(keys, Item{periodColumn, field(windowAlias, periodColumn, c.keyType())})
	}
	for i, cut := range t.cuts {
		keys = append(keys, Item{cutColumn(i), field(base, cutColumn(i), cut.Base().Type)})
	}
	return keys
}

// windowFilter keeps the rows that any window may hold.
func (c *compilation) windowFilter(p *part, r *reach) []metrics.Expr {
	where := c.readable(p.timeline, r, c.merged(p.window.stretches, nil))
	where = append(where, r.resolveAll(p.timeline.where)...)
	if p.where != nil {
		where = append(where, r.resolve(p.where))
	}
	return where
}
