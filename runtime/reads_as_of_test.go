package runtime_test

import (
	"slices"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

const agingOrders = `
project "p" {
  grains = [day]
}
source "orders" {
  rows = [{ id = 1, at = "2026-01-09T10:00:00" }, { id = 2, at = "2026-01-10T10:00:00" }]
  key  = [id]
  time = at
  columns {
    id  = integer
    at  = timestamp
    old = { value = at < as_of() }
  }
}
kpi "age" { value = health.orders.freshness }
kpi "twice" { value = 2 * kpi.age }
kpi "old" { value = count(orders, orders.old) }
`

// TestPublishedFollowsAsOf checks that values which name as-of are published anew when it
// moves, though no row does, also for periods that ended long ago.
func TestPublishedFollowsAsOf(t *testing.T) {
	dir := write(t, map[string]string{"p.hcl": agingOrders})
	for _, asOf := range []string{"2026-01-13", "2026-01-15", "2026-01-15T06:00"} {
		p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir, AsOf: asOf})
		none(t, diags)
		applied(t, p)
		p, diags = runtime.Open(t.Context(), runtime.Options{Dir: dir, AsOf: asOf})
		none(t, diags)
		r := query.Request{KPIs: []string{"age", "twice", "old"}, Grain: metrics.Day, Periods: periods(t, p, "2026-01-09", "2026-01-10")}
		published, diags := p.Published(t.Context(), r, runtime.Moment{})
		none(t, diags)
		if got, want := lines(published), asked(t, p, r); !slices.Equal(got, want) || len(got) != 2 {
			t.Errorf("as of %s: published %q, computed %q", asOf, got, want)
		}
	}
}
