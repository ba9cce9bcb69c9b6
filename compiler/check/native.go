package check

import (
	"github.com/metricsascode/metrics/compiler/resolve"
	"github.com/metricsascode/metrics/metrics"
)

// native types an expression of the engine, which tells the type by those of its
// columns. Units and tax bases don't pass through.
func (t *typer) native(e *metrics.Native) {
	for _, column := range e.Args {
		t.expr(column)
	}
	if t.inAggregate == nil && !t.rows || !known(e.Args...) {
		return
	}
	typed, faults := t.graph.Engine.Type(e)
	t.diags = append(t.diags, resolve.Faults(t.graph, t.address, t.at(e), e.Parts, faults)...)
	if len(faults) == 0 {
		e.Type = typed
	}
}
