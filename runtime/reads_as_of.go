package runtime

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// readsAsOf tells whether a KPI's values name the instant that they are computed as of, in its
// own expressions, a dimension or a KPI below it: then they move with time though no row
// does. Where a column names it, the rows of its source are others at each instant.
func (p *Project) readsAsOf(k *metrics.KPI) bool {
	look := asOfReader{model: p.Model, seen: map[any]bool{}}
	cuts := []string{}
	for _, g := range k.KeptGrains() {
		for _, set := range k.KeptSets(g) {
			cuts = append(cuts, set...)
		}
	}
	return look.kpi(k) || slices.ContainsFunc(cuts, look.dimension)
}

// asOfReader looks for as_of(), at each thing once.
type asOfReader struct {
	model *metrics.Model
	seen  map[any]bool
}

func (r *asOfReader) first(thing any) bool {
	first := !r.seen[thing]
	r.seen[thing] = true
	return first
}

func (r *asOfReader) kpi(k *metrics.KPI) bool {
	return k != nil && r.first(k) && (r.expr(k.Value) || r.expr(k.Where))
}

func (r *asOfReader) dimension(name string) bool {
	d := r.model.Dimension(name)
	return d != nil && r.first(d) && slices.ContainsFunc(d.From, func(f *metrics.DimensionFrom) bool { return r.expr(f.Value) })
}

func (r *asOfReader) expr(e metrics.Expr) bool {
	return metrics.NamesAsOf(e) || metrics.Any(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.KPIRef:
			return r.kpi(r.model.KPI(e.KPI))
		case *metrics.DimensionRef:
			return r.dimension(e.Dimension)
		}
		return false
	})
}
