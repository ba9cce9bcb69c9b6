package threshold

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// figures are the values of a member's row in a period, by their column.
type figures struct {
	value *metrics.Number
	state metrics.State
	texts map[string]string // those that are known
}

func (r figures) number(column string) *metrics.Number {
	text, known := r.texts[column]
	if !known {
		return nil
	}
	n := metrics.Number(metrics.NewValue(text, metrics.Type{Kind: metrics.Double}))
	return &n
}

// reasons are the terms of a threshold's conditions of a severity that hold.
func (g *group) reasons(t *metrics.Threshold, s metrics.Severity, row figures) []metrics.Because {
	var out []metrics.Because
	for _, term := range g.terms[t] {
		if term.severity == s && row.texts[term.column] == "true" {
			out = append(out, g.because(g.main, term.expr, row)...)
		}
	}
	return out
}

// because says why a term holds.
func (g *group) because(f *frame, e metrics.Expr, row figures) []metrics.Because {
	switch e := e.(type) {
	case *metrics.Binary:
		if e.Op == metrics.OpAnd {
			return append(g.because(f, e.L, row), g.because(f, e.R, row)...)
		}
		for _, sides := range [][2]metrics.Expr{{e.L, e.R}, {e.R, e.L}} {
			if b, ok := g.compared(f, sides[0], sides[1], row); ok {
				return []metrics.Because{b}
			}
		}
	case *metrics.Call:
		if e.Func.Kind != metrics.ConditionFunction {
			break
		}
		if e.Func.Name == metrics.At {
			return g.because(f.at(metrics.Grain(text(e.Args[0]))), e.Args[1], row)
		}
		b := g.begin(f, e)
		if slices.Contains([]string{"falls", "rises", "missing"}, b.Kind) {
			return []metrics.Because{b}
		}
	}
	return []metrics.Because{{Kind: "condition", Grain: f.grain}}
}

// begin is what a call of a function of conditions says of itself.
func (g *group) begin(f *frame, e *metrics.Call) metrics.Because {
	b := metrics.Because{Kind: e.Func.Name, Grain: f.grain}
	if ref, ok := e.Args[len(e.Args)-1].(*metrics.KPIRef); ok && ref.KPI != g.kpi.Name {
		b.KPI = ref.KPI
	}
	if len(e.Args) > 1 && e.Func.Param(0).Accept == metrics.AcceptCount {
		b.N = number(e.Args[0])
	}
	return b
}

// compared says what a side of a comparison is held against.
func (g *group) compared(f *frame, side, other metrics.Expr, row figures) (metrics.Because, bool) {
	if u, ok := side.(*metrics.Call); ok && u.Func.Name == "abs" {
		return g.compared(f, u.Args[0], other, row)
	}
	if at, ok := side.(*metrics.Call); ok && at.Func.Kind == metrics.ConditionFunction && at.Func.Name == metrics.At {
		return g.compared(f.at(metrics.Grain(text(at.Args[0]))), at.Args[1], other, row)
	}
	e, ok := side.(*metrics.Call)
	if !ok || e.Func.Kind != metrics.ConditionFunction {
		return metrics.Because{}, false
	}
	b := g.begin(f, e)
	switch b.Kind {
	case "growth", "delta", "zscore", "iqr":
		b.Figure = row.number(g.figure(f.lower(e)))
		return b, true
	case "deviation":
		b.Figure = row.number(g.figure(f.lower(e)))
		b.Against, b.Other = g.reference(f, e.Args[0], row)
		return b, true
	case metrics.ValueWord:
		b.Against, b.Other = g.reference(f, other, row)
		b.Figure = distance(row.number(g.figure(f.lower(e))), b.Other)
		return b, b.Other != nil
	}
	return b, false
}

// reference is the thing that an expression is made from, by which a reader knows
// what a value is held against, and its value; a number stands for itself.
func (g *group) reference(f *frame, e metrics.Expr, row figures) (string, *metrics.Number) {
	name, column := "", ""
	metrics.Walk(e, func(x metrics.Expr) bool {
		if name != "" {
			return false
		}
		switch x := x.(type) {
		case *metrics.KPIRef:
			name, column = "kpi."+x.KPI, g.figure(f.lower(x))
		case *metrics.Call:
			switch {
			case x.Func.Kind != metrics.ConditionFunction:
				return true
			case x.Func.Name == metrics.At:
				name, _ = g.reference(f.at(metrics.Grain(text(x.Args[0]))), x.Args[1], row)
				column = g.figure(f.lower(x))
			case x.Func.Name == metrics.History:
				name, column = text(x.Args[0])+" "+text(x.Args[1]), g.figure(f.lower(x))
			default:
				name, column = x.Func.Name, g.figure(f.lower(x))
			}
			return false
		}
		return true
	})
	if name == "" {
		return "", row.number(g.figure(f.lower(e)))
	}
	return name, row.number(column)
}

// distance is how far a value is from another, relative to that.
func distance(value, other *metrics.Number) *metrics.Number {
	if value == nil || other == nil {
		return nil
	}
	ratio := metrics.Value(*value).Ratio(metrics.Value(*other))
	if ratio == nil {
		return nil
	}
	n := metrics.Number(metrics.NewValue(formatFloat(*ratio), metrics.Type{Kind: metrics.Double}))
	return &n
}
