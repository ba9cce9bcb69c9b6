package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// ExplainFormats are the formats of Explained.
var ExplainFormats = []string{"text", "markdown", "json"}

// ExplainOptions say how an explanation is shown.
type ExplainOptions struct {
	Color bool
	Zone  *time.Location
}

// Explained writes why a KPI has its value: definition, rows, and each value ever
// published.
func Explained(w io.Writer, format string, m *metrics.Model, x *metrics.Explained, opt ExplainOptions) error {
	e := explainedView{Explained: x, kpi: m.KPI(x.KPI), opt: opt,
		format: numberFormat(metrics.ResultColumn{Type: x.Type, Unit: x.Unit, Format: x.Format})}
	e.meaning = Meaning(m, e.kpi)
	switch format {
	case "text":
		return e.text(w)
	case "markdown":
		return e.markdown(w)
	case "json":
		return e.json(w)
	}
	return fmt.Errorf("no format %q of explanations", format)
}

type explainedView struct {
	*metrics.Explained
	kpi     *metrics.KPI
	meaning string
	format  metrics.NumberFormat
	opt     ExplainOptions
}

// cell names what the value is of: label, period and members.
func (e explainedView) cell() string {
	text := cmp.Or(inert.Visible(e.kpi.Label), e.KPI) + "  " + e.Period
	for i, d := range e.Cuts {
		text += fmt.Sprintf("  %s %s", d, membersText(e.Members[i:i+1]))
	}
	return text
}

// value is the number, its unit and state.
func (e explainedView) value() string {
	parts := []string{formatted(e.Value, e.format)}
	if unit := unitWords(e.Unit, e.kpi.Tax); unit != "" {
		parts[0] += " " + unit
	}
	return strings.Join(append(parts, strings.ReplaceAll(string(e.State), "_", " ")), ", ")
}

// place is where the definition stands, and who committed it.
func (e explainedView) place() string {
	if e.File == "" {
		return ""
	}
	text := fmt.Sprintf("%s:%d", inert.Visible(e.File), e.Line)
	if e.Author != "" {
		text += fmt.Sprintf(", by %s, %s", inert.Visible(e.Author), shortHash(e.Commit))
	}
	return text
}

// counted is how many rows are behind the value.
func (e explainedView) counted() string {
	if e.Rows == nil {
		return ""
	}
	return fmt.Sprintf("%s of %s", group(e.Rows.Counted), counted(e.Rows.Of, "row")) + " of source." + e.Rows.Source
}

// parts are the KPIs that it is made of, with their values.
func (e explainedView) parts() []string {
	var out []string
	for _, p := range e.Parts {
		f := numberFormat(metrics.ResultColumn{Type: p.Type, Unit: p.Unit, Format: p.Format})
		out = append(out, "kpi."+p.KPI+" "+formatted(p.Value, f))
	}
	return out
}

// sample is the rows that give the value most.
func (e explainedView) sample() Table {
	var t Table
	if e.Rows == nil {
		return t
	}
	for _, row := range e.Rows.Sample {
		if len(t.Columns) == 0 {
			for _, v := range row.Row {
				t.Columns = append(t.Columns, Column{Title: v.Name})
			}
			t.Columns = append(t.Columns, Column{Title: e.KPI, AlignRight: true})
		}
		var cells []string
		for _, v := range row.Row {
			cells = append(cells, inert.Visible(memberWord(v.Text)))
		}
		t.Rows = append(t.Rows, append(cells, formatted(row.Value, e.format)))
	}
	return t
}

// reports is what was published, a line each.
func (e explainedView) reports() Table {
	t := Table{Columns: []Column{{}, {Title: "at"}, {Title: "by"}, {Title: "value", AlignRight: true}, {Title: "state"}, {Title: "change", AlignRight: true}, {Title: "because of"}}}
	for _, r := range e.Reports {
		value, state := formatted(r.Value, e.format), strings.ReplaceAll(string(r.State), "_", " ")
		if r.Gone {
			value, state = noValue, "gone"
		}
		t.Rows = append(t.Rows, []string{fmt.Sprintf("run %d", r.Run), r.At.In(e.opt.Zone).Format("2006-01-02 15:04"), inert.Visible(r.User), value, state, e.difference(r), e.cause(r)})
	}
	return t
}

func (e explainedView) difference(r metrics.Report) string {
	if r.Cause == "" {
		return ""
	}
	return e.signed(r.Difference)
}

func (e explainedView) signed(v metrics.Value) string {
	text := formatted(v, e.format)
	if x, isNumber := v.Number(); isNumber && x.Sign() > 0 {
		return "+" + text
	}
	return text
}

var causeWords = map[metrics.Cause]string{metrics.ByDefinition: "the definition", metrics.ByRows: "rows", metrics.ByTime: "as-of", metrics.ByBoth: "definition and rows"}

// cause says what a difference is made of, and who changed the definition.
func (e explainedView) cause(r metrics.Report) string {
	text := causeWords[r.Cause]
	if r.Definition != "" {
		text = fmt.Sprintf("definition %s, rows %s", e.signed(r.Definition), e.signed(r.Data))
	}
	if c := r.Change; c != nil && r.Cause != metrics.ByRows && r.Cause != metrics.ByTime {
		if text != "" {
			text += ": "
		}
		text += inert.Visible(c.Reason)
		if c.Author != "" {
			text += fmt.Sprintf(" (%s, %s)", inert.Visible(c.Author), shortHash(c.Commit))
		}
	}
	if r.Message != "" {
		text = strings.TrimPrefix(text+"; ", "; ") + "“" + inert.Visible(r.Message) + "”"
	}
	return text
}

// unpublished says why there is no report.
func (e explainedView) unpublished() string {
	if !e.Kept {
		return "Nothing: apply doesn't keep this cut and grain of it. Add them to by and grains of the KPI."
	}
	return "Nothing yet. The next metrics apply publishes it."
}

// left says by which definition the value is published, where that isn't the present one.
func (e explainedView) left() string {
	if e.LeftBy == "" {
		return ""
	}
	return "Published by the definition as it was before " + e.LeftBy + ", which leaves this period to it. What stands above is by the present one."
}

func (e explainedView) text(w io.Writer) error {
	paint := painter(e.opt.Color)
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s    as of %s\n\n", paint.paint(bold, e.cell()), e.value(), planAsOf(e.AsOf, e.opt.Zone))
	if e.kpi.Description != "" {
		b.WriteString(strings.Join(wrap(inert.Visible(e.kpi.Description), defaultWidth), "\n") + "\n")
	}
	b.WriteString("= " + strings.Join(wrap(inert.Visible(e.meaning), defaultWidth-2), "\n  ") + "\n")
	facts := slices.DeleteFunc([]string{e.counted(), e.place()}, func(s string) bool { return s == "" })
	if len(facts) > 0 {
		b.WriteString(strings.Join(facts, "    ") + "\n")
	}
	if parts := e.parts(); len(parts) > 0 {
		fmt.Fprintf(&b, "Made of %s\n", strings.Join(parts, ", "))
	}
	if text := e.left(); text != "" {
		b.WriteString("\n" + strings.Join(wrap(text, defaultWidth), "\n") + "\n")
	}
	b.WriteString("\n" + paint.paint(bold, "What was said") + "\n")
	if len(e.Reports) == 0 {
		b.WriteString("  " + e.unpublished() + "\n")
	}
	for _, section := range []struct {
		title string
		table Table
	}{{"", e.reports()}, {"Rows that give it most", e.sample()}} {
		if len(section.table.Rows) == 0 {
			continue
		}
		if section.title != "" {
			b.WriteString("\n" + paint.paint(bold, section.title) + "\n")
		}
		t := section.table
		for i := range t.Rows {
			t.Rows[i][0] = "  " + t.Rows[i][0]
		}
		t.Columns[0].Title = strings.TrimRight("  "+t.Columns[0].Title, " ")
		if err := t.Text(&b); err != nil {
			return err
		}
	}
	b.WriteString("\n" + paint.paint(bold, "SQL") + "\n")
	for _, line := range visibleLines(e.SQL) {
		b.WriteString(strings.TrimRight("  "+line, " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (e explainedView) markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s: %s**\n", inert.Markdown(strings.ReplaceAll(e.cell(), "  ", ", ")), inert.Markdown(e.value()))
	for _, text := range []string{e.kpi.Description, "= " + e.meaning, e.counted(), e.place(), e.left()} {
		if text != "" {
			fmt.Fprintf(&b, "\n%s\n", inert.Markdown(text))
		}
	}
	if parts := e.parts(); len(parts) > 0 {
		fmt.Fprintf(&b, "\nMade of %s\n", inert.Markdown(strings.Join(parts, ", ")))
	}
	if len(e.Reports) == 0 {
		fmt.Fprintf(&b, "\n%s\n", e.unpublished())
	}
	for _, t := range []Table{e.reports(), e.sample()} {
		if len(t.Rows) == 0 {
			continue
		}
		b.WriteString("\n")
		if err := t.Markdown(&b); err != nil {
			return err
		}
	}
	fence := strings.Repeat("`", max(3, longestTicks(e.SQL)+1))
	fmt.Fprintf(&b, "\n<details><summary>SQL</summary>\n\n%ssql\n%s\n%s\n\n</details>\n", fence, strings.TrimRight(e.SQL, "\n"), fence)
	_, err := io.WriteString(w, b.String())
	return err
}

// json writes times in the project's zone.
func (e explainedView) json(w io.Writer) error {
	out := struct {
		*metrics.Explained
		Label       string `json:"label,omitempty"`
		Description string `json:"description,omitempty"`
		Meaning     string `json:"meaning"`
	}{e.Explained, e.kpi.Label, e.kpi.Description, e.meaning}
	out.AsOf = out.AsOf.In(e.opt.Zone)
	for i := range out.Reports {
		out.Reports[i].At, out.Reports[i].AsOf = out.Reports[i].At.In(e.opt.Zone), out.Reports[i].AsOf.In(e.opt.Zone)
	}
	return writeJSON(w, out)
}
