package check

import (
	"math/big"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// aggregate types an aggregate: its arguments and filter are over rows of one source.
func (t *typer) aggregate(e *metrics.Aggregate) {
	switch {
	case t.inAggregate != nil:
		t.fail(diag.NestedAggregate, e, "An aggregate within an aggregate",
			"Rows are brought together once. Write one aggregate over the rows, or combine two by arithmetic.")
		return
	case t.rows && t.source != nil && !t.aggregates:
		t.fail(diag.NotAdditiveByRow, e, "An aggregate among values of one row",
			"Here stands a value of one row of source."+t.source.Name+". Make it a column of that source, which may aggregate the rows that reference it, and name the column here.")
		return
	case t.aggregates && (metrics.IsBalance(e.Func) || metrics.InnerLevel(e) != nil):
		t.wholeLife(e)
		return
	case t.rows && !t.aggregates:
		t.fail(diag.NotAdditiveByRow, e, "An aggregate in a filter over rows", "A filter sees one row at a time. To filter results by a KPI's value, use --having.")
		return
	}
	if cells := metrics.InnerLevel(e); cells != nil {
		t.innerLevel(e, cells)
		return
	}
	t.inAggregate = e
	for i, arg := range e.Args {
		if l, ok := arg.(*metrics.List); ok && e.Func.Param(i).Accept == metrics.AcceptColumns {
			t.seriesColumns(l)
			continue
		}
		if ref, ok := arg.(*metrics.SourceRef); ok && e.Func.Name == "count" {
			t.ofOneSource(ref, ref.Source)
			ref.Type = metrics.Type{Kind: metrics.Boolean}
			continue
		}
		t.expr(arg)
	}
	if e.Filter != nil {
		t.condition(e.Filter, "An aggregate's filter")
	}
	t.inAggregate = nil
	t.aggregateResult(e)
}

func (t *typer) aggregateResult(e *metrics.Aggregate) {
	if !known(e.Args...) || e.Filter != nil && !known(e.Filter) {
		return
	}
	if e.Source == "" {
		t.fail(diag.ManySources, e, "An aggregate over no source", "Name what is aggregated: count(orders), sum(orders.amount).")
		return
	}
	for i, arg := range e.Args {
		if !t.accepts(e.Func, e.Func.Param(i), arg) {
			return
		}
	}
	if e.Filter != nil {
		t.dimensionsReach(t.address, e.Filter, map[string]bool{e.Source: true}, t.at(e.Filter))
	}
	n := e.Func.Result(e.Args)
	e.Type, e.Unit, e.Tax = n.Type, n.Unit, n.Tax
	if e.Func.Name == "count" {
		e.Unit = t.model.Source(e.Source).RowUnit
	}
	t.oneBasisOf(e)
}

// oneBasisOf refuses an aggregate over amounts with and without tax.
func (t *typer) oneBasisOf(e *metrics.Aggregate) {
	if len(e.Args) != 2 {
		return
	}
	a, b := e.Args[0].Base().Tax, e.Args[1].Base().Tax
	if a != metrics.NoTax && b != metrics.NoTax && a != b {
		t.fail(diag.MixedTax, e, "Mixed tax basis", "Bring both to one basis: "+t.taxMend(e.Args[0], e.Args[1])+".",
			diag.Label{Range: t.at(e.Args[0]), Text: taxName(a)}, diag.Label{Range: t.at(e.Args[1]), Text: taxName(b)})
	}
}

// accepts checks one argument against its parameter.
func (t *typer) accepts(f *metrics.Function, p metrics.Param, arg metrics.Expr) bool {
	b := arg.Base()
	kind := b.Type.Kind
	if kind == metrics.Unknown {
		return false
	}
	wants := ""
	switch p.Accept {
	case metrics.AcceptNumber:
		wants = unless(b.Type.Numeric() || kind == metrics.Null, "a number")
	case metrics.AcceptString:
		wants = unless(kind == metrics.String || kind == metrics.Null, "a text")
	case metrics.AcceptBoolean:
		wants = unless(kind == metrics.Boolean || kind == metrics.Null, "true or false")
	case metrics.AcceptTime:
		if l, ok := arg.(*metrics.Literal); ok && kind == metrics.String {
			coerce(l, metrics.Type{Kind: metrics.Timestamp})
		}
		wants = unless(b.Type.Temporal() || kind == metrics.Null, "a date or timestamp")
	case metrics.AcceptOrdered:
		wants = unless(kind != metrics.Boolean, "a number, text, date or timestamp")
	case metrics.AcceptInteger:
		wants = unless(kind == metrics.Integer || kind == metrics.Null, "a whole number")
	case metrics.AcceptFraction:
		wants = unless(isFraction(arg), "a constant from 0 to 1")
	case metrics.AcceptUnit:
		l, ok := arg.(*metrics.Literal)
		valid := false
		if ok && kind == metrics.String {
			_, valid = metrics.ParseUnit(l.Text)
		}
		wants = unless(valid, `a unit in quotes, such as "CNY"`)
	case metrics.AcceptRows:
		if _, isSource := arg.(*metrics.SourceRef); !isSource && kind == metrics.Boolean {
			wants = "a source or a column; a condition is its second argument: count(orders, condition)"
		}
	}
	if wants != "" {
		t.fail(diag.WrongType, arg, f.Name+" wants "+wants, "This is "+diag.A(b.Type.String())+". Its form is "+f.Signature()+".")
		return false
	}
	if p.Plain && b.Unit != "" {
		t.fail(diag.MixedUnits, arg, f.Name+" wants a plain number", "This one is in "+string(b.Unit)+". Divide it by a unit first: x / unit(1, \""+string(b.Unit)+"\").")
		return false
	}
	return true
}

func unless(ok bool, wants string) string {
	if ok {
		return ""
	}
	return wants
}

func isFraction(e metrics.Expr) bool {
	l, ok := e.(*metrics.Literal)
	if !ok || !l.Type.Numeric() {
		return false
	}
	x, ok := new(big.Rat).SetString(l.Text)
	return ok && x.Sign() >= 0 && x.Cmp(big.NewRat(1, 1)) <= 0
}

// alikeArguments demands that the arguments that must be alike are.
func (t *typer) alikeArguments(e *metrics.Call) bool {
	var alike []metrics.Expr
	for i, arg := range e.Args {
		if e.Func.Param(i).Like {
			alike = append(alike, arg)
		}
	}
	switch e.Func.Name {
	case "case":
		if !t.caseConditions(e) {
			return false
		}
		for i := range e.Args {
			if i%2 == 1 || i == len(e.Args)-1 && i%2 == 0 {
				alike = append(alike, e.Args[i])
			}
		}
	case "map":
		alike = append(alike, e.Args[1].(*metrics.Mapping).Values...)
		if len(e.Args) > 2 {
			alike = append(alike, e.Args[2])
		} else {
			alike = append(alike, e.Args[0])
		}
	}
	return t.allAlike(alike)
}

func (t *typer) caseConditions(e *metrics.Call) bool {
	for i := 0; i+1 < len(e.Args); i += 2 {
		if k := e.Args[i].Base().Type.Kind; k != metrics.Boolean && k != metrics.Null {
			t.fail(diag.WrongType, e.Args[i], "case wants conditions", "This is "+diag.A(e.Args[i].Base().Type.String())+". Conditions and values alternate: "+e.Func.Example+".")
			return false
		}
	}
	return true
}

// allAlike compares each with the first that is no literal, as literals take
// the unit of the others; texts that meet a date or timestamp are read as one.
func (t *typer) allAlike(list []metrics.Expr) bool {
	var first metrics.Expr
	for _, e := range list {
		if !isLiteral(e) && (first == nil || first.Base().Type.Kind == metrics.Null) {
			first = e
		}
	}
	if first == nil && len(list) > 0 {
		first = list[0]
	}
	for _, e := range list {
		t.coercePair(first, e)
		if !known(first, e) || e != first && !t.comparable(first, e, e) {
			return false
		}
	}
	return true
}
