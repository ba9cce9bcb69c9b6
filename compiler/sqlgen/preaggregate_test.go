package sqlgen_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
)

// filteredKPIs adds KPIs with many filters over few columns, and some that must see
// the rows themselves; it returns their names.
func filteredKPIs(m *metrics.Model) []string {
	channel, status, quantity := col("orders.channel", text), col("orders.status", text), col("orders.quantity", whole)
	amount, weight := col("orders.amount", money), col("orders.weight", float)
	is := func(x metrics.Expr, s string) metrics.Expr { return binary(metrics.OpEq, x, str(s), logical) }
	large := binary(metrics.OpGt, amount, number("20"), logical)
	some := binary(metrics.OpGe, quantity, number("2"), logical)
	not := func(x metrics.Expr) metrics.Expr {
		return &metrics.Unary{Node: metrics.Node{Type: logical}, Op: metrics.OpNot, X: x}
	}
	var names []string
	add := func(value metrics.Expr) {
		name := fmt.Sprintf("z%02d", len(names))
		names = append(names, name)
		m.KPIs = append(m.KPIs, &metrics.KPI{Name: name, Value: value, Type: value.Base().Type})
	}
	add(aggregate("sum", wideCash, is(channel, "web"), amount))
	add(aggregate("sum", wideCash, binary(metrics.OpAnd, is(channel, "app"), some, logical), amount))
	add(aggregate("sum", wideCash, not(some), amount))
	add(aggregate("sum", whole, is(status, "paid"), quantity))
	add(aggregate("sum", float, binary(metrics.OpNe, status, str("paid"), logical), weight))
	add(aggregate("count", whole, binary(metrics.OpOr, is(channel, "web"), not(large), logical), rows("orders")))
	add(aggregate("count", whole, is(channel, "app"), col("orders.customer_id", text)))
	add(aggregate("avg", float, is(channel, "app"), amount))
	add(aggregate("avg", float, some, weight))
	add(aggregate("min", money, is(status, "paid"), amount))
	add(aggregate("max", money, not(is(status, "paid")), amount))
	add(aggregate("any", logical, is(channel, "web"), large))
	add(aggregate("every", logical, is(channel, "web"), large))
	add(aggregate("count", whole, call("in", logical, channel, list(str("web"), null())), rows("orders")))
	add(aggregate("count_distinct", whole, some, col("orders.customer_id", text)))
	add(aggregate("median", float, some, amount))
	add(aggregate("stddev", float, is(channel, "web"), amount))
	add(aggregate("count", whole, is(col("orders.customers.regions.name", text), "East"), rows("orders")))
	return names
}

// TestPreAggregationChangesNothing asks the same with statistics that make grouping
// twice pay, and with those of the few rows that there are.
func TestPreAggregationChangesNothing(t *testing.T) {
	m := shop("Asia/Shanghai")
	names := filteredKPIs(m)
	db := open(t)
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 11))
		w := randomWorld(r, at("2026-10-31T12:00:00+08:00"), 30*24*time.Hour)
		d := w.data()
		for _, row := range d["orders"] {
			row[len(row)-1] = fmt.Sprint(r.Float64() * 10)
		}
		load(t, db, m, d)
		few := statistics(t, db, m)
		many := statistics(t, db, m)
		st := many["orders"]
		st.Rows = 1_000_000_000
		many["orders"] = st
		for _, req := range []query.Request{
			{KPIs: names},
			{KPIs: names, By: []string{"channel"}, Grain: metrics.Week, Totals: true},
			{KPIs: names, By: []string{"region", "channel"}, Sets: [][]int{{}, {0}, {1}, {0, 1}}, PresentOnly: true},
			{KPIs: []string{"gmv", "orders"}, By: []string{"region", "channel"}, Sets: [][]int{{}, {0}, {1}}},
		} {
			req.AsOf = w.asOf
			plain, twice := compiled(t, m, few, req), compiled(t, m, many, req)
			statement := sqlgen.Print(twice, sqlgen.DuckDB)
			if !strings.Contains(statement, `"b0"`) {
				t.Fatalf("not grouped twice:\n%s", statement)
			}
			want := answer(t, db, plain, sqlgen.Print(plain, sqlgen.DuckDB))
			got := answer(t, db, twice, statement)
			if !slices.EqualFunc(got, want, slices.Equal) {
				t.Fatalf("seed %d, by %v:\ngot  %v\nwant %v\n%s", seed, req.By, got, want, statement)
			}
		}
	}
}

func TestPreAggregateGroupsBy(t *testing.T) {
	m := shop("Asia/Shanghai")
	names := filteredKPIs(m)
	column := func(distinct int64) metrics.ColumnStatistics {
		return metrics.ColumnStatistics{Distinct: distinct, FirstDay: "2026-01-01", LastDay: "2026-01-14"}
	}
	stats := map[string]metrics.Statistics{
		"orders": {Rows: 1_000_000, Columns: map[string]metrics.ColumnStatistics{
			"ordered_at": column(1000), "channel": column(4), "status": column(2), "quantity": column(100), "amount": column(5000), "customer_id": column(900),
		}},
		"regions": {Rows: 10, Columns: map[string]metrics.ColumnStatistics{"name": column(10)}},
	}
	r := query.Request{KPIs: names, By: []string{"channel"}, AsOf: at("2026-01-15T00:00:00+08:00")}
	statement := sqlgen.Print(compiled(t, m, stats, r), sqlgen.DuckDB)
	for _, want := range []string{
		`"t"."quantity" >= 2 AS "f`, // a condition on a column of many values
		`"t"."status" AS "f`,        // a column of few values
		`CASE WHEN "k0" = 'web' THEN`,
	} {
		if !strings.Contains(statement, want) {
			t.Errorf("no %s in\n%s", want, statement)
		}
	}
	amounts := stats["orders"]
	amounts.Rows = 1000
	stats["orders"] = amounts
	if statement := sqlgen.Print(compiled(t, m, stats, r), sqlgen.DuckDB); strings.Contains(statement, `"b0"`) {
		t.Errorf("grouped twice although the groups are as many as the rows:\n%s", statement)
	}
}
