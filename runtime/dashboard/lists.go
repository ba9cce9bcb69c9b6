package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// alerts lists what thresholds say, the worst first.
func (p *panelBuilder) alerts() {
	t := &Table{Columns: []Column{{Title: p.words.State}, {Title: p.words.Threshold}, {Title: p.words.Member}, {Title: p.words.Value, Numeric: true},
		{Title: p.words.Attained, Numeric: true}, {Title: p.words.Reason}, {Title: p.words.Since}, {Title: p.words.Owner}, {Title: p.words.Due}, {Title: p.words.Action}}}
	for _, a := range p.Alerts {
		if !a.Listed() || !p.wanted(a) {
			continue
		}
		badge := p.words.alert(a.State)
		row := []Entry{{Text: badge.Glyph + " " + badge.Word, Badge: &badge}}
		row = append(row, p.subject(a)...)
		t.Rows = append(t.Rows, Row{Entries: append(row, textEntry(a.Words(p.Dashboard.Language, p.Model)), textEntry(a.Since), textEntry(a.Owner), textEntry(a.Due), textEntry(a.Action))})
	}
	switch {
	case len(t.Rows) > 0:
		p.out.Table = t
	case p.Alerts == nil: // nobody looked: calm would be a claim
		p.out.Text = []string{p.words.NoThresholds}
	default:
		p.out.Text = []string{p.words.NoAlerts}
	}
}

// subject is what an alert is of: a threshold and member with its value, or a source.
func (p *panelBuilder) subject(a metrics.Alert) []Entry {
	if a.Source != "" {
		label := a.Source
		if s := p.Model.Source(a.Source); s != nil {
			label = metrics.Display(s.Label, s.Name)
		}
		return []Entry{textEntry(label), textEntry(""), textEntry(""), textEntry("")}
	}
	name := a.KPI
	f := format{}
	if k := p.Model.KPI(a.KPI); k != nil {
		name, f = metrics.Display(k.Label, k.Name), formatOf(k)
	}
	if t := p.Model.Threshold(a.Threshold); t != nil && t.Label != "" {
		name += " · " + t.Label
	}
	c := Cell{Published: a.Value != nil}
	if a.Value != nil {
		c.Number = *a.Value
	}
	attained := textEntry("")
	if a.Target != nil {
		attained = partEntry(a.Target.Attainment)
	}
	return []Entry{textEntry(name), textEntry(p.pinText(a.Members)), f.entry(c), attained}
}

// wanted tells whether an alert is one that the panel lists: what is crossed or can't
// be judged, of the severities that it names.
func (p *panelBuilder) wanted(a metrics.Alert) bool {
	switch a.State {
	case metrics.AlertNoData, metrics.AlertError:
		return true
	case metrics.AlertRed, metrics.AlertAmber, metrics.AlertRecovering:
	default:
		return false
	}
	return len(p.Severity) == 0 || slices.Contains(p.Severity, string(a.Severity))
}

// pinText is members as a reader knows them; the total by its word.
func (p *panelBuilder) pinText(pins []metrics.Pin) string {
	if len(pins) == 0 {
		return p.words.Total
	}
	names := make([]string, len(pins))
	for i, pin := range pins {
		names[i] = p.member(pin.Member)
	}
	return strings.Join(names, " · ")
}

// changes lists the definitions that changed since the period before; those of a run that
// changed for one reason are one row.
func (p *panelBuilder) changes() {
	t := &Table{Columns: []Column{{Title: p.words.Changed}, {Title: p.words.Reason}, {Title: p.words.RunColumn}, {Title: p.words.Owner}}}
	for _, run := range p.Changes {
		at := textEntry(strconv.Itoa(run.ID) + ", " + p.Calendar.Day(run.At))
		var reasons []string
		names := map[string][]string{}
		kpisFirst := slices.Clone(run.Changes)
		other := func(c metrics.Change) int { return boolInt(!strings.HasPrefix(c.Address, "kpi.")) }
		slices.SortStableFunc(kpisFirst, func(a, b metrics.Change) int { return other(a) - other(b) })
		for _, c := range kpisFirst {
			if c.Class == metrics.Cosmetic || c.Class == metrics.Indirect {
				continue
			}
			reason := p.reasonOf(run, c)
			if names[reason] == nil {
				reasons = append(reasons, reason)
			}
			names[reason] = append(names[reason], p.addressText(c.Address))
		}
		created := func(reason string) int { return boolInt(reason == p.words.New) }
		slices.SortStableFunc(reasons, func(a, b string) int { return created(a) - created(b) })
		for _, reason := range reasons {
			t.Rows = append(t.Rows, Row{Entries: []Entry{textEntry(p.fewOf(names[reason])), textEntry(reason), at, textEntry(run.User)}})
		}
	}
	if len(t.Rows) == 0 {
		p.out.Text = []string{p.words.NoChanges}
		return
	}
	p.out.Table = t
}

// reasonOf says what a change does to numbers, and why it was made.
func (p *panelBuilder) reasonOf(run metrics.Run, c metrics.Change) string {
	if c.Action == metrics.Create {
		return p.words.New
	}
	reason := p.words.class(c.Class) + ": " + c.Reason
	if run.Message != "" {
		reason += " (" + run.Message + ")"
	}
	return reason
}

// fewOf names the first of many, and counts the others.
func (p *panelBuilder) fewOf(names []string) string {
	const few = 3
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:few], ", ") + " … +" + strconv.Itoa(len(names)-few)
}

// addressText names a definition by its label, its address behind it.
func (p *panelBuilder) addressText(address string) string {
	kind, name, _ := strings.Cut(address, ".")
	if k := p.Model.KPI(name); kind == "kpi" && k != nil && k.Label != "" {
		return k.Label + " (" + address + ")"
	}
	return address
}

// health lists the sources with their freshness and where their rows went.
func (p *panelBuilder) health() {
	t := &Table{Columns: []Column{{Title: p.words.Source}, {Title: p.words.LastDay}, {Title: p.words.Rows, Numeric: true}, {Title: p.words.Rejected, Numeric: true}, {Title: p.words.Duplicates, Numeric: true}}}
	count := func(n int64) Entry {
		text := metrics.Number(strconv.FormatInt(n, 10))
		return Entry{Text: metrics.NumberFormat{Group: true, MinInteger: 1}.Text(text), Number: text}
	}
	for _, s := range p.Input.Sources {
		if len(p.Panel.Sources) > 0 && !slices.Contains(p.Panel.Sources, s.Source) {
			continue
		}
		rejected := count(s.Account.Rejected)
		if s.Account.Rejected > 0 {
			rejected.Tone = Warn
		}
		t.Rows = append(t.Rows, Row{Entries: []Entry{textEntry(s.Source), textEntry(orDash(s.LastDay)), count(s.Account.Clean), rejected, count(s.Account.Duplicates)}})
	}
	if len(t.Rows) == 0 {
		p.empty()
		return
	}
	p.out.Table = t
	if len(t.Rows) > fewRows {
		p.out.Summary = p.healthSummary(t)
	}
}

// fewRows is up to how many rows a table of sources stands open.
const fewRows = 6

// healthSummary says what many sources come to: how many they are, up to which day all of
// them have rows, and how many rows were kept out.
func (p *panelBuilder) healthSummary(t *Table) string {
	parts := []string{strconv.Itoa(len(t.Rows)) + " " + p.words.Sources}
	least := ""
	for _, r := range t.Rows {
		if day := r.Entries[1].Text; day != noValue && (least == "" || day < least) {
			least = day
		}
	}
	if least != "" {
		parts = append(parts, p.words.Freshness+" "+least)
	}
	for column := 3; column <= 4; column++ {
		var cells []Cell
		for _, r := range t.Rows {
			cells = append(cells, Cell{Number: r.Entries[column].Number})
		}
		if n := sum(cells); n != nil {
			parts = append(parts, t.Columns[column].Title+" "+metrics.NumberFormat{Group: true, MinInteger: 1}.Text(number(n)))
		}
	}
	return strings.Join(parts, " · ")
}

func orDash(s string) string {
	if s == "" {
		return noValue
	}
	return s
}
