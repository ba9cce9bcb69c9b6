package runtime_test

import (
	"context"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

const exchangeProject = `
project "exchange" {
  timezone = "Asia/Shanghai"
  as_of    = "2026-01-09"
  currency = "CNY"
  fx       = rates
  grains   = [day]
}
source "rates" {
  rows = [
    { date = "2026-01-02", from = "USD", to = "CNY", rate = 7 },
    { date = "2026-01-05", from = "USD", to = "CNY", rate = 7.25 },
    { date = "2026-01-06", from = "USD", to = "CNY", rate = null },
    { date = "2026-01-07", from = "USD", to = "EUR", rate = 0.5 },
    { date = "2026-01-02", from = "EUR", to = "CNY", rate = 8 },
    { date = "2026-01-09", from = "USD", to = "CNY", rate = 1000 },
  ]
  key  = [date, from, to]
  time = date
  columns {
    date = date
    from = string
    to   = string
    rate = decimal(12, 6)
  }
}
source "orders" {
  rows = [
    { id = 1, at = "2026-01-01T10:00:00+08:00", paid = "2026-01-05", amount = 1, fee = 10, currency = "USD" },
    { id = 2, at = "2026-01-04T23:59:59+08:00", paid = "2026-01-05", amount = 2, fee = 20, currency = "USD" },
    { id = 3, at = "2026-01-04T16:00:00Z", paid = "2026-01-05", amount = 4, fee = 40, currency = "EUR" },
    { id = 4, at = "2026-01-06T10:00:00+08:00", paid = null, amount = 8, fee = 80, currency = "CNY" },
    { id = 5, at = "2026-01-07T10:00:00+08:00", paid = "2026-01-08", amount = 16, fee = 160, currency = "JPY" },
    { id = 6, at = "2026-01-07T10:00:00+08:00", paid = "2026-01-08", amount = 32, fee = 320, currency = null },
    { id = 7, at = "2026-01-07T10:00:00+08:00", paid = "2026-01-08", amount = null, fee = null, currency = "JPY" },
  ]
  key  = [id]
  time = at
  columns {
    id       = integer
    at       = timestamp
    paid     = date
    amount   = { type = decimal(18, 2), tax = included }
    fee      = { type = decimal(18, 2), unit = "USD" }
    currency = string
  }
}
kpi "fees" { value = sum(convert(orders.fee, "USD", "CNY")) }
kpi "fees_paid" {
  value = sum(convert(orders.fee, "USD", "CNY"))
  time  = orders.paid
}
kpi "gmv" { value = sum(convert(orders.amount, orders.currency, "CNY")) }
kpi "same" { value = sum(convert(orders.fee, "USD", "USD")) }
kpi "large" { value = count(orders, convert(orders.amount, orders.currency, "CNY") > 15) }
kpi "net" { value = net_of_tax(sum(convert(orders.amount, orders.currency, "CNY")), 0.13) }
kpi "per_order" { value = kpi.fees / unit(count(orders), "order") + unit(1, "CNY/order") }
`

// TestConvert holds each currency to the rate of its row's day, by head: fees of
// 10 have none, 20 at 7, then 7.25 (a row without a rate says nothing, that of the
// 9th is not there yet); by payment all are at 7.25.
func TestConvert(t *testing.T) {
	p := open(t, write(t, map[string]string{"p.hcl": exchangeProject}))
	days := func(kpi string) []string {
		return asked(t, p, query.Request{KPIs: []string{kpi}, Grain: metrics.Day, Last: 8, PresentOnly: true})
	}
	compareLines(t, "by order day", days("fees"),
		"2026-01-01 | - | final", "2026-01-04 | 140 | final", "2026-01-05 | 290 | final", "2026-01-06 | 580 | final", "2026-01-07 | 3480 | final")
	compareLines(t, "by day of payment", days("fees_paid"), "2026-01-05 | 507.5 | final", "2026-01-08 | 3480 | final")
	compareLines(t, "from a column", days("gmv"),
		"2026-01-01 | - | final", "2026-01-04 | 14 | final", "2026-01-05 | 32 | final", "2026-01-06 | 8 | final", "2026-01-07 | - | final")
	compareLines(t, "all in one", asked(t, p, query.Request{KPIs: []string{"same", "gmv", "fees", "large"}}), "630 | 54 | 4490 | 1 | final")
	compareLines(t, "net of tax", asked(t, p, query.Request{KPIs: []string{"net"}}), "47.78761061946903 | final")
	compareLines(t, "units", asked(t, p, query.Request{KPIs: []string{"per_order"}}), "642.4285714285714 | final")
	for name, unit := range map[string]metrics.Unit{"fees": "CNY", "gmv": "CNY", "same": "USD", "per_order": "CNY/order"} {
		if k := p.Model.KPI(name); k.Unit != unit {
			t.Errorf("%s is in %q, not %q", name, k.Unit, unit)
		}
	}
	if k := p.Model.KPI("net"); k.Tax != metrics.TaxExcluded || k.Unit != "CNY" {
		t.Errorf("net is %q in %q", k.Tax, k.Unit)
	}
}

// TestMissingRates tells which rows have no rate, in answers and in an apply.
func TestMissingRates(t *testing.T) {
	p := open(t, write(t, map[string]string{"p.hcl": exchangeProject}))
	answer, diags := p.Query(context.Background(), query.Request{KPIs: []string{"gmv", "fees"}})
	none(t, diags)
	compareLines(t, "notes", answer.Notes,
		"3 rows of source.orders have no rate to CNY: 1 in JPY, the first on 2026-01-07; 1 in USD, the first on 2026-01-01; 1 in no currency, the first on 2026-01-07: their values are null",
		"1 row of source.orders has no rate from USD to CNY, the first on 2026-01-01: its value is null")
	answer, diags = p.Query(context.Background(), query.Request{KPIs: []string{"gmv"}, Grain: metrics.Day, From: &periods(t, p, "2026-01-05")[0], To: &periods(t, p, "2026-01-06")[0]})
	none(t, diags)
	compareLines(t, "no notes", answer.Notes)

	done := applied(t, p)
	var found []string
	for _, c := range done.Checks {
		if c.Check == "rates" {
			found = append(found, strings.Join([]string{c.Source, c.Column, c.Sample}, " | "))
			if c.Failed == 0 || c.OnFail != metrics.Warn {
				t.Errorf("%+v", c)
			}
		}
	}
	compareLines(t, "checks", found, "orders | convert(fee, USD, CNY) | USD on 2026-01-01", "orders | convert(amount, currency, CNY) | JPY on 2026-01-07")
}

// TestRatesPublishAnew publishes converted values again when a rate is corrected.
func TestRatesPublishAnew(t *testing.T) {
	dir := write(t, map[string]string{"p.hcl": exchangeProject})
	first := applied(t, reopened(t, dir))
	if first.Run == nil || first.Run.New == 0 {
		t.Fatalf("nothing was published: %+v", first)
	}
	rewrite(t, dir, "p.hcl", "rate = 7 }", "rate = 6 }")
	second := applied(t, reopened(t, dir))
	if second.Run == nil || second.Run.Restated == 0 {
		t.Errorf("no value was restated: %+v", second.Run)
	}
}

// TestRatesInDefinitions converts in a column and a dimension by the day of the row
// itself, whatever time a KPI reads it by, and tells what has no rate.
func TestRatesInDefinitions(t *testing.T) {
	project := strings.Replace(exchangeProject, "    currency = string\n", `    currency = string
    in_cny   = { value = convert(amount, currency, "CNY") }
    half     = { value = in_cny * 0.5 }
`, 1) + `
dimension "size" {
  from "orders" { value = if(convert(fee, "USD", "CNY") > 300, "large", "small") }
}
dimension "dear" {
  from "orders" { value = convert(fee * 2, "USD", "CNY") > 300 }
}
kpi "paid" {
  value = sum(orders.half)
  time  = orders.paid
  by    = [size]
}
kpi "orders" {
  value = count(orders)
  by    = [dear]
}
kpi "week_end" { value = sum(orders.in_cny, weekday >= 6) }
`
	p := open(t, write(t, map[string]string{"p.hcl": project}))
	// Halves of 14 and 32, at the rates of the orders' days. Fees of 4 to 6 are over 300:
	// that of 8 is not paid yet, the others have no rate.
	answer, diags := p.Query(context.Background(), query.Request{KPIs: []string{"paid", "week_end"}, By: []string{"size"}})
	none(t, diags)
	compareLines(t, "by size", lines(answer.Result), "large | - | 0 | incomplete", "small | 23 | 14 | incomplete")
	if len(answer.Notes) == 0 || !strings.Contains(answer.Notes[0], "1 in JPY, the first on 2026-01-07") {
		t.Errorf("notes %q", answer.Notes)
	}
	done := applied(t, p)
	var missing []string
	for _, c := range done.Checks {
		if c.Check == "rates" {
			missing = append(missing, c.Column)
		}
	}
	if !strings.Contains(strings.Join(missing, ", "), "convert(..., USD, CNY)") {
		t.Errorf("checks %q", missing)
	}
}
