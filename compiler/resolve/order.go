package resolve

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// order sorts items so that each stands behind what it depends on; otherwise
// they keep their order. cycle is called once for each circle, with its members
// in order of dependency.
func order[T comparable](items []T, depends func(T) []T, cycle func([]T)) []T {
	const visiting, done = 1, 2
	state := make(map[T]int, len(items))
	out := make([]T, 0, len(items))
	var stack []T
	var visit func(T)
	visit = func(x T) {
		switch state[x] {
		case done:
			return
		case visiting:
			cycle(slices.Clone(stack[slices.Index(stack, x):]))
			return
		}
		state[x] = visiting
		stack = append(stack, x)
		for _, d := range depends(x) {
			visit(d)
		}
		stack = stack[:len(stack)-1]
		state[x] = done
		out = append(out, x)
	}
	for _, x := range items {
		visit(x)
	}
	return out
}

// trail shows a circle: a -> b -> a.
func trail[T any](cycle []*decode.Decl[T]) string {
	var names []string
	for _, d := range cycle {
		names = append(names, d.Address)
	}
	return strings.Join(append(names, cycle[0].Address), " -> ")
}

// columnCycles finds computed columns that depend on each other.
func (r *resolver) columnCycles(s *decode.Decl[metrics.Source]) {
	var computed []*metrics.Column
	for _, c := range s.Value.Columns {
		if c.Value != nil {
			computed = append(computed, c)
		}
	}
	order(computed, func(c *metrics.Column) []*metrics.Column {
		return slices.DeleteFunc(metrics.Sources(r.find).OwnColumns(s.Value, c.Value), func(d *metrics.Column) bool { return d.Value == nil })
	}, func(cycle []*metrics.Column) {
		var names []string
		for _, c := range cycle {
			names = append(names, c.Name)
		}
		r.report(diag.Cycle, s.Address, s.At("columns", cycle[0].Name, "value"), "Columns are computed from each other in a circle",
			strings.Join(append(names, names[0]), " -> ")+". Break the circle at one of them.")
		for _, c := range cycle {
			c.Value = &metrics.Name{}
		}
	})
}

// orderSources finds the order in which sources are cleaned.
func (r *resolver) orderSources() {
	r.SourceOrder = order(r.Sources, r.needs, func(cycle []*decode.Decl[metrics.Source]) {
		s := cycle[0]
		r.report(diag.Cycle, s.Address, s.Range(), "Sources need each other's rows in a circle",
			trail(cycle)+". Take a column that reads the other source out of one of them, and reach for it in the KPI instead.")
	})
}

// needs is the sources that must be clean before s can be.
func (r *resolver) needs(s *decode.Decl[metrics.Source]) []*decode.Decl[metrics.Source] {
	var out []*decode.Decl[metrics.Source]
	add := func(name string) {
		if d, known := r.sources[name]; known && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	if u, ok := s.Value.Reader.(*metrics.Union); ok {
		for _, leaf := range u.Sources {
			add(leaf)
		}
	}
	if q, ok := s.Value.Reader.(*metrics.SQL); ok {
		for _, name := range q.Sources() {
			add(name)
		}
	}
	if e, ok := s.Value.Reader.(*metrics.Entity); ok {
		for _, f := range e.From {
			add(f.Source)
		}
	}
	expressions := []metrics.Expr{s.Value.Where}
	for _, c := range s.Value.Columns {
		expressions = append(expressions, c.Value)
	}
	for _, c := range s.Value.Checks {
		expressions = append(expressions, c.Assert)
	}
	for _, name := range metrics.Sources(r.find).Read(s.Value, expressions...) {
		add(name)
	}
	if r.Project != nil && slices.ContainsFunc(expressions, metrics.Converts) {
		add(r.Project.Value.FX)
	}
	for _, ref := range s.Value.References {
		if ref.OnFail == metrics.Quarantine {
			add(ref.To)
		}
	}
	return out
}

// orderKPIs finds the order in which KPIs are typed, and circles among them.
func (r *resolver) orderKPIs() {
	r.KPIOrder = order(r.KPIs, func(k *decode.Decl[metrics.KPI]) []*decode.Decl[metrics.KPI] {
		var out []*decode.Decl[metrics.KPI]
		metrics.Walk(k.Value.Value, func(e metrics.Expr) bool {
			if ref, ok := e.(*metrics.KPIRef); ok && r.kpis[ref.KPI] != nil { // those of health need none
				out = append(out, r.kpis[ref.KPI])
			}
			return true
		})
		return out
	}, func(cycle []*decode.Decl[metrics.KPI]) {
		k := cycle[0]
		r.report(diag.Cycle, k.Address, k.At("value"), "KPIs depend on each other in a circle", trail(cycle)+". Break the circle at one of them.")
		for _, c := range cycle {
			c.Value.Value = &metrics.Name{}
		}
	})
}
