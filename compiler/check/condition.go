package check

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// published refuses what lies below published values in a threshold's condition.
func (t *typer) published(e metrics.Expr) bool {
	if t.judged == nil {
		return true
	}
	what := ""
	switch e := e.(type) {
	case *metrics.ColumnRef:
		what = "A column"
	case *metrics.Aggregate:
		what = e.Func.Name + "()"
	case *metrics.Call:
		if e.Func.Kind == metrics.KPIFunction {
			what = e.Func.Name + "()"
		}
	}
	if what == "" {
		return true
	}
	t.fail(diag.NotInCondition, e, what+" in a threshold",
		"Thresholds judge published values. Define a KPI of it, and name that here: kpi.name. A condition's own functions are "+strings.Join(metrics.ConditionWords(), ", ")+".")
	return false
}

// conditionCall types a function of conditions.
func (t *typer) conditionCall(e *metrics.Call) {
	if e.Func.Name == metrics.At {
		t.atGrain(e)
		return
	}
	for i, arg := range e.Args {
		switch e.Func.Param(i).Accept {
		case metrics.AcceptCount:
			t.count(e, arg)
		case metrics.AcceptSpan:
			t.spanBack(e, arg)
		case metrics.AcceptStatistic:
			e.Args[i] = t.statistic(arg)
		case metrics.AcceptKPIName:
			t.kpiName(e, arg)
		default:
			t.expr(arg)
			if known(arg) && !t.accepts(e.Func, e.Func.Param(i), arg) {
				return
			}
		}
	}
	if !known(e.Args...) {
		return
	}
	subject := e.Args[len(e.Args)-1]
	if e.Func.Name == "deviation" && !t.comparable(subject, e.Args[0], e) {
		return
	}
	n := e.Func.Result(e.Args)
	e.Type, e.Unit, e.Tax = n.Type, n.Unit, n.Tax
	t.targetPart(e)
}

// kpiName types the KPI that a function of conditions is of.
func (t *typer) kpiName(e *metrics.Call, arg metrics.Expr) {
	t.expr(arg)
	ref, ok := arg.(*metrics.KPIRef)
	switch {
	case !known(arg):
	case !ok:
		t.fail(diag.WrongArguments, arg, e.Func.Name+" wants a KPI's name", "Write kpi.name; for a value that no KPI has, define one. Its form is "+e.Func.Signature()+".")
	case !ref.Type.Numeric() && e.Func.Name != metrics.ValueWord && e.Func.Name != "missing":
		t.fail(diag.WrongType, arg, e.Func.Name+" of a KPI that is no number", "kpi."+ref.KPI+" is a "+ref.Type.String()+". Compare its value: value == true.")
	}
}

// statistic turns a bare word into a literal.
func (t *typer) statistic(arg metrics.Expr) metrics.Expr {
	n, ok := arg.(*metrics.Name)
	if ok && len(n.Parts) == 1 && metrics.IsStatistic(n.Parts[0]) {
		return &metrics.Literal{Node: metrics.Node{ID: n.ID, Type: metrics.Type{Kind: metrics.String}}, Text: n.Parts[0]}
	}
	if !ok || len(n.Parts) > 0 {
		t.fail(diag.WrongArguments, arg, "Not a statistic", "Write mean, median, min, max, stddev, or a percentile from p1 to p99, bare: history(p25, \"52w\").")
	}
	return arg
}

// mostBack is beyond any history that conditions are judged by.
const mostBack = 10_000

// spanBack demands a length of time that is a number of periods.
func (t *typer) spanBack(e *metrics.Call, arg metrics.Expr) {
	l, ok := arg.(*metrics.Literal)
	if !ok || l.Type.Kind != metrics.String {
		if known(arg) {
			t.fail(diag.BadSpan, arg, e.Func.Name+" wants a length of time", "Write how far it looks back, in quotes: "+e.Func.Example+".")
		}
		return
	}
	span, err := metrics.ParseSpan(l.Text)
	if err != nil {
		t.fail(diag.BadSpan, arg, quote(l.Text)+" is no length of time", `Write a whole number with h, d, w, m (months), q or y behind it: "52w".`)
		return
	}
	n, err := span.Periods(t.grainHere)
	switch {
	case t.grainHere == metrics.NoGrain: // missing: reported
	case err != nil:
		t.fail(diag.BadSpan, arg, quote(l.Text)+" is no whole number of periods by "+string(t.grainHere), "Write it in periods of that grain: "+spanOf(t.grainHere)+".")
	case n < 2 || n > mostBack:
		t.fail(diag.BadSpan, arg, quote(l.Text)+" is no history", "It must hold at least two periods, and at most "+countOf(mostBack)+": "+spanOf(t.grainHere)+".")
	}
}

// spanOf is a span as one would write it by a grain.
func spanOf(g metrics.Grain) string {
	spans := map[metrics.Grain]string{metrics.Hour: "168h", metrics.Day: "28d", metrics.Week: "52w", metrics.Month: "12m", metrics.Quarter: "8q", metrics.Year: "5y"}
	if s, known := spans[g]; known {
		return quote(s)
	}
	return "periods of a calendar block have no length that one could count by, take another grain"
}

// atGrain types at(grain, expression).
func (t *typer) atGrain(e *metrics.Call) {
	e.Args[0] = t.grain(e.Func, e.Args[0])
	word, ok := e.Args[0].(*metrics.Literal)
	outer := t.grainHere
	switch {
	case t.within:
		t.fail(diag.NotInCondition, e, "at within at", "Each goes to one grain. Write them side by side: at(week, ...) || at(month, ...).")
		return
	case ok && metrics.Grain(word.Text) == outer:
		t.fail(diag.NotInCondition, e, "at of the threshold's own grain", "The threshold is by "+string(outer)+" already. Leave at out, or name another grain.")
		return
	case ok:
		t.grainHere = metrics.Grain(word.Text)
	}
	t.within = true
	t.expr(e.Args[1])
	t.within, t.grainHere = false, outer
	if !known(e.Args...) {
		return
	}
	n := e.Func.Result(e.Args)
	e.Type, e.Unit, e.Tax = n.Type, n.Unit, n.Tax
}

// targetPart demands that the KPI has the target, or the end of it, that a condition
// names.
func (t *typer) targetPart(e *metrics.Call) {
	if !slices.Contains([]string{metrics.TargetWord, metrics.TargetLow, metrics.TargetHigh}, e.Func.Name) {
		return
	}
	k := t.model.KPI(e.Args[0].(*metrics.KPIRef).KPI)
	mend := ""
	var l *metrics.Literal
	switch target := k.Target; {
	case target == nil:
		mend = "Give it one, target = 100, target = kpi.budget or target = [3, 5], or write the number here."
	case e.Func.Name == metrics.TargetWord && target.KPI != "":
		if other := t.model.KPI(target.KPI); other != nil {
			e.Type = other.Type
		}
		return
	case e.Func.Name == metrics.TargetWord && target.Value != nil:
		l = target.Value
	case e.Func.Name == metrics.TargetWord:
		mend = "Its target is a range. Name the end that is meant: target.low or target.high."
	case target.Low == nil && target.High == nil:
		mend = "Its target is one value, and no range. Write target."
	case e.Func.Name == metrics.TargetLow:
		l = target.Low
	default:
		l = target.High
	}
	if l == nil && mend == "" {
		mend = "That end of its range is open."
	}
	if mend != "" {
		t.fail(diag.NoTarget, e, "kpi."+k.Name+" has no "+e.Func.Name, mend)
		return
	}
	e.Type = l.Type
}
