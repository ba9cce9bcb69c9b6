package cli

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) test() *cobra.Command {
	var noData bool
	var format string
	c := &cobra.Command{
		Use:   "test [PATTERN]",
		Short: "Run the tests over their given rows, and the checks over the sources",
		Long: "test runs the test blocks of all .hcl and .test.hcl files over the rows that they give, in memory,\n" +
			"and judges the check blocks over the sources as they are now. PATTERN is a part of a name, or a\n" +
			"whole name with * and ?.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("format", format, view.TestFormats); err != nil {
				return err
			}
			wanted, err := matching(args)
			if err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{Tests: true})
			if err != nil {
				return err
			}
			return a.runTests(c, p, wanted, noData, format)
		},
	}
	c.Flags().BoolVar(&noData, "no-data", false, "leave the checks out, which read the sources")
	c.Flags().StringVar(&format, "format", "text", "text, json or junit")
	return c
}

// matching tells which names are asked for: all, those with a text in them, or
// those of a pattern.
func matching(args []string) (func(name string) bool, error) {
	if len(args) == 0 {
		return func(string) bool { return true }, nil
	}
	pattern := strings.TrimPrefix(strings.TrimPrefix(args[0], "test."), "check.")
	if !strings.ContainsAny(pattern, "*?[") {
		return func(name string) bool { return strings.Contains(name, pattern) }, nil
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, fmt.Errorf("%q is no pattern: write a part of a name, or a whole name with * and ?", args[0])
	}
	return func(name string) bool {
		ok, _ := path.Match(pattern, name) // the pattern is good
		return ok
	}, nil
}

func (a *app) runTests(c *cobra.Command, p *runtime.Project, wanted func(string) bool, noData bool, format string) error {
	if diags := noneWanted(p, wanted, noData); diags != nil {
		return a.report(diags)
	}
	start := time.Now()
	tests, diags := p.Test(c.Context(), wanted)
	if err := a.report(diags); err != nil {
		return err
	}
	var checks []metrics.CheckOutcome
	if !noData {
		checks, diags = p.Check(c.Context(), wanted)
		if err := a.report(diags); err != nil {
			return err
		}
	}
	report := view.TestReport{Tests: tests, Checks: checks, Took: time.Since(start), Source: a.source, Color: a.color(a.stdout)}
	for _, o := range checks {
		at, _ := p.Place("check." + o.Check)
		report.CheckPlaces = append(report.CheckPlaces, at)
	}
	if err := view.Tests(a.stdout, format, report); err != nil {
		return err
	}
	if !report.Passed() {
		return exitStatus(exitError)
	}
	return nil
}

// noneWanted says that a pattern names nothing.
func noneWanted(p *runtime.Project, wanted func(string) bool, noData bool) diag.List {
	var names []string
	for _, t := range p.Model.Tests {
		names = append(names, t.Name)
	}
	for _, c := range p.Model.Checks {
		if !noData {
			names = append(names, c.Name)
		}
	}
	for _, name := range names {
		if wanted(name) {
			return nil
		}
	}
	if len(names) == 0 {
		return diag.List{{Severity: diag.Error, Code: diag.UnknownTarget, Summary: "No tests",
			Detail: `The project has no test or check block. Write one in any .hcl file, or in one that ends in .test.hcl: test "name" { given "source" { ... } expect { ... } }.`}}
	}
	return diag.List{{Severity: diag.Error, Code: diag.UnknownTarget, Summary: "No test of such a name",
		Detail: "There are: " + strings.Join(names[:min(len(names), 12)], ", ") + "."}}
}
