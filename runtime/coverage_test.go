package runtime_test

import (
	"context"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// coverageProject has a store that opens on the 3rd (south), one that falls silent
// after the 4th (north), and one with rows on the first and the last day (east).
const coverageProject = `
project "coverage" {
  timezone = "UTC"
  as_of    = "2026-01-07"
  grains   = [day]
}
source "stores" {
  rows = [{ store = "east", region = "E" }, { store = "north", region = "N" }, { store = "south", region = "N" }]
  key  = [store]
  columns {
    store  = string
    region = string
  }
}
source "sales" {
  rows = [
    { store = "east", day = "2026-01-01", kind = "a", amount = 1 },
    { store = "east", day = "2026-01-06", kind = "a", amount = 2 },
    { store = "north", day = "2026-01-01", kind = "a", amount = 10 },
    { store = "north", day = "2026-01-04", kind = "b", amount = 20 },
    { store = "south", day = "2026-01-03", kind = "a", amount = 100 },
    { store = "south", day = "2026-01-06", kind = "b", amount = null },
    { store = "late", day = "2026-01-08", kind = "b", amount = 1000 },
  ]
  time = day
  columns {
    store  = { type = string, references = stores }
    day    = date
    kind   = string
    amount = integer
  }
  coverage {
    by = [store]
  }
}
dimension "store" {
  from "sales" { value = store }
}
dimension "region" {
  from "stores" { value = region }
}
dimension "kind" {
  from "sales" { value = kind }
}
kpi "amount" {
  value = sum(sales.amount)
  by    = [store]
}
kpi "rows" { value = count(sales) }
kpi "yesterday" { value = previous(kpi.amount, 1, day) }
kpi "two_days" { value = rolling(kpi.amount, 2, day) }
`

// TestCoverageByMember judges each store alone: before its first row and after its
// last there is nothing, between them there is 0, and what several stores make up is
// incomplete where one of them lacks.
func TestCoverageByMember(t *testing.T) {
	p := open(t, write(t, map[string]string{"p.hcl": coverageProject}))
	from, to := periods(t, p, "2026-01-02")[0], periods(t, p, "2026-01-06")[0]
	ask := func(r query.Request) []string {
		r.Grain, r.From, r.To = metrics.Day, &from, &to
		return asked(t, p, r)
	}
	compareLines(t, "by store", ask(query.Request{KPIs: []string{"amount", "rows"}, By: []string{"store"}}),
		"2026-01-02 | east | 0 | 0 | final", "2026-01-02 | north | 0 | 0 | final", "2026-01-02 | south | - | - | no_data",
		"2026-01-03 | east | 0 | 0 | final", "2026-01-03 | north | 0 | 0 | final", "2026-01-03 | south | 100 | 1 | final",
		"2026-01-04 | east | 0 | 0 | final", "2026-01-04 | north | 20 | 1 | final", "2026-01-04 | south | 0 | 0 | final",
		"2026-01-05 | east | 0 | 0 | final", "2026-01-05 | north | - | - | no_data", "2026-01-05 | south | 0 | 0 | final",
		"2026-01-06 | east | 2 | 1 | final", "2026-01-06 | north | - | - | no_data", "2026-01-06 | south | - | 1 | final") // its one amount is null
	compareLines(t, "in all", ask(query.Request{KPIs: []string{"amount"}}),
		"2026-01-02 | 0 | incomplete", "2026-01-03 | 100 | final", "2026-01-04 | 20 | final", "2026-01-05 | 0 | incomplete", "2026-01-06 | 2 | incomplete")
	compareLines(t, "by what stores reference", ask(query.Request{KPIs: []string{"amount"}, By: []string{"region"}, Totals: true})[9:],
		"2026-01-05 | E | 0 | final", "2026-01-05 | N | 0 | incomplete", "2026-01-05 | - | 0 | incomplete",
		"2026-01-06 | E | 2 | final", "2026-01-06 | N | - | incomplete", "2026-01-06 | - | 2 | incomplete")
	compareLines(t, "by what rows decide", ask(query.Request{KPIs: []string{"rows"}, By: []string{"kind"}})[4:],
		"2026-01-04 | a | 0 | final", "2026-01-04 | b | 1 | final", "2026-01-05 | a | 0 | incomplete", "2026-01-05 | b | 0 | incomplete",
		"2026-01-06 | a | 1 | incomplete", "2026-01-06 | b | 1 | incomplete")

	north, diags := p.Condition(`store == "south"`, "--where", true)
	none(t, diags)
	compareLines(t, "of one store", ask(query.Request{KPIs: []string{"rows"}, Where: []metrics.Expr{north}}),
		"2026-01-02 | - | no_data", "2026-01-03 | 1 | final", "2026-01-04 | 0 | final", "2026-01-05 | 0 | final", "2026-01-06 | 1 | final")
}

// TestCoverageOverTime judges the stretches that offsets and windows read.
func TestCoverageOverTime(t *testing.T) {
	p := open(t, write(t, map[string]string{"p.hcl": coverageProject}))
	got := asked(t, p, query.Request{KPIs: []string{"yesterday", "two_days"}, By: []string{"store"}, Grain: metrics.Day, Periods: periods(t, p, "2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06")})
	compareLines(t, "by store", got,
		"2026-01-03 | east | 0 | 0 | final", "2026-01-03 | north | 0 | 0 | final", "2026-01-03 | south | - | - | no_data",
		"2026-01-04 | east | 0 | 0 | final", "2026-01-04 | north | 0 | 20 | final", "2026-01-04 | south | 100 | 100 | final",
		"2026-01-05 | east | 0 | 0 | final", "2026-01-05 | north | 20 | 20 | incomplete", "2026-01-05 | south | 0 | 0 | final",
		"2026-01-06 | east | 0 | 2 | final", "2026-01-06 | north | - | - | no_data", "2026-01-06 | south | 0 | - | final")
}

// TestCoveragePublished publishes the state of each member's values, and none where
// a member has no data.
func TestCoveragePublished(t *testing.T) {
	p := open(t, write(t, map[string]string{"p.hcl": coverageProject}))
	applied(t, p)
	days := periods(t, p, "2026-01-04", "2026-01-05")
	result, diags := p.Published(context.Background(), query.Request{KPIs: []string{"amount"}, By: []string{"store"}, Grain: metrics.Day, Periods: days}, runtime.Moment{})
	none(t, diags)
	compareLines(t, "by store", lines(result), "2026-01-04 | east | 0 | final", "2026-01-04 | north | 20 | final", "2026-01-04 | south | 0 | final",
		"2026-01-05 | east | 0 | final", "2026-01-05 | south | 0 | final")
	result, diags = p.Published(context.Background(), query.Request{KPIs: []string{"amount"}, Grain: metrics.Day, Periods: days}, runtime.Moment{})
	none(t, diags)
	compareLines(t, "in all", lines(result), "2026-01-04 | 20 | final", "2026-01-05 | 0 | incomplete")
}
