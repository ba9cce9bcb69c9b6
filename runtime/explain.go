package runtime

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/revision"
	"github.com/metricsascode/metrics/runtime/store"
)

// Pin says of which member of a dimension a value is.
type Pin struct {
	Dimension string
	Member    *string // nil is rows without one
}

// sampledRows is how many rows an explanation shows.
const sampledRows = 5

// explaining is an explanation under way.
type explaining struct {
	*Project
	kpi    *metrics.KPI
	period metrics.Period
	pins   []Pin // in order of their dimensions
	where  []metrics.Expr
	out    *metrics.Explained
}

// ExplainValue tells why a KPI has its value in a period, of all rows or of some members:
// what it is made of, the rows behind it, and each value that was published of it.
func (p *Project) ExplainValue(ctx context.Context, kpi string, period metrics.Period, pins []Pin) (*metrics.Explained, diag.List) {
	if diags := p.knownKPIs([]string{kpi}); diags.HasErrors() {
		return nil, diags
	}
	x := &explaining{Project: p, kpi: p.Model.KPI(kpi), period: period, pins: slices.Clone(pins)}
	slices.SortFunc(x.pins, func(a, b Pin) int { return strings.Compare(a.Dimension, b.Dimension) })
	x.out = &metrics.Explained{KPI: kpi, Grain: period.Grain, Period: p.Calendar.Name(period), Cuts: []string{}, Members: []*string{},
		Type: x.kpi.Type.String(), Unit: x.kpi.Unit, Format: x.kpi.Format, AsOf: p.AsOf, Parts: []metrics.ExplainedPart{}, Reports: []metrics.Report{}}
	var diags diag.List
	for _, pin := range x.pins {
		is, problem := memberIs(p.Model, pin.Dimension, pin.Member)
		if problem != nil {
			diags.Add(*problem)
			continue
		}
		x.where = append(x.where, is)
		x.out.Cuts, x.out.Members = append(x.out.Cuts, pin.Dimension), append(x.out.Members, pin.Member)
	}
	if diags.HasErrors() {
		return nil, diags
	}
	x.findAuthor()
	if c := p.leftBy(x.kpi, p.Calendar.Day(period.Start)); c != nil {
		x.out.LeftBy = "change." + c.Name
	}
	if diags = append(diags, x.compute(ctx)...); diags.HasErrors() {
		return nil, diags
	}
	if diags = append(diags, x.findReports(ctx)...); diags.HasErrors() {
		return nil, diags
	}
	if len(pins) > 0 && len(x.out.Reports) == 0 && x.out.Rows != nil && x.out.Rows.Of == 0 {
		return nil, append(diags, x.unknownCell())
	}
	return x.out, diags
}

// memberIs is the condition that rows are of a member.
func memberIs(m *metrics.Model, dimension string, member *string) (metrics.Expr, *diag.Diagnostic) {
	typ, problem := query.CutType(m, dimension)
	if problem != nil {
		return nil, problem
	}
	value := &metrics.Literal{Node: metrics.Node{Type: metrics.Type{Kind: metrics.Null}}}
	if member != nil {
		value = &metrics.Literal{Node: metrics.Node{Type: typ}, Text: *member}
	}
	return &metrics.Binary{Node: metrics.Node{Type: metrics.Type{Kind: metrics.Boolean}}, Op: metrics.OpEq,
		L: &metrics.DimensionRef{Node: metrics.Node{Type: typ}, Dimension: dimension}, R: value}, nil
}

// unknownCell says that no row and no report is of the members asked for.
func (x *explaining) unknownCell() diag.Diagnostic {
	var names []string
	mend := ""
	for _, pin := range x.pins {
		member := "(none)"
		if pin.Member != nil {
			member = *pin.Member
			if d := x.Model.Dimension(pin.Dimension); d != nil && !slices.Contains(d.Values, member) {
				mend += diag.DidYouMean(member, d.Values)
			}
		}
		names = append(names, pin.Dimension+"="+member)
	}
	return diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownCell, Address: "kpi." + x.kpi.Name,
		Summary: fmt.Sprintf("Nothing of kpi.%s is of %s in %s", x.kpi.Name, strings.Join(names, ", "), x.out.Period),
		Detail: fmt.Sprintf("No row has these members then, and nothing was published of them.%s See which there are: metrics query %s --by %s --grain %s --at %s.",
			mend, x.kpi.Name, strings.Join(x.out.Cuts, ","), x.out.Grain, x.out.Period)}
}

// findAuthor finds where the definition stands, and who committed it.
func (x *explaining) findAuthor() {
	at, known := x.Place("kpi." + x.kpi.Name)
	if !known {
		return
	}
	x.out.File, x.out.Line = at.File, at.Start.Line
	if authors := revision.AuthorsOf(x.Dir); authors != nil {
		if who, known := authors.Of(at.File, x.Text("kpi."+x.kpi.Name)); known {
			x.out.Author, x.out.Commit = who.Name, who.Commit
		}
	}
}

// request asks for the cell.
func (x *explaining) request(kpis ...string) query.Request {
	return query.Request{KPIs: kpis, Grain: x.period.Grain, Periods: []metrics.Period{x.period}, Where: x.where, AsOf: x.AsOf}
}

// compute finds the value as it is now, those that it is made of, and the rows behind it.
func (x *explaining) compute(ctx context.Context) diag.List {
	s, selected, diags := x.compileQuery(ctx, x.request(append([]string{x.kpi.Name}, x.parts()...)...))
	if s != nil {
		defer s.close()
	}
	if diags.HasErrors() {
		return diags
	}
	alone, more := query.Compile(x.Model, s.statistics(), x.Calendar, x.request(x.kpi.Name))
	if diags = append(diags, more...); diags.HasErrors() {
		return diags
	}
	x.out.SQL = sqlgen.Print(alone, sqlgen.DuckDB)
	values, state, err := cellOf(ctx, s, selected)
	if err != nil {
		return append(diags, queryFailed(ctx, err))
	}
	x.out.State, x.out.Value = state, valueFrom(values[0], x.kpi.Type)
	for i, name := range x.parts() {
		k := x.Model.KPI(name)
		x.out.Parts = append(x.out.Parts, metrics.ExplainedPart{KPI: name, Value: valueFrom(values[i+1], k.Type), Unit: k.Unit, Type: k.Type.String(), Format: k.Format})
	}
	return append(diags, x.findRows(ctx, s)...)
}

// parts is the KPIs that the KPI names, in order of occurrence.
func (x *explaining) parts() []string {
	var out []string
	metrics.Walk(x.kpi.Value, func(e metrics.Expr) bool {
		if ref, ok := e.(*metrics.KPIRef); ok && !slices.Contains(out, ref.KPI) {
			out = append(out, ref.KPI)
		}
		return true
	})
	return out
}

// cellOf computes a statement of one cell: the values of its KPIs, nil where there is no
// row, and the state of the first.
func cellOf(ctx context.Context, s *session, selected *query.Select) ([]any, metrics.State, error) {
	table, err := s.eng.Query(ctx, sqlgen.Print(selected, sqlgen.DuckDB))
	if err != nil {
		return nil, "", err
	}
	r := result(selected, table.Rows, time.Time{})
	var values []any
	for i, c := range r.Columns {
		if c.Kind != "kpi" {
			continue
		}
		if len(r.Rows) == 0 {
			values = append(values, nil)
		} else {
			values = append(values, r.Rows[0].Values[i])
		}
	}
	if len(r.Rows) == 0 {
		return values, metrics.NoData, nil
	}
	return values, r.Rows[0].State, nil
}

// valueFrom is a value of a result as JSON has it.
func valueFrom(v any, t metrics.Type) metrics.Value {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return metrics.NewValue(strconv.FormatFloat(v, 'f', -1, 64), t)
	}
	return metrics.NewValue(fmt.Sprint(v), t)
}

// findRows counts the rows behind the value, and takes those that give it most.
func (x *explaining) findRows(ctx context.Context, s *session) diag.List {
	view, ok := rowsOf(x.Model, x.kpi.Name)
	if !ok {
		return nil
	}
	counts, diags := query.Compile(view.model, s.statistics(), x.Calendar, x.request(countedPrefix+x.kpi.Name, allRows))
	if diags.HasErrors() {
		return nil // a cut that its own rows don't have: the value stands without them
	}
	values, _, err := cellOf(ctx, s, counts)
	if err != nil {
		return diag.List{queryFailed(ctx, err)}
	}
	number := func(v any) int64 { n, _ := v.(int64); return n }
	x.out.Rows = &metrics.ExplainedRows{Source: view.source.Name, Counted: number(values[0]), Of: number(values[1]), Sample: []metrics.ExplainedRow{}}
	rows, diags := view.take(ctx, s, x.Calendar, x.request(), `"c1" > 0`, `abs(TRY_CAST("v1" AS DOUBLE)) DESC NULLS LAST`, sampledRows)
	for _, row := range rows {
		text, _ := row.values[0].(string)
		value := metrics.Value("")
		if row.values[0] != nil {
			value = metrics.NewValue(text, x.kpi.Type)
		}
		x.out.Rows.Sample = append(x.out.Rows.Sample, metrics.ExplainedRow{Row: row.row, Value: value})
	}
	return diags
}

// findReports finds what was published of the cell, and why each value is another one
// than that before.
func (x *explaining) findReports(ctx context.Context) diag.List {
	set := x.out.Cuts
	x.out.Kept = slices.Contains(x.kpi.KeptGrains(), x.period.Grain) &&
		slices.ContainsFunc(x.kpi.KeptSets(x.period.Grain), func(kept []string) bool { return slices.Equal(kept, set) })
	if st, diags := x.Store(); diags.HasErrors() || !st.Exists() {
		return diags
	}
	if diags := x.storeInside(); diags.HasErrors() {
		return diags
	}
	return store.Read(x.StoreDir(), func(st *store.Store) diag.List {
		runs, diags := st.Runs()
		if diags.HasErrors() {
			return diags
		}
		reports, more := x.readReports(ctx, st, namesOf(runs, x.kpi.Name))
		if diags = append(diags, more...); !diags.HasErrors() {
			x.out.Reports = x.reportsOf(runs, reports)
		}
		return diags
	})
}

// membersText is the members of the cell as values are published.
func (x *explaining) membersText() string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(x.out.Members) // a list of texts: can't fail
	return strings.TrimSpace(b.String())
}
