package decode

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var rowCheckGrammar = grammar[metrics.RowCheck]{
	attributes: attributes[metrics.RowCheck]{
		"description": func(d *decoder, c *metrics.RowCheck, a attribute) { c.Description = d.text(a) },
		"assert":      func(d *decoder, c *metrics.RowCheck, a attribute) { c.Assert = d.expression(a) },
		"on_fail": func(d *decoder, c *metrics.RowCheck, a attribute) {
			if w := d.word(a, string(metrics.Quarantine), string(metrics.Warn), string(metrics.Stop)); w != "" {
				c.OnFail = metrics.OnFail(w)
			}
		},
	},
}

// rowCheck reads a condition on the rows of a source.
func (d *decoder) rowCheck(s *sourceDraft, b *hclsyntax.Block) {
	name, ok := d.checkName(b, `check "refund_has_a_reason" { assert = status != "refunded" || reason != null }.`)
	c := &metrics.RowCheck{Name: name, OnFail: metrics.Warn}
	rowCheckGrammar.body(d, b.Body, "check block", c)
	if b.Body.Attributes["assert"] == nil {
		d.missing(b, "assert", `assert = status != "refunded" || reason != null`)
	}
	if ok && c.Assert != nil {
		s.Checks = append(s.Checks, c)
	}
}

// checkName is the label of a check within a source: results name it.
func (d *decoder) checkName(b *hclsyntax.Block, example string) (string, bool) {
	name := d.nestedLabel(b, example)
	if name != "" && !isName(name) {
		d.errorAt(diag.BadName, b.LabelRanges[0], "Not a name: "+quote(name),
			"A name starts with a letter and goes on with letters, digits and _ (letters of any script). Put other text into description.")
		return "", false
	}
	return name, name != ""
}
