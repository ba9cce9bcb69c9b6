package query

import (
	"slices"
	"sort"
)

// An aggregate over cells of an inner level is settled as far as what the cells read is:
// their own stretch, or what their functions over time make of each.

// covered is how much of period i all that an inner level reads covers, where it is
// evaluated at the periods around it.
func (t *innerLevel) covered(i int) extent {
	return joint(t.periods[i].covered[:len(t.views)])
}

// joint is the extent of several: whole where all are, nothing where all are nothing.
func joint(all []extent) extent {
	some, whole := false, true
	for _, e := range all {
		some, whole = some || e != nothing, whole && e == wholly
	}
	switch {
	case whole && len(all) > 0:
		return wholly
	case some:
		return partly
	}
	return nothing
}

// extentsIn are how much each view of an inner level by periods covers in a stretch: of
// the stretch itself, where cells read their own time, else of what its cells read.
func (t *innerLevel) extentsIn(s stretch, endless bool) []extent {
	if !s.exists {
		return nil
	}
	var out []extent
	var moved []*view
	for _, v := range t.views {
		switch below := v.timeline.inner; {
		case v.movesCells() && !endless:
			moved = append(moved, v)
		case below != nil:
			out = append(out, below.extentsIn(s, endless)...)
		case v.timeline.time == nil:
			out = append(out, wholly)
		default:
			out = append(out, extentOf(s, t.coverages[v.timeline.index], endless))
		}
	}
	first, end := t.cellsIn(s)
	begins, _ := t.coveredRange()
	missing := s.Start.Before(begins) // there are no cells before all data
	for _, v := range moved {
		all := []extent{}
		if missing {
			all = append(all, nothing)
		}
		for i := first; i < end; i++ {
			all = append(all, t.periods[i].covered[v.index])
		}
		if !s.whole.IsZero() && (len(all) == 0 || all[0] == nothing) {
			all = nil // the data begins within the window
		}
		out = append(out, joint(all))
	}
	return out
}

// movesCells tells whether a view finds the values of cells at other times than theirs.
func (v *view) movesCells() bool {
	return slices.ContainsFunc(v.steps, func(s step) bool { return s.kind != stepReach })
}

// cellsIn are the places of the periods of an inner level that share an instant with a
// stretch: from the first up to but without the end.
func (t *innerLevel) cellsIn(s stretch) (first, end int) {
	first = sort.Search(len(t.periods), func(i int) bool { return t.periods[i].End.After(s.Start) })
	end = sort.Search(len(t.periods), func(i int) bool { return !t.periods[i].Start.Before(s.End) })
	return first, end
}

// readBetween are the stretches that the cells of an inner level read in a view, for each
// stretch around them: from where the first begins to where the last ends.
func (t *innerLevel) readBetween(around []stretch, v *view) []stretch {
	out := make([]stretch, len(around))
	for i, s := range around {
		first, end := t.cellsIn(s)
		for j := first; s.exists && j < end; j++ {
			cell := v.stretchOver(j, &t.periods[j])
			if !cell.exists {
				continue
			}
			if !out[i].exists {
				out[i] = cell
			}
			out[i].End, out[i].whole = cell.End, cell.whole
		}
	}
	return out
}
