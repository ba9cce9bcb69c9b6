package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) list() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "list [KIND]",
		Short: "Show what the project defines",
		Long: "list shows what the project defines, of all kinds or of one: " + strings.Join(view.ListKinds, ", ") + ";\n" +
			"or health, the measures of sources that nobody defines.",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: append(slices.Clone(view.ListKinds), view.ListHealth),
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("format", format, view.ListFormats); err != nil {
				return err
			}
			if len(args) > 0 && !slices.Contains(c.ValidArgs, args[0]) {
				return fmt.Errorf("list shows %s, not %q.%s", strings.Join(c.ValidArgs, ", "), args[0], diag.DidYouMean(args[0], c.ValidArgs))
			}
			p, err := a.open(c.Context(), runtime.Options{NoData: true, Tests: true})
			if err != nil {
				return err
			}
			return view.List(a.stdout, format, view.Listing{Model: p.Model, Kinds: args, Place: placeOf(p)})
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text, json or markdown")
	return c
}

// placeOf tells in which file and line a definition starts.
func placeOf(p *runtime.Project) func(address string) (string, int) {
	return func(address string) (string, int) {
		r, _ := p.Place(address)
		return r.File, r.Start.Line
	}
}
