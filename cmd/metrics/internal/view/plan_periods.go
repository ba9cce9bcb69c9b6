package view

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics/inert"
)

// movedPeriods is how many periods are told of a grain with the rows that moved in them.
const movedPeriods = 3

// planPeriods says which periods are computed, and which rows moved in them.
func planPeriods(b *strings.Builder, p *plan.Plan) {
	if len(p.Periods) == 0 {
		return
	}
	b.WriteString("\nPeriods to compute\n")
	for _, r := range p.Periods {
		span := r.From + " to " + r.To
		if r.From == r.To {
			span = r.From
		}
		fmt.Fprintf(b, "  %-9s %s, %s of %s\n", counted(int64(r.Count), string(r.Grain)), span, counted(int64(r.KPIs), "KPI"), counted(int64(len(p.Compute)), "KPI"))
		for _, line := range movedLines(r.Moved) {
			fmt.Fprintf(b, "            %s\n", line)
		}
	}
}

// movedLines tell the rows that moved, a line for each period: "2026-W44: 3 late rows
// of data/orders_0812.csv". They are in order of period.
func movedLines(moved []plan.Moved) []string {
	var lines []string
	periods := 0
	for len(moved) > 0 {
		n := 1
		for n < len(moved) && moved[n].Period == moved[0].Period {
			n++
		}
		if periods++; periods <= movedPeriods {
			lines = append(lines, moved[0].Period+": "+movedOf(moved[:n]))
		}
		moved = moved[n:]
	}
	if more := periods - movedPeriods; more > 0 {
		lines = append(lines, fmt.Sprintf("and rows of %s", counted(int64(more), "more period")))
	}
	return lines
}

// movedOf tells the rows that moved in one period, by file.
func movedOf(moved []plan.Moved) string {
	var files []string
	for _, m := range moved[:min(namedFiles, len(moved))] {
		var kinds []string
		last := int64(0)
		for _, kind := range []struct {
			n    int64
			word string
		}{{m.New, "new"}, {m.Late, "late"}, {m.Gone, "gone"}} {
			if kind.n > 0 {
				kinds, last = append(kinds, group(kind.n)+" "+kind.word), kind.n
			}
		}
		row := " rows of "
		if last == 1 {
			row = " row of "
		}
		from := "source." + m.Source
		if m.File != "" {
			from = inert.Visible(m.File)
		}
		files = append(files, strings.Join(kinds, ", ")+row+from)
	}
	if n := len(moved) - namedFiles; n > 0 {
		files = append(files, "and "+counted(int64(n), "more file"))
	}
	return strings.Join(files, "; ")
}
