package query

import "slices"

// partDistinctCounts takes distinct counts out of scans that have several: they
// gain nothing from a common scan and cost memory. A main part keeps one measure
// at least.
func (c *compilation) partDistinctCounts() {
	for _, p := range slices.Clone(c.parts) {
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

// partOff gives a measure a part of its own.
func (c *compilation) partOff(p *part, m *measure) *part {
	own := &part{timeline: p.timeline, measures: []*measure{m}}
	m.part = own
	c.parts = append(c.parts, own)
	return own
}

// narrowScans lets a scan read only rows that pass the filter which all its
// measures have in common. A main part that tells members reads all rows.
func (c *compilation) narrowScans() {
	for _, p := range c.parts {
		if len(p.measures) == 0 || p.within != nil || p.main && c.divided() {
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
