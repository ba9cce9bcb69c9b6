package view

import (
	"io"

	"github.com/metricsascode/metrics/metrics"
)

// shownJSON is what the JSON of every kind of definition has; the definition
// itself stands beside it, by the name of its kind.
type shownJSON struct {
	placeJSON
	Kind      string              `json:"kind"`
	Text      string              `json:"text"`
	Meaning   string              `json:"meaning,omitempty"`
	KPI       *metrics.KPI        `json:"kpi,omitempty"`
	Source    *shownSourceJSON    `json:"source,omitempty"`
	Dimension *shownDimensionJSON `json:"dimension,omitempty"`
	Of        any                 `json:"definition,omitempty"` // of other kinds
	Target    string              `json:"target,omitempty"`
	Cuts      []string            `json:"cuts,omitempty"`
	Reads     []string            `json:"reads"`
	ReadBy    []string            `json:"read_by"`
	SQL       string              `json:"sql,omitempty"`
	Stored    *StoredSource       `json:"stored,omitempty"`
}

type shownSourceJSON struct {
	*metrics.Source
	Format   string            `json:"format"`
	Where    string            `json:"where,omitempty"` // in words
	Cleaning []string          `json:"cleaning"`
	Computed map[string]string `json:"computed,omitempty"` // columns by name, in words
	Ranges   map[string]string `json:"ranges,omitempty"`
	Asserts  map[string]string `json:"asserts,omitempty"`  // of check blocks by name, in words
	Measures map[string]string `json:"measures,omitempty"` // of anomaly blocks by name, in words
}

type shownDimensionJSON struct {
	*metrics.Dimension
	From []shownFromJSON `json:"from"`
}

type shownFromJSON struct {
	Source string `json:"source"`
	Value  string `json:"value"` // in words
}

func (s Shown) json(w io.Writer) error {
	out := shownJSON{
		placeJSON: placeJSON{s.Address, s.File, s.Line}, Text: s.Text, Cuts: s.Cuts,
		Reads: orEmpty(s.Reads), ReadBy: orEmpty(s.ReadBy), SQL: s.SQL, Stored: s.Stored,
	}
	switch {
	case s.KPI != nil:
		out.Kind, out.KPI, out.Meaning, out.Target = "kpi", s.KPI, Meaning(s.Model, s.KPI), targetWords(s.KPI.Target)
	case s.Source != nil:
		out.Kind, out.Source = "source", sourceDetails(s.Model, s.Source)
	case s.Dimension != nil:
		out.Kind, out.Dimension = "dimension", &shownDimensionJSON{Dimension: s.Dimension, From: []shownFromJSON{}}
		for _, f := range s.Dimension.From {
			out.Dimension.From = append(out.Dimension.From, shownFromJSON{f.Source, ownWords(f.Value, f.Source)})
		}
	default:
		out.Kind, out.Of = s.otherJSON()
	}
	return writeJSON(w, out)
}

// sourceDetails adds what the source's own JSON leaves out: its expressions.
func sourceDetails(m *metrics.Model, s *metrics.Source) *shownSourceJSON {
	out := &shownSourceJSON{
		Source: s, Format: s.Reader.Format(), Cleaning: orEmpty(cleaningSteps(m, s)),
		Computed: map[string]string{}, Ranges: map[string]string{}, Asserts: map[string]string{}, Measures: map[string]string{},
	}
	if s.Where != nil {
		out.Where = ownWords(s.Where, s.Name)
	}
	for _, c := range s.Checks {
		out.Asserts[c.Name] = ownWords(c.Assert, s.Name)
	}
	for _, a := range s.Anomalies {
		out.Measures[a.Name] = ownWords(a.Measure, s.Name)
	}
	for _, c := range s.Columns {
		if c.Value != nil {
			out.Computed[c.Name] = ownWords(c.Value, s.Name)
		}
		if c.Range != nil {
			out.Ranges[c.Name] = rangeWords(c.Range)
		}
	}
	return out
}
