package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) version() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "version",
		Short: "Show the versions of the program and of its engine",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("format", format, view.VersionFormats); err != nil {
				return err
			}
			engine, err := runtime.EngineVersion(c.Context())
			if err != nil {
				return a.report(diag.List{{Severity: diag.Error, Code: diag.EngineFailed, Summary: "The engine can't start",
					Detail: fmt.Sprintf("DuckDB said: %v. Install the program anew.", err)}})
			}
			return view.Version(a.stdout, format, runtime.Version, engine)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}
