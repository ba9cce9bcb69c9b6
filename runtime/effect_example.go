package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// mostExamples is of how many edited KPIs a row is looked for: each reads the rows of a
// period again.
const mostExamples = 20

// findExamples finds, for edited KPIs, a row that the two definitions count another way:
// the one that moves most where most moves.
func (e *effects) findExamples(ctx context.Context) diag.List {
	found := 0
	for _, m := range e.kpis {
		if m.follows() || found == mostExamples {
			continue
		}
		c := &e.plan.Changes[m.change]
		if c.Class != metrics.ValueChanging && c.Class != metrics.Breaking || len(c.Effect.Grains) == 0 || !e.together(m) {
			continue
		}
		example, diags := e.example(ctx, m, c.Effect.Grains[0])
		if diags.HasErrors() {
			return diags
		}
		if example != nil {
			c.Effect.Example = example
			found++
		}
	}
	return nil
}

// example looks for the row in the last period in which a cell differs, among the rows of
// its member that moves most; nil where no row can be shown.
func (e *effects) example(ctx context.Context, m *subject, g metrics.GrainEffect) (*metrics.Example, diag.List) {
	view, ok := rowsOf(e.merge([]*subject{m}), thenPrefix+m.then.Name, m.now.Name)
	if !ok {
		return nil, nil
	}
	var sets []string // in the order in which the KPI names them
	for _, set := range m.kpi().By {
		sets = append(sets, duckdb.Literal(plan.CutName(set)))
	}
	rows, diags := e.query(ctx, fmt.Sprintf(`SELECT "period", "cuts", "members" FROM "effect" WHERE "kpi" = %s AND "grain" = %s AND ("was" OR "is") AND "then" IS DISTINCT FROM "now" `+
		`AND "start" <= (SELECT max(x."start") FROM "effect" AS x JOIN "last" AS l USING ("kpi", "grain", "period") WHERE x."kpi" = %[1]s AND x."grain" = %[2]s) `+
		`ORDER BY "start" DESC, "cuts" = '', list_position(CAST([%s] AS VARCHAR[]), "cuts"), %s, "members" LIMIT 1`, duckdb.Literal(m.name), duckdb.Literal(string(g.Grain)), strings.Join(sets, ", "), byDistance))
	if diags.HasErrors() || len(rows) == 0 {
		return nil, diags
	}
	name := textOf(rows[0][0])
	period, err := e.project.Calendar.ParseIn(g.Grain, name)
	if err != nil {
		return nil, diag.List{engineFailed("Effects can't be read", err)}
	}
	for _, d := range e.setNamed(m, g.Grain, textOf(rows[0][1])) {
		view.cut(d)
	}
	request := query.Request{Grain: g.Grain, Periods: []metrics.Period{period}, AsOf: e.project.AsOf}
	request.Where = e.only(m, g.Grain, textOf(rows[0][1]), textOf(rows[0][2]))
	taken, diags := view.take(ctx, e.now, e.project.Calendar, request, `"v1" IS DISTINCT FROM "v2"`,
		`abs(coalesce(TRY_CAST("v2" AS DOUBLE), 0) - coalesce(TRY_CAST("v1" AS DOUBLE), 0)) DESC`, 1)
	if diags.HasErrors() || len(taken) == 0 {
		return nil, nil // rows that can't be looked at one by one show nothing wrong
	}
	row := taken[0]
	then, now := e.values(m.name, row.values[0], row.values[1])
	return &metrics.Example{Source: view.source.Name, Period: name, Row: row.row, Then: then, Now: now, CountedThen: row.counted[0], CountedNow: row.counted[1]}, nil
}

// only is the condition that rows are of the members of a cell, as far as these are texts.
func (e *effects) only(m *subject, g metrics.Grain, cuts, members string) []metrics.Expr {
	var texts []*string
	set := e.setNamed(m, g, cuts)
	if json.Unmarshal([]byte(members), &texts) != nil || len(texts) != len(set) {
		return nil
	}
	var out []metrics.Expr
	for i, d := range set {
		typ, problem := query.CutType(e.project.Model, d)
		if problem != nil || typ.Kind != metrics.String || e.project.Model.Dimension(d) == nil {
			continue
		}
		if is, problem := memberIs(e.project.Model, d, texts[i]); problem == nil {
			out = append(out, is)
		}
	}
	return out
}

// setNamed is the cut set of a name.
func (e *effects) setNamed(m *subject, g metrics.Grain, cuts string) []string {
	for _, set := range e.setsOf(m, g) {
		if plan.CutName(set) == cuts {
			return set
		}
	}
	return nil
}
