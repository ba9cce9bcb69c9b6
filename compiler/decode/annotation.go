package decode

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
)

var annotationGrammar = grammar[metrics.Annotation]{
	attributes: attributes[metrics.Annotation]{
		"kpi": func(d *decoder, n *metrics.Annotation, a attribute) {
			if n.KPI = kpiName(a.expr); n.KPI == "" {
				d.wrong(a, "a KPI: kpi.sales")
			}
		},
		"at": func(d *decoder, n *metrics.Annotation, a attribute) { n.At = d.text(a) },
		"by": func(d *decoder, n *metrics.Annotation, a attribute) { n.By = d.pins(a) },
		"text": func(d *decoder, n *metrics.Annotation, a attribute) {
			if n.Text = d.text(a); strings.TrimSpace(n.Text) == "" {
				d.wrong(a, "a text")
			}
		},
	},
}

func (d *decoder) annotation(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	n := &metrics.Annotation{Name: name}
	annotationGrammar.body(d, b.Body, "annotation", n)
	for _, need := range []struct{ name, example string }{{"kpi", "kpi = kpi.sales"}, {"at", `at = "2026-W40"`}, {"text", `text = "Closed for refitting"`}} {
		if b.Body.Attributes[need.name] == nil {
			d.missing(b, need.name, need.example)
		}
	}
	d.annotations = append(d.annotations, &Decl[metrics.Annotation]{Value: n, Address: "annotation." + name, place: d.place(b)})
}

// pins reads { store = "sh-02" } in order of dimension.
func (d *decoder) pins(a attribute) []metrics.Pin {
	names, members := d.members(a)
	out := make([]metrics.Pin, len(names))
	for i, name := range names {
		out[i] = metrics.Pin{Dimension: name}
		if l := members[i]; l.Type.Kind != metrics.Null {
			out[i].Member = &l.Text
		}
	}
	return out
}
