package oracle

import "github.com/metricsascode/metrics/metrics"

// referenced is the row that a reference leads to, or nil. at is the time by which
// rows that hold for a time are found; asked tells that rows must be there as of the
// request.
func (w *World) referenced(r *row, ref *metrics.Reference, at any, asked bool) *row {
	to := w.model.Source(ref.To)
	var found *row
	for _, next := range w.rows(ref.To) {
		switch {
		case asked && !w.seen(next), !w.meets(r, next, ref):
		case !ref.Dated(to):
			return next
		case at == nil || !w.began(next, ref, to, at):
		case found == nil || w.newer(next, found, ref, to):
			found = next
		}
	}
	if found != nil && !w.holdsStill(found, ref, to, at) {
		return nil
	}
	return found
}

// meets tells whether a row has the key that a reference goes by.
func (w *World) meets(r, next *row, ref *metrics.Reference) bool {
	for _, on := range ref.On {
		a, b := r.cells[on.Column], next.cells[on.Target]
		if a == nil || b == nil || w.compare(a, b) != 0 {
			return false
		}
	}
	return true
}

// since are the columns that order the rows of one key in time.
func since(ref *metrics.Reference, to *metrics.Source) []string {
	if to.Valid != nil {
		return []string{to.Valid.From}
	}
	return ref.Latest
}

// began tells whether a row holds at a time or before; an open beginning always does.
func (w *World) began(r *row, ref *metrics.Reference, to *metrics.Source, at any) bool {
	from := r.cells[since(ref, to)[0]]
	return from == nil && to.Valid != nil || from != nil && w.compare(from, at) <= 0
}

// newer tells whether a row began later than another.
func (w *World) newer(r, than *row, ref *metrics.Reference, to *metrics.Source) bool {
	for _, column := range since(ref, to) {
		a, b := r.cells[column], than.cells[column]
		switch {
		case a == nil && b == nil:
		case a == nil || b == nil:
			return b == nil
		case w.compare(a, b) != 0:
			return w.compare(a, b) > 0
		}
	}
	return false
}

// holdsStill tells whether a row that began holds at a time: not ended, not too old.
func (w *World) holdsStill(r *row, ref *metrics.Reference, to *metrics.Source, at any) bool {
	if to.Valid != nil {
		end := r.cells[to.Valid.To]
		return end == nil || w.compare(at, end) < 0
	}
	if ref.Within.IsZero() {
		return true
	}
	return w.compare(at, w.moved(r.cells[ref.Latest[0]], ref.Within.N, ref.Within.Unit)) <= 0
}

// end is the source whose column a timeline's time is.
func (w *World) end(t timeline) *metrics.Source {
	s := t.source
	for _, step := range t.time.Path {
		s = w.model.Source(s.Reference(step).To)
	}
	return s
}
