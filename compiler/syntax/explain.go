package syntax

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics/diag"
)

// explain turns HCL's complaints about a piece into words. Where a known trap is
// the cause HCL's own are only its consequences; where none is, the first is.
func (p *piece) explain(problems hcl.Diagnostics) diag.List {
	found := p.causes(problems)
	for i := range found {
		if p.expression && found[i].Code == diag.Syntax {
			found[i].Code = diag.BadExpression
		}
	}
	return found
}

func (p *piece) causes(problems hcl.Diagnostics) diag.List {
	if found := p.trapped(); len(found) > 0 {
		return found
	}
	if d, ok := p.swallowed(); ok {
		return diag.List{d}
	}
	if d, ok := p.brackets(); ok {
		return diag.List{d}
	}
	first := slices.MinFunc(problems, func(a, b *hcl.Diagnostic) int { return cmp.Compare(startOf(a), startOf(b)) })
	return diag.List{p.translate(first)}
}

func startOf(d *hcl.Diagnostic) int {
	if d.Subject == nil {
		return 0
	}
	return d.Subject.Start.Byte
}

// brackets reports the first bracket without a partner.
func (p *piece) brackets() (diag.Diagnostic, bool) {
	var open []int
	for i, lx := range p.lexemes {
		switch lx.kind {
		case '(', '[', '{':
			open = append(open, i)
		case ')', ']', '}':
			if len(open) == 0 {
				return report(diag.Syntax, p.rangeOf(i, i), fmt.Sprintf("%c closes nothing", lx.kind),
					fmt.Sprintf("No bracket is open here. Remove the %c, or write the one it closes.", lx.kind)), true
			}
			last := open[len(open)-1]
			if want := closer(byte(p.kind(last))); want != byte(lx.kind) {
				d := report(diag.Syntax, p.rangeOf(i, i), fmt.Sprintf("%c where %c is open", lx.kind, p.kind(last)),
					fmt.Sprintf("Brackets close in the order they open. Write %c before this one, or in its place.", want))
				d.Labels = []diag.Label{{Range: Range(p.rangeOf(last, last)), Text: "opened here"}}
				return d, true
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return diag.Diagnostic{}, false
	}
	last := open[len(open)-1]
	return report(diag.Syntax, p.rangeOf(last, last), fmt.Sprintf("%c is never closed", p.kind(last)),
		fmt.Sprintf("The expression ends while this bracket is open. Write the %c that closes it.", closer(byte(p.kind(last))))), true
}

// swallowed reports a // that hides the end of an expression: with / in its
// place the piece would be whole.
func (p *piece) swallowed() (diag.Diagnostic, bool) {
	if len(p.lexemes) == 0 {
		return diag.Diagnostic{}, false
	}
	start, end := p.lexemes[0].start, p.lexemes[len(p.lexemes)-1].end
	// The last comment of the piece is behind its last lexeme.
	_, end = p.lineOf(max(start, end-1))
	tries := 20 // each reads the whole piece
	for i := start; tries > 0; {
		lx := next(p.src[:end], i)
		i = lx.end
		if lx.kind == lexEnd {
			break
		}
		if lx.kind != lexComment || !bytes.HasPrefix(p.src[lx.start:], []byte("//")) {
			continue
		}
		_, lineEnd := p.lineOf(lx.start)
		tried := bytes.Clone(p.src[start:lineEnd])
		tried[lx.start+1-start] = ' '
		if p.reads(tried) {
			return slashComment(p.between(lx.start, lx.start+2), diag.Error), true
		}
		tries--
	}
	return diag.Diagnostic{}, false
}

// reads tells whether HCL can read a text in the place of the piece.
func (p *piece) reads(text []byte) bool {
	if skim(text).tooDeep >= 0 {
		return false
	}
	var problems hcl.Diagnostics
	if p.expression {
		_, problems = hclsyntax.ParseExpression(text, p.path, hcl.InitialPos)
	} else {
		_, problems = hclsyntax.ParseConfig(text, p.path, hcl.InitialPos)
	}
	return !problems.HasErrors()
}

func slashComment(r hcl.Range, severity diag.Severity) diag.Diagnostic {
	d := report(diag.SlashComment, r, "// starts a comment",
		"What follows is not part of the expression. For a division write /, which never drops the remainder; for a comment write #.")
	d.Severity = severity
	return d
}

// wording is our text for a summary of HCL's.
type wording struct {
	code            diag.Code
	summary, detail string
}

// wordings holds what can still be wrong where no trap is.
var wordings = map[string]wording{
	"Invalid argument name":                    {diag.Syntax, "Quotes around the name of an attribute", "Names of attributes stand without quotes. Remove them."},
	"Argument or block definition required":    {diag.Syntax, "Neither an attribute nor a block", "An attribute is name = value, a block is name \"label\" { on one line and } on a later one. Write one of them."},
	"Argument definition required":             {diag.Syntax, "A block on one line holds an attribute", "Write the braces and what is between them on lines of their own."},
	"Extra characters after expression":        {diag.Syntax, "More after the end of the expression", "The expression is complete before this. Remove it, or put an operator before it."},
	"Missing newline after argument":           {diag.Syntax, "More after the end of an expression", "The expression is complete before this. Remove it, or put an operator or a comma before it."},
	"Unexpected comma after argument":          {diag.Syntax, "Comma after an attribute", "An attribute ends with its line. Remove the comma."},
	"Invalid block definition":                 {diag.Syntax, "Not the head of a block", "A block is name \"label\" { on one line. Write the label in quotes and the brace after it."},
	"Invalid single-argument block definition": {diag.Syntax, "A block on one line holds one attribute", "Write the braces and what is between them on lines of their own."},
	"Missing newline after block definition":   {diag.TwoOnALine, "More on the line of a closing brace", "A block ends with its line. Start a new line after the }."},
	"Missing false expression in conditional":  {diag.Syntax, "Condition without its second value", "A condition is written test ? a : b. Write the : and what holds otherwise, or if(test, a, b)."},
	"Invalid legacy index syntax":              {diag.Syntax, "Two numbers after a dot", "Members have names. Write the name after the dot."},
	"Nested splat expression not allowed":      {diag.Template, "A splat is no expression here", "Expressions work on columns, row by row. Remove the *."},
	"Invalid attribute name":                   {diag.Syntax, "No name after the dot", "A path is names with dots between them. Write the name after the dot, or remove the dot."},
	"Missing close bracket on splat index":     {diag.Template, "A splat is no expression here", "Expressions work on columns, row by row. Remove the [*]."},
	"Missing close bracket on index":           {diag.Syntax, "[ is never closed", "Write the ] that closes it."},
	"Unbalanced parentheses":                   {diag.Syntax, "No operator before this", "Within the parentheses the expression is complete before this. Put an operator before it, or close the parenthesis."},
	"Missing expression":                       {diag.Syntax, "Expression missing", "Something has to stand here: a name, a number, a string or a function. Write it."},
	"Invalid expression":                       {diag.Syntax, "Expression missing", "Something has to stand here: a name, a number, a string or a function. Write it, or remove the sign before it."},
	"Invalid number literal":                   {diag.Syntax, "Not a number", "A number is digits with at most one point. Write it so."},
	"Missing function name":                    {diag.Syntax, "No name after ::", "Functions have plain names. Remove the ::."},
	"Missing open parenthesis":                 {diag.Syntax, "Function without parentheses", "A function's arguments stand in parentheses. Write them after its name."},
	"Missing closing parenthesis":              {diag.Syntax, "More after ...", "Arguments can't be expanded here. Remove the ... ."},
	"Missing argument separator":               {diag.Syntax, "No comma between two arguments", "A comma separates arguments, an operator joins operands. Write one of them before this."},
	"Missing item separator":                   {diag.Syntax, "No comma between two items", "A comma stands between the items of a list. Write one before this."},
	"Missing attribute value":                  {diag.Syntax, "Key without a value", "An entry of { } is key = value. Write = and the value after the key."},
	"Missing key/value separator":              {diag.Syntax, "Key without =", "An entry of { } is key = value. Write = after the key, and quotes around a key that is no plain name."},
	"Missing attribute separator":              {diag.TwoOnALine, "No comma between two entries", "Within { } a comma or a new line stands between entries. Write a comma before this."},
	"Invalid 'for' expression":                 {diag.Template, "for is no expression here", "Expressions work on columns, row by row. Write what is to be computed for one row."},
	"Invalid string literal":                   {diag.Template, "A template in a label", "A label is plain text. Write it without ${ }."},
	"Invalid multi-line string":                {diag.Syntax, "String without its second quote", "A string ends on its line. Write the closing \", and \\n for a line break within."},
	"Unterminated template string":             {diag.Syntax, "String without its second quote", "A string ends on its line. Write the closing \", and \\n for a line break within."},
	"Invalid escape sequence":                  {diag.Syntax, "Unknown escape in a string", "After a \\ stands n, r, t, \", \\, or u and four digits. Write \\\\ for the sign itself."},
	"Invalid character":                        {diag.NotHCL, "Not a sign of HCL", "No expression has this sign. Remove it, or put quotes around the text it is part of."},
	"Unsupported operator":                     {diag.NotHCL, "Not an operator of HCL", "Operators are + - * / % == != < <= > >= && || !. Write one of them."},
}

// translate says in our words what HCL complains about.
func (p *piece) translate(d *hcl.Diagnostic) diag.Diagnostic {
	w, ok := wordings[d.Summary]
	switch {
	case ok:
	case strings.Contains(d.Summary, "template"), strings.Contains(d.Summary, "interpolation"),
		strings.Contains(d.Summary, "directive"), strings.Contains(d.Summary, "marker"):
		w = wording{diag.Template, "A template that can't be read", "Within a string ${ starts a template. Write $${ for the signs themselves."}
	default:
		w = wording{diag.Syntax, "Can't be read", "This is not HCL. Look for a quote, bracket or operator that is missing before it, and write it."}
	}
	return report(w.code, p.tight(d.Subject), w.summary, w.detail)
}

// tight is the range of a complaint, cut to the lexeme it is about. What HCL
// misses at the end of a line is shown at the last lexeme before it.
func (p *piece) tight(subject *hcl.Range) hcl.Range {
	if len(p.lexemes) == 0 {
		return p.between(0, len(p.src))
	}
	at := len(p.lexemes) - 1
	if subject != nil {
		for i, lx := range p.lexemes {
			if lx.end > subject.Start.Byte {
				at = i
				break
			}
		}
	}
	for at > 0 && p.kind(at) == lexLine {
		at--
	}
	if subject != nil && subject.Start.Line == subject.End.Line && !subject.Empty() &&
		subject.Start.Byte >= p.lexemes[at].start && p.kind(at) == lexString {
		return p.between(subject.Start.Byte, subject.End.Byte)
	}
	return p.rangeOf(at, at)
}
