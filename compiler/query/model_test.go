package query_test

import (
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var (
	text   = metrics.Type{Kind: metrics.String}
	whole  = metrics.Type{Kind: metrics.Integer}
	day    = metrics.Type{Kind: metrics.Date}
	moment = metrics.Type{Kind: metrics.Timestamp}
	double = metrics.Type{Kind: metrics.Double}
)

// col is a column spelled source.reference.column.
func col(name string, t metrics.Type) *metrics.ColumnRef {
	parts := strings.Split(name, ".")
	last := len(parts) - 1
	return &metrics.ColumnRef{Node: metrics.Node{Type: t}, Source: parts[0], Path: parts[1:last], Column: parts[last]}
}

func count(source string) metrics.Expr {
	return &metrics.Aggregate{
		Node: metrics.Node{Type: whole}, Func: metrics.FunctionNamed("count"), Source: source,
		Args: []metrics.Expr{&metrics.SourceRef{Source: source}},
	}
}

func kpi(name string, value metrics.Expr) *metrics.KPI {
	return &metrics.KPI{Name: name, Value: value, Type: value.Base().Type}
}

func columns(spec string) []*metrics.Column {
	types := map[string]metrics.Type{"text": text, "whole": whole, "day": day, "moment": moment}
	var out []*metrics.Column
	for field := range strings.FieldsSeq(spec) {
		name, t, _ := strings.Cut(field, ":")
		out = append(out, &metrics.Column{Name: name, Type: types[t]})
	}
	return out
}

func reference(name, to, on string) *metrics.Reference {
	return &metrics.Reference{Name: name, To: to, On: []metrics.JoinOn{{Column: on, Target: "id"}}}
}

// company is sources of all kinds: with and without time, by day, by week, a union
// of two, and references that part and meet again.
func company() *metrics.Model {
	return &metrics.Model{
		Project: metrics.Project{Timezone: "Asia/Shanghai", WeekStart: time.Monday, FiscalYearStart: time.January},
		Sources: []*metrics.Source{
			{Name: "all", Time: "at", Reader: &metrics.Union{Sources: []string{"east", "west"}}, Columns: columns("at:moment shop:text")},
			{Name: "budget", Time: "week", Grain: metrics.Week, Ahead: true, Columns: columns("week:day")},
			{Name: "customers", Key: []string{"id"}, Columns: columns("id:text home:text work:text"),
				References: []*metrics.Reference{reference("home", "regions", "home"), reference("work", "regions", "work")}},
			{Name: "east", Time: "at", Columns: columns("at:moment shop:text")},
			{Name: "orders", Time: "at", Columns: columns("at:moment shop:text customer:text"), References: []*metrics.Reference{reference("customer", "customers", "customer"), reference("shop", "shops", "shop")}},
			{Name: "regions", Key: []string{"id"}, Columns: columns("id:text name:text")},
			{Name: "shops", Key: []string{"id"}, Columns: columns("id:text region:text kind:text"), References: []*metrics.Reference{reference("region", "regions", "region")}},
			{Name: "visits", Time: "day", Columns: columns("day:day shop:text")},
			{Name: "west", Time: "at", Columns: columns("at:moment shop:text"), Covered: &metrics.Covered{From: "2026-01-01", To: "2026-01-31"}},
		},
		Dimensions: []*metrics.Dimension{
			{Name: "kind", Type: text, From: []*metrics.DimensionFrom{{Source: "shops", Value: col("shops.kind", text)}}},
			{Name: "region", Type: text, From: []*metrics.DimensionFrom{{Source: "regions", Value: col("regions.name", text)}}},
			{Name: "shop", Type: text, From: []*metrics.DimensionFrom{
				{Source: "orders", Value: col("orders.shop", text)}, {Source: "shops", Value: col("shops.id", text)}, {Source: "visits", Value: col("visits.shop", text)}}},
		},
		KPIs: []*metrics.KPI{
			kpi("all", count("all")),
			kpi("both", &metrics.Binary{Node: metrics.Node{Type: double}, Op: metrics.OpDiv,
				L: &metrics.KPIRef{Node: metrics.Node{Type: whole}, KPI: "orders"}, R: &metrics.KPIRef{Node: metrics.Node{Type: whole}, KPI: "visits"}}),
			kpi("budget", count("budget")),
			kpi("constant", &metrics.Literal{Node: metrics.Node{Type: whole}, Text: "7"}),
			kpi("orders", count("orders")),
			kpi("shops", count("shops")),
			kpi("visits", count("visits")),
		},
	}
}

// between is statistics of a source whose time column has these first and last days.
func between(column, first, last string) metrics.Statistics {
	return metrics.Statistics{Rows: 10, Columns: map[string]metrics.ColumnStatistics{column: {FirstDay: first, LastDay: last}}}
}

func companyStatistics() map[string]metrics.Statistics {
	all := between("at", "2026-01-05", "2026-02-10")
	all.Leaves = map[string]metrics.Statistics{
		"east": between("at", "2026-01-05", "2026-02-10"),
		"west": between("at", "2026-01-12", "2026-01-20"),
	}
	return map[string]metrics.Statistics{
		"all": all, "orders": between("at", "2026-01-05", "2026-02-10"), "visits": between("day", "2026-01-07", "2026-02-03"),
		"budget": between("week", "2026-01-05", "2026-03-02"), "shops": {Rows: 3},
	}
}

func calendar(t testing.TB, m *metrics.Model) *metrics.Calendar {
	t.Helper()
	cal, err := m.Project.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func periodNamed(t testing.TB, m *metrics.Model, name string) *metrics.Period {
	t.Helper()
	if name == "" {
		return nil
	}
	p, err := calendar(t, m).Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	return &p
}

func asOf(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -0700", s+" +0800")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func compile(t testing.TB, m *metrics.Model, r query.Request) (*query.Select, diag.List) {
	t.Helper()
	return query.Compile(m, companyStatistics(), calendar(t, m), r)
}
