package query

import (
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// CutType returns the type of the members of a cut, by a dimension's name or as a
// column: "orders.customers.region".
func CutType(m *metrics.Model, name string) (metrics.Type, *diag.Diagnostic) {
	c, problem := findCut(m, name)
	return c.typ, problem
}
