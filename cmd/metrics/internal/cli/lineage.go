package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/compiler/lineage"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) lineage() *cobra.Command {
	var f lineageFlags
	c := &cobra.Command{
		Use:   "lineage [ADDRESS]",
		Short: "Show what comes from what: files, sources, dimensions, KPIs, pages and their columns",
		Long: "lineage follows definitions from the columns of files to KPIs and pages. With an ADDRESS, it\n" +
			"shows what that comes from and what it leads to: kpi.NAME, source.NAME, source.NAME.COLUMN,\n" +
			"dimension.NAME, check.NAME, dashboard.NAME, or the path of a file. The name alone is enough\n" +
			"where only one thing has it.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("format", f.format, view.LineageFormats); err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{})
			if err != nil {
				return err
			}
			t := view.Traced{Graph: lineage.Of(p.Model), Ways: f.ways(), Model: p.Model, AsOf: p.AsOf, Place: placeOf(p)}
			if len(args) > 0 {
				node, problem := findNode(t.Graph, args[0])
				if problem != nil {
					return a.report(diag.List{*problem})
				}
				t.Of = &node
			} else if f.up || f.down {
				return fmt.Errorf("--up and --down go from one thing: name its ADDRESS")
			}
			return view.Lineage(a.stdout, f.format, traced(t, f), view.LineageOptions{Color: a.color(a.stdout)})
		},
		ValidArgsFunction: a.complete(addresses, 1),
	}
	c.Flags().BoolVar(&f.up, "up", false, "only what it comes from")
	c.Flags().BoolVar(&f.down, "down", false, "only what it leads to")
	c.Flags().BoolVar(&f.columns, "columns", false, "by columns of sources and files (always so for the address of a column)")
	c.Flags().StringVar(&f.format, "format", "text", "text, mermaid, dot, json or openlineage")
	return c
}

// lineageFlags are the flags of lineage.
type lineageFlags struct {
	up, down, columns bool
	format            string
}

// ways are both directions where none is named.
func (f lineageFlags) ways() lineage.Direction {
	switch {
	case f.up && !f.down:
		return lineage.Upstream
	case f.down && !f.up:
		return lineage.Downstream
	}
	return lineage.Upstream | lineage.Downstream
}

// traced cuts the graph down to what is asked for. Ways are followed by columns, so
// that a source which is shown whole leads only to what its columns lead to.
func traced(t view.Traced, f lineageFlags) view.Traced {
	columns := f.columns || f.format == "openlineage"
	if t.Of == nil {
		if !columns {
			t.Graph = t.Graph.Whole()
		}
		return t
	}
	t.By = t.Graph.With(t.Of.ID)
	t.Graph = t.Graph.Around(t.By, t.Ways)
	if !columns && t.Of.Whole == "" {
		t.Graph, t.By = t.Graph.Whole(), t.By[:1]
	}
	return t
}

// findNode is the node that an address, a name or a path means.
func findNode(g *lineage.Graph, name string) (lineage.Node, *diag.Diagnostic) {
	found := g.Named(name)
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		var known []string
		for _, n := range g.Nodes {
			known = append(known, n.Address)
		}
		return lineage.Node{}, &diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownTarget, Summary: fmt.Sprintf("Nothing has the address %q", name),
			Detail: fmt.Sprintf("An address is kpi.NAME, source.NAME, source.NAME.COLUMN, dimension.NAME, check.NAME, dashboard.NAME or the path of a file.%s See them all by: metrics lineage.", diag.DidYouMean(name, known))}
	}
	var all []string
	for _, n := range found {
		all = append(all, n.Address)
	}
	return lineage.Node{}, &diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownTarget, Summary: fmt.Sprintf("%q is the name of several things", name),
		Detail: fmt.Sprintf("Say which one: %s.", strings.Join(all, " or "))}
}
