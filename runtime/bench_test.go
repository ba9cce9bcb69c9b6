package runtime_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// generator makes the order lines of the benchmark; see its own text.
const generator = "../../shared/perf/gen_orders.sql"

const benchProject = `project "bench" {
  as_of   = "2026-01-05"
  grains  = [week]
  history = "2w"
}

source "lines" {
  parquet {
    path = "orders.parquet"
  }
  time = ordered_at
  columns {
    order_no    = string
    line_no     = integer
    ordered_at  = timestamp
    customer_id = integer
    sku         = string
    quantity    = integer
    unit_price  = decimal(12, 2)
    channel     = string
    campaign_id = string
    store_id    = integer
  }
}

dimension "channel" {
  from "lines" { value = channel }
}

`

var benchChannels = []string{"web", "app", "marketplace", "store", "partner"}

// benchFilter is the filter of KPI i: on channel, campaign and sign of quantity.
func benchFilter(i int) (hcl, sql string) {
	switch i % 3 {
	case 0:
		return fmt.Sprintf("lines.channel == %q && lines.quantity > 0", benchChannels[i%5]), fmt.Sprintf("channel = '%s' AND quantity > 0", benchChannels[i%5])
	case 1:
		return fmt.Sprintf("lines.campaign_id == \"cmp_%d\"", i%40), fmt.Sprintf("campaign_id = 'cmp_%d'", i%40)
	}
	return fmt.Sprintf("lines.campaign_id != \"cmp_%d\" && lines.quantity < 0", i%40), fmt.Sprintf("campaign_id <> 'cmp_%d' AND quantity < 0", i%40)
}

func benchKPIs(n int) (definitions string, names, aggregates []string) {
	var b strings.Builder
	for i := range n {
		hcl, sql := benchFilter(i)
		value, agg := "sum(lines.quantity * lines.unit_price)", "sum(quantity * unit_price)"
		if i%5 == 4 {
			value, agg = "count(lines)", "count(*)"
		}
		fmt.Fprintf(&b, "kpi \"k%d\" {\n  value = %s\n  where = %s\n}\n\n", i, value, hcl)
		names = append(names, fmt.Sprintf("k%d", i))
		aggregates = append(aggregates, fmt.Sprintf("%s FILTER (%s) AS k%d", agg, sql, i))
	}
	return b.String(), names, aggregates
}

func must(b *testing.B, diags diag.List) {
	b.Helper()
	if diags.HasErrors() {
		b.Fatal(diags[0].Summary, diags[0].Detail)
	}
}

// benchData makes a project over rows order lines, applied once, and returns its
// folder and the file of clean rows.
func benchData(b *testing.B, rows int, definitions string) (dir, segment string) {
	b.Helper()
	text, err := os.ReadFile(generator)
	if err != nil {
		b.Skip("the generator of order lines is not here: ", generator)
	}
	dir = b.TempDir()
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: dir, AllowedDirs: []string{dir}})
	if err != nil {
		b.Fatal(err)
	}
	sql := strings.NewReplacer("NROWS", fmt.Sprint(rows), "OUT", filepath.Join(dir, "orders.parquet")).Replace(string(text))
	if err := eng.Exec(ctx, sql); err != nil {
		b.Fatal(err)
	}
	eng.Close()
	if err := os.WriteFile(filepath.Join(dir, "project.hcl"), []byte(benchProject+definitions), 0o666); err != nil {
		b.Fatal(err)
	}
	p, diags := runtime.Open(ctx, runtime.Options{Dir: dir})
	must(b, diags)
	plan, diags := p.Plan(ctx)
	must(b, diags)
	_, diags = p.Apply(ctx, plan, "")
	must(b, diags)
	found, err := filepath.Glob(filepath.Join(dir, ".metrics", "sources", "*.duckdb"))
	if err != nil || len(found) != 1 {
		b.Fatal("segments:", found, err)
	}
	return dir, found[0]
}

// BenchmarkQuery compares a query of 50 KPIs by week and channel with statements
// written by hand on the same file of clean rows.
func BenchmarkQuery(b *testing.B) {
	const rows = 10_000_000
	definitions, names, aggregates := benchKPIs(50)
	dir, segment := benchData(b, rows, definitions)
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: b.TempDir(), AllowedDirs: []string{dir}})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	if err := eng.Attach(ctx, "hand", segment, true); err != nil {
		b.Fatal(err)
	}
	const week = `date_trunc('week', "ordered_at$day")`
	byHand := func(b *testing.B, aggregates []string) {
		sql := fmt.Sprintf("SELECT %s AS w, channel, %s FROM hand.clean GROUP BY ALL ORDER BY ALL", week, strings.Join(aggregates, ", "))
		if _, err := eng.Query(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	p, diags := runtime.Open(ctx, runtime.Options{Dir: dir})
	must(b, diags)
	from, _ := p.Calendar.Parse("2023-W01")
	var filters, statements, ours time.Duration
	for b.Loop() {
		filters += timed(func() { byHand(b, aggregates) })
		statements += timed(func() {
			for i := range aggregates {
				byHand(b, aggregates[i:i+1])
			}
		})
		ours += timed(func() {
			_, diags := p.Query(ctx, query.Request{KPIs: names, By: []string{"channel"}, Grain: metrics.Week, From: &from})
			must(b, diags)
		})
	}
	b.ReportMetric(filters.Seconds()/float64(b.N), "filters_s")
	b.ReportMetric(statements.Seconds()/float64(b.N), "statements_s")
	b.ReportMetric(ours.Seconds()/float64(b.N), "query_s")
	b.ReportMetric(float64(ours)/float64(filters), "times_filters")
	b.ReportMetric(float64(ours)/float64(statements), "times_statements")
}

// timed is how long f takes.
func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}
