package view

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
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
	total := metrics.Account{}
	for _, s := range a.Run.Accounts {
		total.Read += s.Read
		total.Clean += s.Clean
		total.Filtered += s.Filtered
		total.Duplicates += s.Duplicates
		total.Rejected += s.Rejected
	}
	fmt.Fprintf(&b, "Rows       %s = %s clean + %s filtered + %s duplicates + %s rejected", group(total.Read), group(total.Clean),
		group(total.Filtered), group(total.Duplicates), group(total.Rejected))
	if total.Rejected > 0 {
		b.WriteString("    metrics rejects")
	}
	warned := 0
	for _, c := range a.Checks {
		if c.Failed > 0 {
			warned++
		}
	}
	if warned > 0 {
		fmt.Fprintf(&b, "\nChecks     %d warned", warned)
	}
	fmt.Fprintf(&b, "\nComputed   %s", counted(int64(a.KPIs), "KPI"))
	fmt.Fprintf(&b, "\nPublished  %s values: %s new, %s restated, %s unchanged", group(a.Run.New+a.Run.Restated+a.Run.Settled+a.Run.Unchanged),
		group(a.Run.New), group(a.Run.Restated), group(a.Run.Unchanged+a.Run.Settled))
	if a.Run.Gone > 0 {
		fmt.Fprintf(&b, ", %s gone", group(a.Run.Gone))
	}
	fmt.Fprintf(&b, "    run %d, %.1f s\n", a.Run.ID, took.Seconds())
	_, err := io.WriteString(w, b.String())
	return err
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
		Sources   []metrics.Account     `json:"sources"`
		Checks    []metrics.CheckResult `json:"checks"`
		Changes   []metrics.Change      `json:"changes"`
	}{Run: a.Plan.Basis.Run, AsOf: a.Plan.Basis.AsOf, Sources: []metrics.Account{}, Checks: orEmpty(a.Checks), Changes: orEmpty(a.Plan.Changes)}
	if r := a.Run; r != nil {
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
