package query

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// sinceColumn is from when on a row holds, in the relation that a dated join reads.
const sinceColumn = "$since"

// rowsOf is the clean rows of a source, or the stage that stands in for them.
func (c *compilation) rowsOf(source, alias string) Relation {
	if stage, found := c.standIns[source]; found {
		return &Ref{Stage: stage, Alias: alias}
	}
	return &Scan{Source: source, Alias: alias}
}

// column is a column at the end of a path. Of a row that was found by its time, it
// is null where that row no longer holds.
func (r *reach) column(path []string, name string, t metrics.Type) metrics.Expr {
	alias := r.alias(path)
	column := field(alias, name, t)
	if holds := r.holds[alias]; holds != nil {
		return when(holds, column)
	}
	return column
}

// timeOf is the time of the row at the end of a path, by which it finds rows that
// hold for a time: that by which it was found so itself, else its own.
func (r *reach) timeOf(path []string) metrics.Expr {
	if found := r.times[strings.Join(path, ".")]; found != nil {
		return found
	}
	own := ownTime(metrics.Sources(r.c.model.Source).End(r.source, path))
	return r.column(path, own.Column, own.Type)
}

// dated is the join to the one row that holds at the time of the referring row:
// the last that began at or before it. Whether it holds still is judged by what
// reads it, as the engine's join takes one inequality only.
func (r *reach) dated(path []string, ref *metrics.Reference, to *metrics.Source, alias string) *Join {
	at := r.timeOf(path[:len(path)-1])
	r.times[strings.Join(path, ".")] = at
	const rows = "v"
	in := r.c.rowsOf(to.Name, rows)
	if seen := r.c.seen(to, rows); seen != nil {
		in = &Filter{Input: in, Where: []metrics.Expr{seen}}
	}
	since := columnOf(to, "", nil, r.sinceOf(ref, to))
	began := field(rows, since.Column, since.Type)
	switch {
	case to.Valid != nil:
		end := columnOf(to, "", nil, to.Valid.To)
		ends := field(alias, end.Column, end.Type)
		r.holds[alias] = some(compare(metrics.OpLt, at, ends), r.timed(at, unknown(ends)))
	case !ref.Within.IsZero():
		grain := literal(text, string(ref.Within.Unit))
		last := call("date_add", since.Type, field(alias, since.Column, since.Type), whole(ref.Within.N), grain)
		r.holds[alias] = compare(metrics.OpLe, at, last)
	case r.untimed(at):
		r.holds[alias] = known(at)
	}
	if len(ref.Latest) > 1 {
		in = newest(in, rows, ref, to)
	}
	open := literal(since.Type, "-infinity")
	return &Join{
		Kind:  AsOfJoin,
		Right: &Aliased{Input: &Project{Input: in, All: rows, Items: []Item{{sinceColumn, coalesce(began, open)}}}, Alias: alias},
		On:    []metrics.Expr{compare(metrics.OpGe, at, field(alias, sinceColumn, since.Type))},
	}
}

// untimed tells whether a row may have no time by which rows are found. The engine's
// join gives such a row the last one of all, instead of none.
func (r *reach) untimed(at metrics.Expr) bool {
	f, ok := at.(*metrics.Field)
	if !ok || f.Relation != base {
		return true
	}
	c := r.source.Column(strings.TrimSuffix(f.Name, DayColumn("")))
	return c == nil || !c.Filled() && !slices.Contains(r.source.Key, c.Name)
}

// timed is a condition that holds only of rows with a time.
func (r *reach) timed(at, condition metrics.Expr) metrics.Expr {
	if !r.untimed(at) {
		return condition
	}
	return all(known(at), condition)
}

// sinceOf is the column of the target that says from when on a row holds.
func (r *reach) sinceOf(ref *metrics.Reference, to *metrics.Source) string {
	if to.Valid != nil {
		return to.Valid.From
	}
	return ref.Latest[0]
}

// newest keeps, of rows that began at the same time, the last by the other columns.
func newest(in Relation, alias string, ref *metrics.Reference, to *metrics.Source) Relation {
	n := &Pick{Input: in}
	of := func(name string) metrics.Expr {
		c := columnOf(to, "", nil, name)
		return field(alias, name, c.Type)
	}
	for _, on := range ref.On {
		n.Within = append(n.Within, of(on.Target))
	}
	n.Within = append(n.Within, of(ref.Latest[0]))
	for _, name := range ref.Latest[1:] {
		n.Order = append(n.Order, SortKey{of(name), true})
	}
	return &Aliased{Input: &Project{Input: n, All: alias}, Alias: alias}
}
