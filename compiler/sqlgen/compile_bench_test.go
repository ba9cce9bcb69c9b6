package sqlgen_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
)

// mostToCompile is how long a request of 100 KPIs may take to compile.
const mostToCompile = 50 * time.Millisecond

// BenchmarkCompile compiles requests of KPIs that 100 dimensions could cut, and
// compares one of 1,000 KPIs with one of 100.
func BenchmarkCompile(b *testing.B) {
	const kpis, dimensions = 1000, 100
	m := wideModel(b, kpis, dimensions)
	stats := map[string]metrics.Statistics{"sales": {Rows: 10_000_000, Columns: map[string]metrics.ColumnStatistics{"day": {FirstDay: "2025-01-01", LastDay: "2026-03-31"}}}}
	for i := range dimensions {
		stats["sales"].Columns[fmt.Sprintf("d%d", i)] = metrics.ColumnStatistics{Distinct: 20}
	}
	cal := calendar(b, m)
	once := func(n int) time.Duration {
		r := query.Request{By: []string{"d0", "d50", "d99"}, Grain: metrics.Week, Last: 52, AsOf: at("2026-04-01T00:00:00+08:00")}
		for i := range n {
			r.KPIs = append(r.KPIs, fmt.Sprintf("k%d", i))
		}
		start := time.Now()
		sel, diags := query.Compile(m, stats, cal, r)
		if diags.HasErrors() {
			b.Fatal(diags[0].Summary)
		}
		if text := sqlgen.Print(sel, sqlgen.DuckDB); text == "" {
			b.Fatal("no statement")
		}
		return time.Since(start)
	}
	few, many := time.Hour, time.Hour
	for b.Loop() {
		few, many = min(few, once(100)), min(many, once(1000))
	}
	b.ReportMetric(float64(few.Microseconds())/1000, "ms")
	b.ReportMetric(float64(many)/float64(few), "x-of-100")
	if few > mostToCompile {
		b.Errorf("a request of 100 KPIs takes %v to compile, and may take %v", few, mostToCompile)
	}
	if many > 15*few {
		b.Errorf("a request of 1,000 KPIs takes %v, one of 100 %v: that is not linear", many, few)
	}
}

// wideModel has KPIs with filters on columns, each of which is a dimension.
func wideModel(b *testing.B, kpis, dimensions int) *metrics.Model {
	b.Helper()
	var t strings.Builder
	t.WriteString("project \"wide\" {}\nsource \"sales\" {\n  csv {\n    path = \"sales.csv\"\n  }\n  time = day\n  columns {\n    day = date\n    amount = decimal(12, 2)\n    buyer = string\n")
	for i := range dimensions {
		fmt.Fprintf(&t, "    d%d = string\n", i)
	}
	t.WriteString("  }\n}\n")
	for i := range dimensions {
		fmt.Fprintf(&t, "dimension \"d%[1]d\" {\n  from \"sales\" { value = d%[1]d }\n}\n", i)
	}
	for i := range kpis {
		value := "sum(sales.amount)"
		switch i % 10 {
		case 7:
			value = "avg(sales.amount)"
		case 8:
			value = "count_distinct(sales.buyer)"
		case 9:
			fmt.Fprintf(&t, "kpi \"k%d\" { value = growth(kpi.k%d, 1, week) / kpi.k%d }\n", i, i-1, i-2)
			continue
		}
		fmt.Fprintf(&t, "kpi \"k%d\" {\n  value = %s\n  where = sales.d%d == \"a\" && sales.d%d != \"b%d\"\n}\n", i, value, i%dimensions, (i*7+1)%dimensions, i%13)
	}
	p, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: []byte(t.String())}}, compiler.Options{})
	if diags.HasErrors() {
		b.Fatal(diags[0].Summary, diags[0].Detail)
	}
	return p.Model
}
