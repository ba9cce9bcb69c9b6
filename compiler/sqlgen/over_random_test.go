package sqlgen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// sale is a row of sales as the plain evaluation reads it: amount in cents.
type sale struct {
	day                   time.Time
	store, channel, buyer string
	amount                *int64
}

// rowsOf are sales from a day up to, not with, another that pass a test.
func rowsOf(all []sale, from, to time.Time, pass func(sale) bool) []sale {
	var out []sale
	for _, s := range all {
		if !s.day.Before(from) && s.day.Before(to) && pass(s) {
			out = append(out, s)
		}
	}
	return out
}

// value is a number that may be none.
type value struct {
	x     float64
	known bool
}

func some(x float64) value { return value{x, true} }

func (v value) String() string {
	if !v.known {
		return "null"
	}
	return show(math.Round(v.x*1e6) / 1e6)
}

// amountOf is 0 over no rows, and none over rows without an amount.
func amountOf(rows []sale) value {
	sum, found := int64(0), false
	for _, s := range rows {
		if s.amount != nil {
			sum, found = sum+*s.amount, true
		}
	}
	return value{float64(sum) / 100, found || len(rows) == 0}
}

func buyersOf(rows []sale) value {
	seen := map[string]bool{}
	for _, s := range rows {
		seen[s.buyer] = true
	}
	return some(float64(len(seen)))
}

// plainSales evaluates KPIs the slow way for one cell: a period, and a test of rows
// by its members.
type plainSales struct {
	all         []sale
	first, last time.Time // days with rows
}

func (p plainSales) over(k func([]sale) value, from, to time.Time, pass func(sale) bool) value {
	if !from.Before(p.last.AddDate(0, 0, 1)) || !p.first.Before(to) {
		return value{}
	}
	return k(rowsOf(p.all, from, to, pass))
}

func growthOf(now, was value) value {
	if !now.known || !was.known || was.x == 0 {
		return value{}
	}
	return some((now.x - was.x) / math.Abs(was.x))
}

// monthBefore moves a period a month back: months as a whole, days to the same or the
// last day of the month before.
func monthBefore(g metrics.Grain, from, to time.Time) (time.Time, time.Time) {
	if g == metrics.Month {
		return from.AddDate(0, -1, 0), from
	}
	end := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
	start := end.AddDate(0, -1, 0)
	day := start.AddDate(0, 0, from.Day()-1)
	if !day.Before(end) {
		day = end.AddDate(0, 0, -1)
	}
	return day, day.AddDate(0, 0, 1)
}

var overKPIs = []struct {
	name, text string
	eval       func(p plainSales, g metrics.Grain, from, to time.Time, cell map[string]string) value
}{
	{"previous", `previous(kpi.buyers, 1, month)`, func(p plainSales, g metrics.Grain, from, to time.Time, cell map[string]string) value {
		from, to = monthBefore(g, from, to)
		return p.over(buyersOf, from, to, in(cell))
	}},
	{"growth", `growth(kpi.amount, 1, month)`, func(p plainSales, g metrics.Grain, from, to time.Time, cell map[string]string) value {
		a, b := monthBefore(g, from, to)
		return growthOf(p.over(amountOf, from, to, in(cell)), p.over(amountOf, a, b, in(cell)))
	}},
	{"rolling", `rolling(kpi.buyers, 9, day)`, func(p plainSales, _ metrics.Grain, _, to time.Time, cell map[string]string) value {
		from := to.AddDate(0, 0, -9)
		if from.Before(p.first) {
			return value{}
		}
		return p.over(buyersOf, from, to, in(cell))
	}},
	{"rolling_sum", `rolling(kpi.amount, 2, week)`, func(p plainSales, _ metrics.Grain, _, to time.Time, cell map[string]string) value {
		from := to.AddDate(0, 0, -14)
		if from.Before(p.first) {
			return value{}
		}
		return p.over(amountOf, from, to, in(cell))
	}},
	{"to_date", `to_date(kpi.buyers, month)`, func(p plainSales, _ metrics.Grain, _, to time.Time, cell map[string]string) value {
		last := to.AddDate(0, 0, -1)
		return p.over(buyersOf, time.Date(last.Year(), last.Month(), 1, 0, 0, 0, 0, time.UTC), to, in(cell))
	}},
	{"total", `total(kpi.buyers, [store])`, func(p plainSales, _ metrics.Grain, from, to time.Time, cell map[string]string) value {
		return p.over(buyersOf, from, to, in(without(cell, "store")))
	}},
	{"total_before", `total(rolling(kpi.amount, 9, day), [channel])`, func(p plainSales, _ metrics.Grain, _, to time.Time, cell map[string]string) value {
		from := to.AddDate(0, 0, -9)
		if from.Before(p.first) {
			return value{}
		}
		return p.over(amountOf, from, to, in(without(cell, "channel")))
	}},
	{"mean", `avg(per([store], kpi.amount))`, func(p plainSales, _ metrics.Grain, from, to time.Time, cell map[string]string) value {
		var values []float64
		for _, s := range []string{"s1", "s2", "s3"} {
			if rows := rowsOf(p.all, from, to, in(and(cell, "store", s))); len(rows) > 0 && (cell["store"] == "" || cell["store"] == s) {
				if v := amountOf(rows); v.known {
					values = append(values, v.x)
				}
			}
		}
		return meanOf(values)
	}},
	{"mean_day", `avg(per([day, store], kpi.buyers))`, func(p plainSales, _ metrics.Grain, from, to time.Time, cell map[string]string) value {
		var values []float64
		for _, s := range []string{"s1", "s2", "s3"} {
			if len(rowsOf(p.all, from, to, in(and(cell, "store", s)))) == 0 || cell["store"] != "" && cell["store"] != s {
				continue
			}
			for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
				if v := p.over(buyersOf, d, d.AddDate(0, 0, 1), in(and(cell, "store", s))); v.known {
					values = append(values, v.x)
				}
			}
		}
		return meanOf(values)
	}},
	{"alike", `like_for_like(growth(kpi.amount, 1, month), [store], 1, month)`, func(p plainSales, g metrics.Grain, from, to time.Time, cell map[string]string) value {
		a, b := monthBefore(g, from, to)
		keep := func(s sale) bool {
			only := in(map[string]string{"store": s.store})
			return in(cell)(s) && len(rowsOf(p.all, from, to, only)) > 0 && len(rowsOf(p.all, a, b, only)) > 0
		}
		return growthOf(p.over(amountOf, from, to, keep), p.over(amountOf, a, b, keep))
	}},
	{"top", `top_share(sum(per([store], kpi.buyers)), [store], 0.4)`, func(p plainSales, _ metrics.Grain, from, to time.Time, cell map[string]string) value {
		var values []float64
		sum := 0.0
		for _, s := range []string{"s1", "s2", "s3"} {
			if cell["store"] != "" && cell["store"] != s {
				continue
			}
			if rows := rowsOf(p.all, from, to, in(and(cell, "store", s))); len(rows) > 0 {
				values = append(values, buyersOf(rows).x)
				sum += buyersOf(rows).x
			}
		}
		if len(values) == 0 {
			return value{}
		}
		slices.Sort(values)
		slices.Reverse(values)
		top := 0.0
		for _, v := range values[:int(math.Ceil(float64(len(values))*0.4-1e-9))] {
			top += v
		}
		return some(top / sum)
	}},
}

func meanOf(values []float64) value {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	if len(values) == 0 {
		return value{}
	}
	return some(sum / float64(len(values)))
}

// in tests rows by the members of a cell.
func in(cell map[string]string) func(sale) bool {
	return func(s sale) bool {
		return (cell["store"] == "" || cell["store"] == s.store) && (cell["channel"] == "" || cell["channel"] == s.channel)
	}
}

func without(cell map[string]string, dim string) map[string]string { return and(cell, dim, "") }

func and(cell map[string]string, dim, member string) map[string]string {
	out := map[string]string{"store": cell["store"], "channel": cell["channel"]}
	out[dim] = member
	return out
}

// TestOverAgainstPlainEvaluation asks for every function at once over random rows,
// by several cuts and grains, and computes each cell again in plain Go.
func TestOverAgainstPlainEvaluation(t *testing.T) {
	db := open(t)
	text, names := "", []string{}
	for _, k := range overKPIs {
		text += fmt.Sprintf("kpi %q { value = %s }\n", k.name, k.text)
		names = append(names, k.name)
	}
	m := chainModel(t, text)
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 3))
		p := randomSales(r)
		load(t, db, m, data{"sales": p.table()})
		for _, g := range []metrics.Grain{metrics.Day, metrics.Month} {
			for _, by := range [][]string{nil, {"store"}, {"channel", "store"}} {
				req := query.Request{KPIs: names, By: by, Grain: g, Last: 5, Totals: len(by) > 0, AsOf: at("2026-04-01T00:00:00+08:00")}
				p.compare(t, fmt.Sprint("seed ", seed, " ", g, " ", by), ask(t, db, m, req), by, g)
			}
		}
	}
}

func randomSales(r *rand.Rand) plainSales {
	p := plainSales{}
	start := time.Date(2025, time.December, 1+r.IntN(20), 0, 0, 0, 0, time.UTC)
	days := int(time.Date(2026, time.April, 1, 0, 0, 0, 0, time.UTC).Sub(start).Hours() / 24)
	for range 5 + r.IntN(120) {
		s := sale{day: start.AddDate(0, 0, r.IntN(days)), store: []string{"s1", "s2", "s3"}[r.IntN(3)], channel: []string{"web", "app"}[r.IntN(2)], buyer: fmt.Sprint("b", r.IntN(9))}
		s.amount = pickNumber(r, -500, 9000)
		p.all = append(p.all, s)
		if p.first.IsZero() || s.day.Before(p.first) {
			p.first = s.day
		}
		if s.day.After(p.last) {
			p.last = s.day
		}
	}
	return p
}

func (p plainSales) table() table {
	var rows table
	for _, s := range p.all {
		var amount any
		if s.amount != nil {
			amount = cents(*s.amount)
		}
		rows = append(rows, []any{s.day.Format(time.DateOnly), s.store, s.channel, s.buyer, amount})
	}
	return rows
}

// compare holds an answer against the plain evaluation of its cells.
func (p plainSales) compare(t *testing.T, what string, got [][]string, by []string, g metrics.Grain) {
	t.Helper()
	seen := map[string]bool{}
	for _, row := range got[1:] {
		cell := map[string]string{}
		if row[slices.Index(got[0], query.TotalColumn)] != "true" {
			for i, dim := range by {
				cell[dim] = row[1+i]
			}
		}
		seen[row[0]+" "+cell["store"]+" "+cell["channel"]] = true
		from, to := p.bounds(row[0], g)
		for i, k := range overKPIs {
			if want, have := k.eval(p, g, from, to, cell).String(), rounded(row[1+len(by)+i]); want != have {
				t.Fatalf("%s: %s of %s %v: got %s, want %s", what, k.name, row[0], cell, have, want)
			}
		}
	}
	for _, row := range got[1:] { // no member of the shown periods is missing
		from, to := p.bounds(row[0], g)
		for _, s := range rowsOf(p.all, from, to, func(sale) bool { return true }) {
			cell := map[string]string{"store": s.store, "channel": s.channel}
			for _, dim := range []string{"store", "channel"} {
				if !slices.Contains(by, dim) {
					cell[dim] = ""
				}
			}
			if key := row[0] + " " + cell["store"] + " " + cell["channel"]; !seen[key] {
				t.Fatalf("%s: no row for %s", what, key)
			}
		}
	}
}

func (p plainSales) bounds(period string, g metrics.Grain) (from, to time.Time) {
	if g == metrics.Month {
		from, _ = time.Parse("2006-01", period)
		return from, from.AddDate(0, 1, 0)
	}
	from, _ = time.Parse(time.DateOnly, period)
	return from, from.AddDate(0, 0, 1)
}

func rounded(s string) string {
	if s == "null" {
		return s
	}
	var x float64
	fmt.Sscan(strings.TrimSpace(s), &x)
	return some(x).String()
}
