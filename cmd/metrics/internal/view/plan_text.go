package view

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// marks stand before changed definitions, as in a diff.
var marks = map[metrics.Action]string{metrics.Create: "+", metrics.Update: "~", metrics.Delete: "-"}

var actionStyles = map[metrics.Action]style{metrics.Create: green, metrics.Update: blue, metrics.Delete: red}

// weight orders classes from the weightiest to the lightest.
var weight = []metrics.Class{metrics.Breaking, metrics.ValueChanging, metrics.Additive, metrics.Indirect, metrics.AlertOnly, metrics.Cosmetic}

func byWeight(changes []metrics.Change) []metrics.Change {
	out := slices.Clone(changes)
	slices.SortStableFunc(out, func(a, b metrics.Change) int { return slices.Index(weight, a.Class) - slices.Index(weight, b.Class) })
	return out
}

func planText(w io.Writer, p *plan.Plan, opt PlanOptions) error {
	paint := painter(opt.Color)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", paint.paint(bold, p.Verdict.Text))
	planBasis(&b, p, opt.Zone)
	planBlocks(&b, p, paint)
	planValues(&b, p, paint)
	planChanges(&b, p, paint)
	planDrift(&b, p)
	planSources(&b, p)
	planChecks(&b, p)
	planPeriods(&b, p)
	planCosmetic(&b, p)
	if next := nextCommand(p, opt); next != "" {
		fmt.Fprintf(&b, "\n%s\n", next)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func planBasis(b *strings.Builder, p *plan.Plan, zone *time.Location) {
	from := "nothing applied yet"
	if p.Basis.Run > 0 {
		from = fmt.Sprintf("run %d", p.Basis.Run)
		if p.Basis.RunAt != nil {
			from += " (" + p.Basis.RunAt.In(zone).Format("2006-01-02 15:04") + ")"
		}
	}
	if p.Basis.Against != "" {
		from = p.Basis.Against
		if p.Basis.Commit != "" {
			from += " at " + p.Basis.Commit[:min(7, len(p.Basis.Commit))]
		}
	}
	fmt.Fprintf(b, "Basis     %s  →  files %s, %s from %s\n", from, p.Basis.Files[:min(7, len(p.Basis.Files))],
		counted(p.Basis.Rows, "clean row"), counted(int64(len(p.Basis.Data)), "source"))
	fmt.Fprintf(b, "          as of %s\n", basisAsOf(p.Basis, zone))
}

func planAsOf(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	return t.Format("2006-01-02 15:04") + " " + zone.String()
}

func counted(n int64, what string) string {
	text := group(n) + " " + what
	if n != 1 {
		text += "s"
	}
	return text
}

func group(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// shownCreated is how many new definitions are named; a first plan has all of them.
const shownCreated = 12

func planChanges(b *strings.Builder, p *plan.Plan, paint painter) {
	created := map[string][]string{}
	heading := "\nChanges\n"
	for _, c := range byWeight(p.Changes) {
		if c.Class == metrics.Cosmetic || c.Effect != nil {
			continue
		}
		b.WriteString(heading)
		heading = ""
		if c.Action == metrics.Create {
			kind, name, _ := strings.Cut(c.Address, ".")
			created[kind] = append(created[kind], name)
			continue
		}
		fmt.Fprintf(b, "  %s %s  %s: %s\n", paint.paint(actionStyles[c.Action], marks[c.Action]), c.Address, c.Class, c.Reason)
		planFields(b, c, paint)
	}
	for _, kind := range createdKinds(created) {
		names := created[kind]
		if len(names) == 0 {
			continue
		}
		shown := names[:min(len(names), shownCreated)]
		more := ""
		if n := len(names) - len(shown); n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		line := fmt.Sprintf("%s  %s%s", counted(int64(len(names)), "new "+kindName(kind)), strings.Join(shown, ", "), more)
		fmt.Fprintf(b, "  %s %s\n", paint.paint(green, "+"), strings.TrimRight(line, " "))
	}
}

// createdKinds is the kinds of new definitions, in the order of the language.
func createdKinds(created map[string][]string) []string {
	order := []string{"project", "calendar", "source", "dimension", "kpi", "check", "dashboard", "annotation"}
	for _, kind := range slices.Sorted(maps.Keys(created)) {
		if !slices.Contains(order, kind) {
			order = append(order, kind)
		}
	}
	return order
}

func kindName(kind string) string {
	if kind == "kpi" {
		return "KPI"
	}
	return kind
}

// planFields shows old and new text of what changed in a definition.
func planFields(b *strings.Builder, c metrics.Change, paint painter) {
	for _, f := range c.Fields {
		if f.Class == metrics.Cosmetic && c.Class != metrics.Cosmetic {
			continue
		}
		for i, side := range []struct{ mark, text string }{{"-", f.Old}, {"+", f.New}} {
			if side.text == "" {
				continue
			}
			for j, line := range strings.Split(inert.Visible(strings.ReplaceAll(side.text, "\n", "\x00")), `\x00`) {
				name := ""
				if j == 0 && (i == 0 || f.Old == "") {
					name = f.Name
				}
				st := red
				if i == 1 {
					st = green
				}
				fmt.Fprintf(b, "      %-12s %s\n", name, paint.paint(st, side.mark+" "+line))
			}
		}
	}
}

func planSources(b *strings.Builder, p *plan.Plan) {
	if len(p.Sources) == 0 {
		return
	}
	b.WriteString("\nSources\n")
	t := Table{Columns: []Column{{}, {Title: "rows", AlignRight: true}, {Title: "clean", AlignRight: true}, {Title: "filtered", AlignRight: true},
		{Title: "duplicates", AlignRight: true}, {Title: "rejected", AlignRight: true}, {}}}
	for _, s := range p.Sources {
		a := s.Account
		why := s.Reason
		if s.Healed > 0 {
			why += fmt.Sprintf(", %s healed", counted(s.Healed, "reject"))
		}
		if s.Before != nil {
			why += fmt.Sprintf(", %+d clean rows", a.Clean-s.Before.Clean)
		}
		if moved := movedFiles(s); moved != "" && s.Before != nil {
			why += ": " + moved
		}
		t.Rows = append(t.Rows, []string{"  " + s.Source, group(a.Read), group(a.Clean), group(a.Filtered), group(a.Duplicates), group(a.Rejected), why})
	}
	if err := t.Text(b); err != nil {
		return // a strings.Builder takes everything
	}
}

// namedFiles is how many files of a kind are named.
const namedFiles = 3

// movedFiles names the files that moved a source, by how they did.
func movedFiles(s plan.SourceChange) string {
	fresh := slices.DeleteFunc(slices.Clone(s.Files), func(f string) bool { return slices.Contains(s.Changed, f) })
	var parts []string
	for _, kind := range []struct {
		word  string
		files []string
	}{{"new", fresh}, {"changed", s.Changed}, {"gone", s.Gone}} {
		if len(kind.files) == 0 {
			continue
		}
		text := kind.word + " " + strings.Join(kind.files[:min(namedFiles, len(kind.files))], ", ")
		if n := len(kind.files) - namedFiles; n > 0 {
			text += fmt.Sprintf(" and %d more", n)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// planChecks says what the checks found, and which of them would end the apply.
func planChecks(b *strings.Builder, p *plan.Plan) {
	if len(p.Checks) == 0 {
		return
	}
	b.WriteString("\nChecks\n")
	for _, line := range checkLines(p.Checks, 2) {
		b.WriteString("  " + line + "\n")
	}
}

// planCosmetic folds changes without effect into one line.
func planCosmetic(b *strings.Builder, p *plan.Plan) {
	var names []string
	for _, c := range p.Changes {
		if c.Class != metrics.Cosmetic {
			continue
		}
		var fields []string
		for _, f := range c.Fields {
			fields = append(fields, f.Name)
		}
		if len(fields) == 0 {
			fields = []string{"layout"}
		}
		names = append(names, c.Address+" ("+strings.Join(fields, ", ")+")")
	}
	if len(names) > 0 {
		fmt.Fprintf(b, "\nCosmetic  %s\n", strings.Join(names, ", "))
	}
}

func nextCommand(p *plan.Plan, opt PlanOptions) string {
	switch {
	case p.Verdict.Nothing || opt.Asked || p.Basis.Against != "" || len(p.Blocking) > 0:
		return ""
	case opt.Saved != "":
		return "To apply exactly this:  metrics apply " + opt.Saved
	}
	return "To apply exactly this:  metrics plan -o my.plan && metrics apply my.plan"
}

// basisAsOf is the time as of which a plan computes, and that it goes back where it does.
func basisAsOf(b plan.Basis, zone *time.Location) string {
	text := planAsOf(b.AsOf, zone)
	if b.RunAsOf != nil {
		text += fmt.Sprintf(", which lies before that of run %d (%s): periods since go, and final ones may open", b.Run, planAsOf(*b.RunAsOf, zone))
	}
	return text
}
