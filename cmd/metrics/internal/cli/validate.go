package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) validate() *cobra.Command {
	var noData bool
	var format string
	c := &cobra.Command{
		Use:   "validate",
		Short: "Check everything that can be known without computing a KPI",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("format", format, view.DiagnosticFormats); err != nil {
				return err
			}
			start := time.Now()
			p, diags, err := a.load(c.Context(), runtime.Options{NoData: noData, Tests: true})
			if err != nil {
				return err
			}
			if p != nil && !noData {
				diags = append(diags, p.Validate(c.Context())...).Sort()
			}
			if err := a.showDiagnostics(a.stdout, format, diags, summary(p, diags, time.Since(start))); err != nil {
				return err
			}
			if diags.HasErrors() {
				return exitStatus(exitError)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&noData, "no-data", false, "don't look at data files")
	c.Flags().StringVar(&format, "format", "text", "text, json, github or sarif")
	return c
}

func summary(p *runtime.Project, diags diag.List, took time.Duration) string {
	if p == nil {
		return ""
	}
	errors, warnings := diags.Count()
	found := "No problems"
	if errors+warnings > 0 {
		found = count(errors, "error")
		if warnings > 0 {
			found += ", " + count(warnings, "warning")
		}
		files := map[string]bool{}
		for _, d := range diags {
			if d.Range != nil {
				files[d.Range.File] = true
			}
		}
		if len(files) > 0 {
			found += " in " + count(len(files), "file")
		}
	}
	m := p.Model
	return fmt.Sprintf("%s; %s, %s, %s checked in %.2f s", found,
		count(len(m.KPIs), "KPI"), count(len(m.Sources), "source"), count(len(m.Dimensions), "dimension"), took.Seconds())
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
