package check

import "github.com/metricsascode/metrics/metrics/diag"

// health completes the model by the KPIs of health, and types them. They say what
// their sources say: where these are wrong, that is reported there.
func (c *checker) health() {
	c.model.DeriveHealth()
	alone := *c
	for _, s := range c.model.Sources {
		for _, k := range c.model.Health(s.Name) {
			alone.diags = diag.List{}
			t := &typer{checker: &alone, place: nowhere{}}
			t.expr(k.Value)
			b := k.Value.Base()
			k.Type, k.Unit, k.Tax = b.Type, b.Unit, b.Tax
		}
	}
}
