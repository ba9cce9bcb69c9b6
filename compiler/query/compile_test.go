package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// TestRefusals asks for what can't be had.
func TestRefusals(t *testing.T) {
	m := company()
	week := func(n string) *metrics.Period { return periodNamed(t, m, "2026-W"+n) }
	for _, tt := range []struct {
		name  string
		r     query.Request
		code  diag.Code
		words string
	}{
		{"no KPI", query.Request{}, diag.BadRequest, "at least one"},
		{"unknown KPI", query.Request{KPIs: []string{"order"}}, diag.UnknownKPI, `"orders"`},
		{"unknown dimension", query.Request{KPIs: []string{"orders"}, By: []string{"shopp"}}, diag.UnknownDimension, `"shop"`},
		{"unknown source of a cut", query.Request{KPIs: []string{"orders"}, By: []string{"order.shop"}}, diag.UnknownSource, `"orders"`},
		{"unknown column of a cut", query.Request{KPIs: []string{"orders"}, By: []string{"orders.shopp"}}, diag.UnknownColumn, `"shop"`},
		{"unknown reference of a cut", query.Request{KPIs: []string{"orders"}, By: []string{"orders.shops.kind"}}, diag.Unreachable, `"shop"`},
		{"a cut twice", query.Request{KPIs: []string{"orders"}, By: []string{"shop", "shop"}}, diag.BadRequest, "once"},
		{"a cut that one source lacks", query.Request{KPIs: []string{"both"}, By: []string{"kind"}}, diag.CannotCut, `from "visits"`},
		{"a column of one of two sources", query.Request{KPIs: []string{"both"}, By: []string{"orders.shop"}}, diag.CannotCut, `from "visits"`},
		{"a filter that one source lacks", query.Request{KPIs: []string{"both"}, Where: []metrics.Expr{&metrics.DimensionRef{Dimension: "kind"}}}, diag.CannotCut, `from "visits"`},
		{"two paths", query.Request{KPIs: []string{"orders"}, By: []string{"region"}}, diag.AmbiguousPath, "orders.customer.home"},
		{"a constant by members", query.Request{KPIs: []string{"constant"}, By: []string{"shop"}}, diag.CannotCut, "without cuts"},
		{"a set of other cuts", query.Request{KPIs: []string{"orders"}, By: []string{"shop"}, Sets: [][]int{{1}}}, diag.BadRequest, "indexes"},
		{"no time", query.Request{KPIs: []string{"shops"}, Grain: metrics.Day}, diag.NoTime, "shops"},
		{"another time of rows without time", query.Request{KPIs: []string{"orders"}, Having: []metrics.Expr{yearAgo("shops"), yearAgo("shops")}}, diag.NoTime, "the same at all times"},
		{"a grain that weeks don't nest in", query.Request{KPIs: []string{"budget"}, Grain: metrics.Month}, diag.GrainTooFine, "whole week"},
		{"finer than a week", query.Request{KPIs: []string{"budget"}, Grain: metrics.Day}, diag.GrainTooFine, "whole week"},
		{"hours of days", query.Request{KPIs: []string{"visits"}, Grain: metrics.Hour}, diag.GrainTooFine, "no time of day"},
		{"compare without a grain", query.Request{KPIs: []string{"orders"}, Compare: []query.Comparison{query.Previous}}, diag.BadRequest, "by which periods"},
		{"unknown comparison", query.Request{KPIs: []string{"orders"}, Compare: []query.Comparison{"last"}}, diag.BadRequest, "year_ago"},
		{"backwards", query.Request{KPIs: []string{"orders"}, Grain: metrics.Week, From: week("05"), To: week("04")}, diag.BadPeriod, "Swap"},
		{"two ranges", query.Request{KPIs: []string{"orders"}, Grain: metrics.Week, From: week("05"), Last: 3}, diag.BadRequest, "either"},
		{"periods and bounds", query.Request{KPIs: []string{"orders"}, Grain: metrics.Week, Periods: []metrics.Period{*week("05")}, To: week("06")}, diag.BadRequest, "either"},
		{"periods of two grains", query.Request{KPIs: []string{"orders"}, Periods: []metrics.Period{*week("05"), *periodNamed(t, m, "2026-01")}}, diag.BadRequest, "one grain"},
		{"last of nothing", query.Request{KPIs: []string{"orders"}, Last: 3}, diag.BadRequest, "day, week"},
		{"too many", query.Request{KPIs: []string{"orders"}, Grain: metrics.Hour, From: periodNamed(t, m, "1990"), To: periodNamed(t, m, "2026")}, diag.TooManyPeriods, "shorter"},
		{"too many back", query.Request{KPIs: []string{"orders"}, Grain: metrics.Day, Last: 100_001}, diag.TooManyPeriods, "shorter"},
		{"order by nothing", query.Request{KPIs: []string{"orders"}, Order: []query.Order{{Column: "order"}}}, diag.BadRequest, `"orders"`},
		{"a condition that weeks don't nest in", query.Request{KPIs: []string{"orders"}, Grain: metrics.Month, Having: []metrics.Expr{&metrics.KPIRef{KPI: "budget"}}}, diag.GrainTooFine, "whole week"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.r.AsOf = asOf(t, "2026-02-11 00:00")
			sel, diags := compile(t, m, tt.r)
			if sel != nil || len(diags) != 1 || diags[0].Code != tt.code || diags[0].Severity != diag.Error || !strings.Contains(diags[0].Detail, tt.words) {
				t.Errorf("got %+v, want one %s with %q", diags, tt.code, tt.words)
			}
		})
	}
}

// yearAgo is whether a KPI was the same a year ago.
func yearAgo(kpi string) metrics.Expr {
	now := &metrics.KPIRef{Node: metrics.Node{Type: whole}, KPI: kpi}
	was := &metrics.Call{Node: metrics.Node{Type: whole}, Func: metrics.FunctionNamed(metrics.YearAgo), Args: []metrics.Expr{now}}
	return &metrics.Binary{Op: metrics.OpEq, L: now, R: was}
}

// TestAllProblemsAtOnce reports more than the first.
func TestAllProblemsAtOnce(t *testing.T) {
	_, diags := compile(t, company(), query.Request{KPIs: []string{"both", "budget"}, By: []string{"kind"}, Grain: metrics.Month, AsOf: asOf(t, "2026-02-11 00:00")})
	var codes []string
	for _, d := range diags {
		codes = append(codes, fmt.Sprint(d.Code, " ", d.Address))
	}
	slices.Sort(codes)
	if want := []string{"E0308 dimension.kind", "E0308 dimension.kind", "E0309 source.budget"}; !slices.Equal(codes, want) {
		t.Errorf("got %v, want %v", codes, want)
	}
}

func shown(sel *query.Select) []string {
	var out []string
	for _, p := range sel.Periods {
		if p.Shown {
			out = append(out, p.Name)
		}
	}
	return out
}

func TestPeriods(t *testing.T) {
	m := company()
	week := func(n string) *metrics.Period { return periodNamed(t, m, "2026-W"+n) }
	for _, tt := range []struct {
		name  string
		asOf  string
		r     query.Request
		want  string
		notes int
	}{
		{"the last 8", "2026-02-11 00:00", query.Request{Grain: metrics.Week}, "2025-W52 2026-W01 2026-W02 2026-W03 2026-W04 2026-W05 2026-W06 2026-W07", 0},
		{"a period that begins at as-of is not begun", "2026-02-09 00:00", query.Request{Grain: metrics.Week, Last: 1}, "2026-W06", 0},
		{"last before a bound", "2026-02-11 00:00", query.Request{Grain: metrics.Week, Last: 2, To: week("04")}, "2026-W03 2026-W04", 0},
		{"both bounds", "2026-02-11 00:00", query.Request{Grain: metrics.Week, From: week("03"), To: week("04")}, "2026-W03 2026-W04", 0},
		{"from a bound to as-of", "2026-02-11 00:00", query.Request{Grain: metrics.Week, From: week("06")}, "2026-W06 2026-W07", 0},
		{"a bound ahead", "2026-01-01 00:00", query.Request{Grain: metrics.Week, From: week("06"), To: week("06")}, "2026-W06", 0},
		{"bounds inside periods", "2026-02-11 00:00", query.Request{Grain: metrics.Month, From: week("03"), To: week("07")}, "2026-01 2026-02", 2},
		{"periods named", "2026-02-11 00:00", query.Request{Periods: []metrics.Period{*week("06"), *week("03"), *week("03")}}, "2026-W03 2026-W06", 0},
		{"periods by a finer grain", "2026-02-11 00:00", query.Request{Grain: metrics.Day, Periods: []metrics.Period{*week("03")}}, "2026-01-12 2026-01-13 2026-01-14 2026-01-15 2026-01-16 2026-01-17 2026-01-18", 0},
		{"without a grain, what is covered", "2026-02-11 00:00", query.Request{}, "2026-01-05..2026-02-10", 0},
		{"without a grain, up to as-of", "2026-02-01 00:00", query.Request{}, "2026-01-05..2026-01-31", 0},
		{"without a grain, within a day", "2026-02-01 12:00", query.Request{}, "2026-01-05..2026-02-01", 0},
		{"without a grain, before all data", "2025-02-01 12:00", query.Request{}, "2025-02-01", 0},
		{"without a grain, from a bound", "2026-02-11 00:00", query.Request{From: week("06")}, "2026-02-02..2026-02-10", 0},
		{"without a grain, hours widen to their days", "2026-02-11 00:00", query.Request{From: periodNamed(t, m, "2026-02-03T10"), To: periodNamed(t, m, "2026-02-03T23")}, "2026-02-03", 1},
		{"without a grain, from a bound beyond the data", "2026-02-11 00:00", query.Request{From: week("10")}, "2026-03-02", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.r.KPIs, tt.r.AsOf = []string{"orders"}, asOf(t, tt.asOf)
			sel, diags := compile(t, m, tt.r)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if got := strings.Join(shown(sel), " "); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if len(sel.Notes) != tt.notes {
				t.Errorf("notes: %q, want %d", sel.Notes, tt.notes)
			}
		})
	}
}

// TestComparedPeriods go along the calendar, and are not shown.
func TestComparedPeriods(t *testing.T) {
	m := company()
	sel, diags := compile(t, m, query.Request{
		KPIs: []string{"orders"}, Grain: metrics.Month, From: periodNamed(t, m, "2026-01"), To: periodNamed(t, m, "2026-02"),
		Compare: []query.Comparison{query.Previous, query.YearAgo}, AsOf: asOf(t, "2026-02-11 00:00"),
	})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var all []string
	for _, p := range sel.Periods {
		all = append(all, p.Name)
	}
	if want := []string{"2025-01", "2025-02", "2025-12", "2026-01", "2026-02"}; !slices.Equal(all, want) {
		t.Errorf("got %v, want %v", all, want)
	}
	if want := []string{"2026-01", "2026-02"}; !slices.Equal(shown(sel), want) {
		t.Errorf("shown: %v, want %v", shown(sel), want)
	}
}

func TestStates(t *testing.T) {
	m := company()
	m.KPI("orders").Lag = metrics.Span{N: 2, Unit: metrics.Day}
	for _, tt := range []struct {
		name   string
		kpis   string
		grain  metrics.Grain
		period string
		asOf   string
		want   metrics.State
	}{
		{"before its end", "visits", metrics.Week, "2026-W03", "2026-01-18 23:59", metrics.Open},
		{"at its end", "visits", metrics.Week, "2026-W03", "2026-01-19 00:00", metrics.Final},
		{"within the lag", "orders", metrics.Week, "2026-W03", "2026-01-20 23:59", metrics.Provisional},
		{"after the lag", "orders", metrics.Week, "2026-W03", "2026-01-21 00:00", metrics.Final},
		{"within the lag of a KPI below", "both", metrics.Week, "2026-W03", "2026-01-20 00:00", metrics.Provisional},
		{"begun before the first row", "visits", metrics.Week, "2026-W02", "2026-02-11 00:00", metrics.Incomplete},
		{"ends after the last row", "visits", metrics.Week, "2026-W06", "2026-02-11 00:00", metrics.Incomplete},
		{"after the last row", "visits", metrics.Day, "2026-02-04", "2026-02-11 00:00", metrics.NoData},
		{"the last row's day", "visits", metrics.Day, "2026-02-03", "2026-02-11 00:00", metrics.Final},
		{"one source without data", "both", metrics.Day, "2026-02-04", "2026-02-11 00:00", metrics.Incomplete},
		{"rows for whole weeks", "budget", metrics.Week, "2026-W09", "2026-03-30 00:00", metrics.Final},
		{"the last row stands for its week", "budget", metrics.Week, "2026-W10", "2026-03-30 00:00", metrics.Final},
		{"plans ahead are open", "budget", metrics.Week, "2026-W09", "2026-02-11 00:00", metrics.Open},
		{"each leaf covers", "all", metrics.Week, "2026-W03", "2026-02-11 00:00", metrics.Final},
		{"declared days count, not rows", "all", metrics.Week, "2026-W04", "2026-02-11 00:00", metrics.Final},
		{"one leaf covers", "all", metrics.Week, "2026-W06", "2026-02-09 00:00", metrics.Incomplete},
		{"no leaf covers", "all", metrics.Week, "2026-W10", "2026-03-30 00:00", metrics.NoData},
		{"a constant", "constant", metrics.Week, "2026-W03", "2026-02-11 00:00", metrics.Final},
		{"no time", "shops", metrics.NoGrain, "", "2026-02-11 00:00", metrics.Final},
		{"the least settled of the KPIs", "visits orders", metrics.Week, "2026-W03", "2026-01-20 00:00", metrics.Provisional},
		{"no data beside data", "visits orders", metrics.Day, "2026-02-04", "2026-02-11 00:00", metrics.Incomplete},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := query.Request{KPIs: strings.Fields(tt.kpis), Grain: tt.grain, AsOf: asOf(t, tt.asOf)}
			if p := periodNamed(t, m, tt.period); p != nil {
				r.Periods = []metrics.Period{*p}
			}
			sel, diags := compile(t, m, r)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if got := sel.Periods[0].State; got != tt.want {
				t.Errorf("got %s, want %s (%v)", got, tt.want, sel.Periods[0].States)
			}
		})
	}
}

// TestStatesOfEachKPI are what apply keeps.
func TestStatesOfEachKPI(t *testing.T) {
	m := company()
	sel, diags := compile(t, m, query.Request{KPIs: []string{"visits", "orders"}, Periods: []metrics.Period{*periodNamed(t, m, "2026-02-04")}, AsOf: asOf(t, "2026-02-11 00:00")})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if want := []metrics.State{metrics.NoData, metrics.Final}; !slices.Equal(sel.Periods[0].States, want) {
		t.Errorf("got %v, want %v", sel.Periods[0].States, want)
	}
}

// TestScans counts scans: of several distinct counts each takes a scan of its own, and one source's
// plain aggregates share one.
func TestScans(t *testing.T) {
	m := company()
	distinct := func(c string) metrics.Expr {
		return &metrics.Aggregate{Node: metrics.Node{Type: whole}, Func: metrics.FunctionNamed("count_distinct"), Source: "orders", Args: []metrics.Expr{col(c, text)}}
	}
	m.KPIs = []*metrics.KPI{
		kpi("a", count("orders")), kpi("b", distinct("orders.shop")), kpi("c", distinct("orders.customer")), kpi("d", distinct("orders.customer")),
		{Name: "e", Value: count("orders"), Type: whole, Time: col("orders.at", moment)}, kpi("f", count("visits")),
	}
	for _, tt := range []struct {
		kpis  string
		scans int
	}{
		{"a", 1}, {"a b", 1}, {"a b c", 3}, {"b c", 2}, {"c d", 1}, {"a e", 1}, {"a f", 2},
	} {
		sel, diags := compile(t, m, query.Request{KPIs: strings.Fields(tt.kpis), AsOf: asOf(t, "2026-02-11 00:00")})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		scans := 0
		for _, s := range sel.Stages {
			if strings.HasPrefix(s.Name, "scan") {
				scans++
			}
		}
		if scans != tt.scans {
			t.Errorf("%s: %d scans, want %d", tt.kpis, scans, tt.scans)
		}
	}
}
