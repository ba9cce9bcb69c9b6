package dashboard

import (
	"math"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// Heat is a table whose cells are shaded by value.
type Heat struct {
	Head    string
	Columns []string
	Rows    []HeatRow
}

// HeatRow is one row.
type HeatRow struct {
	Label string
	Size  string // of a cohort
	Cells []HeatCell
}

// HeatCell is a value; Shade runs from 0 to 1, -1 for no data.
type HeatCell struct {
	Text, Full string
	Shade      float64
}

func (p *panelBuilder) heatmap() {
	if len(p.KPIs) == 0 || p.X == "" || p.Y == "" {
		p.empty()
		return
	}
	kpi := p.KPIs[0]
	f := formatOf(p.Model.KPI(kpi))
	columns, rows := p.axis(kpi, p.X), p.axis(kpi, p.Y)
	cells := make([][]Cell, len(rows))
	var all []Cell
	for i, y := range rows {
		for _, x := range columns {
			c := p.crossing(kpi, x, y)
			cells[i] = append(cells[i], c)
			all = append(all, c)
		}
	}
	low, high, some := extent(all)
	if !some {
		p.empty()
		return
	}
	h := &Heat{Head: p.axisTitle(p.Y)}
	table := &Table{Columns: []Column{{Title: h.Head}}}
	for _, x := range columns {
		h.Columns = append(h.Columns, x.label)
		table.Columns = append(table.Columns, Column{Title: x.label, Numeric: true, Format: p.Model.KPI(kpi).Format})
	}
	for i, y := range rows {
		row, entries := HeatRow{Label: y.label}, []Entry{textEntry(y.label)}
		for _, c := range cells[i] {
			row.Cells = append(row.Cells, heatCell(f, c, low, high))
			entries = append(entries, f.entry(c))
		}
		h.Rows = append(h.Rows, row)
		table.Rows = append(table.Rows, Row{Entries: entries})
	}
	p.out.Heat, p.out.Table = h, table
}

func heatCell(f format, c Cell, low, high float64) HeatCell {
	if !c.Known() {
		return HeatCell{Text: "", Full: noValue, Shade: -1}
	}
	shade := 1.0
	if high > low {
		shade = math.Sqrt((c.Float() - low) / (high - low)) // so that one peak leaves shades for the rest
	}
	return HeatCell{Text: short(f, round3(c.Float())), Full: f.text(c), Shade: shade}
}

// round3 keeps three figures, so that a cell's text is short.
func round3(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// place is one position along an axis: a period or a member.
type place struct {
	label  string
	dim    string // "" for a period
	member *string
	period metrics.Period
}

// axis are the places along one side: the last periods, or a dimension's members.
func (p *panelBuilder) axis(kpi, name string) []place {
	var out []place
	dims := slices.Sorted(slices.Values(p.dims()))
	if name == string(p.Dashboard.Grain) {
		for _, at := range tail(p.ended(), p.Panel.Periods) {
			if len(out) > 0 || len(p.membersOf(kpi, dims, false, at)) > 0 { // from the first that has values on
				out = append(out, place{label: p.shortPeriod(at), period: at})
			}
		}
		return out
	}
	i := slices.Index(dims, name)
	seen := map[string]bool{}
	for _, m := range p.membersOf(kpi, dims, false, tail(p.ended(), p.Panel.Periods)...) {
		if key := (Members{m[i]}).key(); !seen[key] {
			seen[key] = true
			out = append(out, place{label: p.cycleMember(name, m[i]), dim: name, member: m[i]})
		}
	}
	slices.SortStableFunc(out, func(a, b place) int { return p.memberOrder(name, a.member, b.member) })
	return out
}

// crossing is the value where two places meet.
func (p *panelBuilder) crossing(kpi string, x, y place) Cell {
	at := p.When.This
	var dims []string
	var members Members
	for _, side := range []place{x, y} {
		if side.dim == "" {
			at = side.period
			continue
		}
		dims, members = append(dims, side.dim), append(members, side.member)
	}
	return p.cell(kpi, at, dims, members)
}

func (p *panelBuilder) axisTitle(name string) string {
	if name == string(p.Dashboard.Grain) {
		return p.words.Period
	}
	return p.dimension(name)
}
