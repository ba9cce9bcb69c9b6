package runtime_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// samePublished compares what apply keeps of every KPI, which it computes by many
// cut sets at once, with the answers to queries of one cut set each.
func samePublished(t *testing.T, p *runtime.Project) {
	t.Helper()
	first := periods(t, p, "2010-01-01")[0] // before any of the data
	for set, kpis := range keptSets(p.Model) {
		grain, cuts, _ := strings.Cut(set, " ")
		r := query.Request{KPIs: kpis, By: words(cuts), Grain: metrics.Grain(grain), From: &first}
		answer, diags := p.Query(t.Context(), r)
		none(t, diags)
		published, diags := p.Published(t.Context(), r, runtime.Moment{})
		none(t, diags)
		kept := map[string][]any{}
		for _, row := range published.Rows {
			kept[fmt.Sprint(row.Values[:1+len(r.By)])] = row.Values
		}
		wrong := 0
		for _, row := range answer.Rows {
			cell := fmt.Sprint(row.Values[:1+len(r.By)])
			for i, k := range kpis {
				at := 1 + len(r.By) + i
				var value any
				if values, found := kept[cell]; found {
					value = values[at]
				}
				if !equalCell(row.Values[at], value) {
					if wrong++; wrong <= 5 {
						t.Errorf("%s of %s is %v, published %v", k, cell, row.Values[at], value)
					}
				}
			}
		}
	}
}

// keptSets is the KPIs that apply keeps by each grain and cut set, "week a,b".
func keptSets(m *metrics.Model) map[string][]string {
	out := map[string][]string{}
	for _, k := range m.KPIs {
		for _, g := range k.Grains {
			for _, set := range append([][]string{nil}, k.By...) {
				key := string(g) + " " + strings.Join(set, ",")
				if !slices.Contains(out[key], k.Name) {
					out[key] = append(out[key], k.Name)
				}
			}
		}
	}
	return out
}
