package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Rows one by one are cells like any others: those by the key of their source. So what
// a row gives to a KPI is computed by the same statements as the KPI.

// rowView is the rows of the source that some KPIs read, each with what it gives them.
type rowView struct {
	guards *metrics.Model // says which columns are guarded
	model  *metrics.Model // of which all columns may be cuts
	source *metrics.Source
	kpis   []*metrics.KPI
	cuts   []string // the key, the time, and what the KPIs read of a row
}

// countedPrefix starts the names of KPIs that count the rows of others; allRows is the name
// of the one that counts all.
const (
	countedPrefix = "counted:"
	allRows       = "rows:"
)

// rowsOf is the rows behind KPIs of a model. There are none to show where the KPIs read
// several sources, or one whose rows have no key, or look beyond a row's own period and
// members.
func rowsOf(m *metrics.Model, names ...string) (*rowView, bool) {
	v := &rowView{guards: m}
	seen := map[string]bool{}
	ok := true
	var visit func(k *metrics.KPI)
	visit = func(k *metrics.KPI) {
		if seen[k.Name] {
			return
		}
		seen[k.Name] = true
		for _, e := range []metrics.Expr{k.Value, k.Where} {
			metrics.Walk(e, func(x metrics.Expr) bool {
				switch x := x.(type) {
				case *metrics.KPIRef:
					visit(m.KPI(x.KPI))
				case *metrics.Aggregate:
					s := m.Source(x.Source)
					ok = ok && s != nil && s.AccountOf == "" && len(s.Key) > 0 && (v.source == nil || v.source == s)
					v.source = s
				case *metrics.Call:
					ok = ok && x.Func.Kind != metrics.KPIFunction
				case *metrics.ColumnRef:
					v.cut(strings.Join(slices.Concat([]string{x.Source}, x.Path, []string{x.Column}), "."))
				case *metrics.DimensionRef:
					v.cut(x.Dimension)
				}
				return ok
			})
		}
	}
	for _, name := range names {
		k := m.KPI(name)
		visit(k)
		v.kpis = append(v.kpis, k)
	}
	if !ok || v.source == nil || !v.timed(m) {
		return nil, false
	}
	v.putFirst(m)
	v.model = unguarded(m)
	for _, k := range v.kpis {
		v.model.KPIs = append(v.model.KPIs, countedBy(m, k, v.source))
	}
	v.model.KPIs = append(v.model.KPIs, countOf(allRows, v.kpis[0], v.source, nil))
	slices.SortFunc(v.model.KPIs, func(a, b *metrics.KPI) int { return strings.Compare(a.Name, b.Name) })
	return v, true
}

// timed tells whether each KPI reads its rows by one time, its own or that of the source.
func (v *rowView) timed(m *metrics.Model) bool {
	return !slices.ContainsFunc(v.kpis, func(k *metrics.KPI) bool {
		times := timesOf(m, k)
		return len(times) > 1 || k.Time == nil && len(times) == 1 && times[0] != rowTime{v.source.Name, v.source.Time}
	})
}

func (v *rowView) cut(name string) {
	if !slices.Contains(v.cuts, name) {
		v.cuts = append(v.cuts, name)
	}
}

// putFirst lets the key and the time lead what the KPIs read.
func (v *rowView) putFirst(m *metrics.Model) {
	read := v.cuts
	v.cuts = nil
	for _, key := range v.source.Key {
		v.cut(v.source.Name + "." + key)
	}
	for _, t := range timesOf(m, v.kpis[0]) {
		if t.source == v.source.Name {
			v.cut(t.source + "." + t.column)
		}
	}
	for _, name := range read {
		v.cut(name)
	}
}

// unguarded is a model whose columns may all be cuts, for rows that are masked after.
func unguarded(m *metrics.Model) *metrics.Model {
	out := *m
	out.KPIs = slices.Clone(m.KPIs)
	out.Sources = slices.Clone(m.Sources)
	for i, s := range out.Sources {
		if !s.Guarded() {
			continue
		}
		seen := *s
		seen.Columns = slices.Clone(s.Columns)
		for j, c := range seen.Columns {
			plain := *c
			plain.Classification = ""
			seen.Columns[j] = &plain
		}
		out.Sources[i] = &seen
	}
	return &out
}

// countedBy is a KPI that counts the rows which any aggregate of another counts.
func countedBy(m *metrics.Model, k *metrics.KPI, s *metrics.Source) *metrics.KPI {
	boolean := metrics.Node{Type: metrics.Type{Kind: metrics.Boolean}}
	both := func(op metrics.Op, a, b metrics.Expr) metrics.Expr {
		return &metrics.Binary{Node: boolean, Op: op, L: a, R: b}
	}
	var any metrics.Expr
	all := false
	var visit func(k *metrics.KPI)
	visit = func(k *metrics.KPI) {
		metrics.Walk(k.Value, func(x metrics.Expr) bool {
			if ref, ok := x.(*metrics.KPIRef); ok {
				visit(m.KPI(ref.KPI))
			}
			a, ok := x.(*metrics.Aggregate)
			if !ok {
				return true
			}
			switch {
			case a.Filter == nil && k.Where == nil:
				all = true
			case a.Filter == nil:
				any = orElse(any, k.Where, both)
			case k.Where == nil:
				any = orElse(any, a.Filter, both)
			default:
				any = orElse(any, both(metrics.OpAnd, k.Where, a.Filter), both)
			}
			return false
		})
	}
	visit(k)
	if all {
		any = nil
	}
	return countOf(countedPrefix+k.Name, k, s, any)
}

// countOf is a KPI that counts rows of a source by the time of another.
func countOf(name string, k *metrics.KPI, s *metrics.Source, filter metrics.Expr) *metrics.KPI {
	count := metrics.Node{Type: metrics.Type{Kind: metrics.Integer}}
	return &metrics.KPI{Name: name, Type: count.Type, Time: k.Time, Sources: []string{s.Name},
		Value: &metrics.Aggregate{Node: count, Func: metrics.FunctionNamed("count"), Args: []metrics.Expr{&metrics.SourceRef{Source: s.Name}}, Filter: filter, Source: s.Name}}
}

func orElse(a, b metrics.Expr, both func(metrics.Op, metrics.Expr, metrics.Expr) metrics.Expr) metrics.Expr {
	if a == nil {
		return b
	}
	return both(metrics.OpOr, a, b)
}

// countedRow is a row with the value that it has by each of the KPIs alone, as text, and
// whether that counts it.
type countedRow struct {
	row     []metrics.RowValue
	values  []any
	counted []bool
}

// cells is the statement of the rows of a period, with value and count by the first KPI as
// "v1" and "c1", by the second as "v2" ..., and the columns that are shown, as texts.
func (v *rowView) cells(s *session, cal *metrics.Calendar, r query.Request) (statement string, columns []string, diags diag.List) {
	r.By, r.PresentOnly, r.KPIs = v.cuts, true, nil
	for _, k := range v.kpis {
		r.KPIs = append(r.KPIs, k.Name, countedPrefix+k.Name)
	}
	selected, diags := query.Compile(v.model, s.statistics(), cal, r)
	if diags.HasErrors() {
		return "", nil, diags
	}
	for _, c := range selected.Columns {
		if c.Kind == "dimension" {
			columns = append(columns, shownText(duckdb.Quote(c.Name), c.Type, cal))
		}
	}
	var cells []string
	for i, k := range v.kpis {
		cells = append(cells, fmt.Sprintf(`%s AS "v%d", coalesce(%s, 0) AS "c%d"`, duckdb.Quote(k.Name), i+1, duckdb.Quote(countedPrefix+k.Name), i+1))
	}
	return fmt.Sprintf(`SELECT *, %s FROM (%s)`, strings.Join(cells, ", "), sqlgen.Print(selected, sqlgen.DuckDB)), columns, diags
}

// take computes the rows of a period, and selects some of them: order and limit are SQL,
// after a condition over the columns of cells.
func (v *rowView) take(ctx context.Context, s *session, cal *metrics.Calendar, r query.Request, where, order string, limit int) ([]countedRow, diag.List) {
	cells, shown, diags := v.cells(s, cal, r)
	if diags.HasErrors() {
		return nil, diags
	}
	columns := slices.Clone(shown)
	for i := range v.kpis {
		columns = append(columns, fmt.Sprintf(`CAST("v%d" AS VARCHAR), "c%d" > 0`, i+1, i+1))
	}
	table, err := s.eng.Query(ctx, fmt.Sprintf(`SELECT %s FROM (%s) WHERE %s ORDER BY %s, %s LIMIT %d`, strings.Join(columns, ", "), cells, where, order, strings.Join(shown, ", "), limit))
	if err != nil {
		return nil, diag.List{queryFailed(ctx, err)}
	}
	out := make([]countedRow, len(table.Rows))
	for i, row := range table.Rows {
		for j, name := range v.cuts {
			out[i].row = append(out[i].row, v.seen(s, name, row[j]))
		}
		for j := range v.kpis {
			at := len(v.cuts) + 2*j
			counted, _ := row[at+1].(bool)
			out[i].values, out[i].counted = append(out[i].values, row[at]), append(out[i].counted, counted)
		}
	}
	return out, diags
}

// shownText is a value of a column as text: an instant in the time zone of the project.
func shownText(column, typ string, cal *metrics.Calendar) string {
	if typ == "timestamp" {
		column = fmt.Sprintf(`strftime(timezone(%s, %s), '%%Y-%%m-%%d %%H:%%M:%%S')`, duckdb.Literal(cal.Zone().String()), column)
	}
	return "CAST(" + column + " AS VARCHAR)"
}

// seen is a value as it may be seen: that of a guarded column is masked.
func (v *rowView) seen(s *session, cut string, value any) metrics.RowValue {
	out := metrics.RowValue{Name: strings.TrimPrefix(cut, v.source.Name+".")}
	text, some := value.(string)
	if !some {
		return out
	}
	if source, column := v.columnOf(cut); column != nil {
		text = s.segments[source.Name].Masked(column, text)
	}
	out.Text = &text
	return out
}

// columnOf is the column that a cut shows; nil for a dimension, which shows what may be
// seen.
func (v *rowView) columnOf(cut string) (*metrics.Source, *metrics.Column) {
	parts := strings.Split(cut, ".")
	if len(parts) < 2 || v.model.Dimension(cut) != nil {
		return nil, nil
	}
	end := metrics.Sources(v.guards.Source).End(v.guards.Source(parts[0]), parts[1:len(parts)-1])
	return end, end.Column(parts[len(parts)-1])
}
