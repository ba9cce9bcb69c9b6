package cli

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	compiled "github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) apply() *cobra.Command {
	var approved, enforce bool
	var message, format string
	c := &cobra.Command{
		Use:   "apply [PLAN]",
		Short: "Compute what the plan says and publish it, all or nothing",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("format", format, []string{"text", "json"}); err != nil {
				return err
			}
			p, made, err := a.planFor(c, args, runtime.Options{EnforceNotice: enforce})
			if err != nil {
				return err
			}
			if !approved && len(args) == 0 && !made.Verdict.Nothing {
				if err := a.approve(p, made); err != nil {
					return err
				}
			}
			start := time.Now()
			applied, diags := p.Apply(c.Context(), made, message)
			if err := a.report(diags); err != nil {
				return err
			}
			return view.Applied(a.stdout, format, applied, time.Since(start))
		},
	}
	c.Flags().BoolVar(&approved, "auto-approve", false, "don't ask")
	c.Flags().BoolVar(&enforce, "enforce-notice", false, "refuse to change published KPIs with less notice than the project promises")
	c.Flags().StringVarP(&message, "message", "m", "", "why, for the change log")
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

// planFor is the saved plan, with the project opened as the plan was made, or a
// new one.
func (a *app) planFor(c *cobra.Command, args []string, options runtime.Options) (*runtime.Project, *compiled.Plan, error) {
	if len(args) == 0 {
		p, err := a.open(c.Context(), options)
		if err != nil {
			return nil, nil, err
		}
		made, diags := p.Plan(c.Context())
		return p, made, a.report(diags)
	}
	saved, problem := readPlan(args[0])
	if problem != nil {
		return nil, nil, a.report(diag.List{*problem})
	}
	for name, value := range saved.Basis.Variables {
		a.variables = append(a.variables, name+"="+value)
	}
	options.AsOf = saved.Basis.AsOf.Format(time.RFC3339)
	p, err := a.open(c.Context(), options)
	return p, saved, err
}

// approve shows the plan and asks; without a terminal there is nobody to ask.
func (a *app) approve(p *runtime.Project, made *compiled.Plan) error {
	if err := view.Plan(a.stdout, "text", made, view.PlanOptions{Color: a.color(a.stdout), Asked: true, Zone: p.Calendar.Zone()}); err != nil {
		return err
	}
	if f, ok := a.stdin.(*os.File); ok {
		if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
			fmt.Fprintln(a.stderr, "Nobody to ask: approve with --auto-approve, or apply a saved plan.")
			return exitStatus(exitError)
		}
	}
	fmt.Fprint(a.stderr, "\nApply this? Only \"yes\" is taken as yes: ")
	answer, err := bufio.NewReader(a.stdin).ReadString('\n')
	if err != nil && answer == "" || strings.TrimSpace(answer) != "yes" {
		fmt.Fprintln(a.stderr, "Not applied. Nothing has changed.")
		return exitStatus(exitError)
	}
	return nil
}
