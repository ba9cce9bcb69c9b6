package sqlgen_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
)

// byHand is the best statement that we know for a 28-day rolling distinct count: each
// value counts from a day on until it occurs again, or 28 days have passed.
const byHand = `
WITH days AS (SELECT DISTINCT day, channel, buyer FROM sources.sales WHERE day >= DATE '2025-03-05'),
  runs AS (SELECT channel, day, least(coalesce(lead(day) OVER (PARTITION BY channel, buyer ORDER BY day), DATE '9999-01-01'), day + 28) AS until FROM days),
  steps AS (SELECT channel, day, 1 AS x FROM runs UNION ALL SELECT channel, until, -1 FROM runs),
  sums AS (SELECT channel, day, sum(x) AS x FROM steps GROUP BY ALL)
SELECT day, channel, sum(x) OVER (PARTITION BY channel ORDER BY day) AS z FROM sums
QUALIFY day BETWEEN DATE '2025-04-01' AND DATE '2026-03-31'`

// BenchmarkRollingDistinct compares a rolling distinct count by day and channel over
// a year with the statement by hand, under a memory limit.
func BenchmarkRollingDistinct(b *testing.B) {
	db := open(b)
	m := chainModel(b, "kpi \"z\" { value = rolling(kpi.buyers, 28, day) }\n")
	load(b, db, m, data{})
	exec(b, db, "SET memory_limit = '1GB'")
	exec(b, db, "DROP VIEW sources.sales")
	exec(b, db, `CREATE TABLE sources.sales AS SELECT DATE '2025-01-01' + CAST(hash(i) % 455 AS INTEGER) AS day, 's' AS store,
		'c' || (hash(i * 3) % 5) AS channel, 'b' || (hash(i * 11) % 50000) AS buyer, CAST(1 AS DECIMAL(12, 2)) AS amount FROM range(2000000) AS r(i)`)
	stats := map[string]metrics.Statistics{"sales": {Rows: 2_000_000, Columns: map[string]metrics.ColumnStatistics{"day": {FirstDay: "2025-01-01", LastDay: "2026-03-31"}}}}
	sel := compiled(b, m, stats, query.Request{KPIs: []string{"z"}, By: []string{"channel"}, Grain: metrics.Day, Last: 365, AsOf: at("2026-04-01T00:00:00+08:00")})
	ours := sqlgen.Print(sel, sqlgen.DuckDB)
	for b.Loop() {
		mine, sum := timed(b, db, ours)
		hand, same := timed(b, db, byHand)
		if sum != same {
			b.Fatalf("the answers differ: %s and %s", sum, same)
		}
		b.ReportMetric(float64(mine)/float64(hand), "x-by-hand")
	}
}

// timed runs a statement and returns how long it took, and the sum of its values.
func timed(b *testing.B, db *sql.DB, statement string) (time.Duration, string) {
	b.Helper()
	start := time.Now()
	var sum string
	if err := db.QueryRow("SELECT CAST(sum(z) AS VARCHAR) FROM (" + statement + ")").Scan(&sum); err != nil {
		b.Fatal(err)
	}
	return time.Since(start), sum
}
