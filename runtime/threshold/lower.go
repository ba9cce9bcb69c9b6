package threshold

import (
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// lower gives the functions of conditions and the KPIs in an expression the columns
// of a frame that hold them.
func (f *frame) lower(e metrics.Expr) metrics.Expr {
	switch e := e.(type) {
	case *metrics.KPIRef:
		return f.value(e.KPI)
	case *metrics.Call:
		if e.Func.Kind == metrics.ConditionFunction {
			return f.call(e)
		}
	}
	return metrics.MapChildren(e, f.lower)
}

func (f *frame) call(e *metrics.Call) metrics.Expr {
	if e.Func.Name == metrics.At {
		return f.at(metrics.Grain(text(e.Args[0]))).lower(e.Args[1])
	}
	kpi := e.Args[len(e.Args)-1].(*metrics.KPIRef).KPI
	v := f.value(kpi)
	back := func() metrics.Expr { return f.field(f.back(kpi, number(e.Args[0])), v.Base().Type) }
	double := func(column string) metrics.Expr { return f.field(column, metrics.Type{Kind: metrics.Double}) }
	switch e.Func.Name {
	case metrics.TargetWord, metrics.TargetLow, metrics.TargetHigh:
		return f.target(e, kpi)
	case "previous":
		return back()
	case "delta":
		return f.derived(binary(metrics.OpSub, v, back(), e.Type))
	case "growth":
		p := back()
		return f.derived(binary(metrics.OpDiv, binary(metrics.OpSub, v, p, v.Base().Type), absolute(p), e.Type))
	case metrics.YearAgo:
		return f.yearAgo(kpi)
	case "falls":
		return f.field(f.streak(kpi, "<", number(e.Args[0])), e.Type)
	case "rises":
		return f.field(f.streak(kpi, ">", number(e.Args[0])), e.Type)
	case metrics.History:
		return f.field(f.statistic(kpi, text(e.Args[0]), f.periodsIn(e.Args[1])), e.Type)
	case "zscore":
		n := f.periodsIn(e.Args[0])
		return f.derived(binary(metrics.OpDiv, binary(metrics.OpSub, v, double(f.statistic(kpi, "mean", n)), e.Type), double(f.statistic(kpi, "stddev", n)), e.Type))
	case "iqr":
		return double(f.outside(kpi, f.periodsIn(e.Args[0])))
	case "deviation":
		x := f.lower(e.Args[0])
		t, _ := metrics.Unify(v.Base().Type, x.Base().Type)
		return f.derived(binary(metrics.OpDiv, absolute(binary(metrics.OpSub, v, x, t)), absolute(x), e.Type))
	case "missing":
		f.spine = true
		return binary(metrics.OpEq, v, &metrics.Literal{Node: metrics.Node{Type: metrics.Type{Kind: metrics.Null}}}, e.Type)
	}
	return v // value
}

// target is the KPI's target; in the open period, of a KPI that adds up, the part of it
// that is due by now.
func (f *frame) target(e *metrics.Call, kpi string) metrics.Expr {
	k := f.model.KPI(kpi)
	var goal metrics.Expr
	switch t := k.Target; {
	case e.Func.Name == metrics.TargetLow:
		goal = t.Low
	case e.Func.Name == metrics.TargetHigh:
		goal = t.High
	case t.KPI != "":
		goal = f.value(t.KPI)
	default:
		goal = t.Value
	}
	if f.alias != mainFrame || f.pace == nil || kpi != f.kpi.Name {
		return goal
	}
	f.paced = true
	return binary(metrics.OpMul, goal, f.due(), metrics.Type{Kind: metrics.Double})
}

// due is the part of the target that is due.
func (f *frame) due() metrics.Expr {
	return f.field(paceColumn, metrics.Type{Kind: metrics.Double})
}

// periodsIn is how many periods of the frame's grain a span has; the checker has
// demanded that it is a whole number.
func (f *frame) periodsIn(e metrics.Expr) int {
	span, err := metrics.ParseSpan(text(e))
	if err != nil {
		return 0
	}
	n, err := span.Periods(f.grain)
	if err != nil {
		return 0
	}
	return n
}

func text(e metrics.Expr) string {
	l, ok := e.(*metrics.Literal)
	if !ok {
		return ""
	}
	return l.Text
}

func number(e metrics.Expr) int {
	n, err := strconv.Atoi(text(e))
	if err != nil {
		return 0
	}
	return n
}

func binary(op metrics.Op, l, r metrics.Expr, t metrics.Type) metrics.Expr {
	return &metrics.Binary{Node: metrics.Node{Type: t}, Op: op, L: l, R: r}
}

func absolute(e metrics.Expr) metrics.Expr {
	return &metrics.Call{Node: metrics.Node{Type: e.Base().Type}, Func: metrics.FunctionNamed("abs"), Args: []metrics.Expr{e}}
}
