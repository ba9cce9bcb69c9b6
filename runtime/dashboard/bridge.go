package dashboard

import (
	"math/big"
	"slices"
)

// Bridge leads from the period before to this one, member by member.
type Bridge struct {
	Steps []BridgeStep
	Cut   string // says that the scale doesn't begin at zero, "" where it does
}

// BridgeStep is a whole, or what one member adds to it or takes away; From and To
// are parts of the scale.
type BridgeStep struct {
	Label, Text string
	From, To    float64
	Whole       bool
	Tone        Tone
}

// bridgePart is a member's contribution.
type bridgePart struct {
	name  string
	moved *big.Rat
}

func (p *panelBuilder) waterfall() {
	if len(p.KPIs) == 0 || len(p.By) == 0 {
		p.empty()
		return
	}
	kpi := p.KPIs[0]
	now, then := p.now(kpi, nil, nil), p.cell(kpi, p.When.Previous, nil, nil)
	if now.Known() && !then.Known() {
		p.out.Text = []string{p.words.NothingBefore}
		return
	}
	if !now.Known() {
		p.empty()
		return
	}
	parts := p.bridgeParts(kpi, now, then)
	f := formatOf(p.Model.KPI(kpi))
	scale := bridgeScale(then, now, parts)
	b := &Bridge{}
	if scale.low > 0 {
		b.Cut = p.words.CutScale
	}
	table := &Table{Columns: []Column{{Title: p.dimension(p.By[0])}, {Title: p.label(kpi), Numeric: true, Format: p.Model.KPI(kpi).Format}}}
	whole := func(label string, c Cell) {
		b.Steps = append(b.Steps, BridgeStep{Label: label, Text: f.text(c), From: max(0, scale.share(0)), To: scale.share(c.Float()), Whole: true})
		table.Rows = append(table.Rows, Row{Entries: []Entry{textEntry(label), f.entry(c)}})
	}
	whole(p.Calendar.Name(p.When.Previous), then)
	at := new(big.Rat).Set(then.Rat())
	for _, part := range parts {
		next := new(big.Rat).Add(at, part.moved)
		c := Cell{Number: number(part.moved)}
		step := BridgeStep{Label: part.name, Text: signed(f.Text(c.Number)), From: scale.share(float(at)), To: scale.share(float(next)), Tone: f.tone(part.moved.Sign())}
		b.Steps = append(b.Steps, step)
		table.Rows = append(table.Rows, Row{Entries: []Entry{textEntry(part.name), {Text: step.Text, Number: c.Number, Tone: step.Tone}}})
		at = next
	}
	whole(p.Calendar.Name(p.When.This), now)
	p.out.Bridge, p.out.Table = b, table
}

func float(r *big.Rat) float64 { f, _ := r.Float64(); return f }

// bridgeParts are the largest contributions and one of all the rest: what members add
// to the difference of the wholes, all of it.
func (p *panelBuilder) bridgeParts(kpi string, now, then Cell) []bridgePart {
	rest := new(big.Rat).Sub(now.Rat(), then.Rat())
	var parts []bridgePart
	for _, m := range p.membersOf(kpi, p.By, false, p.When.This, p.When.Previous) {
		moved := new(big.Rat)
		if r := p.now(kpi, p.By, m).Rat(); r != nil {
			moved.Add(moved, r)
		}
		if r := p.cell(kpi, p.When.Previous, p.By, m).Rat(); r != nil {
			moved.Sub(moved, r)
		}
		parts = append(parts, bridgePart{p.memberText(m), moved})
	}
	slices.SortStableFunc(parts, func(a, b bridgePart) int { return new(big.Rat).Abs(b.moved).Cmp(new(big.Rat).Abs(a.moved)) })
	parts = parts[:min(len(parts), p.Top)]
	slices.SortStableFunc(parts, func(a, b bridgePart) int { return b.moved.Cmp(a.moved) })
	for _, part := range parts {
		rest.Sub(rest, part.moved)
	}
	if rest.Sign() != 0 {
		parts = append(parts, bridgePart{p.words.Rest, rest})
	}
	return parts
}

// bridgeScale holds all levels that a bridge reaches. Where they lie close together and far from
// zero it starts below them, so that the steps can be seen.
func bridgeScale(then, now Cell, parts []bridgePart) axis {
	at := then.Float()
	low, high := min(at, now.Float()), max(at, now.Float())
	for _, part := range parts {
		at += float(part.moved)
		low, high = min(low, at), max(high, at)
	}
	if low < 0 || high <= 0 {
		return newAxis(min(low, 0), max(high, 0), 5)
	}
	if low > 0.6*high {
		step := roundStep((high - low) / 3)
		return axis{low: max(0, low-2*(high-low)-step), high: high, step: step}
	}
	return axis{low: 0, high: high, step: high}
}
