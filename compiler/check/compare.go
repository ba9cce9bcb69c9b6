package check

import (
	"math/big"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

func isLiteral(e metrics.Expr) bool {
	if u, ok := e.(*metrics.Unary); ok && u.Op == metrics.OpNeg {
		e = u.X
	}
	_, ok := e.(*metrics.Literal)
	return ok
}

func isZero(e metrics.Expr) bool {
	l, ok := e.(*metrics.Literal)
	return ok && l.Type.Numeric() && strings.Trim(l.Text, "0.") == ""
}

func ascending(a, b metrics.Expr) bool {
	x, _ := new(big.Rat).SetString(a.(*metrics.Literal).Text)
	y, _ := new(big.Rat).SetString(b.(*metrics.Literal).Text)
	return x != nil && y != nil && x.Cmp(y) < 0
}

// binary types an operator whose operands are typed.
func (t *typer) binary(e *metrics.Binary) {
	if !known(e.L, e.R) {
		if boolean(e.Op) {
			e.Type = metrics.Type{Kind: metrics.Boolean}
		}
		return
	}
	switch e.Op {
	case metrics.OpAnd, metrics.OpOr:
		e.Type = metrics.Type{Kind: metrics.Boolean}
		for _, x := range []metrics.Expr{e.L, e.R} {
			if k := x.Base().Type.Kind; k != metrics.Boolean && k != metrics.Null {
				t.fail(diag.WrongType, x, string(e.Op)+" wants true or false", "This is "+diag.A(x.Base().Type.String())+". Compare it with something first.")
				e.Type = metrics.Type{}
			}
		}
	case metrics.OpEq, metrics.OpNe, metrics.OpLt, metrics.OpLe, metrics.OpGt, metrics.OpGe:
		e.Type = metrics.Type{Kind: metrics.Boolean}
		if equality := e.Op == metrics.OpEq || e.Op == metrics.OpNe; equality && (t.asksUnmatched(e.L, e.R) || t.asksUnmatched(e.R, e.L)) {
			return
		}
		t.coercePair(e.L, e.R)
		if known(e.L, e.R) && t.comparable(e.L, e.R, e) && e.Op != metrics.OpEq && e.Op != metrics.OpNe {
			t.ordered(e)
		}
	default:
		t.arithmetic(e)
	}
}

func boolean(op metrics.Op) bool {
	return slices.Contains([]metrics.Op{metrics.OpAnd, metrics.OpOr, metrics.OpEq, metrics.OpNe, metrics.OpLt, metrics.OpLe, metrics.OpGt, metrics.OpGe}, op)
}

func (t *typer) ordered(e *metrics.Binary) {
	for _, x := range []metrics.Expr{e.L, e.R} {
		if x.Base().Type.Kind == metrics.Boolean {
			t.fail(diag.WrongType, e, "Truth values have no order", "Compare them by == or !=.")
			return
		}
	}
}

// coercePair reads a text as a date or timestamp where it meets one.
func (t *typer) coercePair(a, b metrics.Expr) {
	for range 2 {
		if l, ok := a.(*metrics.Literal); ok && b.Base().Type.Temporal() && !coerce(l, b.Base().Type) {
			if l.Type.Kind == metrics.String {
				t.badLiteral(t.address, t.at(l), l, b.Base().Type)
				l.Type = metrics.Type{}
			}
		}
		a, b = b, a
	}
}

// asksUnmatched tells whether a comparison in a filter asks for the member of rows that
// lead nowhere, which all cuts can have that go through references.
func (t *typer) asksUnmatched(cut, constant metrics.Expr) bool {
	if t.source != nil || !metrics.IsUnmatched(constant) {
		return false
	}
	if ref, column := cut.(*metrics.ColumnRef); column {
		return len(ref.Path) > 0
	}
	_, dimension := cut.(*metrics.DimensionRef)
	return dimension
}

// comparable demands one type, unit and tax basis; a bare literal takes the
// other's unit. blame is the expression that is reported.
func (t *typer) comparable(a, b, blame metrics.Expr) bool {
	x, y := a.Base(), b.Base()
	if _, ok := metrics.Unify(x.Type, y.Type); !ok {
		t.fail(diag.WrongType, blame, diag.CapitalA(x.Type.String())+" beside "+diag.A(y.Type.String()), unlikeHint(x.Type, y.Type))
		return false
	}
	if isLiteral(a) || isLiteral(b) {
		return true
	}
	return t.sameQuality(a, b, blame)
}

func unlikeHint(a, b metrics.Type) string {
	if a.Kind == metrics.String && b.Numeric() || b.Kind == metrics.String && a.Numeric() {
		return "A text and a number are never equal. Declare the column as a number, or put the constant in quotes."
	}
	return "Bring both to one type."
}

// sameQuality demands one unit and one tax basis.
func (t *typer) sameQuality(a, b, blame metrics.Expr) bool {
	x, y := a.Base(), b.Base()
	if x.Unit != y.Unit {
		t.fail(diag.MixedUnits, blame, "Mixed units", unitMend(x.Unit, y.Unit),
			diag.Label{Range: t.at(a), Text: unitName(x.Unit)}, diag.Label{Range: t.at(b), Text: unitName(y.Unit)})
		return false
	}
	if x.Tax != y.Tax {
		t.fail(diag.MixedTax, blame, "Mixed tax basis", "Bring both to one basis: "+t.taxMend(a, b)+".",
			diag.Label{Range: t.at(a), Text: taxName(x.Tax)}, diag.Label{Range: t.at(b), Text: taxName(y.Tax)})
		return false
	}
	return true
}

func unitMend(a, b metrics.Unit) string {
	if a == "" || b == "" {
		return "A plain number has no unit, so that it may mean anything. Give it one: unit(10, \"" + string(a+b) + "\"), or declare the column's unit."
	}
	return string(a) + " and " + string(b) + " can't be brought together. Bring both to one unit first."
}

// taxMend names the side that can be made net.
func (t *typer) taxMend(a, b metrics.Expr) string {
	for _, e := range []metrics.Expr{a, b} {
		if e.Base().Tax == metrics.TaxIncluded {
			return "net_of_tax(" + t.textOf(e) + ", 0.13)"
		}
	}
	return "declare the tax of the other"
}

// textOf is an expression in short, for a mend.
func (t *typer) textOf(e metrics.Expr) string {
	switch e := e.(type) {
	case *metrics.ColumnRef:
		return strings.Join(append(append([]string{e.Source}, e.Path...), e.Column), ".")
	case *metrics.KPIRef:
		return "kpi." + e.KPI
	case *metrics.Aggregate:
		if len(e.Args) > 0 {
			return e.Func.Name + "(" + t.textOf(e.Args[0]) + ")"
		}
	}
	return "x"
}

// arithmetic types + - * / %.
func (t *typer) arithmetic(e *metrics.Binary) {
	l, r := e.L.Base(), e.R.Base()
	for _, x := range []metrics.Expr{e.L, e.R} {
		if !x.Base().Type.Numeric() && x.Base().Type.Kind != metrics.Null {
			t.fail(diag.WrongType, e, string(e.Op)+" wants numbers", arithmeticHint(e.Op, l.Type, r.Type), diag.Label{Range: t.at(x), Text: x.Base().Type.String()})
			return
		}
	}
	switch e.Op {
	case metrics.OpMul:
		e.Unit = l.Unit.Times(r.Unit)
		e.Tax, e.Type = productTax(l.Tax, r.Tax), productType(l.Type, r.Type)
		t.oneBasis(e)
	case metrics.OpDiv:
		e.Unit = l.Unit.Per(r.Unit)
		e.Tax, e.Type = metrics.QuotientTax(l.Tax, r.Tax), metrics.Type{Kind: metrics.Double}
		t.oneBasis(e)
	default:
		common, _ := metrics.Unify(l.Type, r.Type)
		e.Type, e.Unit, e.Tax = sumType(common), l.Unit, l.Tax
		if isZero(e.L) || l.Type.Kind == metrics.Null {
			e.Unit, e.Tax = r.Unit, r.Tax
		} else if !isZero(e.R) && r.Type.Kind != metrics.Null {
			t.sameQuality(e.L, e.R, e)
		}
	}
}

// oneBasis refuses a product or quotient of amounts with and without tax.
func (t *typer) oneBasis(e *metrics.Binary) {
	l, r := e.L.Base().Tax, e.R.Base().Tax
	if l != metrics.NoTax && r != metrics.NoTax && l != r {
		t.sameBasis(e)
	}
}

func (t *typer) sameBasis(e *metrics.Binary) {
	t.fail(diag.MixedTax, e, "Mixed tax basis", "Bring both to one basis: "+t.taxMend(e.L, e.R)+".",
		diag.Label{Range: t.at(e.L), Text: taxName(e.L.Base().Tax)}, diag.Label{Range: t.at(e.R), Text: taxName(e.R.Base().Tax)})
}

func arithmeticHint(op metrics.Op, l, r metrics.Type) string {
	switch {
	case l.Temporal() || r.Temporal():
		return "For time between two points write date_diff(day, from, to); to move one, date_add(t, 7, day)."
	case op == metrics.OpAdd && (l.Kind == metrics.String || r.Kind == metrics.String):
		return "Texts are joined by concat(a, b)."
	case l.Kind == metrics.Boolean || r.Kind == metrics.Boolean:
		return "To count what is true, use count(source, condition) or if(condition, 1, 0)."
	}
	return "Declare the column as a number."
}

func productTax(a, b metrics.Tax) metrics.Tax {
	if a == metrics.NoTax {
		return b
	}
	return a
}

// productType adds up digits, so that no product overflows.
func productType(a, b metrics.Type) metrics.Type {
	if a.Kind == metrics.Decimal && b.Kind == metrics.Decimal {
		return metrics.DecimalType(a.Precision+b.Precision, a.Scale+b.Scale)
	}
	common, _ := metrics.Unify(a, b)
	if common.Kind == metrics.Decimal {
		return metrics.DecimalType(metrics.MaxPrecision, common.Scale)
	}
	return common
}

func sumType(t metrics.Type) metrics.Type {
	if t.Kind == metrics.Decimal {
		return metrics.DecimalType(t.Precision+1, t.Scale)
	}
	return t
}
