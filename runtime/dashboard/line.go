package dashboard

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Line is values over periods.
type Line struct {
	Ticks  []Tick // of values
	Labels []Tick // of periods
	Series []Series
	Marks  []Mark
	Ends   []End // names of the lines, where there are several
}

// End names a line where it ends. At counts from the bottom, in parts.
type End struct {
	At          float64
	Name, Style string
	Number      int
}

// Tick is a label on an axis: At counts from the bottom or the left, in parts.
type Tick struct {
	At   float64
	Text string
}

// Series is one line of a chart. Style is "actual", "target", or "other".
type Series struct {
	Name   string
	Style  string
	Number int // among those that are told apart by colour
	Points []Point
}

// Mark is a remark on a period.
type Mark struct {
	At   float64
	Text string
}

func (p *panelBuilder) line() {
	trail := p.stretch()
	if len(trail) == 0 || len(p.KPIs) == 0 {
		p.empty()
		return
	}
	type row struct {
		name, style, kpi string
		cells            []Cell
	}
	var rows []row
	add := func(name, style, kpi string, members Members) {
		r := row{name: name, style: style, kpi: kpi}
		for _, at := range trail {
			r.cells = append(r.cells, p.cell(kpi, at, p.By, members))
		}
		rows = append(rows, r)
	}
	if len(p.By) > 0 {
		members := p.membersOf(p.KPIs[0], p.By, true, trail...)
		for _, m := range members[:min(len(members), maxLines(p.Top))] {
			add(p.memberText(m), "other", p.KPIs[0], m)
		}
	} else {
		for _, kpi := range p.KPIs {
			add(p.label(kpi), p.style(kpi), kpi, nil)
		}
		if t := p.Model.KPI(p.KPIs[0]).Target; slices.Contains(p.Compare, "target") && t != nil && t.KPI != "" && !slices.Contains(p.KPIs, t.KPI) {
			add(p.words.Target, "target", t.KPI, nil)
		}
	}
	begun := len(trail) // the periods before any value say nothing
	for _, r := range rows {
		if i := slices.IndexFunc(r.cells, Cell.Known); i >= 0 {
			begun = min(begun, i)
		}
	}
	trail = trail[begun:]
	var all []Cell
	for i, r := range rows {
		rows[i].cells = r.cells[begun:]
		all = append(all, rows[i].cells...)
	}
	low, high, some := extent(all)
	if !some {
		p.empty()
		return
	}
	scale := newAxis(low, high, 4)
	f := formatOf(p.Model.KPI(p.KPIs[0]))
	chart := &Line{Labels: p.periodLabels(trail)}
	for _, v := range scale.ticks() {
		chart.Ticks = append(chart.Ticks, Tick{At: scale.share(v), Text: short(f, v)})
	}
	table := p.lineTable(trail)
	for n, r := range rows {
		s := Series{Name: r.name, Style: r.style, Number: n}
		shown := formatOf(p.Model.KPI(r.kpi))
		for i, c := range r.cells {
			s.Points = append(s.Points, Point{X: across(i, len(trail)), Y: 1 - scale.share(c.Float()), Known: c.Known(), Soft: soft(c.State),
				Label: p.Calendar.Name(trail[i]), Text: shown.text(c)})
			table.Rows[i].Entries = append(table.Rows[i].Entries, shown.entry(c))
		}
		chart.Series = append(chart.Series, s)
		table.Columns = append(table.Columns, Column{Title: r.name, Numeric: true, Format: p.Model.KPI(r.kpi).Format})
	}
	chart.Ends = ends(chart.Series)
	p.out.Line, p.out.Table = chart, table
	p.marks(trail)
}

// lineHeight is how far names stand apart, in parts of a chart.
const lineHeight = 0.08

// ends puts the names of lines beside their last values, so far apart that each can be
// read, in the order of the values.
func ends(all []Series) []End {
	if len(all) < 2 {
		return nil
	}
	var out []End
	for _, s := range all {
		for i := len(s.Points) - 1; i >= 0; i-- {
			if p := s.Points[i]; p.Known {
				out = append(out, End{At: 1 - p.Y, Name: s.Name, Style: s.Style, Number: s.Number})
				break
			}
		}
	}
	slices.SortStableFunc(out, func(a, b End) int { return cmp.Compare(a.At, b.At) })
	for i := 1; i < len(out); i++ {
		out[i].At = max(out[i].At, out[i-1].At+lineHeight)
	}
	top := 1.0
	for i := len(out) - 1; i >= 0; i-- {
		out[i].At = min(out[i].At, top)
		top = out[i].At - lineHeight
	}
	return out
}

// maxLines bounds the lines of one chart: more can't be told apart.
func maxLines(top int) int {
	const most = 6
	if top == 0 {
		return most
	}
	return min(top, most)
}

// style is that of a KPI's line: the first is the actual value, its target another.
func (p *panelBuilder) style(kpi string) string {
	if kpi == p.KPIs[0] {
		return "actual"
	}
	if t := p.Model.KPI(p.KPIs[0]).Target; t != nil && t.KPI == kpi {
		return "target"
	}
	return "other"
}

// stretch is the periods of a chart: as many as it asks for up to the page's own, and
// the open one after it.
func (p *panelBuilder) stretch() []metrics.Period {
	ended := tail(p.ended(), p.Panel.Periods)
	all := p.When.Trail
	from := len(p.ended()) - len(ended)
	return all[from:min(len(all), len(p.ended())+1)]
}

func across(i, n int) float64 {
	if n == 1 {
		return 0.5
	}
	return float64(i) / float64(n-1)
}

// periodLabels are about six periods along an axis, the last among them.
func (b *builder) periodLabels(trail []metrics.Period) []Tick {
	every := max(1, int(math.Ceil(float64(len(trail))/6)))
	var out []Tick
	for i := len(trail) - 1; i >= 0; i -= every {
		out = append(out, Tick{At: across(i, len(trail)), Text: b.shortPeriod(trail[i])})
	}
	slices.Reverse(out)
	return out
}

// shortPeriod is a period's name as an axis has it: without a year where the rest says enough.
func (b *builder) shortPeriod(at metrics.Period) string {
	name := b.Calendar.Name(at)
	switch at.Grain {
	case metrics.Day:
		return strings.TrimLeft(name[5:7], "0") + "/" + strings.TrimLeft(name[8:], "0")
	case metrics.Week:
		return name[2:4] + name[5:]
	}
	return name
}

func (p *panelBuilder) lineTable(trail []metrics.Period) *Table {
	t := &Table{Columns: []Column{{Title: p.words.Period}}}
	for _, at := range trail {
		t.Rows = append(t.Rows, Row{Entries: []Entry{textEntry(p.Calendar.Name(at))}})
	}
	return t
}

// short writes a number of an axis in few characters: 1.2M, 350k, 4.5%.
func short(f format, v float64) string {
	if f.Percent {
		return minus(strconv.FormatFloat(v*100, 'f', -1, 64)[:min(6, len(strconv.FormatFloat(v*100, 'f', -1, 64)))] + "%")
	}
	sign := ""
	if v < 0 {
		sign, v = "−", -v
	}
	prefix := strings.TrimSpace(f.Prefix)
	switch {
	case v >= 1e9:
		return sign + prefix + trimZero(v/1e9) + "B"
	case v >= 1e6:
		return sign + prefix + trimZero(v/1e6) + "M"
	case v >= 1e4:
		return sign + prefix + trimZero(v/1e3) + "k"
	}
	return sign + prefix + trimZero(v)
}

// trimZero writes a number with up to three digits behind the point.
func trimZero(v float64) string {
	s := strconv.FormatFloat(v, 'f', 3, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// empty says that there is nothing to draw.
func (p *panelBuilder) empty() { p.out.Text = []string{p.words.NothingPublished} }
