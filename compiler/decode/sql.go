package decode

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

const queryExample = `query = "select city, sum(amount) as amount from ${source.orders} group by city"`

// sql reads a query over other sources: what stands in ${} is their name.
func (d *decoder) sql(b *hclsyntax.Block) metrics.Reader {
	d.noLabels(b)
	q := &metrics.SQL{}
	g := grammar[metrics.SQL]{attributes: attributes[metrics.SQL]{
		"query": func(d *decoder, q *metrics.SQL, a attribute) { d.query(q, a) },
	}}
	g.body(d, b.Body, "sql block", q)
	if b.Body.Attributes["query"] == nil {
		d.missing(b, "query", queryExample)
	}
	return q
}

func (d *decoder) query(q *metrics.SQL, a attribute) {
	read, ok := d.queryParts(a.expr)
	if !ok {
		return
	}
	if !slices.ContainsFunc(read, func(p metrics.SQLPart) bool { return p.Source != "" }) {
		d.errorAt(diag.BadQuery, a.expr.Range(), "A query that reads no source",
			"Its rows come from other sources, which are named in ${}, so that they are read first: "+queryExample+".")
		return
	}
	q.Parts = read
}

// native reads an expression of the engine: a text, whose columns are looked up later.
func (d *decoder) native(e *hclsyntax.FunctionCallExpr, f *metrics.Function) metrics.Expr {
	if !d.arity(e, f, len(e.Args)) {
		return d.bad(e)
	}
	parts, ok := d.queryParts(e.Args[0])
	if !ok {
		return d.bad(e)
	}
	for _, p := range parts {
		if p.Source != "" {
			d.errorAt(diag.BadExpressionSQL, e.Args[0].Range(), "A source within an expression",
				"sql(\"...\") is a value of one row, made of its columns, which are named as outside of it: "+f.Example+". A query over sources is a source of its own, with a block sql.")
			return d.bad(e)
		}
	}
	return &metrics.Native{Node: d.node(e), Parts: parts}
}

// queryParts reads a text of SQL; ok is false where it has a fault, which is reported.
func (d *decoder) queryParts(e hclsyntax.Expression) (read []metrics.SQLPart, ok bool) {
	if syntax.Broken(e) {
		return nil, false
	}
	parts := []hclsyntax.Expression{e}
	if t, template := e.(*hclsyntax.TemplateExpr); template {
		parts = t.Parts
	}
	for _, e := range parts {
		part, ok := d.queryPart(e)
		if !ok {
			return nil, false
		}
		read = append(read, part...)
	}
	return read, true
}

// queryPart reads one part of a query: the name of a source, or a text that is
// known without data.
func (d *decoder) queryPart(e hclsyntax.Expression) ([]metrics.SQLPart, bool) {
	if t, ok := e.(*hclsyntax.ScopeTraversalExpr); ok && t.Traversal.RootName() == "source" {
		if len(t.Traversal) == 2 {
			if step, ok := t.Traversal[1].(hcl.TraverseAttr); ok {
				return []metrics.SQLPart{{Source: step.Name, Node: d.node(e).ID}}, true
			}
		}
		d.errorAt(diag.BadQuery, e.Range(), "Not the name of a source", "Name the source alone, and its columns outside of ${}: select o.amount from ${source.orders} as o.")
		return nil, false
	}
	v, ok := d.constant(e)
	if !ok {
		return nil, false
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil || text.IsNull() {
		d.errorAt(diag.WrongValue, e.Range(), "Not a text of SQL", "SQL is a text: sql(\"upper(city)\") as a value of a row, "+queryExample+" as the rows of a source.")
		return nil, false
	}
	if lines := d.indented(e, text.AsString()); lines != nil {
		return lines, true
	}
	return []metrics.SQLPart{{Text: text.AsString(), Node: d.node(e).ID}}, true
}

// indented is the lines of a heredoc that leaves out their indentation, each at its
// place; nil for other texts.
func (d *decoder) indented(e hclsyntax.Expression, text string) []metrics.SQLPart {
	r := e.Range()
	if _, ok := e.(*hclsyntax.LiteralValueExpr); !ok || !r.CanSliceBytes(d.file.Bytes) {
		return nil
	}
	written, lines := strings.SplitAfter(string(r.SliceBytes(d.file.Bytes)), "\n"), strings.SplitAfter(text, "\n")
	if len(written) != len(lines) {
		return nil
	}
	var parts []metrics.SQLPart
	at := r.Start
	for i, line := range lines {
		indent, found := strings.CutSuffix(written[i], line)
		if !found || strings.Trim(indent, " \t") != "" {
			return nil
		}
		start := hcl.Pos{Line: at.Line, Column: at.Column + len(indent), Byte: at.Byte + len(indent)}
		at = hcl.Pos{Line: at.Line + 1, Column: 1, Byte: at.Byte + len(written[i])}
		if line != "" {
			place := hcl.Range{Filename: r.Filename, Start: start, End: at}
			parts = append(parts, metrics.SQLPart{Text: line, Node: d.node(&hclsyntax.LiteralValueExpr{Val: cty.StringVal(line), SrcRange: place}).ID})
		}
	}
	return parts
}
