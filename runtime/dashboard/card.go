package dashboard

import (
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Card is one value, large, and what it is set against.
type Card struct {
	Value  string
	State  *Badge // nil where the value is final
	Alert  *Badge // the worst that thresholds say of the KPI; nil where they say nothing
	Deltas []Delta
	Spark  *Spark
	Bullet *Bullet
}

// Delta is a value set against another.
type Delta struct {
	Label string // "previous"
	Text  string // "+2.1%"
	Tone  Tone
	Other string // the other value
	// Distance tells that the text is no movement, which an arrow would show.
	Distance bool
	// Paced tells that it is what an open period has come to, and Other what is due of it.
	Paced bool
}

// Bullet is a value on a scale with its target, all in parts of the scale.
type Bullet struct {
	Value, Low, High float64
	Words            string // what it shows, for those who can't see it
}

// against says what the value is set against, each with its change.
func (c *Card) against(separator string) string {
	all := make([]string, len(c.Deltas))
	for i, d := range c.Deltas {
		all[i] = d.Label + " " + d.Text
		if d.Paced {
			all[i] += " (" + d.Other + ")"
		}
	}
	return strings.Join(all, separator)
}

func (p *panelBuilder) card() {
	kpi := p.KPIs[0]
	f := formatOf(p.Model.KPI(kpi))
	now := p.now(kpi, nil, nil)
	card := &Card{Value: f.text(now)}
	if now.State != metrics.Final {
		badge := p.words.state(stateOf(now))
		card.State = &badge
	}
	card.Alert = p.cardAlert(kpi)
	t := &Table{Columns: []Column{{Title: ""}, {Title: p.words.Value, Numeric: true, Format: p.Model.KPI(kpi).Format}, {Title: p.words.Change, Numeric: true}}}
	t.Rows = append(t.Rows, Row{Entries: []Entry{textEntry(p.Calendar.Name(p.When.This)), f.entry(now), {}}})
	for _, c := range p.Compare {
		if c == "target" {
			card.Bullet = p.bullet(kpi, now)
			p.against(card, t, f, kpi, now)
			continue
		}
		label, other := p.comparison(kpi, c)
		d := Delta{Label: label, Other: f.text(other)}
		d.Text, d.Tone = f.change(now, other)
		card.Deltas = append(card.Deltas, d)
		t.Rows = append(t.Rows, Row{Entries: []Entry{textEntry(label), f.entry(other), f.changeEntry(now, other)}})
	}
	card.Spark = p.spark(kpi, nil, nil, p.Trend)
	p.out.Card, p.out.Table = card, t
}

// cardAlert is the worst alert of a KPI, of whichever members; of a card that holds some, of
// those alone.
func (p *panelBuilder) cardAlert(kpi string) *Badge {
	for _, a := range p.Alerts { // the worst first
		if a.KPI == kpi && a.Listed() && p.within(a.Members) {
			badge := p.words.alert(a.State)
			if len(a.Members) > 0 {
				badge.Word += " " + p.pinText(a.Members)
			}
			return &badge
		}
	}
	return nil
}

// within tells whether all pins that the panel holds are among some.
func (p *panelBuilder) within(pins []metrics.Pin) bool {
	held := 0
	for _, pin := range pins {
		member, pinned := p.pins[pin.Dimension]
		switch {
		case !pinned:
		case (member == nil) != (pin.Member == nil) || member != nil && *member != *pin.Member:
			return false
		default:
			held++
		}
	}
	return held == len(p.pins)
}

// marks are the badges of a card, as text.
func (c *Card) marks() string {
	var all []string
	for _, b := range []*Badge{c.Alert, c.State} {
		if b != nil {
			all = append(all, b.Glyph+" "+b.Word)
		}
	}
	return strings.Join(all, " · ")
}

func stateOf(c Cell) metrics.State {
	if !c.Published {
		return metrics.NoData
	}
	return c.State
}

// comparison is a value of another period that a KPI's is set against, and its name.
func (p *panelBuilder) comparison(kpi, what string) (string, Cell) {
	if what == "previous" {
		return p.words.Previous, p.cell(kpi, p.When.Previous, nil, nil)
	}
	return p.words.YearAgo, p.yearAgo(kpi, nil, nil)
}

// bullet sets a value on a scale from 0 with its target.
func (p *panelBuilder) bullet(kpi string, now Cell) *Bullet {
	low, high := p.target(kpi, p.When.This, nil, nil)
	if !now.Known() || !low.Known() && !high.Known() || now.Float() < 0 {
		return nil
	}
	end := high
	if !end.Known() {
		end = low
	}
	scale := 1.15 * max(now.Float(), end.Float(), low.Float())
	if scale <= 0 {
		return nil
	}
	f := formatOf(p.Model.KPI(kpi))
	words := p.words.Target + " " + f.text(low)
	if low != high {
		words += " – " + f.text(high)
	}
	return &Bullet{Value: now.Float() / scale, Low: low.Float() / scale, High: end.Float() / scale, Words: f.text(now) + ", " + words}
}
