package query

import (
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// meeting is a part whose cells meet those of the answer, and the view in which
// they do.
type meeting struct {
	alias string
	part  *part
	view  *view
}

// alias is under which a view meets the cells of a part.
func (v *view) alias(p *part) string {
	if v.moved() || len(v.without) > 0 {
		return p.name + "_v" + strconv.Itoa(v.index)
	}
	return p.name
}

// meetings are all of them, each once, in order of part.
func (c *compilation) meetings() []meeting {
	var out []meeting
	add := func(p *part, v *view) {
		if alias := v.alias(p); !slices.ContainsFunc(out, func(m meeting) bool { return m.alias == alias }) {
			out = append(out, meeting{alias, p, v})
		}
	}
	for _, p := range c.parts {
		for _, seen := range c.seenIn {
			if seen.part == p {
				add(p, seen.view)
			}
		}
		for _, l := range c.leaves {
			for _, m := range l.measures {
				if m.part == p {
					add(p, l.view)
				}
			}
		}
	}
	return out
}

// meetingPairs hold a cell of the answer equal to a cell of a part: at the period
// that the view's stretch is, and over the cuts that it leaves.
func (c *compilation) meetingPairs(m meeting) []Pair {
	var pairs []Pair
	if c.req.Grain != metrics.NoGrain {
		period := periodColumn
		if m.view.moved() {
			period = movedColumn(m.view)
		}
		pairs = append(pairs, Pair{L: field(periodsStage, period, c.keyType()), R: field(m.alias, periodColumn, c.keyType())})
	}
	if c.masked() {
		pairs = append(pairs, Pair{L: c.maskIn(m.view), R: field(m.alias, maskColumn, integer)})
	}
	for i, cut := range c.cuts {
		if slices.Contains(m.view.without, i) {
			continue
		}
		pairs = append(pairs, Pair{L: field(membersStage, cutColumn(i), cut.typ), R: field(m.alias, cutColumn(i), cut.typ), NullSafe: true})
	}
	return pairs
}

// maskIn is the mask of the cut set that a cell's set becomes in a view.
func (c *compilation) maskIn(v *view) metrics.Expr {
	mask := field(membersStage, maskColumn, integer)
	if len(v.without) == 0 {
		return mask
	}
	var cases []metrics.Expr
	for _, set := range c.sets {
		cases = append(cases, compare(metrics.OpEq, mask, whole(c.mask(set))), whole(c.mask(less(set, v.without))))
	}
	return call("case", integer, cases...)
}

// less is a set without some of its cuts.
func less(set, without []int) []int {
	return slices.DeleteFunc(slices.Clone(set), func(i int) bool { return slices.Contains(without, i) })
}

// findHiddenSets finds the cut sets that total() needs beside those that are asked for.
func (c *compilation) findHiddenSets() {
	for _, v := range c.views {
		c.needSets(v)
	}
}

func (c *compilation) needSets(v *view) {
	for _, set := range c.sets {
		need := less(set, v.without)
		have := func(s []int) bool { return slices.Equal(s, need) }
		if !slices.ContainsFunc(c.sets, have) && !slices.ContainsFunc(c.hiddenSets, have) {
			c.hiddenSets = append(c.hiddenSets, need)
		}
	}
}

// scanned are the cut sets that scans aggregate to.
func (c *compilation) scanned() [][]int { return append(slices.Clone(c.sets), c.hiddenSets...) }

// presenceOf makes the timelines' parts count rows, in each view, so that cells
// without any can be told.
func (c *compilation) presenceOf() {
	for _, v := range c.views {
		p := c.partOf(v)
		if len(v.without) > 0 || v.beyond || slices.ContainsFunc(c.seenIn, func(m meeting) bool { return m.part == p && m.alias == v.alias(p) }) {
			continue
		}
		c.seenIn = append(c.seenIn, meeting{v.alias(p), p, v})
		p.countRows()
	}
}

// partOf is the part of a view's plain measures.
func (c *compilation) partOf(v *view) *part {
	if v.window != nil {
		return c.plainPart(v.window)
	}
	return c.parts[v.timeline.index]
}

// present tells whether any scan has rows for a cell.
func (c *compilation) present() metrics.Expr {
	var counts []metrics.Expr
	for _, m := range c.seenIn {
		counts = append(counts, compare(metrics.OpGt, coalesce(field(m.view.alias(m.part), presence, integer), whole(0)), whole(0)))
	}
	if len(counts) == 0 {
		return truth(true)
	}
	return some(counts...)
}
