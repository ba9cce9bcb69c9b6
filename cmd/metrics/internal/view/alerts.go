package view

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// AlertFormats are the formats of Alerts.
var AlertFormats = []string{"text", "markdown", "json"}

// Alerts is what thresholds said at a run.
type Alerts struct {
	Model    *metrics.Model
	Run      metrics.Run
	Alerts   []metrics.Alert
	Filtered bool // some states alone were asked for
	Color    bool
}

// Write writes alerts.
func (a Alerts) Write(w io.Writer, format string) error {
	switch format {
	case "text":
		return a.text(w)
	case "markdown":
		return a.markdown(w)
	case "json":
		return writeJSON(w, struct {
			Run    int                  `json:"run"`
			AsOf   time.Time            `json:"as_of"`
			Counts *metrics.AlertCounts `json:"counts"`
			Alerts []metrics.Alert      `json:"alerts"`
		}{a.Run.ID, a.Run.AsOf, a.Run.Alerts, orEmpty(a.Alerts)})
	}
	return fmt.Errorf("no format %q of alerts", format)
}

// alertTitles are the columns of alerts, the state before them.
var alertTitles = []string{"kpi", "member", "value", "why", "since"}

// cells are what stands in the columns of an alert.
func (a Alerts) cells(x metrics.Alert) []string {
	if x.Source != "" {
		s := a.Model.Source(x.Source)
		label := x.Source
		if s != nil && s.Label != "" {
			label = s.Label + " " + x.Source
		}
		return []string{label, "", "", x.Reason, ""}
	}
	k := a.Model.KPI(x.KPI)
	if k == nil {
		k = &metrics.KPI{Name: x.KPI}
	}
	name := k.Name
	if k.Label != "" {
		name = k.Label + " " + k.Name
	}
	value := "–"
	if x.Value != nil {
		value = metrics.ShownAs(k.Format, k.Type.String(), k.Unit).Text(*x.Value)
	}
	why := x.Reason
	if x.Provisional {
		why += " (provisional)"
	}
	if x.Folded != "" {
		why += "; part of " + x.Folded
	}
	return []string{name, memberWords(x.Members), value, why, x.Since}
}

// attained says how far the target is reached, "" where there is none.
func (a Alerts) attained(x metrics.Alert) string {
	k := a.Model.KPI(x.KPI)
	if k == nil || x.Target == nil {
		return ""
	}
	return x.Target.Words("en", k)
}

// todo is who does what about an alert, and by when.
func todo(x metrics.Alert) string {
	text := x.Owner
	if x.Due != "" {
		text = strings.TrimPrefix(text+", due "+x.Due, ", ")
	}
	if x.Open > 1 {
		text = strings.TrimPrefix(fmt.Sprintf("%s, open for %d periods", text, x.Open), ", ")
	}
	if x.Action != "" {
		text = strings.TrimPrefix(text+": "+x.Action, ": ")
	}
	return text
}

// memberWords names members, the total by its word.
func memberWords(pins []metrics.Pin) string {
	if len(pins) == 0 {
		return totalMember
	}
	names := make([]string, len(pins))
	for i, p := range pins {
		names[i] = memberWord(p.Member)
	}
	return strings.Join(names, " · ")
}

var stateStyles = map[metrics.AlertState]style{metrics.AlertRed: alert, metrics.AlertAmber: notice, metrics.AlertError: alert, metrics.AlertNoData: notice}

func stateWord(s metrics.AlertState) string {
	return strings.ToUpper(strings.ReplaceAll(string(s), "_", " "))
}

func (a Alerts) text(w io.Writer) error {
	p := painter(a.Color)
	out := bufio.NewWriter(w)
	if len(a.Alerts) == 0 {
		fmt.Fprintln(out, a.calm())
		return out.Flush()
	}
	t := titled(append([]string{""}, alertTitles...)...)
	t.Columns[3].AlignRight = true
	for _, x := range a.Alerts {
		t.Rows = append(t.Rows, append([]string{stateWord(x.State)}, a.cells(x)...))
	}
	t.Style = func(row, column int) style {
		if column == 0 {
			return stateStyles[a.Alerts[row].State]
		}
		return plain
	}
	var b strings.Builder
	_ = t.text(&b, p) // a strings.Builder takes everything
	lines := strings.SplitAfter(b.String(), "\n")
	out.WriteString(lines[0])
	for i, x := range a.Alerts {
		out.WriteString(lines[i+1])
		below := []string{a.attained(x)}
		if x.State.Firing() {
			below = append(below, todo(x))
		}
		if text := joined(below); text != "" {
			for _, line := range wrap(inert.Visible(text), defaultWidth-a.indent()) {
				fmt.Fprintf(out, "%s%s\n", strings.Repeat(" ", a.indent()), p.paint(faint, line))
			}
		}
	}
	fmt.Fprintf(out, "\n%s\n", a.summary())
	return out.Flush()
}

// joined puts phrases side by side, those that there are.
func joined(phrases []string) string {
	return strings.Join(slices.DeleteFunc(phrases, func(s string) bool { return s == "" }), "; ")
}

// indent is how far actions stand in, below what they are about.
func (a Alerts) indent() int {
	widest := 0
	for _, x := range a.Alerts {
		widest = max(widest, Width(stateWord(x.State)))
	}
	return widest + len(columnGap)
}

func (a Alerts) markdown(w io.Writer) error {
	if len(a.Alerts) == 0 {
		_, err := fmt.Fprintf(w, "%s\n", a.calm())
		return err
	}
	t := titled(append([]string{"state"}, append(slices.Clone(alertTitles), "to do")...)...)
	t.Columns[3].AlignRight = true
	for _, x := range a.Alerts {
		cells := a.cells(x)
		cells[3] = joined([]string{cells[3], a.attained(x)})
		t.Rows = append(t.Rows, append(append([]string{stateWord(x.State)}, cells...), todo(x)))
	}
	if err := t.Markdown(w); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", a.summary())
	return err
}

// calm says that there is nothing to list.
func (a Alerts) calm() string {
	if a.Filtered {
		return "None. " + a.summary()
	}
	if a.Run.Alerts == nil {
		return "Nothing was judged: the last run had no thresholds."
	}
	return "Nothing is red or amber. " + a.summary()
}

// summary counts what was judged.
func (a Alerts) summary() string {
	return fmt.Sprintf("Run %d, as of %s: %s.", a.Run.ID, a.Run.AsOf.Format(time.DateOnly), alertWords(a.Run.Alerts))
}

// alertWords counts states, those that there are.
func alertWords(c *metrics.AlertCounts) string {
	if c == nil {
		return "no thresholds"
	}
	var parts []string
	for _, n := range []struct {
		count int
		word  string
	}{
		{c.Red, "red"}, {c.Amber, "amber"}, {c.Recovering, "recovering"}, {c.Error, "in error"}, {c.Sources, cmp.Or(map[bool]string{true: "source without data"}[c.Sources == 1], "sources without data")},
		{c.Recovered, "recovered"}, {c.Pending, "pending"}, {c.OK, "ok"}, {c.NoData, "without data"},
	} {
		if n.count > 0 {
			parts = append(parts, group(int64(n.count))+" "+n.word)
		}
	}
	if len(parts) == 0 {
		return "nothing judged"
	}
	return strings.Join(parts, ", ")
}
