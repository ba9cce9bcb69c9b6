package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	compiled "github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) plan() *cobra.Command {
	var out, format, against string
	var detailed, enforce bool
	var periods int
	c := &cobra.Command{
		Use:   "plan",
		Short: "Show what apply would do",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("format", format, view.PlanFormats); err != nil {
				return err
			}
			revision, err := revisionOf(against, out)
			if err != nil {
				return err
			}
			if periods < 1 {
				return fmt.Errorf("--effect-periods is 1 or more, not %d", periods)
			}
			p, err := a.open(c.Context(), runtime.Options{EffectPeriods: periods})
			if err != nil {
				return err
			}
			make := p.Plan
			if revision != "" {
				make = func(ctx context.Context) (*compiled.Plan, diag.List) { return p.Compare(ctx, revision) }
			}
			made, diags := make(c.Context())
			if err := a.report(diags); err != nil {
				return err
			}
			if out != "" {
				if err := savePlan(out, made); err != nil {
					return a.report(diag.List{*err})
				}
			}
			if err := view.Plan(a.stdout, format, made, view.PlanOptions{Color: a.color(a.stdout), Saved: out, Zone: p.Calendar.Zone(), Base: made.Basis.Folder}); err != nil {
				return err
			}
			if revision != "" && isBlocked(made) || enforce && lacksNotice(made) {
				return exitStatus(exitError)
			}
			if detailed && !made.Verdict.Nothing {
				return exitStatus(exitChanges)
			}
			return nil
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "save the plan to a file, for metrics apply FILE")
	c.Flags().StringVar(&format, "format", "text", "text, markdown, json or github")
	c.Flags().StringVar(&against, "against", "", "compare with git:REVISION, over the data at hand, instead of with the store")
	c.Flags().IntVar(&periods, "effect-periods", 8, "over how many of the last periods to measure what changes do to values")
	c.Flags().BoolVar(&enforce, "enforce-notice", false, "exit 1 where a published KPI changes with less notice than the project promises")
	c.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit 2 where there are changes, cosmetic ones included")
	return c
}

// lacksNotice tells whether a plan changes published KPIs without notice.
func lacksNotice(p *compiled.Plan) bool {
	return slices.ContainsFunc(p.Blocking, func(b compiled.Block) bool { return b.Code == diag.NoticeMissing })
}

// isBlocked tells whether anything but missing notice stands in the way of a plan.
func isBlocked(p *compiled.Plan) bool {
	return slices.ContainsFunc(p.Blocking, func(b compiled.Block) bool { return b.Code != diag.NoticeMissing })
}

// revisionOf is the revision that --against names, "" for none.
func revisionOf(against, out string) (string, error) {
	if against == "" {
		return "", nil
	}
	name, isGit := strings.CutPrefix(against, "git:")
	switch {
	case !isGit || name == "":
		return "", fmt.Errorf("--against %q names no revision: write git:REVISION, such as git:origin/main", against)
	case out != "":
		return "", fmt.Errorf("--against compares, and makes no plan that can be applied: leave --output out")
	}
	return name, nil
}

func savePlan(path string, p *compiled.Plan) *diag.Diagnostic {
	text, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o666)
	}
	if err != nil {
		return &diag.Diagnostic{Severity: diag.Error, Code: diag.NotAPlan, Summary: "The plan can't be saved",
			Detail: fmt.Sprintf("%s can't be written: %v. Name a file in a folder that exists and can be written.", path, err)}
	}
	return nil
}

// readPlan reads a saved plan.
func readPlan(path string) (*compiled.Plan, *diag.Diagnostic) {
	broken := func(why string) *diag.Diagnostic {
		return &diag.Diagnostic{Severity: diag.Error, Code: diag.NotAPlan, Summary: fmt.Sprintf("%s is not a plan", path),
			Detail: why + " Make one by: metrics plan -o FILE."}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, broken("It can't be read.")
	}
	var p compiled.Plan
	if err := json.Unmarshal(text, &p); err != nil || p.Format == 0 {
		return nil, broken("It does not hold what `metrics plan -o` writes.")
	}
	if p.Format != compiled.FileFormat {
		return nil, broken("Another version of the program made it.")
	}
	return &p, nil
}
