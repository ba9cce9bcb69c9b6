package syntax

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/metricsascode/metrics/metrics/diag"
)

// A trap recognises, at a lexeme, something that means nothing to HCL but has a
// meaning in SQL, a spreadsheet or a sentence. It returns what to say and how
// many lexemes it speaks of, 0 for none.
type trap func(p *piece, i int) (diag.Diagnostic, int)

// traps are asked in this order; the first to answer has the lexeme.
var traps = []trap{
	colon, openString, singleQuotes, date, percent, nameAfterNumber,
	foreignOperator, negation, wordOperator, comparison,
	anotherAttribute, semicolon, brokenLine,
}

// trapped reports all traps of a piece.
func (p *piece) trapped() diag.List {
	var out diag.List
	if d := p.fullWidth(); d != nil {
		out.Add(*d)
	}
	if p.unended != nil {
		out.Add(endlessComment(p.places, *p.unended))
	}
	for i := 0; i < len(p.lexemes); {
		width := 1
		for _, t := range traps {
			if d, n := t(p, i); n > 0 {
				out.Add(d)
				width = n
				break
			}
		}
		i += width
	}
	return out
}

func endlessComment(pl *places, lx lexeme) diag.Diagnostic {
	return report(diag.Syntax, pl.between(lx.start, lx.start+2), "Comment without an end",
		"A comment that /* opens goes on to */. Write */ after it, or # before each line.")
}

// colon reports name: value.
func colon(p *piece, i int) (diag.Diagnostic, int) {
	if i > 0 || p.expression || p.kind(0) != lexWord || !p.is(1, ":") {
		return diag.Diagnostic{}, 0
	}
	return report(diag.NotHCL, p.rangeOf(1, 1), "A colon sets no attribute",
		fmt.Sprintf("An attribute is name = value. Write %s = and the value.", p.text(0))), 2
}

func openString(p *piece, i int) (diag.Diagnostic, int) {
	if !p.lexemes[i].open {
		return diag.Diagnostic{}, 0
	}
	start := p.lexemes[i].start
	return report(diag.Syntax, p.between(start, start+1), "String without its second quote",
		`A string ends on its line. Write the closing ", and \n for a line break within.`), 1
}

func singleQuotes(p *piece, i int) (diag.Diagnostic, int) {
	text := p.text(i)
	if !strings.HasPrefix(text, "'") {
		return diag.Diagnostic{}, 0
	}
	mend := `"..."`
	if p.kind(i) == lexString {
		mend = `"` + strings.Trim(text, "'") + `"`
	}
	return report(diag.NotHCL, p.rangeOf(i, i), "String in single quotes",
		fmt.Sprintf("Strings stand in double quotes. Write %s.", mend)), 1
}

func date(p *piece, i int) (diag.Diagnostic, int) {
	if p.kind(i) != lexDate {
		return diag.Diagnostic{}, 0
	}
	return dateWithoutQuotes(p.rangeOf(i, i), p.text(i)), 1
}

func percent(p *piece, i int) (diag.Diagnostic, int) {
	if p.kind(i) != lexNumber || !p.is(i+1, "%") {
		return diag.Diagnostic{}, 0
	}
	signed := p.is(i+2, "-") && p.adjacent(i+1)
	if p.startsOperand(i+2) && !signed {
		return diag.Diagnostic{}, 0
	}
	return percentage(p, i), 2
}

func percentage(p *piece, i int) diag.Diagnostic {
	return report(diag.NotHCL, p.rangeOf(i, i+1), fmt.Sprintf("%s%% is not a number", p.text(i)),
		fmt.Sprintf("%% is the remainder of a division. Write %s.", hundredth(p.text(i))))
}

// hundredth is the number that a percentage stands for.
func hundredth(text string) string {
	if len(text) > 20 || strings.ContainsAny(text, "eE") {
		return "the share as a fraction of 1"
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return "the share as a fraction of 1"
	}
	s := r.Quo(r, big.NewRat(100, 1)).FloatString(len(text) + 2)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// spans are the units that lengths of time are written with.
var spans = map[string]string{
	"s": "second", "m": "minute", "min": "minute", "h": "hour", "d": "day", "day": "day", "days": "day",
	"w": "week", "week": "week", "weeks": "week", "mo": "month", "month": "month", "months": "month",
	"q": "quarter", "y": "year", "year": "year", "years": "year",
}

func nameAfterNumber(p *piece, i int) (diag.Diagnostic, int) {
	if p.kind(i) != lexNumber || p.kind(i+1) != lexWord || !p.adjacent(i+1) {
		return diag.Diagnostic{}, 0
	}
	text := p.text(i) + p.text(i+1)
	detail := fmt.Sprintf("A name can't start with a digit. Put a letter before it, or write %q if it is text.", text)
	if unit := spans[strings.ToLower(p.text(i+1))]; unit != "" {
		detail = fmt.Sprintf("A length of time is text. Write %q.", text)
		if in := p.inner[i]; in >= 0 && p.kind(in) == '(' {
			detail = fmt.Sprintf("In a function a length of time is a number and a unit. Write %s, %s.", p.text(i), unit)
		}
	}
	return report(diag.NotHCL, p.rangeOf(i, i+1), fmt.Sprintf("%s is not a number", text), detail), 2
}

// operators of other languages, with HCL's.
var operators = map[string]string{
	"<>": "!=", "===": "==", "!==": "!=", "=>": ">=", "&": "&&", "|": "||", "~": "!",
}

func foreignOperator(p *piece, i int) (diag.Diagnostic, int) {
	if p.kind(i) != lexOperator {
		return diag.Diagnostic{}, 0
	}
	op := p.text(i)
	if mend, ok := operators[op]; ok {
		return report(diag.NotHCL, p.rangeOf(i, i), fmt.Sprintf("%s is not an operator", op),
			fmt.Sprintf("Write %s.", mend)), 1
	}
	if op == "**" || op == "^" {
		return report(diag.NotHCL, p.rangeOf(i, i), fmt.Sprintf("%s is not an operator", op),
			"A power is a function. Write power(x, n)."), 1
	}
	return diag.Diagnostic{}, 0
}

// comparison reports a = that compares.
func comparison(p *piece, i int) (diag.Diagnostic, int) {
	if !p.second[i] {
		return diag.Diagnostic{}, 0
	}
	return report(diag.NotHCL, p.rangeOf(i, i), "= does not compare",
		"A single = sets an attribute. Write ==."), 1
}

func semicolon(p *piece, i int) (diag.Diagnostic, int) {
	if !p.is(i, ";") {
		return diag.Diagnostic{}, 0
	}
	return report(diag.TwoOnALine, p.rangeOf(i, i), "Semicolon",
		"An attribute ends with its line. Remove the ; and write each attribute on a line of its own."), 1
}

// anotherAttribute reports what starts after the end of an attribute, an entry
// of { } or a block, on its line.
func anotherAttribute(p *piece, i int) (diag.Diagnostic, int) {
	if p.kind(i) != lexWord || p.expression {
		return diag.Diagnostic{}, 0
	}
	brace, block := p.isBlock()
	in := p.inner[i]
	top := in < 0 || block && in == brace
	named := p.startsAnother(i) || top && p.kind(i-1) == lexComma && p.kind(i+1) == lexEqual
	blocks := in < 0 && p.kind(i-1) == '}' && (p.kind(i+1) == lexString || p.kind(i+1) == '{')
	switch {
	case in >= 0 && p.kind(in) != '{':
	case named && block && in == brace:
		return report(diag.TwoOnALine, p.rangeOf(i, i), "Two attributes in a block on one line",
			"A block on one line holds one attribute. Write the braces and each attribute on lines of their own."), 2
	case named && top:
		return report(diag.TwoOnALine, p.rangeOf(i, i), "Two attributes on one line",
			fmt.Sprintf("An attribute ends with its line. Write %s on a line of its own.", p.text(i))), 2
	case named:
		return report(diag.TwoOnALine, p.rangeOf(i, i), "No comma between two entries",
			fmt.Sprintf("Within { } on one line a comma stands between entries. Write a comma before %s.", p.text(i))), 2
	case blocks:
		return report(diag.TwoOnALine, p.rangeOf(i, i), "Two blocks on one line",
			fmt.Sprintf("A block ends with its line. Write %s on a line of its own.", p.text(i))), 1
	}
	return diag.Diagnostic{}, 0
}

// brokenLine reports an expression that goes on over the end of a line where
// no parenthesis says so.
func brokenLine(p *piece, i int) (diag.Diagnostic, int) {
	in := p.inner[i]
	if p.kind(i) != lexLine || p.expression || in >= 0 && p.kind(in) != '{' {
		return diag.Diagnostic{}, 0
	}
	after := i + 1
	for p.kind(after) == lexLine {
		after++
	}
	width := after - i
	switch {
	case p.kind(after) == lexOperator && !p.is(after, "!"):
		return broke(p, after), width
	case p.kind(i-1) == lexEqual && p.startsOperand(after):
		return report(diag.BrokenLine, p.rangeOf(i-1, i-1), "Nothing after the =",
			"An expression starts on the line of its =. Move it up, or open a parenthesis after the =."), width
	case p.kind(i-1) == lexOperator && p.startsOperand(after):
		return broke(p, i-1), width
	}
	return diag.Diagnostic{}, 0
}

func broke(p *piece, operator int) diag.Diagnostic {
	return report(diag.BrokenLine, p.rangeOf(operator, operator), "Expression broken over lines",
		"An expression ends with its line unless a bracket is open. Put the whole expression in parentheses.")
}
