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

// findExamples finds, for KPIs that were edited, or whose sources, dimensions or time were,
// a row that the two definitions count another way: the one that moves most where most
// moves.
func (e *effects) findExamples(ctx context.Context) diag.List {
	found := 0
	for _, m := range e.kpis {
		if m.follows() || m.then == nil || m.now == nil || found == mostExamples {
			continue
		}
		c := &e.plan.Changes[m.change]
		if c.Effect.Skipped != "" || c.Class == metrics.Indirect && e.together(m) { // what it names shows it
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

// movedCell is the cell of a KPI that moves most.
type movedCell struct {
	period        metrics.Period
	cuts, members string
}

// example looks for the row in the last period in which a cell differs; nil where no row
// can be shown.
func (e *effects) example(ctx context.Context, m *subject, g metrics.GrainEffect) (*metrics.Example, diag.List) {
	cell, diags := e.mostMoved(ctx, m, g.Grain)
	if cell == nil || diags.HasErrors() {
		return nil, diags
	}
	find := e.exampleTogether
	if !e.together(m) {
		if e.then == nil || !e.same["project"] {
			return nil, nil // what a row was, or its period, can't be told
		}
		find = e.exampleApart
	}
	then, now := e.old.Model, e.project.Model
	if e.together(m) {
		then = e.merge([]*subject{m})
		now = then
	}
	name := m.then.Name
	if e.together(m) {
		name = thenPrefix + name
	}
	for _, pair := range pairsOf(then, name, now, m.now.Name) {
		example, diags := find(ctx, m, g.Grain, cell, pair)
		if example != nil || diags.HasErrors() {
			return example, diags
		}
	}
	return nil, nil
}

// mostMoved is the cell that moves most in the last period that has ended, or in one before
// it where nothing does; nil where none moves.
func (e *effects) mostMoved(ctx context.Context, m *subject, g metrics.Grain) (*movedCell, diag.List) {
	var sets []string // in the order in which the KPI names them
	for _, set := range m.kpi().By {
		sets = append(sets, duckdb.Literal(plan.CutName(set)))
	}
	rows, diags := e.query(ctx, fmt.Sprintf(`SELECT "period", "cuts", "members" FROM "effect" WHERE "kpi" = %s AND "grain" = %s AND ("was" OR "is") AND "then" IS DISTINCT FROM "now" `+
		`AND "start" <= (SELECT max(x."start") FROM "effect" AS x JOIN "last" AS l USING ("kpi", "grain", "period") WHERE x."kpi" = %[1]s AND x."grain" = %[2]s) `+
		`ORDER BY "start" DESC, "cuts" = '', list_position(CAST([%s] AS VARCHAR[]), "cuts"), %s, "members" LIMIT 1`, duckdb.Literal(m.name), duckdb.Literal(string(g)), strings.Join(sets, ", "), byDistance))
	if diags.HasErrors() || len(rows) == 0 {
		return nil, diags
	}
	period, err := e.project.Calendar.ParseIn(g, textOf(rows[0][0]))
	if err != nil {
		return nil, diag.List{engineFailed("Effects can't be read", err)}
	}
	return &movedCell{period, textOf(rows[0][1]), textOf(rows[0][2])}, nil
}

// exampleTogether looks among the rows that both definitions read, of the member that
// moves most.
func (e *effects) exampleTogether(ctx context.Context, m *subject, g metrics.Grain, cell *movedCell, pair rowPair) (*metrics.Example, diag.List) {
	view, ok := rowsOf(pair.now, pair.thenKPI, pair.nowKPI)
	if !ok {
		return nil, nil
	}
	for _, d := range e.setNamed(m, g, cell.cuts) {
		view.cut(d)
	}
	request := query.Request{Grain: g, Periods: []metrics.Period{cell.period}, AsOf: e.project.AsOf, Where: e.only(m, g, cell.cuts, cell.members)}
	taken, diags := view.take(ctx, e.now, e.project.Calendar, request, `"v1" IS DISTINCT FROM "v2"`,
		`abs(coalesce(TRY_CAST("v2" AS DOUBLE), 0) - coalesce(TRY_CAST("v1" AS DOUBLE), 0)) DESC`, 1)
	if diags.HasErrors() || len(taken) == 0 {
		return nil, nil // rows that can't be looked at one by one show nothing wrong
	}
	row := taken[0]
	then, now := pair.values(row.values[0], row.values[1])
	return &metrics.Example{Source: view.source.Name, Period: e.project.Calendar.Name(cell.period), Row: row.row, Then: then, Now: now, CountedThen: row.counted[0], CountedNow: row.counted[1]}, nil
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
