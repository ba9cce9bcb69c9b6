package runtime_test

import (
	"context"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// TestStatesBesideCohorts publishes a KPI in all and by cohort: a cohort may always be
// another one tomorrow, which leaves the total as final as it is.
func TestStatesBesideCohorts(t *testing.T) {
	p := project(t, "2026-04-01", `
source "orders" {
  rows = [
    { day = "2026-01-05", buyer = "x", amount = 1 }, { day = "2026-02-05", buyer = "x", amount = 2 },
    { day = "2026-03-05", buyer = "y", amount = 4 },
  ]
  time    = day
  covered = ["2026-01-01", "2026-03-31"]
  columns {
    day    = date
    buyer  = string
    amount = integer
  }
}
entity "buyer" {
  from "orders" {
    key = buyer
  }
  columns {
    first_at = min(orders.day)
  }
}
dimension "cohort" {
  from "orders" {
    value = period(buyer.first_at)
  }
}
kpi "sales" {
  value  = sum(orders.amount)
  grains = [month]
  by     = [cohort]
}`)
	applied(t, p)
	for _, tt := range []struct {
		by    []string
		state metrics.State
	}{{nil, metrics.Final}, {[]string{"cohort"}, metrics.Provisional}} {
		bounds := periods(t, p, "2026-01", "2026-03")
		r := query.Request{KPIs: []string{"sales"}, By: tt.by, Grain: metrics.Month, From: &bounds[0], To: &bounds[1]}
		computed, diags := p.Query(context.Background(), r)
		none(t, diags)
		published, diags := p.Published(context.Background(), r, runtime.Moment{})
		none(t, diags)
		if len(published.Rows) != len(computed.Rows) || len(published.Rows) < 3 {
			t.Fatalf("by %v: %d rows published, %d computed", tt.by, len(published.Rows), len(computed.Rows))
		}
		for i, row := range published.Rows {
			if row.State != tt.state || computed.Rows[i].State != tt.state {
				t.Errorf("by %v: %v is published as %s and computed as %s, want %s", tt.by, row.Values, row.State, computed.Rows[i].State, tt.state)
			}
		}
	}
}
