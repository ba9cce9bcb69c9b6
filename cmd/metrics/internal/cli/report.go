package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

// formatOfEnding is the form of a page by the ending of its file.
var formatOfEnding = map[string]string{".html": "html", ".htm": "html", ".md": "markdown", ".txt": "text", ".xlsx": "xlsx", ".csv": "csv"}

func (a *app) pageReport() *cobra.Command {
	var format, output string
	c := &cobra.Command{
		Use:   "report [DASHBOARD]",
		Short: "Draw a dashboard from what was published, as a file",
		Long: "report draws a dashboard from the values that were published last. An HTML page is one file\n" +
			"that needs nothing else: it opens offline, and can be sent. Without -o, the page is printed as text.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			ending := strings.ToLower(filepath.Ext(output))
			format = cmp.Or(format, formatOfEnding[ending])
			if format == "" && output != "" {
				return fmt.Errorf("-o %q: say by --format what it shall hold, or end it in .html, .md, .txt, .xlsx or .csv", output)
			}
			format = cmp.Or(format, "text")
			if err := oneOf("format", format, runtime.PageFormats); err != nil {
				return err
			}
			if format == "xlsx" && output == "" {
				return fmt.Errorf("--format xlsx makes a file: name it by -o")
			}
			p, err := a.open(c.Context(), runtime.Options{NoData: true})
			if err != nil {
				return err
			}
			d, problem := pickDashboard(p.Model, args)
			if problem != nil {
				return a.report(diag.List{*problem})
			}
			drawn, diags := p.Report(c.Context(), d, format, view.Meaning)
			if err := a.report(diags); err != nil {
				return err
			}
			if output == "" {
				_, err := a.stdout.Write(drawn)
				return err
			}
			return a.writePage(p, output, drawn)
		},
		ValidArgsFunction: a.complete(dashboardNames, 1),
	}
	c.Flags().StringVarP(&output, "output", "o", "", "the file to write; its ending tells the format")
	c.Flags().StringVar(&format, "format", "", "html, markdown, text, xlsx or csv (default: by the file's ending, else text)")
	return c
}

// writePage writes a page to a file, which must be none that the project reads.
func (a *app) writePage(p *runtime.Project, path string, drawn []byte) error {
	if p.Reads(path) {
		return a.report(diag.List{wouldOverwrite(path)})
	}
	err := a.writeWhole(path, func(made string) diag.List {
		if err := os.WriteFile(made, drawn, outputMode); err != nil {
			return diag.List{notWritten(path, err)}
		}
		return nil
	})
	if err == nil {
		fmt.Fprintf(a.stderr, "Wrote %s (%.0f KB)\n", path, float64(len(drawn))/1024)
	}
	return err
}

// pickDashboard returns the dashboard that is named, or the only one.
func pickDashboard(m *metrics.Model, args []string) (*metrics.Dashboard, *diag.Diagnostic) {
	names := make([]string, len(m.Dashboards))
	for i, d := range m.Dashboards {
		names[i] = d.Name
	}
	switch {
	case len(names) == 0:
		return nil, &diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownTarget, Summary: "No dashboard in this project",
			Detail: `Define one: dashboard "weekly" { grain = week ... }, with sections of panels.`}
	case len(args) == 0 && len(names) == 1:
		return m.Dashboards[0], nil
	case len(args) == 0:
		return nil, &diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownTarget, Summary: "Which dashboard?",
			Detail: "The project has several: " + strings.Join(names, ", ") + ". Name one."}
	}
	name := strings.TrimPrefix(args[0], "dashboard.")
	if i := slices.Index(names, name); i >= 0 {
		return m.Dashboards[i], nil
	}
	return nil, &diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownTarget, Summary: fmt.Sprintf("Unknown dashboard %q", name),
		Detail: "No dashboard has this name." + cmp.Or(diag.DidYouMean(name, names), " There are: "+strings.Join(names, ", ")+".")}
}
