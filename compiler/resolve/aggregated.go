package resolve

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// referencing settles an aggregate in a source's own column: it runs over the rows
// of another source that reference this one, in which a column of this source is
// one at the end of the path back to it.
func (sc *scope) referencing(a *metrics.Aggregate) {
	other := sc.aggregated(a)
	if other == "" {
		sc.report(diag.NotAdditiveByRow, sc.address, sc.at(&a.Node), "An aggregate over no other source",
			"A column may aggregate the rows that reference its row: count(orders), sum(orders.amount). Within one row there is nothing to bring together.")
		a.Args = []metrics.Expr{bad(a.Node)}
		return
	}
	paths := metrics.Sources(sc.find).PathsTo(other, sc.source.Name)
	switch len(paths) {
	case 1:
		back := func(e metrics.Expr) metrics.Expr { return sc.back(e, other, paths[0]) }
		for i := range a.Args {
			a.Args[i] = metrics.Rewrite(a.Args[i], back)
		}
		if a.Filter != nil {
			a.Filter = metrics.Rewrite(a.Filter, back)
		}
		return
	case 0:
		sc.report(diag.Unreachable, sc.address, sc.at(&a.Node), "source."+other+" does not reference source."+sc.source.Name,
			"A column aggregates the rows that reference its row. Give source."+other+" a reference to "+sc.source.Name+
				", or make an entity of the keys in its rows: entity \"name\" { from \""+other+"\" { key = ... } }.")
	default:
		sc.report(diag.AmbiguousPath, sc.address, sc.at(&a.Node), "Two ways from source."+other+" to source."+sc.source.Name,
			"Both "+strings.Join(append([]string{other}, paths[0]...), ".")+" and "+strings.Join(append([]string{other}, paths[1]...), ".")+
				" lead here, and the rows of one are not those of the other. Make an entity by the one that is meant: entity \"name\" { from \""+other+"\" { key = ... } }.")
	}
	a.Args = []metrics.Expr{bad(a.Node)}
}

// aggregated is the other source that an aggregate names first, "" for none.
func (sc *scope) aggregated(a *metrics.Aggregate) string {
	found := ""
	for _, e := range append(slices.Clone(a.Args), a.Filter) {
		metrics.Walk(e, func(e metrics.Expr) bool {
			name := ""
			switch e := e.(type) {
			case *metrics.SourceRef:
				name = e.Source
			case *metrics.ColumnRef:
				name = e.Source
			}
			if found == "" && name != sc.source.Name {
				found = name
			}
			return found == ""
		})
	}
	return found
}

// back spells a column of this source as rows of another reach it.
func (sc *scope) back(e metrics.Expr, other string, path []string) metrics.Expr {
	if ref, ok := e.(*metrics.ColumnRef); ok && ref.Source == sc.source.Name {
		return sc.column(other, append(slices.Clone(path), ref.Path...), ref.Column, ref.Node)
	}
	return e
}

// bringTogether mends a column that names one of many rows.
func (sc *scope) bringTogether(s, other *metrics.Source) string {
	if sc.source != s {
		return ""
	}
	return " Or bring the rows together in a column: count(" + other.Name + "), sum(" + other.Name + ".column)."
}
