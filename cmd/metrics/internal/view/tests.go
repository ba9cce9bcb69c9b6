package view

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/metrics/inert"
)

// TestFormats are the formats of Tests.
var TestFormats = []string{"text", "json", "junit"}

// TestReport is what came of tests and checks.
type TestReport struct {
	Tests       []metrics.TestResult
	Checks      []metrics.CheckOutcome
	CheckPlaces []diag.Range // of Checks, in their order
	Took        time.Duration
	Source      func(file string) []byte // for snippets
	Color       bool
}

// Passed tells whether nothing failed that must not.
func (r TestReport) Passed() bool {
	for _, t := range r.Tests {
		if t.Outcome != metrics.Passed {
			return false
		}
	}
	for _, c := range r.Checks {
		if outcome(c) == metrics.Failed {
			return false
		}
	}
	return true
}

// outcome is how a check ended.
func outcome(c metrics.CheckOutcome) metrics.Outcome {
	switch {
	case len(c.Failed) == 0:
		return metrics.Passed
	case c.OnFail == metrics.Warn:
		return metrics.Warned
	}
	return metrics.Failed
}

// Tests writes what came of tests and checks.
func Tests(w io.Writer, format string, r TestReport) error {
	switch format {
	case "text":
		return testsText(w, r)
	case "json":
		return writeJSON(w, testsJSON(r))
	case "junit":
		return testsJUnit(w, r)
	}
	return fmt.Errorf("no format %q of tests", format)
}

// testsText shows what is not as it should be, and the counts.
func testsText(w io.Writer, r TestReport) error {
	out := bufio.NewWriter(w)
	p := painter(r.Color)
	counts := map[metrics.Outcome]int{}
	for _, t := range r.Tests {
		counts[t.Outcome]++
		if t.Outcome != metrics.Passed {
			testText(out, p, r, t)
			fmt.Fprintln(out)
		}
	}
	checks := map[metrics.Outcome]int{}
	for i, c := range r.Checks {
		checks[outcome(c)]++
		if outcome(c) != metrics.Passed {
			checkText(out, p, c, r.CheckPlaces[i])
			fmt.Fprintln(out)
		}
	}
	fmt.Fprintf(out, "%s in %.2f s\n", strings.Join(append(outcomes(counts, "test"), outcomes(checks, "check")...), ", "), r.Took.Seconds())
	return out.Flush()
}

// outcomes says how many of a kind ended in which way.
func outcomes(all map[metrics.Outcome]int, kind string) []string {
	var out []string
	for _, o := range []metrics.Outcome{metrics.Passed, metrics.Warned, metrics.Failed, metrics.Broken} {
		if n := all[o]; n > 0 {
			out = append(out, counted(int64(n), kind)+" "+string(o))
		}
	}
	return out
}

func testText(out *bufio.Writer, p painter, r TestReport, t metrics.TestResult) {
	fmt.Fprintf(out, "%s  %s  %s\n", p.paint(alert, strings.ToUpper(string(t.Outcome))), p.paint(bold, "test."+inert.Visible(t.Name)), position(t.Place))
	for _, m := range t.Failures {
		mismatchText(out, p, m)
	}
	for _, k := range t.KeptOut {
		place := k.File
		if place == "" {
			place = "row"
		}
		fmt.Fprintf(out, "  Kept out of %s: %s %d, %s: %s\n", inert.Visible(k.Source), inert.Visible(place), k.Line, inert.Visible(k.Column), inert.Visible(k.Reason))
	}
	printer := diagnosticPrinter{Writer: out, painter: p, width: defaultWidth, source: r.Source}
	for _, d := range t.Problems {
		printer.diagnostic(d)
	}
}

// mismatchText shows expected and actual values side by side.
func mismatchText(out *bufio.Writer, p painter, m metrics.Mismatch) {
	fmt.Fprintf(out, "  %s  %s\n", inert.Visible(m.What), position(m.Place))
	if m.Expected != "" {
		fmt.Fprintf(out, "    expected: %s\n    actual:   %s\n", inert.Visible(m.Expected), inert.Visible(m.Actual))
		return
	}
	var b strings.Builder
	if err := cellTable(m).text(&b, p); err != nil {
		return // a strings.Builder takes all
	}
	for line := range strings.Lines(b.String()) {
		fmt.Fprint(out, "    "+line)
	}
}

// cellTable is the cells of a mismatch; those that differ are marked.
func cellTable(m metrics.Mismatch) Table {
	t := titled(append(append([]string{"period"}, m.Cuts...), "expected", "actual", "", "")...)
	n := len(m.Cuts)
	t.Columns[n+1].AlignRight, t.Columns[n+2].AlignRight = true, true
	for _, c := range m.Cells {
		mark, place := "", ""
		if !c.Met {
			mark = "≠"
			if c.Place.File != "" {
				place = position(c.Place)
			}
		}
		row := []string{c.Period}
		for _, member := range c.Members {
			row = append(row, memberWord(member))
		}
		t.Rows = append(t.Rows, append(row, orNoData(c.Expected), orNoData(c.Actual), mark, place))
	}
	t.Style = func(row, column int) style {
		if !m.Cells[row].Met && column > n {
			return alert
		}
		return plain
	}
	return t
}

// orNoData shows an absent value.
func orNoData(value string) string {
	if value == "" {
		return "no data"
	}
	return value
}

func checkText(out *bufio.Writer, p painter, c metrics.CheckOutcome, at diag.Range) {
	fmt.Fprintf(out, "%s  %s  %s\n", p.paint(alert, strings.ToUpper(string(outcome(c)))), p.paint(bold, "check."+inert.Visible(c.Check)), position(at))
	fmt.Fprintf(out, "  does not hold in %d of %d periods\n", len(c.Failed), c.Periods)
	t := titled("period")
	for _, v := range c.Failed[0].Values {
		t.Columns = append(t.Columns, Column{Title: "kpi." + v.KPI, AlignRight: true})
	}
	for _, f := range c.Failed[:min(len(c.Failed), shownPeriods)] {
		row := []string{f.Period}
		for _, v := range f.Values {
			row = append(row, plainValue(v.Value))
		}
		t.Rows = append(t.Rows, row)
	}
	var b strings.Builder
	if err := t.text(&b, p); err != nil {
		return // a strings.Builder takes all
	}
	for line := range strings.Lines(b.String()) {
		fmt.Fprint(out, "    "+line)
	}
	if more := len(c.Failed) - shownPeriods; more > 0 {
		fmt.Fprintf(out, "    and %d more\n", more)
	}
}

// shownPeriods is how many periods of a failed check are shown.
const shownPeriods = 10

func plainValue(v any) string {
	if v == nil {
		return "no data"
	}
	return fmt.Sprint(v)
}
