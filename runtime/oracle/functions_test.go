package oracle_test

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// eachFunction visits the functions that the values of a request are made of: those
// of its KPIs, of the columns of their sources, and of its cuts.
func (p *project) eachFunction(a ask, visit func(name string)) {
	functions := func(e metrics.Expr) {
		if e == nil {
			return
		}
		metrics.Walk(e, func(e metrics.Expr) bool {
			switch e := e.(type) {
			case *metrics.Call:
				visit(e.Func.Name)
			case *metrics.Aggregate:
				visit(e.Func.Name)
			}
			return true
		})
	}
	sources := map[string]bool{}
	var kpi func(name string)
	kpi = func(name string) {
		k := p.Model.KPI(name)
		functions(k.Value)
		functions(k.Where)
		for _, s := range k.Sources {
			sources[s] = true
		}
		metrics.Walk(k.Value, func(e metrics.Expr) bool {
			if ref, ok := e.(*metrics.KPIRef); ok {
				kpi(ref.KPI)
			}
			return true
		})
	}
	for _, name := range a.kpis {
		kpi(name)
	}
	for name := range sources {
		s := p.Model.Source(name)
		functions(s.Where)
		for _, c := range s.Columns {
			functions(c.Value)
		}
	}
	for _, d := range p.Model.Dimensions {
		for _, from := range d.From {
			if slices.Contains(a.by, d.Name) {
				functions(from.Value)
			}
		}
	}
}
