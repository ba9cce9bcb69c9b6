package syntax

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// piece is the text of one attribute, one block on a line, or one expression,
// in which HCL's parser found a mistake.
type piece struct {
	*places
	expression bool     // the text is an expression alone
	lexemes    []lexeme // without comments
	inner      []int    // for each lexeme the index of the bracket it stands in, -1 for none
	unended    *lexeme  // a comment that lacks its end
	second     []bool   // for each lexeme whether it is an = within an expression
}

func newPiece(pl *places, start, end int) *piece {
	p := &piece{places: pl}
	p.read(start, end)
	p.findEquals()
	return p
}

func newExpression(pl *places) *piece {
	p := &piece{places: pl, expression: true}
	p.read(0, len(pl.src))
	p.findEquals()
	return p
}

func (p *piece) read(start, end int) {
	var open []int
	for i := start; ; {
		lx := next(p.src[:end], i)
		i = lx.end
		if lx.kind == lexEnd {
			return
		}
		if lx.kind == lexComment {
			if lx.open {
				p.unended = &lx
			}
			if lx.open || p.src[lx.end-1] != '\n' {
				continue
			}
			lx = lexeme{kind: lexLine, start: lx.end - 1, end: lx.end}
		}
		if (lx.kind == ')' || lx.kind == ']' || lx.kind == '}') && len(open) > 0 {
			open = open[:len(open)-1]
		}
		inner := -1
		if len(open) > 0 {
			inner = open[len(open)-1]
		}
		p.inner = append(p.inner, inner)
		p.lexemes = append(p.lexemes, lx)
		if lx.kind == '(' || lx.kind == '[' || lx.kind == '{' {
			open = append(open, len(p.lexemes)-1)
		}
	}
}

// findEquals marks each = that neither sets an attribute nor a key of { }.
func (p *piece) findEquals() {
	p.second = make([]bool, len(p.lexemes))
	set := map[int]bool{-1: p.expression} // by bracket: whether its entry has its =
	for i, lx := range p.lexemes {
		in := p.inner[i]
		switch {
		case lx.kind == lexComma || lx.kind == lexLine || lx.kind == lexOther && strings.Contains(",;", ascii(p.rune(i))):
			if in >= 0 || lx.kind != lexLine {
				set[in] = p.expression && in < 0
			}
		case p.is(i, ":"):
			set[in] = true
		case lx.kind == lexEqual:
			bracketed := in >= 0 && p.lexemes[in].kind != '{'
			p.second[i] = bracketed || set[in] && !p.startsAnother(i-1)
			set[in] = true
		}
	}
}

// startsAnother tells whether the word at i is the name of one more attribute,
// after a value that is complete.
func (p *piece) startsAnother(i int) bool {
	return p.kind(i) == lexWord && p.kind(i+1) == lexEqual && p.endsOperand(i-1)
}

// kind is the kind of the lexeme at i, lexEnd outside.
func (p *piece) kind(i int) lexemeKind {
	if i < 0 || i >= len(p.lexemes) {
		return lexEnd
	}
	return p.lexemes[i].kind
}

func (p *piece) text(i int) string {
	if i < 0 || i >= len(p.lexemes) {
		return ""
	}
	return string(p.src[p.lexemes[i].start:p.lexemes[i].end])
}

func (p *piece) rune(i int) rune {
	for _, r := range p.text(i) {
		return r
	}
	return 0
}

// is tells whether the lexeme at i is an operator or sign.
func (p *piece) is(i int, sign string) bool {
	k := p.kind(i)
	return (k == lexOperator || k == lexOther) && p.text(i) == sign
}

// word is the lower-case word at i, "" where none stands or it is part of a path.
func (p *piece) word(i int) string {
	if p.kind(i) != lexWord || p.is(i-1, ".") || p.is(i+1, ".") {
		return ""
	}
	return strings.ToLower(p.text(i))
}

func (p *piece) adjacent(i int) bool {
	return i > 0 && i < len(p.lexemes) && p.lexemes[i-1].end == p.lexemes[i].start
}

func (p *piece) endsOperand(i int) bool {
	switch p.kind(i) {
	case lexWord, lexNumber, lexDate, lexString, ')', ']', '}':
		return true
	}
	return false
}

func (p *piece) startsOperand(i int) bool {
	switch p.kind(i) {
	case lexWord, lexNumber, lexDate, lexString, '(', '[', '{':
		return true
	}
	return p.is(i, "-") || p.is(i, "!")
}

// rangeOf is the range from one lexeme to another, both included.
func (p *piece) rangeOf(first, last int) hcl.Range {
	return p.between(p.lexemes[first].start, p.lexemes[last].end)
}

// operandBefore is the text of the operand that ends before i.
func (p *piece) operandBefore(i int) string {
	first := i - 1
	if k := p.kind(first); k == ')' || k == ']' {
		for first--; first > 0 && p.inner[first] != p.inner[i]; first-- {
			// to the bracket that it closes
		}
		if p.kind(first-1) == lexWord && p.adjacent(first) {
			first-- // the name of a function
		}
	}
	for first > 1 && p.is(first-1, ".") {
		first -= 2
	}
	if first < 0 || p.kind(first) == lexLine {
		return "x"
	}
	return string(p.src[p.lexemes[first].start:p.lexemes[i-1].end])
}

// isBlock tells whether the piece is a block on one line, and where its brace is.
func (p *piece) isBlock() (brace int, ok bool) {
	if p.expression || p.kind(0) != lexWord || p.kind(1) == lexEqual {
		return 0, false
	}
	for i, lx := range p.lexemes {
		if lx.kind == '{' {
			return i, true
		}
	}
	return 0, false
}

// remains is what can be kept of the piece: its names, with broken values.
func (p *piece) remains() *hclsyntax.Body {
	body := emptyBody(p.path)
	brace, block := p.isBlock()
	if !block {
		p.keepAttribute(body, 0)
		return body
	}
	b := &hclsyntax.Block{
		Type: p.text(0), TypeRange: p.rangeOf(0, 0), Body: emptyBody(p.path),
		OpenBraceRange: p.rangeOf(brace, brace), CloseBraceRange: p.rangeOf(len(p.lexemes)-1, len(p.lexemes)-1),
	}
	for i := 1; i < brace; i++ {
		if k := p.kind(i); k == lexWord || k == lexString {
			b.Labels = append(b.Labels, strings.Trim(p.text(i), "\"'“”‘’＂＇"))
			b.LabelRanges = append(b.LabelRanges, p.rangeOf(i, i))
		}
	}
	for i := brace + 1; i < len(p.lexemes); i++ {
		if p.inner[i] == brace && !p.second[i] {
			p.keepAttribute(b.Body, i)
		}
	}
	b.Body.SrcRange = hcl.RangeBetween(b.OpenBraceRange, b.CloseBraceRange)
	b.Body.EndRange = hcl.Range{Filename: p.path, Start: b.CloseBraceRange.End, End: b.CloseBraceRange.End}
	body.Blocks = append(body.Blocks, b)
	return body
}

// keepAttribute adds the attribute whose name stands at i, if one does.
func (p *piece) keepAttribute(body *hclsyntax.Body, i int) {
	if p.kind(i) != lexWord || p.kind(i+1) != lexEqual && ascii(p.rune(i+1)) != "=" && !p.is(i+1, ":") || p.endsOperand(i-1) && !p.startsAnother(i) {
		return
	}
	name := p.text(i)
	if body.Attributes[name] != nil {
		return
	}
	value := p.rangeOf(min(i+2, len(p.lexemes)-1), len(p.lexemes)-1)
	body.Attributes[name] = &hclsyntax.Attribute{
		Name: name, Expr: broken(value),
		NameRange: p.rangeOf(i, i), EqualsRange: p.rangeOf(i+1, i+1),
		SrcRange: hcl.RangeBetween(p.rangeOf(i, i), value),
	}
}
