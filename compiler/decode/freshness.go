package decode

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
)

var freshnessGrammar = grammar[metrics.Freshness]{
	attributes: attributes[metrics.Freshness]{
		"warn":  func(d *decoder, f *metrics.Freshness, a attribute) { f.Warn = d.length(a) },
		"error": func(d *decoder, f *metrics.Freshness, a attribute) { f.Error = d.length(a) },
	},
}

// freshness reads how old the last row may be.
func (d *decoder) freshness(b *hclsyntax.Block) *metrics.Freshness {
	d.noLabels(b)
	f := &metrics.Freshness{}
	freshnessGrammar.body(d, b.Body, "freshness block", f)
	if b.Body.Attributes["warn"] == nil && b.Body.Attributes["error"] == nil {
		d.missing(b, "warn", `warn = "24h", error = "48h", or both`)
	}
	return f
}
