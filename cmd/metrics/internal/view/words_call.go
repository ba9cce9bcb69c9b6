package view

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// aggregateWords is an aggregate with its own filter and, where it is all that a
// KPI says, the KPI's where.
func aggregateWords(a *metrics.Aggregate, where metrics.Expr) string {
	text, joined := aggregated(a)
	var conditions []metrics.Expr
	for _, c := range []metrics.Expr{a.Filter, where} {
		if c != nil {
			conditions = append(conditions, c)
		}
	}
	words := allWords(conditions)
	if len(conditions) > 1 || joined {
		for i, c := range conditions {
			words[i] = term(c, metrics.OpAnd)
		}
	}
	switch condition := strings.Join(words, " and "); {
	case condition == "":
		return text
	case joined:
		return text + " and " + condition
	default:
		return text + " where " + condition
	}
}

// aggregateNames says the aggregates of one value.
var aggregateNames = map[string]string{
	"count_distinct": "number of different ", "sum": "sum of ", "avg": "average of ", "min": "smallest ", "max": "largest ",
	"median": "median of ", "stddev": "standard deviation of ",
}

// aggregated says what an aggregate computes; joined tells whether the words end
// in a condition already.
func aggregated(a *metrics.Aggregate) (words string, joined bool) {
	arg := func(i int) string { return operand(a.Args[i]) }
	switch name := a.Func.Name; name {
	case "count":
		if len(a.Args) == 0 || isSource(a.Args[0]) {
			return "number of rows of " + a.Source, false
		}
		return "number of rows of " + a.Source + " where " + arg(0) + " is known", true
	case "weighted_avg":
		return "average of " + arg(0) + " weighted by " + arg(1), false
	case "ratio":
		return "sum of " + arg(0) + " divided by sum of " + arg(1) + ", of rows where both are known", true
	case "percentile", "percentile_disc":
		return Words(a.Args[1]) + " percentile of " + arg(0), false
	case "any":
		return "whether in any row of " + a.Source + " " + Words(a.Args[0]), false
	case "every":
		return "whether in every row of " + a.Source + " " + Words(a.Args[0]), false
	default:
		if said, ok := aggregateNames[name]; ok {
			return said + arg(0), false
		}
		return name + "(" + strings.Join(allWords(a.Args), ", ") + ")", false
	}
}

func isSource(e metrics.Expr) bool {
	_, ok := e.(*metrics.SourceRef)
	return ok
}

// spokenCalls are the functions that have words; the others are written as calls.
// They are few: f(x) is short, and a sentence per function would not be clearer.
var spokenCalls map[string]func(args []metrics.Expr) string

func init() { // breaks the cycle between the table and those who read it
	spokenCalls = map[string]func(args []metrics.Expr) string{
		"if": func(a []metrics.Expr) string {
			return operand(a[1]) + " if " + Words(a[0]) + ", else " + operand(a[2])
		},
		"case":     caseWords,
		"coalesce": coalesceWords,
		"nullif":   func(a []metrics.Expr) string { return operand(a[0]) + ", or nothing where it is " + operand(a[1]) },
		"in":       func(a []metrics.Expr) string { return operand(a[0]) + " is " + oneOf(a[1]) },
		"between": func(a []metrics.Expr) string {
			return operand(a[0]) + " is between " + operand(a[1]) + " and " + operand(a[2])
		},
		"map":         mapWords,
		"bucket":      func(a []metrics.Expr) string { return "band of " + operand(a[0]) + " with bounds " + Words(a[1]) },
		"starts_with": func(a []metrics.Expr) string { return operand(a[0]) + " starts with " + operand(a[1]) },
		"ends_with":   func(a []metrics.Expr) string { return operand(a[0]) + " ends with " + operand(a[1]) },
		"contains":    func(a []metrics.Expr) string { return operand(a[0]) + " contains " + operand(a[1]) },
		"like":        func(a []metrics.Expr) string { return operand(a[0]) + " is like " + operand(a[1]) },
		"matches":     func(a []metrics.Expr) string { return operand(a[0]) + " matches " + operand(a[1]) },
	}
}

func callWords(c *metrics.Call) string {
	if said, ok := spokenCalls[c.Func.Name]; ok {
		return said(c.Args)
	}
	if c.Func.Kind == metrics.ConditionFunction {
		return conditionWords(c)
	}
	if c.Func.Kind == metrics.KPIFunction {
		return c.Func.Name + "(" + strings.Join(bareWords(c.Args), ", ") + ")"
	}
	return c.Func.Name + "(" + strings.Join(allWords(c.Args), ", ") + ")"
}

// bareWords are the arguments of a function over KPIs, whose texts are all words as
// they are written: grains.
func bareWords(args []metrics.Expr) []string {
	out := make([]string, len(args))
	for i, e := range args {
		switch e := e.(type) {
		case *metrics.List:
			out[i] = "[" + strings.Join(bareWords(e.Items), ", ") + "]"
		case *metrics.Literal:
			out[i] = e.Text
		default:
			out[i] = Words(e)
		}
	}
	return out
}

func caseWords(args []metrics.Expr) string {
	var parts []string
	for i := 0; i+1 < len(args); i += 2 {
		parts = append(parts, operand(args[i+1])+" if "+Words(args[i]))
	}
	if len(args)%2 == 1 {
		parts = append(parts, "else "+operand(args[len(args)-1]))
	}
	return strings.Join(parts, ", ")
}

func coalesceWords(args []metrics.Expr) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = operand(a)
	}
	return strings.Join(parts, ", or where that is missing ")
}

func mapWords(args []metrics.Expr) string {
	text := fmt.Sprintf("%s with %s", operand(args[0]), Words(args[1]))
	if len(args) > 2 {
		text += ", else " + operand(args[2])
	}
	return text
}
