package oracle

import (
	"encoding/csv"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// World is a project's rows as of an instant.
type World struct {
	model *metrics.Model
	cal   *calendar
	asOf  time.Time
	files map[string]string
	clean map[string][]*row
	spans map[string][]stretch // what timelines cover
}

// row is one row of a source. Its leaf is the source at the bottom of unions that
// it came from.
type row struct {
	source string // whose row it is
	leaf   string
	cells  map[string]any
	texts  []string // as read, for a dedupe by all columns
	part   *part    // of a row that is spread over days
}

// Open makes a world of a model and the texts of the files that its sources read.
func Open(m *metrics.Model, files map[string]string, asOf time.Time) (*World, error) {
	cal, err := newCalendar(m.Project)
	if err != nil {
		return nil, err
	}
	w := &World{model: m, cal: cal, asOf: asOf, files: files, clean: map[string][]*row{}, spans: map[string][]stretch{}}
	w.readBlocks()
	return w, nil
}

// rows are the clean rows of a source.
func (w *World) rows(source string) []*row {
	if rows, done := w.clean[source]; done {
		return rows
	}
	s := w.model.Source(source)
	if e, ok := s.Reader.(*metrics.Entity); ok {
		w.clean[source] = w.keyRows(s, e)
	} else {
		w.clean[source] = w.cleaned(s, w.read(s))
	}
	w.aggregateColumns(s, w.clean[source])
	return w.clean[source]
}

// read returns the rows that can be read, in order of file and line.
func (w *World) read(s *metrics.Source) []*row {
	var all []*row
	switch r := s.Reader.(type) {
	case *metrics.Union:
		for _, leaf := range r.Sources {
			all = append(all, w.leafRows(s, w.model.Source(leaf))...)
		}
	case *metrics.Inline:
		for _, cells := range r.Rows {
			texts := map[string]*string{}
			for i, l := range cells {
				if l.Type.Kind != metrics.Null {
					texts[r.Names[i]] = &l.Text
				}
			}
			all = append(all, w.parsed(s, texts)...)
		}
	case *metrics.CSV:
		for _, texts := range w.records(r) {
			all = append(all, w.parsed(s, texts)...)
		}
	}
	return all
}

// records are the rows of delimited files as texts by the names of the header.
func (w *World) records(r *metrics.CSV) []map[string]*string {
	var names []string
	for name := range w.files {
		if fits, err := path.Match(r.Path, name); err == nil && fits {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var all []map[string]*string
	for _, name := range names {
		lines, err := csv.NewReader(strings.NewReader(w.files[name])).ReadAll()
		if err != nil || len(lines) == 0 {
			continue
		}
		for _, fields := range lines[1:] {
			texts := map[string]*string{}
			for i, f := range fields {
				if !slices.Contains(r.Null, f) {
					texts[lines[0][i]] = &f
				}
			}
			all = append(all, texts)
		}
	}
	return all
}

// parsed is the row of some texts, or nothing where one of them can't be read.
func (w *World) parsed(s *metrics.Source, texts map[string]*string) []*row {
	r := &row{source: s.Name, leaf: s.Name, cells: map[string]any{}}
	for _, name := range sortedKeys(texts) {
		r.texts = append(r.texts, fmt.Sprintf("%s=%q", name, *texts[name]))
	}
	for _, c := range s.Columns {
		if c.Value != nil {
			continue
		}
		name := c.From
		if name == "" {
			name = c.Name
		}
		v, ok := w.parse(c, texts[name])
		if !ok {
			return nil
		}
		r.cells[c.Name] = v
	}
	return []*row{r}
}

// leafRows are the clean rows of one source as rows of a union.
func (w *World) leafRows(s, leaf *metrics.Source) []*row {
	var all []*row
	for _, from := range w.rows(leaf.Name) {
		r := &row{source: s.Name, leaf: from.leaf, cells: map[string]any{}, texts: []string{leaf.Name}}
		for _, c := range s.Columns {
			name := c.From
			if name == "" {
				name = c.Name
			}
			switch {
			case c.Tag:
				r.cells[c.Name] = leaf.Name
			case c.Value == nil:
				v := w.asColumn(from.cells[name], c)
				r.cells[c.Name] = v
				r.texts = append(r.texts, fmt.Sprintf("%s=%v", c.Name, v))
			}
		}
		all = append(all, r)
	}
	return all
}

// asColumn is a leaf's value as the union's column has it.
func (w *World) asColumn(v any, c *metrics.Column) any {
	switch v := v.(type) {
	case day:
		if c.Type.Kind == metrics.Timestamp {
			return w.cal.startOf(v)
		}
	case string:
		return folded(c, v)
	}
	return asKind(v, c.Type.Kind)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
