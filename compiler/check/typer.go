package check

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// typer types one expression in its context.
type typer struct {
	*checker
	place   interface{ Range() diag.Range } // where nodes without a place of their own stand
	address string
	source  *metrics.Source // of a source's own expression, else nil

	rows bool // values of one row: columns may stand here, aggregates not
	// ofSource tells that a source's own expression is typed; aggregates, that it is
	// a column, which may aggregate the rows that reference its row.
	ofSource, aggregates bool

	// judged is the threshold whose condition is typed, nil outside of one; grainHere
	// the grain of the values there, within tells that at() names it.
	judged    *metrics.Threshold
	grainHere metrics.Grain
	within    bool

	inAggregate *metrics.Aggregate
	sources     map[string]bool // whose columns were met
}

func (t *typer) at(e metrics.Expr) diag.Range {
	if r, ok := t.graph.Positions.Range(e.Base().ID); ok {
		return r
	}
	return t.place.Range()
}

func (t *typer) fail(code diag.Code, e metrics.Expr, summary, detail string, labels ...diag.Label) {
	t.report(code, t.address, t.at(e), summary, detail, labels...)
	e.Base().Type = metrics.Type{}
}

func known(list ...metrics.Expr) bool {
	return !slices.ContainsFunc(list, func(e metrics.Expr) bool { return e.Base().Type.Kind == metrics.Unknown })
}

// expr types e and all below it.
func (t *typer) expr(e metrics.Expr) {
	if !t.published(e) {
		return
	}
	switch e := e.(type) {
	case *metrics.Name, *metrics.Literal: // reported already; typed already
	case *metrics.ColumnRef:
		t.column(e)
	case *metrics.SourceRef:
		t.fail(diag.WrongType, e, "A source is no value", "Name a column: "+e.Source+".column; or count its rows: count("+e.Source+").")
	case *metrics.DimensionRef:
		t.dimension(e)
	case *metrics.KPIRef:
		t.kpiRef(e)
	case *metrics.Unary:
		t.unary(e)
	case *metrics.Binary:
		t.expr(e.L)
		t.expr(e.R)
		t.binary(e)
	case *metrics.Call:
		t.call(e)
	case *metrics.Aggregate:
		t.aggregate(e)
	case *metrics.Native:
		t.native(e)
	case *metrics.List:
		t.fail(diag.WrongType, e, "A list is no value", "Lists stand in functions that take one: in(x, [a, b]).")
	case *metrics.Mapping:
		t.fail(diag.WrongType, e, "A mapping is no value", `Mappings stand in map(x, { "a" = "b" }).`)
	}
}

// condition types an expression that must be true or false.
func (t *typer) condition(e metrics.Expr, what string) {
	t.expr(e)
	if k := e.Base().Type.Kind; k != metrics.Boolean && k != metrics.Unknown {
		t.fail(diag.WrongType, e, what+" must be true or false", "This is "+diag.A(e.Base().Type.String())+". Compare it with something: x == \"a\", x > 0.")
	}
}

func (c *checker) columnOf(ref *metrics.ColumnRef) metrics.Column {
	s := c.model.Source(ref.Source)
	for _, step := range ref.Path {
		if s == nil {
			return metrics.Column{}
		}
		r := s.Reference(step)
		if r == nil {
			return metrics.Column{}
		}
		s = c.model.Source(r.To)
	}
	if s != nil {
		if column := s.Column(ref.Column); column != nil {
			return *column
		}
	}
	return metrics.Column{} // the source's columns are not known
}

func (t *typer) column(e *metrics.ColumnRef) {
	column := t.columnOf(e)
	e.Type, e.Unit, e.Tax = column.Type, column.Unit, column.Tax
	if t.sources == nil {
		t.sources = map[string]bool{}
	}
	t.sources[e.Source] = true
	name := strings.Join(append(append([]string{e.Source}, e.Path...), e.Column), ".")
	switch {
	case t.inAggregate != nil:
		t.ofOneSource(e, e.Source)
	case !t.rows:
		t.fail(diag.NotAnAggregate, e, "Column "+quote(name)+" outside an aggregate",
			"A KPI is one value of many rows: say how rows are brought together, such as sum("+name+").")
	}
}

// ofOneSource demands that an aggregate reads one source.
func (t *typer) ofOneSource(e metrics.Expr, source string) {
	a := t.inAggregate
	switch a.Source {
	case "":
		a.Source = source
	case source:
	default:
		t.fail(diag.ManySources, e, "An aggregate over "+a.Source+" and "+source,
			"An aggregate runs over the rows of one source. Reach the other by a reference ("+a.Source+".reference.column), or aggregate each alone and combine the results.")
	}
}

func (t *typer) dimension(e *metrics.DimensionRef) {
	if t.inAggregate == nil && !t.rows {
		t.fail(diag.NotAnAggregate, e, "Dimension "+quote(e.Dimension)+" outside a filter",
			"A dimension may stand in where and in an aggregate's filter. To cut by it, ask for it: by = ["+e.Dimension+"].")
		return
	}
	if d := t.model.Dimension(e.Dimension); d != nil {
		e.Type = d.Type
	} else if cycle := metrics.CycleNamed(e.Dimension); cycle != nil {
		e.Type = cycle.Type()
	}
}

func (t *typer) kpiRef(e *metrics.KPIRef) {
	switch {
	case t.inAggregate != nil:
		t.fail(diag.NestedAggregate, e, "A KPI within an aggregate",
			"kpi."+e.KPI+" is a value of many rows already, and can't be aggregated once more. Combine KPIs by arithmetic: kpi.a / kpi.b.")
	case t.rows:
		t.fail(diag.NotAdditiveByRow, e, "A KPI in an expression over rows", "Filters and columns see one row at a time. To filter results by a KPI's value, use --having.")
	default:
		k := t.model.KPI(e.KPI)
		e.Type, e.Unit, e.Tax = k.Type, k.Unit, k.Tax
	}
}

func (t *typer) unary(e *metrics.Unary) {
	t.expr(e.X)
	b := e.X.Base()
	e.Type, e.Unit, e.Tax = b.Type, b.Unit, b.Tax
	if !known(e.X) {
		return
	}
	switch {
	case e.Op == metrics.OpNot && b.Type.Kind != metrics.Boolean && b.Type.Kind != metrics.Null:
		t.fail(diag.WrongType, e, "! wants true or false", "This is "+diag.A(b.Type.String())+". Compare it with something first.")
	case e.Op == metrics.OpNeg && !b.Type.Numeric() && b.Type.Kind != metrics.Null:
		t.fail(diag.WrongType, e, "- wants a number", "This is "+diag.A(b.Type.String())+".")
	}
}

func (t *typer) call(e *metrics.Call) {
	switch e.Func.Kind {
	case metrics.KPIFunction:
		t.over(e)
		return
	case metrics.ConditionFunction:
		t.conditionCall(e)
		return
	}
	for i, arg := range e.Args {
		p := e.Func.Param(i)
		switch p.Accept {
		case metrics.AcceptGrain:
			e.Args[i] = t.grain(e.Func, arg)
		case metrics.AcceptList:
			t.list(e, arg)
		case metrics.AcceptMapping:
			t.mapping(arg)
		default:
			t.expr(arg)
		}
	}
	if !known(e.Args...) {
		return
	}
	for i, arg := range e.Args {
		if !t.accepts(e.Func, e.Func.Param(i), arg) {
			e.Type = metrics.Type{}
			return
		}
	}
	if !t.alikeArguments(e) || !t.pattern(e) {
		e.Type = metrics.Type{}
		return
	}
	if at, ok := e.Args, e.Func.Name == "date_trunc"; ok {
		if l, isWord := at[0].(*metrics.Literal); isWord && l.Text == string(metrics.Hour) {
			t.fail(diag.WrongArguments, e, "date_trunc goes by day or coarser", "Hours of a day are hour(t).")
			return
		}
	}
	n := e.Func.Result(e.Args)
	e.Type, e.Unit, e.Tax = n.Type, n.Unit, n.Tax
	if e.Func.Name == "convert" {
		t.convert(e)
	}
	if e.Func.Name == "period" {
		t.periodOf(e)
	}
	if e.Func.Name == "net_of_tax" {
		t.netOfTax(e)
	}
}

// netOfTax demands an amount that has tax, and a rate that may be one.
func (t *typer) netOfTax(e *metrics.Call) {
	if e.Args[0].Base().Tax == metrics.TaxExcluded {
		t.fail(diag.MixedTax, e, "net_of_tax of an amount without tax", "This amount is tax excluded already. Remove net_of_tax.")
		return
	}
	rate, written := e.Args[1].(*metrics.Literal)
	if !written {
		return
	}
	if n, err := strconv.ParseFloat(rate.Text, 64); err == nil && n >= 1 {
		t.fail(diag.BadLiteral, rate, rate.Text+" is no rate of tax", "13 percent are 0.13: a rate is below 1.")
	}
}

// pattern demands that a regular expression that is written out is one: the engine
// would only tell when it runs.
func (t *typer) pattern(e *metrics.Call) bool {
	if !slices.Contains([]string{"matches", "regexp_extract", "regexp_replace"}, e.Func.Name) {
		return true
	}
	l, ok := e.Args[1].(*metrics.Literal)
	if !ok || l.Type.Kind != metrics.String {
		return true
	}
	var fault *syntax.Error
	if _, err := syntax.Parse(l.Text, syntax.Perl); errors.As(err, &fault) {
		t.fail(diag.BadLiteral, l, quote(l.Text)+" is no regular expression",
			fmt.Sprintf("It has a fault at %s: %s. To find one of [ ( * + itself, put it in brackets: \"[*]\".", quote(fault.Expr), fault.Code))
		return false
	}
	return true
}

// grain turns a bare word into a literal.
func (t *typer) grain(f *metrics.Function, arg metrics.Expr) metrics.Expr {
	if n, ok := arg.(*metrics.Name); ok && len(n.Parts) == 1 {
		if t.grainOf(f, n) {
			return &metrics.Literal{Node: metrics.Node{ID: n.ID, Type: metrics.Type{Kind: metrics.String}}, Text: n.Parts[0]}
		}
	}
	if n, ok := arg.(*metrics.Name); !ok || len(n.Parts) > 0 {
		t.fail(diag.WrongArguments, arg, "Not a grain", t.grainMend(f))
	}
	return arg
}

// list types a list whose items are compared with, or belong to, the first argument.
func (t *typer) list(e *metrics.Call, arg metrics.Expr) {
	l, ok := arg.(*metrics.List)
	if !ok {
		t.fail(diag.WrongArguments, arg, e.Func.Name+" wants a list", "Write it in brackets: "+e.Func.Example+".")
		return
	}
	l.Type = metrics.Type{Kind: metrics.Null}
	for _, item := range l.Items {
		t.expr(item)
	}
	if !known(l.Items...) {
		l.Type = metrics.Type{}
		return
	}
	switch e.Func.Name {
	case "in":
		t.members(e, l)
	case "bucket":
		t.bands(e, l, arg == e.Args[1])
	}
}

func (t *typer) members(e *metrics.Call, l *metrics.List) {
	x := e.Args[0].Base()
	for _, item := range l.Items {
		if t.asksUnmatched(e.Args[0], item) {
			continue
		}
		if lit, ok := item.(*metrics.Literal); ok && x.Type.Temporal() && !coerce(lit, x.Type) {
			t.badLiteral(t.address, t.at(item), lit, x.Type)
			l.Type = metrics.Type{}
			return
		}
		if known(e.Args[0]) && !t.comparable(e.Args[0], item, item) {
			l.Type = metrics.Type{}
			return
		}
	}
}

// bands checks the bounds and labels of bucket.
func (t *typer) bands(e *metrics.Call, l *metrics.List, bounds bool) {
	for i, item := range l.Items {
		lit, ok := item.(*metrics.Literal)
		switch {
		case bounds && (!ok || !lit.Type.Numeric()), !bounds && (!ok || lit.Type.Kind != metrics.String):
			t.fail(diag.WrongArguments, item, "Not a constant of bucket", "Bounds are numbers, labels texts: bucket(x, [100, 500], [\"small\", \"medium\", \"large\"]).")
			l.Type = metrics.Type{}
			return
		case bounds && i > 0 && !ascending(l.Items[i-1], item):
			t.fail(diag.WrongArguments, item, "Bounds that don't ascend", "Each bound of bucket must be larger than the one before.")
			l.Type = metrics.Type{}
			return
		}
	}
	if list, ok := e.Args[1].(*metrics.List); ok && !bounds && len(l.Items) != len(list.Items)+1 || len(l.Items) == 0 {
		t.fail(diag.WrongArguments, l, "Wrong number of labels", "n bounds make n + 1 bands, and there is at least one bound.")
	}
}

func (t *typer) mapping(arg metrics.Expr) {
	m, ok := arg.(*metrics.Mapping)
	if !ok {
		t.fail(diag.WrongArguments, arg, "map wants a mapping", `Write it in braces: map(x, { "a" = "b" }).`)
		return
	}
	m.Type = metrics.Type{Kind: metrics.Null}
	for _, v := range m.Values {
		t.expr(v)
	}
	if !known(m.Values...) {
		m.Type = metrics.Type{}
	}
}
