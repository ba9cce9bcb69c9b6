package view

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// shownFollow is how many of the KPIs that follow are shown; the rest is counted.
const shownFollow = 20

func planBlocks(b *strings.Builder, p *plan.Plan, paint painter) {
	if len(p.Blocking) == 0 {
		return
	}
	b.WriteString("\nBlocks\n")
	for _, block := range p.Blocking {
		what := strings.TrimSpace(block.Address + " " + inert.Visible(block.Text))
		for i, line := range wrap(what+"  ["+string(block.Code)+"]", defaultWidth-4) {
			mark := " "
			if i == 0 {
				mark = paint.paint(red, "✗")
			}
			fmt.Fprintf(b, "  %s %s\n", mark, line)
		}
		if block.Mend == "" {
			continue
		}
		where := ""
		if r := block.Range; r != nil {
			where = fmt.Sprintf("%s:%d:%d  ", r.File, r.Start.Line, r.Start.Column)
		}
		for i, line := range wrap(where+inert.Visible(block.Mend), 94) {
			indent := "    "
			if i > 0 {
				indent = "      "
			}
			b.WriteString(indent + line + "\n")
		}
	}
}

// planValues shows what edited definitions do to values, and what follows.
func planValues(b *strings.Builder, p *plan.Plan, paint painter) {
	edited, follow := effectsOf(p.Changes)
	if len(edited) > 0 {
		b.WriteString("\n")
		lines := effectLines("Values", edited)
		b.WriteString(paint.paint(bold, lines[0]) + "\n")
		for i, e := range edited {
			b.WriteString(paintMark(lines[i+1], e.change, paint) + "\n")
			planEffect(b, e, paint)
		}
	}
	if len(follow) > 0 {
		shown := follow[:min(len(follow), shownFollow)]
		b.WriteString("\n")
		lines := effectLines("Follow", shown)
		b.WriteString(paint.paint(bold, lines[0]) + "\n")
		for i, e := range shown {
			b.WriteString(paintMark(lines[i+1], e.change, paint) + "\n")
			planLine(b, "why", e.announced())
			planLine(b, "e.g.", e.example())
		}
		if n := len(follow) - len(shown); n > 0 {
			fmt.Fprintf(b, "  and %s\n", counted(int64(n), "KPI"))
		}
	}
	for _, d := range p.Downstream {
		if d.Kind == "dashboard" {
			fmt.Fprintf(b, "  %s: %s\n", d.Address, counted(int64(d.Panels), "panel"))
		}
	}
	planThresholds(b, p, paint)
}

// effectLines is the table of effects line by line, its title under a heading.
func effectLines(heading string, effects []effectView) []string {
	t := effectTable(effects)
	t.Columns[0].Title = heading
	for i := range t.Rows {
		t.Rows[i][0] = "  " + t.Rows[i][0]
	}
	var text strings.Builder
	if err := t.Text(&text); err != nil {
		return nil // a strings.Builder takes everything
	}
	return strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
}

func paintMark(line string, c metrics.Change, paint painter) string {
	mark := marks[c.Action]
	return strings.Replace(line, mark, paint.paint(actionStyles[c.Action], mark), 1)
}

// planLine is a line under the row of a definition, which may go on; none where there is
// nothing to say.
func planLine(b *strings.Builder, name, text string) {
	if text == "" {
		return
	}
	for i, part := range wrap(text, 82) {
		if i > 0 {
			name = ""
		}
		fmt.Fprintf(b, "      %-8s %s\n", name, part)
	}
}

// planEffect is what stands under the row of an edited definition.
func planEffect(b *strings.Builder, e effectView, paint painter) {
	line := func(name, text string) { planLine(b, name, text) }
	line("why", string(e.change.Class)+": "+e.change.Reason)
	if e.change.Action == metrics.Update {
		planFields(b, e.change, paint)
	}
	if e.change.Action != metrics.Update || e.first() == nil {
		return
	}
	if cut, cells := e.movers(); len(cells) > 0 {
		line("most", "by "+cut+": "+strings.Join(cells, ", "))
	}
	for _, other := range e.others() {
		line("also", other)
	}
	if split := e.split(); split != "" {
		line("of it", split)
	}
	if example := e.example(); example != "" {
		line("e.g.", example)
	}
}

// shownDrift is how many KPIs are shown whose data moved.
const shownDrift = 12

// planDrift shows published values that would change without any edit: rows came
// late, or changed.
func planDrift(b *strings.Builder, p *plan.Plan) {
	if len(p.Drift) == 0 {
		return
	}
	b.WriteString("\nData      published values that their rows no longer give\n")
	t, more := driftTable(p)
	for i := range t.Rows {
		t.Rows[i][0] = "  " + t.Rows[i][0]
	}
	if err := t.Text(b); err != nil {
		return // a strings.Builder takes everything
	}
	if more > 0 {
		fmt.Fprintf(b, "  and %s\n", counted(int64(more), "KPI"))
	}
}

// driftTable is the drift of each KPI by the first of its grains that drifts.
func driftTable(p *plan.Plan) (t Table, more int) {
	t.Columns = []Column{{Title: ""}, {Title: "period"}, {Title: "published", AlignRight: true}, {Title: "now", AlignRight: true}, {Title: "change", AlignRight: true}, {Title: "values"}}
	last := ""
	shown := 0
	for _, d := range p.Drift {
		if d.KPI == last {
			continue
		}
		last = d.KPI
		if shown++; shown > shownDrift {
			more++
			continue
		}
		row := []string{"kpi." + d.KPI, "", "", "", "", fmt.Sprintf("%s in %s", group(d.Cells), counted(d.Periods, string(d.Grain)))}
		if len(d.Last) > 0 {
			v := d.Last[0]
			f := numberFormat(metrics.ResultColumn{Type: d.Type, Unit: d.Unit, Format: d.Format})
			row[1], row[2], row[3] = v.Period, formatted(v.Published, f), formatted(v.Now, f)
			row[4] = changeText(metrics.Moved{Then: v.Published, Now: v.Now, Difference: v.Difference, Ratio: v.Now.Ratio(v.Published)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t, more
}
