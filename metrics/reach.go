package metrics

import "slices"

// Valid says from when to when a row holds, half-open; null is open. Rows of one
// key never hold at the same time.
type Valid struct {
	From string `json:"from"` // columns
	To   string `json:"to"`
}

// Referenced is the columns by which rows of other sources find a row of s: its
// key, less what tells apart the times at which rows hold.
func (s *Source) Referenced() []string {
	if s.Valid == nil {
		return s.Key
	}
	return slices.DeleteFunc(slices.Clone(s.Key), func(k string) bool { return k == s.Valid.From || k == s.Valid.To })
}

// Dated tells whether a reference to a source finds its row by time as well.
func (r *Reference) Dated(to *Source) bool { return len(r.Latest) > 0 || to.Valid != nil }

// Sources finds sources by name, nil where there is none.
type Sources func(name string) *Source

// End is the source at the end of a path of references, nil where it breaks off.
func (find Sources) End(from *Source, path []string) *Source {
	for _, step := range path {
		if from == nil {
			return nil
		}
		r := from.Reference(step)
		if r == nil {
			return nil
		}
		from = find(r.To)
	}
	return from
}

// PathsTo is the ways by which rows of one source reference those of another: the
// direct references where there are any, else the chains of references that meet
// no source twice.
func (find Sources) PathsTo(from, to string) [][]string {
	s := find(from)
	if s == nil {
		return nil
	}
	var direct [][]string
	for _, r := range s.References {
		if r.To == to {
			direct = append(direct, []string{r.Name})
		}
	}
	if len(direct) > 0 {
		return direct
	}
	var out [][]string
	find.chains(s, to, nil, nil, &out)
	return out
}

func (find Sources) chains(s *Source, to string, path, visited []string, out *[][]string) {
	if s == nil || slices.Contains(visited, s.Name) {
		return
	}
	if s.Name == to {
		*out = append(*out, path)
		return
	}
	visited = append(slices.Clone(visited), s.Name)
	for _, r := range s.References {
		find.chains(find(r.To), to, append(slices.Clone(path), r.Name), visited, out)
	}
}

// Own is the column of s that a reference in one of its own expressions means: by
// its name, or within an aggregate by the path of the aggregated rows back to s.
// It is nil for columns of other sources.
func (find Sources) Own(s *Source, ref *ColumnRef) *Column {
	back := ref.Source != s.Name && len(ref.Path) > 0
	if back && find.End(find(ref.Source), ref.Path) == s || ref.Source == s.Name && len(ref.Path) == 0 {
		return s.Column(ref.Column)
	}
	return nil
}

// OwnColumns is the columns of s that e, an expression of its own, reads.
func (find Sources) OwnColumns(s *Source, e Expr) []*Column {
	var out []*Column
	Walk(e, func(e Expr) bool {
		if ref, ok := e.(*ColumnRef); ok {
			if c := find.Own(s, ref); c != nil && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
		return true
	})
	return out
}

// Aggregating is the columns of s that aggregate rows of other sources, and those
// that are computed from such columns, in order of declaration. They hold for the
// whole life of a row, up to as-of.
func (find Sources) Aggregating(s *Source) []*Column { return find.madeFrom(s, Has[*Aggregate]) }

// Late is the columns of s that are computed after it is cleaned, from clean rows of
// others: those that aggregate them, those that convert by rates, and those that are
// computed from such columns.
func (find Sources) Late(s *Source) []*Column {
	return find.madeFrom(s, func(e Expr) bool { return Has[*Aggregate](e) || Converts(e) })
}

// madeFrom is the columns of s whose expressions are of a kind, and those computed
// from such columns, in order of declaration.
func (find Sources) madeFrom(s *Source, kind func(Expr) bool) []*Column {
	found := map[*Column]bool{}
	for again := true; again; {
		again = false
		for _, c := range s.Columns {
			if c.Value == nil || found[c] {
				continue
			}
			if kind(c.Value) || slices.ContainsFunc(find.OwnColumns(s, c.Value), func(o *Column) bool { return found[o] }) {
				found[c], again = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Columns), func(c *Column) bool { return !found[c] })
}

// Aggregated is the sources whose rows a column aggregates, itself or through the
// columns of s that it reads, in order of occurrence.
func (find Sources) Aggregated(s *Source, c *Column) []string {
	var out []string
	seen := map[*Column]bool{}
	var visit func(*Column)
	visit = func(c *Column) {
		if seen[c] {
			return
		}
		seen[c] = true
		Walk(c.Value, func(e Expr) bool {
			if a, ok := e.(*Aggregate); ok && !slices.Contains(out, a.Source) {
				out = append(out, a.Source)
			}
			return true
		})
		for _, o := range find.OwnColumns(s, c.Value) {
			visit(o)
		}
	}
	visit(c)
	return out
}

// Read is the sources whose clean rows the expressions of s read: those that are
// aggregated, and those on the paths of columns, in order of name. Paths of
// aggregated rows back to s don't count.
func (find Sources) Read(s *Source, expressions ...Expr) []string {
	var out []string
	add := func(at *Source, own bool) {
		if at != nil && (own || at != s) {
			out = append(out, at.Name)
		}
	}
	for _, e := range expressions {
		Walk(e, func(e Expr) bool {
			switch e := e.(type) {
			case *SourceRef:
				add(find(e.Source), false)
			case *ColumnRef:
				add(find(e.Source), false)
				for i := range e.Path {
					add(find.End(find(e.Source), e.Path[:i+1]), e.Source == s.Name)
				}
			}
			return true
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}
