package check

import (
	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// assertion types a check and finds the grains that it can be had by.
func (c *checker) assertion(a *decode.Decl[metrics.Check]) {
	c.model.Checks = append(c.model.Checks, a.Value)
	if a.Value.Assert == nil {
		return
	}
	before := len(c.diags)
	t := &typer{checker: c, place: a, address: a.Address}
	t.condition(a.Value.Assert, "assert")
	c.guardedIn(a.Address, a.Value.Assert, c.positioned(a.At("assert")))
	k := decode.Within(a, a.Value.KPI)
	c.unnamed(k)
	if k.Value.Type.Kind == metrics.Unknown || !complete(a.Value.Assert) || len(c.diags) > before {
		return // reported already
	}
	if len(k.Value.Sources) == 0 {
		c.report(diag.NotAnAggregate, a.Address, a.At("assert"), "A check that reads no data", "It holds for all periods or for none. Compare KPIs: kpi.raw == kpi.net + kpi.left_out.")
		return
	}
	c.grains(k)
	if len(k.Value.Grains) == 0 && !c.diags.HasErrors() {
		c.report(diag.NoTime, a.Address, a.At("assert"), "A check that no period has", "There is no grain by which all of these KPIs can be had. Compare KPIs that have one in common.")
	}
}

// unnamed completes a KPI that stands for an expression, which is typed.
func (c *checker) unnamed(k *decode.Decl[metrics.KPI]) {
	b := k.Value.Value.Base()
	k.Value.Type, k.Value.Unit, k.Value.Tax = b.Type, b.Unit, b.Tax
	k.Value.Sources = c.model.SourcesUnder(k.Value.Value)
	c.balances(k)
}

// complete tells whether all names of an expression are known.
func complete(e metrics.Expr) bool {
	return !metrics.Has[*metrics.Name](e)
}
