package ingest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// definition is the part of a source that decides what its clean rows are. Labels,
// units and the like stay out, so that changing them reads no file again.
type definition struct {
	Reader     metrics.Reader
	Kind       string
	Inline     [][]*string
	Columns    []columnDefinition
	Key        []string
	Where      string
	Dedupe     *metrics.Dedupe
	References []*metrics.Reference // those that quarantine
	Checks     []checkDefinition    `json:",omitempty"`
	Valid      *metrics.Valid       `json:",omitempty"`
	Steps      []stepTaken          `json:",omitempty"`
}

type checkDefinition struct {
	Name   string
	Assert string
	OnFail metrics.OnFail
}

// stepTaken is a reference that an expression of the source goes through.
type stepTaken struct {
	From      string
	Time      string
	Reference *metrics.Reference
	Key       []string
	Valid     *metrics.Valid
}

type columnDefinition struct {
	Name     string
	Type     string
	From     string             `json:",omitempty"`
	Formats  []string           `json:",omitempty"`
	Timezone string             `json:",omitempty"`
	Strip    []string           `json:",omitempty"`
	Fold     []metrics.Fold     `json:",omitempty"`
	Map      []metrics.MapEntry `json:",omitempty"`
	Value    string             `json:",omitempty"`
	Tag      bool               `json:",omitempty"`
	Required bool               `json:",omitempty"`
	Values   []string           `json:",omitempty"`
	Range    [2]string
	OnFail   metrics.OnFail `json:",omitempty"`
	Guard    string         `json:",omitempty"` // how rejects and statistics show its values
}

// canonicalSource is the definition as text: the same meaning, the same text.
func canonicalSource(m *metrics.Model, s *metrics.Source) (string, error) {
	d := definition{Reader: s.Reader, Kind: fmt.Sprintf("%T", s.Reader), Key: s.Key, Dedupe: s.Dedupe, Valid: s.Valid, Steps: stepsTaken(m, s)}
	if s.Where != nil {
		d.Where = canonicalExpr(s.Where)
	}
	if q, ok := s.Reader.(*metrics.SQL); ok {
		text := q.Canonical(func(name string) string { return "${source." + name + "}" })
		d.Reader = &metrics.SQL{Parts: []metrics.SQLPart{{Text: text}}}
	}
	if inline, ok := s.Reader.(*metrics.Inline); ok {
		d.Inline = inlineTexts(inline)
	}
	for _, c := range s.Columns {
		d.Columns = append(d.Columns, canonicalColumn(m, s, c))
	}
	for _, c := range s.Checks {
		d.Checks = append(d.Checks, checkDefinition{c.Name, canonicalExpr(c.Assert), c.OnFail})
	}
	for _, r := range s.References {
		if r.OnFail == metrics.Quarantine {
			d.References = append(d.References, r)
		}
	}
	text, err := json.Marshal(d)
	return string(text), err
}

// stepsTaken is what the paths in a source's expressions mean, and those by which
// the rows that it aggregates reference it, in order of occurrence.
func stepsTaken(m *metrics.Model, s *metrics.Source) []stepTaken {
	find := metrics.Sources(m.Source)
	var out []stepTaken
	take := func(from string, path []string) {
		for i, name := range path {
			at := find.End(m.Source(from), path[:i])
			ref := at.Reference(name)
			to := m.Source(ref.To)
			out = append(out, stepTaken{From: at.Name, Time: at.Time, Reference: ref, Key: to.Key, Valid: to.Valid})
		}
	}
	for _, e := range expressions(s) {
		metrics.Walk(e, func(e metrics.Expr) bool {
			switch e := e.(type) {
			case *metrics.ColumnRef:
				take(e.Source, e.Path)
			case *metrics.Aggregate:
				take(e.Source, find.PathsTo(e.Source, s.Name)[0])
			}
			return true
		})
	}
	return out
}

func canonicalColumn(m *metrics.Model, s *metrics.Source, c *metrics.Column) columnDefinition {
	d := columnDefinition{
		Name: c.Name, Type: c.Type.String(), From: c.From, Formats: c.Formats, Timezone: c.Timezone, Strip: c.Strip,
		Fold: c.Fold, Map: c.Map, Tag: c.Tag, Required: c.Required, Values: c.Values, OnFail: c.OnFail,
	}
	if c.Classification.Guarded() {
		d.Guard = fmt.Sprint(c.Classification, " ", c.Mask, " ", m.Shows(s, c))
	}
	if c.Value != nil {
		d.Value = canonicalExpr(c.Value)
	}
	if c.Range != nil {
		for i, bound := range c.Range {
			if bound != nil {
				d.Range[i] = bound.Text
			}
		}
	}
	return d
}

// canonicalExpr is an expression as a tree in text, types included. Node ids and
// units stay out.
func canonicalExpr(e metrics.Expr) string {
	var b strings.Builder
	writeExpr(&b, e)
	return b.String()
}

func writeExpr(b *strings.Builder, e metrics.Expr) {
	b.WriteString("(" + exprHead(e))
	for _, child := range metrics.Children(e) {
		b.WriteByte(' ')
		writeExpr(b, child)
	}
	b.WriteString(":" + e.Base().Type.String() + ")")
}

func exprHead(e metrics.Expr) string {
	switch e := e.(type) {
	case *metrics.Literal:
		return strconv.Quote(e.Text)
	case *metrics.ColumnRef:
		return "column " + strconv.Quote(e.Source+"."+strings.Join(append(append([]string{}, e.Path...), e.Column), "."))
	case *metrics.Unary:
		return string(e.Op)
	case *metrics.Binary:
		return string(e.Op)
	case *metrics.Call:
		return e.Func.Name
	case *metrics.Aggregate:
		return fmt.Sprintf("%s of %q, %d arguments", e.Func.Name, e.Source, len(e.Args))
	case *metrics.SourceRef:
		return "rows " + strconv.Quote(e.Source)
	case *metrics.Native:
		return fmt.Sprintf("sql %q", e.Canonical())
	case *metrics.List:
		return "list"
	case *metrics.Mapping:
		return fmt.Sprintf("map %q", e.Keys)
	}
	return fmt.Sprintf("%T", e)
}

// readsAsOf tells whether what as_of() returns decides about the clean rows.
func readsAsOf(s *metrics.Source) bool {
	return slices.ContainsFunc(expressions(s), metrics.NamesAsOf)
}
