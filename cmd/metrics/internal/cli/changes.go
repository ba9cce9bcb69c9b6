package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) changes() *cobra.Command {
	var format, since string
	c := &cobra.Command{
		Use:   "changes [KPI]",
		Short: "Show what was applied, when, by whom and why, newest first",
		Long: "changes shows each run of apply with the definitions that it changed. With the name of a\n" +
			"KPI, or an address such as source.orders, only the runs that changed that.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("format", format, view.ChangeFormats); err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{NoData: true})
			if err != nil {
				return err
			}
			from, err := sinceTime(p, since)
			if err != nil {
				return err
			}
			address := ""
			if len(args) > 0 {
				if address = args[0]; !strings.Contains(address, ".") {
					address = "kpi." + address
				}
			}
			runs, diags := p.Changes(address, from)
			if address != "" && len(runs) == 0 && !diags.HasErrors() {
				// What the log doesn't know may be a slip of the pen; what the project has is none.
				if _, problem := find(p.Model, address); problem != nil {
					diags.Add(*problem)
				}
			}
			if err := a.report(diags); err != nil {
				return err
			}
			return view.Changes(a.stdout, format, runs, view.ChangeOptions{Color: a.color(a.stdout), Zone: p.Calendar.Zone()})
		},
		ValidArgsFunction: a.complete(kpiNames, 1),
	}
	c.Flags().StringVar(&since, "since", "", "only runs from a date, time or the end of a period on")
	c.Flags().StringVar(&format, "format", "text", "text, markdown or json")
	return c
}

func sinceTime(p *runtime.Project, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, ok := p.Instant(text)
	if !ok {
		return t, fmt.Errorf("--since %q is no point in time: give a date, or a time such as 2026-11-16T08:00", text)
	}
	return t, nil
}
