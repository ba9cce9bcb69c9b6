package dashboard

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// builder makes the panels of a page.
type builder struct {
	Input
	words  words
	shown  []string // KPIs, in the order in which panels show them
	states map[string]metrics.State
}

// Build makes the page of a dashboard.
func Build(in Input) *Page {
	b := &builder{Input: in, words: wordsOf(in.Dashboard.Language), states: map[string]metrics.State{}}
	d := in.Dashboard
	page := &Page{
		Title: metrics.Display(d.Title, d.Name), Description: d.Description, Project: metrics.Display(in.Model.Project.Label, in.Model.Project.Name),
		Words: b.words, Good: cmp.Or(d.Good, "green"),
		Period: in.Calendar.Name(in.When.This), Days: b.days(in.When.This),
	}
	for _, s := range d.Sections {
		section := Section{Name: s.Name, Title: metrics.Display(s.Title, s.Name), Note: s.Note}
		for _, p := range s.Panels {
			section.Panels = append(section.Panels, b.panel(p))
		}
		inPairs(section.Panels)
		spread(section.Panels)
		page.Sections = append(page.Sections, section)
	}
	if s := b.annotations(page.Sections); s != nil {
		page.Sections = append(page.Sections, *s)
	}
	page.State, page.Facts, page.At = b.pageState(), b.facts(), in.Run.At
	page.Definitions = b.definitions()
	return page
}

// narrow are the kinds of panels of which two fit side by side.
var narrow = []metrics.PanelKind{metrics.LinePanel, metrics.BarPanel, metrics.FunnelPanel, metrics.WaterfallPanel, metrics.RankingPanel, metrics.HealthPanel, metrics.ChangesPanel}

// inPairs puts narrow panels that follow each other side by side.
func inPairs(panels []Panel) {
	for i := 0; i+1 < len(panels); i++ {
		if slices.Contains(narrow, panels[i].Kind) && slices.Contains(narrow, panels[i+1].Kind) {
			panels[i].Half, panels[i+1].Half = true, true
			i++
		}
	}
}

// spread lets cards that follow each other fill whole rows: up to four in one, and no hole
// in the last.
func spread(panels []Panel) {
	for i := 0; i < len(panels); {
		n := i
		for n < len(panels) && panels[n].Kind == metrics.CardPanel {
			n++
		}
		for cards := panels[i:n]; len(cards) > 0; {
			row := min(4, len(cards))
			if len(cards) == 5 || len(cards) == 6 || len(cards) == 9 {
				row = 3
			}
			for j := range row {
				cards[j].Span = max(3, 12/row)
			}
			cards = cards[row:]
		}
		i = max(n, i+1)
	}
}

// panelBuilder makes one panel.
type panelBuilder struct {
	*builder
	*metrics.Panel
	pins map[string]*string
	out  Panel
}

// panelBuilders is how each kind of panel is made.
var panelBuilders = map[metrics.PanelKind]func(*panelBuilder){
	metrics.CardPanel: (*panelBuilder).card, metrics.LinePanel: (*panelBuilder).line, metrics.BarPanel: (*panelBuilder).bar,
	metrics.FunnelPanel: (*panelBuilder).funnel, metrics.WaterfallPanel: (*panelBuilder).waterfall, metrics.TablePanel: (*panelBuilder).table,
	metrics.HeatmapPanel: (*panelBuilder).heatmap, metrics.RankingPanel: (*panelBuilder).ranking, metrics.CohortPanel: (*panelBuilder).cohort,
	metrics.AlertsPanel: (*panelBuilder).alerts, metrics.ChangesPanel: (*panelBuilder).changes, metrics.HealthPanel: (*panelBuilder).health,
	metrics.TextPanel: (*panelBuilder).text, metrics.HeadlinePanel: (*panelBuilder).headline,
}

func (b *builder) panel(p *metrics.Panel) Panel {
	pb := &panelBuilder{builder: b, Panel: p, pins: map[string]*string{}}
	for _, pin := range slices.Concat(b.Dashboard.Pins, p.Pins) {
		pb.pins[pin.Dimension] = pin.Member
	}
	pb.out = Panel{Kind: p.Kind, Title: p.Title, Note: p.Note, KPIs: p.Shown()}
	for _, k := range pb.out.KPIs {
		if !slices.Contains(b.shown, k) {
			b.shown = append(b.shown, k)
		}
	}
	panelBuilders[p.Kind](pb)
	if pb.out.Title == "" {
		pb.out.Title = pb.usualTitle()
	}
	pb.remarks()
	return pb.out
}

// usualTitle names what a panel shows.
func (p *panelBuilder) usualTitle() string {
	switch p.Kind {
	case metrics.AlertsPanel:
		return p.words.AlertsTitle
	case metrics.ChangesPanel:
		return p.words.ChangesTitle
	case metrics.HealthPanel:
		return p.words.Health
	case metrics.TextPanel:
		return ""
	}
	names := make([]string, 0, len(p.KPIs))
	for _, k := range p.KPIs {
		names = append(names, p.label(k))
	}
	title := strings.Join(names, " · ")
	if p.Kind == metrics.FunnelPanel && len(names) > 1 {
		title = names[0] + " → " + names[len(names)-1]
	}
	if title == "" {
		return ""
	}
	dims := p.dims()
	for i, d := range dims {
		dims[i] = p.dimension(d)
	}
	if len(dims) > 0 {
		title += " / " + strings.Join(dims, " · ")
	}
	if len(p.Pins) > 0 {
		title += " (" + p.pinText(p.Pins) + ")"
	}
	return title
}

func (p *panelBuilder) dims() []string {
	if p.Kind == metrics.HeatmapPanel {
		return slices.DeleteFunc([]string{p.X, p.Y}, func(a string) bool { return a == "" || a == string(p.Dashboard.Grain) })
	}
	return slices.Clone(p.By)
}

func (b *builder) label(kpi string) string {
	k := b.Model.KPI(kpi)
	return metrics.Display(k.Label, k.Name)
}

func (b *builder) dimension(name string) string {
	if d := b.Model.Dimension(name); d != nil {
		return metrics.Display(d.Label, d.Name)
	}
	if cycle := cycleNames[b.words.Lang][name]; cycle != "" {
		return cycle
	}
	return name
}

// member is how a member is shown.
func (b *builder) member(m *string) string {
	switch {
	case m == nil:
		return b.words.None
	case *m == "":
		return `""`
	}
	return *m
}

func (b *builder) memberText(m Members) string {
	names := make([]string, len(m))
	for i, x := range m {
		names[i] = b.member(x)
	}
	return strings.Join(names, " · ")
}

// cell is a KPI's value by members in a period, all pins held.
func (p *panelBuilder) cell(kpi string, period metrics.Period, dims []string, members Members) Cell {
	return p.Values.slice(kpi, p.pins, dims...).at(p.Calendar.Name(period), dims, members)
}

// now is a KPI's value in the page's period.
func (p *panelBuilder) now(kpi string, dims []string, members Members) Cell {
	c := p.cell(kpi, p.When.This, dims, members)
	if len(members) == 0 {
		p.states[kpi] = c.State
	}
	return c
}

// yearAgo is a KPI's value a year before; none where the calendar has no such period.
func (p *panelBuilder) yearAgo(kpi string, dims []string, members Members) Cell {
	if p.When.YearAgo == nil {
		return Cell{}
	}
	return p.cell(kpi, *p.When.YearAgo, dims, members)
}

// target is what a KPI should be in a period; absent where its target can't be had
// by these cuts. A range has two ends.
func (p *panelBuilder) target(kpi string, period metrics.Period, dims []string, members Members) (low, high Cell) {
	t := p.Model.KPI(kpi).Target
	switch {
	case t == nil:
		return Cell{}, Cell{}
	case t.KPI != "":
		c := p.cell(t.KPI, period, dims, members)
		return c, c
	case t.Value != nil:
		c := Cell{Published: true, Number: metrics.Number(t.Value.Text), State: metrics.Final}
		return c, c
	}
	for end, l := range map[*Cell]*metrics.Literal{&low: t.Low, &high: t.High} {
		if l != nil {
			*end = Cell{Published: true, Number: metrics.Number(l.Text), State: metrics.Final}
		}
	}
	return low, high
}

// membersOf are the members by dims that have a value now or before, the largest
// value first where the dimension has no order of its own.
func (p *panelBuilder) membersOf(kpi string, dims []string, byValue bool, periods ...metrics.Period) []Members {
	names := make([]string, len(periods))
	for i, at := range periods {
		names[i] = p.Calendar.Name(at)
	}
	all := p.Values.slice(kpi, p.pins, dims...).members(dims, names)
	slices.SortStableFunc(all, func(a, b Members) int {
		if byValue {
			if c := p.byValue(kpi, dims, a, b); c != 0 {
				return c
			}
		}
		return p.byOrder(dims, a, b)
	})
	return all
}

// byValue puts the larger value first, what has none last.
func (p *panelBuilder) byValue(kpi string, dims []string, a, b Members) int {
	x, y := p.cell(kpi, p.When.This, dims, a).Rat(), p.cell(kpi, p.When.This, dims, b).Rat()
	switch {
	case x == nil && y == nil:
		return 0
	case x == nil:
		return 1
	case y == nil:
		return -1
	}
	return y.Cmp(x)
}

// byOrder is the order of display of members: the dimension's own, then by number
// or name, null last.
func (b *builder) byOrder(dims []string, x, y Members) int {
	for i, dim := range dims {
		if c := b.memberOrder(dim, x[i], y[i]); c != 0 {
			return c
		}
	}
	return 0
}

func (b *builder) memberOrder(dim string, x, y *string) int {
	if x == nil || y == nil {
		return cmp.Compare(boolInt(x == nil), boolInt(y == nil))
	}
	if d := b.Model.Dimension(dim); d != nil && len(d.Values) > 0 {
		i, j := slices.Index(d.Values, *x), slices.Index(d.Values, *y)
		if i != j {
			return cmp.Compare(uint(i), uint(j)) // what is not listed comes last
		}
	}
	if cycle := metrics.CycleNamed(dim); cycle != nil {
		i, j := cycleRank(cycle, *x, &b.Model.Project), cycleRank(cycle, *y, &b.Model.Project)
		return cmp.Compare(i, j)
	}
	return strings.Compare(*x, *y)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sum adds up what is known; nil where nothing is.
func sum(cells []Cell) *big.Rat {
	var total *big.Rat
	for _, c := range cells {
		if r := c.Rat(); r != nil {
			if total == nil {
				total = new(big.Rat)
			}
			total.Add(total, r)
		}
	}
	return total
}
