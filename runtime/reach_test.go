package runtime_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

// project opens a project of one file of definitions.
func project(t *testing.T, asOf, text string) *runtime.Project {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.hcl"), []byte("project \"reach\" {\n  timezone = \"Asia/Shanghai\"\n}\n"+text), 0o666); err != nil {
		t.Fatal(err)
	}
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir, AsOf: asOf})
	none(t, diags)
	return p
}

// cells asks for KPIs and returns the answer, a row a line: period, members, values
// and state.
func cells(t *testing.T, p *runtime.Project, r query.Request) []string {
	t.Helper()
	answer, diags := p.Query(context.Background(), r)
	none(t, diags)
	var out []string
	for _, row := range answer.Rows {
		var values []string
		for _, v := range row.Values {
			values = append(values, cellText(v))
		}
		out = append(out, strings.Join(append(values, string(row.State)), " "))
	}
	return out
}

func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case interface{ Format(string) string }:
		return v.Format("2006-01-02")
	}
	return fmt.Sprint(v)
}

func wantCells(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// between asks for months.
func between(t *testing.T, p *runtime.Project, from, to string, r query.Request) query.Request {
	t.Helper()
	bounds := periods(t, p, from, to)
	r.Grain, r.From, r.To = bounds[0].Grain, &bounds[0], &bounds[1]
	return r
}

// shop is orders of three customers, refunds of two of the orders, one of them much
// later, and prices that change.
const shop = `
source "orders" {
  rows = [
    { order_id = "1", customer_id = "a", store = "s1", sku = "x", ordered_at = "2026-01-05 10:00:00", amount = 100 },
    { order_id = "2", customer_id = "a", store = "s1", sku = "x", ordered_at = "2026-01-20 10:00:00", amount = 50 },
    { order_id = "3", customer_id = "b", store = "s2", sku = "x", ordered_at = "2026-01-31 23:30:00", amount = 70 },
    { order_id = "4", customer_id = "a", store = "s2", sku = "y", ordered_at = "2026-02-10 10:00:00", amount = 30 },
    { order_id = "5", customer_id = "c", store = "s2", sku = "x", ordered_at = "2026-02-15 10:00:00", amount = 20 },
    { order_id = "6", customer_id = null, store = "s2", sku = "x", ordered_at = "2026-02-16 10:00:00", amount = 5 },
    { order_id = "7", customer_id = "b", store = "s1", sku = "x", ordered_at = "2026-03-31 10:00:00", amount = 200 },
  ]
  key  = [order_id]
  time = ordered_at
  columns {
    order_id    = string
    customer_id = string
    store       = { type = string, references = stores }
    sku         = string
    ordered_at  = timestamp
    amount      = { type = decimal(18, 2), unit = "CNY" }
  }
  reference "price" {
    to     = price_list
    on     = [sku]
    latest = [valid_from]
    within = "30d"
  }
}
source "stores" {
  rows = [
    { store = "s1", manager = "Ann", from_day = null, to_day = "2026-02-01" },
    { store = "s1", manager = "Bob", from_day = "2026-02-01", to_day = null },
    { store = "s2", manager = "Cy", from_day = "2026-01-01", to_day = "2026-02-16" },
  ]
  key   = [store]
  valid = [from_day, to_day]
  columns {
    store    = string
    manager  = string
    from_day = date
    to_day   = date
  }
}
source "price_list" {
  rows = [
    { sku = "x", valid_from = "2026-01-20", price = 9 },
    { sku = "x", valid_from = "2026-01-01", price = 7 },
    { sku = "x", valid_from = "2026-02-16", price = 8 },
  ]
  key = [sku, valid_from]
  columns {
    sku        = string
    valid_from = date
    price      = { type = decimal(18, 2), unit = "CNY" }
  }
}
source "refunds" {
  rows = [
    { refund_id = "r1", order_id = "1", refunded_at = "2026-01-10 10:00:00", amount = 10 },
    { refund_id = "r2", order_id = "1", refunded_at = "2026-03-01 10:00:00", amount = 20 },
    { refund_id = "r3", order_id = "3", refunded_at = "2026-02-03 10:00:00", amount = 70 },
    { refund_id = "r4", order_id = "9", refunded_at = "2026-02-04 10:00:00", amount = 1 },
  ]
  key  = [refund_id]
  time = refunded_at
  columns {
    refund_id   = string
    order_id    = string
    refunded_at = timestamp
    amount      = { type = decimal(18, 2), unit = "CNY" }
  }
  reference "sale" {
    to = orders
    on = [order_id]
  }
}
entity "buyer" {
  from "orders" { key = customer_id }
  columns {
    first_at  = min(orders.ordered_at)
    n_orders  = count(orders)
    spent     = sum(orders.amount)
    value_30d = sum(orders.amount, date_diff(day, first_at, orders.ordered_at) < 30)
    band      = bucket(n_orders, [2], ["once", "again"])
  }
  time = first_at
}
dimension "manager" {
  from "stores" { value = manager }
}
dimension "sale_manager" {
  from "refunds" { value = sale.stores.manager }
}
dimension "cohort" {
  from "orders" { value = period(buyer.first_at) }
  from "buyer" { value = period(first_at) }
}
dimension "kind" {
  from "orders" {
    value = case(orders.customer_id == null, "unknown", period(buyer.first_at) == period(ordered_at), "new", "repeat")
  }
}
dimension "band" {
  from "buyer" { value = band }
}
kpi "gmv" { value = sum(orders.amount) }
kpi "refunded" { value = sum(refunds.amount) }
kpi "refunded_by_sale" {
  value = sum(refunds.amount)
  time  = refunds.sale.ordered_at
}
kpi "list_value" { value = sum(orders.price.price) }
kpi "priced" { value = count(orders.price.price) }
kpi "buyers" { value = count_distinct(orders.customer_id) }
kpi "new_buyers" { value = count(buyer) }
kpi "repeat_rate" { value = count(buyer, buyer.n_orders >= 2) / count(buyer) }
kpi "value_30d" { value = avg(buyer.value_30d) }
kpi "refunded_in_7d" {
  value = count_distinct(refunds.order_id, date_diff(day, refunds.sale.ordered_at, refunds.refunded_at) < 7)
  time  = refunds.sale.ordered_at
}
`

// TestReferences checks values reached by role, by time, and by the last row before.
// What is wanted was counted by hand from the rows above.
func TestReferences(t *testing.T) {
	p := project(t, "2026-04-15", shop)
	t.Run("time through a reference", func(t *testing.T) {
		wantCells(t, cells(t, p, between(t, p, "2026-01", "2026-03", query.Request{KPIs: []string{"refunded", "refunded_by_sale", "refunded_in_7d"}})),
			"2026-01 10 100 2 incomplete", "2026-02 71 0 0 final", "2026-03 20 0 0 incomplete")
	})
	t.Run("valid intervals", func(t *testing.T) {
		wantCells(t, cells(t, p, between(t, p, "2026-01", "2026-03", query.Request{KPIs: []string{"gmv"}, By: []string{"manager"}, PresentOnly: true})),
			"2026-01 Ann 150 incomplete", "2026-01 Cy 70 incomplete",
			"2026-02 (unmatched) 5 final", "2026-02 Cy 50 final", "2026-03 Bob 200 final")
	})
	t.Run("latest within", func(t *testing.T) {
		wantCells(t, cells(t, p, between(t, p, "2026-01", "2026-03", query.Request{KPIs: []string{"list_value", "priced"}})),
			"2026-01 25 3 incomplete", "2026-02 17 2 final", "2026-03 - 0 final")
	})
	t.Run("several steps", func(t *testing.T) {
		wantCells(t, cells(t, p, between(t, p, "2026-01", "2026-03", query.Request{KPIs: []string{"refunded"}, By: []string{"sale_manager"}, PresentOnly: true})),
			"2026-01 Ann 10 incomplete", "2026-02 (unmatched) 1 final", "2026-02 Cy 70 final", "2026-03 Ann 20 incomplete")
	})
}

// TestEntity checks new and repeat buyers, value within days, and cohorts.
func TestEntity(t *testing.T) {
	p := project(t, "2026-04-15", shop)
	t.Run("buyers", func(t *testing.T) {
		wantCells(t, cells(t, p, between(t, p, "2026-01", "2026-03", query.Request{KPIs: []string{"new_buyers", "buyers", "repeat_rate", "value_30d"}})),
			"2026-01 2 2 1 110 incomplete", "2026-02 1 2 0 20 provisional", "2026-03 0 1 - - provisional")
	})
	t.Run("new and repeat", func(t *testing.T) {
		wantCells(t, cells(t, p, between(t, p, "2026-01", "2026-03", query.Request{KPIs: []string{"gmv"}, By: []string{"kind"}, PresentOnly: true})),
			"2026-01 new 220 incomplete", "2026-02 new 20 provisional", "2026-02 repeat 30 provisional", "2026-02 unknown 5 provisional", "2026-03 repeat 200 provisional")
	})
	t.Run("cohorts", func(t *testing.T) {
		wantCells(t, cells(t, p, between(t, p, "2026-01", "2026-03", query.Request{KPIs: []string{"gmv"}, By: []string{"cohort"}, PresentOnly: true})),
			"2026-01 2026-01-01 220 incomplete", "2026-02 2026-01-01 30 provisional", "2026-02 2026-02-01 20 provisional",
			"2026-02 - 5 provisional", "2026-03 2026-01-01 200 provisional")
	})
	t.Run("bands", func(t *testing.T) {
		wantCells(t, cells(t, p, between(t, p, "2026-01", "2026-02", query.Request{KPIs: []string{"gmv", "buyers"}, By: []string{"band"}, PresentOnly: true})),
			"2026-01 again 220 2 incomplete", "2026-02 again 30 1 provisional", "2026-02 once 20 1 provisional", "2026-02 - 5 0 provisional")
	})
	t.Run("as of", func(t *testing.T) {
		then := project(t, "2026-02-12", shop)
		wantCells(t, cells(t, then, between(t, then, "2026-01", "2026-02", query.Request{KPIs: []string{"new_buyers", "repeat_rate", "value_30d"}})),
			"2026-01 2 0.5 110 incomplete", "2026-02 0 - - open")
	})
}

// TestAggregatingColumns checks columns that aggregate rows over several steps and
// levels, in a source that lists its rows itself.
func TestAggregatingColumns(t *testing.T) {
	p := project(t, "2026-04-15", `
source "customers" {
  rows = [{ id = "a", since = "2026-01-01" }, { id = "b", since = "2026-01-02" }, { id = "z", since = "2026-02-01" }]
  key  = [id]
  time = since
  columns {
    id      = string
    since   = date
    n       = { value = count(orders) }
    paid    = { value = sum(orders.amount, orders.status == "paid") }
    last_on = { value = max(orders.day) }
    of_last = { value = sum(orders.amount, orders.day == last_on) }
    lines   = { value = count(lines, lines.orders.status == "paid") }
    score   = { value = n * 10 + lines }
  }
}
source "orders" {
  rows = [
    { id = 1, customer = "a", day = "2026-01-05", status = "paid", amount = 10 },
    { id = 2, customer = "a", day = "2026-01-09", status = "open", amount = 20 },
    { id = 3, customer = "b", day = "2026-01-09", status = "open", amount = 40 },
    { id = 4, customer = "a", day = "2026-01-09", status = "paid", amount = 5 },
    { id = 5, customer = "a", day = "2026-05-09", status = "paid", amount = 5000 },
  ]
  key  = [id]
  time = day
  columns {
    id       = integer
    customer = { type = string, references = customers }
    day      = date
    status   = string
    amount   = integer
  }
}
source "lines" {
  rows = [{ n = 1, order_id = 1 }, { n = 2, order_id = 1 }, { n = 3, order_id = 3 }, { n = 4, order_id = 4 }]
  key  = [n]
  columns {
    n        = integer
    order_id = { type = integer, references = orders }
  }
}
kpi "n" { value = sum(customers.n) }
kpi "paid" { value = sum(customers.paid) }
kpi "of_last" { value = sum(customers.of_last) }
kpi "lines" { value = sum(customers.lines) }
kpi "score" { value = sum(customers.score) }
`)
	got := cells(t, p, query.Request{KPIs: []string{"n", "paid", "of_last", "lines", "score"}, By: []string{"customers.id"}})
	for i, row := range got {
		got[i] = strings.TrimSuffix(row, " "+string(metrics.Provisional))
	}
	// of_last: what was ordered on the last day; score: n * 10 + lines.
	wantCells(t, got, "a 3 15 25 3 33", "b 1 0 40 0 10", "z 0 0 0 0 0")
}

// TestOverlap checks that rows of one key that hold at the same time are refused.
func TestOverlap(t *testing.T) {
	p := project(t, "2026-04-15", strings.Replace(shop, `from_day = "2026-02-01"`, `from_day = "2026-01-31"`, 1))
	_, diags := p.Query(context.Background(), query.Request{KPIs: []string{"gmv"}, By: []string{"manager"}})
	if len(diags) != 1 || diags[0].Code != diag.Overlap || !strings.Contains(diags[0].Detail, "Of the key s1, a row still holds when the next begins, at 2026-01-31") {
		t.Errorf("got %+v", diags)
	}
}

// TestNothingToDo checks that time goes by without work while as-of hides no rows.
func TestNothingToDo(t *testing.T) {
	p := project(t, "2026-04-15T06:00", shop)
	ctx := context.Background()
	made, diags := p.Plan(ctx)
	none(t, diags)
	_, diags = p.Apply(ctx, made, "")
	none(t, diags)
	later, diags := runtime.Open(ctx, runtime.Options{Dir: p.Dir, AsOf: "2026-04-15T12:00"})
	none(t, diags)
	again, diags := later.Plan(ctx)
	none(t, diags)
	if len(again.Sources) > 0 || len(again.Compute) > 0 {
		t.Errorf("hours later sources %v and KPIs %v are computed anew", again.Sources, again.Compute)
	}
	before, diags := runtime.Open(ctx, runtime.Options{Dir: p.Dir, AsOf: "2026-02-12"})
	none(t, diags)
	back, diags := before.Plan(ctx)
	none(t, diags)
	if len(back.Sources) != 1 || back.Sources[0].Source != "buyer" {
		t.Errorf("as of a day that hides orders, %v is read again, want buyer alone", back.Sources)
	}
}
