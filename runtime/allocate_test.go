package runtime_test

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

const allocated = `
source "plan" {
  rows     = [%s]
  key      = [shop, month]
  time     = month
  grain    = month
  allocate = even
  ahead    = true
  columns {
    shop   = string
    month  = date
    amount = { type = decimal(18, 2), unit = "EUR" }
    pieces = integer
    hours  = double
  }
}
dimension "shop" {
  from "plan" { value = shop }
}
kpi "amount" {
  value  = sum(plan.amount)
  grains = [day, week, month]
  by     = [shop]
}
kpi "pieces" { value = sum(plan.pieces, plan.shop != "s1") }
kpi "hours" { value = sum(plan.hours) }
kpi "window" { value = rolling(kpi.amount, 10, day) }
kpi "rate" { value = ratio(plan.amount, plan.pieces) }
`

// planned is one row of a plan, its values in their smallest units.
type planned struct {
	shop                 int
	month                time.Time
	cents, pieces, hours *big.Int
}

// due is what falls on the days of a stretch, counted in days from the row's month.
func (p planned) due(v *big.Int, from, to time.Time) *big.Int {
	days := int64(p.month.AddDate(0, 1, 0).Sub(p.month).Hours() / 24)
	upTo := func(t time.Time) *big.Int {
		n := min(max(int64(t.Sub(p.month).Hours()/24), 0), days)
		return new(big.Int).Quo(new(big.Int).Mul(v, big.NewInt(n)), big.NewInt(days))
	}
	return new(big.Int).Sub(upTo(to), upTo(from))
}

// civil is the day on which an instant falls, at midnight in UTC.
func civil(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// TestAllocateAgainstGo spreads random monthly plans over days, and compares every
// grain, window and cut with loops over the rows; months come out as planned.
func TestAllocateAgainstGo(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 14))
	var rows []planned
	var written []string
	for shop := range 3 {
		for m := range 5 {
			if random.IntN(5) == 0 {
				continue
			}
			p := planned{
				shop: shop, month: time.Date(2025, time.December+time.Month(m), 1, 0, 0, 0, 0, time.UTC),
				cents: big.NewInt(random.Int64N(2_000_000_01) - 50_000_000), pieces: big.NewInt(random.Int64N(200)), hours: big.NewInt(random.Int64N(9_000_000)),
			}
			rows = append(rows, p)
			written = append(written, fmt.Sprintf(`{ shop = "s%d", month = %q, amount = "%s", pieces = %s, hours = "%s" }`, shop, p.month.Format(time.DateOnly),
				new(big.Rat).SetFrac(p.cents, big.NewInt(100)).FloatString(2), p.pieces, new(big.Rat).SetFrac(p.hours, big.NewInt(1_000_000)).FloatString(6)))
		}
	}
	p := project(t, "2026-06-01", fmt.Sprintf(allocated, strings.Join(written, ",\n")))
	total := func(from, to time.Time, of func(planned) *big.Int, unit int64) *big.Rat {
		sum := new(big.Int)
		for _, r := range rows {
			sum.Add(sum, r.due(of(r), from, to))
		}
		return new(big.Rat).SetFrac(sum, big.NewInt(unit))
	}
	cents := func(r planned) *big.Int { return r.cents }
	pieces := func(r planned) *big.Int {
		if r.shop == 1 {
			return new(big.Int)
		}
		return r.pieces
	}
	hours := func(r planned) *big.Int { return r.hours }
	bounds := periods(t, p, "2025-12-29", "2026-03-01")
	for _, grain := range []metrics.Grain{metrics.Day, metrics.Week, metrics.Month, metrics.Quarter, metrics.NoGrain} {
		answer, diags := p.Query(context.Background(), query.Request{KPIs: []string{"amount", "pieces", "hours", "window"}, Grain: grain, From: &bounds[0], To: &bounds[1]})
		none(t, diags)
		shown := p.Calendar.Between(grain, bounds[0].Start, bounds[1].End)
		if grain == metrics.NoGrain {
			shown = []metrics.Period{{Start: bounds[0].Start, End: bounds[1].End}}
		}
		if len(answer.Rows) != len(shown) {
			t.Fatalf("by %q: %d rows for %d periods", grain, len(answer.Rows), len(shown))
		}
		for i, row := range answer.Rows {
			values := row.Values[len(row.Values)-4:]
			from, to := civil(shown[i].Start), civil(shown[i].End)
			for j, want := range []*big.Rat{total(from, to, cents, 100), total(from, to, pieces, 1), total(from, to, hours, 1_000_000), total(to.AddDate(0, 0, -10), to, cents, 100)} {
				exact, _ := want.Float64()
				if !same(values[j], want.FloatString(6)) && !(j == 2 && sameTo(values[j], exact, 1e-9)) {
					t.Errorf("by %q, %s, %s: %v, in plain Go %s", grain, row.Values[0], answer.Columns[len(row.Values)-4+j].Name, values[j], want.FloatString(6))
				}
			}
		}
	}
}

// TestAllocateIsAsPlanned demands that whole periods come out as they were given, that
// what can't be spread is refused by day, and that apply keeps days.
func TestAllocateIsAsPlanned(t *testing.T) {
	p := project(t, "2026-06-01", fmt.Sprintf(allocated, `
    { shop = "s0", month = "2026-02-01", amount = "-100.01", pieces = 3, hours = "0.5" },
    { shop = "s1", month = "2026-02-01", amount = "0.02", pieces = 1, hours = "1e-6" }`)+`
kpi "rows" { value = count(plan) }
kpi "largest" { value = max(plan.amount) }
`)
	ctx := context.Background()
	month := periods(t, p, "2026-02")
	for _, grain := range []metrics.Grain{metrics.Month, metrics.Day} {
		answer, diags := p.Query(ctx, query.Request{KPIs: []string{"amount", "rate"}, By: []string{"shop"}, Grain: grain, Periods: month})
		none(t, diags)
		sum := map[any]*big.Rat{"s0": new(big.Rat), "s1": new(big.Rat)}
		for _, row := range answer.Rows {
			v, _ := new(big.Rat).SetString(fmt.Sprint(row.Values[2]))
			sum[row.Values[1]].Add(sum[row.Values[1]], v)
		}
		if got := sum["s0"].FloatString(2) + " " + sum["s1"].FloatString(2); got != "-100.01 0.02" {
			t.Errorf("by %s the month adds up to %s", grain, got)
		}
	}
	for _, kpi := range []string{"rows", "largest"} {
		if _, diags := p.Query(ctx, query.Request{KPIs: []string{kpi}, Grain: metrics.Day}); len(diags) == 0 || diags[0].Code != "E0309" || !strings.Contains(diags[0].Detail, "only sums are spread over days") {
			t.Errorf("%s by day: %v", kpi, diags)
		}
		_, diags := p.Query(ctx, query.Request{KPIs: []string{kpi}, Grain: metrics.Month})
		none(t, diags)
	}
	done := applied(t, p)
	if done.Run == nil || done.Run.New == 0 {
		t.Fatalf("nothing was published: %+v", done)
	}
}
