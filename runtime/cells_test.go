package runtime_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

const comparedCells = `
project "p" {
  as_of = "2026-04-01"
}
source "sales" {
  rows = [
    { day = "2026-01-01", amount = 1 }, { day = "2026-01-31", amount = 10 }, { day = "2026-02-01", amount = 100 },
    { day = "2026-02-05", amount = 1000 }, { day = "2026-03-31", amount = 1 },
  ]
  time = day
  columns {
    day    = date
    amount = integer
  }
}
kpi "best" { value = max(per([week], sum(sales.amount))) }
kpi "best_before" { value = max(per([week], previous(sum(sales.amount), 1, week))) }
kpi "best_two" { value = max(per([week], rolling(sum(sales.amount), 2, week))) }
kpi "all_weeks" { value = sum(per([week], sum(sales.amount))) }
kpi "growth" { value = growth(kpi.all_weeks, 1, month) }
`

// TestCellsAreComparedBeyondTheRange checks that a comparison or a window within
// per() reads what lies before the range, and the cells themselves don't.
func TestCellsAreComparedBeyondTheRange(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "p.hcl"), []byte(comparedCells), 0o666); err != nil {
		t.Fatal(err)
	}
	p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir})
	none(t, diags)
	whole, alone := []string{"best", "best_before", "best_two", "all_weeks"}, []string{"best", "all_weeks"}
	tests := []struct {
		grain    metrics.Grain
		from, to string
		kpis     []string
		want     []any // of the first row
	}{
		{metrics.Week, "2026-W06", "2026-W07", whole, []any{int64(1000), int64(110), int64(1110), int64(1000)}},
		{metrics.NoGrain, "2026-02-02", "2026-02-08", whole, []any{int64(1000), int64(110), int64(1110), int64(1000)}},
		{metrics.NoGrain, "2026-02-01", "2026-02-01", alone, []any{int64(100), int64(100)}}, // the week as far as the range goes
		{metrics.NoGrain, "2026-02-01", "2026-02-28", alone, []any{int64(1000), int64(1100)}},
	}
	for _, tt := range tests {
		bounds := periods(t, p, tt.from, tt.to)
		r := query.Request{KPIs: tt.kpis, Grain: tt.grain, From: &bounds[0], To: &bounds[1]}
		answer, diags := p.Query(t.Context(), r)
		none(t, diags)
		values := answer.Rows[0].Values
		if got := values[len(values)-len(tt.want):]; !slices.EqualFunc(got, tt.want, equalCell) {
			t.Errorf("from %s to %s by %q: %v, want %v", tt.from, tt.to, tt.grain, got, tt.want)
		}
	}
	cut := periods(t, p, "2026-02-01", "2026-02-28")
	for _, kpi := range []string{"best_before", "best_two"} { // a part of a week has no week before it
		_, diags = p.Query(t.Context(), query.Request{KPIs: []string{kpi}, From: &cut[0], To: &cut[1]})
		if len(diags) != 1 || diags[0].Code != diag.GrainTooFine {
			t.Errorf("%s in cells that the range cuts: %v", kpi, diags)
		}
	}
	bounds := periods(t, p, "2026-02-02", "2026-02-15")
	_, diags = p.Query(t.Context(), query.Request{KPIs: []string{"growth"}, From: &bounds[0], To: &bounds[1]})
	if len(diags) != 1 || diags[0].Code != diag.GrainTooFine {
		t.Errorf("weeks that a month earlier would be cut: %v", diags)
	}
}
