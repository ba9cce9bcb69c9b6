package decode

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
)

// checkDraft is a check while its block is read.
type checkDraft struct {
	metrics.Check
	grains []metrics.Grain
}

var checkGrammar = grammar[checkDraft]{
	attributes: attributes[checkDraft]{
		"description": func(d *decoder, c *checkDraft, a attribute) { c.Description = d.text(a) },
		"owner":       func(d *decoder, c *checkDraft, a attribute) { c.Owner = d.text(a) },
		"assert":      func(d *decoder, c *checkDraft, a attribute) { c.Assert = d.expression(a) },
		"grains":      func(d *decoder, c *checkDraft, a attribute) { c.grains = d.grains(a) },
		"on_fail": func(d *decoder, c *checkDraft, a attribute) {
			if w := d.word(a, string(metrics.Stop), string(metrics.Warn)); w != "" {
				c.OnFail = metrics.OnFail(w)
			}
		},
	},
}

func (d *decoder) check(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	c := &checkDraft{Check: metrics.Check{Name: name, OnFail: metrics.Stop}}
	checkGrammar.body(d, b.Body, "check", c)
	if b.Body.Attributes["assert"] == nil {
		d.missing(b, "assert", "assert = kpi.raw == kpi.net + kpi.left_out")
	}
	c.KPI = &metrics.KPI{Name: "check." + name, Value: c.Assert, Grains: c.grains}
	d.checks = append(d.checks, &Decl[metrics.Check]{Value: &c.Check, Address: "check." + name, place: d.place(b)})
}

// Within is a declaration of something that has no block of its own, but stands
// in that of another.
func Within[T, U any](around *Decl[U], value *T) *Decl[T] {
	return &Decl[T]{Value: value, Address: around.Address, place: around.place}
}
