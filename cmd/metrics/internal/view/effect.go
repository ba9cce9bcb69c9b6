package view

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// effectView shows the effect of one change.
type effectView struct {
	change metrics.Change
	*metrics.Effect
	format metrics.NumberFormat
}

func newEffectView(c metrics.Change) effectView {
	return effectView{c, c.Effect, numberFormat(metrics.ResultColumn{Type: c.Effect.Type, Unit: c.Effect.Unit, Format: c.Effect.Format})}
}

// effectsOf is the changes with an effect, the weightiest and largest first: those of
// edited definitions, and those of what follows.
func effectsOf(changes []metrics.Change) (edited, follow []effectView) {
	var all []effectView
	for _, c := range changes {
		if c.Effect != nil {
			all = append(all, newEffectView(c))
		}
	}
	slices.SortStableFunc(all, func(a, b effectView) int {
		return cmp.Or(slices.Index(weight, a.change.Class)-slices.Index(weight, b.change.Class), -cmp.Compare(a.size(), b.size()))
	})
	for _, e := range all {
		if e.change.Class == metrics.Indirect {
			follow = append(follow, e)
		} else {
			edited = append(edited, e)
		}
	}
	return edited, follow
}

// size is how much the last total moves relative to what it was; where that was 0 or
// nothing, beyond all measure.
func (e effectView) size() float64 {
	last := e.last()
	switch {
	case last == nil || last.Then == last.Now:
		return 0
	case last.Ratio == nil:
		return math.Inf(1)
	}
	return math.Abs(*last.Ratio)
}

// first is the effect by the grain to show first; nil where nothing was measured.
func (e effectView) first() *metrics.GrainEffect {
	if len(e.Grains) == 0 {
		return nil
	}
	return &e.Grains[0]
}

func (e effectView) last() *metrics.Moved {
	if g := e.first(); g != nil {
		return g.Last
	}
	return nil
}

// number shows a value as the KPI is shown.
func (e effectView) number(v metrics.Value) string { return formatted(v, e.format) }

func formatted(v metrics.Value, f metrics.NumberFormat) string {
	x, isNumber := v.Number()
	switch {
	case v == "":
		return noValue
	case !isNumber:
		return v.Text()
	}
	digits, _ := x.FloatPrec()
	return minus(f.Text(metrics.Number(x.FloatString(digits))))
}

// signed shows a difference with its sign.
func (e effectView) signed(v metrics.Value) string {
	text := e.number(v)
	if x, isNumber := v.Number(); isNumber && x.Sign() > 0 {
		return "+" + text
	}
	return text
}

// change shows by how much a value moves, relative to what it was.
func changeText(m metrics.Moved) string {
	switch {
	case m.Then == m.Now:
		return "="
	case m.Then == "":
		return "from none"
	case m.Now == "":
		return "to none"
	case m.Ratio == nil && m.Difference != "":
		return "from 0"
	case m.Ratio == nil:
		return "other"
	}
	f := metrics.NumberFormat{Group: true, MinInteger: 1, MinFraction: 2, MaxFraction: 2, Percent: true, Suffix: "%"}
	x := new(big.Rat)
	x.SetFloat64(*m.Ratio)
	text := f.Text(metrics.Number(x.FloatString(12)))
	if !strings.ContainsAny(text, "123456789") {
		text = "<0.01%"
		if *m.Ratio < 0 {
			text = "-" + text
		}
	}
	if *m.Ratio > 0 {
		return "+" + text
	}
	return minus(text)
}

// cellsText says how many cells differ, and how.
func cellsText(c metrics.EffectCells) string {
	text := fmt.Sprintf("%s of %s", group(c.Differing()), group(c.Cells))
	var kinds []string
	for _, k := range []struct {
		n    int64
		what string
	}{{c.New, "new"}, {c.Gone, "gone"}, {c.ToNull, "to none"}, {c.FromNull, "from none"}} {
		if k.n > 0 {
			kinds = append(kinds, group(k.n)+" "+k.what)
		}
	}
	if len(kinds) > 0 {
		text += " (" + strings.Join(kinds, ", ") + ")"
	}
	return text
}

// row is the effect as a row of a table: name, label, period, then, now, change, cells.
func (e effectView) row() []string {
	name := marks[e.change.Action] + " " + e.change.Address
	g, last := e.first(), e.last()
	if g == nil {
		return []string{name, e.Label, "", "", "", "", "not measured: " + e.Skipped}
	}
	row := []string{name, e.Label, "", noValue, noValue, "", ""}
	if e.change.Action == metrics.Update {
		row[6] = cellsText(g.EffectCells)
	}
	if last == nil {
		return row
	}
	row[2] = last.Period
	if e.change.Action != metrics.Create {
		row[3] = e.number(last.Then)
	}
	if e.change.Action != metrics.Delete {
		row[4] = e.number(last.Now)
	}
	if e.change.Action == metrics.Update {
		row[5] = changeText(*last)
	}
	return row
}

// effectTable is the table of some effects. Where all are of one period, it stands in
// the title.
func effectTable(effects []effectView) Table {
	common := ""
	for _, e := range effects {
		if last := e.last(); last != nil {
			if common != "" && common != last.Period {
				common = ""
				break
			}
			common = last.Period
		}
	}
	then := "then"
	if common != "" {
		then = common + " then"
	}
	t := Table{Columns: []Column{{}, {}, {Title: "period"}, {Title: then, AlignRight: true}, {Title: "now", AlignRight: true}, {Title: "change", AlignRight: true}, {Title: "cells"}}}
	if common != "" {
		t.Columns = slices.Delete(t.Columns, 2, 3)
	}
	for _, e := range effects {
		row := e.row()
		if common != "" {
			row = slices.Delete(row, 2, 3)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// shownMovers is how many cells a line names.
const shownMovers = 3

// movers is the cells of the first cut that move most.
func (e effectView) movers() (cut string, cells []string) {
	g := e.first()
	if g == nil || len(g.Movers) == 0 {
		return "", nil
	}
	first := g.Movers[0].Cuts
	for _, m := range g.Movers {
		if slices.Equal(m.Cuts, first) && len(cells) < shownMovers {
			cells = append(cells, fmt.Sprintf("%s %s (%s)", membersText(m.Members), e.moverText(m), changeText(m.Moved)))
		}
	}
	return strings.Join(first, ", "), cells
}

func (e effectView) moverText(m metrics.Mover) string {
	if m.Difference != "" {
		return e.signed(m.Difference)
	}
	return e.number(m.Then) + " → " + e.number(m.Now)
}

// memberWord is a member of a dimension, or a value of a row: rows without one and an empty
// one are told apart.
func memberWord(member *string) string {
	if member == nil {
		return noMember
	}
	return cmp.Or(*member, emptyMember)
}

func membersText(members []*string) string {
	var out []string
	for _, m := range members {
		out = append(out, inert.Visible(memberWord(m)))
	}
	return strings.Join(out, " × ")
}

// others is the effect by each other grain, in a line.
func (e effectView) others() []string {
	var out []string
	for _, g := range e.Grains[min(1, len(e.Grains)):] {
		if g.Last == nil || g.Differing() == 0 {
			continue
		}
		moves := fmt.Sprintf("%s → %s (%s)", e.number(g.Last.Then), e.number(g.Last.Now), changeText(*g.Last))
		if g.Last.Then == g.Last.Now {
			moves = e.number(g.Last.Now) + " as before"
		}
		out = append(out, fmt.Sprintf("%s  %s, %s cells", g.Last.Period, moves, cellsText(g.EffectCells)))
	}
	return out
}

// split says what the difference to the published value is made of, where rows have
// a part in it.
func (e effectView) split() string {
	last := e.last()
	if last == nil || last.Split == nil {
		return ""
	}
	s := last.Split
	if data, isNumber := s.Data.Number(); !isNumber || data.Sign() == 0 {
		return ""
	}
	return fmt.Sprintf("published %s; rows %s, definition %s, together %s",
		e.number(s.Published), e.signed(s.Data), e.signed(s.Definition), e.signed(s.Whole))
}

// announced is from when on a KPI follows what it is made of, where a change block says so.
func (e effectView) announced() string {
	_, text, _ := strings.Cut(e.change.Reason, "; ")
	return text
}

// example is a row that the two definitions count another way, and how.
func (e effectView) example() string {
	x := e.Example
	if x == nil {
		return ""
	}
	how := fmt.Sprintf("%s then, %s now", e.number(x.Then), e.number(x.Now))
	switch {
	case x.CountedThen && !x.CountedNow:
		how = "counted then, not now"
	case x.CountedNow && !x.CountedThen:
		how = "counted now, not then"
	}
	return fmt.Sprintf("%s: %s: %s", x.Source, rowText(x.Row), how)
}

// rowText is a row in a line.
func rowText(row []metrics.RowValue) string {
	var out []string
	for _, v := range row {
		out = append(out, v.Name+" "+inert.Visible(memberWord(v.Text)))
	}
	return strings.Join(out, ", ")
}
