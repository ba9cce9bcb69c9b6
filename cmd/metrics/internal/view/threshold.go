package view

import (
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// thresholdDetail is a threshold with what its own JSON leaves out: its conditions,
// in words.
type thresholdDetail struct {
	*metrics.Threshold
	Red   string `json:"red,omitempty"`
	Amber string `json:"amber,omitempty"`
	Where string `json:"where,omitempty"`
}

func thresholdDetails(t *metrics.Threshold) thresholdDetail {
	return thresholdDetail{Threshold: t, Red: optionalWords(t.Red), Amber: optionalWords(t.Amber), Where: optionalWords(t.Where)}
}

func optionalWords(e metrics.Expr) string {
	if e == nil {
		return ""
	}
	return Words(e)
}

func (l Listing) thresholds() Table {
	t := titled("name", "label", "kpi", "grain", "by", "red", "amber", "owner")
	for _, x := range l.Model.Thresholds {
		t.Rows = append(t.Rows, []string{x.Name, x.Label, x.KPI, string(x.Grain), strings.Join(x.By, " × "),
			cut(optionalWords(x.Red), listedCuts), cut(optionalWords(x.Amber), listedCuts), x.Owner})
	}
	return t
}

func (s Shown) thresholdText(b *showPrinter) {
	t := s.Threshold
	s.heading(b, t.Label, t.Description)
	const widest = 14
	b.fact("judges", "kpi."+t.KPI)
	b.fact("grain", string(t.Grain))
	b.fact("each member of", strings.Join(t.By, " × "))
	b.longFact("red where", optionalWords(t.Red), widest)
	b.longFact("amber where", optionalWords(t.Amber), widest)
	b.longFact("judged where", optionalWords(t.Where), widest)
	b.fact("fires after", periodsInARow(t.For))
	b.fact("recovers after", periodsInARow(t.Keep))
	b.fact("owner", t.Owner)
	b.longFact("action", t.Action, widest)
	if !t.Due.IsZero() {
		b.fact("due", t.Due.String()+" after the end of the period in which it fired")
	}
}

func periodsInARow(n int) string {
	if n == 1 {
		return "1 period"
	}
	return strconv.Itoa(n) + " periods in a row"
}

// spokenConditions are the functions of conditions that have words.
var spokenConditions = map[string]func(args []string) string{
	metrics.ValueWord:  func([]string) string { return "the value" },
	metrics.TargetWord: func([]string) string { return "the target" },
	metrics.TargetLow:  func([]string) string { return "the lower end of the target" },
	metrics.TargetHigh: func([]string) string { return "the upper end of the target" },
	metrics.YearAgo:    func([]string) string { return "the value a year ago" },
	"missing":          func([]string) string { return "there is no value" },
	"previous":         func(a []string) string { return "the value " + periodsAgo(a[0]) },
	"delta":            func(a []string) string { return "the change against " + periodsAgo(a[0]) },
	"growth":           func(a []string) string { return "the growth against " + periodsAgo(a[0]) },
	"falls":            func(a []string) string { return "the value fell in " + periodsText(a[0]) + " running" },
	"rises":            func(a []string) string { return "the value rose in " + periodsText(a[0]) + " running" },
	metrics.History:    func(a []string) string { return "the " + a[0] + " of the " + a[1] + " before" },
	"zscore":           func(a []string) string { return "the standard score within the " + a[0] + " before" },
	"iqr":              func(a []string) string { return "the distance in interquartile ranges of the " + a[0] + " before" },
	"deviation":        func(a []string) string { return "the deviation from " + a[0] },
	metrics.At:         func(a []string) string { return "by " + a[0] + ", " + a[1] },
}

// conditionWords says a function of conditions; of another KPI than the one judged it
// is written as a call, for the reader to know of which.
func conditionWords(c *metrics.Call) string {
	args := bareWords(c.Args)
	last := len(args) - 1
	ref, ofKPI := c.Args[last].(*metrics.KPIRef)
	text := spokenConditions[c.Func.Name](args)
	if ofKPI && ref.ID != c.ID { // named there, not filled in
		text += " of " + Words(ref)
	}
	return text
}

func periodsText(n string) string {
	if n == "1" {
		return "1 period"
	}
	return n + " periods"
}

func periodsAgo(n string) string {
	if n == "1" {
		return "the period before"
	}
	return n + " periods earlier"
}
