package oracle

import (
	"maps"
	"math"
	"math/big"

	"github.com/metricsascode/metrics/metrics"
)

// Rows that stand for whole periods may be spread over the days of those. What sums add
// up is then parted into days; anything else is had of whole periods alone.

// part is one of the days of what a row stands for.
type part struct{ day, days int64 }

// addsUp tells whether an aggregate is made of sums.
func addsUp(a *metrics.Aggregate) bool {
	switch a.Func.Name {
	case "sum", "ratio", "weighted_avg":
		return true
	}
	return false
}

// rowsOf are the rows of a timeline: of one that is spread, a row for each day of what a
// row of the source stands for. A row that is not there yet has no days.
func (w *World) rowsOf(t timeline) []*row {
	if !t.spread {
		return w.rows(t.source.Name)
	}
	var all []*row
	for _, r := range w.rows(t.source.Name) {
		d, known := w.asDay(r.cells[t.time.Column])
		if !known || !w.seen(r) {
			continue
		}
		whole := w.cal.of(t.source.Grain, d)
		for at := whole.first; at < whole.end; at++ {
			one := *r
			one.cells = maps.Clone(r.cells)
			one.cells[t.time.Column] = at
			one.part = &part{int64(at - whole.first), int64(whole.end - whole.first)}
			all = append(all, &one)
		}
	}
	return all
}

// ofParts is an aggregate over rows of days.
func (w *World) ofParts(a *metrics.Aggregate, values [][]any, rows []*row) any {
	digits := make([]int, len(values))
	for i, arg := range a.Args {
		digits[i] = arg.Base().Type.Scale
	}
	if a.Func.Name == "weighted_avg" {
		values[0] = products(values[0], values[1])
		digits[0] += digits[1]
	}
	shares := make([][]any, len(values))
	for i := range values {
		for j, r := range rows {
			shares[i] = append(shares[i], r.part.of(values[i][j], digits[i]))
		}
	}
	if len(shares) > 1 {
		return quotient(shares[0], shares[1])
	}
	return w.overValues(a, shares, len(rows))
}

// of is what a day adds to the days before it: of n days the first k hold k nths of the
// value, cut to the digits that it has.
func (p *part) of(v any, digits int) any {
	if v == nil {
		return nil
	}
	if f, ok := v.(float64); ok {
		v, digits = new(big.Rat).Quo(exact(math.Round(f*million)), rat(million)), 6
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	units := new(big.Rat).Mul(v.(*big.Rat), new(big.Rat).SetInt(unit)).Num()
	due := func(days int64) *big.Int {
		n := new(big.Int).Mul(units, big.NewInt(days))
		return n.Quo(n, big.NewInt(p.days))
	}
	return new(big.Rat).SetFrac(new(big.Int).Sub(due(p.day+1), due(p.day)), unit)
}
