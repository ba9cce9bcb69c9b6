package view

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
)

// PlanFormats are the formats of Plan.
var PlanFormats = []string{"text", "markdown", "json", "github"}

// PlanOptions say how a plan is shown.
type PlanOptions struct {
	Color bool
	Saved string // the file it was saved to, "" for none
	Asked bool   // a question follows: no next command
	Zone  *time.Location
	Base  string // the project folder, relative to the root of the repository
}

// Plan writes a plan: verdict first, then what it rests on, what changes, what is
// computed, and the next command.
func Plan(w io.Writer, format string, p *plan.Plan, opt PlanOptions) error {
	switch format {
	case "text":
		return planText(w, p, opt)
	case "markdown":
		return planMarkdown(w, p, opt)
	case "json":
		return planJSON(w, p)
	case "github":
		return planGitHub(w, p, opt)
	}
	return fmt.Errorf("no format %q of plans", format)
}

func planJSON(w io.Writer, p *plan.Plan) error {
	out := *p
	// Programs walk these lists: they are there, also where empty.
	out.Changes = orEmpty(out.Changes)
	out.Sources = orEmpty(out.Sources)
	out.Drift = orEmpty(out.Drift)
	out.Checks = orEmpty(out.Checks)
	out.Periods = orEmpty(out.Periods)
	out.Blocking = orEmpty(out.Blocking)
	out.Downstream = orEmpty(out.Downstream)
	out.Compute = orEmpty(out.Compute)
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
