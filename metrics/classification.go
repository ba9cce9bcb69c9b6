package metrics

import (
	"slices"

	"github.com/metricsascode/metrics/metrics/diag"
)

// Classification says who may see the values of a column; "" is not classified.
// What is computed of a column carries its level.
type Classification string

// The levels, in rising order. From Confidential on, values are shown masked only,
// and stay out of results.
const (
	Public       Classification = "public"
	Internal     Classification = "internal"
	Confidential Classification = "confidential"
	Secret       Classification = "secret"
)

// Classifications is the levels by name, in rising order.
var Classifications = []string{string(Public), string(Internal), string(Confidential), string(Secret)}

func (c Classification) rank() int { return slices.Index(Classifications, string(c)) }

// Above tells whether c is a higher level than other.
func (c Classification) Above(other Classification) bool { return c.rank() > other.rank() }

// Guarded tells whether values of the level are kept from being seen.
func (c Classification) Guarded() bool { return c.rank() >= Confidential.rank() }

// Shows tells whether the values of a column may be seen in results: it is not
// guarded, or the project names it.
func (m *Model) Shows(s *Source, c *Column) bool {
	return !c.Classification.Guarded() || c.Classification != Secret && slices.Contains(m.Project.AllowConfidential, s.Name+"."+c.Name)
}

// Guarded tells whether a source has a column whose values are kept from being seen.
func (s *Source) Guarded() bool {
	return slices.ContainsFunc(s.Columns, func(c *Column) bool { return c.Classification.Guarded() })
}

// Seen is the references to columns whose values show in the value of e, in order
// of occurrence. A count tells how many values there are, a comparison with null
// whether there is one, and a list of cells how rows are parted: none of them
// tells the values themselves.
func Seen(e Expr) []*ColumnRef {
	var out []*ColumnRef
	Walk(e, func(e Expr) bool {
		switch e := e.(type) {
		case *ColumnRef:
			out = append(out, e)
		case *Binary:
			return e.Op != OpEq && e.Op != OpNe || !isNull(e.L) && !isNull(e.R)
		case *Aggregate:
			for i, arg := range e.Args {
				if !counts(e.Func) && !parts(e.Func.Param(i)) {
					out = append(out, Seen(arg)...)
				}
			}
			out = append(out, Seen(e.Filter)...)
			return false
		case *Call:
			for i, arg := range e.Args {
				if len(e.Func.Params) == 0 || !parts(e.Func.Param(i)) {
					out = append(out, Seen(arg)...)
				}
			}
			return false
		}
		return true
	})
	return out
}

func counts(f *Function) bool { return f.Name == "count" || f.Name == "count_distinct" }

// parts tells whether a parameter says how rows are parted.
func parts(p Param) bool {
	return p.Accept == AcceptCuts || p.Accept == AcceptCells || p.Accept == AcceptColumns
}

func isNull(e Expr) bool {
	l, ok := e.(*Literal)
	return ok && l.Type.Kind == Null
}

// Carried is the highest level among the columns whose values show in e.
func (find Sources) Carried(e Expr) Classification {
	level := Classification("")
	for _, ref := range Seen(e) {
		if s := find.End(find(ref.Source), ref.Path); s != nil {
			if c := s.Column(ref.Column); c != nil && c.Classification.Above(level) {
				level = c.Classification
			}
		}
	}
	return level
}

// GuardedColumn says why a column can't stand where its values would show.
func GuardedColumn(s *Source, c *Column) diag.Diagnostic {
	name := s.Name + "." + c.Name
	d := diag.Diagnostic{Severity: diag.Error, Code: diag.Guarded, Address: "source." + s.Name + "." + c.Name, Summary: name + " is " + string(c.Classification)}
	if c.Classification == Secret {
		d.Detail = "Its values would show here, or could be told from what shows. They may be counted: count(" + name + "), count_distinct(" + name + "); and held against null."
		return d
	}
	d.Detail = "Its values would show here, or could be told from what shows. Count them instead: count(" + name + "), count_distinct(" + name + "), " + name +
		" != null; or, if whoever sees results may see them, let the project say so: allow_confidential = [" + name + "]."
	return d
}
