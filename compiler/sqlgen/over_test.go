package sqlgen_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// chain is a project whose KPIs go over time and over dimensions. sales has a day's
// rows of each store and channel, stock a balance of each item and store.
const chain = `
project "chain" { timezone = "Asia/Shanghai" }
source "sales" {
  csv { path = "sales.csv" }
  time = day
  columns {
    day = date
    store = string
    channel = string
    buyer = string
    amount = decimal(12, 2)
  }
}
source "plan" {
  csv { path = "plan.csv" }
  time = week
  grain = week
  ahead = true
  columns {
    week = date
    store = string
    amount = decimal(12, 2)
  }
}
source "stock" {
  csv { path = "stock.csv" }
  key = [item, store, day]
  time = day
  columns {
    item = string
    store = string
    day = date
    on_hand = integer
    counted = boolean
  }
}
dimension "store" {
  from "sales" { value = store }
  from "plan" { value = store }
  from "stock" { value = store }
}
dimension "channel" {
  from "sales" { value = channel }
}
kpi "amount" { value = sum(sales.amount) }
kpi "planned" { value = sum(plan.amount) }
kpi "buyers" { value = count_distinct(sales.buyer) }
kpi "orders" { value = count(sales) }
kpi "average" { value = kpi.amount / kpi.orders }
`

// chainData is rows from 2026-01-01 on.
var chainData = data{
	"sales": {
		{"2026-01-01", "s1", "web", "b1", "10"}, {"2026-01-01", "s2", "web", "b2", "20"},
		{"2026-01-02", "s1", "app", "b1", "5"},
		{"2026-01-03", "s1", "web", "b3", "1"},
		{"2026-01-31", "s1", "web", "b1", "7"},
		{"2026-02-01", "s2", "web", "b4", "30"}, {"2026-02-01", "s3", "app", "b5", "9"},
		{"2026-02-28", "s1", "web", "b1", "3"},
		{"2026-03-01", "s3", "web", "b6", "11"},
		{"2026-03-31", "s3", "web", "b6", "4"}, {"2026-03-31", "s1", "app", "b1", nil},
	},
	"plan": {{"2025-12-29", "s1", "12"}, {"2025-12-29", "s2", "25"}, {"2026-01-05", "s1", "3"}},
	"stock": {
		{"i1", "s1", "2026-01-01", "5", "true"}, {"i1", "s1", "2026-01-03", "4", "false"}, {"i2", "s1", "2026-01-02", "8", "true"},
		{"i1", "s2", "2026-01-01", "2", "true"}, {"i2", "s1", "2026-01-20", "1", "true"}, {"i1", "s2", "2026-02-02", "6", "true"},
	},
}

func chainModel(t testing.TB, kpi string) *metrics.Model {
	t.Helper()
	p, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: []byte(chain + kpi)}}, compiler.Options{})
	if diags.HasErrors() {
		t.Fatalf("%s: %+v", kpi, diags)
	}
	return p.Model
}

// TestOver asks KPIs over time and over dimensions that anyone can check by head.
func TestOver(t *testing.T) {
	month := func(last int, by ...string) query.Request {
		return query.Request{KPIs: []string{"z"}, Grain: metrics.Month, Last: last, By: by}
	}
	stretch := func(from, to string, by ...string) query.Request {
		return query.Request{KPIs: []string{"z"}, By: by, From: ptr(periodNamed(from)), To: ptr(periodNamed(to))}
	}
	days := func(by []string, names ...string) query.Request {
		r := query.Request{KPIs: []string{"z"}, Grain: metrics.Day, By: by}
		for _, n := range names {
			r.Periods = append(r.Periods, periodNamed(n))
		}
		return r
	}
	for _, tt := range []struct {
		name string
		kpi  string
		r    query.Request
		want []string
	}{
		{"the month before is the whole month", `value = previous(kpi.amount, 1, month)`, month(3), []string{"2026-01 | null", "2026-02 | 43", "2026-03 | 42"}},
		{"a month before a day", `value = previous(kpi.amount, 1, month)`, days(nil, "2026-03-01", "2026-03-31"), []string{"2026-03-01 | 39", "2026-03-31 | 3"}},
		{"delta", `value = delta(kpi.amount, 1, month)`, month(2), []string{"2026-02 | -1", "2026-03 | -27"}},
		{"growth of a ratio", `value = growth(kpi.average, 1, month)`, month(2), []string{"2026-02 | 0.627906976744", "2026-03 | -0.642857142857"}},
		{"a shift finer than the grain moves both ends", `value = previous(kpi.amount, 1, day)`, month(2), []string{"2026-02 | 46", "2026-03 | 14"}},
		{"a rolling sum", `value = rolling(kpi.amount, 3, day)`, days(nil, "2026-01-02", "2026-01-03", "2026-02-01", "2026-02-02"),
			[]string{"2026-01-02 | null", "2026-01-03 | 36", "2026-02-01 | 46", "2026-02-02 | 46"}},
		{"a rolling distinct count, by members", `value = rolling(count_distinct(sales.buyer), 3, day)`, days([]string{"channel"}, "2026-01-03", "2026-02-01"),
			[]string{"2026-01-03 | app | 1", "2026-01-03 | web | 3", "2026-02-01 | app | 1", "2026-02-01 | web | 2"}},
		{"a rolling average is one of rows", `value = rolling(kpi.average, 3, day)`, days(nil, "2026-01-03"), []string{"2026-01-03 | 9"}},
		{"to date", `value = to_date(kpi.amount, month)`, days(nil, "2026-01-02", "2026-02-01", "2026-02-02"), []string{"2026-01-02 | 35", "2026-02-01 | 39", "2026-02-02 | 39"}},
		{"to date over all", `value = to_date(kpi.buyers, all)`, month(3), []string{"2026-01 | 3", "2026-02 | 5", "2026-03 | 6"}},
		{"the growth of a window", `value = growth(rolling(kpi.amount, 2, day), 1, month)`, days(nil, "2026-03-02"), []string{"2026-03-02 | -0.717948717949"}},
		{"a share of the total", `value = kpi.amount / total(kpi.amount, [channel])`, month(1, "channel"), []string{"2026-03 | app | null", "2026-03 | web | 1"}},
		{"a distinct count's total is recomputed", `value = total(kpi.buyers, [channel])`, days([]string{"channel"}, "2026-02-01"), []string{"2026-02-01 | app | 2", "2026-02-01 | web | 2"}},
		{"rank with a tie", `value = rank(kpi.orders)`, days([]string{"store"}, "2026-01-01", "2026-02-01"),
			[]string{"2026-01-01 | s1 | 1", "2026-01-01 | s2 | 1", "2026-01-01 | s3 | 3", "2026-02-01 | s1 | 3", "2026-02-01 | s2 | 1", "2026-02-01 | s3 | 1"}},
		{"like for like", `value = like_for_like(kpi.amount, [store], 1, month)`, month(2), []string{"2026-02 | 33", "2026-03 | 15"}},
		{"growth, like for like", `value = like_for_like(growth(kpi.amount, 1, month), [store], 1, month)`, month(2), []string{"2026-02 | -0.232558139535", "2026-03 | 0.25"}},
		{"like for like of cells alone", `value = like_for_like(avg(per([store], kpi.amount)), [store], 1, month)`, month(2), []string{"2026-02 | 16.5", "2026-03 | 15"}},
		{"cells of the month before, before the data", `value = sum(per([month], previous(kpi.amount, 1, month)))`, month(3), []string{"2026-01 | null", "2026-02 | 43", "2026-03 | 42"}},
		{"days of the month before", `value = count(per([day], previous(kpi.amount, 1, month)))`, month(3), []string{"2026-01 | null", "2026-02 | 28", "2026-03 | 31"}},
		{"a window over what begins within it", `value = rolling(sum(per([day], previous(kpi.amount, 1, day))), 2, day)`, days(nil, "2026-01-02", "2026-01-03"), []string{"2026-01-02 | null", "2026-01-03 | 35"}},
		{"cells that all are null", `value = sum(per([store], if(kpi.amount > 25, kpi.amount, null)))`, month(3), []string{"2026-01 | null", "2026-02 | 30", "2026-03 | null"}},
		{"cells that have a value", `value = count(per([store], if(kpi.amount > 25, kpi.amount, null)))`, month(3), []string{"2026-01 | 0", "2026-02 | 1", "2026-03 | 0"}},
		{"no cells", `value = sum(per([store], kpi.amount))`, days(nil, "2026-01-05"), []string{"2026-01-05 | 0"}},
		{"a sum of nulls in a cell", `value = sum(per([channel], kpi.amount))`, days([]string{"store"}, "2026-03-31"), []string{"2026-03-31 | s1 | null", "2026-03-31 | s3 | 4"}},
		{"the mean of stores", `value = avg(per([store], kpi.amount))`, month(3), []string{"2026-01 | 21.5", "2026-02 | 14", "2026-03 | 15"}},
		{"the mean of stores by channel", `value = avg(per([store], kpi.amount))`, month(1, "channel"), []string{"2026-03 | app | null", "2026-03 | web | 15"}},
		{"the mean of days", `value = max(per([day], kpi.amount))`, month(3), []string{"2026-01 | 30", "2026-02 | 39", "2026-03 | 11"}},
		{"weighted error by store and week", `value = sum(per([store, week], abs(kpi.amount - kpi.planned))) / sum(per([store, week], kpi.amount))`,
			query.Request{KPIs: []string{"z"}, Grain: metrics.Week, Periods: []metrics.Period{periodNamed("2026-W01"), periodNamed("2026-W02")}},
			[]string{"2026-W01 | 0.25", "2026-W02 | null"}},
		{"what the top holds", `value = top_share(kpi.amount, [store], 0.5)`, month(3), []string{"2026-01 | 0.53488372093", "2026-02 | 0.928571428571", "2026-03 | 1"}},
		{"the last of each series", `value = last(stock.on_hand)`, month(3, "store"),
			[]string{"2026-01 | s1 | 5", "2026-01 | s2 | 2", "2026-02 | s1 | null", "2026-02 | s2 | 6", "2026-03 | s1 | null", "2026-03 | s2 | null"}},
		{"the first of each series", `value = first(stock.on_hand)`, month(3), []string{"2026-01 | 15", "2026-02 | 6", "2026-03 | null"}},
		{"a balance's own filter picks", `value = last(stock.on_hand, stock.counted)`, month(3), []string{"2026-01 | 8", "2026-02 | 6", "2026-03 | null"}},
		{"one snapshot", `value = last(stock.on_hand, [])`, days(nil, "2026-01-01"), []string{"2026-01-01 | 7"}},
		{"one snapshot of a month", `value = last(stock.on_hand, [])`, month(3), []string{"2026-01 | 1", "2026-02 | 6", "2026-03 | null"}},
		{"carried over days", "value = last(stock.on_hand)\n carry = \"2d\"", days(nil, "2026-01-02", "2026-01-04", "2026-01-05"),
			[]string{"2026-01-02 | 15", "2026-01-04 | 12", "2026-01-05 | 4"}},
		{"a balance a month earlier", `value = previous(last(stock.on_hand), 1, month)`, month(2), []string{"2026-02 | 7", "2026-03 | 6"}},
		{"a balance of the last snapshot's rows", `value = last(stock.on_hand, [stock.store])`, month(3, "store"),
			[]string{"2026-01 | s1 | 1", "2026-01 | s2 | 2", "2026-02 | s1 | null", "2026-02 | s2 | 6", "2026-03 | s1 | null", "2026-03 | s2 | null"}},
		{"rank of the week before", `value = previous(rank(kpi.amount), 1, day)`, days([]string{"store"}, "2026-01-02"), []string{"2026-01-02 | s1 | 2", "2026-01-02 | s2 | 1"}},
		{"without a grain, both ends move", `value = previous(kpi.amount, 1, month)`, stretch("2026-02-01", "2026-02-28"), []string{"43"}},
		{"without a grain, a window ends with the range", `value = rolling(kpi.buyers, 2, day)`, stretch("2026-02-02", "2026-02-02", "store"), []string{"s2 | 1", "s3 | 1"}},
		{"without a grain, to date", `value = to_date(kpi.amount, month)`, stretch("2026-02-10", "2026-02-28"), []string{"42"}},
		{"without a grain, a balance", `value = last(stock.on_hand)`, stretch("2026-01-01", "2026-01-10", "store"), []string{"s1 | 12", "s2 | 2"}},
		{"without a grain, cells by day", `value = max(per([day], kpi.amount))`, stretch("2026-01-02", "2026-02-28", "store"), []string{"s1 | 7", "s2 | 30", "s3 | 9"}},
		{"without a grain, like for like", `value = like_for_like(kpi.amount, [store], 1, month)`, stretch("2026-02-01", "2026-02-28", "store"), []string{"s1 | 3", "s2 | 30", "s3 | 0"}},
		{"cells of cells", `value = avg(per([channel], max(per([day], kpi.amount))))`, month(2), []string{"2026-02 | 19.5", "2026-03 | 5.5"}},
		{"cells of the month before", `value = previous(avg(per([store], kpi.amount)), 1, month)`, month(2), []string{"2026-02 | 21.5", "2026-03 | 14"}},
		{"a window of cells by day", `value = rolling(max(per([day], kpi.amount)), 31, day)`, days(nil, "2026-02-28", "2026-01-31"), []string{"2026-01-31 | 30", "2026-02-28 | 39"}},
		{"the filter of a KPI within cells", "value = sum(per([store], sum(sales.amount)))\n where = sales.channel == \"web\"", month(2), []string{"2026-02 | 33", "2026-03 | 15"}},
		{"what the top of a window holds", `value = top_share(rolling(kpi.amount, 31, day), [store], 0.1)`, days(nil, "2026-01-31"), []string{"2026-01-31 | 0.53488372093"}},
		{"an open month's window ends with as-of", `value = rolling(kpi.amount, 2, day)`, func() query.Request {
			r := month(1)
			r.AsOf = at("2026-03-02T12:00:00+08:00")
			return r
		}(), []string{"2026-03 | 11"}},
		{"windows of plans reach beyond as-of", `value = rolling(kpi.planned, 2, week)`, query.Request{KPIs: []string{"z"}, Grain: metrics.Week, Periods: []metrics.Period{periodNamed("2026-W02")}}, []string{"2026-W02 | 40"}},
		{"a filter holds in windows too", `value = rolling(kpi.amount, 3, day)`, func() query.Request {
			r := days(nil, "2026-01-03")
			r.Where = []metrics.Expr{binary(metrics.OpEq, dimension("channel"), str("web"), logical)}
			return r
		}(), []string{"2026-01-03 | 31"}},
		{"a filter judges the picked row", `value = last(stock.on_hand)`, func() query.Request {
			r := month(3)
			r.Where = []metrics.Expr{binary(metrics.OpEq, col("stock.counted", logical), constant(metrics.Boolean, "false"), logical)}
			return r
		}(), []string{"2026-01 | 4", "2026-02 | null", "2026-03 | null"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t)
			m := chainModel(t, "kpi \"z\" {\n "+tt.kpi+"\n}\n")
			load(t, db, m, chainData)
			if tt.r.AsOf.IsZero() {
				tt.r.AsOf = at("2026-04-01T00:00:00+08:00")
			}
			if got := cells(t, db, m, tt.r); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// TestTop asks for the largest members, and for all others as one.
func TestTop(t *testing.T) {
	db := open(t)
	m := chainModel(t, "")
	load(t, db, m, chainData)
	ask := func(r query.Request) []string {
		r.Grain, r.AsOf = metrics.Month, at("2026-04-01T00:00:00+08:00")
		return cells(t, db, m, r)
	}
	for _, tt := range []struct {
		name string
		r    query.Request
		want []string
	}{
		{"the largest of each period", query.Request{KPIs: []string{"amount", "buyers"}, By: []string{"store"}, Last: 2, Top: 1},
			[]string{"2026-02 | s2 | 30 | 1", "2026-03 | s3 | 15 | 1"}},
		{"others are counted anew", query.Request{KPIs: []string{"amount", "buyers"}, By: []string{"store"}, Last: 3, Top: 1, Other: true},
			[]string{"2026-01 | null | 20 | 1", "2026-01 | s1 | 23 | 2", "2026-02 | null | 12 | 2", "2026-02 | s2 | 30 | 1", "2026-03 | null | null | 1", "2026-03 | s3 | 15 | 1"}},
		{"with a total", query.Request{KPIs: []string{"buyers"}, By: []string{"store"}, Last: 1, Top: 1, Other: true, Totals: true},
			[]string{"2026-03 | null | 2", "2026-03 | s1 | 1", "2026-03 | s3 | 1"}},
		{"others are compared with themselves", query.Request{KPIs: []string{"amount", "buyers"}, By: []string{"store"}, Last: 2, Top: 1, Other: true, Compare: []query.Comparison{query.Previous}},
			[]string{"2026-02 | null | 12 | 23 | -0.478260869565 | 2 | 2 | 0", "2026-02 | s2 | 30 | 20 | 0.5 | 1 | 1 | 0",
				"2026-03 | null | null | 33 | null | 1 | 2 | -0.5", "2026-03 | s3 | 15 | 9 | 0.666666666667 | 1 | 1 | 0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ask(tt.r); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// cells is an answer without its state.
func cells(t testing.TB, db *sql.DB, m *metrics.Model, r query.Request) []string {
	t.Helper()
	got := ask(t, db, m, r)
	n := slices.Index(got[0], query.StateColumn)
	var out []string
	for _, row := range got[1:] {
		out = append(out, strings.Join(row[:n], " | "))
	}
	slices.Sort(out)
	return out
}
