package decode

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var kpiGrammar = grammar[metrics.KPI]{
	attributes: attributes[metrics.KPI]{
		"label":       func(d *decoder, k *metrics.KPI, a attribute) { k.Label = d.text(a) },
		"description": func(d *decoder, k *metrics.KPI, a attribute) { k.Description = d.text(a) },
		"tier":        func(d *decoder, k *metrics.KPI, a attribute) { k.Tier = d.word(a, "north_star", "process", "health") },
		"owner":       func(d *decoder, k *metrics.KPI, a attribute) { k.Owner = d.text(a) },
		"tags":        func(d *decoder, k *metrics.KPI, a attribute) { k.Tags = d.texts(a) },
		"value":       func(d *decoder, k *metrics.KPI, a attribute) { k.Value = d.expression(a) },
		"where":       func(d *decoder, k *metrics.KPI, a attribute) { k.Where = d.expression(a) },
		"time":        func(d *decoder, k *metrics.KPI, a attribute) { k.Time = d.kpiTime(a) },
		"carry":       func(d *decoder, k *metrics.KPI, a attribute) { k.Carry = d.span(a) },
		"lag":         func(d *decoder, k *metrics.KPI, a attribute) { k.Lag = d.span(a) },
		"grains":      func(d *decoder, k *metrics.KPI, a attribute) { k.Grains = d.grains(a) },
		"by":          func(d *decoder, k *metrics.KPI, a attribute) { k.By = d.cutSets(a) },
		"direction":   func(d *decoder, k *metrics.KPI, a attribute) { k.Direction = d.word(a, "up", "down") },
		"target":      func(d *decoder, k *metrics.KPI, a attribute) { k.Target = d.target(a) },
		"format":      func(d *decoder, k *metrics.KPI, a attribute) { k.Format = d.numberFormat(a) },
	},
	instead: map[string]string{
		"unit": "It follows from the columns that the value reads. Declare it there, or give it to a number: value = unit(..., \"EUR\").",
		"tax":  "It follows from the columns that the value reads. Declare it there; net_of_tax(x, 0.19) takes tax off.",
	},
}

func (d *decoder) kpi(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	k := &metrics.KPI{Name: name}
	kpiGrammar.body(d, b.Body, "kpi", k)
	if b.Body.Attributes["value"] == nil {
		d.missing(b, "value", "value = sum(orders.amount)")
	}
	d.kpis = append(d.kpis, &Decl[metrics.KPI]{Value: k, Address: "kpi." + name, place: d.place(b)})
}

// kpiTime reads source.column; resolution checks both.
func (d *decoder) kpiTime(a attribute) *metrics.ColumnRef {
	t, ok := a.expr.(*hclsyntax.ScopeTraversalExpr)
	if ok && len(t.Traversal) >= 2 {
		var parts []string
		for _, step := range t.Traversal {
			switch step := step.(type) {
			case hcl.TraverseRoot:
				parts = append(parts, step.Name)
			case hcl.TraverseAttr:
				parts = append(parts, step.Name)
			}
		}
		n := len(parts)
		return &metrics.ColumnRef{Node: d.node(t), Source: parts[0], Path: parts[1 : n-1 : n-1], Column: parts[n-1]}
	}
	d.wrong(a, "a column such as orders.paid_at")
	return nil
}

// cutSets reads [channel, region, [channel, region]].
func (d *decoder) cutSets(a attribute) [][]string {
	list, ok := a.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		if n := d.nameOf(a.expr); n != "" {
			return [][]string{{n}}
		}
		d.wrong(a, "a list of dimensions, a cross in brackets of its own: [channel, [channel, region]]")
		return nil
	}
	var out [][]string
	for _, e := range list.Exprs {
		if set := d.names(attribute{a.name, a.nameRange, e}); len(set) > 0 {
			out = append(out, set)
		}
	}
	return out
}

// target reads kpi.x, a number, or a range [low, high].
func (d *decoder) target(a attribute) *metrics.Target {
	switch e := a.expr.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if e.Traversal.RootName() == "kpi" && len(e.Traversal) == 2 {
			if step, ok := e.Traversal[1].(hcl.TraverseAttr); ok {
				return &metrics.Target{KPI: step.Name}
			}
		}
	case *hclsyntax.TupleConsExpr:
		if b := d.bounds(a); b != nil {
			return d.targetRange(a, b)
		}
		return nil
	}
	if v, ok := d.constant(a.expr); ok {
		l := literal(v)
		if l.Type.Numeric() {
			l.Node = d.withType(a.expr, l.Type)
			return &metrics.Target{Value: &l}
		}
		d.wrong(a, "a KPI (kpi.budget), a number, or a range [3, 5]")
	}
	return nil
}

func (d *decoder) targetRange(a attribute, b *[2]*metrics.Literal) *metrics.Target {
	if b[0] == nil && b[1] == nil || slices.ContainsFunc(b[:], func(l *metrics.Literal) bool { return l != nil && !l.Type.Numeric() }) {
		d.wrong(a, "a range of numbers, null for an open end: [3, 5]")
		return nil
	}
	return &metrics.Target{Low: b[0], High: b[1]}
}

// numberFormat checks a spreadsheet number format.
func (d *decoder) numberFormat(a attribute) string {
	f := d.text(a)
	if _, err := metrics.ParseNumberFormat(f); f != "" && err != nil {
		d.errorAt(diag.BadFormat, a.expr.Range(), "Not a number format: "+quote(f),
			`Write it as in a spreadsheet: "#,##0", "#,##0.00", "0.0%", "¥#,##0".`)
		return ""
	}
	return f
}
