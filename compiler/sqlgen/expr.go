package sqlgen

import (
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// Scope is what an expression's SQL depends on beside the expression: the
// project's calendar, the as-of instant, and how columns are spelled.
type Scope struct {
	Zone            string // IANA name
	WeekStart       time.Weekday
	FiscalYearStart time.Month
	AsOf            time.Time
	Column          func(*metrics.ColumnRef) string // nil: the quoted name of the column
	Field           func(*metrics.Field) string     // nil: the quoted name, behind its relation
}

// Expr returns the SQL of e in DuckDB's spelling. Comparisons with == and != are
// never null there, as in the language.
func Expr(e metrics.Expr, s Scope) string {
	return expressions{Scope: s, dialect: DuckDB}.print(e)
}

// expressions prints expressions in one scope and dialect.
type expressions struct {
	Scope
	dialect Dialect
}

// The strength with which operators bind, weakest first.
const (
	bindsOr = iota + 1
	bindsAnd
	bindsNot
	bindsCompare
	bindsAdd
	bindsMul
	bindsNeg
	bindsAtom
)

// sql is a piece of SQL and how strongly its outermost operator binds.
type sql struct {
	text  string
	binds int
}

func atom(text string) sql { return sql{text, bindsAtom} }

// within returns the text, in parentheses where it binds weaker than needed.
func (s sql) within(needed int) string {
	if s.binds < needed {
		return "(" + s.text + ")"
	}
	return s.text
}

func (p expressions) print(e metrics.Expr) string { return p.expr(e, false).text }

func (p expressions) condition(e metrics.Expr) string { return p.expr(e, true).text }

// expr returns the SQL of e. truth says that e stands where false and null are
// one: in WHERE, behind CASE WHEN. There a plain = does for ==, which engines can
// look up.
func (p expressions) expr(e metrics.Expr, truth bool) sql {
	switch e := e.(type) {
	case *metrics.Literal:
		return p.literal(e)
	case *metrics.ColumnRef:
		if p.Column != nil {
			return atom(p.Column(e))
		}
		return atom(p.dialect.Quote(e.Column))
	case *metrics.Field:
		return atom(p.field(e))
	case *metrics.Unary:
		return p.unary(e)
	case *metrics.Binary:
		return p.binary(e, truth)
	case *metrics.Call:
		return p.call(e, truth)
	case *metrics.Native:
		return atom(p.native(e))
	case *metrics.PeriodOf:
		return p.periodOf(e)
	case *metrics.Ranked:
		return p.ranked(e)
	case *metrics.Following:
		x := p.print(e.X)
		return atom("lead(" + x + ") OVER (" + p.partition(e.Within) + "ORDER BY " + x + ")")
	}
	// Names, lists, mappings, aggregates and references to dimensions or KPIs
	// stand alone in no checked expression.
	return atom("NULL")
}

// ranked prints a place among rows; what has no value has none.
func (p expressions) ranked(e *metrics.Ranked) sql {
	x := p.print(e.X)
	over := p.partition(e.Within) + "ORDER BY " + x + " DESC NULLS LAST"
	return atom("CASE WHEN " + p.expr(e.X, false).within(bindsAdd) + " IS NOT NULL THEN rank() OVER (" + over + ") END")
}

// partition prints what rows of a window have in common.
func (p expressions) partition(within []metrics.Expr) string {
	if len(within) == 0 {
		return ""
	}
	texts := make([]string, len(within))
	for i, e := range within {
		texts[i] = p.print(e)
	}
	return "PARTITION BY " + strings.Join(texts, ", ") + " "
}

func (p expressions) field(f *metrics.Field) string {
	switch {
	case p.Field != nil:
		return p.Field(f)
	case f.Relation == "":
		return p.dialect.Quote(f.Name)
	}
	return p.dialect.Quote(f.Relation) + "." + p.dialect.Quote(f.Name)
}

func (p expressions) unary(e *metrics.Unary) sql {
	if e.Op == metrics.OpNot {
		return sql{"NOT " + p.expr(e.X, false).within(bindsCompare), bindsNot}
	}
	return sql{"-" + p.expr(e.X, false).within(bindsAtom), bindsNeg}
}

var operators = map[metrics.Op]struct {
	text  string
	binds int
}{
	metrics.OpAnd: {"AND", bindsAnd}, metrics.OpOr: {"OR", bindsOr},
	metrics.OpEq: {"IS NOT DISTINCT FROM", bindsCompare}, metrics.OpNe: {"IS DISTINCT FROM", bindsCompare},
	metrics.OpLt: {"<", bindsCompare}, metrics.OpLe: {"<=", bindsCompare},
	metrics.OpGt: {">", bindsCompare}, metrics.OpGe: {">=", bindsCompare},
	metrics.OpAdd: {"+", bindsAdd}, metrics.OpSub: {"-", bindsAdd},
	metrics.OpMul: {"*", bindsMul}, metrics.OpDiv: {"/", bindsMul}, metrics.OpMod: {"%", bindsMul},
}

func (p expressions) binary(e *metrics.Binary, truth bool) sql {
	op := operators[e.Op]
	switch e.Op {
	case metrics.OpAnd, metrics.OpOr:
		l, r := p.expr(e.L, truth), p.expr(e.R, truth)
		return sql{l.within(op.binds) + " " + op.text + " " + r.within(op.binds), op.binds}
	case metrics.OpDiv:
		return sql{p.double(e.L) + " / nullif(" + p.double(e.R) + ", 0)", bindsMul}
	case metrics.OpMod:
		return sql{p.expr(e.L, false).within(bindsMul) + " % nullif(" + p.print(e.R) + ", 0)", bindsMul}
	case metrics.OpAdd, metrics.OpSub, metrics.OpMul:
		// The right side of an operator that is not associative needs parentheses
		// at equal strength too.
		l, r := p.widened(e), p.expr(e.R, false)
		return sql{l.within(op.binds) + " " + op.text + " " + r.within(op.binds+1), op.binds}
	}
	return p.comparison(e, truth)
}

func (p expressions) comparison(e *metrics.Binary, truth bool) sql {
	if e.Op == metrics.OpEq || e.Op == metrics.OpNe {
		if x, ok := besideNull(e); ok {
			is := " IS NULL"
			if e.Op == metrics.OpNe {
				is = " IS NOT NULL"
			}
			return sql{p.expr(x, false).within(bindsAdd) + is, bindsCompare}
		}
	}
	op := operators[e.Op].text
	if truth && e.Op == metrics.OpEq && (isConstant(e.L) || isConstant(e.R)) {
		op = "="
	}
	like := commonKind(e.L, e.R)
	return sql{p.as(e.L, like).within(bindsAdd) + " " + op + " " + p.as(e.R, like).within(bindsAdd), bindsCompare}
}

// besideNull returns the operand that is compared with null.
func besideNull(e *metrics.Binary) (metrics.Expr, bool) {
	switch {
	case isNull(e.R):
		return e.L, true
	case isNull(e.L):
		return e.R, true
	}
	return nil, false
}

func isNull(e metrics.Expr) bool {
	l, ok := e.(*metrics.Literal)
	return ok && l.Type.Kind == metrics.Null
}

// isConstant tells whether e is a literal other than null.
func isConstant(e metrics.Expr) bool {
	l, ok := e.(*metrics.Literal)
	return ok && l.Type.Kind != metrics.Null
}

// commonKind is the kind in which values are compared: a day meets an instant as
// its first instant.
func commonKind(all ...metrics.Expr) metrics.Kind {
	kind := metrics.Unknown
	for _, e := range all {
		if k := e.Base().Type.Kind; k == metrics.Timestamp || kind == metrics.Unknown {
			kind = k
		}
	}
	return kind
}

// as returns e, a day as its first instant where an instant is wanted.
func (p expressions) as(e metrics.Expr, want metrics.Kind) sql {
	if want == metrics.Timestamp && e.Base().Type.Kind == metrics.Date {
		return atom(p.dayStart(p.print(e)))
	}
	return p.expr(e, false)
}

// double returns e as a floating-point number.
func (p expressions) double(e metrics.Expr) string {
	if e.Base().Type.Kind == metrics.Double {
		return p.expr(e, false).within(bindsNeg)
	}
	return "CAST(" + p.print(e) + " AS DOUBLE)"
}

// narrowDigits is what a decimal of eight bytes holds. DuckDB computes in eight
// bytes when both operands fit, and fails where the result doesn't.
const narrowDigits = 18

// widened returns the left operand, cast so that the exact result of the
// operation has room.
func (p expressions) widened(e *metrics.Binary) sql {
	l, r := e.L.Base().Type, e.R.Base().Type
	if e.Type.Kind == metrics.Double && l.Exact() && r.Exact() {
		return atom(p.double(e.L))
	}
	if l.Kind == metrics.Decimal && r.Kind == metrics.Decimal && maybeNarrow(l) && maybeNarrow(r) && digitsNeeded(e.Op, l, r) > narrowDigits {
		wide := metrics.DecimalType(max(narrowDigits+1, l.Precision), l.Scale)
		return atom("CAST(" + p.print(e.L) + " AS " + p.dialect.typeName(wide) + ")")
	}
	return p.expr(e.L, false)
}

// maybeNarrow tells whether the engine may hold values of a type in eight bytes: those
// of few digits, and decimals beside integers, for which the engine adds no digits where
// they are constants: if(paid, amount, 0).
func maybeNarrow(t metrics.Type) bool {
	return t.Precision <= narrowDigits || t.Precision-t.Scale == metrics.IntegerDigits
}

func digitsNeeded(op metrics.Op, l, r metrics.Type) int {
	if op == metrics.OpMul {
		return l.Precision + r.Precision
	}
	return max(l.Precision-l.Scale, r.Precision-r.Scale) + max(l.Scale, r.Scale) + 1
}

// literal returns a constant in the spelling of its type.
func (p expressions) literal(l *metrics.Literal) sql {
	switch l.Type.Kind {
	case metrics.Null, metrics.Unknown:
		return atom("NULL")
	case metrics.Boolean:
		return atom(strings.ToUpper(l.Text))
	case metrics.Integer, metrics.Decimal:
		return number(l.Text)
	case metrics.Double:
		return atom("CAST(" + l.Text + " AS DOUBLE)")
	case metrics.Date:
		return atom("DATE " + quoteText(l.Text))
	case metrics.Timestamp:
		return atom(p.instant(l.Text))
	}
	return atom(quoteText(l.Text))
}

func number(text string) sql {
	if strings.HasPrefix(text, "-") {
		return sql{text, bindsNeg}
	}
	return atom(text)
}

func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// offsetLayouts are ISO 8601 with an offset; localLayouts are without.
var (
	offsetLayouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00"}
	localLayouts  = []string{"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly}
)

// instant is the literal of an instant written with an offset, or without one in
// the project's zone.
func (p expressions) instant(text string) string {
	for _, layout := range offsetLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return p.dialect.instantLiteral(t)
		}
	}
	if zone, err := metrics.LoadZone(p.Zone); err == nil {
		for _, layout := range localLayouts {
			if t, err := time.ParseInLocation(layout, text, zone); err == nil {
				return p.dialect.instantLiteral(t)
			}
		}
	}
	return p.dialect.instant(p.Zone, "TIMESTAMP "+quoteText(text))
}
