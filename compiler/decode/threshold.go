package decode

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// mostInARow bounds for and keep: beyond it, nobody waits.
const mostInARow = 366

var thresholdGrammar = grammar[metrics.Threshold]{
	attributes: attributes[metrics.Threshold]{
		"label":       func(d *decoder, t *metrics.Threshold, a attribute) { t.Label = d.text(a) },
		"description": func(d *decoder, t *metrics.Threshold, a attribute) { t.Description = d.text(a) },
		"kpi": func(d *decoder, t *metrics.Threshold, a attribute) {
			if t.KPI = kpiName(a.expr); t.KPI == "" {
				d.wrong(a, "a KPI: kpi.sales")
			}
		},
		"grain":  func(d *decoder, t *metrics.Threshold, a attribute) { t.Grain = d.grain(a) },
		"by":     func(d *decoder, t *metrics.Threshold, a attribute) { t.By = d.names(a) },
		"red":    func(d *decoder, t *metrics.Threshold, a attribute) { t.Red = d.condition(a) },
		"amber":  func(d *decoder, t *metrics.Threshold, a attribute) { t.Amber = d.condition(a) },
		"where":  func(d *decoder, t *metrics.Threshold, a attribute) { t.Where = d.condition(a) },
		"for":    func(d *decoder, t *metrics.Threshold, a attribute) { t.For = d.integer(a, 1, mostInARow) },
		"keep":   func(d *decoder, t *metrics.Threshold, a attribute) { t.Keep = d.integer(a, 1, mostInARow) },
		"owner":  func(d *decoder, t *metrics.Threshold, a attribute) { t.Owner = d.text(a) },
		"action": func(d *decoder, t *metrics.Threshold, a attribute) { t.Action = d.text(a) },
		"due":    func(d *decoder, t *metrics.Threshold, a attribute) { t.Due = d.span(a) },
	},
}

func (d *decoder) threshold(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	t := &metrics.Threshold{Name: name, For: 1, Keep: 1}
	thresholdGrammar.body(d, b.Body, "threshold", t)
	has := func(name string) bool { return b.Body.Attributes[name] != nil }
	for _, need := range []struct{ name, example string }{{"kpi", "kpi = kpi.sales"}, {"grain", "grain = week"}} {
		if !has(need.name) {
			d.missing(b, need.name, need.example)
		}
	}
	if !has("red") && !has("amber") {
		d.errorAt(diag.MissingAttribute, b.DefRange(), `Missing "red" or "amber"`, "A threshold says when it is crossed: red = growth(1) < -0.2, or amber for what is less bad, or both.")
	}
	slices.Sort(t.By)
	d.thresholds = append(d.thresholds, &Decl[metrics.Threshold]{Value: t, Address: "threshold." + name, place: d.place(b)})
}

// condition reads an expression in which the functions of conditions have their
// meaning.
func (d *decoder) condition(a attribute) metrics.Expr {
	d.inCondition = true
	defer func() { d.inCondition = false }()
	return d.expression(a)
}

// functionNamed is the function that a call means where it stands.
func (d *decoder) functionNamed(name string) *metrics.Function {
	if d.inCondition {
		if f := metrics.ConditionFunctionNamed(name); f != nil {
			return f
		}
	}
	return metrics.FunctionNamed(name)
}

// conditionWord is a word of conditions that stands without brackets, nil for
// any other name.
func (d *decoder) conditionWord(e *hclsyntax.ScopeTraversalExpr, parts []string) metrics.Expr {
	if !d.inCondition {
		return nil
	}
	if f := metrics.ConditionFunctionNamed(strings.Join(parts, ".")); f != nil && f.IsWord() {
		return &metrics.Call{Node: d.node(e), Func: f}
	}
	return nil
}
