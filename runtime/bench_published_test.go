package runtime_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// Published values of 100 KPIs by week over two years, as many members as it takes.
const (
	publishedKPIs  = 100
	publishedWeeks = 104
)

// publishedValues is a project in whose store about so many values are published, and the file
// with the current ones.
func publishedValues(b *testing.B, values int) (dir, current string) {
	b.Helper()
	members := values / publishedKPIs / publishedWeeks
	dir = benchRoot(b, fmt.Sprintf("published-%d", members))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		b.Fatal(err)
	}
	var t strings.Builder
	t.WriteString("project \"published\" {\n  as_of  = \"2025-12-29\"\n  grains = [week]\n}\n\nsource \"orders\" {\n  csv { path = \"orders.csv\" }\n  time = day\n" +
		"  columns {\n    day    = date\n    store  = string\n    amount = decimal(18, 2)\n  }\n}\n\ndimension \"store\" {\n  from \"orders\" { value = store }\n}\n")
	for i := range publishedKPIs {
		fmt.Fprintf(&t, "\nkpi \"k%02d\" {\n  value = sum(orders.amount) * %d\n  by    = [store]\n}\n", i, i+1)
	}
	for name, text := range map[string]string{"project.hcl": t.String(), "orders.csv": "day,store,amount\n2024-01-01,S0000,1.00\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	p, diags := runtime.Open(b.Context(), runtime.Options{Dir: dir})
	must(b, diags)
	st, diags := p.Store()
	must(b, diags)
	if !st.Exists() {
		st = publishByHand(b, p, st, members)
	}
	return dir, filepath.Join(p.StoreDir(), filepath.FromSlash(st.Catalog().Current.File))
}

// publishByHand commits values that no source has to be computed for.
func publishByHand(b *testing.B, p *runtime.Project, st *store.Store, members int) *store.Store {
	b.Helper()
	eng, err := duckdb.Open(b.Context(), duckdb.Options{TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	err = eng.Exec(b.Context(), fmt.Sprintf(`CREATE TEMP TABLE periods AS SELECT w, strftime(DATE '2024-01-01' + 7 * w::INTEGER, '%%G-W%%V') AS period, strftime(DATE '2024-01-01' + 7 * w::INTEGER, '%%Y-%%m-%%d') AS start FROM range(%d) AS r(w);
CREATE TEMP VIEW fresh AS SELECT printf('k%%02d', k) AS kpi, 'store' AS cuts, 'week' AS grain, period, start, printf('["S%%04d"]', m) AS members,
  ((hash(k, w, m) %% 10000000)::DECIMAL(18, 2) / 100)::DECIMAL(18, 2)::VARCHAR AS value, 'final' AS state, 'f' || k AS fingerprint FROM range(%d) AS k(k), periods, range(%d) AS m(m);
CREATE TEMP VIEW scope AS SELECT '' AS kpi, '' AS cuts, '' AS grain, NULL AS from_start, NULL AS to_start`, publishedWeeks, publishedKPIs, members))
	if err != nil {
		b.Fatal(err)
	}
	writer, diags := st.Lock(b.Context(), 0, "make bench")
	must(b, diags)
	defer writer.Close()
	run := &metrics.Run{AsOf: p.AsOf}
	_, diags = writer.Publish(b.Context(), eng, run, "fresh", "scope")
	must(b, diags)
	must(b, writer.Commit(b.Context(), run, store.Present{Project: "published", Definitions: plan.Definitions(p.Model, p.Text), Fingerprints: plan.FingerprintVersion}))
	return writer.Store()
}

// BenchmarkPublished compares questions about published values with statements by hand on
// the file that holds the current ones: two months of all members of a KPI, two years of
// them, and two months of ten KPIs.
func BenchmarkPublished(b *testing.B) {
	dir, current := publishedValues(b, benchRows(b))
	from := "read_parquet(" + duckdb.Literal(current) + ")"
	ask := func(from, to string, kpis ...string) side {
		return side{Request: &query.Request{KPIs: kpis, By: []string{"store"}, Grain: metrics.Week}, From: from, To: to, Published: true}
	}
	one := func(from_, to string) string {
		return fmt.Sprintf(`SELECT period, members->>0 AS store, value FROM %s WHERE kpi = 'k42' AND cuts = 'store' AND grain = 'week' AND start BETWEEN '%s' AND '%s' ORDER BY start, members`, from, from_, to)
	}
	var several, pivoted []string
	for i := range 10 {
		several = append(several, fmt.Sprintf("k%02d", 5*i))
		pivoted = append(pivoted, fmt.Sprintf("max(value) FILTER (kpi = 'k%02d')", 5*i))
	}
	for _, c := range []struct {
		name      string
		ours      side
		statement string
	}{
		{"two_months", ask("2025-W45", "2025-W52", "k42"), one("2025-11-03", "2025-12-22")},
		{"two_years", ask("2024-W01", "2025-W52", "k42"), one("2024-01-01", "2025-12-22")},
		{"ten_kpis", ask("2025-W45", "2025-W52", several...), fmt.Sprintf(`SELECT period, members->>0 AS store, %s FROM %s WHERE kpi IN ('%s') AND cuts = 'store' AND grain = 'week' AND start BETWEEN '2025-11-03' AND '2025-12-22' GROUP BY start, period, members ORDER BY start, members`,
			strings.Join(pivoted, ", "), from, strings.Join(several, "', '"))},
	} {
		b.Run(c.name, func(b *testing.B) {
			compare(b, benchData{dir: dir}, c.ours, side{Statements: []string{c.statement}}, bound{cpu: 2})
		})
	}
}
