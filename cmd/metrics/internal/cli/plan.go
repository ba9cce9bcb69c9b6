package cli

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	compiled "github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) plan() *cobra.Command {
	var out, format string
	var detailed bool
	c := &cobra.Command{
		Use:   "plan",
		Short: "Show what apply would do",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("format", format, view.PlanFormats); err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{})
			if err != nil {
				return err
			}
			made, diags := p.Plan(c.Context())
			if err := a.report(diags); err != nil {
				return err
			}
			if out != "" {
				if err := savePlan(out, made); err != nil {
					return a.report(diag.List{*err})
				}
			}
			if err := view.Plan(a.stdout, format, made, view.PlanOptions{Color: a.color(a.stdout), Saved: out, Zone: p.Calendar.Zone()}); err != nil {
				return err
			}
			if detailed && !made.Verdict.Nothing {
				return exitStatus(exitChanges)
			}
			return nil
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "save the plan to a file, for metrics apply FILE")
	c.Flags().StringVar(&format, "format", "text", "text, markdown or json")
	c.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit 2 where there are changes, cosmetic ones included")
	return c
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
