package dashboard

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// Bars is values side by side, in parts of the widest.
type Bars struct {
	Groups []BarGroup
	Keys   []BarKey // what the marks of a bar stand for; none where there is one
}

// BarKey explains a mark.
type BarKey struct{ Style, Name string }

// BarGroup is bars under one heading, "" for none.
type BarGroup struct {
	Title string
	Class string // which columns there are beside the value: "c1", "c2", "ranked"
	Bars  []Bar
}

// Bar is one value, in parts of the scale. Target is -1 where there is none.
type Bar struct {
	Label, Text     string
	Now             Reach
	Before          *Reach
	Negative        bool
	Target          float64
	Change          string
	Tone            Tone
	Rank, Moved     string
	CumulativeShare string
}

// Reach is from where to where a bar goes: of a negative value, to zero.
type Reach struct{ Left, Width float64 }

// barScale is the scale of bars: from zero, or what lies below it, to the largest value.
type barScale struct{ low, high float64 }

// add lets the scale hold a cell.
func (s *barScale) add(c Cell) {
	s.low, s.high = min(s.low, c.Float()), max(s.high, c.Float())
}

// at is where a value lies on the scale.
func (s barScale) at(v float64) float64 { return part(v-s.low, s.high-s.low) }

// reach is the bar of a cell; nil for none.
func (s barScale) reach(c Cell) *Reach {
	if !c.Known() {
		return nil
	}
	from, to := s.at(min(0, c.Float())), s.at(max(0, c.Float()))
	return &Reach{Left: from, Width: to - from}
}

// barRow is a member with its values.
type barRow struct {
	name        string
	members     Members
	now, before Cell
	target      Cell
	other       bool
}

func (p *panelBuilder) bar() {
	if len(p.KPIs) == 0 || len(p.By) == 0 {
		p.empty()
		return
	}
	kpi := p.KPIs[0]
	rows := p.barRows(kpi)
	if len(rows) == 0 {
		p.empty()
		return
	}
	f := formatOf(p.Model.KPI(kpi))
	var scale barScale
	for _, r := range rows {
		scale.add(r.now)
		for _, c := range p.Compare {
			scale.add(p.barAgainst(r, c))
		}
	}
	table := &Table{Columns: []Column{{Title: p.dimension(p.By[0])}, {Title: p.label(kpi), Numeric: true, Format: p.Model.KPI(kpi).Format}}}
	for _, c := range p.comparisons() {
		table.Columns = append(table.Columns, Column{Title: c, Numeric: true})
	}
	total := p.now(kpi, nil, nil)
	running := new(big.Rat)
	if p.Cumulative {
		table.Columns = append(table.Columns, Column{Title: p.words.Cumulative, Numeric: true, Format: "0.0%"})
	}
	group := BarGroup{Class: []string{"", "c1", "c2"}[min(len(p.Compare), 1)+boolInt(p.Cumulative)]}
	for _, r := range rows {
		b := Bar{Label: r.name, Text: f.text(r.now), Now: *scale.reach(r.now), Negative: r.now.Float() < 0, Target: -1}
		entries := []Entry{textEntry(r.name), f.entry(r.now)}
		for _, c := range p.Compare {
			other := p.barAgainst(r, c)
			if other.Known() && c != "target" {
				b.Before = scale.reach(other)
			}
			if other.Known() && c == "target" {
				b.Target = scale.at(other.Float())
			}
			if b.Change == "" {
				b.Change, b.Tone = f.change(r.now, other)
			}
			entries = append(entries, f.changeEntry(r.now, other))
		}
		if p.Cumulative {
			b.CumulativeShare = noValue
			var share Entry
			if v, all := r.now.Rat(), total.Rat(); v != nil && all != nil && all.Sign() != 0 {
				running.Add(running, v)
				reached := new(big.Rat).Quo(running, all)
				b.CumulativeShare = percentFormat.Text(number(reached))
				share = Entry{Text: b.CumulativeShare, Number: number(reached)}
			}
			entries = append(entries, share)
		}
		group.Bars = append(group.Bars, b)
		table.Rows = append(table.Rows, Row{Entries: entries})
	}
	p.out.Bars, p.out.Table = &Bars{Groups: []BarGroup{group}, Keys: p.barKeys()}, table
}

// barKeys explains the marks of bars that are set against others.
func (p *panelBuilder) barKeys() []BarKey {
	keys := []BarKey{{"actual", p.Calendar.Name(p.When.This)}}
	for _, c := range p.Compare {
		switch c {
		case "previous":
			keys = append(keys, BarKey{"before", p.words.Previous})
		case "year_ago":
			keys = append(keys, BarKey{"before", p.words.YearAgo})
		case "target":
			keys = append(keys, BarKey{"goal", p.words.Target})
		}
	}
	if len(keys) == 1 {
		return nil
	}
	return keys
}

// comparisons heads the columns of what values are set against.
func (p *panelBuilder) comparisons() []string {
	var out []string
	for _, c := range p.Compare {
		switch c {
		case "previous":
			out = append(out, "± "+p.words.Previous)
		case "year_ago":
			out = append(out, "± "+p.words.YearAgo)
		default:
			out = append(out, "± "+p.words.Target)
		}
	}
	return out
}

func (p *panelBuilder) barAgainst(r barRow, comparison string) Cell {
	switch {
	case comparison == "target":
		return r.target
	case r.other:
		return r.before
	case comparison == "year_ago":
		return p.yearAgo(p.KPIs[0], p.By, r.members)
	}
	return p.cell(p.KPIs[0], p.When.Previous, p.By, r.members)
}

// barRows are the members with the largest values, and one for all the rest where
// the panel wants it.
func (p *panelBuilder) barRows(kpi string) []barRow {
	members := p.membersOf(kpi, p.By, true, p.When.This)
	members = slices.DeleteFunc(members, func(m Members) bool { return !p.now(kpi, p.By, m).Known() })
	shown := members[:min(len(members), p.Top)]
	var rows []barRow
	for _, m := range shown {
		low, high := p.target(kpi, p.When.This, p.By, m)
		r := barRow{name: p.memberText(m), members: m, now: p.now(kpi, p.By, m), before: p.cell(kpi, p.When.Previous, p.By, m)}
		if low == high {
			r.target = low
		}
		rows = append(rows, r)
	}
	if rest := members[len(shown):]; p.Other && len(rest) > 0 {
		name := p.words.Other + " (" + strconv.Itoa(len(rest)) + ")"
		rows = append(rows, barRow{name: name, other: true, now: p.added(kpi, rest, p.When.This), before: p.added(kpi, rest, p.When.Previous)})
	}
	return rows
}

// added is the sum over members, of a KPI whose values add up.
func (p *panelBuilder) added(kpi string, members []Members, at metrics.Period) Cell {
	var cells []Cell
	for _, m := range members {
		cells = append(cells, p.cell(kpi, at, p.By, m))
	}
	total := sum(cells)
	if total == nil {
		return Cell{}
	}
	return Cell{Published: true, Number: number(total), State: metrics.Final}
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}

func part(v, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return v / whole
}

// ranking shows the members with the highest and the lowest values, and how they
// moved since the period before.
func (p *panelBuilder) ranking() {
	if len(p.KPIs) == 0 || len(p.By) == 0 {
		p.empty()
		return
	}
	kpi := p.KPIs[0]
	f := formatOf(p.Model.KPI(kpi))
	members := slices.DeleteFunc(p.membersOf(kpi, p.By, true, p.When.This), func(m Members) bool {
		return m[0] == nil || !p.now(kpi, p.By, m).Known() // rows without a member are none that competes
	})
	if len(members) == 0 {
		p.empty()
		return
	}
	before := p.ranks(kpi, members, p.When.Previous)
	ranks := p.ranks(kpi, members, p.When.This)
	var scale barScale
	for _, m := range members {
		scale.add(p.now(kpi, p.By, m))
	}
	table := &Table{Columns: []Column{{Title: p.words.Rank, Numeric: true}, {Title: p.dimension(p.By[0])}, {Title: p.label(kpi), Numeric: true, Format: p.Model.KPI(kpi).Format},
		{Title: "± " + p.words.Previous, Numeric: true}, {Title: p.words.Moved}}}
	group := func(title string, some []Members) BarGroup {
		g := BarGroup{Title: title, Class: "ranked"}
		for _, m := range some {
			now, then := p.now(kpi, p.By, m), p.cell(kpi, p.When.Previous, p.By, m)
			b := Bar{Label: p.memberText(m), Text: f.text(now), Now: *scale.reach(now), Negative: now.Float() < 0, Target: -1,
				Rank: strconv.Itoa(ranks[m.key()]), Moved: moved(before[m.key()], ranks[m.key()])}
			b.Change, b.Tone = f.change(now, then)
			g.Bars = append(g.Bars, b)
			table.Rows = append(table.Rows, Row{Entries: []Entry{{Text: b.Rank, Number: metrics.Number(b.Rank)}, textEntry(b.Label), f.entry(now), f.changeEntry(now, then), textEntry(b.Moved)}})
		}
		return g
	}
	bars := &Bars{}
	if len(members) <= 2*p.Top {
		bars.Groups = append(bars.Groups, group("", members))
	} else {
		bars.Groups = append(bars.Groups, group(p.words.Top, members[:p.Top]), group(p.words.Bottom, members[len(members)-p.Top:]))
	}
	p.out.Bars, p.out.Table = bars, table
}

// ranks are the places of members by value, 1 for the largest; ties share.
func (p *panelBuilder) ranks(kpi string, members []Members, at metrics.Period) map[string]int {
	out := map[string]int{}
	for _, m := range members {
		v := p.cell(kpi, at, p.By, m).Rat()
		if v == nil {
			continue
		}
		rank := 1
		for _, other := range members {
			if w := p.cell(kpi, at, p.By, other).Rat(); w != nil && w.Cmp(v) > 0 {
				rank++
			}
		}
		out[m.key()] = rank
	}
	return out
}

// moved says how many places a member rose or fell.
func moved(before, now int) string {
	switch {
	case before == 0:
		return "＊"
	case before > now:
		return "↑" + strconv.Itoa(before-now)
	case before < now:
		return "↓" + strconv.Itoa(now-before)
	}
	return "="
}
