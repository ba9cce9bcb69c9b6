package view

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

var testRuns = []metrics.Run{
	{
		ID: 2, At: time.Date(2026, 11, 16, 0, 2, 3, 0, time.UTC), AsOf: time.Date(2026, 11, 15, 16, 0, 0, 0, time.UTC),
		User: "wang", Message: "Finance counts paid orders only @all", Version: "0.1.0", New: 412, Restated: 1418, Unchanged: 60374, Gone: 2, Settled: 3,
		Changes: []metrics.Change{
			{Address: "kpi.visits", Action: metrics.Update, Class: metrics.Cosmetic, Reason: "same meaning", Fields: []metrics.FieldChange{{Name: "label", New: `"访问"`}}},
			{Address: "kpi.gmv", Action: metrics.Update, Class: metrics.ValueChanging, Reason: "its expression, filter or time changes", Fields: []metrics.FieldChange{
				{Name: "value", Old: "sum(orders.amount)", New: "if(\n  true,\n  sum(orders.amount),\n  0\n)"},
				{Name: "where", Old: `orders.status != "test"`},
			}},
			{Address: "kpi.return_days", Action: metrics.Create, Class: metrics.Additive, Reason: "new", Fields: []metrics.FieldChange{{Name: "value", New: "avg(returns.days)"}}},
			{Address: "kpi.old", Action: metrics.Delete, Class: metrics.Breaking, Reason: "removed"},
		},
	},
	{
		ID: 1, At: time.Date(2026, 11, 9, 10, 0, 0, 0, time.UTC), AsOf: time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC), User: "li\x1b[31m",
		Changes: []metrics.Change{{Address: "kpi.gmv", Action: metrics.Create, Class: metrics.Additive, Reason: "new", Fields: []metrics.FieldChange{{Name: "value", New: "sum(orders.amount)"}}}},
	},
}

func TestChanges(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range ChangeFormats {
		for name, runs := range map[string][]metrics.Run{"runs": testRuns, "none": nil} {
			t.Run(format+"/"+name, func(t *testing.T) {
				var b bytes.Buffer
				if err := Changes(&b, format, runs, ChangeOptions{Zone: zone}); err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join("testdata/changes", name+"."+format), b.Bytes())
			})
		}
	}
}
