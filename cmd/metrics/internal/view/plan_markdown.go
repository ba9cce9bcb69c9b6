package view

import (
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// longestMarkdown is how many characters a plan takes at most: the limit of a
// comment on a pull request, less some.
const longestMarkdown = 65_000

// markdownRows are how many rows each table may have, the first that fits is taken.
var markdownRows = []int{1000, 300, 100, 50, 20, 10, 5, 2, 0}

// longestField is how many characters of an attribute are shown.
const longestField = 2_000

func planMarkdown(w io.Writer, p *plan.Plan, opt PlanOptions) error {
	text := ""
	for _, rows := range markdownRows {
		m := &planDocument{plan: p, opt: opt, rows: rows}
		text = m.text()
		if utf8.RuneCountInString(text) <= longestMarkdown {
			break
		}
	}
	_, err := io.WriteString(w, text)
	return err
}

// planDocument is a plan as Markdown whose tables have a limit.
type planDocument struct {
	plan *plan.Plan
	opt  PlanOptions
	rows int
	b    strings.Builder
}

func (m *planDocument) text() string {
	p := m.plan
	fmt.Fprintf(&m.b, "**%s**\n\n", inert.Markdown(p.Verdict.Text))
	m.basis()
	m.blocks()
	edited, follow := effectsOf(p.Changes)
	m.effects("", edited)
	for _, e := range edited[:min(len(edited), m.rows)] {
		m.effect(e)
	}
	m.effects("Follow", follow)
	m.followers(follow)
	m.pages()
	m.changes()
	m.drift()
	m.details()
	return m.b.String()
}

func (m *planDocument) basis() {
	b := m.plan.Basis
	if b.Against != "" {
		fmt.Fprintf(&m.b, "Compared with %s", inert.Markdown(b.Against))
		if b.Commit != "" {
			fmt.Fprintf(&m.b, " at %s", b.Commit[:min(7, len(b.Commit))])
		}
		m.b.WriteString(", over the same data: ")
	}
	fmt.Fprintf(&m.b, "%s, as of %s.\n", counted(b.Rows, "clean row"), basisAsOf(b, m.opt.Zone))
}

func (m *planDocument) blocks() {
	blocks := m.plan.Blocking
	if len(blocks) == 0 {
		return
	}
	m.b.WriteString("\nIn the way:\n\n")
	for _, block := range blocks[:min(len(blocks), m.rows)] {
		where := ""
		if r := block.Range; r != nil {
			where = fmt.Sprintf(" (%s:%d)", inert.Markdown(r.File), r.Start.Line)
		}
		what := strings.TrimSpace(block.Address + " " + clipped(block.Text))
		fmt.Fprintf(&m.b, "- ✗ %s [%s]%s", inert.Markdown(what), block.Code, where)
		if block.Mend != "" {
			fmt.Fprintf(&m.b, ". %s", inert.Markdown(clipped(block.Mend)))
		}
		m.b.WriteString("\n")
	}
	m.rest(len(blocks), "problem")
}

// rest counts what a limit left out.
func (m *planDocument) rest(n int, what string) {
	if more := n - m.rows; more > 0 {
		fmt.Fprintf(&m.b, "\n…and %s.\n", counted(int64(more), "more "+what))
	}
}

// table writes the rows of a table that the limit leaves, and counts the others.
func (m *planDocument) table(t Table, what string) {
	all := len(t.Rows)
	t.Rows = t.Rows[:min(all, m.rows)]
	for _, row := range t.Rows {
		for i := range row {
			row[i] = clipped(row[i])
		}
	}
	m.b.WriteString("\n")
	if len(t.Rows) > 0 {
		if err := t.Markdown(&m.b); err != nil {
			return // a strings.Builder takes everything
		}
	}
	m.rest(all, what)
}

func (m *planDocument) effects(title string, effects []effectView) {
	if len(effects) == 0 {
		return
	}
	t := effectTable(effects)
	t.Columns[0].Title = title
	m.table(t, "KPI")
}

// followers is what is known of KPIs that follow, beside their values.
func (m *planDocument) followers(follow []effectView) {
	var lines []string
	for _, e := range follow[:min(len(follow), shownFollow, m.rows)] {
		for _, text := range []string{e.announced(), e.example()} {
			if text != "" {
				lines = append(lines, fmt.Sprintf("- %s: %s\n", inert.Markdown(e.change.Address), inert.Markdown(clipped(text))))
			}
		}
	}
	if len(lines) > 0 {
		m.b.WriteString("\n" + strings.Join(lines, ""))
	}
}

// effect is why an edited definition changes values, and where most, folded.
func (m *planDocument) effect(e effectView) {
	var fields strings.Builder
	if e.change.Action == metrics.Update {
		planFields(&fields, withoutLong(e.change), painter(false))
	}
	var facts []string
	if cut, cells := e.movers(); len(cells) > 0 {
		facts = append(facts, fmt.Sprintf("Most by %s: %s", inert.Markdown(cut), inert.Markdown(strings.Join(cells, ", "))))
	}
	for _, other := range e.others() {
		facts = append(facts, "Also "+inert.Markdown(other))
	}
	if split := e.split(); split != "" {
		facts = append(facts, "Of the difference: "+inert.Markdown(split))
	}
	if example := e.example(); example != "" {
		facts = append(facts, "For example, a row of "+inert.Markdown(clipped(example)))
	}
	summary := fmt.Sprintf("%s: %s", html.EscapeString(e.change.Address), html.EscapeString(inert.Visible(clipped(e.change.Reason))))
	if fields.Len() == 0 && len(facts) == 0 {
		fmt.Fprintf(&m.b, "\n%s\n", summary)
		return
	}
	fmt.Fprintf(&m.b, "\n<details><summary>%s</summary>\n\n", summary)
	if fields.Len() > 0 {
		m.fence(fields.String())
	}
	for _, fact := range facts {
		fmt.Fprintf(&m.b, "- %s\n", fact)
	}
	m.b.WriteString("\n</details>\n")
}

// withoutLong is a change whose longest attributes are cut.
func withoutLong(c metrics.Change) metrics.Change {
	fields := make([]metrics.FieldChange, len(c.Fields))
	for i, f := range c.Fields {
		f.Old, f.New = clipped(f.Old), clipped(f.New)
		fields[i] = f
	}
	c.Fields = fields
	return c
}

// clipped shortens what is too long for a report.
func clipped(s string) string {
	if utf8.RuneCountInString(s) <= longestField {
		return s
	}
	return string([]rune(s)[:longestField]) + "…"
}

// fence writes text as it is, whatever is in it.
func (m *planDocument) fence(text string) {
	ticks := strings.Repeat("`", max(3, longestTicks(text)+1))
	fmt.Fprintf(&m.b, "%s\n%s%s\n\n", ticks, text, ticks)
}

func (m *planDocument) pages() {
	for _, d := range m.plan.Downstream {
		if d.Kind == "dashboard" {
			fmt.Fprintf(&m.b, "\n%s: %s follow.\n", inert.Markdown(d.Address), counted(int64(d.Panels), "panel"))
		}
	}
	for _, line := range slices.Concat(flipLines(m.plan), backtestLines(m.plan)) {
		fmt.Fprintf(&m.b, "\n%s\n", inert.Markdown(line))
	}
}

// changes is the changes without a measured effect.
func (m *planDocument) changes() {
	t := Table{Columns: []Column{{Title: "Definition"}, {Title: "Class"}, {Title: "Reason"}}}
	for _, c := range byWeight(m.plan.Changes) {
		if c.Effect == nil {
			t.Rows = append(t.Rows, []string{marks[c.Action] + " " + c.Address, string(c.Class), c.Reason})
		}
	}
	if len(t.Rows) > 0 {
		m.table(t, "definition")
	}
}

func (m *planDocument) drift() {
	if len(m.plan.Drift) == 0 {
		return
	}
	t, more := driftTable(m.plan)
	m.b.WriteString("\nPublished values that their rows no longer give, whatever the definitions:\n")
	m.table(t, "KPI")
	if more > 0 {
		fmt.Fprintf(&m.b, "\n…and %s.\n", counted(int64(more), "KPI"))
	}
}

// details are the texts of other changes, sources and periods, folded.
func (m *planDocument) details() {
	var text strings.Builder
	shown := 0
	for _, c := range byWeight(m.plan.Changes) {
		if c.Effect != nil || c.Action != metrics.Update || len(c.Fields) == 0 {
			continue
		}
		if shown++; shown > m.rows {
			continue
		}
		fmt.Fprintf(&text, "%s %s\n", marks[c.Action], c.Address)
		planFields(&text, withoutLong(c), painter(false))
	}
	if more := shown - m.rows; more > 0 {
		fmt.Fprintf(&text, "and %s\n", counted(int64(more), "definition"))
	}
	if m.rows > 0 {
		planSources(&text, m.plan)
	}
	planChecks(&text, m.plan)
	planPeriods(&text, m.plan)
	if text.Len() > 0 {
		m.b.WriteString("\n<details><summary>Details</summary>\n\n")
		m.fence(strings.TrimLeft(text.String(), "\n"))
		m.b.WriteString("</details>\n")
	}
}

// longestTicks is the longest run of backticks, which a fence must outdo.
func longestTicks(s string) int {
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
