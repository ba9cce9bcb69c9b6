package check

import (
	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/compiler/resolve"
	"github.com/metricsascode/metrics/metrics"
)

// queryTypes settles the types of a query's columns, now that those of all columns
// that it reads are known.
func (c *checker) queryTypes(s *decode.Decl[metrics.Source], q *metrics.SQL) {
	if c.graph.Catalog == nil || !c.computedBelow(q) {
		return
	}
	columns, faults := c.graph.Catalog.Select(q, c.model.Source)
	c.diags = append(c.diags, resolve.QueryFaults(c.graph, s, faults)...)
	if s.Value.Contract || len(faults) > 0 {
		return
	}
	for _, column := range columns {
		if have := s.Value.Column(column.Name); have != nil {
			have.Type = column.Type
		}
	}
}

// computedBelow tells whether a query reads columns whose types were found after
// its names were; false where one has none, which is reported there.
func (c *checker) computedBelow(q *metrics.SQL) bool {
	computed := false
	for _, name := range q.Sources() {
		for _, column := range c.model.Source(name).Columns {
			if column.Type.Kind == metrics.Unknown {
				return false
			}
			_, query := c.model.Source(name).Reader.(*metrics.SQL)
			computed = computed || column.Value != nil || query
		}
	}
	return computed
}
