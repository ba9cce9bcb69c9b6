package oracle

import (
	"math/big"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// Values are nil, bool, *big.Rat (exact numbers), float64, string, day, or
// time.Time (instants).

func rat(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// double is a number as floating point.
func double(v any) float64 {
	switch v := v.(type) {
	case *big.Rat:
		f, _ := v.Float64()
		return f
	case float64:
		return v
	}
	return 0
}

// exact is a number as a fraction.
func exact(v any) *big.Rat {
	if f, ok := v.(float64); ok {
		return new(big.Rat).SetFloat64(f)
	}
	return v.(*big.Rat)
}

// asKind brings a number to floating point where its expression is of that kind.
func asKind(v any, k metrics.Kind) any {
	if r, ok := v.(*big.Rat); ok && k == metrics.Double {
		return double(r)
	}
	return v
}

// compare orders two known values of a kind; exact numbers meet doubles as doubles,
// and days meet instants as their first.
func (w *World) compare(a, b any) int {
	switch x := a.(type) {
	case bool:
		return boolNumber(x) - boolNumber(b.(bool))
	case string:
		return strings.Compare(x, b.(string))
	case day:
		if y, ok := b.(day); ok {
			return int(x) - int(y)
		}
		return w.cal.startOf(x).Compare(b.(time.Time))
	case time.Time:
		if y, ok := b.(day); ok {
			return x.Compare(w.cal.startOf(y))
		}
		return x.Compare(b.(time.Time))
	case *big.Rat:
		if y, ok := b.(*big.Rat); ok {
			return x.Cmp(y)
		}
	}
	x, y := double(a), double(b)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// equal is null-safe.
func (w *World) equal(a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return w.compare(a, b) == 0
}

func boolNumber(b bool) int {
	if b {
		return 1
	}
	return 0
}

// roundTo rounds to digits after the point, halves away from zero.
func roundTo(x *big.Rat, digits int) *big.Rat {
	shift := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(digits, -digits))), nil))
	if digits < 0 {
		shift.Inv(shift)
	}
	scaled := new(big.Rat).Mul(x, shift)
	half := big.NewRat(int64(scaled.Sign()), 2)
	return new(big.Rat).Quo(new(big.Rat).SetInt(truncated(scaled.Add(scaled, half))), shift)
}

// truncated is the whole part, towards zero.
func truncated(x *big.Rat) *big.Int { return new(big.Int).Quo(x.Num(), x.Denom()) }

// floored is the largest whole number not above x.
func floored(x *big.Rat) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Div(x.Num(), x.Denom()))
}

func negated(x *big.Rat) *big.Rat { return new(big.Rat).Neg(x) }
