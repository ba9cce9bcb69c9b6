package oracle

import (
	"math/big"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// other is the period that one is compared with.
func (q *question) other(p period, with string) (period, bool) {
	switch with {
	case "previous":
		return q.cal.shift(p, 1, p.grain)
	case "year_ago":
		return q.cal.shift(p, 1, metrics.Year)
	}
	return period{}, false
}

// comparison is the columns that set a KPI against something, and their values.
func (q *question) comparison(k *metrics.KPI, with string) (names []string, values func(c *cell) []any) {
	if with == "target" {
		return q.target(k)
	}
	names = []string{k.Name + "_" + with}
	if k.Type.Numeric() {
		names = append(names, k.Name+"_"+with+"_change")
	}
	return names, func(c *cell) []any {
		var was any
		if p, ok := q.other(c.period, with); ok {
			then := *c
			then.period = p
			was = then.kpi(k)
		}
		if len(names) == 1 {
			return []any{was}
		}
		return []any{was, change(k, c.kpi(k), was)}
	}
}

// change is the difference in points for percentages, else relative.
func change(k *metrics.KPI, now, was any) any {
	if now == nil || was == nil {
		return nil
	}
	difference := arithmetic(metrics.OpSub, now, was, metrics.Unknown)
	if strings.Contains(k.Format, "%") {
		return difference
	}
	return arithmetic(metrics.OpDiv, difference, numbers["abs"]([]any{was}), metrics.Double)
}

func (q *question) target(k *metrics.KPI) (names []string, values func(c *cell) []any) {
	t := k.Target
	switch {
	case t == nil:
		return nil, func(*cell) []any { return nil }
	case t.Low != nil || t.High != nil:
		names = []string{k.Name + "_target_low", k.Name + "_target_high", k.Name + "_target_change"}
		return names, func(c *cell) []any { return q.ranged(k, c.kpi(k)) }
	}
	goal := q.targetKPI(k)
	return []string{k.Name + "_target", k.Name + "_target_change"}, func(c *cell) []any {
		var to any
		switch {
		case goal != nil:
			to = c.kpi(goal)
		case t.Value != nil:
			to = scope{w: q.World}.eval(t.Value)
		}
		return []any{to, change(k, c.kpi(k), to)}
	}
}

// ranged is the bounds, and the change against the one that is violated.
func (q *question) ranged(k *metrics.KPI, v any) []any {
	bound := func(l *metrics.Literal) any {
		if l == nil {
			return nil
		}
		return scope{w: q.World}.eval(l)
	}
	low, high := bound(k.Target.Low), bound(k.Target.High)
	var off any
	switch {
	case v == nil:
	case low != nil && q.compare(v, low) < 0:
		off = change(k, v, low)
	case high != nil && q.compare(v, high) > 0:
		off = change(k, v, high)
	default:
		off = new(big.Rat)
	}
	return []any{low, high, off}
}
