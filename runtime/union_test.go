package runtime_test

import (
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// TestUnionOfDays: a union that declares a date takes the local day of points in time
// and the days of dates, and has no hours.
func TestUnionOfDays(t *testing.T) {
	p := project(t, "2026-03-01", `
source "tills" {
  rows = [{ at = "2026-02-03T01:30:00", n = 1 }, { at = "2026-02-03T23:30:00", n = 2 }]
  time = at
  columns {
    at = timestamp
    n  = integer
  }
}
source "web" {
  rows = [{ at = "2026-02-03", n = 16 }]
  time = at
  columns {
    at = date
    n  = decimal(9, 2)
  }
}
source "all" {
  union = [tills, web]
  time  = at
  columns {
    at = date
    n  = decimal(19, 2)
  }
}
kpi "n" { value = sum(all.n) }
`)
	wantCells(t, cells(t, p, between(t, p, "2026-02-02", "2026-02-04", query.Request{KPIs: []string{"n"}, Grain: metrics.Day})),
		"2026-02-02 - no_data", "2026-02-03 19 final", "2026-02-04 - no_data")
}

// TestUnionOutOfRange: a number that the union's type can't hold is told as that.
func TestUnionOutOfRange(t *testing.T) {
	p := project(t, "2026-03-01", `
source "tills" {
  rows = [{ n = 123456 }]
  columns {
    n = integer
  }
}
source "all" {
  union = [tills]
  columns {
    n = decimal(5, 2)
  }
}
kpi "n" { value = sum(all.n) }
`)
	_, diags := p.Query(t.Context(), query.Request{KPIs: []string{"n"}})
	if len(diags) != 1 || diags[0].Code != diag.OutOfRange {
		t.Errorf("problems %v, want %s", diags, diag.OutOfRange)
	}
}
