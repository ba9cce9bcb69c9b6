package sqlgen

import (
	"fmt"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
)

// measure prints an aggregate. Its filter stands in the argument: that is faster
// than FILTER, and says the same, since aggregates pass over nulls.
func (p expressions) measure(m *query.Measure) string {
	if m.Func == query.CountRows {
		if m.Filter == nil {
			return "count(*)"
		}
		return "count(CASE WHEN " + p.condition(m.Filter) + " THEN 1 END)"
	}
	arg := p.argument(m)
	if m.Filter != nil {
		arg = "CASE WHEN " + p.condition(m.Filter) + " THEN " + arg + " END"
	}
	switch m.Func {
	case query.Count:
		return "count(" + arg + ")"
	case query.CountDistinct:
		return "count(DISTINCT " + arg + ")"
	case query.Sum:
		if m.Type.Kind == metrics.Double && !m.Partial {
			return "CAST(sum(" + arg + ") AS DOUBLE)"
		}
		return "sum(" + arg + ")"
	case query.SumOfCounts:
		return "CAST(sum(" + arg + ") AS BIGINT)"
	case query.Min:
		return "min(" + arg + ")"
	case query.Max:
		return "max(" + arg + ")"
	case query.Quantile:
		return "quantile_cont(" + arg + ", " + m.P + ")"
	case query.QuantileDiscrete:
		return "quantile_disc(" + arg + ", " + m.P + ")"
	case query.StdDev:
		// Rounding errors depend on the order of addition.
		return "stddev_samp(" + arg + " ORDER BY " + arg + ")"
	case query.ShareOfTop:
		return p.shareOfTop(arg, m)
	case query.AnyTrue:
		return "bool_or(" + arg + ")"
	}
	return "bool_and(" + arg + ")"
}

// shareOfTop prints the part of a sum that its largest values make. Values are
// added in their order, so that the sum of doubles is the same at every run.
func (p expressions) shareOfTop(arg string, m *query.Measure) string {
	sorted := "list(" + arg + " ORDER BY " + arg + " DESC) FILTER (WHERE " + arg + " IS NOT NULL)"
	top := "CAST(ceil(count(" + arg + ") * " + m.P + ") AS BIGINT)"
	return "CAST(list_sum(list_slice(" + sorted + ", 1, " + top + ")) AS DOUBLE) / nullif(CAST(list_sum(" + sorted + ") AS DOUBLE), 0)"
}

// argument is what a measure reads of a row. Doubles are rounded before a sum, so
// that it doesn't depend on the order of rows.
func (p expressions) argument(m *query.Measure) string {
	t := m.Arg.Base().Type
	switch {
	case m.Func == query.Sum && t.Kind == metrics.Double:
		return fmt.Sprintf("CAST(round(%s, %d) AS %s)", p.print(m.Arg), query.Scale, p.dialect.typeName(metrics.DecimalType(metrics.MaxPrecision, query.Scale)))
	case m.Func == query.Quantile || m.Func == query.StdDev:
		return p.double(m.Arg)
	}
	return p.print(m.Arg)
}
