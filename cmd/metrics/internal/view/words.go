package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Meaning is a KPI's definition as a sentence: what is computed, over which rows,
// by which time.
func Meaning(m *metrics.Model, k *metrics.KPI) string {
	var aggregates []*metrics.Aggregate
	metrics.Walk(k.Value, func(e metrics.Expr) bool {
		if a, ok := e.(*metrics.Aggregate); ok {
			aggregates = append(aggregates, a)
			return false
		}
		return true
	})
	var sentence string
	if single, ok := k.Value.(*metrics.Aggregate); ok {
		sentence = aggregateWords(single, k.Where)
	} else {
		sentence = Words(k.Value)
		if k.Where != nil {
			sentence += "; all of it where " + Words(k.Where)
		}
	}
	if times := timesOf(m, k, aggregates); len(times) > 0 {
		sentence += ", by " + joinAnd(times)
	}
	return sentence
}

// timesOf are the time columns of the rows that the aggregates written in a KPI read.
func timesOf(m *metrics.Model, k *metrics.KPI, aggregates []*metrics.Aggregate) []string {
	if k.Time != nil {
		return []string{columnWords(k.Time)}
	}
	var times []string
	for _, a := range aggregates {
		if s := m.Source(a.Source); s != nil && s.Time != "" {
			times = append(times, s.Name+"."+s.Time)
		}
	}
	slices.Sort(times)
	return slices.Compact(times)
}

// Words is an expression as a part of a sentence.
func Words(e metrics.Expr) string {
	switch e := e.(type) {
	case *metrics.Literal:
		return literalWords(e)
	case *metrics.ColumnRef:
		return columnWords(e)
	case *metrics.SourceRef:
		return e.Source
	case *metrics.DimensionRef:
		return e.Dimension
	case *metrics.KPIRef:
		if strings.HasPrefix(e.KPI, metrics.HealthPrefix) {
			return e.KPI
		}
		return "kpi." + e.KPI
	case *metrics.Unary:
		return unaryWords(e)
	case *metrics.Binary:
		return binaryWords(e)
	case *metrics.Aggregate:
		return aggregateWords(e, nil)
	case *metrics.Call:
		return callWords(e)
	case *metrics.List:
		return "[" + strings.Join(allWords(e.Items), ", ") + "]"
	case *metrics.Native:
		return "sql(\"" + e.Text(func(i int) string { return Words(e.Args[i]) }) + "\")"
	case *metrics.Mapping:
		return mappingWords(e)
	}
	return ""
}

func allWords(all []metrics.Expr) []string {
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = Words(e)
	}
	return out
}

func literalWords(l *metrics.Literal) string {
	switch l.Type.Kind {
	case metrics.Null:
		return "nothing"
	case metrics.String:
		return `"` + l.Text + `"`
	}
	return l.Text
}

func columnWords(c *metrics.ColumnRef) string {
	parts := slices.Concat([]string{c.Source}, c.Path, []string{c.Column})
	if c.Source == "" {
		parts = parts[1:] // in the source's own block
	}
	return strings.Join(parts, ".")
}

// operand is an expression within another, in parentheses where it would be
// read together with what stands around it.
func operand(e metrics.Expr) string {
	text := Words(e)
	switch e := e.(type) {
	case *metrics.Binary:
		return "(" + text + ")"
	case *metrics.Aggregate:
		if e.Filter != nil || strings.Contains(text, ", ") {
			return "(" + text + ")"
		}
	case *metrics.Call:
		if _, spoken := spokenCalls[e.Func.Name]; spoken {
			return "(" + text + ")"
		}
	}
	return text
}

func unaryWords(e *metrics.Unary) string {
	if e.Op == metrics.OpNeg {
		return "minus " + operand(e.X)
	}
	if call, ok := e.X.(*metrics.Call); ok && call.Func.Name == "in" && len(call.Args) == 2 {
		return Words(call.Args[0]) + " is " + noneOf(call.Args[1])
	}
	return "not (" + Words(e.X) + ")"
}

var arithmetic = map[metrics.Op]string{
	metrics.OpAdd: " plus ", metrics.OpSub: " minus ", metrics.OpMul: " times ", metrics.OpDiv: " divided by ", metrics.OpMod: " modulo ",
}

var comparisons = map[metrics.Op]string{
	metrics.OpEq: " is ", metrics.OpNe: " is not ", metrics.OpLt: " is below ", metrics.OpLe: " is at most ",
	metrics.OpGt: " is above ", metrics.OpGe: " is at least ",
}

func binaryWords(e *metrics.Binary) string {
	switch e.Op {
	case metrics.OpAnd:
		return logicWords(e, metrics.OpNe, " and ")
	case metrics.OpOr:
		return logicWords(e, metrics.OpEq, " or ")
	}
	if word, ok := arithmetic[e.Op]; ok {
		return arithmeticOperand(e.L, e.Op) + word + operand(e.R)
	}
	if l, ok := e.R.(*metrics.Literal); ok && l.Type.Kind == metrics.Null {
		if e.Op == metrics.OpNe {
			return operand(e.L) + " is known"
		}
		return operand(e.L) + " is missing"
	}
	return operand(e.L) + comparisons[e.Op] + operand(e.R)
}

// arithmeticOperand is the left operand: a chain of one kind needs no parentheses.
func arithmeticOperand(e metrics.Expr, op metrics.Op) string {
	sum := func(op metrics.Op) bool { return op == metrics.OpAdd || op == metrics.OpSub }
	if b, ok := e.(*metrics.Binary); ok && (b.Op == op || sum(b.Op) && sum(op)) {
		return Words(e)
	}
	return operand(e)
}

// logicWords joins the terms of && or ||. Terms that compare one thing with
// constants by the same operator are said together: neither "a" nor "b".
func logicWords(e *metrics.Binary, together metrics.Op, word string) string {
	var parts []string
	terms := flatten(e, e.Op)
	for i := 0; i < len(terms); {
		what, values := constantTest(terms[i], together)
		n := 1
		for values != nil && i+n < len(terms) {
			next, more := constantTest(terms[i+n], together)
			if more == nil || next != what {
				break
			}
			values = append(values, more...)
			n++
		}
		switch {
		case n > 1 && together == metrics.OpNe:
			parts = append(parts, what+" is "+noneOf(&metrics.List{Items: values}))
		case n > 1:
			parts = append(parts, what+" is "+oneOf(&metrics.List{Items: values}))
		default:
			parts = append(parts, term(terms[i], e.Op))
		}
		i += n
	}
	return strings.Join(parts, word)
}

// term is one side of && or ||, in parentheses where it is the other of the two.
func term(e metrics.Expr, op metrics.Op) string {
	if b, ok := e.(*metrics.Binary); ok && b.Op != op && (b.Op == metrics.OpAnd || b.Op == metrics.OpOr) {
		return "(" + Words(e) + ")"
	}
	return Words(e)
}

func flatten(e metrics.Expr, op metrics.Op) []metrics.Expr {
	if b, ok := e.(*metrics.Binary); ok && b.Op == op {
		return append(flatten(b.L, op), flatten(b.R, op)...)
	}
	return []metrics.Expr{e}
}

// constantTest is what a term compares by op with a constant other than null,
// and that constant; nil where it does something else.
func constantTest(e metrics.Expr, op metrics.Op) (what string, values []metrics.Expr) {
	b, ok := e.(*metrics.Binary)
	if !ok || b.Op != op {
		return "", nil
	}
	l, ok := b.R.(*metrics.Literal)
	if !ok || l.Type.Kind == metrics.Null {
		return "", nil
	}
	return operand(b.L), []metrics.Expr{l}
}

func oneOf(e metrics.Expr) string {
	list, ok := e.(*metrics.List)
	if !ok {
		return "one of " + Words(e)
	}
	words := allWords(list.Items)
	if n := len(words); n > 2 {
		return "one of " + strings.Join(words, ", ")
	}
	return strings.Join(words, " or ")
}

func noneOf(e metrics.Expr) string {
	list, ok := e.(*metrics.List)
	if !ok {
		return "none of " + Words(e)
	}
	switch words := allWords(list.Items); len(words) {
	case 1:
		return "not " + words[0]
	case 2:
		return "neither " + words[0] + " nor " + words[1]
	default:
		return "none of " + strings.Join(words, ", ")
	}
}

// shownEntries is how many entries of a mapping are worth reading.
const shownEntries = 4

func mappingWords(m *metrics.Mapping) string {
	var parts []string
	for i, k := range m.Keys {
		if i == shownEntries {
			parts = append(parts, fmt.Sprintf("and %d more", len(m.Keys)-i))
			break
		}
		parts = append(parts, `"`+k+`" as `+Words(m.Values[i]))
	}
	return strings.Join(parts, ", ")
}

// joinAnd is a list as a sentence has it: a, b and c.
func joinAnd(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}
