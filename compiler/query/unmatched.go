package query

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// Rows whose reference leads nowhere have their key, and no row of the other side. As
// members of a cut they are metrics.Unmatched, whatever the type of what is reached,
// and a filter that compares a cut with a constant speaks of its members. Elsewhere
// what such a row reaches is null.

// supplied is how a source supplies a cut.
type supplied struct {
	value metrics.Expr
	path  []string // of references, to the source that supplies the cut itself
}

// lost tells whether a row of the source leads nowhere on the way to a cut; nil where
// no reference is on it.
func (s supplied) lost(m *metrics.Model, source string) metrics.Expr {
	path := s.path
	if ref, ok := s.value.(*metrics.ColumnRef); ok {
		path = ref.Path
	}
	if len(path) == 0 {
		return nil
	}
	return orphan(m, source, path)
}

// orNull is the value, null for rows that find none on the way: what is computed of
// nothing may be something.
func (s supplied) orNull(m *metrics.Model, source string) metrics.Expr {
	if _, column := s.value.(*metrics.ColumnRef); column || len(s.path) == 0 {
		return s.value
	}
	find, last := metrics.Sources(m.Source), len(s.path)-1
	ref := find.End(m.Source(source), s.path[:last]).Reference(s.path[last])
	found := columnOf(m.Source(ref.To), source, s.path, ref.On[0].Target)
	return choose(known(found), s.value, null())
}

// member is the member of a row.
func (s supplied) member(m *metrics.Model, source string, c cut) metrics.Expr {
	value := s.orNull(m, source)
	if c.spelled {
		value = inWords(value)
	}
	if lost := s.lost(m, source); lost != nil {
		return choose(lost, literal(text, metrics.Unmatched), value)
	}
	return value
}

// orphan tells whether any step of a path has a key without a match.
func orphan(m *metrics.Model, source string, path []string) metrics.Expr {
	var steps []metrics.Expr
	s := m.Source(source)
	for i, step := range path {
		r := s.Reference(step)
		to := m.Source(r.To)
		var given []metrics.Expr
		for _, on := range r.On {
			given = append(given, known(columnOf(s, source, path[:i], on.Column)))
		}
		missing := unknown(columnOf(to, source, path[:i+1], r.On[0].Target))
		steps = append(steps, all(append(given, missing)...))
		s = to
	}
	return some(steps...)
}

// inWords is a value as the text that names it as a member.
func inWords(e metrics.Expr) metrics.Expr {
	return &metrics.Native{Node: typed(text), Texts: []string{"", ""}, Args: []metrics.Expr{e}}
}

// outOfWords is the value that a text names as a member, null where it names none.
func outOfWords(e metrics.Expr, t metrics.Type) metrics.Expr {
	return &metrics.Native{Node: typed(t), Texts: []string{"", ""}, Args: []metrics.Expr{e}}
}

// reaches tells whether any source supplies a cut through references, so that rows may
// lead nowhere.
func (c cut) reaches(m *metrics.Model) bool {
	if c.column != nil {
		return len(c.column.Path) > 0
	}
	return slices.ContainsFunc(m.Sources, func(s *metrics.Source) bool {
		found, problem := supply(m, s.Name, c.dimension)
		return problem == nil && found.lost(m, s.Name) != nil
	})
}

// askMembers makes the comparisons of an expression that speak of members say so: those
// of a dimension, or a column that is reached, with a constant.
func askMembers(m *metrics.Model, source string, e metrics.Expr) metrics.Expr {
	switch n := e.(type) {
	case *metrics.Binary:
		if n.Op != metrics.OpEq && n.Op != metrics.OpNe {
			break
		}
		for _, pair := range [][2]metrics.Expr{{n.L, n.R}, {n.R, n.L}} {
			constant, ok := pair[1].(*metrics.Literal)
			if asked := memberAsked(m, source, pair[0]); ok && asked != nil && asked.apart(constant) {
				is := asked.equals(n.Node, constant)
				if n.Op == metrics.OpNe {
					return not(is)
				}
				return is
			}
		}
	case *metrics.Call:
		if list := constants(n); n.Func.Name == "in" && list != nil {
			if asked := memberAsked(m, source, n.Args[0]); asked != nil {
				return asked.among(n, list)
			}
		}
	}
	return metrics.MapChildren(e, func(child metrics.Expr) metrics.Expr { return askMembers(m, source, child) })
}

// constants is the list of nothing but constants in which a call looks; nil where there
// is none.
func constants(n *metrics.Call) *metrics.List {
	if len(n.Args) < 2 {
		return nil
	}
	list, ok := n.Args[1].(*metrics.List)
	if !ok || slices.ContainsFunc(list.Items, func(e metrics.Expr) bool { return !isLiteral(e) }) {
		return nil
	}
	return list
}

func isLiteral(e metrics.Expr) bool {
	_, ok := e.(*metrics.Literal)
	return ok
}

// asked is a cut whose member a comparison asks for.
type asked struct {
	cut  metrics.Expr // as it is written
	lost metrics.Expr // whether a row leads nowhere; nil: none does
}

func memberAsked(m *metrics.Model, source string, e metrics.Expr) *asked {
	switch ref := e.(type) {
	case *metrics.ColumnRef:
		if ref.Source == source && len(ref.Path) > 0 {
			return &asked{ref, orphan(m, source, ref.Path)}
		}
	case *metrics.DimensionRef:
		if d := m.Dimension(ref.Dimension); d != nil {
			if found, problem := supply(m, source, d); problem == nil {
				return &asked{ref, found.lost(m, source)}
			}
		}
	}
	return nil
}

// apart tells whether rows that lead nowhere make a difference to a comparison with a
// constant: else they are as unlike it as null is.
func (a *asked) apart(constant *metrics.Literal) bool {
	return metrics.IsUnmatched(constant) || constant.Type.Kind == metrics.Null && a.lost != nil
}

// equals compares the member with a constant.
func (a *asked) equals(n metrics.Node, constant *metrics.Literal) metrics.Expr {
	equal := metrics.Expr(&metrics.Binary{Node: n, Op: metrics.OpEq, L: a.cut, R: constant})
	switch {
	case metrics.IsUnmatched(constant):
		if a.cut.Base().Type.Kind != metrics.String {
			equal = truth(false)
		}
		return some(a.lost, equal)
	case a.apart(constant):
		return all(not(a.lost), equal)
	}
	return equal
}

// among looks for the member in a list.
func (a *asked) among(n *metrics.Call, list *metrics.List) metrics.Expr {
	var plain []metrics.Expr
	var found []metrics.Expr
	for _, item := range list.Items {
		constant := item.(*metrics.Literal)
		if a.apart(constant) {
			found = append(found, a.equals(typed(boolean), constant))
			continue
		}
		plain = append(plain, item)
	}
	if len(found) == 0 {
		return n
	}
	if len(plain) > 0 {
		rest, items := *n, *list
		items.Items = plain
		rest.Args = []metrics.Expr{n.Args[0], &items}
		found = append(found, &rest)
	}
	return some(found...)
}
