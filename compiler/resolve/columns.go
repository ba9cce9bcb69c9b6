package resolve

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// unions checks the sources that unions name, and drops those that don't exist.
func (r *resolver) unions() {
	for _, s := range r.Sources {
		u, ok := s.Value.Reader.(*metrics.Union)
		if !ok {
			continue
		}
		if len(u.Sources) == 0 {
			r.Open[s.Value.Name] = true // that it is empty was reported where it was read
		}
		var leaves []string
		for _, name := range u.Sources {
			if _, known := r.sources[name]; !known {
				r.report(diag.UnknownSource, s.Address, s.At("union", name), "Unknown source "+strconv.Quote(name),
					"No source has this name."+diag.DidYouMean(name, names(r.sources)))
				r.Open[s.Value.Name] = true // what its columns are can't be known
				continue
			}
			if slices.Contains(leaves, name) {
				r.report(diag.Duplicate, s.Address, s.At("union"), "Source "+strconv.Quote(name)+" twice in a union", "Its rows would count twice. Name it once.")
				continue
			}
			leaves = append(leaves, name)
		}
		u.Sources = leaves
	}
}

// orderUnions returns all sources, leaves before their unions.
func (r *resolver) orderUnions() []*decode.Decl[metrics.Source] {
	return order(r.Sources, func(s *decode.Decl[metrics.Source]) []*decode.Decl[metrics.Source] {
		var names []string
		switch reader := s.Value.Reader.(type) {
		case *metrics.Union:
			names = reader.Sources
		case *metrics.SQL:
			names = reader.Sources()
		}
		var leaves []*decode.Decl[metrics.Source]
		for _, name := range names {
			leaves = append(leaves, r.sources[name])
		}
		return leaves
	}, func(cycle []*decode.Decl[metrics.Source]) {
		s := cycle[0]
		if _, ok := s.Value.Reader.(*metrics.SQL); ok {
			r.report(diag.Cycle, s.Address, s.At("sql", "query"), "Sources are made of each other in a circle", trail(cycle)+". Take one out.")
		} else {
			r.report(diag.Cycle, s.Address, s.At("union"), "Unions contain each other in a circle", trail(cycle)+". Take one out.")
		}
		for _, c := range cycle {
			c.Value.Reader = &metrics.Union{}
			r.Open[c.Value.Name] = true
		}
	})
}

// completeColumns finds the columns of a source that does not declare them all.
func (r *resolver) completeColumns(s *decode.Decl[metrics.Source]) {
	src := s.Value
	switch reader := src.Reader.(type) {
	case nil:
		r.Open[src.Name] = true
	case *metrics.Union:
		r.unionColumns(s, reader)
	case *metrics.SQL:
		r.selectColumns(s, reader)
	case *metrics.Inline:
		if !src.Contract {
			src.Columns = inlineColumns(reader)
		} else {
			r.inlineNames(s, reader)
		}
	default:
		if !src.Contract {
			r.inferColumns(s)
		}
	}
	slices.SortFunc(src.References, byName)
}

func (r *resolver) inferColumns(s *decode.Decl[metrics.Source]) {
	if r.catalog == nil {
		r.Open[s.Value.Name] = true
		return
	}
	columns, diags := r.catalog.Columns(s.Value)
	if diags.HasErrors() {
		r.Open[s.Value.Name] = true
	}
	for _, d := range diags {
		if d.Range == nil {
			at := s.At(s.Value.Reader.Format(), "path")
			d.Address, d.Range = s.Address, &at
		}
		r.diags.Add(d)
	}
	s.Value.Columns = columns
}

// inlineColumns takes the types of the literals.
func inlineColumns(in *metrics.Inline) []*metrics.Column {
	var out []*metrics.Column
	for i, name := range in.Names {
		t := metrics.Type{Kind: metrics.Null}
		for _, row := range in.Rows {
			if row[i] == nil {
				continue
			}
			u, ok := metrics.Unify(t, row[i].Type)
			if !ok {
				u = metrics.Type{Kind: metrics.String}
			}
			t = u
		}
		if t.Kind == metrics.Null {
			t.Kind = metrics.String
		}
		out = append(out, &metrics.Column{Name: name, Type: t})
	}
	return out
}

// inlineNames checks the names of cells against the declared columns.
func (r *resolver) inlineNames(s *decode.Decl[metrics.Source], in *metrics.Inline) {
	var declared []string
	for _, c := range s.Value.Columns {
		if c.Value == nil {
			declared = append(declared, cmp.Or(c.From, c.Name))
		}
	}
	for i, name := range in.Names {
		if slices.Contains(declared, name) {
			continue
		}
		at := s.At("rows")
		for _, row := range in.Rows {
			if row[i] != nil && row[i].ID != 0 {
				at, _ = r.Positions.Range(row[i].ID)
				break
			}
		}
		r.report(diag.WrongColumns, s.Address, at, "Rows with an undeclared column "+strconv.Quote(name),
			"The columns block does not declare it."+diag.DidYouMean(name, declared))
	}
}

// unionColumns gives a union the columns of its leaves; its own declarations
// add computed columns, or settle what the leaves disagree on.
func (r *resolver) unionColumns(s *decode.Decl[metrics.Source], u *metrics.Union) {
	own := s.Value.Columns
	s.Value.Columns = nil
	for _, leaf := range u.Sources {
		src := r.sources[leaf].Value
		r.Open[s.Value.Name] = r.Open[s.Value.Name] || r.Open[leaf]
		for _, c := range src.Columns {
			if slices.ContainsFunc(own, func(o *metrics.Column) bool { return o.Name == c.Name }) {
				continue // the union's own word counts
			}
			if have := s.Value.Column(c.Name); have == nil {
				s.Value.Columns = append(s.Value.Columns, &metrics.Column{
					Name: c.Name, Label: c.Label, Description: c.Description, Type: c.Type, Unit: c.Unit, Tax: c.Tax,
				})
			}
		}
	}
	for _, c := range own {
		leaf := r.leafWith(u, c.Name)
		if c.Tag && leaf != "" {
			r.report(diag.Conflict, s.Address, s.At("tag"), "The tag takes the name of a column",
				"source."+leaf+" has a column "+strconv.Quote(c.Name)+", whose values would be lost. Choose another name for the tag.")
		}
		if c.Value == nil && !c.Tag && leaf == "" && !r.Open[s.Value.Name] {
			r.report(diag.UnknownColumn, s.Address, s.At("columns", c.Name), "No source of the union has a column "+strconv.Quote(c.Name),
				"A union's own columns settle the type of columns that its sources have, or are computed by value.")
		}
	}
	s.Value.Columns = append(s.Value.Columns, own...)
	r.unionReferences(s, u)
	r.unionCoverage(s, u)
}

// unionCoverage lets a union judge members alone as its sources do, each source's
// members apart where a tag tells them. Sources that differ leave it to the union.
func (r *resolver) unionCoverage(s *decode.Decl[metrics.Source], u *metrics.Union) {
	if len(s.Value.CoverageBy) > 0 || len(u.Sources) == 0 || s.Value.Time == "" {
		return
	}
	first := r.sources[u.Sources[0]].Value
	for _, leaf := range u.Sources[1:] {
		if !slices.Equal(slices.Sorted(slices.Values(first.CoverageBy)), slices.Sorted(slices.Values(r.sources[leaf].Value.CoverageBy))) {
			r.report(diag.CoverageDiffers, s.Address, s.At("union"), "Sources of the union are covered unlike",
				"source."+first.Name+" judges "+alone(first)+", source."+leaf+" "+alone(r.sources[leaf].Value)+
					". Say for the union which columns name the members that are judged alone: coverage { by = [...] }; or declare the same coverage in all.")
			return
		}
	}
	s.Value.CoverageBy = slices.Clone(first.CoverageBy)
	if u.Tag != "" && len(s.Value.CoverageBy) > 0 && !slices.Contains(s.Value.CoverageBy, u.Tag) {
		s.Value.CoverageBy = append(s.Value.CoverageBy, u.Tag)
	}
}

// alone says which members of a source are judged alone.
func alone(s *metrics.Source) string {
	if len(s.CoverageBy) == 0 {
		return "all rows together"
	}
	return "each " + strings.Join(s.CoverageBy, ", ") + " alone"
}

// leafWith is the first source of a union that has a column of that name, "" for none.
func (r *resolver) leafWith(u *metrics.Union, column string) string {
	for _, leaf := range u.Sources {
		if r.sources[leaf].Value.Column(column) != nil {
			return leaf
		}
	}
	return ""
}
