package syntax

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics/diag"
)

// header is the first line of a block that goes on over more lines.
type header struct {
	first  lexeme
	labels []lexeme
	equal  *lexeme // an = before the brace
	brace  int     // the offset of the opening brace
	below  bool    // the brace stands on a line below
	unread bool    // a label lacks its closing quote
}

// header reads the head of a block. A block that ends on its line has none, for
// HCL reads it like an attribute.
func (s *salvager) header(first lexeme) (header, bool) {
	h := header{first: first}
	if first.kind != lexWord {
		return h, false
	}
	for i := first.end; ; {
		lx := next(s.src, i)
		i = lx.end
		switch {
		case lx.kind == '{':
			h.brace = lx.start
			return h, h.below || !s.endsOnLine(lx)
		case lx.kind == lexString && lx.open:
			line := bytes.TrimRight(s.src[lx.start:lx.end], " \t\r")
			if !bytes.HasSuffix(line, []byte("{")) {
				return h, false
			}
			h.brace, h.unread = lx.start+len(line)-1, true
			label := bytes.TrimRight(line[:len(line)-1], " \t")
			h.labels = append(h.labels, lexeme{kind: lexString, start: lx.start, end: lx.start + len(label)})
			return h, true
		case lx.kind == lexWord, lx.kind == lexString, lx.kind == lexOther && ascii(s.char(lx)) == `"`:
			if h.below {
				return h, false
			}
			h.labels = append(h.labels, lx)
		case lx.kind == lexEqual && len(h.labels) > 0:
			h.equal = &lx
		case lx.kind == lexLine && next(s.src, i).kind == '{' && h.equal == nil:
			h.below = true
		default:
			return h, false
		}
	}
}

func (s *salvager) char(lx lexeme) rune {
	return []rune(string(s.src[lx.start:lx.end]))[0]
}

// endsOnLine tells whether the brace at lx is closed before its line ends.
func (s *salvager) endsOnLine(lx lexeme) bool {
	var nest nesting
	for {
		nest.step(lx)
		if nest.depth() == 0 {
			return true
		}
		lx = next(s.src, lx.end)
		if lx.kind == lexLine || lx.kind == lexComment || lx.kind == lexEnd {
			return false
		}
	}
}

// open makes the block of a header, as far as its words tell.
func (s *salvager) open(h header) *hclsyntax.Block {
	block := &hclsyntax.Block{
		Type:           string(s.src[h.first.start:h.first.end]),
		TypeRange:      s.between(h.first.start, h.first.end),
		OpenBraceRange: s.between(h.brace, h.brace+1),
	}
	for _, lx := range h.labels {
		label := strings.Trim(string(s.src[lx.start:lx.end]), "\"'“”‘’＂＇")
		block.Labels = append(block.Labels, label)
		block.LabelRanges = append(block.LabelRanges, s.between(lx.start, lx.end))
	}
	return block
}

// checkHeader reports what is wrong with a header.
func (s *salvager) checkHeader(h header, block *hclsyntax.Block) {
	switch {
	case h.unread:
		quote := h.labels[len(h.labels)-1].start
		s.add(report(diag.Syntax, s.between(quote, quote+1), "Label without its second quote",
			"A label stands between two quotes. Write both."))
	case h.below:
		s.add(report(diag.Syntax, block.OpenBraceRange, "Opening brace on a line of its own",
			"A block's brace stands on the line of its name. Move the { up."))
	case h.equal != nil:
		s.add(report(diag.Syntax, s.between(h.equal.start, h.equal.end), "= before a block",
			"A block with a label is no attribute. Remove the =."))
	default:
		s.parseHeader(h, block)
	}
}

// parseHeader lets HCL read the header by itself and takes its labels.
func (s *salvager) parseHeader(h header, block *hclsyntax.Block) {
	alone := append(bytes.Clone(s.src[h.first.start:h.brace+1]), '}')
	file, problems := hclsyntax.ParseConfig(alone, s.path, s.at(h.first.start))
	if problems.HasErrors() {
		for _, d := range newPiece(s.places, h.first.start, h.brace+1).explain(problems) {
			s.add(d)
		}
		return
	}
	if body, ok := file.Body.(*hclsyntax.Body); ok && len(body.Blocks) == 1 {
		block.Labels, block.LabelRanges = body.Blocks[0].Labels, body.Blocks[0].LabelRanges
	}
	if after := next(s.src, h.brace+1); after.kind != lexLine && after.kind != lexComment {
		s.add(report(diag.Syntax, s.between(after.start, after.end), "Attribute on the line of the opening brace",
			"A block either stands on one line with its braces, or starts its first attribute on a line of its own. Start a new line after the {."))
	}
}
