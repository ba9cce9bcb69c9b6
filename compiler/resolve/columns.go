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
		u, ok := s.Value.Reader.(*metrics.Union)
		if !ok {
			return nil
		}
		var leaves []*decode.Decl[metrics.Source]
		for _, name := range u.Sources {
			leaves = append(leaves, r.sources[name])
		}
		return leaves
	}, func(cycle []*decode.Decl[metrics.Source]) {
		s := cycle[0]
		r.report(diag.Cycle, s.Address, s.At("union"), "Unions contain each other in a circle", trail(cycle)+". Take one out.")
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
			at := s.At(format(s.Value.Reader), "path")
			d.Address, d.Range = s.Address, &at
		}
		r.diags.Add(d)
	}
	s.Value.Columns = columns
}

func format(reader metrics.Reader) string {
	switch reader.(type) {
	case *metrics.Parquet:
		return "parquet"
	case *metrics.JSON:
		return "json"
	}
	return "csv"
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

// unionReferences carries over the references on which all leaves agree.
func (r *resolver) unionReferences(s *decode.Decl[metrics.Source], u *metrics.Union) {
	for _, leaf := range u.Sources {
		for _, ref := range r.sources[leaf].Value.References {
			if s.Value.Reference(ref.Name) != nil || r.ownReference(s.Value, ref) {
				continue
			}
			for _, other := range u.Sources {
				src := r.sources[other].Value
				if src.Column(ref.On[0].Column) != nil && src.Reference(ref.Name) == nil {
					r.report(diag.UnionMismatch, s.Address, s.At("union"), "Sources of the union disagree on "+strconv.Quote(ref.On[0].Column),
						"In "+leaf+" it references "+ref.To+", in "+other+" it does not. Declare the same in both, or declare the column in the union.")
				}
			}
			carried := *ref
			s.Value.References = append(s.Value.References, &carried)
		}
	}
}

// ownReference tells whether the union itself says what the column references.
func (r *resolver) ownReference(s *metrics.Source, ref *metrics.Reference) bool {
	return slices.ContainsFunc(s.References, func(o *metrics.Reference) bool { return o.On[0].Column == ref.On[0].Column })
}

// references links each reference to the key of its target.
func (r *resolver) references(s *decode.Decl[metrics.Source]) {
	_, isUnion := s.Value.Reader.(*metrics.Union)
	var kept []*metrics.Reference
	for _, ref := range s.Value.References {
		column := ref.On[0].Column
		at := s.At("columns", column, "references")
		if n := len(kept); n > 0 && kept[n-1].Name == ref.Name {
			r.report(diag.AmbiguousPath, s.Address, at, "Two columns reference source."+ref.To,
				kept[n-1].On[0].Column+" and "+column+" would both be "+s.Value.Name+"."+ref.Name+". Keep one; references with a role are not supported yet.")
			continue
		}
		if r.reference(s, ref, at, isUnion) {
			kept = append(kept, ref)
		}
	}
	s.Value.References = kept
}

func (r *resolver) reference(s *decode.Decl[metrics.Source], ref *metrics.Reference, at diag.Range, inherited bool) bool {
	target, known := r.sources[ref.To]
	if !known {
		if !inherited || s.At("columns", ref.On[0].Column) != s.Range() {
			r.report(diag.UnknownSource, s.Address, at, "Unknown source "+strconv.Quote(ref.To),
				"No source has this name."+diag.DidYouMean(ref.To, names(r.sources)))
		}
		return false
	}
	key := target.Value.Key
	on := &ref.On[0]
	switch {
	case len(key) == 1 && (on.Target == "" || on.Target == key[0]):
		on.Target = key[0]
		return true
	case inherited:
	case len(key) == 0:
		r.report(diag.NotAKey, s.Address, at, "source."+ref.To+" has no key",
			"A reference finds at most one row, by the target's key. Give source."+ref.To+" a key = [...].")
	case on.Target != "" && !slices.Contains(key, on.Target):
		r.report(diag.NotAKey, s.Address, at, strconv.Quote(on.Target)+" is not the key of source."+ref.To,
			"A reference finds at most one row, by the target's key, which is ["+strings.Join(key, ", ")+"]. Reference that, or change the key.")
	default:
		r.report(diag.NotAKey, s.Address, at, "The key of source."+ref.To+" has several columns",
			"It is ["+strings.Join(key, ", ")+"]; one column can't reference it, and references over several columns are not supported yet.")
	}
	return false
}
