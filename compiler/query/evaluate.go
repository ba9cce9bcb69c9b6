package query

import (
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// evaluate brings an expression that is written in a KPI down to leaves, as seen
// in a context. Functions over KPIs change the context of their argument; all else
// is arithmetic of what stands below it.
func (c *compilation) evaluate(e metrics.Expr, x context, def *metrics.KPI, out *expansion) metrics.Expr {
	switch n := e.(type) {
	case *metrics.KPIRef:
		below := c.model.KPI(n.KPI)
		if below == nil {
			c.unknownKPI(n.KPI)
			return e
		}
		inner := c.expand(below, x)
		out.lags = append(out.lags, inner.lags...)
		for _, l := range inner.leaves {
			out.add(l)
		}
		return inner.value
	case *metrics.Aggregate:
		l := c.lift(n, x, def)
		if l == nil {
			return e
		}
		out.add(l)
		if in := l.timeline.inner; in != nil {
			out.lags = append(out.lags, in.cell.lags...)
		}
		return field("", l.name, n.Type)
	case *metrics.Call:
		if n.Func.Kind == metrics.KPIFunction {
			return c.evaluateOver(n, x, def, out)
		}
	}
	return metrics.MapChildren(e, func(child metrics.Expr) metrics.Expr { return c.evaluate(child, x, def, out) })
}

// evaluateOver evaluates a function over KPIs.
func (c *compilation) evaluateOver(n *metrics.Call, x context, def *metrics.KPI, out *expansion) metrics.Expr {
	k := n.Args[0]
	in := func(x context) metrics.Expr { return c.evaluate(k, x, def, out) }
	switch n.Func.Name {
	case metrics.YearAgo:
		return in(x.then(step{kind: stepBack, n: 1, by: metrics.Year}))
	case metrics.Rolling:
		return in(x.then(step{kind: stepWindow, n: countArg(n), by: grainArg(n)}))
	case metrics.ToDate:
		if by := grainArg(n); by != metrics.NoGrain {
			return in(x.then(step{kind: stepToDate, by: by}))
		}
		return in(x.then(step{kind: stepAlways}))
	case metrics.Total:
		return in(c.removing(x, n.Args[1]))
	case metrics.Rank:
		return &metrics.Ranked{Node: n.Node, X: in(x), Within: c.competition()}
	case metrics.LikeForLike:
		if x.kept != nil {
			c.keptTwice("like_for_like")
		}
		x.kept = c.keptIn(&kept{dims: c.cutsOf(n.Args[1]), n: countArg(n), by: grainArg(n), steps: x.steps}, c.timelinesIn(k, def))
		return in(x)
	case metrics.TopShare:
		l := c.liftCells(&metrics.Aggregate{
			Node: n.Node, Func: n.Func,
			Args: []metrics.Expr{&metrics.Call{Node: *k.Base(), Func: metrics.FunctionNamed(metrics.Per), Args: []metrics.Expr{n.Args[1], k}}, n.Args[2]},
		}, x, def)
		out.add(l)
		out.lags = append(out.lags, l.timeline.inner.cell.lags...)
		return field("", l.name, n.Type)
	}
	was := in(x.then(step{kind: stepBack, n: countArg(n), by: grainArg(n)}))
	switch n.Func.Name {
	case "delta":
		return arithmetic(metrics.OpSub, in(x), was, n.Type)
	case "growth":
		t := k.Base().Type
		return arithmetic(metrics.OpDiv, arithmetic(metrics.OpSub, in(x), was, t), call("abs", t, was), double)
	}
	return was // previous
}

// removing is the context without the cuts of a list. Where the row is the members
// beyond the largest, it is no longer they that count but all.
func (c *compilation) removing(x context, list metrics.Expr) context {
	x = x.removing(c.cutsNamed(list))
	if x.kept == nil || !x.kept.given {
		return x
	}
	named := c.cutsOf(list)
	left := slices.DeleteFunc(slices.Clone(x.kept.dims), func(d cut) bool { return slices.ContainsFunc(named, d.same) })
	switch len(left) {
	case len(x.kept.dims):
	case 0:
		x.kept, x.beyond = nil, true
	default:
		c.fail(diag.NoMeaning, "total over some cuts of members that are chosen already",
			"The members beyond the largest are one row of several cuts together. Ask by one cut, or without other.")
	}
	return x
}

// keptTwice refuses a function that chooses members, or makes cells of its own,
// among members that are chosen already.
func (c *compilation) keptTwice(name string) {
	c.fail(diag.NoMeaning, name+" of members that are chosen already",
		"The members beyond the largest are one row, and of those no others can be chosen here. Ask without other.")
}

// countArg is the number of periods that a function over KPIs names.
func countArg(e *metrics.Call) int {
	for i, arg := range e.Args {
		if l, ok := arg.(*metrics.Literal); ok && e.Func.Param(i).Accept == metrics.AcceptCount {
			n, _ := strconv.Atoi(l.Text)
			return n
		}
	}
	return 0
}

// cutsOf are the dimensions and columns of a list.
func (c *compilation) cutsOf(list metrics.Expr) []cut {
	var out []cut
	l, _ := list.(*metrics.List)
	for _, item := range l.Items {
		switch ref := item.(type) {
		case *metrics.DimensionRef:
			if d := c.model.Dimension(ref.Dimension); d != nil {
				out = append(out, cut{name: d.Name, label: d.Label, typ: d.Type, dimension: d})
			} else if cycle := metrics.CycleNamed(ref.Dimension); cycle != nil {
				out = append(out, cycleCut(cycle))
			}
		case *metrics.ColumnRef:
			out = append(out, cut{name: nameOf(ref), typ: ref.Type, column: ref})
		}
	}
	return out
}

// nameOf is how a request names a column.
func nameOf(ref *metrics.ColumnRef) string {
	return strings.Join(append(append([]string{ref.Source}, ref.Path...), ref.Column), ".")
}

// cutsNamed are the request's cuts that a list names.
func (c *compilation) cutsNamed(list metrics.Expr) []int {
	var out []int
	for _, named := range c.cutsOf(list) {
		if i := slices.IndexFunc(c.cuts, named.same); i >= 0 {
			out = append(out, i)
		}
	}
	return out
}

// same tells whether two cuts are one.
func (c cut) same(other cut) bool {
	return c.dimension == other.dimension && (c.column == nil) == (other.column == nil) && c.name == other.name
}

// competition is what rows that are ranked together have in common: the period and
// the cut set.
func (c *compilation) competition() []metrics.Expr {
	var out []metrics.Expr
	if c.req.Grain != metrics.NoGrain {
		out = append(out, field("", periodColumn, c.keyType()))
	}
	return append(out, field("", maskColumn, integer)) // left out where there is one set
}
