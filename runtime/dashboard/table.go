package dashboard

import (
	"slices"
)

// table shows KPIs in columns, by member in rows that unfold from the first
// dimension to the last, under a total.
func (p *panelBuilder) table() {
	t := &Table{Levels: max(1, len(p.By))}
	head := p.words.Member
	if len(p.By) > 0 {
		head = p.dimension(p.By[0])
	}
	t.Columns = append(t.Columns, Column{Title: head})
	for _, kpi := range p.KPIs {
		t.Columns = append(t.Columns, Column{Title: p.label(kpi), Numeric: true, Format: p.Model.KPI(kpi).Format})
		for _, c := range p.comparisons() {
			t.Columns = append(t.Columns, Column{Title: c, Numeric: true})
		}
		if p.Trend > 0 {
			t.Columns = append(t.Columns, Column{Title: p.words.Trend})
		}
	}
	widest := p.widest()
	t.Rows = append(t.Rows, p.tableRow(p.words.Total, 0, nil, nil, nil))
	if len(p.By) > 0 {
		p.unfold(t, 1, nil, widest)
	}
	p.out.Table = t
}

// widest is the largest value of each KPI by the first dimension, for the bars in cells.
func (p *panelBuilder) widest() map[string]float64 {
	out := map[string]float64{}
	if len(p.By) == 0 {
		return out
	}
	for _, kpi := range p.KPIs {
		for _, m := range p.membersOf(kpi, p.By[:1], false, p.When.This) {
			out[kpi] = max(out[kpi], p.now(kpi, p.By[:1], m).Float())
		}
	}
	return out
}

// unfold adds the rows below the members of the outer dimensions.
func (p *panelBuilder) unfold(t *Table, level int, outer Members, widest map[string]float64) {
	dims := p.By[:level]
	members := slices.DeleteFunc(p.tableMembers(dims), func(m Members) bool { return m[:level-1].key() != outer.key() })
	if p.Top > 0 && level == 1 {
		members = members[:min(len(members), p.Top)]
	}
	for _, m := range members {
		t.Rows = append(t.Rows, p.tableRow(p.member(m[level-1]), level, dims, m, widest))
		if level < len(p.By) {
			p.unfold(t, level+1, m, widest)
		}
	}
}

// tableMembers are the members that any of the KPIs has, in the order of the first
// that has them.
func (p *panelBuilder) tableMembers(dims []string) []Members {
	var out []Members
	seen := map[string]bool{}
	for _, kpi := range p.KPIs {
		for _, m := range p.membersOf(kpi, dims, true, p.When.This) {
			if !seen[m.key()] {
				seen[m.key()] = true
				out = append(out, m)
			}
		}
	}
	return out
}

func (p *panelBuilder) tableRow(name string, level int, dims []string, members Members, widest map[string]float64) Row {
	row := Row{Level: level, Entries: []Entry{textEntry(name)}}
	for _, kpi := range p.KPIs {
		f := formatOf(p.Model.KPI(kpi))
		now := p.now(kpi, dims, members)
		e := f.entry(now)
		if w := widest[kpi]; w > 0 && now.Float() > 0 && !f.Percent && p.Model.AddsUp(p.Model.KPI(kpi).Value) {
			e.Share = min(1, now.Float()/w)
		}
		row.Entries = append(row.Entries, e)
		for _, c := range p.Compare {
			row.Entries = append(row.Entries, f.changeEntry(now, p.tableAgainst(kpi, c, dims, members)))
		}
		if p.Trend > 0 {
			row.Entries = append(row.Entries, Entry{Spark: p.spark(kpi, dims, members, p.Trend)})
		}
	}
	return row
}

func (p *panelBuilder) tableAgainst(kpi, comparison string, dims []string, members Members) Cell {
	switch comparison {
	case "previous":
		return p.cell(kpi, p.When.Previous, dims, members)
	case "year_ago":
		return p.yearAgo(kpi, dims, members)
	}
	low, high := p.target(kpi, p.When.This, dims, members)
	if low != high {
		return Cell{} // a range has no one distance
	}
	return low
}
