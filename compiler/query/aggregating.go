package query

import (
	"slices"
	"strconv"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// RowColumn numbers the rows of a source while it is cleaned.
const RowColumn = "$row"

// Reached compiles what the rows of a source reach in others: the columns, under
// the names, beside the number of each row.
func Reached(m *metrics.Model, cal *metrics.Calendar, s *metrics.Source, columns []*metrics.ColumnRef, names []string) *Select {
	c := cleaning(m, nil, cal, time.Time{})
	r := c.reach(s)
	items := []Item{{RowColumn, field(base, RowColumn, integer)}}
	for i, ref := range columns {
		items = append(items, Item{names[i], r.column(ref.Path, ref.Column, ref.Type)})
	}
	return c.selected(&Project{Input: r.relation(), Items: items})
}

// EntityKeys compiles the keys of an entity: those in the rows of its sources.
func EntityKeys(m *metrics.Model, cal *metrics.Calendar, asOf time.Time, e *metrics.Entity) *Select {
	c := cleaning(m, nil, cal, asOf)
	var inputs []Relation
	for _, f := range e.From {
		s := m.Source(f.Source)
		key := field(base, f.Key, columnOf(s, "", nil, f.Key).Type)
		where := []metrics.Expr{known(key)}
		if seen := c.seen(s, base); seen != nil {
			where = append(where, seen)
		}
		inputs = append(inputs, &Project{
			Input: filtered(&Scan{Source: s.Name, Alias: base}, where), Items: []Item{{metrics.EntityKey, key}}, Distinct: true,
		})
	}
	if len(inputs) == 1 {
		return c.selected(inputs[0])
	}
	return c.selected(&Union{Inputs: inputs})
}

// Aggregating compiles the columns of a source that aggregate the rows of others or
// convert by rates, and those computed from them, beside the number of each row; timestamps with
// their day. Each other source is aggregated alone to the rows of this one, so
// that rows never multiply.
func Aggregating(m *metrics.Model, stats map[string]metrics.Statistics, cal *metrics.Calendar, asOf time.Time, s *metrics.Source) *Select {
	c := cleaning(m, stats, cal, asOf)
	find := metrics.Sources(m.Source)
	all := find.Late(s)
	c.standIns[s.Name] = rowsStage(0)
	c.stage(rowsStage(0), &Project{Input: &Scan{Source: s.Name, Alias: base}, All: base})
	level := 0
	for left := all; len(left) > 0; level++ {
		waits := func(column *metrics.Column) bool {
			return slices.ContainsFunc(find.OwnColumns(s, column.Value), func(o *metrics.Column) bool { return slices.Contains(left, o) })
		}
		ready := slices.DeleteFunc(slices.Clone(left), waits)
		c.addColumns(s, ready, level+1)
		left = slices.DeleteFunc(slices.Clone(left), func(column *metrics.Column) bool { return slices.Contains(ready, column) })
	}
	items := []Item{{RowColumn, field("", RowColumn, integer)}}
	for _, column := range all {
		items = append(items, Item{column.Name, field("", column.Name, column.Type)})
		if column.Type.Kind == metrics.Timestamp {
			items = append(items, Item{DayColumn(column.Name), field("", DayColumn(column.Name), date)})
		}
	}
	return c.selected(&Project{Input: &Ref{Stage: rowsStage(level), Alias: base}, Items: items})
}

func rowsStage(level int) string { return "rows" + strconv.Itoa(level) }

// cleaning is a compilation of what cleaning a source needs of others.
func cleaning(m *metrics.Model, stats map[string]metrics.Statistics, cal *metrics.Calendar, asOf time.Time) *compilation {
	return &compilation{model: m, stats: stats, cal: cal, req: Request{AsOf: asOf}, standIns: map[string]string{}}
}

func (c *compilation) selected(root Relation) *Select {
	return &Select{Stages: c.stages, Root: root, Project: &c.model.Project, Request: c.req}
}

// addColumns lays the stage of a level: the rows of that before it, with columns
// that read nothing beyond it.
func (c *compilation) addColumns(s *metrics.Source, columns []*metrics.Column, level int) {
	r := c.reach(s)
	var scans []*part
	var items []Item
	for _, column := range columns {
		value := metrics.Rewrite(column.Value, func(e metrics.Expr) metrics.Expr {
			if a, ok := e.(*metrics.Aggregate); ok {
				return c.aggregated(a, &scans, level)
			}
			return e
		})
		value = r.resolve(onDay(value, ownTime(s)))
		items = append(items, Item{column.Name, value})
		if column.Type.Kind == metrics.Timestamp {
			items = append(items, Item{DayColumn(column.Name), call("date", date, value)})
		}
	}
	rows := r.relation()
	for _, p := range scans {
		c.stage(p.name, c.byRow(s, p))
		number := Pair{L: field(base, RowColumn, integer), R: field(p.name, RowColumn, integer)}
		rows = &Join{Kind: LeftJoin, Left: rows, Right: &Ref{Stage: p.name, Alias: p.name}, Equal: []Pair{number}}
	}
	c.stage(rowsStage(level), &Project{Input: rows, All: base, Items: items})
	c.standIns[s.Name] = rowsStage(level)
}

// aggregated is the value of an aggregate over measures of the scan of its source,
// which is added to the scans where it isn't among them.
func (c *compilation) aggregated(a *metrics.Aggregate, scans *[]*part, level int) metrics.Expr {
	i := slices.IndexFunc(*scans, func(p *part) bool { return p.timeline.source.Name == a.Source })
	if i < 0 {
		i = len(*scans)
		*scans = append(*scans, &part{
			name:     rowsStage(level) + "_" + strconv.Itoa(i+1),
			timeline: &timeline{source: c.model.Source(a.Source)}, byKey: map[string]*measure{},
		})
	}
	p := (*scans)[i]
	lifted := *a
	lifted.Args = make([]metrics.Expr, len(a.Args))
	at := ownTime(p.timeline.source)
	for i, arg := range a.Args {
		lifted.Args[i] = onDay(arg, at)
	}
	if a.Filter != nil {
		lifted.Filter = onDay(askMembers(c.model, a.Source, a.Filter), at)
	}
	b := breaker{c: c, leaf: &leaf{agg: &lifted, timeline: p.timeline}, part: p}
	return metrics.Rewrite(b.value(), func(e metrics.Expr) metrics.Expr {
		if f, ok := e.(*metrics.Field); ok {
			return field(p.name, f.Name, f.Type)
		}
		return e
	})
}

// byRow aggregates the rows of a scan's source by the row of s that they reference.
func (c *compilation) byRow(s *metrics.Source, p *part) Relation {
	from := p.timeline.source
	r := c.reach(from)
	path := metrics.Sources(c.model.Source).PathsTo(from.Name, s.Name)[0]
	out := &Aggregate{Keys: []Item{{RowColumn, r.column(path, RowColumn, integer)}}}
	for _, m := range p.measures {
		resolved := m.Measure
		resolved.Arg, resolved.Filter = r.resolve(m.Arg), r.resolve(m.Filter)
		out.Measures = append(out.Measures, &resolved)
	}
	var where []metrics.Expr
	if seen := c.seen(from, base); seen != nil {
		where = append(where, seen)
	}
	out.Input = filtered(r.relation(), where)
	return out
}
