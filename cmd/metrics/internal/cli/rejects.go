package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) rejects() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "rejects [SOURCE]",
		Short: "Show the rows that the last apply kept out, with file, line and reason",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("format", format, view.RejectFormats); err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{NoData: true})
			if err != nil {
				return err
			}
			source := ""
			if len(args) > 0 {
				source = strings.TrimPrefix(args[0], "source.")
				if p.Model.Source(source) == nil {
					return a.report(diag.List{unknownSource(p, source)})
				}
			}
			all, diags := p.Rejects(c.Context(), source)
			if err := a.report(diags); err != nil {
				return err
			}
			if len(all) == 0 {
				fmt.Fprintln(a.stderr, "No row was kept out.")
				if format == "text" {
					return nil
				}
			}
			return view.Rejects(a.stdout, format, all)
		},
		ValidArgsFunction: a.complete(sourceNames, 1),
	}
	c.Flags().StringVar(&format, "format", "text", "text, json, csv or markdown")
	return c
}

// unknownSource says that a source doesn't exist, and which may be meant.
func unknownSource(p *runtime.Project, name string) diag.Diagnostic {
	var all []string
	for _, s := range p.Model.Sources {
		all = append(all, s.Name)
	}
	return diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownTarget, Summary: fmt.Sprintf("Unknown source %q", name),
		Detail: fmt.Sprintf("No source has this name.%s See them all by: metrics list sources.", diag.DidYouMean(name, all))}
}
