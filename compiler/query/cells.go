package query

import (
	"fmt"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// fromFirstCell makes stretches begin where the cell does in which they begin: it is
// there that the cell stands, though of its rows only those in the stretch are read.
func (c *compilation) fromFirstCell(all []stretch) []stretch {
	out := slices.Clone(all)
	for i, s := range out {
		if first := c.cal.Of(c.req.Grain, s.Start); s.exists && (first != metrics.Period{}) {
			out[i].Start = first.Start
		}
	}
	return out
}

// movesCells tells whether the values of cells are found at other times than theirs, or
// over finer cells, which don't know where theirs is cut.
func (c *compilation) movesCells() bool {
	return slices.ContainsFunc(c.views, func(v *view) bool {
		return v.movesCells() || v.kept != nil || v.timeline.finer() || v.timeline.inner != nil && v.timeline.inner.movesCells()
	})
}

// refuseCutCells refuses stretches that begin or end within a cell where cells are
// compared, with those of another stretch or with other times: a cell is computed once,
// and can't be whole for one and in part for another.
func (c *compilation) refuseCutCells(sub *compilation) {
	one := func(iv interval) bool { return iv == sub.clip[0] }
	if len(sub.clip) == 0 || !sub.movesCells() && !slices.ContainsFunc(sub.clip, func(iv interval) bool { return !one(iv) }) {
		return
	}
	first, _ := sub.coveredRange()
	for _, iv := range sub.clip {
		from, to := sub.cal.Of(sub.req.Grain, iv.from), sub.cal.Of(sub.req.Grain, iv.to.Add(-time.Nanosecond))
		none := metrics.Period{} // outside of a calendar block
		begins := iv.from.Before(first) || from == none || from.Start.Equal(iv.from)
		ends := to == none || to.End.Equal(iv.to) || !iv.to.Before(c.req.AsOf)
		if !begins || !ends {
			c.fail(diag.GrainTooFine, fmt.Sprintf("A %s is cut in two", sub.req.Grain),
				fmt.Sprintf("The stretch %s does not consist of whole periods of a %s, the cells of per, and is compared with others. Ask for a range that does.",
					c.cal.Name(metrics.Period{Start: iv.from, End: iv.to}), sub.req.Grain))
			return
		}
	}
}
