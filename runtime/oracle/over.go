package oracle

import (
	"math/big"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// over is the value of a function over KPIs: its argument, evaluated in other cells.
func (s scope) over(e *metrics.Call) any {
	c, k := s.cell, e.Args[0]
	switch e.Func.Name {
	case metrics.Rank:
		return c.rank(k, s.kpi)
	case metrics.TopShare:
		return c.topShare(e, s.kpi)
	case "delta", "growth":
		now, was := c.value(k, s.kpi), c.moved(moveOf(e)).value(k, s.kpi)
		if now == nil || was == nil {
			return nil
		}
		difference := arithmetic(metrics.OpSub, now, was, k.Base().Type.Kind)
		if e.Func.Name == "delta" {
			return difference
		}
		return arithmetic(metrics.OpDiv, difference, numbers["abs"]([]any{was}), metrics.Double)
	}
	return c.inside(e, s.kpi).value(k, s.kpi)
}

// inside is the cell in which a function over KPIs evaluates its argument.
func (c *cell) inside(e *metrics.Call, k *metrics.KPI) *cell {
	switch e.Func.Name {
	case metrics.Total:
		return c.removing(c.cutsOf(e.Args[1]))
	case metrics.LikeForLike:
		return c.keeping(e, k)
	case metrics.Rank:
		return c
	}
	return c.moved(moveOf(e))
}

// moveOf is the step through time of a function.
func moveOf(e *metrics.Call) move {
	switch e.Func.Name {
	case metrics.YearAgo:
		return back(1, metrics.Year)
	case metrics.ToDate:
		if word := textOf(e.Args[1]); word != metrics.All {
			return toDate(metrics.Grain(word))
		}
		return always
	}
	n, by := countOf(e.Args[len(e.Args)-2]), metrics.Grain(textOf(e.Args[len(e.Args)-1]))
	if e.Func.Name == metrics.Rolling {
		return window(n, by)
	}
	return back(n, by)
}

func textOf(e metrics.Expr) string {
	l, _ := e.(*metrics.Literal)
	return l.Text
}

func countOf(e metrics.Expr) int {
	x, _ := new(big.Rat).SetString(textOf(e))
	return integer(x)
}

// cutsOf are the dimensions and columns of a list; grains in it are passed over.
func (w *World) cutsOf(list metrics.Expr) []cut {
	var out []cut
	for _, item := range list.(*metrics.List).Items {
		switch ref := item.(type) {
		case *metrics.DimensionRef:
			out = append(out, cut{name: ref.Dimension, dimension: w.model.Dimension(ref.Dimension), cycle: metrics.CycleNamed(ref.Dimension)})
		case *metrics.ColumnRef:
			out = append(out, cut{name: nameOf(ref), column: ref})
		}
	}
	return out
}

// rank counts the members with a larger value.
func (c *cell) rank(e metrics.Expr, k *metrics.KPI) any {
	mine := c.value(e, k)
	if mine == nil || c.total {
		return one(mine)
	}
	place := int64(1)
	for _, tuple := range c.tuples {
		other := *c
		other.members = tuple
		if v := other.value(e, k); v != nil && c.compare(v, mine) > 0 {
			place++
		}
	}
	return rat(place)
}

// one is the rank of a value that has no others beside it.
func one(v any) any {
	if v == nil {
		return nil
	}
	return rat(1)
}

// topShare is the share of the largest members' values in the sum of all.
func (c *cell) topShare(e *metrics.Call, k *metrics.KPI) any {
	values, _ := c.cellValues(e.Args[1], e.Args[0], k)
	if len(values) == 0 {
		return nil
	}
	slices.SortFunc(values, func(a, b any) int { return c.compare(b, a) })
	share := scope{w: c.World}.eval(e.Args[2]).(*big.Rat)
	n := negated(floored(negated(new(big.Rat).Mul(share, rat(int64(len(values)))))))
	all, top := rat(0), rat(0)
	for i, v := range values {
		all.Add(all, exact(v))
		if i < integer(n) {
			top.Add(top, exact(v))
		}
	}
	if all.Sign() == 0 {
		return nil
	}
	return double(top) / double(all)
}

// keeping is the cell with only the members that have rows now and before.
func (c *cell) keeping(e *metrics.Call, k *metrics.KPI) *cell {
	cuts := c.cutsOf(e.Args[1])
	earlier := c.moved(moveOf(e))
	var now, both [][]any
	c.eachTuple(c, e.Args[0], k, cuts, func(tuple []any) { now = append(now, tuple) })
	c.eachTuple(earlier, e.Args[0], k, cuts, func(tuple []any) {
		if c.hasTuple(now, tuple) {
			both = append(both, tuple)
		}
	})
	next := *c
	next.kept = append(slices.Clone(c.kept), kept{cuts: cuts, tuples: both})
	return &next
}

// eachTuple visits the member tuples of all rows in the stretch of a cell, whatever
// its members, of the sources that an expression reads.
func (c *cell) eachTuple(at *cell, e metrics.Expr, k *metrics.KPI, cuts []cut, visit func([]any)) {
	for _, t := range c.timelines(e, k) {
		s, exists := at.span(t)
		if !exists || t.time == nil {
			continue
		}
		for _, r := range c.candidatesOf(t) {
			if !r.passes || !r.within(s.period) {
				continue
			}
			tuple := []any{}
			for _, cut := range cuts {
				tuple = append(tuple, c.member(cut, t, r.row))
			}
			visit(tuple)
		}
	}
}

func nameOf(ref *metrics.ColumnRef) string {
	return strings.Join(append(append([]string{ref.Source}, ref.Path...), ref.Column), ".")
}
