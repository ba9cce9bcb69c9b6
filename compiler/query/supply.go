package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Supply returns how a source supplies a dimension, as an expression over the
// source's columns: by the dimension's from block for it, or through the one
// chain of references that leads to a source with such a block. Of several
// sources along one chain the nearest counts. The diagnostic is nil when there is
// exactly one way.
func Supply(m *metrics.Model, source string, d *metrics.Dimension) (metrics.Expr, *diag.Diagnostic) {
	found, problem := supply(m, source, d)
	return found.value, problem
}

// supply is the same, and the path of references on the way.
func supply(m *metrics.Model, source string, d *metrics.Dimension) (supplied, *diag.Diagnostic) {
	var ways []way
	findWays(m, m.Source(source), d, nil, nil, &ways)
	switch {
	case len(ways) == 1:
		from := ways[0].from
		return supplied{through(onDay(from.Value, ownTime(m.Source(from.Source))), source, ways[0].path), ways[0].path}, nil
	case len(ways) == 0:
		return supplied{}, cannotSupply(source, d)
	}
	return supplied{}, &diag.Diagnostic{
		Severity: diag.Error, Code: diag.AmbiguousPath, Address: "dimension." + d.Name,
		Summary: fmt.Sprintf("Two paths from %q to dimension %q", source, d.Name),
		Detail: fmt.Sprintf("Both %s and %s supply it, and may differ. Say which: add from %q { value = ... } to dimension %q.",
			ways[0].name(source), ways[1].name(source), source, d.Name),
	}
}

func cannotSupply(source string, d *metrics.Dimension) *diag.Diagnostic {
	return &diag.Diagnostic{
		Severity: diag.Error, Code: diag.CannotCut, Address: "dimension." + d.Name,
		Summary: fmt.Sprintf("Source %q can't supply dimension %q", source, d.Name),
		Detail: fmt.Sprintf("Dimension %q has no from block for source.%s, nor for a source that it references. Add from %q { value = ... } to dimension %q.",
			d.Name, source, source, d.Name),
	}
}

// way is a chain of references to a source that supplies a dimension itself.
type way struct {
	path []string
	from *metrics.DimensionFrom
}

func (w way) name(source string) string {
	return strings.Join(append([]string{source}, w.path...), ".")
}

// findWays collects the ways from s, depth first in order of reference; visited
// are the sources on the way to s, so that circles of references end.
func findWays(m *metrics.Model, s *metrics.Source, d *metrics.Dimension, path, visited []string, ways *[]way) {
	if s == nil || slices.Contains(visited, s.Name) {
		return
	}
	for _, f := range d.From {
		if f.Source == s.Name {
			*ways = append(*ways, way{path, f})
			return
		}
	}
	visited = append(visited, s.Name)
	for _, r := range s.References {
		findWays(m, m.Source(r.To), d, append(slices.Clone(path), r.Name), visited, ways)
	}
}

// through rewrites an expression over a source that path leads to into one over
// the source where path starts.
func through(e metrics.Expr, source string, path []string) metrics.Expr {
	if len(path) == 0 {
		return e
	}
	return metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		ref, ok := e.(*metrics.ColumnRef)
		if !ok {
			return e
		}
		return &metrics.ColumnRef{Node: ref.Node, Source: source, Path: append(slices.Clone(path), ref.Path...), Column: ref.Column}
	})
}

// cut is one way to divide rows.
type cut struct {
	name      string
	label     string
	typ       metrics.Type
	dimension *metrics.Dimension // nil for a column
	column    *metrics.ColumnRef
	cycle     *metrics.Cycle // of the rows' time
	// spelled tells that members are texts, as rows may lead nowhere, of values of
	// another type, which is own.
	spelled bool
	own     metrics.Type
}

// named makes the members of a cut texts where rows may lead nowhere.
func (c cut) named(m *metrics.Model) cut {
	if c.typ.Kind != metrics.String && c.typ.Kind != metrics.Unknown && c.reaches(m) {
		c.spelled, c.own, c.typ = true, c.typ, text
	}
	return c
}

// findCut resolves a name given in a request.
func findCut(m *metrics.Model, name string) (cut, *diag.Diagnostic) {
	if d := m.Dimension(name); d != nil {
		return cut{name: name, label: d.Label, typ: d.Type, dimension: d}.named(m), nil
	}
	if cycle := metrics.CycleNamed(name); cycle != nil {
		return cycleCut(cycle), nil
	}
	parts := strings.Split(name, ".")
	if len(parts) < 2 {
		var names []string
		for _, d := range m.Dimensions {
			names = append(names, d.Name)
		}
		return cut{}, &diag.Diagnostic{
			Code: diag.UnknownDimension, Summary: fmt.Sprintf("Unknown dimension %q", name),
			Detail: fmt.Sprintf("No dimension has that name.%s A column can be a cut too, as source.column.", diag.DidYouMean(name, names)),
		}
	}
	return findColumn(m, name, parts)
}

// findColumn follows source.reference.column.
func findColumn(m *metrics.Model, name string, parts []string) (cut, *diag.Diagnostic) {
	s := m.Source(parts[0])
	if s == nil {
		var names []string
		for _, s := range m.Sources {
			names = append(names, s.Name)
		}
		return cut{}, &diag.Diagnostic{
			Code: diag.UnknownSource, Summary: fmt.Sprintf("Unknown source %q", parts[0]),
			Detail: fmt.Sprintf("A cut is a dimension, or a column as source.column.%s", diag.DidYouMean(parts[0], names)),
		}
	}
	last := len(parts) - 1
	path := parts[1:last]
	for _, step := range path {
		r := s.Reference(step)
		if r == nil {
			return cut{}, unknownStep(s, step)
		}
		s = m.Source(r.To)
	}
	column := s.Column(parts[last])
	if column == nil {
		var names []string
		for _, c := range s.Columns {
			names = append(names, c.Name)
		}
		return cut{}, &diag.Diagnostic{
			Code: diag.UnknownColumn, Summary: fmt.Sprintf("Unknown column %q", parts[last]),
			Detail: fmt.Sprintf("source.%s has no such column.%s", s.Name, diag.DidYouMean(parts[last], names)),
		}
	}
	if !m.Shows(s, column) {
		d := metrics.GuardedColumn(s, column)
		return cut{}, &d
	}
	ref := &metrics.ColumnRef{Node: typed(column.Type), Source: parts[0], Path: path, Column: column.Name}
	return cut{name: name, label: column.Label, typ: column.Type, column: ref}.named(m), nil
}

func unknownStep(s *metrics.Source, step string) *diag.Diagnostic {
	var names []string
	for _, r := range s.References {
		names = append(names, r.Name)
	}
	return &diag.Diagnostic{
		Code: diag.Unreachable, Summary: fmt.Sprintf("source.%s has no reference %q", s.Name, step),
		Detail: fmt.Sprintf("A cut follows references: source.reference.column.%s", diag.DidYouMean(step, names)),
	}
}

// over returns the members of the cut as an expression over the columns of one source.
func (c cut) over(m *metrics.Model, source string) (metrics.Expr, *diag.Diagnostic) {
	found, problem := supplied{value: c.column}, (*diag.Diagnostic)(nil)
	switch {
	case c.dimension != nil:
		found, problem = supply(m, source, c.dimension)
	case c.column.Source != source:
		problem = otherSource(c.column, source)
	}
	if problem != nil {
		return nil, problem
	}
	return found.member(m, source, c), nil
}

// otherSource refuses a column for rows of another source.
func otherSource(ref *metrics.ColumnRef, source string) *diag.Diagnostic {
	name := strings.Join(append(append([]string{ref.Source}, ref.Path...), ref.Column), ".")
	return &diag.Diagnostic{
		Severity: diag.Error, Code: diag.CannotCut, Address: "source." + source,
		Summary: fmt.Sprintf("Source %q can't supply %s", source, name),
		Detail: fmt.Sprintf("%s is a column of rows of %q, and one of the KPIs reads %q too. Declare a dimension with a from block for each: "+
			"from %q { value = %s } and from %q { value = ... }.",
			name, ref.Source, source, ref.Source, strings.Join(append(slices.Clone(ref.Path), ref.Column), "."), source),
	}
}
