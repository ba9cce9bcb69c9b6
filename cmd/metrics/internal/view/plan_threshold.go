package view

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
)

// planThresholds says which states flip, and how often new and edited thresholds
// would have fired.
func planThresholds(b *strings.Builder, p *plan.Plan, paint painter) {
	for _, part := range []struct {
		title string
		lines []string
	}{{"Flips", flipLines(p)}, {"Thresholds, over the history of the sources", backtestLines(p)}} {
		if len(part.lines) == 0 {
			continue
		}
		b.WriteString("\n" + paint.paint(bold, part.title) + "\n")
		for _, line := range part.lines {
			for i, piece := range wrap(line, defaultWidth-6) {
				fmt.Fprintf(b, "%s%s\n", strings.Repeat(" ", 2+4*min(i, 1)), piece)
			}
		}
	}
}

// shownFlips is how many members of a threshold are named.
const shownFlips = 6

// flipLines are the states that flip, a threshold and member each.
func flipLines(p *plan.Plan) []string {
	var out []string
	for _, d := range p.Downstream {
		for i, f := range d.Flips {
			if i == shownFlips {
				out = append(out, fmt.Sprintf("%s and %s", d.Address, counted(int64(len(d.Flips)-i), "more member")))
				break
			}
			out = append(out, fmt.Sprintf("%s  %s  %s → %s", d.Address, memberWords(f.Members), alertState(f.From), alertState(f.To)))
		}
	}
	return out
}

func alertState(s metrics.AlertState) string { return strings.ReplaceAll(string(s), "_", " ") }

// backtestLines say how often thresholds would have fired, and on whom most.
func backtestLines(p *plan.Plan) []string {
	var out []string
	for _, c := range p.Changes {
		b := c.Backtest
		if b == nil {
			continue
		}
		if b.Judged == 0 {
			out = append(out, c.Address+": nothing to judge it by")
			continue
		}
		text := fmt.Sprintf("%s: %s in %s of %s judged (%.1f%%), %s to %s", c.Address, counted(int64(b.Alerts), "alert"),
			group(int64(b.Fired)), counted(int64(b.Judged), "period"), 100*b.Share(), b.From, b.To)
		var most []string
		for _, m := range b.Most {
			most = append(most, fmt.Sprintf("%s %d of %d", memberWords(m.Members), m.Fired, m.Judged))
		}
		if len(most) > 0 {
			text += "; most: " + strings.Join(most, ", ")
		}
		out = append(out, text)
	}
	return out
}
