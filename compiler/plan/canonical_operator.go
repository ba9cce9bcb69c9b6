package plan

import (
	"math/big"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// reversed are the comparisons that hold where another doesn't.
var reversed = map[metrics.Op]metrics.Op{
	metrics.OpEq: metrics.OpNe, metrics.OpNe: metrics.OpEq,
	metrics.OpLt: metrics.OpGe, metrics.OpGe: metrics.OpLt, metrics.OpGt: metrics.OpLe, metrics.OpLe: metrics.OpGt,
}

// unary takes a "not" into what stands behind it: null stays null either way.
func (c *canonical) unary(e *metrics.Unary) string {
	if e.Op == metrics.OpNeg {
		return c.sum(e)
	}
	switch x := e.X.(type) {
	case *metrics.Unary:
		if x.Op == metrics.OpNot {
			return c.expr(x.X)
		}
	case *metrics.Binary:
		if op, ok := reversed[x.Op]; ok {
			other := *x
			other.Op = op
			return c.binary(&other)
		}
	}
	return "!(" + c.expr(e.X) + ")"
}

func (c *canonical) binary(e *metrics.Binary) string {
	switch e.Op {
	case metrics.OpGt:
		return "<(" + c.expr(e.R) + "," + c.expr(e.L) + ")"
	case metrics.OpGe:
		return "<=(" + c.expr(e.R) + "," + c.expr(e.L) + ")"
	case metrics.OpAnd, metrics.OpOr:
		return c.logic(e)
	case metrics.OpEq, metrics.OpNe:
		return c.equality(e)
	case metrics.OpAdd, metrics.OpSub:
		return c.sum(e)
	case metrics.OpMul:
		return c.product(e)
	}
	return string(e.Op) + "(" + c.expr(e.L) + "," + c.expr(e.R) + ")"
}

// equality is null-safe: x == "a" is in(x, ["a"]), and x != "a" the opposite.
func (c *canonical) equality(e *metrics.Binary) string {
	if x, item, ok := withConstant(e); ok {
		text := c.among(x, []metrics.Expr{item})
		if e.Op == metrics.OpNe {
			return "!(" + text + ")"
		}
		return text
	}
	pair := []string{c.expr(e.L), c.expr(e.R)}
	slices.Sort(pair)
	text := "==(" + strings.Join(pair, ",") + ")"
	if e.Op == metrics.OpNe {
		return "!(" + text + ")"
	}
	return text
}

// withConstant takes an equality with a known constant apart.
func withConstant(e *metrics.Binary) (x, item metrics.Expr, ok bool) {
	for _, side := range [][2]metrics.Expr{{e.L, e.R}, {e.R, e.L}} {
		l, literal := side[1].(*metrics.Literal)
		if literal && l.Type.Kind != metrics.Null {
			return side[0], l, true
		}
	}
	return nil, nil, false
}

// listed takes in(x, [...]) apart.
func listed(e metrics.Expr) (x metrics.Expr, items []metrics.Expr, ok bool) {
	call, isCall := e.(*metrics.Call)
	if !isCall || call.Func.Name != "in" || len(call.Args) != 2 {
		return nil, nil, false
	}
	list, isList := call.Args[1].(*metrics.List)
	if !isList {
		return nil, nil, false
	}
	return call.Args[0], list.Items, true
}

func (c *canonical) among(x metrics.Expr, items []metrics.Expr) string {
	return "in(" + c.expr(x) + ",[" + strings.Join(c.set(items), ",") + "])"
}

// logic joins conditions in no order and each once. Of conditions on one thing,
// x == "a" || x == "b" is in(x, ["a", "b"]), and so is the opposite under &&.
func (c *canonical) logic(e *metrics.Binary) string {
	neutral, absorbing := "boolean:\"true\"", "boolean:\"false\""
	if e.Op == metrics.OpOr {
		neutral, absorbing = absorbing, neutral
	}
	lists := map[string][]metrics.Expr{}
	var operands []string
	for _, o := range alike(e, e.Op) {
		if x, items, ok := choices(o, e.Op); ok {
			lists[c.expr(x)] = append(lists[c.expr(x)], items...)
			continue
		}
		operands = append(operands, c.expr(o))
	}
	for x, items := range lists {
		text := "in(" + x + ",[" + strings.Join(c.set(items), ",") + "])"
		if e.Op == metrics.OpAnd {
			text = "!(" + text + ")"
		}
		operands = append(operands, text)
	}
	slices.Sort(operands)
	operands = slices.DeleteFunc(slices.Compact(operands), func(o string) bool { return o == neutral })
	switch {
	case slices.Contains(operands, absorbing):
		return absorbing
	case len(operands) == 0:
		return neutral
	case len(operands) == 1:
		return operands[0]
	}
	return string(e.Op) + "(" + strings.Join(operands, ",") + ")"
}

// choices is what an operand of || picks from a thing's values, and what one of &&
// leaves out of them.
func choices(e metrics.Expr, op metrics.Op) (x metrics.Expr, items []metrics.Expr, ok bool) {
	want, opposite := metrics.OpEq, metrics.OpAnd
	if op == metrics.OpAnd {
		want, opposite = metrics.OpNe, metrics.OpOr
	}
	if not, isNot := e.(*metrics.Unary); isNot && not.Op == metrics.OpNot {
		return choices(not.X, opposite)
	}
	if x, items, ok = listed(e); ok {
		return x, items, op == metrics.OpOr
	}
	if b, isBinary := e.(*metrics.Binary); isBinary && b.Op == want {
		if x, item, ok := withConstant(b); ok {
			return x, []metrics.Expr{item}, true
		}
	}
	return nil, nil, false
}

// alike are the operands of nested operators of one kind.
func alike(e metrics.Expr, op metrics.Op) []metrics.Expr {
	if b, ok := e.(*metrics.Binary); ok && b.Op == op {
		return append(alike(b.L, op), alike(b.R, op)...)
	}
	return []metrics.Expr{e}
}

// sum spells additions and subtractions. Of exact numbers any order and grouping is
// the same; of doubles a + b is b + a, but grouping decides about the last digit.
func (c *canonical) sum(e metrics.Expr) string {
	if !e.Base().Type.Exact() {
		switch e := e.(type) {
		case *metrics.Binary:
			if e.Op == metrics.OpAdd {
				pair := []string{c.expr(e.L), c.expr(e.R)}
				slices.Sort(pair)
				return "+(" + strings.Join(pair, ",") + ")"
			}
			return "-(" + c.expr(e.L) + "," + c.expr(e.R) + ")"
		case *metrics.Unary:
			return "neg(" + c.expr(e.X) + ")"
		}
	}
	known := new(big.Rat)
	var terms []string
	c.terms(e, false, known, &terms)
	if known.Sign() != 0 {
		terms = append(terms, "n:"+known.RatString())
	}
	slices.Sort(terms)
	if len(terms) == 1 {
		return terms[0]
	}
	return "+(" + strings.Join(terms, ",") + ")"
}

// terms collects what a sum adds up, its constants in known.
func (c *canonical) terms(e metrics.Expr, minus bool, known *big.Rat, terms *[]string) {
	if number, ok := constant(e); ok {
		if minus {
			number.Neg(number)
		}
		known.Add(known, number)
		return
	}
	if e.Base().Type.Exact() {
		switch n := e.(type) {
		case *metrics.Unary:
			if n.Op == metrics.OpNeg {
				c.terms(n.X, !minus, known, terms)
				return
			}
		case *metrics.Binary:
			if n.Op == metrics.OpAdd || n.Op == metrics.OpSub {
				c.terms(n.L, minus, known, terms)
				c.terms(n.R, minus != (n.Op == metrics.OpSub), known, terms)
				return
			}
		}
	}
	text := c.expr(e)
	if minus {
		text = "neg(" + text + ")"
	}
	*terms = append(*terms, text)
}

// product spells multiplications: as sums, in any grouping where they are exact.
func (c *canonical) product(e *metrics.Binary) string {
	factors := []metrics.Expr{e.L, e.R}
	if e.Type.Exact() {
		factors = alike(e, metrics.OpMul)
	}
	known := big.NewRat(1, 1)
	var texts []string
	for _, f := range factors {
		if number, ok := constant(f); ok {
			known.Mul(known, number)
			continue
		}
		texts = append(texts, c.expr(f))
	}
	if known.Cmp(big.NewRat(1, 1)) != 0 {
		texts = append(texts, "n:"+known.RatString())
	}
	slices.Sort(texts)
	if len(texts) == 1 {
		return texts[0]
	}
	return "*(" + strings.Join(texts, ",") + ")"
}

// constant folds arithmetic of literals, exactly.
func constant(e metrics.Expr) (*big.Rat, bool) {
	switch e := e.(type) {
	case *metrics.Literal:
		if e.Type.Numeric() {
			return new(big.Rat).SetString(e.Text)
		}
	case *metrics.Unary:
		if x, ok := constant(e.X); ok && e.Op == metrics.OpNeg {
			return x.Neg(x), true
		}
	case *metrics.Binary:
		l, ok := constant(e.L)
		if !ok {
			return nil, false
		}
		r, ok := constant(e.R)
		if !ok {
			return nil, false
		}
		switch {
		case e.Op == metrics.OpAdd:
			return l.Add(l, r), true
		case e.Op == metrics.OpSub:
			return l.Sub(l, r), true
		case e.Op == metrics.OpMul:
			return l.Mul(l, r), true
		case e.Op == metrics.OpDiv && r.Sign() != 0:
			return l.Quo(l, r), true
		}
	}
	return nil, false
}
