package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Answer is a query's result, and the statement that computed it.
type Answer struct {
	*metrics.Result
	SQL string
}

// Query computes numbers from the sources as they are now.
func (p *Project) Query(ctx context.Context, r query.Request) (*Answer, diag.List) {
	s, selected, diags := p.compileQuery(ctx, r)
	if s != nil {
		defer s.close()
	}
	if diags.HasErrors() {
		return nil, diags
	}
	sql := sqlgen.Print(selected, sqlgen.DuckDB)
	table, err := s.eng.Query(ctx, sql)
	if err != nil {
		return nil, append(diags, queryFailed(ctx, err))
	}
	answer := &Answer{Result: result(selected, table.Rows, p.AsOf), SQL: sql}
	missing, more := missingRates(ctx, s, selected)
	for _, m := range missing {
		if note := m.words(); !slices.Contains(answer.Notes, note) {
			answer.Notes = append(answer.Notes, note)
		}
	}
	return answer, append(diags, more...)
}

// SQL is the statement that Query would run.
func (p *Project) SQL(ctx context.Context, r query.Request) (string, diag.List) {
	s, selected, diags := p.compileQuery(ctx, r)
	if s != nil {
		defer s.close()
	}
	if diags.HasErrors() {
		return "", diags
	}
	return sqlgen.Print(selected, sqlgen.DuckDB), diags
}

// Explain says how Query would compute a request.
func (p *Project) Explain(ctx context.Context, r query.Request) (metrics.Explanation, diag.List) {
	s, selected, diags := p.compileQuery(ctx, r)
	if s != nil {
		defer s.close()
	}
	if diags.HasErrors() {
		return metrics.Explanation{}, diags
	}
	return selected.Explanation, diags
}

// compileQuery makes the sources that a request reads ready, and compiles it.
// The session is to be closed, also after errors.
func (p *Project) compileQuery(ctx context.Context, r query.Request) (*session, *query.Select, diag.List) {
	r.AsOf = p.AsOf
	if diags := p.knownKPIs(r.KPIs); diags.HasErrors() {
		return nil, nil, diags
	}
	calendars := p.calendarsFor(r)
	s, diags := p.ready(ctx, p.upstream(slices.Concat(p.sourcesOf(r.KPIs), p.sourcesOfConditions(r), p.aside(calendars))))
	if diags.HasErrors() {
		return s, nil, diags
	}
	calendar, more := p.withCalendars(ctx, s, calendars)
	if diags = append(diags, more...); diags.HasErrors() {
		return s, nil, diags
	}
	selected, more := query.Compile(p.Model, s.statistics(), calendar, r)
	return s, selected, append(diags, p.placed(more)...)
}

// sourcesOfConditions is the sources that a request's conditions on results read.
func (p *Project) sourcesOfConditions(r query.Request) []string {
	var out []string
	for _, k := range r.Conditions() {
		out = append(out, p.Model.SourcesUnder(k.Value)...)
	}
	return out
}

// ready opens a session over the clean rows of sources as they are now, which the
// store has or which are made for it. It is to be closed, also after errors.
func (p *Project) ready(ctx context.Context, sources []string) (*session, diag.List) {
	return p.readyIn(ctx, "", sources)
}

// readyIn is ready that writes the clean rows which it makes to a folder, which
// others may share; "" is one of its own.
func (p *Project) readyIn(ctx context.Context, home string, sources []string) (*session, diag.List) {
	st, diags := p.Store()
	if diags.HasErrors() {
		return nil, diags
	}
	in, diags := p.identify(ctx, st)
	if diags.HasErrors() {
		return nil, diags
	}
	fallback := ""
	if st.Exists() {
		fallback = st.Dir()
	}
	s, more := p.start(ctx, home, fallback, in)
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	return s, append(diags, s.clean(ctx, p, in, sources)...)
}

func (p *Project) knownKPIs(names []string) diag.List {
	var diags diag.List
	var all []string
	for _, k := range p.Model.KPIs {
		all = append(all, k.Name)
	}
	for _, name := range names {
		if parts := strings.Split(name, "."); parts[0]+"." == metrics.HealthPrefix && len(parts) > 1 && p.Model.KPI(name) == nil {
			diags.Add(metrics.UnknownHealth(name, p.Model.Source(parts[1]), sourceNames(p.Model)))
		} else if p.Model.KPI(name) == nil {
			diags.Add(diag.Diagnostic{Code: diag.UnknownKPI, Summary: fmt.Sprintf("Unknown KPI %q", name),
				Detail: fmt.Sprintf("No kpi has this name.%s See them all by: metrics list kpis.", diag.DidYouMean(name, all))})
		}
	}
	return diags
}

// queryFailed explains an error of the engine at run time.
func queryFailed(ctx context.Context, err error) diag.Diagnostic {
	text := err.Error()
	short, isShort := duckdb.Shortage(err)
	switch {
	case ctx.Err() != nil:
		return diag.Diagnostic{Severity: diag.Error, Code: diag.EngineFailed, Summary: "Stopped", Detail: "The command was stopped before it was done. Nothing has changed."}
	case isShort:
		return short
	case strings.Contains(text, "Out of Range") || strings.Contains(text, "Could not cast value") || strings.Contains(text, "overflow") || strings.Contains(text, "Overflow"):
		return diag.Diagnostic{Severity: diag.Error, Code: diag.OutOfRange, Summary: "A number grew too large",
			Detail: "A product of whole numbers holds 18 digits, a sum 38, of which 6 are decimals where doubles are added. A value on the way went beyond. Look for rows that are out of proportion and keep them out by a range, divide before you multiply, or give decimals smaller scales."}
	case strings.Contains(text, "expression depth"):
		return diag.Diagnostic{Severity: diag.Error, Code: diag.TooDeep, Summary: "Too long an expression",
			Detail: "With the KPIs that it is made of, a KPI asked for holds more operators than can be computed at once. Sum a column of more rows instead, or ask for its parts."}
	}
	if strings.Contains(text, "Corrupt database file") {
		return diag.Diagnostic{Severity: diag.Error, Code: diag.StoreDamaged, Summary: "Clean rows are damaged",
			Detail: "A file in the folder sources of the store no longer has the contents it was written with. Remove that folder and run metrics plan: clean rows are made again from the sources, and nothing is lost."}
	}
	return engineFailed("The query failed", err)
}

// result gives rows of a Select's columns, its hidden ones behind, their meaning.
func result(s *query.Select, rows [][]any, asOf time.Time) *metrics.Result {
	out := &metrics.Result{AsOf: asOf, Grain: s.Grain, Columns: s.Columns, Notes: s.Notes}
	n := len(s.Columns)
	for _, row := range rows {
		r := metrics.ResultRow{Values: row[:n:n]}
		for i, name := range s.Hidden {
			switch v := row[n+i]; name {
			case query.StateColumn:
				state, _ := v.(string)
				r.State = metrics.State(state)
			case query.TotalColumn:
				r.Total, _ = v.(bool)
			case query.OtherColumn:
				r.Other, _ = v.(bool)
			}
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}
