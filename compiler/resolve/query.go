package resolve

import (
	"cmp"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// queries checks the sources that queries name. One that names none that exists
// has no columns that could be known.
func (r *resolver) queries() {
	for _, s := range r.Sources {
		q, ok := s.Value.Reader.(*metrics.SQL)
		if !ok {
			continue
		}
		unknown := len(q.Parts) == 0 // reported where it was read
		for _, p := range q.Parts {
			if _, known := r.sources[p.Source]; p.Source != "" && !known {
				at, _ := r.Positions.Last(p.Node)
				r.report(diag.UnknownSource, s.Address, at, "Unknown source "+strconv.Quote(p.Source),
					"No source has this name."+diag.DidYouMean(p.Source, names(r.sources)))
				unknown = true
			}
		}
		if unknown {
			s.Value.Reader = &metrics.SQL{}
			r.Open[s.Value.Name] = true
		}
	}
}

// selectColumns asks what columns a query has. Where types of what it reads are
// not known yet, they are settled when these are.
func (r *resolver) selectColumns(s *decode.Decl[metrics.Source], q *metrics.SQL) {
	untyped := false
	for _, name := range q.Sources() {
		r.Open[s.Value.Name] = r.Open[s.Value.Name] || r.Open[name]
		for _, c := range r.sources[name].Value.Columns {
			untyped = untyped || c.Type.Kind == metrics.Unknown
			q.Reads = append(q.Reads, metrics.SQLColumn{Source: name, Column: c.Name})
		}
	}
	if r.catalog == nil || r.Open[s.Value.Name] {
		r.Open[s.Value.Name] = r.Open[s.Value.Name] || !s.Value.Contract
		return
	}
	columns, faults := r.catalog.Select(q, r.find)
	if len(faults) > 0 {
		r.Open[s.Value.Name] = true
	}
	if !untyped {
		r.diags = append(r.diags, QueryFaults(r.Graph, s, faults)...)
	}
	switch {
	case !s.Value.Contract:
		s.Value.Columns = columns
	case len(faults) == 0:
		r.selectedNames(s, columns)
	}
}

// selectedNames compares the columns of a query with the declared ones.
func (r *resolver) selectedNames(s *decode.Decl[metrics.Source], columns []*metrics.Column) {
	var declared, selected []string
	for _, c := range columns {
		selected = append(selected, c.Name)
	}
	for _, c := range s.Value.Columns {
		if c.Value != nil {
			continue
		}
		from := cmp.Or(c.From, c.Name)
		if declared = append(declared, from); !slices.Contains(selected, from) {
			r.report(diag.WrongColumns, s.Address, s.At("columns", c.Name), "The query has no column "+strconv.Quote(from),
				"The columns block declares it."+diag.DidYouMean(from, selected))
		}
	}
	for _, name := range selected {
		if !slices.Contains(declared, name) {
			r.report(diag.WrongColumns, s.Address, s.At("sql", "query"), "The query has an undeclared column "+strconv.Quote(name),
				"The columns block does not declare it. Declare it there, or take it out of the query."+diag.DidYouMean(name, declared))
		}
	}
}

// QueryFaults is what is wrong with the query of a source, in its place.
func QueryFaults(g *Graph, s *decode.Decl[metrics.Source], faults []metrics.SQLFault) diag.List {
	return Faults(g, s.Address, s.At("sql", "query"), s.Value.Reader.(*metrics.SQL).Parts, faults)
}

// Faults is what is wrong with a text of SQL, in its place; whole is that of the text.
func Faults(g *Graph, address string, whole diag.Range, parts []metrics.SQLPart, faults []metrics.SQLFault) diag.List {
	var out diag.List
	for _, f := range faults {
		at := whole
		if f.Part >= 0 {
			if r, ok := g.Positions.Range(parts[f.Part].Node); ok {
				at = wordWithin(r, parts[f.Part].Text, f.Offset)
			}
		}
		out.Add(diag.Diagnostic{Code: f.Code, Address: address, Range: &at, Summary: f.Summary, Detail: f.Detail})
	}
	return out
}

// wordWithin is where the word at a byte of a text stands, of which the whole stands
// at r.
func wordWithin(r diag.Range, text string, offset int) diag.Range {
	length := 0
	if offset < len(text) {
		length = len(text) - offset
		for i, c := range text[offset:] {
			if i > 0 && c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
				length = i
				break
			}
		}
	}
	return within(r, text, offset, length)
}

// within is where a stretch of a text stands, of which the whole stands at r; the
// whole where it is spelled in another way there.
func within(r diag.Range, text string, offset, length int) diag.Range {
	if r.End.Byte-r.Start.Byte != len(text) || offset >= len(text) {
		return r
	}
	at := r.Start
	step := func(stretch string) {
		for _, c := range stretch {
			at.Byte += utf8.RuneLen(c)
			at.Column++
			if c == '\n' {
				at.Line, at.Column = at.Line+1, 1
			}
		}
	}
	step(text[:offset])
	r.Start = at
	step(text[offset:min(offset+length, len(text))])
	r.End = at
	return r
}
