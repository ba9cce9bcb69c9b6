package query

import (
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// Constructors of typed expressions.

var (
	boolean   = metrics.Type{Kind: metrics.Boolean}
	integer   = metrics.Type{Kind: metrics.Integer}
	double    = metrics.Type{Kind: metrics.Double}
	text      = metrics.Type{Kind: metrics.String}
	date      = metrics.Type{Kind: metrics.Date}
	timestamp = metrics.Type{Kind: metrics.Timestamp}
)

func typed(t metrics.Type) metrics.Node { return metrics.Node{Type: t} }

func literal(t metrics.Type, s string) *metrics.Literal {
	return &metrics.Literal{Node: typed(t), Text: s}
}

func null() *metrics.Literal { return literal(metrics.Type{Kind: metrics.Null}, "") }

func whole(n int) *metrics.Literal { return literal(integer, strconv.Itoa(n)) }

func truth(b bool) *metrics.Literal { return literal(boolean, strconv.FormatBool(b)) }

func field(relation, name string, t metrics.Type) *metrics.Field {
	return &metrics.Field{Node: typed(t), Relation: relation, Name: name}
}

func compare(op metrics.Op, l, r metrics.Expr) metrics.Expr {
	return &metrics.Binary{Node: typed(boolean), Op: op, L: l, R: r}
}

func arithmetic(op metrics.Op, l, r metrics.Expr, t metrics.Type) metrics.Expr {
	return &metrics.Binary{Node: typed(t), Op: op, L: l, R: r}
}

func known(x metrics.Expr) metrics.Expr { return compare(metrics.OpNe, x, null()) }

func unknown(x metrics.Expr) metrics.Expr { return compare(metrics.OpEq, x, null()) }

// all is the conjunction; nil operands don't count, and of none it is nil.
func all(conditions ...metrics.Expr) metrics.Expr { return chain(metrics.OpAnd, conditions) }

// some is the disjunction.
func some(conditions ...metrics.Expr) metrics.Expr { return chain(metrics.OpOr, conditions) }

func chain(op metrics.Op, conditions []metrics.Expr) metrics.Expr {
	var out metrics.Expr
	for _, c := range conditions {
		switch {
		case c == nil:
		case out == nil:
			out = c
		default:
			out = compare(op, out, c)
		}
	}
	return out
}

func call(name string, t metrics.Type, args ...metrics.Expr) metrics.Expr {
	return &metrics.Call{Node: typed(t), Func: metrics.FunctionNamed(name), Args: args}
}

func coalesce(x, otherwise metrics.Expr) metrics.Expr {
	return call("coalesce", x.Base().Type, x, otherwise)
}

// when is x where the condition holds, else null.
func when(condition, x metrics.Expr) metrics.Expr {
	return call("case", x.Base().Type, condition, x)
}

func choose(condition, then, otherwise metrics.Expr) metrics.Expr {
	return call("if", then.Base().Type, condition, then, otherwise)
}
