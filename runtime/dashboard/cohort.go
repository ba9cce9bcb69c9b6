package dashboard

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// cohort shows what became of those who began in one period: rows are the periods in
// which they began, columns how many periods later.
func (p *panelBuilder) cohort() {
	if len(p.KPIs) == 0 || len(p.By) == 0 {
		p.empty()
		return
	}
	kpi := p.KPIs[0]
	f := formatOf(p.Model.KPI(kpi))
	if p.Share {
		f.NumberFormat = percentFormat
	}
	starts := p.cohorts(kpi)
	if len(starts) == 0 {
		p.empty()
		return
	}
	h := &Heat{Head: p.dimension(p.By[0])}
	table := &Table{Columns: []Column{{Title: h.Head}, {Title: p.words.Size, Numeric: true, Format: p.Model.KPI(kpi).Format}}}
	cells, ages := p.cohortCells(kpi, starts)
	for age := range ages {
		h.Columns = append(h.Columns, strconv.Itoa(age))
		table.Columns = append(table.Columns, Column{Title: "+" + strconv.Itoa(age), Numeric: true})
	}
	low, high, _ := extent(slices.Concat(cells...))
	size := formatOf(p.Model.KPI(kpi))
	for i, start := range starts {
		name := p.Calendar.Name(start.period)
		first := p.cell(kpi, start.period, p.By, Members{start.member})
		row, entries := HeatRow{Label: name, Size: size.text(first)}, []Entry{textEntry(name), size.entry(first)}
		for age := range ages {
			if age >= len(cells[i]) { // has yet to come
				row.Cells, entries = append(row.Cells, HeatCell{Shade: -1}), append(entries, Entry{})
				continue
			}
			row.Cells = append(row.Cells, heatCell(f, cells[i][age], low, high))
			entries = append(entries, f.entry(cells[i][age]))
		}
		h.Rows = append(h.Rows, row)
		table.Rows = append(table.Rows, Row{Entries: entries})
	}
	p.out.Heat, p.out.Table = h, table
}

// cohorts are the members that name periods, the last ones up to the page's own.
func (p *panelBuilder) cohorts(kpi string) []place {
	trail := tail(p.ended(), p.Panel.Periods)
	var out []place
	for _, m := range p.membersOf(kpi, p.By, false, trail...) {
		if m[0] == nil {
			continue
		}
		named, err := p.Calendar.Parse(*m[0])
		if err != nil {
			continue
		}
		start := p.Calendar.Of(p.Dashboard.Grain, named.Start)
		if slices.ContainsFunc(trail, start.Equal) {
			out = append(out, place{member: m[0], period: start})
		}
	}
	slices.SortFunc(out, func(a, b place) int { return a.period.Start.Compare(b.period.Start) })
	return out
}

// cohortCells are the values of each cohort by age, in parts of its first period where
// the panel wants that.
func (p *panelBuilder) cohortCells(kpi string, starts []place) (cells [][]Cell, ages int) {
	trail := p.ended()
	for _, start := range starts {
		from := slices.IndexFunc(trail, start.period.Equal)
		var row []Cell
		for _, at := range trail[from:] {
			row = append(row, p.cell(kpi, at, p.By, Members{start.member}))
		}
		if p.Share {
			row = shares(row)
		}
		cells, ages = append(cells, row), max(ages, len(row))
	}
	return cells, ages
}

// shares sets values in relation to the first.
func shares(row []Cell) []Cell {
	first := row[0].Rat()
	out := make([]Cell, len(row))
	for i, c := range row {
		if v := c.Rat(); v != nil && first != nil && first.Sign() != 0 {
			out[i] = Cell{Published: true, Number: number(new(big.Rat).Quo(v, first)), State: metrics.Final}
		}
	}
	return out
}
