package oracle

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// keyRows are the rows of an entity: one for each key in the rows of its sources.
func (w *World) keyRows(s *metrics.Source, e *metrics.Entity) []*row {
	var all []*row
	for _, from := range e.From {
		for _, r := range w.rows(from.Source) {
			key := r.cells[from.Key]
			known := slices.ContainsFunc(all, func(k *row) bool { return w.equal(k.cells[metrics.EntityKey], key) })
			if key != nil && !known && w.seen(r) {
				all = append(all, &row{source: s.Name, leaf: s.Name, cells: map[string]any{metrics.EntityKey: key}})
			}
		}
	}
	return all
}

// lifeLong tells whether a column of s aggregates rows of other sources, or is
// computed from such columns.
func (w *World) lifeLong(s *metrics.Source, column string) bool {
	c := s.Column(column)
	if c == nil || c.Value == nil {
		return false
	}
	found := false
	metrics.Walk(c.Value, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.Aggregate:
			found = true
		case *metrics.ColumnRef:
			found = found || e.Source == s.Name && len(e.Path) == 0 && w.lifeLong(s, e.Column)
		}
		return !found
	})
	return found
}

// late tells whether a column of s is made of clean rows of others: it aggregates them
// or converts by rates, or is computed from such columns.
func (w *World) late(s *metrics.Source, column string) bool {
	c := s.Column(column)
	if c == nil || c.Value == nil {
		return false
	}
	found := w.lifeLong(s, column) || converts(c.Value)
	metrics.Walk(c.Value, func(e metrics.Expr) bool {
		if ref, is := e.(*metrics.ColumnRef); is && ref.Source == s.Name && len(ref.Path) == 0 {
			found = found || w.late(s, ref.Column)
		}
		return !found
	})
	return found
}

// ownTime is the time of a source's rows, nil where they have none.
func (w *World) ownTime(s *metrics.Source) metrics.Expr {
	if s.Time == "" {
		return nil
	}
	return &metrics.ColumnRef{Node: metrics.Node{Type: s.Column(s.Time).Type}, Source: s.Name, Column: s.Time}
}

// aggregateColumns adds the columns that are made of rows of others, each once those
// that it reads are there. The rows stand among the clean ones already, since rows
// of others lead back to them.
func (w *World) aggregateColumns(s *metrics.Source, rows []*row) {
	var left []*metrics.Column
	for _, c := range s.Columns {
		if w.late(s, c.Name) {
			left = append(left, c)
		}
	}
	for len(left) > 0 {
		i := slices.IndexFunc(left, func(c *metrics.Column) bool {
			return !slices.ContainsFunc(left, func(other *metrics.Column) bool { return w.readsOwn(s, c.Value, other.Name) })
		})
		for _, r := range rows {
			r.cells[left[i].Name] = asKind(scope{w: w, row: r, asked: true, time: w.ownTime(s)}.eval(left[i].Value), left[i].Type.Kind)
		}
		left = slices.Delete(left, i, i+1)
	}
}

// readsOwn tells whether an expression of s reads one of its columns: by its name, or
// by the way back from aggregated rows.
func (w *World) readsOwn(s *metrics.Source, e metrics.Expr, column string) bool {
	found := false
	metrics.Walk(e, func(e metrics.Expr) bool {
		if ref, ok := e.(*metrics.ColumnRef); ok && ref.Column == column {
			end := w.end(timeline{source: w.model.Source(ref.Source), time: ref})
			found = found || end.Name == s.Name
		}
		return !found
	})
	return found
}

// ofRow is an aggregate over the rows of another source that reference this row.
func (s scope) ofRow(a *metrics.Aggregate) any {
	path := s.w.pathTo(a.Source, s.row.source)
	var rows []*row
	for _, r := range s.w.rows(a.Source) {
		at := scope{w: s.w, row: r, asked: true, members: true, time: s.w.ownTime(s.w.model.Source(a.Source))}
		if s.w.seen(r) && at.follow(path) == s.row && (a.Filter == nil || at.eval(a.Filter) == true) {
			rows = append(rows, r)
		}
	}
	of := func(r *row) scope {
		return scope{w: s.w, row: r, asked: true, time: s.w.ownTime(s.w.model.Source(a.Source))}
	}
	return asKind(s.w.aggregated(a, rows, of), a.Type.Kind)
}

// pathTo is the shortest way from a source to another.
func (w *World) pathTo(from, to string) []string {
	type place struct {
		source string
		path   []string
	}
	for queue := []place{{source: from}}; ; queue = queue[1:] {
		for _, r := range w.model.Source(queue[0].source).References {
			path := append(slices.Clone(queue[0].path), r.Name)
			if r.To == to {
				return path
			}
			if len(path) < len(w.model.Sources) {
				queue = append(queue, place{r.To, path})
			}
		}
	}
}

// standsFor are the sources and columns that say which days a time column stands
// for: a life-long one stands for those of the rows that it aggregates.
func (w *World) standsFor(s *metrics.Source, column string) []timeline {
	var all []timeline
	if w.lifeLong(s, column) {
		metrics.Walk(s.Column(column).Value, func(e metrics.Expr) bool {
			if a, ok := e.(*metrics.Aggregate); ok {
				if from := w.model.Source(a.Source); from.Time != "" {
					all = append(all, w.standsFor(from, from.Time)...)
				}
				return false
			}
			return true
		})
	}
	if len(all) == 0 {
		all = append(all, timeline{source: s, time: &metrics.ColumnRef{Source: s.Name, Column: column}})
	}
	return all
}

// neverFinal tells whether an expression over rows reads what may change as long as
// rows arrive.
func (w *World) neverFinal(e metrics.Expr) bool {
	found := false
	metrics.Walk(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.SourceRef:
			found = found || isEntity(w.model.Source(e.Source))
		case *metrics.ColumnRef:
			s := w.model.Source(e.Source)
			found = found || isEntity(s)
			for _, step := range e.Path {
				s = w.model.Source(s.Reference(step).To)
				found = found || isEntity(s)
			}
			found = found || w.lifeLong(s, e.Column)
		}
		return !found
	})
	return found
}

func isEntity(s *metrics.Source) bool {
	_, is := s.Reader.(*metrics.Entity)
	return is
}
