package runtime_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"os"
	"slices"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// open opens a copy of an example, so that a store in its folder is not used.
func open(t *testing.T, dir string) *runtime.Project {
	t.Helper()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(copied + "/.metrics"); err != nil {
		t.Fatal(err)
	}
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: copied})
	none(t, diags)
	return p
}

func none(t *testing.T, diags diag.List) {
	t.Helper()
	for _, d := range diags {
		if d.Severity == diag.Error {
			t.Fatalf("%s %s: %s", d.Code, d.Summary, d.Detail)
		}
	}
}

func periods(t *testing.T, p *runtime.Project, names ...string) []metrics.Period {
	t.Helper()
	var out []metrics.Period
	for _, n := range names {
		period, err := p.Calendar.Parse(n)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, period)
	}
	return out
}

// superstoreByHand is the answer to the query below, in SQL on the file as it is.
// The doubles of the file have at most four digits after the point.
const superstoreByHand = `
WITH d AS (SELECT strftime("Order Date", '%Y-%m') AS period, * FROM 'examples/superstore/data/superstore.parquet'
  WHERE "Order Date" BETWEEN DATE '2017-10-01' AND DATE '2017-12-31')
SELECT period, "Region", sum("Sales"::DECIMAL(18,4)) AS sales, sum("Profit"::DECIMAL(18,4)) AS profit,
  sum("Profit"::DECIMAL(18,4))::DOUBLE / sum("Sales"::DECIMAL(18,4))::DOUBLE AS margin,
  count(DISTINCT "Order ID") AS orders, count(DISTINCT "Customer ID") AS customers,
  sum("Sales"::DECIMAL(18,4))::DOUBLE / count(DISTINCT "Order ID") AS aov, sum("Quantity") AS quantity,
  sum("Sales"::DECIMAL(18,4)::DOUBLE / (1 - "Discount"::DECIMAL(4,2)::DOUBLE) - "Sales") / sum("Sales" / (1 - "Discount")) AS discount_rate
FROM d GROUP BY 1, 2 ORDER BY 1, array_position(['East', 'West', 'Central', 'South'], "Region")`

func TestSuperstoreAgainstSQL(t *testing.T) {
	p := open(t, "../examples/superstore")
	ctx := context.Background()
	bounds := periods(t, p, "2017-10", "2017-12")
	kpis := []string{"sales", "profit", "margin", "orders", "customers", "aov", "quantity", "discount_rate"}
	answer, diags := p.Query(ctx, query.Request{KPIs: kpis, By: []string{"region"}, Grain: metrics.Month, From: &bounds[0], To: &bounds[1]})
	none(t, diags)
	t.Chdir("..")
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: t.TempDir(), AllowedDirs: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	hand, err := eng.Query(ctx, superstoreByHand)
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Rows) != len(hand.Rows) || len(hand.Rows) != 12 {
		t.Fatalf("%d rows, by hand %d", len(answer.Rows), len(hand.Rows))
	}
	for i, row := range answer.Rows {
		if row.State != metrics.Final {
			t.Errorf("row %d is %s", i, row.State)
		}
		for j, v := range row.Values {
			if !same(v, hand.Rows[i][j]) {
				t.Errorf("row %d, %s: %v, by hand %v", i, answer.Columns[j].Name, v, hand.Rows[i][j])
			}
		}
	}
}

// othersByHand is the row of other members of the query below: the sub-categories that
// are not among the three largest of a month, in it and, the same ones, before.
const othersByHand = `
WITH d AS (SELECT date_trunc('month', "Order Date")::DATE AS month, "Sub-Category" AS member, "Customer ID" AS customer,
    "Sales"::DECIMAL(18,4) AS amount, "Profit"::DECIMAL(18,4) AS profit FROM 'examples/superstore/data/superstore.parquet'),
shown AS (SELECT unnest([DATE '2017-10-01', DATE '2017-11-01', DATE '2017-12-01']) AS month),
sold AS (SELECT month, member, sum(amount) AS amount FROM d GROUP BY ALL),
place AS (SELECT shown.month, m.member, rank() OVER (PARTITION BY shown.month ORDER BY amount DESC NULLS LAST) AS n
  FROM shown CROSS JOIN (SELECT DISTINCT member FROM d) m LEFT JOIN sold ON sold.month = shown.month AND sold.member = m.member),
cell AS (SELECT p.month, back, sum(amount) AS sales, sum(profit)::DOUBLE / sum(amount)::DOUBLE AS margin, count(DISTINCT customer) AS customers
  FROM place p CROSS JOIN (SELECT unnest([0, 1, 12]) AS back)
    JOIN d ON d.member = p.member AND d.month = p.month - to_months(back) WHERE p.n > 3 GROUP BY ALL)
SELECT strftime(now.month, '%Y-%m'), NULL,
  now.sales, before.sales, (now.sales - before.sales)::DOUBLE / before.sales::DOUBLE, ago.sales, (now.sales - ago.sales)::DOUBLE / ago.sales::DOUBLE,
  now.margin, before.margin, now.margin - before.margin, ago.margin, now.margin - ago.margin,
  now.customers, before.customers, (now.customers - before.customers) / before.customers, ago.customers, (now.customers - ago.customers) / ago.customers
FROM cell now JOIN cell before ON before.month = now.month AND before.back = 1 JOIN cell ago ON ago.month = now.month AND ago.back = 12
WHERE now.back = 0 ORDER BY 1`

func TestSuperstoreOthersAgainstSQL(t *testing.T) {
	p := open(t, "../examples/superstore")
	ctx := context.Background()
	bounds := periods(t, p, "2017-10", "2017-12")
	answer, diags := p.Query(ctx, query.Request{
		KPIs: []string{"sales", "margin", "customers"}, By: []string{"sub_category"}, Grain: metrics.Month, From: &bounds[0], To: &bounds[1],
		Top: 3, Other: true, Compare: []query.Comparison{query.Previous, query.YearAgo},
	})
	none(t, diags)
	t.Chdir("..")
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: t.TempDir(), AllowedDirs: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	hand, err := eng.Query(ctx, othersByHand)
	if err != nil {
		t.Fatal(err)
	}
	others := slices.DeleteFunc(answer.Rows, func(r metrics.ResultRow) bool { return !r.Other })
	if len(others) != len(hand.Rows) || len(hand.Rows) != 3 {
		t.Fatalf("%d rows of others, by hand %d", len(others), len(hand.Rows))
	}
	for i, row := range others {
		for j, v := range row.Values {
			if !same(v, hand.Rows[i][j]) {
				t.Errorf("%v, %s: %v, by hand %v", row.Values[0], answer.Columns[j].Name, v, hand.Rows[i][j])
			}
		}
	}
}

// same tells whether two values are equal: exactly where both are exact, to
// twelve digits where one is a double.
func same(a, b any) bool {
	if fmt.Sprint(a) == fmt.Sprint(b) {
		return true
	}
	_, af := a.(float64)
	_, bf := b.(float64)
	x, okA := new(big.Rat).SetString(fmt.Sprint(a))
	y, okB := new(big.Rat).SetString(fmt.Sprint(b))
	if !okA || !okB {
		return false
	}
	if !af && !bf {
		return x.Cmp(y) == 0
	}
	xf, _ := x.Float64()
	yf, _ := y.Float64()
	return math.Abs(xf-yf) <= 1e-9*math.Max(math.Abs(xf), math.Abs(yf))
}

// TestWeeklySalesAgainstGo compares the numbers of the week with those that the
// generator's test computed in plain Go from the files.
func TestWeeklySalesAgainstGo(t *testing.T) {
	text, err := os.ReadFile("../examples/weekly_sales/testdata/week46.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Rows []map[string]any `json:"rows"`
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	p := open(t, "../examples/weekly_sales")
	kpis := []string{"gmv", "orders", "online_orders", "visits", "cvr"}
	answer, diags := p.Query(context.Background(), query.Request{
		KPIs: kpis, By: []string{"channel"}, Grain: metrics.Week, Periods: periods(t, p, "2026-W45", "2026-W46"), Totals: true,
	})
	none(t, diags)
	found := map[string]metrics.ResultRow{}
	for _, row := range answer.Rows {
		found[fmt.Sprint(row.Values[0], "/", row.Values[1])] = row
	}
	if len(want.Rows) < 14 {
		t.Fatalf("only %d rows to compare with", len(want.Rows))
	}
	for _, w := range want.Rows {
		key := fmt.Sprint(w["period"], "/", w["channel"])
		row, ok := found[key]
		if !ok {
			t.Errorf("no row for %s", key)
			continue
		}
		for i, k := range kpis {
			got := row.Values[2+i]
			if expected, stated := w[k]; stated && !sameTo(got, expected, 1e-9) {
				t.Errorf("%s, %s: %v, in plain Go %v", key, k, got, expected)
			}
		}
	}
}

// sameTo compares with a JSON number; the golden ratios have twelve digits.
func sameTo(got, want any, tolerance float64) bool {
	w, isNumber := want.(float64)
	if !isNumber || got == nil {
		return got == nil && want == nil
	}
	x, ok := new(big.Rat).SetString(fmt.Sprint(got))
	if !ok {
		return false
	}
	f, _ := x.Float64()
	return math.Abs(f-w) <= tolerance*math.Max(1, math.Abs(w))
}
