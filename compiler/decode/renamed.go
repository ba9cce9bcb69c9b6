package decode

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var renamedGrammar = grammar[metrics.Renamed]{
	attributes: attributes[metrics.Renamed]{
		"from": func(d *decoder, r *metrics.Renamed, a attribute) { r.From = d.definition(a) },
		"to":   func(d *decoder, r *metrics.Renamed, a attribute) { r.To = d.definition(a) },
	},
}

// renamedKinds are the kinds of definitions that can have a new name.
var renamedKinds = []string{"kpi", "source", "dimension"}

func (d *decoder) renamed(b *hclsyntax.Block) {
	d.noLabels(b)
	var r metrics.Renamed
	renamedGrammar.body(d, b.Body, "renamed", &r)
	for _, name := range []string{"from", "to"} {
		if b.Body.Attributes[name] == nil {
			d.missing(b, name, name+" = kpi.gmv")
		}
	}
	if r.From == "" || r.To == "" {
		return
	}
	from, _, _ := strings.Cut(r.From, ".")
	if to, _, _ := strings.Cut(r.To, "."); from != to {
		d.errorAt(diag.WrongValue, b.Body.Attributes["to"].Expr.Range(), diag.CapitalA(from)+" does not become "+diag.A(to),
			"A new name is that of the same kind of definition: write to = "+from+".<name>.")
		return
	}
	d.renames = append(d.renames, &Decl[metrics.Renamed]{Value: &r, Address: "renamed", place: d.place(b)})
}

// definition reads the address of a definition: kpi.gmv, source.orders, dimension.channel.
func (d *decoder) definition(a attribute) string {
	t, problems := hcl.AbsTraversalForExpr(a.expr)
	if !problems.HasErrors() && len(t) == 2 {
		if name, ok := t[1].(hcl.TraverseAttr); ok && slices.Contains(renamedKinds, t.RootName()) {
			return t.RootName() + "." + name.Name
		}
	}
	d.wrong(a, "the name of a definition, such as kpi.gmv, source.orders or dimension.channel")
	return ""
}
