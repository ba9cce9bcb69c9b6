package oracle

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// supplied is how a source supplies a dimension: by the block for it, or by that of
// the one source with such a block that the path of its references leads to. It is nil
// where there is no way, or more than one.
func (w *World) supplied(dimension, source string) (metrics.Expr, []string) {
	d := w.model.Dimension(dimension)
	type place struct {
		source string
		path   []string
		passed []string
	}
	var found []metrics.Expr
	var path []string
	for queue := []place{{source: source}}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if f := blockFor(d, at.source); f != nil {
			found, path = append(found, behind(w.dated(f.Value, at.source), source, at.path)), at.path
			continue
		}
		passed := append(slices.Clone(at.passed), at.source)
		for _, r := range w.model.Source(at.source).References {
			if !slices.Contains(passed, r.To) {
				queue = append(queue, place{r.To, append(slices.Clone(at.path), r.Name), passed})
			}
		}
	}
	if len(found) != 1 {
		return nil, nil
	}
	return found[0], path
}

// dated gives the changes of currency of a dimension the time of the source for which
// it is written.
func (w *World) dated(e metrics.Expr, source string) metrics.Expr {
	return metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		call, ok := e.(*metrics.Call)
		if !ok || call.Func.Name != "convert" {
			return e
		}
		with := *call
		with.Args = append(slices.Clone(call.Args), w.ownTime(w.model.Source(source)))
		return &with
	})
}

func blockFor(d *metrics.Dimension, source string) *metrics.DimensionFrom {
	for _, f := range d.From {
		if f.Source == source {
			return f
		}
	}
	return nil
}

// behind is an expression over the columns at the end of a path, seen from its start.
func behind(e metrics.Expr, source string, path []string) metrics.Expr {
	return metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		ref, ok := e.(*metrics.ColumnRef)
		if !ok {
			return e
		}
		return &metrics.ColumnRef{Node: ref.Node, Source: source, Path: append(slices.Clone(path), ref.Path...), Column: ref.Column}
	})
}

// cut is a request's cut: a dimension, a column by its path, or a cycle of time.
type cut struct {
	name      string
	dimension *metrics.Dimension
	column    *metrics.ColumnRef
	cycle     *metrics.Cycle
}

func (w *World) cutNamed(name string) cut {
	if d := w.model.Dimension(name); d != nil {
		return cut{name: name, dimension: d}
	}
	if cycle := metrics.CycleNamed(name); cycle != nil {
		return cut{name: name, cycle: cycle}
	}
	parts := strings.Split(name, ".")
	last := len(parts) - 1
	s := w.model.Source(parts[0])
	for _, step := range parts[1:last] {
		s = w.model.Source(s.Reference(step).To)
	}
	ref := &metrics.ColumnRef{Source: parts[0], Path: parts[1:last], Column: parts[last]}
	ref.Type = s.Column(parts[last]).Type
	return cut{name: name, column: ref}
}

// over is the cut as an expression over a timeline's rows; nil where it has none.
func (w *World) over(c cut, t timeline) metrics.Expr {
	switch {
	case c.dimension != nil:
		e, _ := w.supplied(c.dimension.Name, t.source.Name)
		return e
	case c.cycle != nil:
		return w.cycleOver(c.cycle, t)
	case c.column.Source == t.source.Name:
		return c.column
	}
	return nil
}

// cycleOver is the part of a timeline's time that a cycle is; nil where its rows
// have none, or stand for longer.
func (w *World) cycleOver(c *metrics.Cycle, t timeline) metrics.Expr {
	if t.time == nil || c.Finest == metrics.Hour && w.end(t).Column(t.time.Column).Type.Kind == metrics.Date {
		return nil
	}
	if end := w.end(t); t.time.Column == end.Time && !t.spread {
		for _, s := range append(w.leaves(end), end) {
			if s.Grain != metrics.NoGrain && !w.consistsOf(c.Finest, s.Grain) {
				return nil
			}
		}
	}
	return &metrics.Call{Node: metrics.Node{Type: c.Type()}, Func: metrics.FunctionNamed(c.Function), Args: []metrics.Expr{t.time}}
}

// placed is a dimension or a cycle over a timeline's rows; nil where they have none.
func (w *World) placed(ref *metrics.DimensionRef, t timeline) metrics.Expr {
	if cycle := metrics.CycleNamed(ref.Dimension); cycle != nil {
		return w.cycleOver(cycle, t)
	}
	e, _ := w.supplied(ref.Dimension, t.source.Name)
	return e
}

// judges tells whether a filter can be judged by rows of a timeline.
func (w *World) judges(filter metrics.Expr, t timeline) bool {
	ok := true
	metrics.Walk(filter, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.ColumnRef:
			ok = ok && e.Source == t.source.Name
		case *metrics.DimensionRef:
			ok = ok && w.placed(e, t) != nil
		}
		return ok
	})
	return ok
}
