package query

import "slices"

// An aggregate over the cells of an inner level has data where any source has that
// those cells read. Where members are judged alone, that is a matter of the members of
// the cell that it stands in, with or without a row for an inner cell to have.

// seeBeneath finds the views of what an inner level reads, as the cells here have it:
// at the very stretches that the level is read at, or at what it makes of them.
func (c *compilation) seeBeneath(t *timeline) {
	sub := t.inner.compilation
	read := append(slices.Clone(sub.views), sub.beneath...)
	seen := map[*timeline]*timeline{}
	for _, v := range c.views {
		if v.timeline != t {
			continue
		}
		for _, w := range read {
			if w.timeline.inner != nil {
				continue
			}
			if seen[w.timeline] == nil {
				seen[w.timeline] = c.seenHere(w.timeline)
			}
			b := &view{timeline: seen[w.timeline], context: v.context, stretches: v.stretches}
			switch {
			case sub.byGrain && w.movesCells() && !endless(v.steps):
				b.steps, b.stretches = slices.Concat(v.steps, w.steps), t.inner.readBetween(c.stretchesOf(v), w)
			case !sub.byGrain:
				b.steps, b.stretches = w.steps, w.stretches
				b.context = b.removing(slices.DeleteFunc(slices.Clone(w.without), func(i int) bool { return i >= len(c.cuts) }))
			}
			c.addBeneath(v, b)
		}
	}
}

// addBeneath adds a view to those beneath one, unless it is among them.
func (c *compilation) addBeneath(v, b *view) {
	alike := func(have *view) bool { return have.timeline == b.timeline && have.key() == b.key() }
	if slices.ContainsFunc(v.beneath, alike) {
		return
	}
	b.index = len(c.views) + len(c.beneath)
	v.beneath, c.beneath = append(v.beneath, b), append(c.beneath, b)
	c.needSets(b)
}

// seenHere is a timeline of an inner level with the cuts around it, which are the
// first ones of its own.
func (c *compilation) seenHere(t *timeline) *timeline {
	index := len(c.timelines) + len(c.beneath)
	return &timeline{index: index, source: t.source, time: t.time, spread: t.spread, cuts: t.cuts[:len(c.cuts)], where: t.where}
}

// judgedBeneath tells whether members are judged alone of anything beneath a view.
func (v *view) judgedBeneath() bool {
	return slices.ContainsFunc(v.beneath, func(b *view) bool { return b.timeline.judgedAlone() })
}

// judgedBeneath are the views beneath others that decide whether those have data.
func (c *compilation) judgedBeneath() []*view {
	var out []*view
	for _, v := range c.views {
		if v.judgedBeneath() {
			out = append(out, v.beneath...)
		}
	}
	return out
}

// extended are the views of which extents are found: those whose members are judged
// alone, here and beneath.
func (c *compilation) extended() []*view {
	return append(c.judged(), slices.DeleteFunc(c.judgedBeneath(), func(v *view) bool { return !v.timeline.judgedAlone() })...)
}
