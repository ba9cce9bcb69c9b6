package query_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// TestTotalBesideOthers asks for a total over some of the cuts whose largest members are
// shown: the others are one row of all cuts together, of which no cut can be taken away
// alone. Over all cuts, over none, and without that row it has meaning.
func TestTotalBesideOthers(t *testing.T) {
	m := company()
	orders := m.KPI("orders")
	over := func(name string, dimensions ...string) *metrics.KPI {
		l := &metrics.List{}
		for _, d := range dimensions {
			l.Items = append(l.Items, &metrics.DimensionRef{Node: metrics.Node{Type: m.Dimension(d).Type}, Dimension: d})
		}
		node := metrics.Node{Type: orders.Type}
		total := &metrics.Call{Node: node, Func: metrics.FunctionNamed(metrics.Total), Args: []metrics.Expr{&metrics.KPIRef{Node: node, KPI: "orders"}, l}}
		return &metrics.KPI{Name: name, Type: orders.Type, Value: total}
	}
	m.KPIs = append(m.KPIs, over("over_both", "shop", "kind"), over("over_shops", "shop"))
	slices.SortFunc(m.KPIs, func(a, b *metrics.KPI) int { return strings.Compare(a.Name, b.Name) })
	for _, tt := range []struct {
		name, kpi string
		by        []string
		other     bool
		refused   bool
	}{
		{"some of the cuts", "over_shops", []string{"shop", "kind"}, true, true},
		{"some of the cuts, in another order", "over_shops", []string{"kind", "shop"}, true, true},
		{"all cuts", "over_both", []string{"shop", "kind"}, true, false},
		{"the only cut", "over_shops", []string{"shop"}, true, false},
		{"no cut", "over_shops", []string{"kind"}, true, false},
		{"without the row of others", "over_shops", []string{"shop", "kind"}, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := query.Request{KPIs: []string{tt.kpi}, By: tt.by, Top: 1, Other: tt.other, AsOf: asOf(t, "2026-02-11 00:00")}
			sel, diags := compile(t, m, r)
			if !tt.refused {
				if sel == nil || len(diags) > 0 {
					t.Errorf("got %+v, want an answer", diags)
				}
				return
			}
			if sel != nil || len(diags) != 1 || diags[0].Code != diag.NoMeaning || !strings.Contains(diags[0].Detail, "without other") {
				t.Errorf("got %+v, want one %s", diags, diag.NoMeaning)
			}
		})
	}
}
