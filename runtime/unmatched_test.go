package runtime_test

import (
	"context"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// unmatchedShop has orders of two customers, of one that is not in the list (4), of
// none (8), and of one without particulars (16).
const unmatchedShop = `
source "customers" {
  rows = [
    { id = "c1", segment = "gold", joined = "2026-01-01", age = 30, vip = true },
    { id = "c2", segment = "blue", joined = "2026-01-02", age = 9, vip = false },
    { id = "c3", segment = null, joined = null, age = null, vip = null },
  ]
  key = [id]
  columns {
    id      = string
    segment = string
    joined  = date
    age     = decimal(5, 1)
    vip     = boolean
  }
}
source "orders" {
  rows = [
    { id = 1, day = "2026-02-01", amount = 1, customer = "c1" },
    { id = 2, day = "2026-02-02", amount = 2, customer = "c2" },
    { id = 3, day = "2026-02-03", amount = 4, customer = "c9" },
    { id = 4, day = "2026-02-04", amount = 8, customer = null },
    { id = 5, day = "2026-02-05", amount = 16, customer = "c3" },
  ]
  key  = [id]
  time = day
  columns {
    id       = integer
    day      = date
    amount   = decimal(12, 2)
    customer = { type = string, references = customers }
  }
}
dimension "class" {
  from "customers" { value = coalesce(segment, "plain") }
}
dimension "own" {
  from "orders" { value = coalesce(customers.segment, "plain") }
}
dimension "joined" {
  from "customers" { value = joined }
}
dimension "vip" {
  from "customers" { value = vip }
}
kpi "sales" { value = sum(orders.amount) }
kpi "ages" { value = sum(orders.customers.age) }
kpi "customers" { value = count(customers) }
`

// TestUnmatched: as a member of a cut, whatever its type, a row that leads nowhere is
// (unmatched); a row that refers to none isn't; in expressions both are null.
func TestUnmatched(t *testing.T) {
	p := project(t, "2026-03-01", unmatchedShop)
	cuts := map[string]string{
		"class":                "(unmatched) 4, blue 2, gold 1, plain 16, - 8",
		"own":                  "blue 2, gold 1, plain 28",
		"joined":               "2026-01-01 1, 2026-01-02 2, (unmatched) 4, - 24",
		"vip":                  "false 2, true 1, (unmatched) 4, - 24",
		"orders.customers.age": "9.0 2, 30.0 1, (unmatched) 4, - 24",
		"orders.customers.id":  "(unmatched) 4, c1 1, c2 2, c3 16, - 8",
		"orders.customers.vip": "false 2, true 1, (unmatched) 4, - 24",
		"orders.customer":      "c1 1, c2 2, c3 16, c9 4, - 8",
	}
	for by, want := range cuts {
		got := cells(t, p, query.Request{KPIs: []string{"sales"}, By: []string{by}})
		if text := strings.ReplaceAll(strings.Join(got, ", "), " final", ""); text != want {
			t.Errorf("by %s\ngot  %s\nwant %s", by, text, want)
		}
	}
	// Sources that supply a cut themselves spell its members alike.
	wantCells(t, cells(t, p, query.Request{KPIs: []string{"customers", "sales"}, By: []string{"joined"}}),
		"2026-01-01 1 1 final", "2026-01-02 1 2 final", "(unmatched) 0 4 final", "- 1 24 final")

	filters := map[string]string{
		`class == "(unmatched)"`:                           "4 -",
		`class != "(unmatched)"`:                           "27 39",
		`joined == "(unmatched)"`:                          "4 -",
		`orders.customers.age == "(unmatched)"`:            "4 -",
		`"(unmatched)" != orders.customers.vip`:            "27 39",
		`own == "(unmatched)"`:                             "0 0",
		`class == "plain"`:                                 "16 -",
		`own == "plain"`:                                   "28 -",
		`joined == null`:                                   "24 -",
		`joined != null`:                                   "7 39",
		`joined == "2026-01-01"`:                           "1 30",
		`joined != "2026-01-01"`:                           "30 9",
		`in(joined, ["2026-01-01", "(unmatched)"])`:        "5 30",
		`in(orders.customers.age, [9, null])`:              "26 9",
		`!in(orders.customers.age, ["(unmatched)", null])`: "3 39",
		`orders.customers.age < 100`:                       "3 39",
		`starts_with(orders.customers.segment, "(")`:       "0 0",
		`coalesce(orders.customers.segment, "x") == "x"`:   "28 -",
		`coalesce(class, "x") == "x"`:                      "12 -",
		`orders.customer == "(unmatched)"`:                 "0 0",
	}
	for filter, want := range filters {
		where, diags := p.Condition(filter, "--where", true)
		none(t, diags)
		got := cells(t, p, query.Request{KPIs: []string{"sales", "ages"}, Where: []metrics.Expr{where}})
		if text := strings.TrimSuffix(strings.Join(got, ", "), " final"); text != want {
			t.Errorf("--where %s\ngot  %s\nwant %s", filter, text, want)
		}
	}

	_, diags := p.Condition(`orders.day == "(unmatched)"`, "--where", true)
	if !diags.HasErrors() {
		t.Error("a column that is not reached has no such member")
	}
	_, diags = p.Condition(`joined < "(unmatched)"`, "--where", true)
	if !diags.HasErrors() {
		t.Error("a member has no order")
	}
}

// TestUnmatchedInTests: expectations name members as values, and this one by its text.
func TestUnmatchedInTests(t *testing.T) {
	p := project(t, "2026-03-01", unmatchedShop+`
test "members" {
  as_of = "2026-03-01"
  given "customers" {
    rows = [
      { id = "c1", joined = "2026-01-01", age = 30, vip = true },
      { id = "c2", joined = "2026-01-02", age = 9, vip = false },
    ]
  }
  given "orders" {
    rows = [
      { id = 1, day = "2026-02-01", amount = 1, customer = "c1" },
      { id = 2, day = "2026-02-02", amount = 2, customer = "c2" },
      { id = 3, day = "2026-02-03", amount = 4, customer = "c9" },
      { id = 4, day = "2026-02-04", amount = 24, customer = null },
    ]
  }
  expect {
    kpi = kpi.sales
    rows = [
      { joined = "2026-01-01", value = 1 },
      { joined = "2026-01-02", value = 2 },
      { joined = "(unmatched)", value = 4 },
      { joined = null, value = 24 },
    ]
  }
  expect {
    kpi = kpi.sales
    rows = [
      { "orders.customers.age" = 30, vip = true, value = 1 },
      { "orders.customers.age" = 9, vip = false, value = 2 },
      { "orders.customers.age" = "(unmatched)", vip = "(unmatched)", value = 4 },
      { "orders.customers.age" = null, vip = null, value = 24 },
    ]
  }
}
`)
	results, diags := p.Test(context.Background(), everyName)
	none(t, diags)
	if len(results) != 1 || results[0].Outcome != metrics.Passed {
		t.Errorf("%+v", results)
	}
}
