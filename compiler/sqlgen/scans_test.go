package sqlgen_test

import (
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
)

// TestTimeOverTimeReadsNothingAgain counts how often a statement reads the rows: KPIs
// that look at other periods meet the cells of the scan that is there anyway.
func TestTimeOverTimeReadsNothingAgain(t *testing.T) {
	const plain, scans = "amount", "FROM sources."
	for _, kpi := range []string{
		"previous(kpi.amount, 1, GRAIN)", "delta(kpi.amount, 2, GRAIN)", "growth(kpi.amount, 1, GRAIN)", "growth(kpi.average, 1, GRAIN)",
		"growth(growth(kpi.amount, 1, GRAIN), 1, GRAIN)", "previous(kpi.amount, 1, year)", "kpi.amount / previous(kpi.amount, 1, year) - growth(kpi.average, 3, GRAIN)",
	} {
		for _, grain := range []metrics.Grain{metrics.Day, metrics.Week, metrics.Month, metrics.Quarter, metrics.Year} {
			m := chainModel(t, "kpi \"z\" { value = "+strings.ReplaceAll(kpi, "GRAIN", string(grain))+" }\n")
			count := func(r query.Request) int {
				r.By, r.Grain, r.Last, r.AsOf = []string{"channel"}, grain, 3, at("2026-04-01T00:00:00+08:00")
				sel := compiled(t, m, nil, r)
				if moved := len(r.KPIs) > 1; moved != (len(sel.Explanation.Notes) > 0) {
					t.Errorf("%s by %s: notes %v", kpi, grain, sel.Explanation.Notes)
				}
				return strings.Count(sqlgen.Print(sel, sqlgen.DuckDB), scans)
			}
			alone := count(query.Request{KPIs: []string{plain}})
			if alone != 1 {
				t.Fatalf("%d scans of one KPI", alone)
			}
			both := query.Request{KPIs: []string{plain, "z"}, Compare: []query.Comparison{query.Previous, query.YearAgo}}
			if n := count(both); n != alone {
				t.Errorf("%s by %s: %d scans", kpi, grain, n)
			}
		}
	}
}
