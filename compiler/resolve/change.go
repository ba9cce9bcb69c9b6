package resolve

import (
	"slices"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
)

// change links the KPIs of a change that is announced.
func (r *resolver) change(c *decode.Decl[metrics.Announced]) {
	c.Value.KPIs = slices.DeleteFunc(c.Value.KPIs, func(name string) bool {
		return !r.knownKPI(name, c.Address, c.At("kpis", "kpi."+name))
	})
}
