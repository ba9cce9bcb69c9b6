package sqlgen_test

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// order and visit are rows as the plain evaluation reads them.
type order struct {
	at                        time.Time
	channel, customer, status *string
	amount, quantity          *int64 // amount in cents
}

type visit struct {
	day      string
	channel  *string
	sessions *int64
}

// world is random rows, small and full of what goes wrong: nulls, duplicates,
// orphans, members that only one source has, hours that clocks repeat.
type world struct {
	orders []order
	visits []visit
	asOf   time.Time
}

func pick(r *rand.Rand, words ...string) *string {
	if i := r.IntN(len(words) + 1); i < len(words) {
		return &words[i]
	}
	return nil
}

func pickNumber(r *rand.Rand, low, high int64) *int64 {
	if r.IntN(5) == 0 {
		return nil
	}
	n := low + r.Int64N(high-low)
	return &n
}

func randomWorld(r *rand.Rand, start time.Time, spread time.Duration) world {
	w := world{asOf: start.Add(spread * time.Duration(2+r.IntN(4)) / 4)}
	for range r.IntN(40) {
		w.orders = append(w.orders, order{
			at: start.Add(time.Duration(r.Int64N(int64(spread)))).Truncate(time.Second), channel: pick(r, "web", "app", "outlet"),
			customer: pick(r, "c1", "c2", "c3", "gone"), status: pick(r, "paid", "cancelled"),
			amount: pickNumber(r, -500, 9000), quantity: pickNumber(r, 0, 4),
		})
	}
	for range r.IntN(15) {
		at := start.Add(time.Duration(r.Int64N(int64(spread))))
		w.visits = append(w.visits, visit{day: at.Format(time.DateOnly), channel: pick(r, "web", "store"), sessions: pickNumber(r, 0, 30)})
	}
	return w
}

func cell[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func (w world) data() data {
	d := data{
		"customers": {{"c1", "gold", "r1"}, {"c2", "plain", "lost"}, {"c3", nil, nil}},
		"regions":   {{"r1", "East"}},
	}
	for i, o := range w.orders {
		var amount any
		if o.amount != nil {
			amount = cents(*o.amount)
		}
		d["orders"] = append(d["orders"], []any{strconv.Itoa(i), o.at.UTC().Format(time.DateTime) + "+00", nil, cell(o.channel), cell(o.customer), cell(o.status), amount, cell(o.quantity), nil})
	}
	for _, v := range w.visits {
		d["visits"] = append(d["visits"], []any{v.day, cell(v.channel), cell(v.sessions)})
	}
	return d
}

func cents(n int64) string { return new(big.Rat).SetFrac64(n, 100).FloatString(2) }

// region is what orders.customers.regions.name gives.
func (o order) region() *string {
	east, unmatched := "East", metrics.Unmatched
	switch {
	case o.customer == nil || *o.customer == "c3":
		return nil
	case *o.customer == "c1":
		return &east
	}
	return &unmatched // customer "gone" has no row; c2's region has none
}

// cellOf is the rows of one cell.
type cellOf struct {
	orders []order
	visits []visit
}

func name(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// plainKPIs computes KPIs the slow way, as text.
var plainKPIs = map[string]func(c cellOf, orders, visits bool) string{
	"gmv": func(c cellOf, covered, _ bool) string {
		sum, known, passing := int64(0), false, 0
		for _, o := range c.orders {
			if name(o.status) == "cancelled" {
				continue
			}
			passing++
			if o.amount != nil {
				sum, known = sum+*o.amount, true
			}
		}
		if !covered || passing > 0 && !known {
			return "null"
		}
		return trimZeros(cents(sum))
	},
	"orders": func(c cellOf, covered, _ bool) string { return covering(covered, len(c.orders)) },
	"buyers": func(c cellOf, covered, _ bool) string { return covering(covered, customers(c.orders, "")) },
	"paying": func(c cellOf, covered, _ bool) string {
		return covering(covered, customers(c.orders, "cancelled"))
	},
	"visits": func(c cellOf, _, covered bool) string {
		if n, ok := sessions(c.visits); ok {
			return covering(covered, n)
		}
		return "null"
	},
	"cvr": func(c cellOf, coveredOrders, coveredVisits bool) string {
		n, ok := sessions(c.visits)
		if !coveredOrders || !coveredVisits || !ok || n == 0 {
			return "null"
		}
		return show(float64(len(c.orders)) / float64(n))
	},
	"price": func(c cellOf, covered, _ bool) string {
		var above, below int64
		for _, o := range c.orders {
			if name(o.status) != "cancelled" && o.amount != nil && o.quantity != nil {
				above, below = above+*o.amount, below+*o.quantity
			}
		}
		if !covered || below == 0 {
			return "null"
		}
		return show(float64(above) / 100 / float64(below))
	},
}

func covering(covered bool, n int) string {
	if !covered {
		return "null"
	}
	return strconv.Itoa(n)
}

func customers(orders []order, without string) int {
	seen := map[string]bool{}
	for _, o := range orders {
		if o.customer != nil && (without == "" || name(o.status) != without) {
			seen[*o.customer] = true
		}
	}
	return len(seen)
}

func sessions(visits []visit) (n int, known bool) {
	for _, v := range visits {
		if v.sessions != nil {
			n, known = n+int(*v.sessions), true
		}
	}
	return n, known || len(visits) == 0
}

func trimZeros(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }

// evaluate answers a request the slow way: rows as "period member value ...".
func (w world) evaluate(cal *metrics.Calendar, g metrics.Grain, cut string, kpis []string, periods []metrics.Period, totals bool) []string {
	visitTime := func(v visit) time.Time { p, _ := cal.Parse(v.day); return p.Start }
	var orderTimes, visitTimes []time.Time
	for _, o := range w.orders {
		orderTimes = append(orderTimes, o.at)
	}
	for _, v := range w.visits {
		visitTimes = append(visitTimes, visitTime(v))
	}
	cells := map[string]map[string]*cellOf{} // by period, member
	members := map[string]bool{}
	at := func(t time.Time, member string) *cellOf {
		p := cal.Of(g, t)
		shown := slices.ContainsFunc(periods, func(q metrics.Period) bool { return q.Equal(p) })
		if !shown || !t.Before(w.asOf) {
			return &cellOf{}
		}
		members[member] = true
		name := cal.Name(p)
		if cells[name] == nil {
			cells[name] = map[string]*cellOf{}
		}
		if cells[name][member] == nil {
			cells[name][member] = &cellOf{}
		}
		return cells[name][member]
	}
	total := func(m string) []string {
		if totals {
			return []string{m, "(total)"}
		}
		return []string{m}
	}
	for _, o := range w.orders {
		member := name(o.channel)
		if cut == "region" {
			member = name(o.region())
		}
		for _, m := range total(member) {
			c := at(o.at, m)
			c.orders = append(c.orders, o)
		}
	}
	if cut == "channel" {
		for _, v := range w.visits {
			for _, m := range total(name(v.channel)) {
				c := at(visitTime(v), m)
				c.visits = append(c.visits, v)
			}
		}
	}
	if totals {
		members["(total)"] = true
	}
	var out []string
	for _, p := range periods {
		for member := range members {
			c := cells[cal.Name(p)][member]
			if c == nil {
				c = &cellOf{}
			}
			row := cal.Name(p) + " " + member
			for _, k := range kpis {
				row += " " + plainKPIs[k](*c, w.covers(cal, orderTimes, p), w.covers(cal, visitTimes, p))
			}
			out = append(out, row)
		}
	}
	slices.Sort(out)
	return out
}

// covers tells whether any day between the first and last row, before as-of, lies
// in the period.
func (w world) covers(cal *metrics.Calendar, rows []time.Time, p metrics.Period) bool {
	if len(rows) == 0 {
		return false
	}
	from := cal.Of(metrics.Day, slices.MinFunc(rows, time.Time.Compare)).Start
	to := cal.Of(metrics.Day, slices.MaxFunc(rows, time.Time.Compare)).End
	if to.After(w.asOf) {
		to = w.asOf
	}
	return from.Before(to) && from.Before(p.End) && p.Start.Before(to)
}

func TestAgainstPlainEvaluation(t *testing.T) {
	db := open(t)
	for _, tt := range []struct {
		zone   string
		start  string
		grain  metrics.Grain
		spread time.Duration
		cut    string
		kpis   []string
	}{
		{"America/New_York", "2026-10-31", metrics.Hour, 20 * time.Hour, "region", []string{"gmv", "orders", "buyers", "paying", "price"}},
		{"Australia/Lord_Howe", "2026-04-04", metrics.Hour, 20 * time.Hour, "region", []string{"gmv", "orders"}},
		{"Asia/Kolkata", "2026-10-31", metrics.Hour, 20 * time.Hour, "region", []string{"gmv", "orders", "price"}},
		{"America/New_York", "2026-10-31", metrics.Day, 9 * 24 * time.Hour, "channel", []string{"gmv", "orders", "visits", "cvr", "paying", "buyers"}},
		{"Asia/Shanghai", "2026-10-31", metrics.Week, 40 * 24 * time.Hour, "channel", []string{"visits", "gmv", "cvr", "price"}},
		{"Asia/Shanghai", "2026-10-31", metrics.Month, 100 * 24 * time.Hour, "channel", []string{"cvr"}},
		{"Pacific/Auckland", "2026-10-31", metrics.Quarter, 300 * 24 * time.Hour, "region", []string{"buyers", "paying"}},
	} {
		t.Run(fmt.Sprint(tt.zone, " ", tt.grain), func(t *testing.T) {
			m := shop(tt.zone)
			cal := calendar(t, m)
			first, err := cal.Parse(tt.start)
			if err != nil {
				t.Fatal(err)
			}
			start := first.Start.Add(12 * time.Hour) // clocks change in the night that follows
			for seed := range uint64(8) {
				r := rand.New(rand.NewPCG(seed, 7))
				w := randomWorld(r, start, tt.spread)
				load(t, db, m, w.data())
				totals := seed%2 == 0
				periods := cal.Between(tt.grain, start.Add(-6*time.Hour), w.asOf)
				got := ask(t, db, m, query.Request{
					KPIs: tt.kpis, By: []string{tt.cut}, Grain: tt.grain, AsOf: w.asOf,
					From: &periods[0], To: &periods[len(periods)-1], Totals: totals,
				})
				want := w.evaluate(cal, tt.grain, tt.cut, tt.kpis, periods, totals)
				if diff := differs(flatten(got), want); diff != "" {
					t.Fatalf("seed %d: %s", seed, diff)
				}
			}
		})
	}
}

// flatten writes an answer as evaluate does.
func flatten(got [][]string) []string {
	var out []string
	header := got[0]
	for _, row := range got[1:] {
		if row[slices.Index(header, query.TotalColumn)] == "true" {
			row[1] = "(total)"
		}
		values := row[:slices.Index(header, query.StateColumn)]
		for i := range values {
			if strings.Contains(values[i], ".") && i > 1 && !strings.Contains(values[i], "e") {
				values[i] = trimZeros(values[i])
			}
		}
		out = append(out, strings.Join(values, " "))
	}
	slices.Sort(out)
	return out
}

// differs returns the first line that two sorted lists don't share.
func differs(got, want []string) string {
	for i := range max(len(got), len(want)) {
		g, w := "(nothing)", "(nothing)"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if cmp.Compare(g, w) != 0 {
			return fmt.Sprintf("got  %s\nwant %s", g, w)
		}
	}
	return ""
}
