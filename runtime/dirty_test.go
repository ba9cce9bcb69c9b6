package runtime_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// finding is a number of dirty rows in a folder of real data: as it is known, as the
// product finds it, and by SQL over the files.
type finding struct {
	where string // "rejected orders", "duplicates ads", "read weeks", "check deals product references", "kpi two_names"
	known int64  // -1: not stated, the SQL alone counts
	sql   string // of one number
}

const transactions = "'data/transactions_sample.parquet'"

var findings = map[string][]finding{
	"b2b_crm_opportunities": {
		{"check all_deals product references", 1480, "SELECT count(*) FROM 'data/sales_pipeline.csv' WHERE product = 'GTXPro'"},
		{"rejected deals", 1425, "SELECT count(*) FROM 'data/sales_pipeline.csv' WHERE account IS NULL"},
		{"check all_deals open values", 2089, "SELECT count(*) FROM 'data/sales_pipeline.csv' WHERE close_date IS NULL"},
		{"read all_deals", 8800, "SELECT count(*) FROM 'data/sales_pipeline.csv'"},
	},
	"ecommerce_superstore": {
		{"read lines", 9994, "SELECT count(*) FROM 'data/superstore.parquet'"},
		{"duplicates lines", 8, `SELECT sum(n - 1) FROM (SELECT count(*) AS n FROM 'data/superstore.parquet' GROUP BY "Order ID", "Product ID")`},
		{"kpi two_names", 32, `SELECT count(*) FROM (SELECT 1 FROM 'data/superstore.parquet' GROUP BY "Product ID" HAVING count(DISTINCT "Product Name") = 2)`},
		{"check lines profit range", -1, `SELECT count(*) FROM (SELECT last(Profit ORDER BY n) AS p FROM (SELECT *, row_number() OVER () AS n FROM 'data/superstore.parquet') GROUP BY "Order ID", "Product ID") WHERE p < 0`},
	},
	"ecommerce_fuzzy_factory": {
		{"read refunds", 1731, "SELECT count(*) FROM 'data/order_item_refunds.csv.gz'"},
		{"read items", 40025, "SELECT count(*) FROM 'data/order_items.csv.gz'"},
		{"check refunds before_the_sale values", 0, "SELECT count(*) FROM 'data/order_item_refunds.csv.gz' r JOIN 'data/order_items.csv.gz' i USING (order_item_id) WHERE r.created_at < i.created_at"},
		{"check refunds same_day values", -1, "SELECT count(*) FROM 'data/order_item_refunds.csv.gz' r JOIN 'data/order_items.csv.gz' i USING (order_item_id) WHERE r.created_at::DATE <> i.created_at::DATE"},
	},
	"ecommerce_targets_india": {
		{"rejected orders", 60, "SELECT count(*) FROM read_csv('data/List of Orders.csv', header = true, all_varchar = true) WHERE OrderID IS NULL"},
		{"read orders", 560, "SELECT count(*) FROM read_csv('data/List of Orders.csv', header = true, all_varchar = true)"},
		{"read lines", 1500, "SELECT count(*) FROM 'data/Order Details.csv'"},
		{"rejected lines", 0, "SELECT count(*) FROM 'data/Order Details.csv' WHERE OrderID NOT IN (SELECT OrderID FROM read_csv('data/List of Orders.csv', header = true, all_varchar = true) WHERE OrderID IS NOT NULL)"},
		{"read targets", 36, "SELECT count(*) FROM 'data/Sales target.csv'"},
		{"rejected targets", 0, "SELECT count(*) FROM read_csv('data/Sales target.csv', all_varchar = true) WHERE try_strptime(MonthofOrderDate, '%b-%y') IS NULL"},
	},
	"marketing_mmm_department_store": {
		{"read weeks", 209, "SELECT count(*) FROM 'data/data.csv'"},
		{"rejected weeks", 0, "SELECT count(*) FROM 'data/data.csv' WHERE isodow(wk_strt_dt) <> 7"},
		{"check weeks monday values", 209, "SELECT count(*) FROM 'data/data.csv' WHERE isodow(wk_strt_dt) <> 1"},
	},
	"marketing_online_advertising": {
		{"read ads", 15408, "SELECT count(*) FROM 'data/online_advertising_performance_data.csv'"},
		{"duplicates ads", 5, "SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT * FROM 'data/online_advertising_performance_data.csv')) FROM 'data/online_advertising_performance_data.csv'"},
		{"check ads placement values", -1, "SELECT count(*) FROM (SELECT DISTINCT * FROM 'data/online_advertising_performance_data.csv') WHERE placement = '#N/A'"},
		{"check ads too_many_clicks values", -1, "SELECT count(*) FROM (SELECT DISTINCT * FROM 'data/online_advertising_performance_data.csv') WHERE clicks > displays"},
		{"check ads too_many_sales values", -1, "SELECT count(*) FROM (SELECT DISTINCT * FROM 'data/online_advertising_performance_data.csv') WHERE post_click_conversions > clicks"},
	},
	"retail_complete_journey": {
		{"read lines", 75000, "SELECT count(*) FROM " + transactions},
		{"read products", 92331, "SELECT count(*) FROM 'data/products.parquet'"},
		{"check lines product_id references", 222, "SELECT count(*) FROM " + transactions + " WHERE product_id NOT IN (SELECT product_id FROM 'data/products.parquet')"},
		{"check lines quantity range", 416, "SELECT count(*) FROM " + transactions + " WHERE quantity = 0"},
		{"check lines moved values", 1770, "SELECT count(*) FROM " + transactions + " WHERE week <> datediff('week', DATE '2016-12-26', transaction_timestamp::DATE) + 1"},
	},
	"retail_walmart_weekly": {
		{"read weeks", 45 * 143, "SELECT count(*) FROM 'data/Walmart_Store_sales.csv'"},
		{"rejected weeks", 0, "SELECT count(*) FROM read_csv('data/Walmart_Store_sales.csv', all_varchar = true) WHERE isodow(strptime(Date, '%d-%m-%Y')) <> 5"},
		{"check weeks holiday values", -1, "SELECT count(*) FROM 'data/Walmart_Store_sales.csv' WHERE Holiday_Flag = 1"},
	},
}

// TestDirtyRows finds the dirty rows of all folders of real data by what the
// projects of testdata/dirty demand of them.
func TestDirtyRows(t *testing.T) {
	if _, err := os.Stat(realData); err != nil {
		t.Skip("the real data is not here:", err)
	}
	for folder, all := range findings {
		t.Run(folder, func(t *testing.T) { testDirty(t, folder, all) })
	}
}

func testDirty(t *testing.T, folder string, all []finding) {
	dir := t.TempDir()
	text, err := os.ReadFile(filepath.Join("testdata/dirty", folder+".hcl"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "project.hcl"), text, 0o666)
	}
	if err == nil {
		err = os.CopyFS(filepath.Join(dir, "data"), os.DirFS(filepath.Join(realData, folder)))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir) // the paths in SQL begin with data/
	p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir})
	none(t, diags)
	run := apply(t, p)
	eng, err := duckdb.Open(t.Context(), duckdb.Options{TempDir: t.TempDir(), AllowedDirs: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	for _, f := range all {
		hand, err := eng.Query(t.Context(), f.sql)
		if err != nil {
			t.Fatal(err)
		}
		got, sql := f.found(t, p, run), fmt.Sprint(hand.Rows[0][0])
		if fmt.Sprint(got) != sql || f.known >= 0 && got != f.known || f.known < 0 && got == 0 {
			t.Errorf("%s: %d, by SQL %s, known as %d", f.where, got, sql, f.known)
		}
	}
}

// found is what the product says.
func (f finding) found(t *testing.T, p *runtime.Project, run *plan.Applied) int64 {
	t.Helper()
	words := strings.Fields(f.where)
	if words[0] == "kpi" {
		answer, diags := p.Query(t.Context(), query.Request{KPIs: words[1:]})
		none(t, diags)
		n, _ := answer.Rows[0].Values[0].(int64)
		return n
	}
	if words[0] == "check" {
		for _, c := range run.Checks {
			if c.Source == words[1] && c.Column == words[2] && string(c.Check) == words[3] {
				return c.Failed
			}
		}
		return 0
	}
	for _, a := range run.Run.Accounts {
		if a.Source == words[1] {
			return map[string]int64{"read": a.Read, "rejected": a.Rejected, "duplicates": a.Duplicates}[words[0]]
		}
	}
	t.Fatalf("no source %q", words[1])
	return 0
}
