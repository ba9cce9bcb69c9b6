package runtime_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

const rolledProject = `
source "s" {
  rows    = [%s]
  time    = day
  covered = ["2025-12-15", "2026-03-31"]
  columns {
    day  = date
    a    = string
    b    = string
    n    = integer
    m    = { type = decimal(12, 2), unit = "CNY" }
    rate = double
  }
}
dimension "a" {
  from "s" { value = a }
}
dimension "b" {
  from "s" { value = b }
}
dimension "month" {
  from "s" { value = period(day) }
}
kpi "sum" {
  value  = sum(s.m)
  grains = [day]
  by     = [a, [a, b]]
}
kpi "net" {
  value  = kpi.sum - 2 * kpi.rows_of_money + sum(s.m, s.a == "x")
  grains = [day]
}
kpi "rows_of_money" {
  value  = sum(s.m, s.n > 3)
  grains = [day]
}
kpi "less" {
  value  = kpi.sum - kpi.rows_of_money
  grains = [day, week]
  by     = [[a, b]]
}
kpi "count" {
  value  = count(s)
  grains = [week, day]
  by     = [[a, b]]
}
kpi "least" {
  value  = min(s.m)
  grains = [day]
  by     = [[a, b]]
}
kpi "most" {
  value  = max(s.rate)
  grains = [day]
  by     = [[a, b]]
}
kpi "mean" {
  value  = avg(s.m)
  grains = [day]
}
kpi "different" {
  value  = count_distinct(s.b)
  grains = [day]
}
kpi "rolling" {
  value  = rolling(kpi.sum, 3, day)
  grains = [day]
}
kpi "doubles" {
  value  = sum(s.rate)
  grains = [day]
}
kpi "by_period" {
  value  = sum(s.m)
  grains = [day]
  by     = [month]
}
`

// TestRollUpAgainstRows holds values that are rolled up from published ones against
// those computed from the rows.
func TestRollUpAgainstRows(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	var rows []string
	for range 400 {
		member := func() string {
			return []string{`"x"`, `"y"`, `"z"`, "null"}[random.IntN(4)]
		}
		day := time.Date(2025, 12, 15+random.IntN(107), 0, 0, 0, 0, time.UTC)
		rows = append(rows, fmt.Sprintf(`{ day = %q, a = %s, b = %s, n = %d, m = "%d.%02d", rate = "%d.5" }`,
			day.Format(time.DateOnly), member(), member(), random.IntN(9), random.IntN(2000)-1000, random.IntN(100), random.IntN(100)-50))
	}
	p := project(t, "2026-04-01", fmt.Sprintf(rolledProject, strings.Join(rows, ",\n")))
	applied(t, p)
	for _, c := range []struct {
		grain    metrics.Grain
		by       []string
		from, to string
	}{
		{metrics.Day, []string{"b"}, "2025-12-15", "2026-03-31"},
		{metrics.Week, nil, "2026-W01", "2026-W13"},
		{metrics.Week, []string{"b", "a"}, "2026-W01", "2026-W13"},
		{metrics.Month, nil, "2026-01", "2026-03"},
		{metrics.Month, []string{"a"}, "2026-01", "2026-03"},
		{metrics.Quarter, []string{"b"}, "2026-Q1", "2026-Q1"},
	} {
		for _, kpi := range []string{"sum", "less", "count", "least", "most"} {
			bounds := periods(t, p, c.from, c.to)
			r := query.Request{KPIs: []string{kpi}, By: c.by, Grain: c.grain, From: &bounds[0], To: &bounds[1], PresentOnly: len(c.by) > 0}
			computed, diags := p.Query(context.Background(), r)
			none(t, diags)
			rolled, diags := p.Published(context.Background(), r, runtime.Moment{})
			none(t, diags)
			compareLines(t, fmt.Sprint(kpi, " by ", c.grain, c.by), valued(rolled), valued(computed.Result)...)
			if len(rolled.Rows) == 0 || len(rolled.Notes) > 0 {
				t.Errorf("%s by %s %v: %d rows, notes %v", kpi, c.grain, c.by, len(rolled.Rows), rolled.Notes)
			}
		}
	}
	for _, c := range []struct{ kpi, by, words string }{
		{"mean", "", "avg is computed from the rows"}, {"different", "", "count_distinct is computed from the rows"},
		{"rolling", "", "rolling looks at other periods"}, {"doubles", "", "doubles, which are rounded"},
		{"net", "", "its arithmetic comes after"}, {"by_period", "month", "it reads period()"},
	} {
		r := query.Request{KPIs: []string{c.kpi}, Grain: metrics.Month}
		if c.by != "" {
			r.By = []string{c.by}
		}
		if _, diags := p.Published(context.Background(), r, runtime.Moment{}); len(diags) != 1 || diags[0].Code != "E0408" || !strings.Contains(diags[0].Detail, c.words) {
			t.Errorf("%s by month: %v", c.kpi, diags)
		}
	}
	// December began before the days that are covered: it is not whole.
	rolled, diags := p.Published(context.Background(), query.Request{KPIs: []string{"sum"}, Grain: metrics.Month, To: &periods(t, p, "2026-01")[0]}, runtime.Moment{})
	none(t, diags)
	if len(rolled.Rows) != 1 || len(rolled.Notes) != 1 || !strings.HasSuffix(rolled.Notes[0], "left out: 2025-12") {
		t.Errorf("%v, notes %v", valued(rolled), rolled.Notes)
	}
}

// valued is the rows of a result that have a value other than none, a line each.
func valued(r *metrics.Result) []string {
	var out []string
	for _, row := range r.Rows {
		if v := row.Values[len(row.Values)-1]; v != nil && fmt.Sprint(v) != "0" {
			out = append(out, fmt.Sprint(row.Values, row.State))
		}
	}
	return out
}
