package sqlgen_test

import (
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// TestRollUp says of each kind of value how it rolls up: what a query explains, and what
// is done with published values, are one judgement.
func TestRollUp(t *testing.T) {
	for _, tt := range []struct {
		value     string
		explained string
		how       query.RollUp
		why       string // in why published values don't make others
	}{
		{`sum(sales.amount)`, "rolled up: it adds up", query.Adding, ""},
		{`kpi.amount - kpi.orders`, "rolled up: it adds up", query.Adding, ""},
		{`kpi.amount + 3`, "rolled up by its parts", query.NoRollUp, "arithmetic"},
		{`min(sales.amount)`, "rolled up: the smallest", query.Smallest, ""},
		{`max(sales.amount)`, "rolled up: the largest", query.Largest, ""},
		{`0 - max(sales.amount)`, "rolled up by its parts", query.NoRollUp, "arithmetic"},
		{`any(sales.amount > 3)`, "rolled up: the largest", query.NoRollUp, "no numbers"},
		{`max(sales.day)`, "rolled up: the largest", query.NoRollUp, "no numbers"},
		{`kpi.average`, "rolled up by its parts", query.NoRollUp, "arithmetic"},
		{`avg(sales.amount)`, "rolled up by its parts", query.NoRollUp, "avg is computed"},
		{`median(sales.amount)`, "never rolled up: median is computed", query.NoRollUp, "median is computed"},
		{`kpi.buyers`, "never rolled up: count_distinct is computed", query.NoRollUp, "count_distinct is computed"},
		{`kpi.amount / kpi.buyers`, "never rolled up: count_distinct", query.NoRollUp, "count_distinct"},
		{`last(stock.on_hand)`, "never rolled up: a balance", query.NoRollUp, "balance"},
		{`rank(kpi.amount)`, "never rolled up: rank looks", query.NoRollUp, "rank looks"},
		{`growth(kpi.amount, 1, month)`, "never rolled up: growth looks", query.NoRollUp, "growth looks"},
		{`kpi.amount / total(kpi.amount, [store])`, "never rolled up: total looks", query.NoRollUp, "total looks"},
		{`like_for_like(kpi.amount, [store], 1, month)`, "never rolled up: like_for_like looks", query.NoRollUp, "like_for_like looks"},
		{`sum(per([store], kpi.amount))`, "never rolled up: its cells", query.NoRollUp, "cells"},
	} {
		m := chainModel(t, "kpi \"z\" { value = "+tt.value+" }\n")
		cal, err := m.Project.Calendar()
		if err != nil {
			t.Fatal(err)
		}
		r := query.Request{KPIs: []string{"z"}, Grain: metrics.Month, Last: 1, AsOf: at("2026-04-01T00:00:00+08:00")}
		sel, diags := query.Compile(m, map[string]metrics.Statistics{}, cal, r)
		if diags.HasErrors() {
			t.Fatalf("%s: %v", tt.value, diags)
		}
		if got := sel.Explanation.KPIs[0]; !strings.HasPrefix(got, "kpi.z: "+tt.explained) {
			t.Errorf("%s: %s, want %s", tt.value, got, tt.explained)
		}
		how, why := query.RollsUp(m, m.KPI("z"), nil, true)
		if how != tt.how || !strings.Contains(why, tt.why) || (why == "") != (tt.why == "") {
			t.Errorf("%s: %d because %q, want %d because %q", tt.value, how, why, tt.how, tt.why)
		}
	}
}
