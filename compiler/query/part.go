package query

import "slices"

// partDistinctCounts takes distinct counts out of scans that have several: they
// gain nothing from a common scan and cost memory. A main part keeps one measure
// at least.
func (c *compilation) partDistinctCounts() {
	for _, p := range slices.Clone(c.parts) {
		if p.window != nil || p.pick != nil {
			continue
		}
		var plain, distinct []*measure
		for _, m := range p.measures {
			if m.Func == CountDistinct {
				distinct = append(distinct, m)
			} else {
				plain = append(plain, m)
			}
		}
		if len(distinct) < 2 {
			continue
		}
		if len(plain) == 0 {
			plain, distinct = distinct[:1], distinct[1:]
		}
		p.measures = plain
		for _, m := range distinct {
			c.partOff(p, m)
		}
	}
}

// partWindows divides the measures over windows: what windows can share of a day,
// each distinct count, and what must see the rows. It drops parts without measures
// that no one reads.
func (c *compilation) partWindows() {
	for _, p := range slices.Clone(c.parts) {
		if p.window != nil && p.pick == nil && p.timeline.inner == nil {
			c.partUnmergeable(p)
			c.movePresence(p)
		}
	}
	c.parts = slices.DeleteFunc(c.parts, func(p *part) bool {
		return len(p.measures) == 0 && (p.window != nil || p.timeline.inner != nil || !c.divided() || c.windowsTell(p.timeline))
	})
}

// movePresence lets a distinct count of all rows tell the members, where nothing else
// is left to compute beside it: no scan is made for that alone.
func (c *compilation) movePresence(p *part) {
	if len(p.measures) != 1 || p.measures[0].Name != presence || p.window.context.kept != nil {
		return
	}
	at := slices.IndexFunc(c.parts, func(q *part) bool {
		return q.window == p.window && q.pick == nil && q.measures != nil && q.measures[0].Func == CountDistinct && q.measures[0].Filter == nil
	})
	if at < 0 {
		return
	}
	to := c.parts[at]
	to.countRows()
	for i := range c.seenIn {
		if c.seenIn[i].part == p {
			c.seenIn[i].part = to
		}
	}
	p.measures = nil
}

// windowsTell tells whether windows that hold every period tell its members too.
func (c *compilation) windowsTell(t *timeline) bool {
	return slices.ContainsFunc(c.views, func(v *view) bool {
		return v.timeline == t && v.window != nil && v.kept == nil && c.holdPeriods(v)
	})
}

// holdPeriods tells whether each stretch of a view holds the rows of its period:
// those after as-of, where windows end, are not read where they go by their own time,
// but for plans.
func (c *compilation) holdPeriods(v *view) bool {
	at := v.timeline.time
	own := at != nil && len(at.Path) == 0 && at.Column == v.timeline.source.Time && !v.timeline.ahead()
	for i, s := range v.stretches {
		if p := c.periods[i]; !s.exists || s.Start.After(p.Start) || s.End.Before(p.End) && !(own && !s.End.Before(c.req.AsOf)) {
			return false
		}
	}
	return true
}

// tells tells whether a part has all members of its timeline.
func (p *part) tells() bool {
	return p.main || p.timeline.inner != nil || p.window != nil && p.counts()
}

// partOff gives a measure a part of its own.
func (c *compilation) partOff(p *part, m *measure) *part {
	own := &part{timeline: p.timeline, window: p.window, measures: []*measure{m}}
	m.part = own
	c.parts = append(c.parts, own)
	return own
}

// narrowScans lets a scan read only rows that pass the filter which all its
// measures have in common. A main part that tells members reads all rows; cells of an
// inner level are no rows of a scan.
func (c *compilation) narrowScans() {
	for _, p := range c.parts {
		if len(p.measures) == 0 || p.within != nil || p.timeline.inner != nil || p.main && c.divided() {
			continue
		}
		first := p.measures[0].Filter
		if first == nil || slices.ContainsFunc(p.measures, func(m *measure) bool { return keyOf(m.Filter) != keyOf(first) }) {
			continue
		}
		p.where = first
		for _, m := range p.measures {
			m.Filter = nil
		}
	}
}
