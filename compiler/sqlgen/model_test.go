package sqlgen_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// The types of the shop's columns.
var (
	text     = metrics.Type{Kind: metrics.String}
	whole    = metrics.Type{Kind: metrics.Integer}
	money    = metrics.DecimalType(12, 2)
	float    = metrics.Type{Kind: metrics.Double}
	day      = metrics.Type{Kind: metrics.Date}
	moment   = metrics.Type{Kind: metrics.Timestamp}
	logical  = metrics.Type{Kind: metrics.Boolean}
	wideCash = metrics.DecimalType(38, 2)
)

// shop is a project with two sources of facts, a budget by week, and two levels of
// references: orders.customers.regions.
func shop(zone string) *metrics.Model {
	column := func(name string, t metrics.Type) *metrics.Column { return &metrics.Column{Name: name, Type: t} }
	reference := func(name, to, on string) *metrics.Reference {
		return &metrics.Reference{Name: name, To: to, On: []metrics.JoinOn{{Column: on, Target: "id"}}}
	}
	m := &metrics.Model{
		Project: metrics.Project{Name: "shop", Timezone: zone, WeekStart: time.Monday, FiscalYearStart: time.January},
		Sources: []*metrics.Source{
			{Name: "budget", Time: "week", Grain: metrics.Week, Ahead: true, Key: []string{"channel", "week"},
				Columns: []*metrics.Column{column("channel", text), column("week", day), column("amount", money)}},
			{Name: "customers", Key: []string{"id"}, References: []*metrics.Reference{reference("regions", "regions", "region_id")},
				Columns: []*metrics.Column{column("id", text), column("segment", text), column("region_id", text)}},
			{Name: "orders", Time: "ordered_at", Key: []string{"id"}, References: []*metrics.Reference{reference("customers", "customers", "customer_id")},
				Columns: []*metrics.Column{column("id", text), column("ordered_at", moment), column("paid_at", moment), column("channel", text), column("customer_id", text),
					column("status", text), column("amount", money), column("quantity", whole), column("weight", float)}},
			{Name: "regions", Key: []string{"id"}, Columns: []*metrics.Column{column("id", text), column("name", text)}},
			{Name: "visits", Time: "day", Columns: []*metrics.Column{column("day", day), column("channel", text), column("sessions", whole)}},
		},
		Dimensions: []*metrics.Dimension{
			{Name: "channel", Label: "Channel", Type: text, Values: []string{"web", "app", "store"}, From: []*metrics.DimensionFrom{
				{Source: "budget", Value: col("budget.channel", text)},
				{Source: "orders", Value: col("orders.channel", text)},
				{Source: "visits", Value: col("visits.channel", text)},
			}},
			{Name: "region", Type: text, From: []*metrics.DimensionFrom{{Source: "regions", Value: col("regions.name", text)}}},
		},
	}
	amount, status := col("orders.amount", money), col("orders.status", text)
	paid := binary(metrics.OpNe, status, str("cancelled"), logical)
	kpi := func(name string, value metrics.Expr, more ...func(*metrics.KPI)) {
		k := &metrics.KPI{Name: name, Value: value, Type: value.Base().Type}
		for _, f := range more {
			f(k)
		}
		m.KPIs = append(m.KPIs, k)
	}
	kpi("gmv", aggregate("sum", wideCash, nil, amount), func(k *metrics.KPI) {
		k.Where, k.Target, k.Lag = paid, &metrics.Target{KPI: "plan"}, metrics.Span{N: 2, Unit: metrics.Day}
	})
	kpi("orders", aggregate("count", whole, nil, rows("orders")))
	kpi("buyers", aggregate("count_distinct", whole, nil, col("orders.customer_id", text)))
	kpi("paying", aggregate("count_distinct", whole, paid, col("orders.customer_id", text)))
	kpi("visits", aggregate("sum", whole, nil, col("visits.sessions", whole)))
	kpi("plan", aggregate("sum", wideCash, nil, col("budget.amount", money)))
	kpi("cvr", binary(metrics.OpDiv, kpiRef("orders", whole), kpiRef("visits", whole), float), func(k *metrics.KPI) { k.Format = "0.0%" })
	kpi("aov", binary(metrics.OpDiv, kpiRef("gmv", wideCash), aggregate("count", whole, nil, rows("orders")), float))
	kpi("mean", aggregate("avg", float, nil, amount))
	kpi("weight", aggregate("sum", float, nil, col("orders.weight", float)))
	kpi("mean_weight", aggregate("weighted_avg", float, nil, amount, col("orders.quantity", whole)))
	kpi("price", aggregate("ratio", float, paid, amount, col("orders.quantity", whole)))
	kpi("smallest", aggregate("min", money, paid, amount))
	kpi("largest", aggregate("max", money, nil, amount))
	kpi("middle", aggregate("median", float, nil, amount))
	kpi("p90", aggregate("percentile", float, nil, amount, number("0.9")))
	kpi("p90_disc", aggregate("percentile_disc", money, nil, amount, number("0.9")))
	kpi("spread", aggregate("stddev", float, nil, amount))
	kpi("some_large", aggregate("any", logical, nil, binary(metrics.OpGt, amount, number("50"), logical)))
	kpi("all_large", aggregate("every", logical, nil, binary(metrics.OpGt, amount, number("50"), logical)))
	kpi("known_customers", aggregate("count", whole, nil, col("orders.customer_id", text)))
	kpi("paid_late", aggregate("count", whole, nil, rows("orders")), func(k *metrics.KPI) { k.Time = col("orders.paid_at", moment) })
	slices.SortFunc(m.KPIs, func(a, b *metrics.KPI) int { return strings.Compare(a.Name, b.Name) })
	return m
}

// col is a column spelled source.reference.column.
func col(name string, t metrics.Type) *metrics.ColumnRef {
	parts := strings.Split(name, ".")
	last := len(parts) - 1
	return &metrics.ColumnRef{Node: metrics.Node{Type: t}, Source: parts[0], Path: parts[1:last], Column: parts[last]}
}

func str(s string) *metrics.Literal {
	return &metrics.Literal{Node: metrics.Node{Type: text}, Text: s}
}

func number(s string) *metrics.Literal {
	t := whole
	if before, after, found := strings.Cut(strings.TrimPrefix(s, "-"), "."); found {
		t = metrics.DecimalType(len(before)+len(after), len(after))
	}
	return &metrics.Literal{Node: metrics.Node{Type: t}, Text: s}
}

func constant(k metrics.Kind, s string) *metrics.Literal {
	return &metrics.Literal{Node: metrics.Node{Type: metrics.Type{Kind: k}}, Text: s}
}

func null() *metrics.Literal { return constant(metrics.Null, "") }

func binary(op metrics.Op, l, r metrics.Expr, t metrics.Type) metrics.Expr {
	return &metrics.Binary{Node: metrics.Node{Type: t}, Op: op, L: l, R: r}
}

func kpiRef(name string, t metrics.Type) metrics.Expr {
	return &metrics.KPIRef{Node: metrics.Node{Type: t}, KPI: name}
}

func dimension(name string) metrics.Expr {
	return &metrics.DimensionRef{Node: metrics.Node{Type: text}, Dimension: name}
}

func rows(source string) metrics.Expr { return &metrics.SourceRef{Source: source} }

func call(name string, t metrics.Type, args ...metrics.Expr) metrics.Expr {
	return &metrics.Call{Node: metrics.Node{Type: t}, Func: metrics.FunctionNamed(name), Args: args}
}

func list(items ...metrics.Expr) metrics.Expr { return &metrics.List{Items: items} }

func aggregate(name string, t metrics.Type, filter metrics.Expr, args ...metrics.Expr) metrics.Expr {
	a := &metrics.Aggregate{Node: metrics.Node{Type: t}, Func: metrics.FunctionNamed(name), Args: args, Filter: filter}
	switch first := args[0].(type) {
	case *metrics.SourceRef:
		a.Source = first.Source
	default:
		metrics.Walk(first, func(e metrics.Expr) bool {
			if ref, ok := e.(*metrics.ColumnRef); ok {
				a.Source = ref.Source
			}
			return true
		})
	}
	return a
}

func calendar(t testing.TB, m *metrics.Model) *metrics.Calendar {
	t.Helper()
	cal, err := m.Project.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	return cal
}
