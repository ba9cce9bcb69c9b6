package threshold_test

import (
	"math"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/threshold"
)

// reference evaluates conditions the plain way, a period at a time, over values in maps.
// It shares nothing with the SQL but the model.
type reference struct {
	model  *metrics.Model
	values map[place]*float64 // a row is there; nil is a null
	cut    map[place]bool     // rows of periods that are covered in part
	steps  func(from metrics.Grain, at int, to metrics.Grain) int
	ago    func(g metrics.Grain, at int) int // -1: none
	due    func(g metrics.Grain, at int) float64
	main   here
}

// place is where a value stands.
type place struct {
	kpi    string
	grain  metrics.Grain
	member string
	at     int
}

// here is where a condition is evaluated.
type here struct {
	grain  metrics.Grain
	member string
	at     int
}

// level is how bad a period is.
func (r *reference) level(t *metrics.Threshold, h here, missing bool) threshold.Level {
	own := place{t.KPI, h.grain, h.member, h.at}
	r.main = h
	switch {
	case r.cut[own]:
		return threshold.Unjudged
	case r.values[own] == nil && (!missing || !r.begun(own)):
		return threshold.Unjudged
	case t.Where != nil && truth(r.eval(t.Where, h)) != 1:
		return threshold.Unjudged
	}
	unknown := false
	for _, c := range []struct {
		e     metrics.Expr
		level threshold.Level
	}{{t.Red, threshold.Crossed}, {t.Amber, threshold.Warned}} {
		if c.e == nil {
			continue
		}
		switch truth(r.eval(c.e, h)) {
		case 1:
			return c.level
		case -1:
			unknown = true
		}
	}
	if unknown {
		return threshold.Unjudged
	}
	return threshold.Calm
}

// begun tells whether a member had a row up to a period.
func (r *reference) begun(p place) bool {
	for ; p.at >= 0; p.at-- {
		if _, row := r.values[p]; row {
			return true
		}
	}
	return false
}

// truth is 1, 0, or -1 for null.
func truth(v any) int {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
		return 0
	}
	return -1
}

// eval is a float64, a bool or nil.
func (r *reference) eval(e metrics.Expr, h here) any {
	switch e := e.(type) {
	case *metrics.Literal:
		x, _ := strconv.ParseFloat(e.Text, 64)
		return x
	case *metrics.KPIRef:
		return r.at(e.KPI, h, 0)
	case *metrics.Unary:
		x := r.eval(e.X, h)
		if e.Op == metrics.OpNot && x != nil {
			return !x.(bool)
		}
		if e.Op == metrics.OpNeg && x != nil {
			return -x.(float64)
		}
		return nil
	case *metrics.Binary:
		return r.binary(e, r.eval(e.L, h), r.eval(e.R, h))
	case *metrics.Call:
		if e.Func.Kind == metrics.ConditionFunction {
			return r.call(e, h)
		}
		if x, known := r.eval(e.Args[0], h).(float64); known { // abs
			return math.Abs(x)
		}
	}
	return nil
}

func (r *reference) binary(e *metrics.Binary, left, right any) any {
	switch a, b := truth(left), truth(right); e.Op {
	case metrics.OpAnd:
		if a == 0 || b == 0 {
			return false
		}
		return known(a == 1 && b == 1, a, b)
	case metrics.OpOr:
		if a == 1 || b == 1 {
			return true
		}
		return known(false, a, b)
	}
	x, okX := left.(float64)
	y, okY := right.(float64)
	if !okX || !okY {
		return nil
	}
	switch e.Op {
	case metrics.OpLt:
		return x < y
	case metrics.OpGt:
		return x > y
	case metrics.OpLe:
		return x <= y
	case metrics.OpGe:
		return x >= y
	case metrics.OpMul:
		return x * y
	case metrics.OpAdd:
		return x + y
	}
	return x - y
}

func known(v bool, a, b int) any {
	if a < 0 || b < 0 {
		return nil
	}
	return v
}

// at is a KPI's value some periods earlier, nil where there is none.
func (r *reference) at(kpi string, h here, back int) any {
	if v := r.values[place{kpi, h.grain, h.member, h.at - back}]; v != nil && h.at >= 0 {
		return *v
	}
	return nil
}

func (r *reference) call(e *metrics.Call, h here) any {
	if e.Func.Name == metrics.At {
		g := metrics.Grain(e.Args[0].(*metrics.Literal).Text)
		return r.eval(e.Args[1], here{g, h.member, r.steps(h.grain, h.at, g)})
	}
	kpi := e.Args[len(e.Args)-1].(*metrics.KPIRef).KPI
	v, judged := r.at(kpi, h, 0).(float64)
	count := func(i int) int { n, _ := strconv.Atoi(e.Args[i].(*metrics.Literal).Text); return n }
	against := func(p any, compute func(p float64) any) any {
		x, ok := p.(float64)
		if !ok || !judged {
			return nil
		}
		return compute(x)
	}
	ratio := func(p float64) any {
		if p == 0 {
			return nil
		}
		return (v - p) / math.Abs(p)
	}
	switch e.Func.Name {
	case metrics.ValueWord:
		return r.at(kpi, h, 0)
	case "missing":
		return r.at(kpi, h, 0) == nil
	case metrics.TargetWord:
		return r.target(r.model.KPI(kpi), h)
	case "previous":
		return r.at(kpi, h, count(0))
	case metrics.YearAgo:
		if at := r.ago(h.grain, h.at); at >= 0 {
			return r.at(kpi, here{h.grain, h.member, at}, 0)
		}
		return nil
	case "delta":
		return against(r.at(kpi, h, count(0)), func(p float64) any { return v - p })
	case "growth":
		return against(r.at(kpi, h, count(0)), ratio)
	case "deviation":
		return against(r.eval(e.Args[0], h), func(p float64) any {
			if x, ok := ratio(p).(float64); ok {
				return math.Abs(x)
			}
			return nil
		})
	case "falls":
		return r.streak(kpi, h, count(0), func(now, before float64) bool { return now < before })
	case "rises":
		return r.streak(kpi, h, count(0), func(now, before float64) bool { return now > before })
	}
	return r.historic(e, kpi, h, v, judged)
}

// target is that of a KPI; the part that is due by now, of one that adds up in the
// period that is open.
func (r *reference) target(k *metrics.KPI, h here) any {
	var goal any
	if k.Target.KPI != "" {
		goal = r.at(k.Target.KPI, h, 0)
	} else if x, err := strconv.ParseFloat(k.Target.Value.Text, 64); err == nil {
		goal = x
	}
	if x, ok := goal.(float64); ok && r.main == h && k.Name == "n" {
		return x * r.due(h.grain, h.at)
	}
	return goal
}

func (r *reference) streak(kpi string, h here, n int, moved func(now, before float64) bool) any {
	unknown := false
	for i := range n {
		now, ok := r.at(kpi, h, i).(float64)
		before, both := r.at(kpi, h, i+1).(float64)
		switch {
		case !ok || !both:
			unknown = true
		case !moved(now, before):
			return false
		}
	}
	if unknown {
		return nil
	}
	return true
}

// historic evaluates what looks at the distribution of the periods before.
func (r *reference) historic(e *metrics.Call, kpi string, h here, v float64, judged bool) any {
	span, err := metrics.ParseSpan(e.Args[len(e.Args)-2].(*metrics.Literal).Text)
	if err != nil {
		return nil
	}
	n := span.N // the test's spans are in periods
	var before []float64
	for i := 1; i <= n; i++ {
		if x, ok := r.at(kpi, h, i).(float64); ok {
			before = append(before, x)
		}
	}
	if 2*len(before) < n {
		return nil
	}
	switch e.Func.Name {
	case metrics.History:
		return statistic(before, e.Args[0].(*metrics.Literal).Text)
	case "zscore":
		d, ok := statistic(before, "stddev").(float64)
		if !judged || !ok || d == 0 {
			return nil
		}
		return (v - statistic(before, "mean").(float64)) / d
	}
	low, high := statistic(before, "p25").(float64), statistic(before, "p75").(float64)
	switch {
	case !judged:
		return nil
	case v > high && high > low:
		return (v - high) / (high - low)
	case v < low && high > low:
		return (v - low) / (high - low)
	case v > high || v < low:
		return nil
	}
	return 0.0
}

func statistic(values []float64, word string) any {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return nil
	}
	var sum float64
	for _, x := range sorted {
		sum += x
	}
	mean := sum / float64(len(sorted))
	switch word {
	case "mean":
		return mean
	case "min":
		return sorted[0]
	case "max":
		return sorted[len(sorted)-1]
	case "stddev":
		if len(sorted) < 2 {
			return nil
		}
		var squares float64
		for _, x := range sorted {
			squares += (x - mean) * (x - mean)
		}
		return math.Sqrt(squares / float64(len(sorted)-1))
	case "median":
		return quantile(sorted, 0.5)
	}
	p, _ := metrics.ParsePercentile(word)
	return quantile(sorted, p)
}

func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (sorted[i+1]-sorted[i])*(at-float64(i))
}
