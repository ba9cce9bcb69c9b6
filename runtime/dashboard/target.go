package dashboard

import (
	"math/big"

	"github.com/metricsascode/metrics/metrics"
)

// against sets a card's value against its target: how much of it is attained and what is
// missing; and the value of the open period, as far as it has come, against what is due
// by now.
func (p *panelBuilder) against(card *Card, t *Table, f format, kpi string, now Cell) {
	low, high := p.target(kpi, p.When.This, nil, nil)
	note := func(d Delta, value, change Entry) {
		card.Deltas = append(card.Deltas, d)
		t.Rows = append(t.Rows, Row{Entries: []Entry{textEntry(d.Label), value, change}})
	}
	if low != high {
		d := p.rangeDelta(f, now, low, high)
		note(d, textEntry(d.Other), textEntry(d.Text))
		if a := p.attained(kpi, now, low, high); a != nil && d.Tone == Bad {
			note(p.gap(f, a, d.Tone))
		}
		return
	}
	a := p.attained(kpi, now, low, high)
	d := Delta{Label: p.words.Attained, Text: noValue, Other: f.text(low)}
	if a == nil {
		note(d, f.entry(low), textEntry(noValue))
		return
	}
	d.Tone = f.tone(sign(*a.Gap))
	part := partEntry(a.Attainment)
	d.Text = part.Text
	note(d, f.entry(low), part)
	note(p.gap(f, a, d.Tone))
	p.pace(f, kpi, note, t)
}

// attained is how much of its target a value reaches; nil where one is not known.
func (p *panelBuilder) attained(kpi string, now, low, high Cell) *metrics.Attained {
	if !now.Known() {
		return nil
	}
	goal := low.Number
	if low != high {
		goal, _ = p.Model.KPI(kpi).Target.Goal(now.Number)
	}
	return metrics.Attain(now.Number, goal)
}

// gap is what a value lacks of its target, or has beyond it.
func (p *panelBuilder) gap(f format, a *metrics.Attained, tone Tone) (Delta, Entry, Entry) {
	text := f.distance(*a.Gap)
	return Delta{Label: p.words.Gap, Text: text, Tone: tone, Distance: true}, Entry{Text: text, Number: *a.Gap}, Entry{}
}

// pace sets what the open period has come to against the part of its target that is due
// by now, of a KPI that adds up.
func (p *panelBuilder) pace(f format, kpi string, note func(Delta, Entry, Entry), t *Table) {
	open := p.When.Open
	if open == nil || !p.Model.AddsUp(p.Model.KPI(kpi).Value) {
		return
	}
	now := p.cell(kpi, *open, nil, nil)
	goal, _ := p.target(kpi, *open, nil, nil)
	if !now.Known() || !goal.Known() {
		return
	}
	a := metrics.Attain(now.Number, goal.Number)
	if a.Attainment == nil {
		return
	}
	due := p.due(kpi, *open)
	share := number(due)
	part, dueText := partEntry(a.Attainment), percentFormat.Text(share)
	ahead := new(big.Rat).Sub(now.Rat(), new(big.Rat).Mul(due, goal.Rat()))
	d := Delta{Label: p.Calendar.Name(*open) + " " + p.words.SoFar, Text: part.Text, Tone: f.tone(ahead.Sign()), Other: p.words.DueNow + " " + dueText, Paced: true}
	note(d, f.entry(now), part)
	amount := Cell{Number: number(new(big.Rat).Mul(due, goal.Rat()))}
	t.Rows = append(t.Rows, Row{Entries: []Entry{textEntry(p.words.DueNow), f.entry(amount), {Text: dueText, Number: share}}})
}

// due is the part of a KPI's target that is due by now within the open period.
func (p *panelBuilder) due(kpi string, open metrics.Period) *big.Rat {
	pace := p.Calendar.Pace(open, p.AsOf)
	if p.Days == nil {
		return pace.Elapsed
	}
	days := p.Days.slice(kpi, p.pins)
	shape := make([]*big.Rat, len(pace.Shape))
	for i, day := range pace.Shape {
		shape[i] = days.at(p.Calendar.Name(day), nil, nil).Rat()
	}
	return pace.Due(shape)
}

// partEntry shows a part of a whole.
func partEntry(share *metrics.Number) Entry {
	if share == nil {
		return textEntry(noValue)
	}
	return Entry{Text: minus(percentFormat.Text(*share)), Number: *share}
}

// sign is -1, 0 or 1, as a number is below, at or above nothing.
func sign(n metrics.Number) int {
	r := Cell{Number: n}.Rat()
	if r == nil {
		return 0
	}
	return r.Sign()
}

// rangeDelta judges a value by the range that it should be in.
func (p *panelBuilder) rangeDelta(f format, now, low, high Cell) Delta {
	d := Delta{Label: p.words.Target, Other: f.text(low) + " – " + f.text(high), Text: p.words.Within, Tone: Good}
	v := now.Rat()
	switch {
	case v == nil:
		d.Text, d.Tone = noValue, Plain
	case low.Known() && v.Cmp(low.Rat()) < 0:
		d.Text, d.Tone = p.words.Below, Bad
	case high.Known() && v.Cmp(high.Rat()) > 0:
		d.Text, d.Tone = p.words.Above, Bad
	}
	return d
}
