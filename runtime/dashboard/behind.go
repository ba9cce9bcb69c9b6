package dashboard

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// days writes a period as a stretch of days, both included; "" for one of hours.
func (b *builder) days(at metrics.Period) string {
	if at.Grain == metrics.Hour {
		return ""
	}
	zone := b.Calendar.Zone()
	return b.words.days(at.Start.In(zone), at.End.Add(-1).In(zone))
}

// pageState is the least settled state of what the page shows of its period.
func (b *builder) pageState() Badge {
	order := []metrics.State{metrics.Final, metrics.Provisional, metrics.Incomplete, metrics.Open}
	worst := 0
	for _, s := range b.states {
		worst = max(worst, slices.Index(order, s))
	}
	return b.words.state(order[worst])
}

// facts are the lines under a page's title: as of when, by which run, from which data.
func (b *builder) facts() []string {
	w := b.words
	run := w.Run + " " + strconv.Itoa(b.Run.ID)
	if w.Lang == "zh" {
		run = w.Run + strconv.Itoa(b.Run.ID) + "次运行"
	}
	out := []string{w.AsOf + " " + b.AsOf.In(b.Calendar.Zone()).Format("2006-01-02 15:04 MST"), run + " · " + b.Run.At.In(b.Calendar.Zone()).Format("2006-01-02 15:04")}
	first, last := "", ""
	for _, s := range b.Input.Sources {
		if s.LastDay == "" {
			continue
		}
		if first == "" || s.LastDay < first {
			first = s.LastDay
		}
		last = max(last, s.LastDay)
	}
	switch {
	case first == "":
	case first == last:
		out = append(out, w.Freshness+" "+last)
	default:
		out = append(out, fmt.Sprintf("%s %s … %s", w.Freshness, first, last))
	}
	return out
}

// definitions are what stands behind the KPIs that the page shows.
func (b *builder) definitions() []Definition {
	var out []Definition
	for _, name := range b.shown {
		k := b.Model.KPI(name)
		d := Definition{Name: name, Label: metrics.Display(k.Label, k.Name), Description: k.Description, Unit: string(k.Unit), Owner: k.Owner, Fact: b.Input.Facts[name]}
		if state, known := b.states[name]; known {
			badge := b.words.state(state)
			d.State = badge.Glyph + " " + badge.Word
		}
		if run, changed := b.Changed[name]; changed {
			d.LastChange = strconv.Itoa(run.ID) + ", " + b.Calendar.Day(run.At)
			for _, c := range run.Changes {
				if c.Address == "kpi."+name {
					d.LastChange += ": " + c.Reason
				}
			}
		}
		out = append(out, d)
	}
	return out
}

// marks puts annotations of the first KPI on a chart's periods.
func (p *panelBuilder) marks(trail []metrics.Period) {
	for _, a := range p.Model.Annotations {
		at, err := p.Calendar.Parse(a.At)
		if err != nil || !slices.Contains(p.KPIs, a.KPI) || !p.about(a) {
			continue
		}
		for i, period := range trail {
			if !at.Start.Before(period.Start) && at.Start.Before(period.End) {
				p.out.Line.Marks = append(p.out.Line.Marks, Mark{At: across(i, len(trail)), Text: p.Calendar.Name(period) + " " + a.Text})
			}
		}
	}
}

// annotatedPeriods is how far back a page lists annotations.
const annotatedPeriods = 26

// annotations is the last section: the remarks on all that the page shows, the newest
// first; nil for none.
func (b *builder) annotations(sections []Section) *Section {
	trail := tail(b.When.Trail, annotatedPeriods)
	if len(trail) == 0 {
		return nil
	}
	type remark struct {
		at  metrics.Period
		row Row
	}
	var found []remark
	for _, a := range b.Model.Annotations {
		at, err := b.Calendar.Parse(a.At)
		if err != nil || !slices.Contains(b.shown, a.KPI) || at.End.Before(trail[0].Start) || !at.Start.Before(trail[len(trail)-1].End) {
			continue
		}
		member := (&panelBuilder{builder: b}).pinText(a.By)
		found = append(found, remark{at, Row{Entries: []Entry{textEntry(a.At), textEntry(b.label(a.KPI)), textEntry(member), textEntry(a.Text)}}})
	}
	if len(found) == 0 {
		return nil
	}
	slices.SortStableFunc(found, func(x, y remark) int { return y.at.Start.Compare(x.at.Start) })
	w := b.words
	t := &Table{Columns: []Column{{Title: w.Period}, {Title: w.KPI}, {Title: w.Member}, {Title: w.Remark}}}
	for _, r := range found {
		t.Rows = append(t.Rows, r.row)
	}
	name := "annotations"
	for slices.ContainsFunc(sections, func(s Section) bool { return s.Name == name }) {
		name += "_"
	}
	return &Section{Name: name, Title: w.Annotations, Panels: []Panel{{Kind: "annotations", Table: t}}}
}

// about tells whether an annotation concerns what a panel shows: all of its pinned
// members are the panel's, or it is cut by their dimension.
func (p *panelBuilder) about(a *metrics.Annotation) bool {
	for _, pin := range a.By {
		held, pinned := p.pins[pin.Dimension]
		if !pinned {
			continue // a remark on a part of what is shown
		}
		if (held == nil) != (pin.Member == nil) || held != nil && *held != *pin.Member {
			return false
		}
	}
	return true
}

// remarks lists the annotations that fall into what a panel shows of its period, so that
// panels without an axis of time have them too.
func (p *panelBuilder) remarks() {
	if p.out.Line != nil {
		for _, m := range p.out.Line.Marks {
			p.out.Remark = append(p.out.Remark, m.Text)
		}
		return
	}
	if p.out.Bars == nil && p.out.Bridge == nil && p.out.Heat == nil {
		return
	}
	for _, a := range p.Model.Annotations {
		at, err := p.Calendar.Parse(a.At)
		if err != nil || !slices.Contains(p.KPIs, a.KPI) || !p.about(a) {
			continue
		}
		if this := p.When.This; at.Start.Before(this.End) && this.Start.Before(at.End) {
			p.out.Remark = append(p.out.Remark, a.At+" "+p.withMembers(a))
		}
	}
}

func (p *panelBuilder) withMembers(a *metrics.Annotation) string {
	if len(a.By) == 0 {
		return a.Text
	}
	return p.pinText(a.By) + ": " + a.Text
}
