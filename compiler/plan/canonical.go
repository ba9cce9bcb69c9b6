package plan

import (
	"math/big"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// canonical spells the meaning of an expression: constants folded, operands of
// commutative operators ordered, comparisons turned one way. What it names
// upstream stands as that thing's own fingerprint, so that a change there is a
// change here.
type canonical struct {
	source    func(name string) string
	dimension func(name string) string
	kpi       func(name string) string
	calendar  func(name string) string
	rates     func() string
	entities  func(*metrics.ColumnRef) string // that a path goes through
}

func (c *canonical) expr(e metrics.Expr) string {
	if number, ok := constant(e); ok {
		return "n:" + number.RatString()
	}
	switch e := e.(type) {
	case *metrics.Literal:
		return e.Type.Kind.String() + ":" + quote(e.Text)
	case *metrics.ColumnRef:
		return "col(" + c.source(e.Source) + "," + strings.Join(e.Path, ".") + c.entities(e) + "," + e.Column + ")"
	case *metrics.SourceRef:
		return "rows(" + c.source(e.Source) + ")"
	case *metrics.DimensionRef:
		return "dim(" + c.dimension(e.Dimension) + ")"
	case *metrics.KPIRef:
		return "kpi(" + c.kpi(e.KPI) + ")"
	case *metrics.Unary:
		return string(e.Op) + "(" + c.expr(e.X) + ")"
	case *metrics.Binary:
		return c.binary(e)
	case *metrics.Call:
		return c.call(e)
	case *metrics.Aggregate:
		return e.Func.Name + "{" + c.source(e.Source) + "}(" + c.list(e.Args) + "|" + c.optional(e.Filter) + ")"
	case *metrics.List:
		items := c.spell(e.Items)
		slices.Sort(items)
		return "[" + strings.Join(slices.Compact(items), ",") + "]"
	case *metrics.Mapping:
		return c.mapping(e)
	}
	return "?"
}

func (c *canonical) optional(e metrics.Expr) string {
	if e == nil {
		return ""
	}
	return c.expr(e)
}

func (c *canonical) spell(list []metrics.Expr) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = c.expr(e)
	}
	return out
}

func (c *canonical) list(list []metrics.Expr) string { return strings.Join(c.spell(list), ",") }

// call keeps the order of arguments; bucket's lists are in an order that matters.
// Behind a grain stands what the calendar block is, if it is one; convert reads the
// rates too.
func (c *canonical) call(e *metrics.Call) string {
	var args []string
	for i, a := range e.Args {
		if l, ok := a.(*metrics.List); ok && e.Func.Name == "bucket" {
			args = append(args, "["+c.list(l.Items)+"]")
			continue
		}
		args = append(args, c.expr(a))
		for _, word := range metrics.GrainWords(e.Func.Param(i), a) {
			args = append(args, c.calendar(word.Text))
		}
	}
	if e.Func.Name == "convert" {
		args = append(args, c.rates())
	}
	return e.Func.Name + "(" + strings.Join(args, ",") + ")"
}

func (c *canonical) mapping(e *metrics.Mapping) string {
	pairs := make([]string, len(e.Keys))
	for i, k := range e.Keys {
		pairs[i] = quote(k) + "=" + c.expr(e.Values[i])
	}
	slices.Sort(pairs)
	return "{" + strings.Join(pairs, ",") + "}"
}

var flipped = map[metrics.Op]metrics.Op{metrics.OpGt: metrics.OpLt, metrics.OpGe: metrics.OpLe}

// associative operators: a && (b && c) is a && b && c.
var associative = []metrics.Op{metrics.OpAnd, metrics.OpOr, metrics.OpAdd, metrics.OpMul}

func (c *canonical) binary(e *metrics.Binary) string {
	if op, ok := flipped[e.Op]; ok {
		return string(op) + "(" + c.expr(e.R) + "," + c.expr(e.L) + ")"
	}
	if slices.Contains(associative, e.Op) {
		operands := c.spell(operands(e, e.Op))
		slices.Sort(operands)
		if e.Op == metrics.OpAnd || e.Op == metrics.OpOr {
			operands = slices.Compact(operands)
		}
		return string(e.Op) + "(" + strings.Join(operands, ",") + ")"
	}
	pair := []string{c.expr(e.L), c.expr(e.R)}
	if e.Op == metrics.OpEq || e.Op == metrics.OpNe {
		slices.Sort(pair)
	}
	return string(e.Op) + "(" + strings.Join(pair, ",") + ")"
}

func operands(e metrics.Expr, op metrics.Op) []metrics.Expr {
	if b, ok := e.(*metrics.Binary); ok && b.Op == op {
		if _, folded := constant(b); !folded {
			return append(operands(b.L, op), operands(b.R, op)...)
		}
	}
	return []metrics.Expr{e}
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
