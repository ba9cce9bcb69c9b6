package syntax

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics/diag"
)

// ParseExpression reads an expression that stands alone, such as the value of
// --where; name takes the place of the file in ranges. With an error the
// expression is one that [Broken] recognises.
func ParseExpression(src, name string) (hclsyntax.Expression, diag.List) {
	clean, bad := text(name, []byte(src))
	pl := newPlaces(name, clean)
	all := pl.between(0, len(clean))
	if bad != nil {
		bad.Summary, bad.Detail = "The expression is not UTF-8 text", "A byte here is not part of any UTF-8 character. Write it again in a terminal that uses UTF-8."
		return broken(all), diag.List{*bad}
	}
	sk := skim(clean)
	if sk.tooDeep >= 0 {
		return broken(all), diag.List{tooDeep(pl.between(sk.tooDeep, sk.tooDeep+1))}
	}

	p := newExpression(pl)
	e, problems := hclsyntax.ParseExpression(clean, name, hcl.InitialPos)
	if problems.HasErrors() {
		return broken(all), p.explain(problems).Sort()
	}
	// A flag has no use for comments.
	if len(sk.slashes) > 0 {
		return broken(all), diag.List{slashComment(pl.between(sk.slashes[0], sk.slashes[0]+2), diag.Error)}
	}
	in := &inspector{file: &File{Path: name, Bytes: clean}, sk: sk, lines: pl}
	if wrong := in.expression(e); in.dated(e) || wrong || in.diags.HasErrors() {
		return broken(all), in.diags.Sort()
	}
	return e, nil
}

// Readable tells whether HCL can read a file's text, whatever the text means.
func Readable(src []byte) bool {
	clean, bad := text("", src)
	if bad != nil {
		return false
	}
	_, problems := whole("", clean, skim(clean))
	return !problems.HasErrors()
}
