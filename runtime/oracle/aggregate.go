package oracle

import (
	"math"
	"math/big"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// aggregated brings rows that passed all filters to one value.
func (w *World) aggregated(a *metrics.Aggregate, rows []*row, of func(*row) scope) any {
	values := make([][]any, len(a.Args)) // by argument, then row
	for i, arg := range a.Args {
		_, isSource := arg.(*metrics.SourceRef)
		for _, r := range rows {
			if isSource {
				values[i] = append(values[i], true)
			} else {
				values[i] = append(values[i], of(r).eval(arg))
			}
		}
	}
	if len(rows) > 0 && rows[0].part != nil {
		return w.ofParts(a, values, rows)
	}
	return w.overValues(a, values, len(rows))
}

// overValues brings the values of arguments for some rows to one value.
func (w *World) overValues(a *metrics.Aggregate, values [][]any, rows int) any {
	switch a.Func.Name {
	case "weighted_avg":
		return quotient(products(values[0], values[1]), values[1])
	case "ratio":
		return quotient(values[0], values[1])
	}
	var known []any
	if len(values) > 0 {
		known = knownOf(values[0])
	}
	switch a.Func.Name {
	case "count":
		if len(a.Args) == 0 {
			return rat(int64(rows))
		}
		return rat(int64(len(known)))
	case "count_distinct":
		return rat(int64(w.distinct(known)))
	case "sum":
		if rows == 0 {
			return asKind(rat(0), a.Type.Kind)
		}
		return asKind(sum(known), a.Type.Kind)
	}
	if len(known) == 0 {
		return nil
	}
	return w.ofKnown(a, known)
}

// ofKnown is an aggregate over some known values.
func (w *World) ofKnown(a *metrics.Aggregate, known []any) any {
	switch a.Func.Name {
	case "avg":
		return double(sum(known)) / float64(len(known))
	case "min":
		return extreme(w, known, -1)
	case "max":
		return extreme(w, known, 1)
	case "any":
		return slices.Contains(known, any(true))
	case "every":
		return !slices.Contains(known, any(false))
	case "stddev":
		return deviation(known)
	}
	slices.SortFunc(known, w.compare)
	share := big.NewRat(1, 2)
	if len(a.Args) > 1 {
		share = scope{w: w}.eval(a.Args[1]).(*big.Rat)
	}
	if a.Func.Name == "percentile_disc" {
		return reached(known, share)
	}
	return interpolated(known, share)
}

func knownOf(values []any) []any {
	var out []any
	for _, v := range values {
		if v != nil {
			out = append(out, v)
		}
	}
	return out
}

// million makes six digits after the point whole.
const million = 1_000_000

// sum adds up exactly; doubles count with six digits after the point.
func sum(known []any) any {
	if len(known) == 0 {
		return nil
	}
	total := rat(0)
	for _, v := range known {
		if f, ok := v.(float64); ok {
			v = new(big.Rat).Quo(exact(math.Round(f*million)), rat(million))
		}
		total.Add(total, v.(*big.Rat))
	}
	return total
}

func (w *World) distinct(known []any) int {
	n := 0
	for i, v := range known {
		if !slices.ContainsFunc(known[:i], func(u any) bool { return w.equal(u, v) }) {
			n++
		}
	}
	return n
}

// products are those of values and weights, row by row.
func products(values, weights []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		if v != nil && weights[i] != nil {
			out[i] = arithmetic(metrics.OpMul, v, weights[i], metrics.Unknown)
		}
	}
	return out
}

// quotient is a sum by another, of the rows where both values are known.
func quotient(first, second []any) any {
	var above, below []any
	for i := range first {
		if first[i] != nil && second[i] != nil {
			above, below = append(above, first[i]), append(below, second[i])
		}
	}
	if len(below) == 0 || exact(sum(below)).Sign() == 0 {
		return nil
	}
	return double(sum(above)) / double(sum(below))
}

// interpolated is the value at a share of the way through sorted values, between
// neighbours in proportion.
func interpolated(sorted []any, share *big.Rat) any {
	at := double(new(big.Rat).Mul(share, rat(int64(len(sorted)-1))))
	low, high := double(sorted[int(math.Floor(at))]), double(sorted[int(math.Ceil(at))])
	beyond := at - math.Floor(at)
	return low*(1-beyond) + high*beyond
}

// reached is the first of sorted values with which a share of them is reached.
func reached(sorted []any, share *big.Rat) any {
	for i, v := range sorted {
		if big.NewRat(int64(i+1), int64(len(sorted))).Cmp(share) >= 0 {
			return v
		}
	}
	return sorted[len(sorted)-1]
}

// deviation is the standard deviation of a sample.
func deviation(known []any) any {
	if len(known) < 2 {
		return nil
	}
	mean := rat(0)
	for _, v := range known {
		mean.Add(mean, exact(double(v)))
	}
	mean.Quo(mean, rat(int64(len(known))))
	squares := rat(0)
	for _, v := range known {
		d := new(big.Rat).Sub(exact(double(v)), mean)
		squares.Add(squares, d.Mul(d, d))
	}
	return math.Sqrt(double(squares.Quo(squares, rat(int64(len(known)-1)))))
}
