package lineage

import (
	"cmp"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// source adds a source, its columns, and what both are made of.
func (b *builder) source(s *metrics.Source) {
	id := b.define(Source, s.Name, s.Label)
	for _, c := range s.Columns {
		column := columnID(s.Name, c.Name)
		b.nodes[column] = Node{ID: column, Kind: Column, Address: column, Label: c.Label, Whole: id}
		if c.Value != nil {
			reader{builder: b, to: column, home: s.Name}.expr(c.Value, Value)
		}
	}
	switch r := s.Reader.(type) {
	case *metrics.Union:
		b.union(s, r)
	case *metrics.Entity:
		for _, f := range r.From {
			b.edge(sourceID(f.Source), id, Rows)
			b.edge(columnID(f.Source, f.Key), id, Rows)
			b.edge(columnID(f.Source, f.Key), columnID(s.Name, metrics.EntityKey), Value)
		}
	default:
		b.file(s)
	}
	b.rows(s)
}

// union adds that columns come from those of the same name in each source.
func (b *builder) union(s *metrics.Source, u *metrics.Union) {
	for _, name := range u.Sources {
		b.edge(sourceID(name), sourceID(s.Name), Rows)
		leaf := b.find(name)
		for _, c := range s.Columns {
			switch {
			case c.Tag:
				b.edge(sourceID(name), columnID(s.Name, c.Name), Value)
			case c.Value == nil && leaf != nil && leaf.Column(cmp.Or(c.From, c.Name)) != nil:
				b.edge(columnID(name, cmp.Or(c.From, c.Name)), columnID(s.Name, c.Name), Value)
			}
		}
	}
}

// file adds the files that a source reads, by the path that it names; rows that
// stand in the definition come from no file.
func (b *builder) file(s *metrics.Source) {
	address := FileAddress(s.Reader)
	if address == "" {
		return
	}
	id := "file:" + address
	b.nodes[id] = Node{ID: id, Kind: File, Address: address}
	b.edge(id, sourceID(s.Name), Rows)
	for _, c := range s.Columns {
		if c.Value != nil {
			continue
		}
		part := address + "#" + cmp.Or(c.From, c.Name)
		b.nodes["file:"+part] = Node{ID: "file:" + part, Kind: FileColumn, Address: part, Whole: id}
		b.edge("file:"+part, columnID(s.Name, c.Name), Value)
	}
}

// FileAddress is the path that a reader names, with the sheet of a workbook or
// the table of a database; ""
// where rows come from no file.
func FileAddress(r metrics.Reader) string {
	path := metrics.FilePath(r)
	switch r := r.(type) {
	case *metrics.XLSX:
		if r.Sheet != "" {
			return path + "!" + r.Sheet
		}
	case *metrics.DuckDB:
		return path + "!" + r.Table
	}
	return path
}

// rows adds what decides which rows of a source there are.
func (b *builder) rows(s *metrics.Source) {
	id := sourceID(s.Name)
	columns := func(use Use, names ...string) {
		for _, name := range names {
			b.edge(columnID(s.Name, name), id, use)
		}
	}
	own := reader{builder: b, to: id, home: s.Name}
	if s.Where != nil {
		own.expr(s.Where, Filter)
	}
	if d := s.Dedupe; d != nil {
		columns(Dedupe, slices.Concat(d.By, d.Order)...)
		for _, c := range s.Columns {
			if d.All && c.Value == nil {
				columns(Dedupe, c.Name)
			}
		}
	}
	columns(Checks, s.Key...)
	for _, c := range s.Columns {
		if c.Filled() || c.OnFail == metrics.Quarantine && (len(c.Values) > 0 || c.Range != nil) {
			columns(Checks, c.Name)
		}
	}
	for _, c := range s.Checks {
		if c.OnFail == metrics.Quarantine { // the others change no row
			own.expr(c.Assert, Checks)
		}
	}
	for _, r := range s.References {
		if to := b.find(r.To); to != nil && r.OnFail == metrics.Quarantine {
			own.follow(s, r, to, columnOf(s, s.Time), Checks)
		}
	}
	columns(Coverage, s.CoverageBy...)
}
