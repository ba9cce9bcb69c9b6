package view

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// ChangeFormats are the formats of Changes.
var ChangeFormats = []string{"text", "markdown", "json"}

// ChangeOptions say how the change log is shown.
type ChangeOptions struct {
	Color bool
	Zone  *time.Location
}

// Changes writes runs with what each changed, in the order given.
func Changes(w io.Writer, format string, runs []metrics.Run, opt ChangeOptions) error {
	switch format {
	case "text":
		return changesText(w, runs, opt)
	case "markdown":
		return changesMarkdown(w, runs, opt)
	case "json":
		return changesJSON(w, runs, opt)
	}
	return fmt.Errorf("no format %q of changes", format)
}

// changesJSON writes times in the project's zone, and all lists, also empty ones.
func changesJSON(w io.Writer, runs []metrics.Run, opt ChangeOptions) error {
	type run struct {
		metrics.Run
		Changes []metrics.Change `json:"changes"`
	}
	out := struct {
		Runs []run `json:"runs"`
	}{[]run{}}
	for _, r := range runs {
		r.At, r.AsOf = r.At.In(opt.Zone), r.AsOf.In(opt.Zone)
		out.Runs = append(out.Runs, run{r, orEmpty(r.Changes)})
	}
	return writeJSON(w, out)
}

func changesText(w io.Writer, runs []metrics.Run, opt ChangeOptions) error {
	paint := painter(opt.Color)
	var b strings.Builder
	for i, r := range runs {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(paint.paint(bold, fmt.Sprintf("run %d", r.ID)) + "  " + runHeader(r, opt.Zone) + "\n")
		if r.Message != "" {
			fmt.Fprintf(&b, "  %s\n", inert.Visible(r.Message))
		}
		fmt.Fprintf(&b, "  %s\n", runCounts(r))
		for _, c := range byWeight(r.Changes) {
			fmt.Fprintf(&b, "  %s %s  %s: %s\n", paint.paint(actionStyles[c.Action], marks[c.Action]), inert.Visible(c.Address), c.Class, inert.Visible(c.Reason))
			if who := authorText(c); who != "" {
				fmt.Fprintf(&b, "      %s\n", who)
			}
			if did := effectText(c); did != "" {
				fmt.Fprintf(&b, "      %s\n", did)
			}
			if hasOldText(c) || len(r.Changes) == 1 {
				planFields(&b, c, paint)
			}
		}
	}
	if len(runs) == 0 {
		b.WriteString("(none)\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// hasOldText tells whether a change is one to something that was there. All the text
// of what is new stands in the definitions, and would hide what changed; it is shown
// where nothing else is.
func hasOldText(c metrics.Change) bool { return c.Action != metrics.Create }

// runHeader says when, by whom and as of when.
func runHeader(r metrics.Run, zone *time.Location) string {
	text := r.At.In(zone).Format("2006-01-02 15:04")
	if r.User != "" {
		text += "  by " + inert.Visible(r.User)
	}
	if r.Commit != "" {
		text += "  at " + shortHash(r.Commit)
	}
	return text + "  as of " + planAsOf(r.AsOf, zone)
}

func shortHash(hash string) string { return hash[:min(7, len(hash))] }

// authorText says who committed a changed definition; "" where nobody is known.
func authorText(c metrics.Change) string {
	if c.Author == "" {
		return ""
	}
	return fmt.Sprintf("by %s, %s", inert.Visible(c.Author), shortHash(c.Commit))
}

// effectText is what a change did to the last total, as was measured before it was applied.
func effectText(c metrics.Change) string {
	if c.Effect == nil || c.Action != metrics.Update {
		return ""
	}
	e := newEffectView(c)
	g, last := e.first(), e.last()
	if g == nil || last == nil {
		return ""
	}
	return fmt.Sprintf("%s  %s → %s (%s), %s cells", last.Period, e.number(last.Then), e.number(last.Now), changeText(*last), cellsText(g.EffectCells))
}

// runCounts says what became of values, without what did not happen.
func runCounts(r metrics.Run) string {
	var parts []string
	for _, c := range []struct {
		n    int64
		what string
	}{{r.New, "new"}, {r.Restated, "restated"}, {r.Gone, "gone"}, {r.Settled, "settled"}, {r.Unchanged, "unchanged"}} {
		if c.n > 0 {
			parts = append(parts, group(c.n)+" "+c.what)
		}
	}
	if len(parts) == 0 {
		return "no values"
	}
	return "values: " + strings.Join(parts, ", ")
}

func changesMarkdown(w io.Writer, runs []metrics.Run, opt ChangeOptions) error {
	var b strings.Builder
	for i, r := range runs {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "## Run %d\n\n%s\n", r.ID, inert.Markdown(runHeader(r, opt.Zone)))
		if r.Message != "" {
			fmt.Fprintf(&b, "\n%s\n", inert.Markdown(r.Message))
		}
		fmt.Fprintf(&b, "\n%s\n", inert.Markdown(runCounts(r)))
		if len(r.Changes) == 0 {
			continue
		}
		t := titled("Definition", "Class", "Reason", "Author", "Effect")
		var detail strings.Builder
		for _, c := range byWeight(r.Changes) {
			t.Rows = append(t.Rows, []string{marks[c.Action] + " " + c.Address, string(c.Class), c.Reason, strings.TrimPrefix(authorText(c), "by "), effectText(c)})
			if len(c.Fields) > 0 && (hasOldText(c) || len(r.Changes) == 1) {
				fmt.Fprintf(&detail, "%s %s\n", marks[c.Action], inert.Visible(c.Address))
				planFields(&detail, c, painter(false))
			}
		}
		b.WriteString("\n")
		if err := t.Markdown(&b); err != nil {
			return err
		}
		if detail.Len() > 0 {
			fence := strings.Repeat("`", max(3, longestTicks(detail.String())+1))
			fmt.Fprintf(&b, "\n<details><summary>Old and new text</summary>\n\n%s\n%s%s\n\n</details>\n", fence, detail.String(), fence)
		}
	}
	if len(runs) == 0 {
		b.WriteString("No runs.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
