package sqlgen_test

import (
	"fmt"
	"testing"

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

// TestRollingDistinctSpills counts distinct values of windows in far less memory than
// they take, and compares with the statement by hand in all there is.
func TestRollingDistinctSpills(t *testing.T) {
	db := open(t)
	m := chainModel(t, "kpi \"z\" { value = rolling(kpi.buyers, 28, day) }\n")
	load(t, db, m, data{})
	exec(t, db, "DROP VIEW sources.sales")
	exec(t, db, `CREATE TABLE sources.sales AS SELECT DATE '2025-01-01' + CAST(hash(i) % 455 AS INTEGER) AS day, 's' AS store,
		'c' || (hash(i * 3) % 5) AS channel, 'buyer with a long name ' || (hash(i * 11) % 50000) AS buyer, CAST(1 AS DECIMAL(12, 2)) AS amount FROM range(500000) AS r(i)`)
	stats := map[string]metrics.Statistics{"sales": {Rows: 500_000, Columns: map[string]metrics.ColumnStatistics{"day": {FirstDay: "2025-01-01", LastDay: "2026-03-31"}}}}
	sel := compiled(t, m, stats, query.Request{KPIs: []string{"z"}, By: []string{"channel"}, Grain: metrics.Day, Last: 365, AsOf: at("2026-04-01T00:00:00+08:00")})
	sum := func(statement string) (all string) {
		t.Helper()
		if err := db.QueryRow("SELECT CAST(sum(z) AS VARCHAR) FROM (" + statement + ")").Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	want := sum(byHand)
	exec(t, db, "SET threads = 1")
	exec(t, db, "SET memory_limit = '64MB'")
	exec(t, db, "SET temp_directory = ''")
	statement := sqlgen.Print(sel, sqlgen.DuckDB)
	if _, err := db.Exec(statement); err == nil {
		t.Error("it takes no more memory than there is, so nothing is shown")
	}
	exec(t, db, fmt.Sprintf("SET temp_directory = '%s'", t.TempDir()))
	if got := sum(statement); got != want {
		t.Errorf("%s in little memory, by hand %s", got, want)
	}
}
