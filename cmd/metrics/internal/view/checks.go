package view

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// checkCounts is what the checks came to: those that all is well with, and those
// that failed, by what becomes of it.
type checkCounts struct {
	passed int
	failed map[metrics.OnFail][]metrics.CheckResult
}

func countChecks(all []metrics.CheckResult) checkCounts {
	out := checkCounts{failed: map[metrics.OnFail][]metrics.CheckResult{}}
	for _, c := range all {
		if c.Failed == 0 {
			out.passed++
		} else {
			out.failed[c.OnFail] = append(out.failed[c.OnFail], c)
		}
	}
	return out
}

// checkOutcomes are what becomes of failures, the weightiest first, and the word for it.
var checkOutcomes = []struct {
	onFail metrics.OnFail
	word   string
}{{metrics.Stop, "stopping"}, {metrics.Warn, "warned"}, {metrics.Quarantine, "quarantined"}}

// checkLines is the checks in one line, and what each found that doesn't pass: in
// that line where it is one thing that has room there, else each in its own. Rows
// that were quarantined are told by the account of rows.
func checkLines(all []metrics.CheckResult, indent int) []string {
	counts := countChecks(all)
	parts := []string{fmt.Sprintf("%d passed", counts.passed)}
	var told []string
	for _, o := range checkOutcomes {
		failed := counts.failed[o.onFail]
		if len(failed) == 0 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%d %s", len(failed), o.word))
		if o.onFail == metrics.Quarantine {
			continue
		}
		for _, c := range failed {
			told = append(told, inert.Visible(c.Subject()+": "+c.Found))
		}
	}
	line := strings.Join(parts, ", ")
	if len(told) == 1 && indent+Width(line+told[0]) < defaultWidth-2 {
		return []string{line + " (" + told[0] + ")"}
	}
	lines := []string{line}
	for _, t := range told {
		for i, part := range wrap(t, defaultWidth-indent-4) {
			lines = append(lines, strings.Repeat(" ", 2+2*min(i, 1))+part)
		}
	}
	return lines
}

// writeChecks writes a part with a title, its lines below each other.
func writeChecks(b *strings.Builder, title string, all []metrics.CheckResult) {
	if len(all) == 0 {
		return
	}
	for _, line := range checkLines(all, len(title)) {
		b.WriteString(title + line + "\n")
		title = strings.Repeat(" ", len(title))
	}
}
