package check

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// possible warns of conditions that no value fulfils: value > 10 && value < 5. What is
// not understood counts as possible, so that no warning is wrong.
func (c *checker) possible(d *decode.Decl[metrics.Threshold]) {
	t := d.Value
	for _, name := range []string{"red", "amber"} {
		e := t.Conditions()[name]
		if e == nil || !complete(e) {
			continue
		}
		alone, floored := c.contradicts(e), false
		if t.Where != nil && complete(t.Where) {
			floored = c.contradicts(&metrics.Binary{Op: metrics.OpAnd, L: t.Where, R: e})
		}
		detail := ""
		switch {
		case alone:
			detail = "Its conditions exclude each other, whatever the values are. Mend the bounds, or join them by || where one of them is enough."
		case floored:
			detail = "It holds only for what where leaves out. Lower the floor, or mend the bounds."
		default:
			continue
		}
		at := d.At(name)
		c.diags.Add(diag.Diagnostic{Severity: diag.Warning, Code: diag.NeverFires, Address: d.Address, Range: &at, Summary: d.Address + " can never be " + name, Detail: detail})
	}
}

// mostAlternatives is how many ways to fulfil a condition are looked at.
const mostAlternatives = 256

// contradicts tells whether a condition can't hold.
func (c *checker) contradicts(e metrics.Expr) bool {
	ways, ok := c.ways(e, true)
	return ok && !slices.ContainsFunc(ways, func(way []atom) bool { return !c.excluded(way) })
}

// atom is one thing that must hold: a comparison of something with a number, or a word
// of a condition, such as falls(3).
type atom struct {
	expr  metrics.Expr
	key   string // what is compared, spelled in one way
	op    metrics.Op
	bound *big.Rat // nil for a word
	want  bool     // of a word
}

// numberKey begins the spelling of what is a number itself.
const numberKey = "number "

// ways are the alternatives of a condition, each what must hold together; false where
// there are too many of them.
func (c *checker) ways(e metrics.Expr, want bool) ([][]atom, bool) {
	switch e := e.(type) {
	case *metrics.Unary:
		if e.Op == metrics.OpNot {
			return c.ways(e.X, !want)
		}
	case *metrics.Binary:
		if e.Op != metrics.OpAnd && e.Op != metrics.OpOr {
			return [][]atom{{c.comparison(e, want)}}, true
		}
		left, ok := c.ways(e.L, want)
		right, both := c.ways(e.R, want)
		if !ok || !both || len(left)*len(right) > mostAlternatives {
			return nil, false
		}
		if (e.Op == metrics.OpOr) == want {
			return append(left, right...), true
		}
		var out [][]atom
		for _, l := range left {
			for _, r := range right {
				out = append(out, slices.Concat(l, r))
			}
		}
		return out, true
	}
	return [][]atom{{{expr: e, key: spelled(e), want: want}}}, true
}

var (
	negated = map[metrics.Op]metrics.Op{metrics.OpLt: metrics.OpGe, metrics.OpGe: metrics.OpLt, metrics.OpGt: metrics.OpLe, metrics.OpLe: metrics.OpGt, metrics.OpEq: metrics.OpNe, metrics.OpNe: metrics.OpEq}
	turned  = map[metrics.Op]metrics.Op{metrics.OpLt: metrics.OpGt, metrics.OpGt: metrics.OpLt, metrics.OpLe: metrics.OpGe, metrics.OpGe: metrics.OpLe, metrics.OpEq: metrics.OpEq, metrics.OpNe: metrics.OpNe}
)

// comparison spells a comparison as something against a number: of two things that
// change, their difference against 0.
func (c *checker) comparison(e *metrics.Binary, want bool) atom {
	op, known := e.Op, negated[e.Op] != ""
	if !known || !e.L.Base().Type.Numeric() || !e.R.Base().Type.Numeric() {
		return atom{expr: e, key: spelled(e), want: want}
	}
	if !want {
		op = negated[op]
	}
	left, right := c.constant(e.L), c.constant(e.R)
	switch {
	case right != nil && left != nil:
		return atom{expr: e, key: numberKey + left.String(), op: op, bound: right}
	case right != nil:
		return atom{expr: e.L, key: spelled(e.L), op: op, bound: right}
	case left != nil:
		return atom{expr: e.R, key: spelled(e.R), op: turned[op], bound: left}
	}
	l, r := spelled(e.L), spelled(e.R)
	if l > r {
		l, r, op = r, l, turned[op]
	}
	return atom{expr: e, key: l + " less " + r, op: op, bound: new(big.Rat)}
}

// constant is the number that an expression is, whatever the values; nil for none.
func (c *checker) constant(e metrics.Expr) *big.Rat {
	switch e := e.(type) {
	case *metrics.Literal:
		if r, ok := new(big.Rat).SetString(e.Text); ok && e.Type.Numeric() {
			return r
		}
	case *metrics.Unary:
		if x := c.constant(e.X); x != nil && e.Op == metrics.OpNeg {
			return x.Neg(x)
		}
	case *metrics.Binary:
		return computed(e.Op, c.constant(e.L), c.constant(e.R))
	case *metrics.Call:
		if e.Func.Name == "unit" {
			return c.constant(e.Args[0])
		}
		if l := c.constantTarget(e); l != nil {
			return c.constant(l)
		}
	}
	return nil
}

func computed(op metrics.Op, x, y *big.Rat) *big.Rat {
	if x == nil || y == nil {
		return nil
	}
	switch op {
	case metrics.OpAdd:
		return x.Add(x, y)
	case metrics.OpSub:
		return x.Sub(x, y)
	case metrics.OpMul:
		return x.Mul(x, y)
	case metrics.OpDiv:
		if y.Sign() != 0 {
			return x.Quo(x, y)
		}
	}
	return nil
}

// constantTarget is the number that a condition's target stands for; nil where it is a
// KPI, or has a pace: then it grows within the open period.
func (c *checker) constantTarget(e *metrics.Call) *metrics.Literal {
	if e.Func.Kind != metrics.ConditionFunction {
		return nil
	}
	ref, ok := e.Args[len(e.Args)-1].(*metrics.KPIRef)
	if !ok {
		return nil
	}
	k := c.model.KPI(ref.KPI)
	if k == nil || k.Target == nil || c.model.AddsUp(k.Value) {
		return nil
	}
	switch e.Func.Name {
	case metrics.TargetWord:
		return k.Target.Value
	case metrics.TargetLow:
		return k.Target.Low
	case metrics.TargetHigh:
		return k.Target.High
	}
	return nil
}

// spelled is the one spelling of an expression; what has none is like nothing else.
func spelled(e metrics.Expr) string {
	switch e := e.(type) {
	case *metrics.Literal:
		return fmt.Sprintf("%q", e.Text)
	case *metrics.KPIRef:
		return "value(kpi." + e.KPI + ")"
	case *metrics.Unary:
		return string(e.Op) + spelled(e.X)
	case *metrics.Binary:
		return "(" + spelled(e.L) + " " + string(e.Op) + " " + spelled(e.R) + ")"
	case *metrics.Call:
		if e.Func.Name == metrics.ValueWord && e.Func.Kind == metrics.ConditionFunction {
			return spelled(e.Args[0])
		}
		args := make([]string, len(e.Args))
		for i, a := range e.Args {
			args[i] = spelled(a)
		}
		return e.Func.Name + "(" + strings.Join(args, ", ") + ")"
	}
	return fmt.Sprintf("%p", e)
}

// excluded tells whether some of what must hold together excludes the rest.
func (c *checker) excluded(way []atom) bool {
	within := map[string]*stretch{}
	words := map[string]bool{}
	for _, a := range way {
		if a.bound == nil {
			if other, met := words[a.key]; met && other != a.want {
				return true
			}
			words[a.key] = a.want
			continue
		}
		if within[a.key] == nil {
			within[a.key] = c.bounds(a)
		}
		within[a.key].narrow(a.op, a.bound)
		if within[a.key].empty() {
			return true
		}
	}
	return c.wordsExclude(way, words)
}

// bounds is what a thing can be at all: a count is never below 0, and never shrinks by
// more than all of it.
func (c *checker) bounds(a atom) *stretch {
	out := &stretch{}
	if text, ok := strings.CutPrefix(a.key, numberKey); ok {
		x, _ := new(big.Rat).SetString(text)
		out.narrow(metrics.OpEq, x)
		return out
	}
	e, ok := a.expr.(*metrics.Call)
	switch {
	case ok && (e.Func.Name == "abs" || e.Func.Kind == metrics.ConditionFunction && e.Func.Name == "deviation"), c.counts(a.expr):
		out.narrow(metrics.OpGe, new(big.Rat))
	case ok && e.Func.Kind == metrics.ConditionFunction && e.Func.Name == "growth" && c.counts(e.Args[len(e.Args)-1]):
		out.narrow(metrics.OpGe, big.NewRat(-1, 1))
	}
	return out
}

// counts tells whether an expression is a count at some time, or a statistic of counts.
func (c *checker) counts(e metrics.Expr) bool {
	if call, ok := e.(*metrics.Call); ok && call.Func.Kind == metrics.ConditionFunction {
		return slices.Contains([]string{metrics.ValueWord, "previous", metrics.YearAgo, metrics.History}, call.Func.Name) && c.counts(call.Args[len(call.Args)-1])
	}
	ref, ok := e.(*metrics.KPIRef)
	if !ok {
		return false
	}
	k := c.model.KPI(ref.KPI)
	if k == nil {
		return false
	}
	a, ok := k.Value.(*metrics.Aggregate)
	return ok && (a.Func.Name == "count" || a.Func.Name == "count_distinct")
}

// ofValue are the words of conditions that are null where the KPI has no value.
var ofValue = []string{metrics.ValueWord, "growth", "delta", "deviation", "zscore", "iqr"}

// wordsExclude tells whether words exclude each other, or what is compared: a value that
// falls doesn't rise, and one that is missing can't be compared.
func (c *checker) wordsExclude(way []atom, words map[string]bool) bool {
	falls, rises, missing := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, a := range way {
		e, ok := a.expr.(*metrics.Call)
		if !ok || a.bound != nil || !words[a.key] || e.Func.Kind != metrics.ConditionFunction {
			continue
		}
		kpi := spelled(e.Args[len(e.Args)-1])
		switch e.Func.Name {
		case "falls":
			falls[kpi] = true
		case "rises":
			rises[kpi] = true
		case "missing":
			missing[kpi] = true
		}
		if falls[kpi] && rises[kpi] {
			return true
		}
	}
	return slices.ContainsFunc(way, func(a atom) bool { return a.bound != nil && reads(a.expr, missing) })
}

// reads tells whether an expression is null for want of a missing value.
func reads(e metrics.Expr, missing map[string]bool) bool {
	found := false
	metrics.Walk(e, func(x metrics.Expr) bool {
		call, ok := x.(*metrics.Call)
		if ok && call.Func.Kind == metrics.ConditionFunction {
			found = found || slices.Contains(ofValue, call.Func.Name) && missing[spelled(call.Args[len(call.Args)-1])]
			return call.Func.Name != metrics.At && !found
		}
		return !found
	})
	return found
}

// stretch is where a number can lie.
type stretch struct {
	low, high         *big.Rat // nil: anywhere on that side
	lowOpen, highOpen bool     // the end itself is out
	not               []*big.Rat
}

func (s *stretch) narrow(op metrics.Op, x *big.Rat) {
	if op == metrics.OpNe {
		s.not = append(s.not, x)
		return
	}
	if op == metrics.OpGt || op == metrics.OpGe || op == metrics.OpEq {
		if s.low == nil || x.Cmp(s.low) > 0 {
			s.low, s.lowOpen = x, false
		}
		s.lowOpen = s.lowOpen || op == metrics.OpGt && x.Cmp(s.low) == 0
	}
	if op == metrics.OpLt || op == metrics.OpLe || op == metrics.OpEq {
		if s.high == nil || x.Cmp(s.high) < 0 {
			s.high, s.highOpen = x, false
		}
		s.highOpen = s.highOpen || op == metrics.OpLt && x.Cmp(s.high) == 0
	}
}

func (s *stretch) empty() bool {
	if s.low == nil || s.high == nil {
		return false
	}
	switch s.low.Cmp(s.high) {
	case -1:
		return false
	case 1:
		return true
	}
	return s.lowOpen || s.highOpen || slices.ContainsFunc(s.not, func(x *big.Rat) bool { return x.Cmp(s.low) == 0 })
}
