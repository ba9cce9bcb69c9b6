package metrics

import (
	"regexp"
	"slices"
)

// Dashboard is a page of panels, drawn from published values.
type Dashboard struct {
	Name        string     `json:"name"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Owner       string     `json:"owner,omitempty"`
	Grain       Grain      `json:"grain"`
	Language    string     `json:"language,omitempty"` // of the words around the values: "en" (default) or "zh"
	Good        string     `json:"good,omitempty"`     // colour of what is good: "green" (default) or "red"
	Where       Expr       `json:"-"`                  // holds for all panels; Pins say what it comes to
	Pins        []Pin      `json:"pins,omitempty"`
	Sections    []*Section `json:"sections"` // as written
}

// Section is panels under one heading.
type Section struct {
	Name   string   `json:"name"`
	Title  string   `json:"title,omitempty"`
	Note   string   `json:"note,omitempty"`
	Panels []*Panel `json:"panels"` // as written
}

// PanelKind is a way to show values.
type PanelKind string

// The kinds of panels.
const (
	CardPanel      PanelKind = "card"
	LinePanel      PanelKind = "line"
	BarPanel       PanelKind = "bar"
	FunnelPanel    PanelKind = "funnel"
	WaterfallPanel PanelKind = "waterfall"
	TablePanel     PanelKind = "table"
	HeatmapPanel   PanelKind = "heatmap"
	RankingPanel   PanelKind = "ranking"
	CohortPanel    PanelKind = "cohort"
	AlertsPanel    PanelKind = "alerts"
	ChangesPanel   PanelKind = "changes"
	HealthPanel    PanelKind = "health"
	TextPanel      PanelKind = "text"
	HeadlinePanel  PanelKind = "headline"
)

// Panel is one block of a section. Which of its fields a kind uses stands in the
// grammar of package decode; the others are zero.
type Panel struct {
	Kind  PanelKind `json:"kind"`
	Title string    `json:"title,omitempty"`
	Note  string    `json:"note,omitempty"`
	// KPIs are those shown: one of a card, the steps of a funnel.
	KPIs []string `json:"kpis,omitempty"`
	// By is the dimensions that a panel is cut by, of a table from the outer rows
	// to those that unfold from them.
	By         []string `json:"by,omitempty"`
	Where      Expr     `json:"-"` // Pins say what it comes to
	Pins       []Pin    `json:"pins,omitempty"`
	Compare    []string `json:"compare,omitempty"` // "previous", "year_ago", "target"
	Trend      int      `json:"trend,omitempty"`   // periods of a sparkline
	Periods    int      `json:"periods,omitempty"` // periods along an axis
	Top        int      `json:"top,omitempty"`     // members that are shown
	Other      bool     `json:"other,omitempty"`   // and one for all the rest
	Cumulative bool     `json:"cumulative,omitempty"`
	Share      bool     `json:"share,omitempty"` // of a cohort: in parts of its first period
	X          string   `json:"x,omitempty"`     // of a heatmap: the dashboard's grain, or a dimension
	Y          string   `json:"y,omitempty"`
	Severity   []string `json:"severity,omitempty"`
	Sources    []string `json:"sources,omitempty"` // of health; none: all
	Markdown   string   `json:"markdown,omitempty"`
}

// Pin holds a dimension at one member; nil is the member of rows without one.
type Pin struct {
	Dimension string  `json:"dimension"`
	Member    *string `json:"member"`
}

// Annotation is a remark on a period of a KPI, shown on charts.
type Annotation struct {
	Name string `json:"name"`
	KPI  string `json:"kpi"`
	At   string `json:"at"`           // a period
	By   []Pin  `json:"by,omitempty"` // in order of dimension
	Text string `json:"text"`
}

// ValueInText matches a KPI's name in the text of a panel, which stands for its
// value: {kpi.sales}.
var ValueInText = regexp.MustCompile(`\{kpi\.([\pL_][\pL\pN_]*)\}`)

// Shown are the KPIs whose values a panel shows, each once.
func (p *Panel) Shown() []string {
	out := slices.Clone(p.KPIs)
	for _, m := range ValueInText.FindAllStringSubmatch(p.Markdown, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// CutSets are the cut sets of its KPIs that a panel shows, pinned dimensions
// included, each in alphabetical order.
func (p *Panel) CutSets(page *Dashboard) [][]string {
	var pinned []string
	for _, pin := range slices.Concat(page.Pins, p.Pins) {
		pinned = append(pinned, pin.Dimension)
	}
	var sets [][]string
	add := func(dims ...string) {
		set := slices.Sorted(slices.Values(slices.Concat(pinned, dims)))
		sets = append(sets, slices.Compact(set))
	}
	add()
	switch p.Kind {
	case HeatmapPanel:
		add(slices.DeleteFunc([]string{p.X, p.Y}, func(axis string) bool { return axis == "" || axis == string(page.Grain) })...)
	case TablePanel: // rows unfold from the first dimension to the last
		for i := range p.By {
			add(p.By[:i+1]...)
		}
	default:
		for _, dim := range p.By {
			add(dim)
		}
	}
	return sets
}
