package lineage

import (
	"slices"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// reader adds what an expression of one definition reads.
type reader struct {
	*builder
	to   string   // node that the expression belongs to
	home string   // source whose rows the expression is over; "" in KPIs
	rows []string // sources whose columns stand for a dimension
}

// expr adds what e reads; use is what for.
func (r reader) expr(e metrics.Expr, use Use) {
	switch e := e.(type) {
	case *metrics.SourceRef:
		r.edge(sourceID(e.Source), r.to, Rows)
	case *metrics.ColumnRef:
		r.column(e, use)
	case *metrics.DimensionRef:
		if d := r.model.Dimension(e.Dimension); d != nil {
			r.dimension(d, use)
		}
	case *metrics.KPIRef:
		r.edge(kpiID(e.KPI), r.to, use)
	case *metrics.Aggregate:
		r.aggregate(e, use)
	case *metrics.Call:
		r.call(e, use)
	default:
		for _, child := range metrics.Children(e) {
			r.expr(child, use)
		}
	}
}

// column adds a column and what leads to it. A row that refers to one of several
// by time does so by its own time, or by the one by which it was found itself.
func (r reader) column(ref *metrics.ColumnRef, use Use) {
	s := r.find(ref.Source)
	if s == nil {
		return
	}
	at, along := columnOf(s, s.Time), Join
	if use == Cut { // of no account to the value
		along = Cut
	}
	for _, step := range ref.Path {
		reference := s.Reference(step)
		if reference == nil || r.find(reference.To) == nil {
			return
		}
		to := r.find(reference.To)
		r.follow(s, reference, to, at, along)
		if !reference.Dated(to) {
			at = columnOf(to, to.Time)
		}
		s = to
	}
	r.edge(columnID(s.Name, ref.Column), r.to, use)
}

// columnOf is the ID of a column; "" where no column is named.
func columnOf(s *metrics.Source, name string) string {
	if name == "" {
		return ""
	}
	return columnID(s.Name, name)
}

// follow adds what one step along a reference reads; at is the column with the
// time for which a row is looked for.
func (r reader) follow(from *metrics.Source, ref *metrics.Reference, to *metrics.Source, at string, use Use) {
	r.edge(sourceID(to.Name), r.to, use)
	for _, on := range ref.On {
		r.edge(columnID(from.Name, on.Column), r.to, use)
		r.edge(columnID(to.Name, on.Target), r.to, use)
	}
	if !ref.Dated(to) {
		return
	}
	if at != "" {
		r.edge(at, r.to, use)
	}
	since := ref.Latest
	if to.Valid != nil {
		since = []string{to.Valid.From, to.Valid.To}
	}
	for _, name := range since {
		r.edge(columnID(to.Name, name), r.to, use)
	}
}

// dimension adds a dimension and the columns by which the rows at hand supply it.
func (r reader) dimension(d *metrics.Dimension, use Use) {
	r.edge(dimensionID(d.Name), r.to, use)
	for _, name := range r.rows {
		if e, problem := query.Supply(r.model, name, d); problem == nil {
			reader{builder: r.builder, to: r.to, home: name}.expr(e, use)
		}
	}
}

// aggregate adds the rows of a source, those that the filter leaves.
func (r reader) aggregate(a *metrics.Aggregate, use Use) {
	if a.Source != "" { // else over cells, whose sources stand in them
		r.edge(sourceID(a.Source), r.to, Rows)
		r.rows = []string{a.Source}
		if r.home != "" && r.home != a.Source {
			r.back(a.Source)
			r.home = a.Source
		}
	}
	args := a.Args
	if s := r.find(a.Source); metrics.IsBalance(a.Func) && s != nil {
		args = a.Args[:1]
		if len(a.Args) > 1 {
			r.expr(a.Args[1], Group)
		} else {
			for _, key := range s.Key {
				if key != s.Time { // a series is the key without its time
					r.edge(columnID(s.Name, key), r.to, Group)
				}
			}
		}
	}
	for _, arg := range args {
		r.expr(arg, use)
	}
	if a.Filter != nil {
		r.expr(a.Filter, Filter)
	}
}

// back adds how rows that a column aggregates find the row that it belongs to, and
// their time, as only those up to as-of count.
func (r reader) back(source string) {
	s := r.find(source)
	if s == nil {
		return
	}
	if s.Time != "" {
		r.edge(columnID(source, s.Time), r.to, Time)
	}
	if ways := r.find.PathsTo(source, r.home); len(ways) == 1 {
		at := columnOf(s, s.Time)
		for _, step := range ways[0] {
			ref := s.Reference(step)
			to := r.find(ref.To)
			r.follow(s, ref, to, at, Join)
			s = to
		}
	}
}

// call adds what a function reads beside its arguments.
func (r reader) call(e *metrics.Call, use Use) {
	if e.Func.Kind == metrics.KPIFunction {
		r.rows = r.below(e) // of the dimensions in its lists
	}
	for _, arg := range e.Args {
		if _, list := arg.(*metrics.List); list && e.Func.Kind == metrics.KPIFunction {
			r.expr(arg, Group)
			continue
		}
		r.expr(arg, use)
	}
	fx := r.find(r.model.Project.FX)
	if e.Func.Name != "convert" || fx == nil {
		return
	}
	r.edge(sourceID(fx.Name), r.to, Join)
	for _, name := range []string{metrics.RateFrom, metrics.RateTo, fx.Time} {
		r.edge(columnID(fx.Name, name), r.to, Join)
	}
	r.edge(columnID(fx.Name, metrics.Rate), r.to, use)
	if s := r.find(r.home); s != nil && s.Time != "" { // the day whose rate counts; of KPIs it stands there
		r.edge(columnID(s.Name, s.Time), r.to, Join)
	}
}

// below are the sources of all that an expression over KPIs evaluates.
func (r reader) below(e metrics.Expr) []string {
	out := aggregates(e)
	metrics.Walk(e, func(e metrics.Expr) bool {
		if ref, ok := e.(*metrics.KPIRef); ok {
			if k := r.model.KPI(ref.KPI); k != nil {
				out = append(out, k.Sources...)
			}
		}
		return true
	})
	slices.Sort(out)
	return slices.Compact(out)
}
