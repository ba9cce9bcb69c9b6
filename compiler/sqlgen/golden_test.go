package sqlgen_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// shopData is a few rows of each source: an unknown channel, a null one, an orphan
// customer, a customer whose region is unknown, amounts that are null.
var shopData = data{
	"orders": {
		{"1", "2026-01-05 20:00:00+00", "2026-01-20 01:00:00+00", "web", "c1", "paid", "10.50", "1", "0.1"},
		{"2", "2026-01-06 20:00:00+00", nil, nil, "c2", "cancelled", "20", "2", "0.2"},
		{"3", "2026-01-13 15:59:59+00", "2026-01-13 16:00:00+00", "app", "c9", nil, nil, "3", "0.3"},
		{"4", "2026-01-13 16:00:00+00", "2026-01-13 16:00:00+00", "kiosk", nil, "paid", "70", nil, nil},
	},
	"customers": {{"c1", "gold", "r1"}, {"c2", nil, "r7"}},
	"regions":   {{"r1", "East"}},
	"visits":    {{"2026-01-06", "web", "100"}, {"2026-01-14", "store", "7"}},
	"budget":    {{"web", "2026-01-05", "100"}, {"web", "2026-01-12", "50"}, {"web", "2026-02-02", "100"}},
}

// TestGolden shows what requests compile to, and what they answer over shopData.
func TestGolden(t *testing.T) {
	m := shop("Asia/Shanghai")
	db := open(t)
	load(t, db, m, shopData)
	stats := statistics(t, db, m)
	for _, tt := range []struct {
		name string
		r    query.Request
	}{
		{"total", query.Request{KPIs: []string{"gmv"}}},
		{"two_sources", query.Request{KPIs: []string{"gmv", "cvr"}, By: []string{"channel"}, Grain: metrics.Week, From: ptr(periodNamed("2026-W02")), To: ptr(periodNamed("2026-W03"))}},
		{"compare", query.Request{KPIs: []string{"gmv", "cvr"}, Grain: metrics.Week, Last: 1, Compare: []query.Comparison{query.Previous, query.YearAgo, query.Target}}},
		{"references", query.Request{KPIs: []string{"orders"}, By: []string{"region", "orders.customers.segment"}, Where: []metrics.Expr{binary(metrics.OpNe, dimension("channel"), str("kiosk"), logical)}}},
		{"totals", query.Request{KPIs: []string{"gmv", "orders"}, By: []string{"channel"}, Totals: true, Limit: 2, Order: []query.Order{{Column: "gmv", Desc: true}},
			Having: []metrics.Expr{binary(metrics.OpGt, kpiRef("orders", whole), number("0"), logical)}}},
		{"cut_sets", query.Request{KPIs: []string{"gmv"}, By: []string{"region", "channel"}, Sets: [][]int{{}, {0}, {0, 1}}}},
		{"distinct_counts", query.Request{KPIs: []string{"buyers", "paying", "orders"}, Grain: metrics.Month, Last: 1}},
		{"hours", query.Request{KPIs: []string{"orders"}, Grain: metrics.Hour, Last: 2, PresentOnly: true}},
		{"other_time", query.Request{KPIs: []string{"paid_late", "orders"}, Grain: metrics.Day, Last: 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.r.AsOf = at("2026-01-15T00:00:00+08:00")
			sel := compiled(t, m, stats, tt.r)
			statement := sqlgen.Print(sel, sqlgen.DuckDB)
			var rows strings.Builder
			for _, row := range answer(t, db, sel, statement) {
				rows.WriteString(strings.Join(row, " | ") + "\n")
			}
			golden(t, tt.name, []txtar.File{{Name: "statement.sql", Data: []byte(statement)}, {Name: "answer", Data: []byte(rows.String())}})
		})
	}
}

func golden(t *testing.T, name string, files []txtar.File) {
	t.Helper()
	path := filepath.Join("testdata", name+".txtar")
	got := txtar.Format(&txtar.Archive{Files: files})
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := differs(strings.Split(string(got), "\n"), strings.Split(string(want), "\n")); diff != "" {
		t.Errorf("%s (run with -update after a change that is meant):\n%s", path, diff)
	}
}

// TestSameBytes compiles each request twice: maps must leave no trace.
func TestSameBytes(t *testing.T) {
	m := shop("Asia/Shanghai")
	r := query.Request{By: []string{"channel"}, Totals: true, AsOf: at("2026-01-15T00:00:00+08:00")}
	for _, k := range m.KPIs {
		r.KPIs = append(r.KPIs, k.Name)
	}
	print := func() string { return sqlgen.Print(compiled(t, shop("Asia/Shanghai"), nil, r), sqlgen.DuckDB) }
	first := print()
	for range 5 {
		if got := print(); got != first {
			t.Fatalf("statements differ:\n%s\n%s", first, got)
		}
	}
}
