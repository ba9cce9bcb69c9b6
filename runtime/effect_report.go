package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// mostMovers is how many cells of a cut are named.
const mostMovers = 5

// report compares the values, and says in the plan what came of it.
func (e *effects) report(ctx context.Context) diag.List {
	if diags := e.run(ctx, e.now, []string{e.measured(), e.joined(), e.lastPeriods()}); diags.HasErrors() {
		return diags
	}
	found := map[string]map[metrics.Grain]*metrics.GrainEffect{}
	for _, step := range []func(context.Context, map[string]map[metrics.Grain]*metrics.GrainEffect) diag.List{e.countCells, e.findTotals, e.findMovers} {
		if diags := step(ctx, found); diags.HasErrors() {
			return diags
		}
	}
	for _, m := range e.kpis {
		if m.follows() || e.plan.Changes[m.change].Effect != nil {
			continue
		}
		effect := e.newEffect(m)
		for _, g := range e.grainsOf(m) {
			if one := found[m.name][g]; one != nil {
				effect.Grains = append(effect.Grains, *one)
			}
		}
		if len(effect.Grains) == 0 {
			effect.Skipped = "no period with data"
		}
		e.plan.Changes[m.change].Effect = effect
	}
	if diags := e.findExamples(ctx); diags.HasErrors() {
		return diags
	}
	return e.findDrift(ctx)
}

const effectKey = `"kpi", "cuts", "grain", "period", "members"`

// joined lets the values of both sides meet, with what is published of them, also where
// no row speaks of it any more.
func (e *effects) joined() string {
	published := `SELECT '' AS "kpi", '' AS "cuts", '' AS "grain", '' AS "period", '' AS "members", '' AS "start", '' AS "value", '' AS "state" WHERE false`
	if e.store != nil && e.store.Exists() {
		if values, diags := e.store.Published(store.Moment{}); !diags.HasErrors() {
			published = fmt.Sprintf(`SELECT m."kpi", v."cuts", v."grain", v."period", v."members", v."start", v."value", v."state" FROM (%s) AS v `+
				`JOIN "measured" AS m ON v."kpi" = m."was" AND v."cuts" = m."cuts" AND v."grain" = m."grain" AND v."period" = m."period"`, values)
		}
	}
	return fmt.Sprintf(`CREATE TEMP TABLE "effect" AS SELECT %s, coalesce(x."start", p."start") AS "start", "then", "now", coalesce("was", false) AS "was", coalesce("is", false) AS "is", `+
		`p."state" IS NOT NULL AS "published", %s AS "said", p."state" FROM (`+
		`SELECT %s, coalesce(t."start", n."start") AS "start", t."value" AS "then", n."value" AS "now", t."kpi" IS NOT NULL AS "was", n."kpi" IS NOT NULL AS "is" `+
		`FROM "then" AS t FULL JOIN "now" AS n USING (%s)) AS x FULL JOIN (%s) AS p USING (%s)`,
		effectKey, plainNumber(`p."value"`), effectKey, effectKey, published, effectKey)
}

// measured is the cut sets and periods over which each KPI is measured, and the name
// under which it was published.
func (e *effects) measured() string {
	rows := []string{`('', '', '', '', '')`}
	for _, m := range e.kpis {
		if m.now == nil {
			continue // what was published goes, whatever it was
		}
		was := m.name
		if m.then != nil {
			was = m.then.Name
		}
		for _, g := range e.grainsOf(m) {
			r := e.ranges[m.name+" "+string(g)]
			if r.empty() {
				continue
			}
			for _, period := range e.project.Calendar.Between(g, r.from.Start, r.to.End) {
				for _, set := range e.setsOf(m, g) {
					rows = append(rows, fmt.Sprintf("(%s, %s, %s, %s, %s)", duckdb.Literal(m.name), duckdb.Literal(was), duckdb.Literal(plan.CutName(set)),
						duckdb.Literal(string(g)), duckdb.Literal(e.project.Calendar.Name(period))))
				}
			}
		}
	}
	return `CREATE TEMP TABLE "measured" AS SELECT * FROM (VALUES ` + strings.Join(rows, ", ") + `) AS t("kpi", "was", "cuts", "grain", "period")`
}

// lastPeriods is the last ended period of each KPI and grain.
func (e *effects) lastPeriods() string {
	rows := []string{`('', '', '')`}
	for _, m := range e.kpis {
		for _, g := range e.grainsOf(m) {
			if p, ended := e.ended[m.name+" "+string(g)]; ended {
				rows = append(rows, fmt.Sprintf("(%s, %s, %s)", duckdb.Literal(m.name), duckdb.Literal(string(g)), duckdb.Literal(e.project.Calendar.Name(p))))
			}
		}
	}
	return `CREATE TEMP TABLE "last" AS SELECT * FROM (VALUES ` + strings.Join(rows, ", ") + `) AS t("kpi", "grain", "period")`
}

func (e *effects) query(ctx context.Context, sql string) ([][]any, diag.List) {
	table, err := e.now.eng.Query(ctx, sql)
	if err != nil {
		return nil, diag.List{queryFailed(ctx, err)}
	}
	return table.Rows, nil
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

// subjectOf is what is measured under a name.
func (e *effects) subjectOf(name string) *subject {
	i := slices.IndexFunc(e.kpis, func(m *subject) bool { return m.name == name })
	return e.kpis[i]
}

func (e *effects) countCells(ctx context.Context, found map[string]map[metrics.Grain]*metrics.GrainEffect) diag.List {
	rows, diags := e.query(ctx, `SELECT "kpi", "grain", count(*), `+
		`count_if("was" AND "is" AND "then" IS NOT NULL AND "now" IS NOT NULL AND "then" <> "now"), count_if("is" AND NOT "was"), count_if("was" AND NOT "is"), `+
		`count_if("was" AND "is" AND "then" IS NOT NULL AND "now" IS NULL), count_if("was" AND "is" AND "then" IS NULL AND "now" IS NOT NULL) `+
		`FROM "effect" WHERE "was" OR "is" GROUP BY ALL ORDER BY ALL`)
	for _, row := range rows {
		name, g := textOf(row[0]), metrics.Grain(textOf(row[1]))
		r := e.ranges[name+" "+string(g)]
		n := func(i int) int64 { v, _ := row[i].(int64); return v }
		if found[name] == nil {
			found[name] = map[metrics.Grain]*metrics.GrainEffect{}
		}
		found[name][g] = &metrics.GrainEffect{
			Grain: g, From: e.project.Calendar.Name(r.from), To: e.project.Calendar.Name(r.to),
			Periods:     len(e.project.Calendar.Between(g, r.from.Start, r.to.End)),
			EffectCells: metrics.EffectCells{Cells: n(2), Changed: n(3), New: n(4), Gone: n(5), ToNull: n(6), FromNull: n(7)},
		}
	}
	return diags
}

// values reads the old and the new value of a KPI from a row.
func (e *effects) values(name string, then, now any) (metrics.Value, metrics.Value) {
	m := e.subjectOf(name)
	read := func(k *metrics.KPI, v any) metrics.Value {
		text, known := v.(string)
		if !known {
			return ""
		}
		if k == nil {
			k = m.kpi()
		}
		return metrics.NewValue(text, k.Type)
	}
	return read(m.then, then), read(m.now, now)
}

func moved(period string, then, now metrics.Value) metrics.Moved {
	return metrics.Moved{Period: period, Then: then, Now: now, Difference: now.Minus(then), Ratio: now.Ratio(then)}
}

// findTotals finds the totals that move, and that of the last ended period, with what each
// difference to the published one is made of.
func (e *effects) findTotals(ctx context.Context, found map[string]map[metrics.Grain]*metrics.GrainEffect) diag.List {
	rows, diags := e.query(ctx, `SELECT x."kpi", x."grain", x."period", "then", "now", "published", "said", l."period" IS NOT NULL FROM "effect" AS x LEFT JOIN "last" AS l USING ("kpi", "grain", "period") `+
		`WHERE "cuts" = '' AND ("was" OR "is") ORDER BY "kpi", "grain", "start"`)
	for _, row := range rows {
		name := textOf(row[0])
		then, now := e.values(name, row[3], row[4])
		total := moved(textOf(row[2]), then, now)
		rowsMoved := false
		if published, _ := row[5].(bool); published {
			said, _ := e.values(name, row[6], nil)
			total.Split = &metrics.Split{Published: said, Data: then.Minus(said), Definition: now.Minus(then), Whole: now.Minus(said)}
			rowsMoved = said != then
		}
		of := found[name][metrics.Grain(textOf(row[1]))]
		if then != now || rowsMoved {
			of.Totals = append(of.Totals, total)
		}
		if last, _ := row[7].(bool); last {
			of.Last = &total
		}
	}
	return diags
}

// byDistance orders cells by how far they move; exactly where decimals hold it, so that what
// moves equally far stands in order of its members.
const (
	exactDistance = `abs(TRY_CAST(coalesce("now", '0') AS DECIMAL(38, 9)) - TRY_CAST(coalesce("then", '0') AS DECIMAL(38, 9)))`
	byDistance    = exactDistance + ` DESC NULLS FIRST, CASE WHEN ` + exactDistance + ` IS NULL THEN abs(coalesce(TRY_CAST("now" AS DOUBLE), 0) - coalesce(TRY_CAST("then" AS DOUBLE), 0)) END DESC`
)

func (e *effects) findMovers(ctx context.Context, found map[string]map[metrics.Grain]*metrics.GrainEffect) diag.List {
	rows, diags := e.query(ctx, fmt.Sprintf(`SELECT "kpi", "grain", "period", "cuts", "members", "then", "now", row_number() OVER (PARTITION BY "kpi", "grain", "cuts" ORDER BY %s, "members") AS "place" `+
		`FROM "effect" JOIN "last" USING ("kpi", "grain", "period") WHERE "cuts" <> '' AND "then" IS DISTINCT FROM "now" QUALIFY "place" <= %d ORDER BY "kpi", "grain", "cuts", "place"`, byDistance, mostMovers))
	for _, row := range rows {
		name := textOf(row[0])
		then, now := e.values(name, row[5], row[6])
		mover := metrics.Mover{Cuts: strings.Split(textOf(row[3]), ","), Moved: moved(textOf(row[2]), then, now)}
		if err := json.Unmarshal([]byte(textOf(row[4])), &mover.Members); err != nil {
			return append(diags, engineFailed("Effects can't be read", err))
		}
		of := found[name][metrics.Grain(textOf(row[1]))]
		of.Movers = append(of.Movers, mover)
	}
	for _, m := range e.kpis {
		for _, one := range found[m.name] {
			e.orderMovers(m, one.Movers)
		}
	}
	return diags
}

// orderMovers puts the cuts in the order in which the KPI names them.
func (e *effects) orderMovers(m *subject, movers []metrics.Mover) {
	place := map[string]int{}
	for i, set := range m.kpi().By {
		place[plan.CutName(set)] = i
	}
	slices.SortStableFunc(movers, func(a, b metrics.Mover) int { return place[plan.CutName(a.Cuts)] - place[plan.CutName(b.Cuts)] })
}

// mostDrifts is how many periods of a KPI are named whose data moved.
const mostDrifts = 3

// findDrift finds published values that the old definition no longer gives: rows
// came late, or changed. Open periods grow, and are left out.
func (e *effects) findDrift(ctx context.Context) diag.List {
	// A member that no row of these periods speaks of any more is not computed. Nothing, or
	// 0, was said of it where its last rows lie further back.
	const moved = `"published" AND "state" <> 'open' AND "then" IS DISTINCT FROM "said" AND ("was" OR "said" <> '0')`
	rows, diags := e.query(ctx, `SELECT "kpi", "grain", count(*), count(DISTINCT "period") FROM "effect" WHERE `+moved+` GROUP BY ALL ORDER BY ALL`)
	for _, row := range rows {
		cells, _ := row[2].(int64)
		periods, _ := row[3].(int64)
		k := e.subjectOf(textOf(row[0])).kpi()
		e.plan.Drift = append(e.plan.Drift, plan.Drift{KPI: textOf(row[0]), Grain: metrics.Grain(textOf(row[1])),
			Type: k.Type.String(), Unit: k.Unit, Format: k.Format, Cells: cells, Periods: periods})
	}
	if diags.HasErrors() || len(rows) == 0 {
		return diags
	}
	rows, diags = e.query(ctx, fmt.Sprintf(`SELECT "kpi", "grain", "period", "said", "then", "state" FROM "effect" WHERE "cuts" = '' AND %s `+
		`QUALIFY row_number() OVER (PARTITION BY "kpi", "grain" ORDER BY "start" DESC) <= %d ORDER BY "kpi", "grain", "start" DESC`, moved, mostDrifts))
	for _, row := range rows {
		name, g := textOf(row[0]), metrics.Grain(textOf(row[1]))
		said, _ := e.values(name, row[3], nil)
		then, _ := e.values(name, row[4], nil)
		i := slices.IndexFunc(e.plan.Drift, func(d plan.Drift) bool { return d.KPI == name && d.Grain == g })
		e.plan.Drift[i].Last = append(e.plan.Drift[i].Last, plan.DriftedValue{
			Period: textOf(row[2]), Published: said, Now: then, Difference: then.Minus(said), State: metrics.State(textOf(row[5])),
		})
	}
	slices.SortStableFunc(e.plan.Drift, func(a, b plan.Drift) int {
		return strings.Compare(a.KPI, b.KPI)*8 + shownRank(a.Grain) - shownRank(b.Grain)
	})
	return diags
}
