package dashboard

import (
	"math/big"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// Funnel is steps, each a part of the one before.
type Funnel struct {
	Steps []Step
}

// Step is one step of a funnel.
type Step struct {
	Label, Text string
	Width       float64
	Rate        string // of the step before, "" for the first
	Usual       string // the median of the four periods before
	Tone        Tone
}

// usualPeriods is how many periods make a step's usual rate.
const usualPeriods = 4

func (p *panelBuilder) funnel() {
	f := &Funnel{}
	table := &Table{Columns: []Column{{Title: p.words.Step}, {Title: p.words.Value, Numeric: true}, {Title: p.words.Rate, Numeric: true, Format: "0.0%"},
		{Title: p.words.UsualRate, Numeric: true, Format: "0.0%"}, {Title: p.words.Change, Numeric: true}}}
	widest := 0.0
	for _, kpi := range p.KPIs {
		widest = max(widest, p.now(kpi, nil, nil).Float())
	}
	for i, kpi := range p.KPIs {
		shown := formatOf(p.Model.KPI(kpi))
		now := p.now(kpi, nil, nil)
		s := Step{Label: p.label(kpi), Text: shown.text(now), Width: part(now.Float(), widest)}
		entries := []Entry{textEntry(s.Label), shown.entry(now), {}, {}, {}}
		if i > 0 {
			rate, usual := p.rate(p.KPIs[i-1], kpi, p.When.This), p.usualRate(p.KPIs[i-1], kpi)
			rates := format{NumberFormat: percentFormat, direction: "up"}
			s.Rate, s.Usual = rates.text(rate), rates.text(usual)
			if moved := difference(rate, usual); moved != nil {
				s.Tone = rates.tone(moved.Sign())
			}
			entries[2], entries[3], entries[4] = rates.entry(rate), rates.entry(usual), rates.changeEntry(rate, usual)
		}
		f.Steps = append(f.Steps, s)
		table.Rows = append(table.Rows, Row{Entries: entries})
	}
	p.out.Funnel, p.out.Table = f, table
}

// rate is a step's part of the step before.
func (p *panelBuilder) rate(from, to string, at metrics.Period) Cell {
	a, b := p.cell(from, at, nil, nil).Rat(), p.cell(to, at, nil, nil).Rat()
	if a == nil || b == nil || a.Sign() == 0 {
		return Cell{}
	}
	return Cell{Published: true, Number: number(new(big.Rat).Quo(b, a)), State: metrics.Final}
}

// usualRate is the median rate of the periods before.
func (p *panelBuilder) usualRate(from, to string) Cell {
	ended := p.ended()
	before := tail(ended[:max(0, len(ended)-1)], usualPeriods)
	var rates []*big.Rat
	for _, at := range before {
		if r := p.rate(from, to, at).Rat(); r != nil {
			rates = append(rates, r)
		}
	}
	if len(rates) == 0 {
		return Cell{}
	}
	slices.SortFunc(rates, (*big.Rat).Cmp)
	middle := new(big.Rat).Set(rates[len(rates)/2])
	if len(rates)%2 == 0 {
		middle.Add(middle, rates[len(rates)/2-1])
		middle.Quo(middle, big.NewRat(2, 1))
	}
	return Cell{Published: true, Number: number(middle), State: metrics.Final}
}
