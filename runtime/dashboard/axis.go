package dashboard

import "math"

// axis is a scale from a round number to a round number.
type axis struct {
	low, high, step float64
}

// newAxis covers values in about n steps of 1, 2, 2.5 or 5 times a power of ten.
// It contains 0 unless all values lie in a narrow band far from it.
func newAxis(low, high float64, n int) axis {
	if low > 0 && low < 0.7*high || low == high && low > 0 {
		low = 0
	}
	if high < 0 {
		high = 0
	}
	if low == high {
		high = low + 1
	}
	step := roundStep((high - low) / float64(n))
	return axis{low: math.Floor(low/step) * step, high: math.Ceil(high/step) * step, step: step}
}

func roundStep(raw float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if raw <= m*power*1.0000001 {
			return m * power
		}
	}
	return 10 * power
}

// ticks are the round numbers of the scale, the lowest first.
func (a axis) ticks() []float64 {
	var out []float64
	n := int(math.Round((a.high - a.low) / a.step))
	for i := range n + 1 {
		out = append(out, a.low+float64(i)*a.step)
	}
	return out
}

// share is where a value lies, from 0 at the low end to 1.
func (a axis) share(v float64) float64 { return (v - a.low) / (a.high - a.low) }
