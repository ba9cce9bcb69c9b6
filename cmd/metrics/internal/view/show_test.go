package view

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/metricsascode/metrics/metrics"
)

func TestShow(t *testing.T) {
	p := compile(t, "testdata/shop")
	tests := map[string]Shown{
		"gmv": {
			Address: "kpi.gmv", KPI: p.Model.KPI("gmv"), Cuts: []string{"region", "shop"},
			Reads: []string{"kpi.gmv_budget", "source.web_orders"}, ReadBy: []string{"kpi.aov"}, SQL: "SELECT\n  1 AS \"gmv\"",
		},
		"aov":    {Address: "kpi.aov", KPI: p.Model.KPI("aov"), Reads: []string{"kpi.gmv", "kpi.orders"}},
		"orders": {Address: "source.all_orders", Source: p.Model.Source("all_orders"), Reads: []string{"source.pos_orders", "source.web_orders"}},
		"web_orders": {
			Address: "source.web_orders", Source: p.Model.Source("web_orders"), Reads: []string{"source.stores"}, ReadBy: []string{"kpi.gmv"},
			Stored: &StoredSource{
				Run: 7, FirstDay: "2026-01-01", LastDay: "2026-11-15",
				Account: metrics.Account{Source: "web_orders", Read: 12345, Clean: 12300, Filtered: 30, Duplicates: 10, Rejected: 5},
				Checks:  []metrics.CheckResult{{Source: "web_orders", Column: "status", Check: "values", OnFail: metrics.Warn, Failed: 3, Sample: "pa\x1bid"}},
			},
		},
		"stores": {Address: "source.stores", Source: p.Model.Source("stores")},
		"budget": {Address: "source.budget", Source: p.Model.Source("budget")},
		"shop":   {Address: "dimension.shop", Dimension: p.Model.Dimension("shop"), Reads: []string{"dimension.region", "source.all_orders"}},
	}
	for name, shown := range tests {
		shown.Model, shown.Text = p.Model, p.Text(shown.Address)
		shown.File, shown.Line = placeIn(p)(shown.Address)
		for _, format := range ShowFormats {
			t.Run(format+"/"+name, func(t *testing.T) {
				var b bytes.Buffer
				if err := Show(&b, format, shown, ShowOptions{}); err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join("testdata/show", name+"."+format), b.Bytes())
			})
		}
	}
}
