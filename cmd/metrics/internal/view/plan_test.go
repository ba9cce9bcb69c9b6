package view

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// TestPlanReports shows a plan with something of everything, and plans with nothing to do,
// in each format.
func TestPlanReports(t *testing.T) {
	for name, p := range map[string]*plan.Plan{"everything": everyPlan(), "nothing": {Basis: shopBasis()}, "against": againstPlan()} {
		p.Finish()
		for _, format := range PlanFormats {
			t.Run(name+"/"+format, func(t *testing.T) {
				var b bytes.Buffer
				opt := PlanOptions{Zone: time.FixedZone("CST", 8*3600), Base: "examples/shop"}
				if err := Plan(&b, format, p, opt); err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join("testdata/plan", name+"."+format), b.Bytes())
			})
		}
	}
}

func shopBasis() plan.Basis {
	at := time.Date(2026, 11, 9, 0, 2, 0, 0, time.UTC)
	return plan.Basis{Project: "shop", Store: "catalog/000003-0123456789abcdef.json", Run: 3, RunAt: &at, Files: "0123456789abcdef01234567",
		Data: map[string]string{"orders": "aa", "visits": "bb"}, AsOf: time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC), Rows: 12_345, Version: "0.1.0"}
}

// againstPlan is a comparison with a revision, of a layout alone.
func againstPlan() *plan.Plan {
	p := &plan.Plan{Basis: shopBasis()}
	p.Basis.Against, p.Basis.Commit, p.Basis.Head, p.Basis.Folder = "git:origin/main", "1111111111", "2222222222", "examples/shop"
	p.Changes = []metrics.Change{{Address: "kpi.gmv", Action: metrics.Update, Class: metrics.Cosmetic, Reason: "same meaning", Range: placeAt(12),
		Fields: []metrics.FieldChange{{Name: "label", Old: `"GMV"`, New: `"销售额"`, Class: metrics.Cosmetic}}}}
	return p
}

func placeAt(line int) *diag.Range {
	return &diag.Range{File: "kpis/sales.hcl", Start: diag.Pos{Line: line, Column: 1}, End: diag.Pos{Line: line, Column: 10}}
}

// movedBy is a value that goes from one to another.
func movedBy(period, then, now metrics.Value) metrics.Moved {
	return metrics.Moved{Period: string(period), Then: then, Now: now, Difference: now.Minus(then), Ratio: now.Ratio(then)}
}

func everyPlan() *plan.Plan {
	p := &plan.Plan{Basis: shopBasis()}
	p.Changes = everyChange()
	before := metrics.Account{Source: "orders", Read: 100, Clean: 98, Rejected: 2}
	p.Sources = []plan.SourceChange{{Source: "orders", Reason: "data", Files: []string{"data/late|1.csv"}, Account: metrics.Account{Source: "orders", Read: 120, Clean: 117, Filtered: 1, Duplicates: 1, Rejected: 1}, Before: &before, Healed: 1}}
	p.Drift = []plan.Drift{{KPI: "orders", Grain: metrics.Week, Type: "integer", Cells: 4, Periods: 2,
		Last: []plan.DriftedValue{{Period: "2026-W45", Published: "90", Now: "93", Difference: "3", State: metrics.Final}}}}
	p.Periods = []plan.Periods{{Grain: metrics.Week, From: "2026-W45", To: "2026-W47", Count: 3, KPIs: 4,
		Moved: []plan.Moved{{Period: "2026-W45", Start: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), Source: "orders", File: "data/late|1.csv", Late: 20, Gone: 1}}}}
	p.Blocking = []plan.Block{{Address: "kpi.gmv", Code: diag.NoticeMissing, Text: "changes on 2026-11-16 without notice (14d)", Mend: "Add a change block that names it.", Range: placeAt(12)},
		{Address: "test.week", Code: diag.TestsFail, Text: "fails by these definitions: gmv is 1, expected 2 @all <b>", Mend: "Mend what the test expects."}}
	p.Downstream = []plan.Dependent{{Address: "kpi.aov", Kind: "kpi", Through: []string{"kpi.gmv"}}, {Address: "dashboard.weekly", Kind: "dashboard", Through: []string{"kpi.gmv"}, Panels: 2}}
	p.Compute = []string{"aov", "gmv", "gone", "orders"}
	return p
}

// everyChange is changes of each class and action; members and reasons mean something to
// Markdown and to GitHub.
func everyChange() []metrics.Change {
	web, empty := "web|<app>", ""
	last := movedBy("2026-W46", "9000", "8750.5")
	last.Split = &metrics.Split{Published: "8977", Data: "23", Definition: "-249.5", Whole: "-226.5"}
	gmv := &metrics.Effect{Label: "GMV", Type: "decimal(18, 2)", Unit: "CNY", Grains: []metrics.GrainEffect{
		{Grain: metrics.Week, From: "2026-W39", To: "2026-W46", Periods: 8, EffectCells: metrics.EffectCells{Cells: 40, Changed: 20, New: 1, Gone: 2, ToNull: 3, FromNull: 4}, Last: &last,
			Movers: []metrics.Mover{{Cuts: []string{"channel"}, Members: []*string{&web}, Moved: movedBy("2026-W46", "100", "40")}, {Cuts: []string{"channel"}, Members: []*string{nil}, Moved: movedBy("2026-W46", "0", "5")},
				{Cuts: []string{"channel"}, Members: []*string{&empty}, Moved: movedBy("2026-W46", "7", "")}},
			Totals: []metrics.Moved{last}},
		{Grain: metrics.Month, From: "2026-03", To: "2026-10", Periods: 8, EffectCells: metrics.EffectCells{Cells: 8, Changed: 1}, Last: &metrics.Moved{Period: "2026-10", Then: "0", Now: "1", Difference: "1"}}},
		Example: &metrics.Example{Source: "orders", Period: "2026-W46", Row: []metrics.RowValue{{Name: "id", Text: &web}, {Name: "note"}}, Then: "120", Now: "", CountedThen: true}}
	aov := &metrics.Effect{Type: "double", Grains: []metrics.GrainEffect{{Grain: metrics.Week, EffectCells: metrics.EffectCells{Cells: 8, Changed: 8}, Last: &metrics.Moved{Period: "2026-W46", Then: "10.5", Now: "10.25"}}}}
	return []metrics.Change{
		{Address: "kpi.gmv", Action: metrics.Update, Class: metrics.ValueChanging, Reason: "its where changes", Range: placeAt(12), Effect: gmv,
			Fields: []metrics.FieldChange{{Name: "where", Old: "orders.paid", New: "orders.paid && !orders.refunded", Class: metrics.ValueChanging}, {Name: "label", New: `"GMV"`, Class: metrics.Cosmetic}}},
		{Address: "kpi.gone", Action: metrics.Delete, Class: metrics.Breaking, Reason: "removed", Effect: &metrics.Effect{Type: "integer", Skipped: "its definition can't be read"}},
		{Address: "kpi.aov", Action: metrics.Update, Class: metrics.Indirect, Reason: "something upstream changes; from 2026-12-01 on, by change.refunds: Finance asked", Range: placeAt(30), Effect: aov},
		{Address: "kpi.fresh", Action: metrics.Create, Class: metrics.Additive, Reason: "new", Range: placeAt(40), Fields: []metrics.FieldChange{{Name: "value", New: "count(orders)"}}},
		{Address: "kpi.orders", Action: metrics.Update, Class: metrics.AlertOnly, Reason: "its target changes", Range: placeAt(50), Fields: []metrics.FieldChange{{Name: "target", Old: "100", New: "200", Class: metrics.AlertOnly}}},
		{Address: "source.orders", Action: metrics.Update, Class: metrics.Cosmetic, Reason: "same meaning", Range: placeAt(1)},
	}
}
