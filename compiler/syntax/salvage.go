package syntax

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics/diag"
)

// salvager reads a text that HCL refuses as a whole. HCL's parser loses its
// way at the first mistake; here each attribute and each block is parsed by
// itself, so that a mistake ends where its attribute ends.
type salvager struct {
	*places
	deep    bool   // the text nests too deeply somewhere
	layout  bool   // brackets don't pair up: let the indentation say where things end
	address string // of the block being read, "kpi.gmv"
	diags   diag.List
}

// enclosing is the block whose items are being read.
type enclosing struct {
	indent int
	depth  int
	brace  hcl.Range
}

func salvage(f *File, sk skimmed) (*hclsyntax.Body, diag.List) {
	s := &salvager{places: newPlaces(f.Path, f.Bytes), layout: !sk.balanced, deep: sk.tooDeep >= 0}
	body, _ := s.items(0, nil)
	return body, s.diags
}

func (s *salvager) add(d diag.Diagnostic) {
	if d.Address == "" {
		d.Address = s.address
	}
	s.diags.Add(d)
}

// items reads attributes and blocks up to the brace that closes the enclosing
// block, or to the end of the text. It returns the offset of what ended it.
func (s *salvager) items(i int, in *enclosing) (*hclsyntax.Body, int) {
	body := emptyBody(s.path)
	for {
		lx := next(s.src, i)
		switch {
		case lx.kind == lexLine || lx.kind == lexComment:
			if lx.open {
				s.add(endlessComment(s.places, lx))
			}
			i = lx.end
			continue
		case lx.kind == lexEnd || in != nil && s.leaves(lx, in):
			if in != nil {
				s.add(report(diag.Syntax, in.brace, "Block without an end",
					"The brace that this one opens is never closed. Write } on a line of its own after the block's last line."))
			}
			return body, lx.start
		case lx.kind == '}' && in != nil:
			return body, lx.start
		}
		if in == nil {
			s.address = ""
		}
		h, ok := s.header(lx)
		switch {
		case !ok:
			i = s.leaf(lx, body)
		case s.cutOff(h, body):
			_, i = s.lineOf(h.brace)
		case in == nil && s.sound(h, body):
			i = s.alone(s.pastBlock(h.brace))
		default:
			i = s.block(h, in, body)
		}
	}
}

// cutOff adds a block on one line whose closing brace stands in a comment or a
// string that lacks its second quote. Taken for one that goes on below, it would
// have the blocks after it for its parts.
func (s *salvager) cutOff(h header, body *hclsyntax.Body) bool {
	_, end := s.lineOf(h.brace)
	if !s.layout || h.below || h.unread || !bytes.ContainsRune(s.src[h.brace+1:end], '}') {
		return false
	}
	p := newPiece(s.places, h.first.start, end)
	var found diag.List
	if d, ok := p.swallowed(); ok {
		found.Add(d)
	} else if slices.ContainsFunc(p.lexemes, func(lx lexeme) bool { return lx.open }) {
		found = p.trapped()
	}
	if len(found) == 0 {
		return false
	}
	kept := p.remains()
	if s.address == "" && len(kept.Blocks) == 1 {
		s.address = address(kept.Blocks[0])
	}
	for _, d := range found {
		s.add(d)
	}
	s.keep(kept, body)
	return true
}

// sound adds a whole block to a body, if HCL finds no mistake in it.
func (s *salvager) sound(h header, body *hclsyntax.Body) bool {
	if s.layout || s.deep {
		return false
	}
	end := s.pastBlock(h.brace)
	file, problems := hclsyntax.ParseConfig(s.src[h.first.start:end], s.path, s.at(h.first.start))
	parsed, ok := file.Body.(*hclsyntax.Body)
	if problems.HasErrors() || !ok || len(parsed.Blocks) != 1 {
		return false
	}
	s.address = address(parsed.Blocks[0])
	s.keep(parsed, body)
	return true
}

// leaves tells whether a line can't be part of a block any more, going by its
// indentation; asked only where brackets don't pair up.
func (s *salvager) leaves(lx lexeme, in *enclosing) bool {
	if !s.layout || !s.startsLine(lx) {
		return false
	}
	if lx.kind == '}' {
		return s.indent(lx) < in.indent
	}
	return s.indent(lx) <= in.indent && s.startsBlock(lx)
}

func (s *salvager) startsLine(lx lexeme) bool {
	start, _ := s.lineOf(lx.start)
	return next(s.src, start).start == lx.start
}

// indent is the width of the space before the first lexeme of a line.
func (s *salvager) indent(lx lexeme) int {
	start, _ := s.lineOf(lx.start)
	width := 0
	for _, c := range s.src[start:lx.start] {
		if c == '\t' {
			width++ // a tab stands for two spaces
		}
		width++
	}
	return width
}

func (s *salvager) startsBlock(lx lexeme) bool {
	_, ok := s.header(lx)
	return ok
}

// startsAttribute tells whether name = stands here.
func (s *salvager) startsAttribute(lx lexeme) bool {
	return lx.kind == lexWord && next(s.src, lx.end).kind == lexEqual
}

// block reads a block whose header stands at h, and adds it to a body.
func (s *salvager) block(h header, in *enclosing, body *hclsyntax.Body) int {
	block := s.open(h)
	if in == nil {
		s.address = address(block)
	}
	s.checkHeader(h, block)
	body.Blocks = append(body.Blocks, block)
	inner := &enclosing{indent: s.indent(h.first), depth: 1, brace: block.OpenBraceRange}
	if in != nil {
		inner.depth = in.depth + 1
	}
	if inner.depth > maxBrackets {
		s.add(tooDeep(block.OpenBraceRange))
		block.Body, block.CloseBraceRange = emptyBody(s.path), block.OpenBraceRange
		return s.pastBlock(h.brace)
	}

	var end int
	block.Body, end = s.items(h.brace+1, inner)
	last := next(s.src, end)
	if last.kind != '}' || s.leaves(last, inner) {
		last.end = last.start // the block has no brace of its own at its end
	}
	block.CloseBraceRange = s.between(last.start, last.end)
	block.Body.SrcRange = hcl.RangeBetween(block.OpenBraceRange, block.CloseBraceRange)
	block.Body.EndRange = s.between(last.end, last.end)
	if last.end == last.start {
		return last.start
	}
	return s.alone(last.end)
}

// alone reports what follows the end of a block on its line, and returns where
// reading goes on.
func (s *salvager) alone(i int) int {
	after := next(s.src, i)
	switch after.kind {
	case lexLine, lexComment, lexEnd:
		return i
	}
	s.add(report(diag.TwoOnALine, s.between(after.start, after.end), "More on the line of a closing brace",
		"A block ends with its line. Start a new line after the }."))
	if after.kind == lexWord || after.kind == '}' {
		return after.start
	}
	_, end := s.lineOf(after.start)
	return end
}

// pastBlock returns the offset after the brace that closes the one at i.
func (s *salvager) pastBlock(i int) int {
	var nest nesting
	for {
		lx := next(s.src, i)
		nest.step(lx)
		if nest.depth() == 0 || lx.kind == lexEnd {
			return lx.end
		}
		i = lx.end
	}
}

// address names a block as diagnostics do.
func address(b *hclsyntax.Block) string {
	if len(b.Labels) == 1 {
		return b.Type + "." + b.Labels[0]
	}
	return b.Type
}

// leaf reads an attribute, a block on one line, or what is neither, and adds
// it to a body.
func (s *salvager) leaf(lx lexeme, body *hclsyntax.Body) int {
	end, deep := s.leafEnd(lx)
	p := newPiece(s.places, lx.start, end)
	switch {
	case deep >= 0:
		s.add(tooDeep(s.between(deep, deep+1)))
		s.keep(p.remains(), body)
	default:
		file, problems := hclsyntax.ParseConfig(s.src[lx.start:end], s.path, s.at(lx.start))
		if problems.HasErrors() {
			kept := p.remains()
			if s.address == "" && len(kept.Blocks) == 1 {
				s.address = address(kept.Blocks[0])
			}
			for _, d := range p.explain(problems) {
				s.add(d)
			}
			s.keep(kept, body)
		} else if parsed, ok := file.Body.(*hclsyntax.Body); ok {
			s.keep(parsed, body)
		}
	}
	if after := next(s.src, end); after.kind == '}' && lx.kind != '}' && !s.startsLine(after) {
		s.add(report(diag.Syntax, s.between(after.start, after.end), "Closing brace on the line of an attribute",
			"An attribute ends with its line. Write the } on a line of its own."))
	}
	return end
}

func tooDeep(r hcl.Range) diag.Diagnostic {
	return report(diag.TooDeep, r, "Nested too deeply",
		fmt.Sprintf("Brackets can nest %d deep, and one expression can hold %d operators. Take parts out into attributes or KPIs of their own.",
			maxBrackets, maxOperators))
}

// keep adds what was read of one item to a body.
func (s *salvager) keep(from, body *hclsyntax.Body) {
	for name, attr := range from.Attributes {
		first, twice := body.Attributes[name]
		if !twice {
			body.Attributes[name] = attr
			continue
		}
		d := report(diag.DuplicateKey, attr.NameRange, fmt.Sprintf("%s is set twice", name),
			fmt.Sprintf("A block takes each attribute once. Remove this line or the one on line %d.", first.NameRange.Start.Line))
		d.Labels = []diag.Label{{Range: Range(first.NameRange), Text: "first set here"}}
		s.add(d)
	}
	body.Blocks = append(body.Blocks, from.Blocks...)
}

// leafEnd returns where the item at lx ends: with its line, unless brackets are
// open or the expression plainly goes on. deep is where it nests too deeply, or -1.
func (s *salvager) leafEnd(lx lexeme) (end, deep int) {
	indent, first := s.indent(lx), lx
	deep = -1
	var nest nesting
	var last lexemeKind // what the line ends with
	for {
		if (lx.kind == '}') && nest.depth() == 0 && lx != first || lx.kind == lexEnd {
			return lx.start, deep
		}
		nest.step(lx)
		if deep < 0 && (nest.depth()+lx.depth > maxBrackets || nest.operators > maxOperators) {
			deep = lx.start
		}
		after := next(s.src, lx.end)
		if lx.kind == lexLine || lx.kind == lexComment && s.src[lx.end-1] == '\n' {
			if nest.depth() == 0 && !s.goesOn(last, lx.end) || nest.depth() > 0 && s.resumes(after, nest.inner(), indent) {
				return lx.end, deep
			}
		} else {
			last = lx.kind
		}
		lx = after
	}
}

// goesOn tells whether an expression is broken after an operator, or before the
// one that starts the next line.
func (s *salvager) goesOn(last lexemeKind, i int) bool {
	lx := next(s.src, i)
	if lx.kind == lexOperator && s.src[lx.start] != '!' {
		return true
	}
	if last != lexOperator && last != lexEqual {
		return false
	}
	switch lx.kind {
	case lexWord, lexNumber, lexDate, lexString, '(', '[', '{':
		return !s.startsAttribute(lx) && !s.startsBlock(lx)
	}
	return lx.kind == lexOperator
}

// resumes tells whether a line within open brackets is that of the next item,
// so that the brackets before it lack their end.
func (s *salvager) resumes(lx lexeme, inner byte, indent int) bool {
	if !s.layout {
		return false
	}
	if lx.kind == '}' {
		return inner != '{' || s.indent(lx) < indent
	}
	return (s.startsAttribute(lx) || s.startsBlock(lx)) && s.indent(lx) <= indent
}
