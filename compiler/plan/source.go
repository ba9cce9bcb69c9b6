package plan

import (
	"cmp"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// source is the fingerprint of a source: its own meaning, and that of all sources
// which its rows can reach or are made from. References and aggregates may go in
// circles, so each of those is spelled by name, whichever is asked for first.
func (f *fingerprints) source(name string) string {
	if v, known := f.sources[name]; known {
		return v
	}
	s := f.model.Source(name)
	if s == nil {
		return name
	}
	if s.AccountOf != "" { // all that decides about the rows decides what becomes of each
		return hash("account", f.source(s.AccountOf))
	}
	f.sources[name] = name // ends the circle of a source of rates that converts by itself
	own := f.byName()
	own.source = func(n string) string {
		if n == name {
			return "" // a source that is renamed means the same
		}
		return n
	}
	all := []string{"source", f.meaning(s, own).meaning()}
	for _, other := range f.madeFrom(s) {
		all = append(all, other.Name, f.spelled(other))
	}
	f.sources[name] = hash(all...)
	return f.sources[name]
}

// byName spells sources by name, and what no source is part of by fingerprint.
func (f *fingerprints) byName() *canonical {
	c := f.names()
	c.calendar, c.rates = f.namedCalendar, f.rates
	return c
}

// spelled is the meaning of a source by names, remembered.
func (f *fingerprints) spelled(s *metrics.Source) string {
	if _, known := f.meanings[s.Name]; !known {
		f.meanings[s.Name] = hash(f.meaning(s, f.byName()).meaning())
	}
	return f.meanings[s.Name]
}

// madeFrom is all other sources that the rows of s reach or are made from, in order of
// name. The references that entities give to sources are no part of those.
func (f *fingerprints) madeFrom(s *metrics.Source) []*metrics.Source {
	found := map[string]*metrics.Source{}
	var visit func(*metrics.Source)
	visit = func(at *metrics.Source) {
		for _, name := range f.next(at) {
			if next := f.model.Source(name); next != nil && next != s && found[name] == nil {
				found[name] = next
				visit(next)
			}
		}
	}
	visit(s)
	out := make([]*metrics.Source, 0, len(found))
	for _, other := range found {
		out = append(out, other)
	}
	slices.SortFunc(out, func(a, b *metrics.Source) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// next is the sources that a source names itself.
func (f *fingerprints) next(s *metrics.Source) []string {
	var out []string
	switch r := s.Reader.(type) {
	case *metrics.Union:
		out = append(out, r.Sources...)
	case *metrics.SQL:
		out = append(out, r.Sources()...)
	case *metrics.Entity:
		for _, from := range r.From {
			out = append(out, from.Source)
		}
	}
	for _, ref := range s.References {
		if !ref.Entity {
			out = append(out, ref.To)
		}
	}
	expressions := []metrics.Expr{s.Where}
	for _, c := range s.Columns {
		expressions = append(expressions, c.Value)
	}
	for _, c := range s.Checks {
		if c.OnFail == metrics.Quarantine {
			expressions = append(expressions, c.Assert)
		}
	}
	return append(out, metrics.Sources(f.model.Source).Read(s, expressions...)...)
}

// entities is the fingerprints of the entities that a column's path goes through.
// An entity changes what goes through it, not the source whose rows reference it.
func (f *fingerprints) entities(ref *metrics.ColumnRef) string {
	out := ""
	find := metrics.Sources(f.model.Source)
	for i, step := range ref.Path {
		at := find.End(f.model.Source(ref.Source), ref.Path[:i])
		if at == nil {
			break
		}
		if r := at.Reference(step); r != nil && r.Entity {
			out += "@" + f.source(r.To)
		}
	}
	return out
}
