package decode

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var dimensionGrammar grammar[metrics.Dimension]

func init() { // the reader of from uses a grammar of its own
	dimensionGrammar = grammar[metrics.Dimension]{
		attributes: attributes[metrics.Dimension]{
			"label":       func(d *decoder, x *metrics.Dimension, a attribute) { x.Label = d.text(a) },
			"description": func(d *decoder, x *metrics.Dimension, a attribute) { x.Description = d.text(a) },
			"owner":       func(d *decoder, x *metrics.Dimension, a attribute) { x.Owner = d.text(a) },
			"values":      func(d *decoder, x *metrics.Dimension, a attribute) { x.Values = d.scalars(a) },
			"parent":      func(d *decoder, x *metrics.Dimension, a attribute) { x.Parent = d.name(a) },
		},
		blocks: blocks[metrics.Dimension]{
			"from": func(d *decoder, x *metrics.Dimension, b *hclsyntax.Block) {
				if f := d.dimensionFrom(b); f != nil {
					x.From = append(x.From, f)
				}
			},
		},
	}
}

func (d *decoder) dimension(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	if metrics.CycleNamed(name) != nil {
		d.errorAt(diag.BadName, b.LabelRanges[0], quote(name)+" is built in", "It is a cut that every source with a time has already. Choose another name for the dimension.")
		return
	}
	x := &metrics.Dimension{Name: name}
	dimensionGrammar.body(d, b.Body, "dimension", x)
	if !slices.ContainsFunc(b.Body.Blocks, func(n *hclsyntax.Block) bool { return n.Type == "from" }) {
		d.errorAt(diag.MissingAttribute, b.DefRange(), `Missing "from"`,
			`Say which source supplies it: from "orders" { value = channel }.`)
	}
	slices.SortFunc(x.From, func(a, b *metrics.DimensionFrom) int { return cmp.Compare(a.Source, b.Source) })
	d.dimensions = append(d.dimensions, &Decl[metrics.Dimension]{Value: x, Address: "dimension." + name, place: d.place(b)})
}

func (d *decoder) dimensionFrom(b *hclsyntax.Block) *metrics.DimensionFrom {
	f := &metrics.DimensionFrom{Source: d.nestedLabel(b, `from "orders" { value = channel }.`)}
	g := grammar[metrics.DimensionFrom]{attributes: attributes[metrics.DimensionFrom]{
		"value": func(d *decoder, f *metrics.DimensionFrom, a attribute) { f.Value = d.expression(a) },
	}}
	g.body(d, b.Body, "from block", f)
	if b.Body.Attributes["value"] == nil {
		d.missing(b, "value", "value = channel")
		return nil
	}
	if f.Source == "" {
		return nil
	}
	return f
}
