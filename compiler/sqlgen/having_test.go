package sqlgen_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// TestHaving demands of results what any KPI may say: aggregates, other KPIs than those
// asked for, functions over time and over dimensions.
func TestHaving(t *testing.T) {
	db := open(t)
	p, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: []byte(chain)}}, compiler.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	load(t, db, p.Model, chainData)
	// By hand: in January s1 sold 10, 5, 1 and 7 to two buyers and s2 20; in February s1 3, s2 30 and s3 9.
	for _, tt := range []struct {
		name   string
		having []string
		want   []string
	}{
		{"an aggregate", []string{`count(sales) > 1`}, []string{"2026-01 | s1 | 23"}},
		{"a KPI that is not asked for", []string{`kpi.buyers == 2`}, []string{"2026-01 | s1 | 23"}},
		{"growth", []string{`growth(kpi.amount, 1, month) > 0`}, []string{"2026-02 | s2 | 30"}},
		{"another period", []string{`previous(count(sales), 1, month) == 1`}, []string{"2026-02 | s2 | 30"}},
		{"a window", []string{`rolling(kpi.amount, 2, month) > 30`}, []string{"2026-02 | s2 | 30"}},
		{"a year to date", []string{`to_date(kpi.amount, year) > 40`}, []string{"2026-02 | s2 | 30"}},
		{"a year ago", []string{`year_ago(kpi.orders) > 0`}, nil},
		{"a share", []string{`kpi.amount / total(kpi.amount, [store]) < 0.25`}, []string{"2026-01 | s3 | 0", "2026-02 | s1 | 3", "2026-02 | s3 | 9"}},
		{"a place", []string{`rank(kpi.amount) == 1`}, []string{"2026-01 | s1 | 23", "2026-02 | s2 | 30"}},
		{"like for like", []string{`like_for_like(kpi.amount, [store], 1, month) > 0`}, []string{"2026-02 | s1 | 3", "2026-02 | s2 | 30"}},
		{"an inner level", []string{`max(per([day], kpi.amount)) > 15`}, []string{"2026-01 | s2 | 20", "2026-02 | s2 | 30"}},
		{"what the top holds", []string{`top_share(kpi.amount, [channel], 0.1) < 1`}, []string{"2026-01 | s1 | 23"}},
		{"a balance", []string{`last(stock.on_hand) > 4`}, []string{"2026-01 | s1 | 23", "2026-02 | s2 | 30"}},
		{"all of several", []string{`kpi.orders == 1`, `kpi.amount > 9`}, []string{"2026-01 | s2 | 20", "2026-02 | s2 | 30"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := query.Request{KPIs: []string{"amount"}, By: []string{"store"}, Grain: metrics.Month, AsOf: at("2026-04-01T00:00:00+08:00"),
				From: ptr(periodNamed("2026-01")), To: ptr(periodNamed("2026-02"))}
			for _, text := range tt.having {
				e, diags := p.Condition(text, "--having", false)
				if diags.HasErrors() {
					t.Fatal(diags)
				}
				r.Having = append(r.Having, e)
			}
			if got := cells(t, db, p.Model, r); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
	for text, code := range map[string]diag.Code{
		`last(sales.amount) > 1`:                     diag.NoSeries,
		`per([day], kpi.amount) > 1`:                 diag.NotAnAggregate,
		`sales.amount > 1`:                           diag.NotAnAggregate,
		`rank(rank(kpi.amount)) == 1`:                diag.NoMeaning,
		`kpi.amount`:                                 diag.WrongType,
		`growth(kpi.amount, 1, fortnight) > 0`:       diag.WrongArguments,
		`top_share(kpi.amount, [weather], 0.1) == 1`: diag.UnknownName,
	} {
		if _, diags := p.Condition(text, "--having", false); len(diags) != 1 || diags[0].Code != code || diags[0].Range == nil {
			t.Errorf("%s: %v, want one %s in its place", text, diags, code)
		}
	}
}
