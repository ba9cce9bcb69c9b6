package sqlgen_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
)

// TestAnswers asks small questions whose answers anyone can check by head. Each is
// a rule that systems of this kind are known to get wrong.
func TestAnswers(t *testing.T) {
	paid := binary(metrics.OpEq, col("orders.status", text), str("paid"), logical)
	for _, tt := range []struct {
		name  string
		model func(m *metrics.Model)
		data  data // in place of shopData's
		r     query.Request
		asOf  string // default: 2026-01-15 at midnight in Shanghai
		want  []string
	}{
		{
			name: "no rows are 0, rows without a value are null",
			r:    query.Request{KPIs: []string{"gmv", "mean", "orders"}, Grain: metrics.Day, Last: 3},
			want: []string{"2026-01-12 | 0 | null | 0", "2026-01-13 | null | null | 1", "2026-01-14 | 70 | 70 | 1"},
		},
		{
			name: "a KPI's where holds for its own aggregates, not for those of KPIs it names",
			model: func(m *metrics.Model) {
				add(m, &metrics.KPI{Name: "z", Type: float, Where: paid,
					Value: binary(metrics.OpDiv, kpiRef("orders", whole), aggregate("count", whole, nil, rows("orders")), float)})
			},
			r:    query.Request{KPIs: []string{"z"}},
			want: []string{"2"}, // 4 orders, 2 of them paid
		},
		{
			name: "a KPI's time holds for its own aggregates alone",
			model: func(m *metrics.Model) {
				add(m, &metrics.KPI{Name: "z", Type: whole, Time: col("orders.paid_at", moment),
					Value: binary(metrics.OpSub, kpiRef("orders", whole), aggregate("count", whole, nil, rows("orders")), whole)})
			},
			r:    query.Request{KPIs: []string{"z"}, Grain: metrics.Day, Last: 1},
			want: []string{"2026-01-14 | -1"}, // one ordered, two paid
		},
		{
			name: "time through a reference",
			model: func(m *metrics.Model) {
				visits := m.Source("visits")
				visits.Columns = append(visits.Columns, &metrics.Column{Name: "order_id", Type: text})
				visits.References = []*metrics.Reference{{Name: "order", To: "orders", On: []metrics.JoinOn{{Column: "order_id", Target: "id"}}}}
				add(m, &metrics.KPI{Name: "z", Type: whole, Time: col("visits.order.ordered_at", moment), Value: aggregate("sum", whole, nil, col("visits.sessions", whole))})
			},
			data: data{"visits": {{"2026-01-06", "web", "100", "1"}, {"2026-01-14", "web", "7", "4"}, {"2026-01-14", "web", "9", "none"}, {"2026-01-20", "web", "5", "4"}}},
			r:    query.Request{KPIs: []string{"z"}, Grain: metrics.Day, Periods: []metrics.Period{periodNamed("2026-01-06"), periodNamed("2026-01-14")}},
			want: []string{"2026-01-06 | 100", "2026-01-14 | 7"}, // not the visit after as-of
		},
		{
			name: "rows meet on members that only one source has",
			r:    query.Request{KPIs: []string{"orders", "visits"}, By: []string{"channel"}},
			want: []string{"web | 1 | 100", "app | 1 | 0", "store | 0 | 7", "kiosk | 1 | 0", "null | 1 | 0"},
		},
		{
			name: "a filter decides the members, a KPI's filter does not",
			r:    query.Request{KPIs: []string{"gmv"}, By: []string{"channel"}, Where: []metrics.Expr{binary(metrics.OpNe, dimension("channel"), str("web"), logical)}},
			want: []string{"app | null", "kiosk | 70", "null | 0"}, // null differs from web; its one order is cancelled
		},
		{
			name: "a null key is null, a key without a match is not",
			r:    query.Request{KPIs: []string{"orders"}, By: []string{"orders.customers.segment"}},
			want: []string{"(unmatched) | 1", "gold | 1", "null | 2"},
		},
		{
			name: "a filter sees the unmatched as a member",
			r: query.Request{KPIs: []string{"orders"}, By: []string{"orders.customer_id"},
				Where: []metrics.Expr{binary(metrics.OpEq, dimension("region"), str(metrics.Unmatched), logical)}},
			want: []string{"c2 | 1", "c9 | 1"},
		},
		{
			name:  "the unmatched are no value to count",
			model: func(m *metrics.Model) { add(m, segments()) },
			r:     query.Request{KPIs: []string{"z"}},
			want:  []string{"1"},
		},
		{
			name:  "rows of other sources after as-of are not read either",
			model: func(m *metrics.Model) { joined(m); add(m, segments()) },
			data:  data{"customers": {{"c1", "gold", "r1", "2026-01-16"}, {"c2", "plain", "r7", "2026-01-14"}, {"c9", "new", nil, nil}}},
			r:     query.Request{KPIs: []string{"orders"}, By: []string{"orders.customers.segment"}},
			want:  []string{"(unmatched) | 1", "new | 1", "plain | 1", "null | 1"},
		},
		{
			name: "as-of is an instant",
			r:    query.Request{KPIs: []string{"orders"}, Grain: metrics.Day, Last: 1},
			asOf: "2026-01-13T15:59:59Z",
			want: []string{"2026-01-13 | 0"}, // the order at that very instant is not read
		},
		{
			name: "plans reach beyond as-of",
			r:    query.Request{KPIs: []string{"plan", "orders"}, Grain: metrics.Week, From: ptr(periodNamed("2026-W06")), To: ptr(periodNamed("2026-W06"))},
			want: []string{"2026-W06 | 100 | null"},
		},
		{
			name: "days outside the declared ones are no data, rows or not",
			model: func(m *metrics.Model) {
				m.Source("visits").Covered = &metrics.Covered{From: "2026-01-08", To: "2026-01-09"}
			},
			r:    query.Request{KPIs: []string{"visits"}, Grain: metrics.Day, From: ptr(periodNamed("2026-01-06")), To: ptr(periodNamed("2026-01-08"))},
			want: []string{"2026-01-06 | null", "2026-01-07 | null", "2026-01-08 | 0"},
		},
		{
			name: "only what has rows",
			r:    query.Request{KPIs: []string{"orders"}, By: []string{"channel"}, Grain: metrics.Day, Last: 2, PresentOnly: true},
			want: []string{"2026-01-13 | app | 1", "2026-01-14 | kiosk | 1"},
		},
		{
			name: "a member of the compared period has a row in the other",
			r:    query.Request{KPIs: []string{"orders"}, By: []string{"channel"}, Grain: metrics.Day, Last: 1, Compare: []query.Comparison{query.Previous}},
			want: []string{"2026-01-14 | app | 0 | 1 | -1", "2026-01-14 | kiosk | 1 | 0 | null"},
		},
		{
			name: "a total is no sum where that is wrong, and having doesn't touch it",
			r: query.Request{KPIs: []string{"mean", "orders"}, By: []string{"channel"}, Totals: true,
				Having: []metrics.Expr{binary(metrics.OpGt, kpiRef("mean", float), number("15"), logical)}},
			want: []string{"kiosk | 70 | 1", "null | 20 | 1", "null | 33.5 | 4"},
		},
		{
			name: "a limit keeps totals",
			r:    query.Request{KPIs: []string{"orders"}, By: []string{"channel"}, Totals: true, Limit: 1},
			want: []string{"web | 1", "null | 4"},
		},
		{
			name: "two names of one column",
			r:    query.Request{KPIs: []string{"orders"}, By: []string{"channel", "orders.channel"}, Sets: [][]int{{0}, {1}, {}}, Where: []metrics.Expr{binary(metrics.OpEq, dimension("channel"), str("web"), logical)}},
			want: []string{"web | null | 1", "null | web | 1", "null | null | 1"},
		},
		{
			name: "a cut that is the period",
			r:    query.Request{KPIs: []string{"visits"}, By: []string{"visits.day"}, Grain: metrics.Day, Periods: []metrics.Period{periodNamed("2026-01-06")}, Totals: true},
			want: []string{"2026-01-06 | 2026-01-06 00:00:00 | 100", "2026-01-06 | null | 100"},
		},
		{
			name: "a dimension that is one member in a source",
			model: func(m *metrics.Model) {
				m.Dimensions[0].From[1].Value = str("shop")
			},
			r:    query.Request{KPIs: []string{"orders", "visits"}, By: []string{"channel"}, Totals: true},
			want: []string{"web | 0 | 100", "store | 0 | 7", "shop | 4 | 0", "null | 4 | 107"},
		},
		{
			name: "order by a KPI, then by members",
			r:    query.Request{KPIs: []string{"gmv"}, By: []string{"channel"}, Order: []query.Order{{Column: "gmv", Desc: true}}},
			want: []string{"kiosk | 70", "web | 10.5", "null | 0", "app | null"}, // null last either way
		},
		{
			name: "order by members, from the last",
			r:    query.Request{KPIs: []string{"orders"}, By: []string{"channel"}, Order: []query.Order{{Column: "channel", Desc: true}}, Limit: 2},
			want: []string{"kiosk | 1", "app | 1"},
		},
		{
			name: "newest period first",
			r:    query.Request{KPIs: []string{"orders"}, Grain: metrics.Day, Last: 2, Order: []query.Order{{Column: "period", Desc: true}}},
			want: []string{"2026-01-14 | 1", "2026-01-13 | 1"},
		},
		{
			name: "a target that the grain can't have is absent",
			r:    query.Request{KPIs: []string{"gmv"}, Grain: metrics.Month, Last: 1, Compare: []query.Comparison{query.Target}},
			want: []string{"2026-01 | 80.5 | null | null"},
		},
		{
			name: "a target that the cut can't have is absent",
			r:    query.Request{KPIs: []string{"gmv"}, By: []string{"region"}, Grain: metrics.Week, Last: 1, Compare: []query.Comparison{query.Target}},
			want: []string{"2026-W03 | (unmatched) | null | null | null", "2026-W03 | null | 70 | null | null"},
		},
		{
			name: "a range of targets, and the bound that is violated",
			model: func(m *metrics.Model) {
				m.KPI("gmv").Target = &metrics.Target{Low: number("60"), High: number("64")}
				m.KPI("orders").Target = &metrics.Target{Low: number("1")}
				m.KPI("visits").Target = &metrics.Target{High: number("10")}
			},
			r:    query.Request{KPIs: []string{"gmv", "orders", "visits"}, Grain: metrics.Day, Last: 1, Compare: []query.Comparison{query.Target}},
			want: []string{"2026-01-14 | 70 | 60 | 64 | 0.09375 | 1 | 1 | null | 0 | 7 | null | 10 | 0"},
		},
		{
			name: "percentages change by points",
			model: func(m *metrics.Model) {
				m.KPI("cvr").Target = &metrics.Target{Value: number("0.5")}
			},
			r:    query.Request{KPIs: []string{"cvr"}, Grain: metrics.Week, Last: 1, Compare: []query.Comparison{query.Previous, query.Target}},
			want: []string{"2026-W03 | 0.285714285714 | 0.02 | 0.265714285714 | 0.5 | -0.214285714286"},
		},
		{
			name: "what is no number has no change",
			r:    query.Request{KPIs: []string{"some_large"}, Grain: metrics.Week, Last: 1, Compare: []query.Comparison{query.Previous}},
			want: []string{"2026-W03 | true | false"},
		},
		{
			name: "sums of doubles don't depend on the order of rows",
			data: data{"orders": {
				{"1", "2026-01-14 00:00:00+00", nil, nil, nil, nil, nil, nil, "0.1"}, {"2", "2026-01-14 00:00:00+00", nil, nil, nil, nil, nil, nil, "1e15"},
				{"3", "2026-01-14 00:00:00+00", nil, nil, nil, nil, nil, nil, "-1e15"}, {"4", "2026-01-14 00:00:00+00", nil, nil, nil, nil, nil, nil, "0.2"},
			}},
			r:    query.Request{KPIs: []string{"weight"}},
			want: []string{"0.3"},
		},
		{
			name: "statistics of a sample",
			data: data{"orders": {
				{"1", "2026-01-14 00:00:00+00", nil, nil, nil, nil, "1", nil, nil}, {"2", "2026-01-14 00:00:00+00", nil, nil, nil, nil, "2", nil, nil},
				{"3", "2026-01-14 00:00:00+00", nil, nil, nil, nil, "60", nil, nil}, {"4", "2026-01-14 00:00:00+00", nil, nil, nil, nil, nil, nil, nil},
			}},
			r:    query.Request{KPIs: []string{"mean", "middle", "p90", "p90_disc", "spread", "smallest", "largest", "some_large", "all_large"}},
			want: []string{"21 | 2 | 48.4 | 60 | 33.7786915081 | 1 | 60 | true | false"},
		},
		{
			name: "weights and quotients take rows where both are known",
			data: data{"orders": {
				{"1", "2026-01-14 00:00:00+00", nil, nil, nil, nil, "10", "1", nil}, {"2", "2026-01-14 00:00:00+00", nil, nil, nil, nil, "20", "3", nil},
				{"3", "2026-01-14 00:00:00+00", nil, nil, nil, nil, nil, "5", nil}, {"4", "2026-01-14 00:00:00+00", nil, nil, nil, nil, "40", nil, nil},
			}},
			r:    query.Request{KPIs: []string{"mean_weight", "price"}},
			want: []string{"17.5 | 7.5"},
		},
		{
			name: "a source without rows",
			data: data{"visits": {}},
			r:    query.Request{KPIs: []string{"visits", "orders"}},
			want: []string{"null | 4"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := shop("Asia/Shanghai")
			if tt.model != nil {
				tt.model(m)
			}
			d := data{}
			for name, rows := range shopData {
				d[name] = rows
			}
			for name, rows := range tt.data {
				d[name] = rows
			}
			tt.r.AsOf = at("2026-01-15T00:00:00+08:00")
			if tt.asOf != "" {
				tt.r.AsOf = at(tt.asOf)
			}
			got := visible(t, engine(t), m, d, tt.r)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(tt.want, "\n     "))
			}
		})
	}
}

// visible is the answer without its header and hidden columns, a line a row.
func visible(t *testing.T, db *sql.DB, m *metrics.Model, d data, r query.Request) []string {
	t.Helper()
	load(t, db, m, d)
	sel := compiled(t, m, statistics(t, db, m), r)
	var out []string
	for _, row := range answer(t, db, sel, sqlgen.Print(sel, sqlgen.DuckDB))[1:] {
		out = append(out, strings.Join(row[:len(sel.Columns)], " | "))
	}
	return out
}

func add(m *metrics.Model, k *metrics.KPI) { m.KPIs = append(m.KPIs, k) }

// segments counts values that are reached through a reference.
func segments() *metrics.KPI {
	return &metrics.KPI{Name: "z", Type: whole, Value: aggregate("count_distinct", whole, nil, col("orders.customers.segment", text))}
}

// joined gives customers a time of their own.
func joined(m *metrics.Model) {
	s := m.Source("customers")
	s.Time = "joined"
	s.Columns = append(s.Columns, &metrics.Column{Name: "joined", Type: day})
}

func periodNamed(name string) metrics.Period {
	m := shop("Asia/Shanghai")
	cal, err := m.Project.Calendar()
	if err != nil {
		panic(err)
	}
	p, err := cal.Parse(name)
	if err != nil {
		panic(err)
	}
	return p
}

func ptr[T any](x T) *T { return &x }
