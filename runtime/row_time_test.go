package runtime_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// lines have no time of their own: the KPIs say by which they are read.
const timesByReference = `
project "p" {
  as_of  = "2026-04-01"
  grains = [month]
}
source "orders" {
  rows = [{ id = 1, day = "2026-01-05", paid = "2026-02-05" }, { id = 2, day = "2026-02-06", paid = "2026-03-06" }]
  key  = [id]
  time = paid
  columns {
    id   = integer
    day  = date
    paid = date
  }
}
source "lines" {
  rows = [{ order_id = 1, amount = 10 }, { order_id = 1, amount = 5 }, { order_id = 2, amount = 7 }]
  columns {
    order_id = { type = integer, references = orders }
    amount   = integer
  }
}
kpi "sold" {
  value = sum(lines.amount)
  time  = lines.orders.day
}
kpi "paid" {
  value = sum(lines.amount)
  time  = lines.orders.paid
}
kpi "half" { value = kpi.sold / 2 }
kpi "both" { value = kpi.sold + kpi.paid }
`

// TestKeptRangeFollowsTimes checks that apply keeps a KPI from the first period with
// rows by the times of the KPIs that aggregate them, not by those of their sources.
func TestKeptRangeFollowsTimes(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "p.hcl"), []byte(timesByReference), 0o666); err != nil {
		t.Fatal(err)
	}
	p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir})
	none(t, diags)
	apply(t, p)
	want := map[string][]string{
		"sold": {"2026-01=15 incomplete", "2026-02=7 incomplete"},
		"paid": {"2026-02=15 incomplete", "2026-03=7 incomplete"},
		"half": {"2026-01=7.5 incomplete", "2026-02=3.5 incomplete"},
		"both": {"2026-01=<nil> incomplete", "2026-02=22 incomplete", "2026-03=<nil> incomplete"},
	}
	for kpi, expected := range want {
		r := query.Request{KPIs: []string{kpi}, Grain: metrics.Month, Last: 12}
		published, diags := p.Published(t.Context(), r, runtime.Moment{})
		none(t, diags)
		var got []string
		for _, row := range published.Rows {
			got = append(got, fmt.Sprintf("%v=%v %s", row.Values[0], row.Values[1], row.State))
		}
		if !slices.Equal(got, expected) {
			t.Errorf("%s is published as %q, want %q", kpi, got, expected)
		}
	}
}
