package ingest

import (
	"maps"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// hiddenBy is what as-of adds to the identity of a source that aggregates rows of
// others: the instant, where it may hide some of them, or that it hides none.
// Where it hides nothing, time goes by without anything to do.
func (c Context) hiddenBy(s *metrics.Source, known map[string]Identity) string {
	hidden := ""
	for _, other := range timed(c.Model, s) {
		st, measured := c.Known[known[other.Name].Hash]
		if !measured || c.AsOf.Before(c.endOf(st.Columns[other.Time].LastDay)) {
			return c.AsOf.UTC().Format(time.RFC3339Nano)
		}
		hidden = "nothing"
	}
	return hidden
}

// timed is the sources with a time whose rows a source aggregates, or finds its
// keys in: those that as-of may hide.
func timed(m *metrics.Model, s *metrics.Source) []*metrics.Source {
	var late []metrics.Expr
	for _, c := range aggregating(m, s) {
		late = append(late, c.Value)
	}
	names := metrics.Sources(m.Source).Read(s, late...)
	if slices.ContainsFunc(late, metrics.Converts) && !slices.Contains(names, m.Project.FX) {
		names = append(names, m.Project.FX)
	}
	if e, ok := s.Reader.(*metrics.Entity); ok {
		for _, f := range e.From {
			names = append(names, f.Source)
		}
	}
	var out []*metrics.Source
	for _, name := range names {
		if other := m.Source(name); other.Time != "" && !other.Ahead {
			out = append(out, other)
		}
	}
	return out
}

// endOf is the end of a day in the project's time zone.
func (c Context) endOf(day string) time.Time {
	cal, err := c.Model.Project.Calendar()
	if err != nil {
		return time.Time{}
	}
	p, err := cal.Parse(day)
	if err != nil {
		return time.Time{} // there are no rows
	}
	return p.End
}

// settle gives a source its identity anew, now that what it is made from is there:
// only then is it known whether as-of hides rows of it.
func (c Context) settle(s *metrics.Source, id Identity, ids map[string]Identity, segments map[string]Segment) (Identity, error) {
	c.Known = maps.Clone(c.Known)
	if c.Known == nil {
		c.Known = map[string]metrics.Statistics{}
	}
	for _, segment := range segments {
		c.Known[segment.Hash] = segment.Statistics
	}
	text, err := canonicalSource(c.Model, s)
	if err == nil {
		id.Hash, err = c.hash(s, text, id.Files, ids)
	}
	return id, err
}
