package threshold_test

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/threshold"
)

// The shape of the benchmark: thresholds of each KPI, members and weeks.
const (
	benchPerKPI  = 50
	benchMembers = 50
	benchWeeks   = 60
)

// benchCondition is a threshold's condition, as a definition and as SQL by hand has it.
func benchCondition(i int) (hcl, sql string) {
	n := i / 5
	switch i % 5 {
	case 0:
		return fmt.Sprintf("growth(1) < -0.%03d", 500+n), fmt.Sprintf("(v - p1) / abs(p1) < -0.%03d", 500+n)
	case 1:
		return fmt.Sprintf("falls(3) && value < %d", 200+n), fmt.Sprintf("v < p1 AND p1 < p2 AND p2 < p3 AND v < %d", 200+n)
	case 2:
		return fmt.Sprintf("value < history(p25, \"26w\") * 0.%d", 50+n), fmt.Sprintf("v < q * 0.%d", 50+n)
	case 3:
		return fmt.Sprintf("value > target * 1.%d", 40+n), fmt.Sprintf("v > 700 * 1.%d", 40+n)
	}
	return fmt.Sprintf("abs(zscore(\"26w\")) > 1.%d", 60+n), fmt.Sprintf("abs((v - m) / s) > 1.%d", 60+n)
}

func benchModel(b *testing.B, kpis int) *metrics.Model {
	b.Helper()
	var text strings.Builder
	text.WriteString("project \"bench\" {\n  timezone = \"UTC\"\n}\nsource \"rows\" {\n  rows = [{ day = \"2025-01-06\", shop = \"a\", n = 1 }]\n  time = day\n" +
		"  columns {\n    day  = date\n    shop = string\n    n    = integer\n  }\n}\ndimension \"shop\" {\n  from \"rows\" { value = shop }\n}\n")
	for k := range kpis {
		fmt.Fprintf(&text, "kpi \"k%d\" {\n  value  = avg(rows.n)\n  target = 700\n}\n", k)
		for i := range benchPerKPI {
			condition, _ := benchCondition(i)
			fmt.Fprintf(&text, "threshold \"t%d_%d\" {\n  kpi = kpi.k%d\n  grain = week\n  by = [shop]\n  red = %s\n}\n", k, i, k, condition)
		}
	}
	p, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: []byte(text.String())}}, compiler.Options{})
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	return p.Model
}

// byHand counts, for each threshold of a KPI, the members that cross it in the last
// week.
func byHand(kpi string) string {
	columns := make([]string, benchPerKPI)
	for i := range columns {
		_, sql := benchCondition(i)
		columns[i] = "count(*) FILTER (WHERE " + sql + ")"
	}
	return fmt.Sprintf(`SELECT %s FROM (SELECT *, row_number() OVER (PARTITION BY "members" ORDER BY "start" DESC) AS n FROM (SELECT "members", "start", v, lag(v, 1) OVER w AS p1, lag(v, 2) OVER w AS p2, lag(v, 3) OVER w AS p3, `+
		`quantile_cont(v, 0.25) OVER h AS q, avg(v) OVER h AS m, stddev_samp(v) OVER h AS s `+
		`FROM (SELECT "members", "start", CAST("value" AS DOUBLE) AS v FROM "published" WHERE "kpi" = '%s' AND "grain" = 'week' AND "cuts" = 'shop') `+
		`WINDOW w AS (PARTITION BY "members" ORDER BY "start"), h AS (PARTITION BY "members" ORDER BY "start" ROWS BETWEEN 26 PRECEDING AND 1 PRECEDING))) WHERE n = 1`, strings.Join(columns, ", "), kpi)
}

// processor is the seconds of processor time that the process has used.
func processor(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// BenchmarkThresholds judges 5,000 thresholds of 50 members over 60 weeks, against one
// window query by hand for each KPI over the same values; and a tenth of them, as
// judging must be linear.
func BenchmarkThresholds(b *testing.B) {
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	cal := calendar()
	start, _, _ := cal.DayBounds("2025-01-06")
	asOf := start.AddDate(0, 0, 7*benchWeeks)
	const most = 100 // KPIs
	err = eng.Exec(ctx, fmt.Sprintf(`CREATE TEMP TABLE "published" AS SELECT 'k' || k AS "kpi", 'shop' AS "cuts", 'week' AS "grain", CAST(DATE '2025-01-06' + CAST(7 * w AS INTEGER) AS VARCHAR) AS "start", `+
		`'["s' || lpad(CAST(m AS VARCHAR), 2, '0') || '"]' AS "members", CAST(200 + hash(k * 7919 + m * 104729 + w * 1299709) %% 800 AS VARCHAR) AS "value", 'final' AS "state" `+
		`FROM range(%d) AS a(k), range(%d) AS c(m), range(%d) AS d(w) ORDER BY ALL`, most, benchMembers, benchWeeks))
	if err != nil {
		b.Fatal(err)
	}
	judge := func(m *metrics.Model) (seconds float64, red map[string]int64) {
		before := processor(b)
		v, err := threshold.Judge(ctx, threshold.Input{Model: m, Calendar: cal, AsOf: asOf, Thresholds: m.Thresholds, Engine: eng, Values: `SELECT * FROM "published"`})
		if err != nil || len(v.Failed) > 0 {
			b.Fatal(err, v.Failed)
		}
		seconds = processor(b) - before
		red = map[string]int64{}
		for _, s := range v.Series {
			if s.Levels[benchWeeks-1] == threshold.Crossed {
				red[s.Threshold.Name]++
			}
		}
		return seconds, red
	}
	all, tenth := benchModel(b, most), benchModel(b, most/10)
	var ours, hand, small float64
	for b.Loop() {
		seconds, red := judge(all)
		ours += seconds
		before := processor(b)
		for k := range most {
			table, err := eng.Query(ctx, byHand(fmt.Sprintf("k%d", k)))
			if err != nil {
				b.Fatal(err)
			}
			for i, n := range table.Rows[0] {
				if name := fmt.Sprintf("t%d_%d", k, i); n != red[name] {
					b.Fatalf("%s is crossed by %d members, by hand by %v", name, red[name], n)
				}
			}
		}
		hand += processor(b) - before
		seconds, _ = judge(tenth)
		small += seconds
	}
	b.ReportMetric(ours/hand, "x-by-hand")
	b.ReportMetric(ours/small, "x-a-tenth")
	if ours > 1.8*hand {
		b.Errorf("judging took %.2f times as long as the queries by hand, at most 1.8", ours/hand)
	}
	if ours > 13*small {
		b.Errorf("5,000 thresholds took %.1f times as long as 500", ours/small)
	}
}
