package decode

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
)

var changeGrammar = grammar[metrics.Announced]{
	attributes: attributes[metrics.Announced]{
		"kpis": func(d *decoder, c *metrics.Announced, a attribute) { c.KPIs = d.kpiNames(a) },
		"reason": func(d *decoder, c *metrics.Announced, a attribute) {
			if c.Reason = d.text(a); strings.TrimSpace(c.Reason) == "" {
				d.wrong(a, "a text")
			}
		},
		"announced": func(d *decoder, c *metrics.Announced, a attribute) { c.Announced = d.day(a, a.expr) },
		"effective": func(d *decoder, c *metrics.Announced, a attribute) { c.Effective = d.day(a, a.expr) },
		"restate":   func(d *decoder, c *metrics.Announced, a attribute) { d.restate(c, a) },
	},
}

func (d *decoder) change(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	c := &metrics.Announced{Name: name, Restate: metrics.RestateAll}
	changeGrammar.body(d, b.Body, "change", c)
	for _, need := range []struct{ name, example string }{
		{"kpis", "kpis = [kpi.sales]"}, {"reason", `reason = "Finance counts paid orders only"`},
		{"announced", `announced = "2026-11-02"`}, {"effective", `effective = "2026-11-16"`},
	} {
		if b.Body.Attributes[need.name] == nil {
			d.missing(b, need.name, need.example)
		}
	}
	d.announced = append(d.announced, &Decl[metrics.Announced]{Value: c, Address: "change." + name, place: d.place(b)})
}

// day reads a day; "" after an error.
func (d *decoder) day(a attribute, e hclsyntax.Expression) string {
	text := d.text(attribute{a.name, a.nameRange, e})
	if text != "" && !isDay(text) {
		d.wrong(attribute{a.name, a.nameRange, e}, `a day: "2026-11-16"`)
		return ""
	}
	return text
}

// restate reads all, forward, or since("2026-01-01").
func (d *decoder) restate(c *metrics.Announced, a attribute) {
	if call, ok := a.expr.(*hclsyntax.FunctionCallExpr); ok && call.Name == string(metrics.RestateSince) && len(call.Args) == 1 {
		c.Restate, c.Since = metrics.RestateSince, d.day(a, call.Args[0])
		return
	}
	switch word := metrics.Restate(hcl.ExprAsKeyword(a.expr)); word {
	case metrics.RestateAll, metrics.RestateForward:
		c.Restate = word
	default:
		d.wrong(a, `all, forward or since("2026-01-01")`)
	}
}
