package decode

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var referenceGrammar = grammar[metrics.Reference]{
	attributes: attributes[metrics.Reference]{
		"to":     func(d *decoder, r *metrics.Reference, a attribute) { r.To = d.name(a) },
		"on":     func(d *decoder, r *metrics.Reference, a attribute) { r.On = d.joinOn(a) },
		"latest": func(d *decoder, r *metrics.Reference, a attribute) { r.Latest = d.names(a) },
		"within": func(d *decoder, r *metrics.Reference, a attribute) { r.Within = d.span(a) },
		"on_fail": func(d *decoder, r *metrics.Reference, a attribute) {
			r.OnFail = metrics.OnFail(d.word(a, "quarantine", "warn", "stop"))
		},
	},
}

// reference reads a reference block, whose label is the role.
func (d *decoder) reference(s *sourceDraft, b *hclsyntax.Block) {
	r := &metrics.Reference{Name: d.nestedLabel(b, `reference "sale" { to = orders, on = [order_id] }.`)}
	referenceGrammar.body(d, b.Body, "reference block", r)
	if b.Body.Attributes["to"] == nil {
		d.missing(b, "to", "to = orders")
	}
	on := b.Body.Attributes["on"]
	if on == nil {
		d.missing(b, "on", "on = [order_id]")
	}
	if r.Name != "" && !hclsyntax.ValidIdentifier(r.Name) {
		d.errorAt(diag.BadName, b.LabelRanges[0], "Not a name: "+quote(r.Name), "The role is a step of paths such as refunds.sale.store: letters, digits and _.")
		return
	}
	if within := b.Body.Attributes["within"]; within != nil && b.Body.Attributes["latest"] == nil {
		d.errorAt(diag.Conflict, within.NameRange, `"within" without latest`,
			"It bounds how long before this row's time the last row may lie: say by latest which row is the last, or remove within.")
	}
	if r.OnFail == "" {
		r.OnFail = metrics.Warn
	}
	if r.Name != "" && r.To != "" && len(r.On) > 0 {
		s.References = append(s.References, r)
	}
}

// joinOn reads [order_id], or { order_id = id } where the target's column has
// another name.
func (d *decoder) joinOn(a attribute) []metrics.JoinOn {
	object, ok := a.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		var out []metrics.JoinOn
		for _, name := range d.names(a) {
			out = append(out, metrics.JoinOn{Column: name})
		}
		return out
	}
	var out []metrics.JoinOn
	for _, item := range object.Items {
		on := metrics.JoinOn{Column: keyText(item.KeyExpr), Target: d.nameOf(item.ValueExpr)}
		if on.Column == "" || on.Target == "" {
			d.wrong(a, "columns of this source and the target's that they equal: { order_id = id }")
			return nil
		}
		out = append(out, on)
	}
	return out
}

// valid reads the two columns between which rows hold.
func (d *decoder) valid(a attribute) *metrics.Valid {
	names := d.names(a)
	if len(names) == 2 && names[0] != names[1] {
		return &metrics.Valid{From: names[0], To: names[1]}
	}
	if names != nil {
		d.wrong(a, "the columns from when, and to when, a row holds: [valid_from, valid_to]")
	}
	return nil
}
