package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// The relations that publishing reads.
const (
	freshTable = `temp."fresh"`
	scopeTable = `temp."scope"`
)

// valueTables makes them.
const valueTables = `CREATE TEMP TABLE "fresh" ("kpi" VARCHAR, "cuts" VARCHAR, "grain" VARCHAR, "period" VARCHAR, ` +
	`"start" VARCHAR, "members" VARCHAR, "value" VARCHAR, "state" VARCHAR, "fingerprint" VARCHAR);` +
	`CREATE TEMP TABLE "scope" ("kpi" VARCHAR, "cuts" VARCHAR, "grain" VARCHAR, "from_start" VARCHAR, "to_start" VARCHAR)`

// publish computes the values of the KPIs whose basis moved, and hands them to
// the store.
func (w *work) publish(ctx context.Context, p *Project, writer *store.Writer, run *metrics.Run) diag.List {
	if err := w.session.eng.Exec(ctx, valueTables); err != nil {
		return diag.List{engineFailed("Values can't be computed", err)}
	}
	for _, b := range w.batches(p) {
		compute := func() diag.List { return w.computeTouched(ctx, p, b) }
		if b.variant != nil && b.variant.apart != nil {
			compute = func() diag.List { return w.computeApart(ctx, p, b) }
		}
		if diags := compute(); diags.HasErrors() {
			return diags
		}
	}
	if err := w.scopeOfDropped(ctx, p); err != nil {
		return diag.List{engineFailed("Values can't be computed", err)}
	}
	_, diags := writer.Publish(ctx, w.session.eng, run, freshTable, scopeTable)
	return diags
}

// batchSize bounds a statement, which grows with the KPIs that it computes.
const batchSize = 100

// batch is KPIs that are computed together: one grain, the same cuts and range.
type batch struct {
	grain metrics.Grain
	sets  [][]string // each in alphabetical order; the total first, if it is one
	kept  kept
	// touched are the periods to compute; nil: all that are kept.
	touched []metrics.Period
	variant *variant // of the model; nil: the present one
	kpis    []*metrics.KPI
}

// batches groups the KPIs to compute by grain, cuts and range, so that those of
// one source share its scan.
func (w *work) batches(p *Project) []*batch {
	var out []*batch
	index := map[string]*batch{}
	for _, name := range w.plan.Compute {
		k := p.Model.KPI(name)
		for _, g := range k.KeptGrains() {
			r := w.rangeOf(p, k, g)
			if r.empty() {
				continue
			}
			touched, limited := w.touched[name][g]
			if limited && len(touched) == 0 {
				continue
			}
			for _, s := range w.stretches(p, k, g, r) {
				if s.variant != nil && s.frozen != "" {
					continue // stays as it was published
				}
				// Members are those of the rows that a batch reads: KPIs that read others
				// would give each other members.
				reads := w.reads(p, k, g, s.kept)
				if s.variant != nil {
					reads = k.Name + s.key // by itself: it may read others than it does now
				}
				for _, sets := range settledAlike(p.Model, k, g) {
					key := fmt.Sprint(g, sets, s.from.Start.Unix(), s.to.Start.Unix(), s.whole, reads, limited, touched)
					b := index[key]
					if b == nil || len(b.kpis) == batchSize {
						b = &batch{grain: g, sets: sets, kept: s.kept, touched: touched, variant: s.variant}
						index[key] = b
						out = append(out, b)
					}
					b.kpis = append(b.kpis, k)
				}
			}
		}
	}
	return out
}

// settledAlike parts the cut sets of a KPI: of those that are computed together, one state
// holds for each period.
func settledAlike(m *metrics.Model, k *metrics.KPI, g metrics.Grain) [][][]string {
	var settled, lasting [][]string
	for _, set := range k.KeptSets(g) {
		if query.CutsLast(m, k, set) {
			lasting = append(lasting, set)
		} else {
			settled = append(settled, set)
		}
	}
	return slices.DeleteFunc([][][]string{settled, lasting}, func(sets [][]string) bool { return len(sets) == 0 })
}

// request asks for all sets of a batch at once.
func (b *batch) request(asOf time.Time) query.Request {
	r := query.Request{Grain: b.grain, Periods: b.touched, AsOf: asOf}
	if b.touched == nil {
		r.From, r.To = &b.kept.from, &b.kept.to
	}
	for _, k := range b.kpis {
		r.KPIs = append(r.KPIs, k.Name)
	}
	for _, set := range b.sets {
		indexes := []int{}
		for _, d := range set {
			i := slices.Index(r.By, d)
			if i < 0 {
				i = len(r.By)
				r.By = append(r.By, d)
			}
			indexes = append(indexes, i)
		}
		r.Sets = append(r.Sets, indexes)
	}
	return r
}

// computeBatch adds the values of a batch to the fresh ones.
func (w *work) computeBatch(ctx context.Context, p *Project, b *batch) diag.List {
	selected, sql, diags := w.selectBatch(ctx, p, b)
	if diags.HasErrors() {
		return diags
	}
	statements := []string{
		`CREATE OR REPLACE TEMP TABLE "cells" AS ` + sql,
		periodTable(p.Calendar, selected),
	}
	for set, dims := range b.sets {
		statements = append(statements, w.unpivot(b, selected, set, dims), w.scopeOf(b, dims))
	}
	for _, sql := range statements {
		if err := w.session.eng.Exec(ctx, sql); err != nil {
			return diag.List{queryFailed(ctx, err)}
		}
	}
	return nil
}

// periodTable holds what the engine can't know of periods: where they start, and
// how far each KPI's value is settled.
func periodTable(cal *metrics.Calendar, s *query.Select) string {
	var b strings.Builder
	b.WriteString(`CREATE OR REPLACE TEMP TABLE "periods" AS SELECT * FROM (VALUES `)
	for i, period := range s.Periods {
		if i > 0 {
			b.WriteString(", ")
		}
		states := make([]string, len(period.States))
		for j, state := range period.States {
			states[j] = duckdb.Literal(string(state))
		}
		fmt.Fprintf(&b, "(%s, %s, [%s])", duckdb.Literal(period.Name), duckdb.Literal(cal.StartText(period.Period)), strings.Join(states, ", "))
	}
	b.WriteString(`) AS t("period", "start", "states")`)
	return b.String()
}

// membersList is the members of a cell as they are published, from its columns.
func membersList(dims []string) string {
	if len(dims) == 0 {
		return "'[]'"
	}
	members := make([]string, len(dims))
	for i, d := range dims {
		members[i] = "CAST(c." + duckdb.Quote(d) + " AS VARCHAR)"
	}
	return "CAST(to_json([" + strings.Join(members, ", ") + "]) AS VARCHAR)"
}

// unpivot adds the cells of one cut set as values: a row for each KPI of a cell.
func (w *work) unpivot(b *batch, s *query.Select, set int, dims []string) string {
	values := make([]string, len(b.kpis))
	for i, k := range b.kpis {
		print := plan.ValueFingerprint(w.printsOf(b), k.Name, plan.CutName(dims), b.grain)
		state := "CAST(NULL AS VARCHAR)" // that of the period
		if column := s.StateColumnOf(i); column != "" {
			state = "c." + duckdb.Quote(column)
		}
		values[i] = fmt.Sprintf("{'kpi': %s, 'value': CAST(c.%s AS VARCHAR), 'state': %s, 'at': %d, 'print': %s}",
			duckdb.Literal(k.Name), duckdb.Quote(k.Name), state, i+1, duckdb.Literal(print))
	}
	const stateOf = `coalesce(u."v"."state", p."states"[u."v"."at"])`
	return fmt.Sprintf(`INSERT INTO "fresh" SELECT u."v"."kpi", %s, %s, u."period", p."start", u."members", u."v"."value", `+stateOf+`, u."v"."print" `+
		`FROM (SELECT c."period", %s AS "members", unnest([%s]) AS "v" FROM "cells" AS c WHERE c.%s = %d) AS u `+
		`JOIN "periods" AS p ON p."period" = u."period" WHERE `+stateOf+` <> %s`,
		duckdb.Literal(plan.CutName(dims)), duckdb.Literal(string(b.grain)), membersList(dims), strings.Join(values, ", "),
		duckdb.Quote(query.SetColumn), set, duckdb.Literal(string(metrics.NoData)))
}

// printsOf gives fingerprints by address, as a batch computes.
func (w *work) printsOf(b *batch) func(string) string {
	return func(address string) string {
		if b.variant != nil && strings.HasPrefix(address, "kpi.") {
			return b.variant.prints[address]
		}
		return w.fingerprint(address)
	}
}

// scopeOf says what of a batch's range was computed by a cut set.
func (w *work) scopeOf(b *batch, dims []string) string {
	bounds := `min("start"), max("start")`
	switch {
	case b.touched != nil:
		bounds = `"start", "start"`
	case b.kept.whole: // rows before may have gone, and the values that rested on them
		bounds = `NULL, max("start")`
	}
	names := make([]string, len(b.kpis))
	for i, k := range b.kpis {
		names[i] = duckdb.Literal(k.Name)
	}
	return fmt.Sprintf(`INSERT INTO "scope" SELECT unnest([%s]), %s, %s, %s FROM "periods"`,
		strings.Join(names, ", "), duckdb.Literal(plan.CutName(dims)), duckdb.Literal(string(b.grain)), bounds)
}

func (w *work) fingerprint(address string) string {
	i, found := slices.BinarySearchFunc(w.definitions, address, func(d metrics.Definition, a string) int { return strings.Compare(d.Address, a) })
	if !found {
		return ""
	}
	return w.definitions[i].Fingerprint
}

// scopeOfDropped covers the values of KPIs, cuts and grains that are no longer
// kept: they get tombstones, and stay in the history.
func (w *work) scopeOfDropped(ctx context.Context, p *Project) error {
	if !w.store.Exists() {
		return nil
	}
	current, diags := w.store.Published(store.Moment{})
	if diags.HasErrors() {
		return fmt.Errorf("%s", diags[0].Summary)
	}
	var kept []string
	for _, k := range p.Model.KPIs {
		for _, g := range k.KeptGrains() {
			for _, set := range k.KeptSets(g) {
				kept = append(kept, fmt.Sprintf("(%s, %s, %s)", duckdb.Literal(k.Name), duckdb.Literal(plan.CutName(set)), duckdb.Literal(string(g))))
			}
		}
	}
	keep := `SELECT '' AS "kpi", '' AS "cuts", '' AS "grain"`
	if len(kept) > 0 {
		keep = `SELECT * FROM (VALUES ` + strings.Join(kept, ", ") + `) AS k("kpi", "cuts", "grain")`
	}
	return w.session.eng.Exec(ctx, fmt.Sprintf(`INSERT INTO "scope" SELECT DISTINCT c."kpi", c."cuts", c."grain", NULL, NULL FROM (%s) AS c `+
		`ANTI JOIN (%s) AS k USING ("kpi", "cuts", "grain")`, current, keep))
}
