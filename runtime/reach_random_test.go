package runtime_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
)

// sale is an order of the random shop; -1 is null.
type sale struct {
	customer, store, amount int
	day                     time.Time
}

// version is a manager's time in a store, or a price's: up to, without, to.
type version struct {
	store    int
	name     string
	from, to time.Time
	price    int
}

// randomShop is orders, and stores whose managers and prices change, some with gaps.
func randomShop(r *rand.Rand) (sales []sale, versions []version) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for store := range 4 {
		at := start.AddDate(0, 0, r.IntN(20)-10)
		for i := range 5 {
			v := version{store: store, name: fmt.Sprintf("m%d%d", store, i%3), from: at, price: 1 + r.IntN(50)}
			at = at.AddDate(0, 0, 1+r.IntN(25))
			v.to = at
			at = at.AddDate(0, 0, r.IntN(3)*r.IntN(5))
			versions = append(versions, v)
		}
	}
	for range 250 {
		sales = append(sales, sale{customer: r.IntN(41) - 1, store: r.IntN(6) - 1, amount: r.IntN(1000), day: start.AddDate(0, 0, r.IntN(100))})
	}
	return sales, versions
}

func null(n int, text string) string {
	if n < 0 {
		return "null"
	}
	return fmt.Sprintf("%q", fmt.Sprintf("%s%d", text, n))
}

const randomDefinitions = `
source "stores" {
  rows  = [%[2]s]
  key   = [store]
  valid = [from_day, to_day]
  columns {
    store    = string
    manager  = string
    from_day = date
    to_day   = date
    price    = integer
  }
}
source "prices" {
  rows = [%[2]s]
  key  = [store, from_day]
  columns {
    store    = string
    manager  = string
    from_day = date
    to_day   = date
    price    = integer
  }
}
source "orders" {
  rows    = [%[1]s]
  key     = [id]
  time    = day
  covered = ["2026-01-01", "2026-04-30"]
  columns {
    id       = string
    customer = string
    store    = { type = string, references = stores }
    day      = date
    amount   = integer
  }
  reference "price" {
    to     = prices
    on     = [store]
    latest = [from_day]
    within = "9d"
  }
}
entity "buyer" {
  from "orders" { key = customer }
  columns {
    first = min(orders.day)
    early = sum(orders.amount, date_diff(day, first, orders.day) < 30)
  }
  time = first
}
dimension "manager" {
  from "stores" { value = manager }
}
dimension "cohort" {
  from "orders" { value = period(buyer.first) }
}
kpi "amount" { value = sum(orders.amount) }
kpi "prices" { value = sum(coalesce(orders.price.price, 0)) }
kpi "early" { value = sum(buyer.early) }
`

// TestReachAgainstGo compares random shops with loops over their rows.
func TestReachAgainstGo(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			sales, versions := randomShop(rand.New(rand.NewPCG(seed, 7)))
			var orders, stores []string
			for i, s := range sales {
				orders = append(orders, fmt.Sprintf("{ id = \"%d\", customer = %s, store = %s, day = %q, amount = %d }", i, null(s.customer, "c"), null(s.store, "s"), s.day.Format(time.DateOnly), s.amount))
			}
			for _, v := range versions {
				stores = append(stores, fmt.Sprintf("{ store = \"s%d\", manager = %q, from_day = %q, to_day = %q, price = %d }", v.store, v.name, v.from.Format(time.DateOnly), v.to.Format(time.DateOnly), v.price))
			}
			p := project(t, "2026-04-01", fmt.Sprintf(randomDefinitions, strings.Join(orders, ",\n"), strings.Join(stores, ",\n")))
			seen := slices.DeleteFunc(sales, func(s sale) bool { return !s.day.Before(p.AsOf) })
			for _, c := range []struct {
				kpi, cut string
				value    func(map[string]int, sale)
			}{
				{"amount", "manager", func(sum map[string]int, s sale) { sum[month(s.day)+" "+managerOf(s, versions)] += s.amount }},
				{"prices", "", func(sum map[string]int, s sale) { sum[month(s.day)] += priceOf(s, versions) }},
				{"amount", "cohort", func(sum map[string]int, s sale) { sum[month(s.day)+" "+cohortOf(s, seen)] += s.amount }},
				{"early", "", func(sum map[string]int, s sale) {
					if first := firstOf(s, seen); s.customer >= 0 && s.day.Before(first.AddDate(0, 0, 30)) {
						sum[month(first)] += s.amount
					}
				}},
			} {
				sum := map[string]int{}
				for _, s := range seen {
					c.value(sum, s)
				}
				r := query.Request{KPIs: []string{c.kpi}, PresentOnly: true}
				if c.cut != "" {
					r.By = []string{c.cut}
				}
				compareSums(t, c.kpi+" by "+c.cut, cells(t, p, between(t, p, "2026-01", "2026-03", r)), sum)
			}
		})
	}
}

func compareSums(t *testing.T, what string, got []string, sum map[string]int) {
	t.Helper()
	var want []string
	for key, n := range sum {
		want = append(want, fmt.Sprintf("%s %d", key, n))
	}
	for i, row := range got {
		got[i] = row[:strings.LastIndex(row, " ")] // without its state
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func month(day time.Time) string { return day.Format("2006-01") }

func managerOf(s sale, versions []version) string {
	if s.store < 0 {
		return "-"
	}
	for _, v := range versions {
		if v.store == s.store && !s.day.Before(v.from) && s.day.Before(v.to) {
			return v.name
		}
	}
	return "(unmatched)"
}

// priceOf is the last price at most nine days old.
func priceOf(s sale, versions []version) int {
	price, from := 0, time.Time{}
	for _, v := range versions {
		if v.store == s.store && !v.from.After(s.day) && v.from.After(from) {
			price, from = v.price, v.from
		}
	}
	if s.day.Sub(from) > 9*24*time.Hour {
		return 0
	}
	return price
}

func firstOf(s sale, all []sale) time.Time {
	first := s.day
	for _, o := range all {
		if o.customer == s.customer && o.day.Before(first) {
			first = o.day
		}
	}
	return first
}

func cohortOf(s sale, all []sale) string {
	if s.customer < 0 {
		return "-"
	}
	return month(firstOf(s, all)) + "-01"
}
