package oracle

import (
	"fmt"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// cleaned takes rows through the steps of cleaning, one after the other.
func (w *World) cleaned(s *metrics.Source, rows []*row) []*row {
	for _, r := range rows {
		w.computeColumns(s, r)
	}
	if s.Dedupe != nil {
		rows = w.deduped(s.Dedupe, rows)
	}
	if s.Where != nil {
		rows = keep(rows, func(r *row) bool { return scope{w: w, row: r}.eval(s.Where) == true })
	}
	rows = keep(rows, func(r *row) bool { return w.passes(s, r) })
	return w.uniqueByKey(s, rows)
}

func keep(rows []*row, wanted func(*row) bool) []*row {
	var out []*row
	for _, r := range rows {
		if wanted(r) {
			out = append(out, r)
		}
	}
	return out
}

// computeColumns adds the computed columns, each once those that it reads are there.
func (w *World) computeColumns(s *metrics.Source, r *row) {
	for missing := true; missing; {
		missing = false
		for _, c := range s.Columns {
			if _, done := r.cells[c.Name]; done || c.Value == nil || w.late(s, c.Name) {
				continue
			}
			if !w.readable(c.Value, r) {
				missing = true
				continue
			}
			r.cells[c.Name] = asKind(scope{w: w, row: r}.eval(c.Value), c.Type.Kind)
		}
	}
}

// readable tells whether the columns of the row that an expression reads are there.
func (w *World) readable(e metrics.Expr, r *row) bool {
	ok := true
	metrics.Walk(e, func(e metrics.Expr) bool {
		if ref, is := e.(*metrics.ColumnRef); is && len(ref.Path) == 0 {
			_, there := r.cells[ref.Column]
			ok = ok && there
		}
		return ok
	})
	return ok
}

// deduped keeps one row of those that are alike. A row without one of the values to
// compare is like no other.
func (w *World) deduped(d *metrics.Dedupe, rows []*row) []*row {
	kept := map[string]*row{}
	var single []*row
	for _, r := range rows {
		id := fmt.Sprint(r.texts)
		if !d.All {
			var whole bool
			if id, whole = identity(r, d.By); !whole {
				single = append(single, r)
				continue
			}
		}
		if have := kept[id]; have == nil || w.replaces(d, r, have) {
			kept[id] = r
		}
	}
	return keep(rows, func(r *row) bool {
		if slices.Contains(single, r) {
			return true
		}
		for _, k := range kept {
			if k == r {
				return true
			}
		}
		return false
	})
}

// replaces tells whether a later row is kept in place of an earlier one.
func (w *World) replaces(d *metrics.Dedupe, later, earlier *row) bool {
	for _, column := range d.Order {
		a, b := later.cells[column], earlier.cells[column]
		switch {
		case a == nil && b == nil:
			continue
		case a == nil || b == nil:
			return a != nil // a row without the value gives way, whatever is kept
		}
		if c := w.compare(a, b); c != 0 {
			return (c > 0) == (d.Keep == "last")
		}
	}
	return d.Keep == "last" || len(d.Order) > 0 // ties: the last by file and line
}

// identity is the values of some columns as text; whole is false where one is null.
func identity(r *row, columns []string) (id string, whole bool) {
	whole = true
	for _, c := range columns {
		whole = whole && r.cells[c] != nil
		id += fmt.Sprintf("%v|", r.cells[c])
	}
	return id, whole
}

// passes tells whether a row has what it must have and meets the checks that keep
// rows out.
func (w *World) passes(s *metrics.Source, r *row) bool {
	for _, c := range s.Columns {
		v := r.cells[c.Name]
		if v == nil {
			if c.Filled() || slices.Contains(s.Key, c.Name) {
				return false
			}
			continue
		}
		if c.OnFail == metrics.Quarantine && !(w.accepted(c, v) && w.inRange(c, v)) {
			return false
		}
	}
	for _, ref := range s.References {
		if ref.OnFail == metrics.Quarantine && w.dangling(r, ref) {
			return false
		}
	}
	return true
}

func (w *World) accepted(c *metrics.Column, v any) bool {
	for _, text := range c.Values {
		if want, ok := w.parse(&metrics.Column{Type: c.Type}, &text); ok && w.equal(want, v) {
			return true
		}
	}
	return len(c.Values) == 0
}

func (w *World) inRange(c *metrics.Column, v any) bool {
	if c.Range == nil {
		return true
	}
	if d, ok := w.asDay(v); ok {
		return inDays(d, c.Range)
	}
	low, high := c.Range[0], c.Range[1]
	s := scope{w: w}
	return (low == nil || w.compare(v, s.eval(low)) >= 0) && (high == nil || w.compare(v, s.eval(high)) <= 0)
}

// asDay is the day of a point in time.
func (w *World) asDay(v any) (day, bool) {
	if d, ok := v.(day); ok {
		return d, true
	}
	if t, ok := w.instant(v); ok {
		return w.cal.dayAt(t), true
	}
	return 0, false
}

// dangling tells whether a row's reference is given and leads nowhere.
func (w *World) dangling(r *row, ref *metrics.Reference) bool {
	for _, on := range ref.On {
		if r.cells[on.Column] == nil {
			return false
		}
	}
	return w.referenced(r, ref, nil, false) == nil
}

// uniqueByKey keeps the last of the rows with one key.
func (w *World) uniqueByKey(s *metrics.Source, rows []*row) []*row {
	key := slices.Clone(s.Key)
	if len(key) == 0 {
		return rows
	}
	if s.Valid != nil && !slices.Contains(key, s.Valid.From) {
		key = append(key, s.Valid.From) // one row for each time
	}
	last := map[string]*row{}
	for _, r := range rows {
		id, _ := identity(r, key)
		last[id] = r
	}
	return keep(rows, func(r *row) bool {
		id, _ := identity(r, key)
		return last[id] == r
	})
}
