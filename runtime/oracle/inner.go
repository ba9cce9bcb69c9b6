package oracle

import (
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// overCells is an aggregate over the values at an inner level of detail: null where
// nothing that they read is covered.
func (c *cell) overCells(a *metrics.Aggregate, per *metrics.Call, k *metrics.KPI) any {
	covered := false
	c.eachLeaf(a, k, func(l leaf) { covered = covered || l.covered() != nothing })
	if !covered {
		return nil
	}
	values, cells := c.cellValues(per.Args[0], per.Args[1], k)
	var arguments [][]any
	for i, arg := range a.Args {
		column := slices.Clone(values)
		for j := range column {
			if i > 0 {
				column[j] = scope{w: c.World}.eval(arg)
			}
		}
		arguments = append(arguments, column)
	}
	return c.overValues(a, arguments, cells)
}

// cellValues are the known values of the inner cells, and how many cells there are: one
// for each member tuple that has a row in what any of them reads, and for each period of
// the grain in the stretch.
func (c *cell) cellValues(list, e metrics.Expr, k *metrics.KPI) (values []any, count int) {
	cuts := c.cutsOf(list)
	level := *c
	level.removed = false // what total() takes away here is asked for there
	cells := level.innerCells(list, e, k)
	for _, tuple := range tuplesOf(cells, cuts, e, k) {
		for _, in := range cells {
			of := *in
			of.fixed = slices.Clone(in.fixed)
			for i, cut := range cuts {
				of.fixed = append(of.fixed, fixed{cut, tuple[i]})
			}
			count++
			if v := of.value(e, k); v != nil {
				values = append(values, v)
			}
		}
	}
	return values, count
}

// tuplesOf are the members of rows that any of some cells reads for an expression. What
// is read of all members for a total counts only where nothing else is read, and then
// as far as it is of the cell's own members.
func tuplesOf(cells []*cell, cuts []cut, e metrics.Expr, k *metrics.KPI) [][]any {
	var all [][]any
	for _, in := range cells {
		own := in.readsOwn(e, k)
		in.eachRead(e, k, func(l leaf) {
			if l.cell.removed && own {
				return
			}
			l.cell = l.cell.ofMembersOf(in)
			l.rows(func(r candidate) {
				tuple := []any{}
				for _, cut := range cuts {
					tuple = append(tuple, in.member(cut, l.line, r.row))
				}
				if !in.hasTuple(all, tuple) {
					all = append(all, tuple)
				}
			})
		})
	}
	return all
}

// readsOwn tells whether an expression reads anything but totals.
func (c *cell) readsOwn(e metrics.Expr, k *metrics.KPI) bool {
	own := false
	c.eachLeaf(e, k, func(l leaf) { own = own || !l.cell.removed })
	return own
}

// ofMembersOf is the cell with the members of another, if total() took some away.
func (c *cell) ofMembersOf(whole *cell) *cell {
	if !c.removed {
		return c
	}
	next := *c
	next.without, next.fixed, next.kept, next.removed = whole.without, whole.fixed, whole.kept, false
	return &next
}

func innerGrain(list metrics.Expr) metrics.Grain {
	for _, item := range list.(*metrics.List).Items {
		if l, ok := item.(*metrics.Literal); ok {
			return metrics.Grain(l.Text)
		}
	}
	return metrics.NoGrain
}

// innerCells are those for the periods of per's grain in the stretch, or the cell
// itself; they have no members yet.
func (c *cell) innerCells(list, e metrics.Expr, k *metrics.KPI) []*cell {
	grain := innerGrain(list)
	if grain == metrics.NoGrain {
		return []*cell{c}
	}
	stretch, exists := c.innerStretch(e, k)
	if !exists {
		return nil
	}
	start := stretch.start
	if first, _ := c.coveredDays(c.timelines(e, k)); start.Before(c.cal.startOf(first)) {
		start = c.cal.startOf(first)
	}
	var all []*cell
	for _, p := range c.cal.between(grain, start, stretch.til) {
		in := *c
		in.period, in.moves, in.clip = p, nil, &stretch
		all = append(all, &in)
	}
	return all
}

// innerStretch is what the cell's period becomes for cells of a finer grain: it goes
// beyond as-of where all that they read does.
func (c *cell) innerStretch(e metrics.Expr, k *metrics.KPI) (period, bool) {
	ahead := !slices.ContainsFunc(c.timelines(e, k), func(t timeline) bool { return !t.source.Ahead })
	s, exists := c.span(timeline{source: &metrics.Source{Ahead: ahead}})
	return s.period, exists
}

// leaf is an aggregate over rows, and the cell in which it is evaluated.
type leaf struct {
	agg   metrics.Expr // with its filter, dimensions spelled out
	kpi   *metrics.KPI // in which it is written
	line  timeline
	cell  *cell
	inner bool // below an inner level of detail
}

func (l leaf) covered() extent {
	s, exists := l.cell.span(l.line)
	if !exists {
		return nothing
	}
	return l.cell.covered(l.line, s)
}

func (l leaf) coveredByAny() extent {
	s, exists := l.cell.span(l.line)
	if !exists {
		return nothing
	}
	return l.cell.coveredByAny(l.line, s)
}

// rows visits the rows that the leaf's cell holds.
func (l leaf) rows(visit func(candidate)) {
	s, exists := l.cell.span(l.line)
	if !exists {
		return
	}
	for _, r := range l.cell.candidatesOf(l.line) {
		if l.cell.holds(r, s.period) {
			visit(r)
		}
	}
}

// eachRead visits all that an expression of a KPI reads, each leaf in the cells in
// which its rows are read.
func (c *cell) eachRead(e metrics.Expr, k *metrics.KPI, visit func(leaf)) {
	in := *c
	in.rowwise = true
	in.eachLeaf(e, k, visit)
}

// eachLeaf visits all that an expression of a KPI reads.
func (c *cell) eachLeaf(e metrics.Expr, k *metrics.KPI, visit func(leaf)) {
	switch e := e.(type) {
	case *metrics.Aggregate:
		if per := metrics.InnerLevel(e); per != nil {
			c.eachInner(per.Args[0], per.Args[1], k, visit)
			return
		}
		at := c
		if metrics.IsBalance(e.Func) {
			at = c.carrying(k)
		}
		line := c.timelineOf(e, k)
		visit(leaf{agg: c.bound(e, line), kpi: k, line: line, cell: at})
		return
	case *metrics.KPIRef:
		below := c.model.KPI(e.KPI)
		c.eachLeaf(below.Value, below, visit)
		return
	case *metrics.Call:
		if e.Func.Kind == metrics.KPIFunction {
			c.eachOver(e, k, visit)
			return
		}
	}
	for _, child := range metrics.Children(e) {
		c.eachLeaf(child, k, visit)
	}
}

func (c *cell) eachOver(e *metrics.Call, k *metrics.KPI, visit func(leaf)) {
	switch e.Func.Name {
	case metrics.TopShare:
		c.eachInner(e.Args[1], e.Args[0], k, visit)
		return
	case "delta", "growth":
		c.eachLeaf(e.Args[0], k, visit)
	}
	c.inside(e, k).eachLeaf(e.Args[0], k, visit)
}

// eachInner visits what inner cells read: for its rows in those cells, else at the
// stretch itself what they read of their own time, and what they read at other times
// cell by cell.
func (c *cell) eachInner(list, e metrics.Expr, k *metrics.KPI, visit func(leaf)) {
	below := func(l leaf) {
		l.inner = true
		visit(l)
	}
	switch {
	case innerGrain(list) == metrics.NoGrain:
		c.eachLeaf(e, k, below)
		return
	case c.rowwise:
		for _, in := range c.innerCells(list, e, k) {
			in.eachLeaf(e, k, below)
		}
		return
	}
	around, exists := c.span(timeline{source: &metrics.Source{}})
	moves := false
	plain := *c
	plain.moves = nil
	plain.eachLeaf(e, k, func(l leaf) {
		if l.moved() && exists && !around.endless {
			moves = true
			return
		}
		l.cell = c
		below(l)
	})
	if moves {
		c.eachMoved(list, e, k, !around.full.IsZero(), below)
	}
}

// eachMoved visits what inner cells read at other times than theirs. Of a window whose
// first cell finds nothing there, the data begins within it: there is nothing.
func (c *cell) eachMoved(list, e metrics.Expr, k *metrics.KPI, window bool, visit func(leaf)) {
	stretch, _ := c.innerStretch(e, k)
	for i, p := range c.cal.between(innerGrain(list), stretch.start, stretch.til) {
		in := *c
		in.period, in.moves, in.clip = p, nil, &stretch
		found := false
		in.eachLeaf(e, k, func(l leaf) {
			if l.moved() {
				found = found || l.coveredByAny() != nothing
				visit(l)
			}
		})
		if i == 0 && window && !found {
			return
		}
	}
}

// moved tells whether a leaf reads another time than that of the cell that it stands in;
// a balance that is carried does not.
func (l leaf) moved() bool {
	n := len(l.cell.moves)
	if a, ok := l.agg.(*metrics.Aggregate); ok && metrics.IsBalance(a.Func) && !l.kpi.Carry.IsZero() {
		n--
	}
	return n > 0
}

// timelines are those of all that an expression of a KPI reads.
func (w *World) timelines(e metrics.Expr, k *metrics.KPI) []timeline {
	var all []timeline
	metrics.Walk(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.Aggregate:
			if metrics.InnerLevel(e) == nil {
				all = append(all, w.timelineOf(e, k))
				return false
			}
		case *metrics.KPIRef:
			below := w.model.KPI(e.KPI)
			all = append(all, w.timelines(below.Value, below)...)
		}
		return true
	})
	return all
}

// lags are those of a KPI and all below it.
func (w *World) lags(k *metrics.KPI) []metrics.Span {
	all := []metrics.Span{k.Lag}
	metrics.Walk(k.Value, func(e metrics.Expr) bool {
		if ref, ok := e.(*metrics.KPIRef); ok {
			all = append(all, w.lags(w.model.KPI(ref.KPI))...)
		}
		return true
	})
	return all
}

// settledBy is when nothing more is to come for what ends at an instant.
func (w *World) settledBy(til time.Time, lags []metrics.Span) time.Time {
	latest := til
	for _, lag := range lags {
		if !lag.IsZero() {
			if t := w.cal.later(til, lag); t.After(latest) {
				latest = t
			}
		}
	}
	return latest
}
