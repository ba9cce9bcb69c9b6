package resolve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// scope is what the names in one expression may mean: within a source's block
// its columns, elsewhere sources, KPIs and dimensions.
type scope struct {
	*resolver
	address  string
	source   *metrics.Source // nil outside a source's own expressions
	rows     *metrics.Source // whose columns may stand without its name; nil for none
	fallback diag.Range      // where nodes have no place of their own
	// rowOnly tells that a source's own expression is no column, and so can't
	// aggregate the rows that reference it; the checker says so.
	rowOnly bool
	// judged is the KPI of the threshold whose condition this is, "" outside of one.
	judged string
	// aggregating tells that a source's own expression is within an aggregate.
	aggregating bool
}

// expr replaces all names in e, in place. argument tells that e is an
// aggregate's argument, where a bare name is a source before it is a dimension.
func (sc *scope) expr(e metrics.Expr, argument bool) metrics.Expr {
	switch e := e.(type) {
	case *metrics.Name:
		if len(e.Parts) == 0 {
			return e // reported already
		}
		return sc.name(e, argument)
	case *metrics.Unary:
		e.X = sc.expr(e.X, false)
	case *metrics.Binary:
		e.L, e.R = sc.expr(e.L, false), sc.expr(e.R, false)
	case *metrics.Call:
		sc.call(e)
	case *metrics.Aggregate:
		outer := sc.aggregating
		sc.aggregating = true
		sc.all(e.Args, true)
		if e.Filter != nil {
			e.Filter = sc.expr(e.Filter, false)
		}
		if sc.aggregating = outer; sc.source != nil && !outer && !sc.rowOnly {
			sc.referencing(e)
		}
	case *metrics.List:
		sc.all(e.Items, false)
	case *metrics.Mapping:
		sc.all(e.Values, false)
	case *metrics.Native:
		return sc.native(e)
	}
	return e
}

func (sc *scope) all(list []metrics.Expr, argument bool) {
	for i, x := range list {
		list[i] = sc.expr(x, argument)
	}
}

// call leaves arguments that are bare words (day, month) for the checker.
func (sc *scope) call(c *metrics.Call) {
	for i, x := range c.Args {
		switch c.Func.Param(i).Accept {
		case metrics.AcceptGrain, metrics.AcceptGrainOrAll, metrics.AcceptStatistic, metrics.AcceptSpan:
		case metrics.AcceptCells:
			sc.cells(x)
		default:
			c.Args[i] = sc.expr(x, false)
		}
	}
	if c.Func.Kind == metrics.ConditionFunction {
		sc.ofJudged(c)
	}
}

// cells resolves the dimensions in a list of dimensions and grains. A dimension
// with the name of a grain hides it.
func (sc *scope) cells(x metrics.Expr) {
	list, ok := x.(*metrics.List)
	if !ok {
		return // the checker says so
	}
	for i, item := range list.Items {
		if n, ok := item.(*metrics.Name); ok && len(n.Parts) == 1 {
			_, isDimension := sc.dimensions[n.Parts[0]]
			if sc.isGrain(n.Parts[0]) && !isDimension {
				continue
			}
		}
		list.Items[i] = sc.expr(item, false)
	}
}

func (sc *scope) at(n *metrics.Node) diag.Range {
	if r, ok := sc.Positions.Range(n.ID); ok {
		return r
	}
	return sc.fallback
}

// lastOf is where the last part of a name stands.
func (sc *scope) lastOf(n *metrics.Node) diag.Range {
	if r, ok := sc.Positions.Last(n.ID); ok {
		return r
	}
	return sc.at(n)
}

// bad marks an expression whose error is reported.
func bad(n metrics.Node) metrics.Expr {
	return &metrics.Name{Node: metrics.Node{ID: n.ID}}
}

func (sc *scope) name(n *metrics.Name, argument bool) metrics.Expr {
	var out metrics.Expr
	if sc.source != nil {
		out = sc.inSource(n, argument)
	} else {
		out = sc.anywhere(n, argument)
	}
	if out == nil {
		return bad(n.Node)
	}
	return out
}

// inSource resolves a name in a source's own expressions.
func (sc *scope) inSource(n *metrics.Name, argument bool) metrics.Expr {
	first, s := n.Parts[0], sc.source
	_, isSource := sc.sources[first]
	switch {
	case len(n.Parts) == 1 && argument && isSource && first != s.Name:
		return &metrics.SourceRef{Node: n.Node, Source: first}
	case len(n.Parts) == 1 && s.Column(first) != nil:
		return sc.column(s.Name, nil, first, n.Node)
	case len(n.Parts) == 1 && first == s.Name:
		return &metrics.SourceRef{Node: n.Node, Source: s.Name}
	case len(n.Parts) > 1 && first == s.Name:
		return sc.pathExpr(n.Parts, n.Node)
	case len(n.Parts) > 1 && s.Reference(first) != nil:
		return sc.pathExpr(append([]string{s.Name}, n.Parts...), n.Node)
	}
	switch {
	case len(n.Parts) > 1 && isSource && sc.aggregating:
		return sc.pathExpr(n.Parts, n.Node)
	case len(n.Parts) == 1 && sc.Open[s.Name]:
		return sc.column(s.Name, nil, first, n.Node)
	}
	if sc.minusInName(n) {
		return nil
	}
	if first == "kpi" || first == "health" {
		sc.report(diag.WrongDirection, sc.address, sc.at(&n.Node), "A KPI in an expression over rows",
			"A KPI is a value of many rows; here stands a value of one row. Use columns of source."+s.Name+".")
		return nil
	}
	if other, known := sc.sources[first]; known && len(n.Parts) > 1 {
		sc.outOfReach(s, other.Value, sc.at(&n.Node))
		return nil
	}
	sc.unknownColumn(s, strings.Join(n.Parts, "."), sc.at(&n.Node))
	return nil
}

// anywhere resolves a name in a KPI or a request.
func (sc *scope) anywhere(n *metrics.Name, argument bool) metrics.Expr {
	first := n.Parts[0]
	_, isSource := sc.sources[first]
	_, isDimension := sc.dimensions[first]
	switch {
	case sc.rows != nil && sc.rows.Column(first) != nil && len(n.Parts) == 1, sc.rows != nil && sc.rows.Reference(first) != nil && len(n.Parts) > 1:
		return sc.pathExpr(append([]string{sc.rows.Name}, n.Parts...), n.Node)
	case first == "kpi" && len(n.Parts) == 2:
		return sc.kpiRef(n)
	case first == "health":
		return sc.healthRef(n)
	case first == "dimension" && len(n.Parts) == 2:
		if _, known := sc.dimensions[n.Parts[1]]; known {
			return &metrics.DimensionRef{Node: n.Node, Dimension: n.Parts[1]}
		}
		sc.unknownDimension(n.Parts[1], sc.address, sc.at(&n.Node))
		return nil
	case len(n.Parts) == 1 && isDimension && !(argument && isSource):
		return &metrics.DimensionRef{Node: n.Node, Dimension: first}
	case len(n.Parts) == 1 && isSource:
		return &metrics.SourceRef{Node: n.Node, Source: first}
	case len(n.Parts) == 1 && metrics.CycleNamed(first) != nil:
		return &metrics.DimensionRef{Node: n.Node, Dimension: first}
	case isSource:
		return sc.pathExpr(n.Parts, n.Node)
	}
	if !sc.minusInName(n) {
		sc.unknownName(n)
	}
	return nil
}

func (sc *scope) kpiRef(n *metrics.Name) metrics.Expr {
	name := n.Parts[1]
	if _, known := sc.kpis[name]; known {
		return &metrics.KPIRef{Node: n.Node, KPI: name}
	}
	if !sc.minusInName(n) {
		sc.unknownKPI(name, sc.address, sc.at(&n.Node))
	}
	return nil
}

// healthRef is a measure of the health of a source: health.orders.rows.
func (sc *scope) healthRef(n *metrics.Name) metrics.Expr {
	name := strings.Join(n.Parts, ".")
	var s *metrics.Source
	if len(n.Parts) > 1 {
		s = sc.find(n.Parts[1])
	}
	switch {
	case s != nil && slices.Contains(metrics.HealthNames(s), name):
		return &metrics.KPIRef{Node: n.Node, KPI: name}
	case s != nil && sc.Open[s.Name] || sc.minusInName(n):
		return nil
	}
	d := metrics.UnknownHealth(name, s, names(sc.sources))
	sc.report(d.Code, sc.address, sc.at(&n.Node), d.Summary, d.Detail)
	return nil
}

// minusInName explains that HCL takes gross-kpi as one word.
func (sc *scope) minusInName(n *metrics.Name) bool {
	whole := strings.Join(n.Parts, ".")
	if !strings.Contains(whole, "-") {
		return false
	}
	sc.report(diag.MinusInName, sc.address, sc.at(&n.Node), strconv.Quote(whole)+" is one name to HCL",
		"Names may contain - in HCL. To subtract, write spaces around it: "+strings.ReplaceAll(whole, "-", " - ")+".")
	return true
}

func (sc *scope) unknownName(n *metrics.Name) {
	whole, first := strings.Join(n.Parts, "."), n.Parts[0]
	if first == "source" && len(n.Parts) > 2 {
		sc.report(diag.UnknownName, sc.address, sc.at(&n.Node), "Unknown name "+strconv.Quote(whole),
			"A column is written source name first: "+strings.Join(n.Parts[1:], ".")+".")
		return
	}
	if len(n.Parts) > 1 {
		sc.report(diag.UnknownSource, sc.address, sc.at(&n.Node), "Unknown source "+strconv.Quote(first),
			"No source has this name."+diag.DidYouMean(first, names(sc.sources)))
		return
	}
	detail := "A column is written source.column, a KPI kpi.name, a dimension by its name."
	if _, known := sc.kpis[first]; known {
		detail = "For the KPI write kpi." + first + "."
	} else if s := diag.DidYouMean(first, sc.nearby()); s != "" {
		detail += s
	} else if owners := sc.owners(first); len(owners) > 0 {
		detail = "There is " + strings.Join(owners, ", ") + ". Write the source before the column."
	}
	sc.report(diag.UnknownName, sc.address, sc.at(&n.Node), "Unknown name "+strconv.Quote(whole), detail)
}

// nearby are the names that a word may have been meant for.
func (sc *scope) nearby() []string {
	out := append(names(sc.dimensions), names(sc.sources)...)
	if sc.judged != "" {
		out = append(out, metrics.ConditionWords()...)
	}
	return out
}

// owners is the sources that have a column of that name, as source.column.
func (sc *scope) owners(column string) []string {
	var out []string
	for _, name := range names(sc.sources) {
		if sc.sources[name].Value.Column(column) != nil && len(out) < 3 {
			out = append(out, name+"."+column)
		}
	}
	return out
}

func (sc *scope) column(source string, path []string, column string, n metrics.Node) *metrics.ColumnRef {
	return &metrics.ColumnRef{Node: n, Source: source, Path: path, Column: column}
}

func (sc *scope) pathExpr(parts []string, n metrics.Node) metrics.Expr {
	if ref, ok := sc.path(parts, n); ok {
		return ref
	}
	return nil
}

// path walks source.reference...column.
func (sc *scope) path(parts []string, n metrics.Node) (*metrics.ColumnRef, bool) {
	decl, known := sc.sources[parts[0]]
	if !known {
		sc.report(diag.UnknownSource, sc.address, sc.at(&n), "Unknown source "+strconv.Quote(parts[0]),
			"No source has this name."+diag.DidYouMean(parts[0], names(sc.sources)))
		return nil, false
	}
	s := decl.Value
	last := len(parts) - 1
	for _, step := range parts[1:last] {
		ref := s.Reference(step)
		if ref == nil {
			sc.noReference(s, step, sc.at(&n))
			return nil, false
		}
		target, known := sc.sources[ref.To]
		if !known {
			return nil, false // reported at the reference
		}
		s = target.Value
	}
	if s.Column(parts[last]) == nil && !sc.Open[s.Name] {
		if strings.Contains(parts[last], "-") {
			sc.minusInName(&metrics.Name{Node: n, Parts: parts})
			return nil, false
		}
		sc.unknownColumn(s, parts[last], sc.lastOf(&n))
		return nil, false
	}
	return sc.column(parts[0], slices.Clone(parts[1:last]), parts[last], n), true
}

func (sc *scope) noReference(s *metrics.Source, step string, at diag.Range) {
	if other, known := sc.sources[step]; known {
		sc.outOfReach(s, other.Value, at)
		return
	}
	var refs []string
	for _, r := range s.References {
		refs = append(refs, r.Name)
	}
	detail := "source." + s.Name + " references " + strings.Join(refs, ", ") + "."
	if len(refs) == 0 {
		detail = "source." + s.Name + " references no other source. Columns reach others by references = target."
	}
	sc.report(diag.Unreachable, sc.address, at, "source."+s.Name+" has no reference "+strconv.Quote(step), detail+diag.DidYouMean(step, refs))
}

// outOfReach tells from one side of a relation why the other can't be read.
func (sc *scope) outOfReach(s, other *metrics.Source, at diag.Range) {
	for _, r := range other.References {
		if r.To == s.Name {
			sc.report(diag.WrongDirection, sc.address, at, "One row of "+s.Name+" has many rows of "+other.Name,
				"source."+other.Name+" references source."+s.Name+", not the other way round, so that rows would multiply. Write the expression from source."+
					other.Name+": its columns as "+other.Name+".column, those of "+s.Name+" as "+other.Name+"."+r.Name+".column."+sc.bringTogether(s, other))
			return
		}
	}
	if roles := rolesTo(s, other.Name); len(roles) > 0 {
		sc.report(diag.AmbiguousPath, sc.address, at, "source."+s.Name+" reaches source."+other.Name+" by a role",
			"Name the one that is meant: "+s.Name+"."+strings.Join(roles, ".column or "+s.Name+".")+".column.")
		return
	}
	sc.report(diag.Unreachable, sc.address, at, "source."+s.Name+" does not reference source."+other.Name,
		"Give the column of source."+s.Name+" that holds the key of "+other.Name+" the attribute references = "+other.Name+
			", then write "+s.Name+"."+other.Name+".column.")
}

// rolesTo names the references of a source to another.
func rolesTo(s *metrics.Source, other string) (roles []string) {
	for _, r := range s.References {
		if r.To == other {
			roles = append(roles, r.Name)
		}
	}
	return roles
}

func (sc *scope) unknownColumn(s *metrics.Source, name string, at diag.Range) {
	detail := "source." + s.Name + " has no column " + strconv.Quote(name) + "."
	if did := diag.DidYouMean(name, columnNames(s)); did != "" {
		detail += did
	} else if len(s.Columns) > 0 && len(s.Columns) <= 30 {
		detail += " It has " + strings.Join(columnNames(s), ", ") + "."
	}
	sc.report(diag.UnknownColumn, sc.address, at, "Unknown column "+strconv.Quote(name), detail)
}
