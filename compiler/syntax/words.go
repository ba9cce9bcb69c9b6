package syntax

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
)

// negation reports not before an operand.
func negation(p *piece, i int) (diag.Diagnostic, int) {
	if p.word(i) != "not" || p.endsOperand(i-1) && !p.endsOperator(i-1) || !p.startsOperand(i+1) || p.word(i+1) == "in" {
		return diag.Diagnostic{}, 0
	}
	return report(diag.NotHCL, p.rangeOf(i, i), fmt.Sprintf("%s is not an operator", p.text(i)),
		"Write ! before what is negated."), 1
}

// endsOperator tells whether the word at i is one that stands for an operator,
// rather than a name.
func (p *piece) endsOperator(i int) bool {
	w := p.word(i)
	return (w == "and" || w == "or") && p.endsOperand(i-1)
}

// wordOperator reports a word between two operands, where only an operator can
// stand.
func wordOperator(p *piece, i int) (diag.Diagnostic, int) {
	w := p.word(i)
	if w == "" || !p.endsOperand(i-1) || p.inFor(i) {
		return diag.Diagnostic{}, 0
	}
	left, last, negated := p.operandBefore(i), i, ""
	if w == "not" && (p.word(i+1) == "in" || p.word(i+1) == "like" || p.word(i+1) == "between") {
		w, last, negated = p.word(i+1), i+1, "!"
	}
	if w == "is" && p.word(i+1) == "not" {
		last = i + 1
	}
	if !p.startsOperand(last + 1) {
		return diag.Diagnostic{}, 0
	}

	mend := ""
	switch w {
	case "and":
		if p.ofBetween(i) {
			return diag.Diagnostic{}, 0
		}
		mend = "&&"
	case "or":
		mend = "||"
	case "is":
		mend = "=="
		if last > i {
			mend = "!="
		}
	case "in":
		mend = fmt.Sprintf("%sin(%s, [...])", negated, left)
	case "like":
		mend = fmt.Sprintf("%slike(%s, \"...\")", negated, left)
	case "between":
		mend = fmt.Sprintf("%sbetween(%s, low, high)", negated, left)
	default:
		return diag.Diagnostic{}, 0
	}
	op := strings.ToLower(string(p.src[p.lexemes[i].start:p.lexemes[last].end]))
	return report(diag.NotHCL, p.rangeOf(i, last), fmt.Sprintf("%s is not an operator", op),
		fmt.Sprintf("Write %s.", mend)), last - i + 1
}

// ofBetween tells whether the and at i belongs to a between before it.
func (p *piece) ofBetween(i int) bool {
	for j := i - 1; j >= 0; j-- {
		if p.inner[j] != p.inner[i] {
			continue
		}
		switch p.word(j) {
		case "between":
			return true
		case "and", "or":
			return false
		}
	}
	return false
}

// inFor tells whether the lexeme at i stands in a for expression, whose "in" and
// "if" are HCL's.
func (p *piece) inFor(i int) bool {
	in := p.inner[i]
	return in >= 0 && p.kind(in) != '(' && p.word(in+1) == "for"
}
