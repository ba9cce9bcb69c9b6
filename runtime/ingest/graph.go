package ingest

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// expressions returns the expressions that cleaning a source evaluates.
func expressions(s *metrics.Source) []metrics.Expr {
	var all []metrics.Expr
	for _, c := range s.Columns {
		if c.Value != nil {
			all = append(all, c.Value)
		}
	}
	if s.Where != nil {
		all = append(all, s.Where)
	}
	for _, c := range s.Checks {
		all = append(all, c.Assert)
	}
	return all
}

// aggregating returns the columns that are computed from clean rows of others, rates
// among them,
// after the source is cleaned itself.
func aggregating(m *metrics.Model, s *metrics.Source) []*metrics.Column {
	return metrics.Sources(m.Source).Late(s)
}

// reached returns the references to other sources' columns in the expressions that
// are computed from a row of the source, each path and column once, in order of path.
func reached(m *metrics.Model, s *metrics.Source) []*metrics.ColumnRef {
	late := aggregating(m, s)
	var refs []*metrics.ColumnRef
	collect := func(x metrics.Expr) bool {
		if ref, ok := x.(*metrics.ColumnRef); ok && len(ref.Path) > 0 {
			refs = append(refs, ref)
		}
		return true
	}
	for _, c := range s.Columns {
		if !slices.Contains(late, c) {
			metrics.Walk(c.Value, collect)
		}
	}
	metrics.Walk(s.Where, collect)
	for _, c := range s.Checks {
		metrics.Walk(c.Assert, collect)
	}
	slices.SortFunc(refs, func(a, b *metrics.ColumnRef) int { return strings.Compare(reachedName(a), reachedName(b)) })
	return slices.CompactFunc(refs, func(a, b *metrics.ColumnRef) bool { return reachedName(a) == reachedName(b) })
}

func reachedName(ref *metrics.ColumnRef) string {
	return "$" + strings.Join(append(slices.Clone(ref.Path), ref.Column), ".")
}

// dependencies returns the sources whose clean rows a source is made from.
func dependencies(m *metrics.Model, s *metrics.Source) []string {
	var names []string
	if u, ok := s.Reader.(*metrics.Union); ok {
		names = append(names, u.Sources...)
	}
	if q, ok := s.Reader.(*metrics.SQL); ok {
		names = append(names, q.Sources()...)
	}
	if e, ok := s.Reader.(*metrics.Entity); ok {
		for _, f := range e.From {
			names = append(names, f.Source)
		}
	}
	names = append(names, metrics.Sources(m.Source).Read(s, expressions(s)...)...)
	if slices.ContainsFunc(s.Columns, func(c *metrics.Column) bool { return metrics.Converts(c.Value) }) {
		names = append(names, m.Project.FX)
	}
	for _, r := range s.References {
		if r.OnFail == metrics.Quarantine && r.To != s.Name {
			names = append(names, r.To)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// sorted returns the wanted sources and all they are made from, each after its
// dependencies.
func sorted(m *metrics.Model, wanted []string) ([]*metrics.Source, diag.List) {
	w := &walker{model: m, state: map[string]int{}}
	names := slices.Clone(wanted)
	slices.Sort(names)
	for _, n := range names {
		w.visit(n, nil)
	}
	return w.order, w.problems
}

const (
	visiting = iota + 1
	visited
)

type walker struct {
	model    *metrics.Model
	state    map[string]int
	order    []*metrics.Source
	problems diag.List
}

func (w *walker) visit(name string, path []string) {
	path = append(path, name)
	switch w.state[name] {
	case visited:
		return
	case visiting:
		report(&w.problems, name, failf(diag.Cycle, name, "Sources need each other's clean rows",
			"To clean source.%s its own clean rows would be needed: %s. Let one of the references warn instead of quarantine, or take one of the columns out.", name, strings.Join(path, " → ")))
		return
	}
	s := w.model.Source(name)
	if s == nil {
		return
	}
	w.state[name] = visiting
	for _, d := range dependencies(w.model, s) {
		w.visit(d, path)
	}
	w.state[name] = visited
	w.order = append(w.order, s)
}
