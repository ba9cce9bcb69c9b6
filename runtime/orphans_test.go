package runtime_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// TestOrphansAgree: the check of references counts the rows that queries show as
// (unmatched) and that measures of health count, with references that go by time too.
func TestOrphansAgree(t *testing.T) {
	p := project(t, "2026-03-01", `
source "prices" {
  rows = [
    { sku = "x", since = "2026-01-10", price = 7 },
    { sku = "y", since = "2026-01-01", price = 9 },
  ]
  key = [sku, since]
  columns {
    sku   = string
    since = date
    price = decimal(8, 2)
  }
}
source "stores" {
  rows = [{ store = "s1", name = "North", from_day = "2026-01-01", to_day = "2026-02-01" }]
  key   = [store]
  valid = [from_day, to_day]
  columns {
    store    = string
    name     = string
    from_day = date
    to_day   = date
  }
}
source "orders" {
  rows = [
    { id = 1, day = "2026-01-05", sku = "x", store = "s1" }, # before the first price
    { id = 2, day = "2026-01-12", sku = "x", store = "s1" },
    { id = 3, day = "2026-02-20", sku = "x", store = "s1" }, # too old a price, a store that is closed
    { id = 4, day = "2026-01-20", sku = "z", store = "s2" }, # neither
    { id = 5, day = "2026-01-20", sku = null, store = null },
    { id = 6, day = "2026-03-20", sku = "z", store = "s9" }, # after as-of
  ]
  key  = [id]
  time = day
  columns {
    id    = integer
    day   = date
    sku   = string
    store = { type = string, references = stores }
  }
  reference "price" {
    to     = prices
    on     = [sku]
    latest = [since]
    within = "30d"
  }
}
kpi "orders" { value = count(orders) }
`)
	const lostPrices, lostStores = 3, 2 // by hand
	wantCells(t, cells(t, p, query.Request{KPIs: []string{"health.orders.orphans.price", "health.orders.orphans.stores"}}),
		fmt.Sprintf("%d %d final", lostPrices, lostStores))
	planned, diags := p.Plan(context.Background())
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	found := map[string]int64{}
	for _, c := range planned.Checks {
		if c.Check == metrics.CheckReferences {
			found[c.Column] = c.Failed
		}
	}
	if found["sku"] != lostPrices || found["store"] != lostStores {
		t.Errorf("the check counts %v", found)
	}
	for cut, want := range map[string]int{"orders.price.price": lostPrices, "orders.stores.name": lostStores} {
		member := 0
		for _, row := range cells(t, p, query.Request{KPIs: []string{"orders"}, By: []string{cut}}) {
			fmt.Sscanf(row, "(unmatched) %d", &member)
		}
		if member != want {
			t.Errorf("by %s, %d orders are (unmatched), by hand %d", cut, member, want)
		}
	}
}
