package runtime_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

var benchChannels = []string{"web", "app", "marketplace", "store", "partner"}

// filter is a filter of a KPI, as a definition and as SQL have it.
type filter struct{ hcl, sql string }

// fewFilters are on channel, campaign and sign of quantity: columns of few values.
func fewFilters(i int) filter {
	switch i % 3 {
	case 0:
		return filter{fmt.Sprintf("lines.channel == %q && lines.quantity > 0", benchChannels[i%5]), fmt.Sprintf("channel = '%s' AND quantity > 0", benchChannels[i%5])}
	case 1:
		return filter{fmt.Sprintf("lines.campaign_id == \"cmp_%d\"", i%40), fmt.Sprintf("campaign_id = 'cmp_%d'", i%40)}
	}
	return filter{fmt.Sprintf("lines.campaign_id != \"cmp_%d\" && lines.quantity < 0", i%40), fmt.Sprintf("campaign_id <> 'cmp_%d' AND quantity < 0", i%40)}
}

// severalFilters have about as many combinations of values as still let rows be
// grouped by them first.
func severalFilters(i int) filter {
	if i%2 == 0 {
		return filter{fmt.Sprintf("lines.store_id == %d", i*5), fmt.Sprintf("store_id = %d", i*5)}
	}
	return filter{fmt.Sprintf("lines.channel == %q", benchChannels[i%5]), fmt.Sprintf("channel = '%s'", benchChannels[i%5])}
}

// manyFilters are on columns of thousands of values.
func manyFilters(i int) filter {
	if i%2 == 0 {
		return filter{fmt.Sprintf("lines.sku == \"S%05d\"", i*7), fmt.Sprintf("sku = 'S%05d'", i*7)}
	}
	return filter{fmt.Sprintf("lines.store_id == %d", i*5), fmt.Sprintf("store_id = %d", i*5)}
}

// set is KPIs, as definitions and as SQL have them.
type set struct {
	definitions       string
	names, aggregates []string
}

// kpis makes KPIs of which every fifth counts rows and the others are sums.
func kpis(n int, filterOf func(int) filter) set {
	s := set{aggregates: aggregates(n, func(i int) string { return filterOf(i).sql }, "sum(quantity * unit_price)", "count(*)")}
	var b strings.Builder
	for i := range n {
		value := "sum(lines.quantity * lines.unit_price)"
		if counts(i) {
			value = "count(lines)"
		}
		fmt.Fprintf(&b, "kpi \"k%d\" {\n  value = %s\n  where = %s\n}\n\n", i, value, filterOf(i).hcl)
		s.names = append(s.names, fmt.Sprintf("k%d", i))
	}
	s.definitions = b.String()
	return s
}

func counts(i int) bool { return i%5 == 4 }

// aggregates are the values of such KPIs by hand, of a sum and of a count.
func aggregates(n int, filterOf func(int) string, sum, count string) []string {
	out := make([]string, n)
	for i := range out {
		aggregate := sum
		if counts(i) {
			aggregate = count
		}
		out[i] = fmt.Sprintf("coalesce(%s FILTER (%s), 0)", aggregate, filterOf(i))
	}
	return out
}

const week = `date_trunc('week', "ordered_at$day")`

// grouped is a statement by hand: some values by week and channel.
func grouped(values ...string) string {
	return fmt.Sprintf("SELECT v.* EXCLUDE (w, c) FROM (SELECT %s AS w, channel AS c, %s FROM hand.clean GROUP BY ALL) AS v ORDER BY w, c", week, strings.Join(values, ", "))
}

// weekly asks for KPIs by week and channel over all of the history.
func weekly(names []string) side {
	return side{Request: &query.Request{KPIs: names, By: []string{"channel"}, Grain: metrics.Week}, From: "2023-W01", To: "2026-W01"}
}

// BenchmarkFilters compares 50 filtered KPIs with one statement of 50 FILTER clauses.
func BenchmarkFilters(b *testing.B) {
	for _, c := range []struct {
		name    string
		filters func(int) filter
		most    float64
	}{{"few_values", fewFilters, 0.45}, {"several_values", severalFilters, 1.1}, {"many_values", manyFilters, 1.1}} {
		b.Run(c.name, func(b *testing.B) {
			s := kpis(50, c.filters)
			compare(b, prepared(b, s.definitions), weekly(s.names), side{Statements: []string{grouped(s.aggregates...)}}, bound{cpu: c.most})
		})
	}
}

// uniques are five distinct counts, as definitions and as SQL have them.
func uniques() set {
	s := set{}
	for i, u := range []struct{ argument, hcl, sql string }{
		{"customer_id", "", ""},
		{"order_no", "", ""},
		{"sku", "", ""},
		{"customer_id", "  where = lines.quantity > 0\n", " FILTER (quantity > 0)"},
		{"order_no", "  where = lines.campaign_id != \"cmp_1\"\n", " FILTER (campaign_id <> 'cmp_1')"},
	} {
		s.definitions += fmt.Sprintf("kpi \"u%d\" {\n  value = count_distinct(lines.%s)\n%s}\n\n", i, u.argument, u.hcl)
		s.names = append(s.names, fmt.Sprintf("u%d", i))
		s.aggregates = append(s.aggregates, fmt.Sprintf("count(DISTINCT %s)%s", u.argument, u.sql))
	}
	return s
}

// merged is the best statement by hand for KPIs of fewFilters: rows are brought down
// to the columns that their filters read.
func merged(n int) string {
	short := strings.NewReplacer("quantity > 0", "sale", "quantity < 0", "refund")
	values := aggregates(n, func(i int) string { return short.Replace(fewFilters(i).sql) }, "sum(total)", "sum(n)")
	return fmt.Sprintf("WITH few AS (SELECT %s AS w, channel, campaign_id, quantity > 0 AS sale, quantity < 0 AS refund, sum(quantity * unit_price) AS total, count(*) AS n FROM hand.clean GROUP BY ALL) "+
		"SELECT v.* EXCLUDE (w, c) FROM (SELECT w, channel AS c, %s FROM few GROUP BY ALL) AS v ORDER BY w, c", week, strings.Join(values, ", "))
}

// BenchmarkDistinct compares 50 filtered KPIs and five distinct counts with the best
// statements by hand: one for the KPIs, and one for each distinct count, in turn, so
// that no more memory is held than one needs.
func BenchmarkDistinct(b *testing.B) {
	plain, distinct := kpis(50, fewFilters), uniques()
	statements := []string{merged(50)}
	for _, a := range distinct.aggregates {
		statements = append(statements, grouped(a))
	}
	compare(b, prepared(b, plain.definitions+distinct.definitions), weekly(append(plain.names, distinct.names...)), side{Statements: statements}, bound{cpu: 1.1, memory: 1.1})
}

// BenchmarkCutSets compares 50 KPIs by six cut sets, as apply asks for them, with
// GROUPING SETS by hand.
func BenchmarkCutSets(b *testing.B) {
	s := kpis(50, fewFilters)
	ours := weekly(s.names)
	ours.Request.By = []string{"channel", "campaign", "refund"}
	ours.Request.Sets = [][]int{{}, {0}, {1}, {2}, {0, 1}, {0, 2}}
	ours.Request.PresentOnly = true
	hand := fmt.Sprintf("SELECT v.* EXCLUDE (w, g) FROM (SELECT %s AS w, GROUPING(channel, campaign_id, quantity < 0) AS g, %s FROM hand.clean "+
		"GROUP BY GROUPING SETS ((w), (w, channel), (w, campaign_id), (w, (quantity < 0)), (w, channel, campaign_id), (w, channel, (quantity < 0)))) AS v", week, strings.Join(s.aggregates, ", "))
	compare(b, prepared(b, s.definitions), ours, side{Statements: []string{hand}}, bound{cpu: 0.65})
}

// BenchmarkNarrow compares a month of three years with a statement by hand over its
// days.
func BenchmarkNarrow(b *testing.B) {
	s := kpis(50, fewFilters)
	ours := weekly(s.names)
	ours.From, ours.To = "2024-W20", "2024-W24"
	hand := strings.Replace(grouped(s.aggregates...), "FROM hand.clean", `FROM hand.clean WHERE "ordered_at$day" >= DATE '2024-05-13' AND "ordered_at$day" < DATE '2024-06-17'`, 1)
	compare(b, prepared(b, s.definitions), ours, side{Statements: []string{hand}}, bound{cpu: 1.2, read: 1.2})
}

// BenchmarkRolling compares distinct customers of 28 days, by day and channel over a
// year, with the best statement that we know, both at a memory limit: each customer
// counts from a day on until the next one, or until 28 days have passed.
func BenchmarkRolling(b *testing.B) {
	definitions := "kpi \"customers\" {\n  value = rolling(count_distinct(lines.customer_id), 28, day)\n}\n"
	ours := side{Request: &query.Request{KPIs: []string{"customers"}, By: []string{"channel"}, Grain: metrics.Day}, From: "2025-01-01", To: "2025-12-31", MemoryLimit: "2GB"}
	const hand = `
WITH days AS (SELECT DISTINCT "ordered_at$day" AS day, channel, customer_id FROM hand.clean
    WHERE "ordered_at$day" BETWEEN DATE '2025-01-01' - 27 AND DATE '2025-12-31' AND customer_id IS NOT NULL),
  runs AS (SELECT channel, day, least(coalesce(lead(day) OVER (PARTITION BY channel, customer_id ORDER BY day), DATE '9999-01-01'), day + 28) AS until FROM days),
  steps AS (SELECT channel, day, 1 AS x FROM runs UNION ALL SELECT channel, until, -1 FROM runs),
  sums AS (SELECT channel, day, sum(x) AS x FROM steps GROUP BY ALL)
SELECT sum(x) OVER (PARTITION BY channel ORDER BY day) FROM sums QUALIFY day BETWEEN DATE '2025-01-01' AND DATE '2025-12-31'`
	compare(b, prepared(b, definitions), ours, side{Statements: []string{hand}, MemoryLimit: "2GB"}, bound{cpu: 1.5})
}
