package view

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// Applied writes what an apply did.
func Applied(w io.Writer, format string, a *plan.Applied, took time.Duration) error {
	if format == "json" {
		return appliedJSON(w, a)
	}
	if a.Run == nil {
		_, err := fmt.Fprintf(w, "%s\n", a.Plan.Verdict.Text)
		return err
	}
	var b strings.Builder
	readLines(&b, a.Plan)
	total := a.Run.Total()
	fmt.Fprintf(&b, "Rows       %s", accountWords(total))
	if total.Rejected > 0 {
		b.WriteString("    metrics rejects")
	}
	b.WriteString("\n")
	for _, s := range a.Run.Accounts {
		if s.Derived && s.Clean < s.Read {
			fmt.Fprintf(&b, "           %s: %s\n", inert.Visible(s.Source), accountWords(s))
		}
	}
	if healed := a.Plan.Healed(); healed > 0 {
		fmt.Fprintf(&b, "           %s of the last run healed\n", counted(healed, "reject"))
	}
	writeChecks(&b, "Checks     ", a.Checks)
	fmt.Fprintf(&b, "Computed   %s", counted(int64(a.KPIs), "KPI"))
	fmt.Fprintf(&b, "\nPublished  %s values: %s new, %s restated, %s unchanged", group(a.Run.New+a.Run.Restated+a.Run.Settled+a.Run.Unchanged),
		group(a.Run.New), group(a.Run.Restated), group(a.Run.Unchanged+a.Run.Settled))
	if a.Run.Gone > 0 {
		fmt.Fprintf(&b, ", %s gone", group(a.Run.Gone))
	}
	fmt.Fprintf(&b, "    run %d, %.1f s\n", a.Run.ID, took.Seconds())
	if a.Run.Alerts != nil {
		fmt.Fprintf(&b, "Alerts     %s    metrics alerts\n", alertWords(a.Run.Alerts))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// accountWords is where rows went, as a sum.
func accountWords(a metrics.Account) string {
	return fmt.Sprintf("%s = %s clean + %s filtered + %s duplicates + %s rejected", group(a.Read), group(a.Clean), group(a.Filtered), group(a.Duplicates), group(a.Rejected))
}

// readLines names the sources that were read, with their clean rows and how many
// more those are than before.
func readLines(b *strings.Builder, p *plan.Plan) {
	var all []string
	for _, s := range p.Sources {
		text := inert.Visible(s.Source) + " " + group(s.Account.Clean)
		if s.Before != nil && s.Account.Clean != s.Before.Clean {
			text += fmt.Sprintf(" (%+d)", s.Account.Clean-s.Before.Clean)
		}
		all = append(all, text)
	}
	title := "Read       "
	for len(all) > 0 {
		line := all[0]
		for all = all[1:]; len(all) > 0 && Width(title+line+" · "+all[0]) < defaultWidth-2; all = all[1:] {
			line += " · " + all[0]
		}
		if len(all) > 0 {
			line += " ·"
		}
		b.WriteString(title + line + "\n")
		title = strings.Repeat(" ", len(title))
	}
}

func appliedJSON(w io.Writer, a *plan.Applied) error {
	type published struct {
		Values    int64 `json:"values"`
		New       int64 `json:"new"`
		Restated  int64 `json:"restated"`
		Settled   int64 `json:"settled"`
		Unchanged int64 `json:"unchanged"`
		Gone      int64 `json:"gone"`
	}
	out := struct {
		Run       int                   `json:"run"`
		Changed   bool                  `json:"changed"`
		AsOf      time.Time             `json:"as_of"`
		Published published             `json:"published"`
		Rows      metrics.Account       `json:"rows"` // of all sources that read files
		Healed    int64                 `json:"healed"`
		Sources   []metrics.Account     `json:"sources"`
		Checks    []metrics.CheckResult `json:"checks"`
		Changes   []metrics.Change      `json:"changes"`
		Alerts    *metrics.AlertCounts  `json:"alerts,omitempty"`
	}{Run: a.Plan.Basis.Run, AsOf: a.Plan.Basis.AsOf, Sources: []metrics.Account{}, Checks: orEmpty(a.Checks), Changes: orEmpty(a.Plan.Changes)}
	out.Healed = a.Plan.Healed()
	if r := a.Run; r != nil {
		out.Rows = r.Total()
		out.Alerts = r.Alerts
		out.Run, out.Changed, out.Sources = r.ID, true, r.Accounts
		out.Published = published{r.New + r.Restated + r.Settled + r.Unchanged, r.New, r.Restated, r.Settled, r.Unchanged, r.Gone}
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}
