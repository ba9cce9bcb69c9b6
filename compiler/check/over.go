package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// over types a function over KPIs: it evaluates its first argument at other times
// or members, so that it stands where aggregates and KPIs do.
func (t *typer) over(e *metrics.Call) {
	switch {
	case t.inAggregate != nil:
		t.fail(diag.NestedAggregate, e, e.Func.Name+" within an aggregate",
			e.Func.Name+" makes one value of KPIs, an aggregate one of rows. Turn them round, "+e.Func.Name+"(sum(orders.amount), ...), or name cells to aggregate over: sum(per([channel, day], ...)).")
	case t.rows:
		t.fail(diag.NotAdditiveByRow, e, e.Func.Name+" in an expression over rows", "Filters and columns see one row at a time. Write it in a KPI's value.")
	case e.Func.Name == metrics.Per:
		t.fail(diag.NotAnAggregate, e, "per outside an aggregate", "per makes many values, one for each cell. Say how they are brought together: "+e.Func.Example+".")
	default:
		t.overArguments(e)
	}
}

// overArguments types the arguments and the call.
func (t *typer) overArguments(e *metrics.Call) {
	for i, arg := range e.Args {
		switch p := e.Func.Param(i); p.Accept {
		case metrics.AcceptGrain:
			e.Args[i] = t.grain(e.Func, arg)
		case metrics.AcceptGrainOrAll:
			e.Args[i] = t.grainOrAll(e.Func, arg)
		case metrics.AcceptCount:
			t.count(e, arg)
		case metrics.AcceptCuts, metrics.AcceptCells:
			t.cutList(e, arg, p.Accept == metrics.AcceptCells)
		default:
			t.expr(arg)
			if known(arg) && !t.accepts(e.Func, p, arg) {
				return
			}
		}
	}
	if !known(e.Args...) || !t.nests(e) || !t.supplied(e) || !t.addsUp(e) {
		return
	}
	n := e.Func.Result(e.Args)
	e.Type, e.Unit, e.Tax = n.Type, n.Unit, n.Tax
}

func (t *typer) grainOrAll(f *metrics.Function, arg metrics.Expr) metrics.Expr {
	if n, ok := arg.(*metrics.Name); ok && slices.Equal(n.Parts, []string{metrics.All}) {
		return &metrics.Literal{Node: metrics.Node{ID: n.ID, Type: metrics.Type{Kind: metrics.String}}, Text: metrics.All}
	}
	return t.grain(f, arg)
}

// maxSteps is beyond any calendar that data has.
const maxSteps = 100_000

func (t *typer) count(e *metrics.Call, arg metrics.Expr) {
	l, ok := arg.(*metrics.Literal)
	if ok && l.Type.Kind == metrics.Integer {
		if n, err := strconv.Atoi(l.Text); err == nil && n >= 1 && n <= maxSteps {
			return
		}
	}
	t.fail(diag.WrongArguments, arg, e.Func.Name+" wants a number of periods", "Write a whole number from 1 on: "+e.Func.Example+".")
}

// cutList types a list of dimensions or columns, of grains too where they may stand.
func (t *typer) cutList(e *metrics.Call, arg metrics.Expr, grains bool) {
	l, ok := arg.(*metrics.List)
	if !ok || len(l.Items) == 0 {
		t.fail(diag.WrongArguments, arg, e.Func.Name+" wants a list of dimensions", "Write at least one, in brackets: "+e.Func.Example+".")
		return
	}
	l.Type = metrics.Type{Kind: metrics.Null}
	counted := 0
	for i, item := range l.Items {
		switch ref := item.(type) {
		case *metrics.DimensionRef:
			if d := t.model.Dimension(ref.Dimension); d != nil {
				ref.Type = d.Type
			} else if cycle := metrics.CycleNamed(ref.Dimension); cycle != nil {
				ref.Type = cycle.Type()
			}
		case *metrics.ColumnRef:
			column := t.columnOf(ref)
			ref.Type, ref.Unit, ref.Tax = column.Type, column.Unit, column.Tax
		case *metrics.Name:
			if !grains || len(ref.Parts) == 0 {
				l.Type = metrics.Type{}
				continue
			}
			l.Items[i] = t.grain(e.Func, ref)
			counted++
		default:
			t.fail(diag.WrongType, item, "Not a dimension", "A cut is a dimension's name, or a column as source.column: "+e.Func.Example+".")
			l.Type = metrics.Type{}
		}
		if !known(l.Items[i]) {
			l.Type = metrics.Type{}
		}
	}
	if counted > 1 {
		t.fail(diag.WrongArguments, l, "per over two grains", "Cells have one grain: the periods of the finer one lie in those of the coarser. Keep the finer.")
	}
}

// supplied demands that every source below an inner level of detail can be divided
// as it says. total only takes cuts away.
func (t *typer) supplied(e *metrics.Call) bool {
	if e.Func.Name == metrics.Total {
		return true
	}
	before := len(t.diags)
	for i, arg := range e.Args {
		l, ok := arg.(*metrics.List)
		if !ok || e.Func.Param(i).Accept != metrics.AcceptCuts && e.Func.Param(i).Accept != metrics.AcceptCells {
			continue
		}
		for _, item := range l.Items {
			for _, s := range t.model.SourcesUnder(e) {
				switch ref := item.(type) {
				case *metrics.DimensionRef:
					t.supplies(s, ref.Dimension, t.address, t.at(item))
				case *metrics.ColumnRef:
					if ref.Source != s {
						t.fail(diag.CannotCut, e, "Source "+quote(s)+" can't supply "+t.textOf(ref),
							"It is a column of source."+ref.Source+", and source."+s+" is read here too. Declare a dimension with a from block for each.")
						return false
					}
				}
			}
		}
	}
	return len(t.diags) == before
}

// innerLevel types an aggregate over per(): its rows are cells of KPIs.
func (t *typer) innerLevel(e *metrics.Aggregate, cells *metrics.Call) {
	switch {
	case e.Filter != nil:
		t.fail(diag.WrongArguments, e, "A filter on an aggregate over per", "Its cells have no columns to filter by. Filter the aggregates within per, or write per([...], if(condition, x, null)).")
		return
	case metrics.IsBalance(e.Func) || slices.ContainsFunc(e.Args[1:], isPer):
		t.fail(diag.WrongArguments, e, e.Func.Name+" over per", "Cells are aggregated by one value each: sum, avg, min, max, median, count and the like.")
		return
	}
	t.overArguments(cells)
	for _, arg := range e.Args[1:] {
		t.expr(arg)
	}
	if !known(e.Args...) {
		return
	}
	for i, arg := range e.Args {
		if !t.accepts(e.Func, e.Func.Param(i), arg) {
			return
		}
	}
	n := e.Func.Result(e.Args)
	e.Type, e.Unit, e.Tax = n.Type, n.Unit, n.Tax
}

func isPer(e metrics.Expr) bool {
	c, ok := e.(*metrics.Call)
	return ok && c.Func.Name == metrics.Per
}

// byGrain marks an inner level of detail by periods, which begins anew: what stands
// in it is evaluated at those periods.
const byGrain = "per by grain"

// functionsUnder are the functions over KPIs that an expression uses, KPIs below
// it included.
func (c *checker) functionsUnder(e metrics.Expr) map[string]bool {
	found := map[string]bool{}
	metrics.Walk(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.KPIRef:
			for name := range c.over[e.KPI] {
				found[name] = true
			}
		case *metrics.Call:
			if e.Func.Kind != metrics.KPIFunction {
				return true
			}
			found[e.Func.Name] = true
			if e.Func.Name == metrics.Per && hasGrain(e) {
				found[byGrain] = true
				for name := range c.functionsUnder(e.Args[1]) {
					found[name] = found[name] || !slices.Contains(windows, name)
				}
				return false
			}
		}
		return true
	})
	for name, used := range found {
		if !used {
			delete(found, name)
		}
	}
	return found
}

func hasGrain(per *metrics.Call) bool {
	l, ok := per.Args[0].(*metrics.List)
	return ok && slices.ContainsFunc(l.Items, func(item metrics.Expr) bool { _, grain := item.(*metrics.Literal); return grain })
}

var windows = []string{metrics.Rolling, metrics.ToDate}

// refusals say what has no meaning within a function, and why.
var refusals = []struct {
	outer, inner []string
	why          string
}{
	{windows, windows, "a window within a window says nothing new: the outer one would only move the inner one's end. Keep one of them, or say what to do with the values of days: avg(per([day], ...))."},
	{append([]string{metrics.Total, metrics.LikeForLike, metrics.TopShare, metrics.Per, metrics.Rank}, windows...), []string{metrics.Rank},
		"a place among members is no quantity that others make up. Turn them round: rank(...) of what it holds."},
	{[]string{metrics.LikeForLike}, []string{metrics.LikeForLike, byGrain},
		"which members are kept would be judged twice, for periods that differ. Compare like for like within it instead."},
}

// nests refuses functions within functions where that has no meaning.
func (t *typer) nests(e *metrics.Call) bool {
	value := e.Args[0]
	if e.Func.Name == metrics.Per {
		value = e.Args[1]
	}
	under := t.functionsUnder(value)
	for _, r := range refusals {
		if !slices.Contains(r.outer, e.Func.Name) || e.Func.Name == metrics.Per && hasGrain(e) && slices.Contains(r.inner, metrics.Rolling) {
			continue
		}
		for _, inner := range r.inner {
			if under[inner] {
				t.fail(diag.NoMeaning, e, inner+" within "+e.Func.Name, strings.ToUpper(r.why[:1])+r.why[1:])
				return false
			}
		}
	}
	return true
}
