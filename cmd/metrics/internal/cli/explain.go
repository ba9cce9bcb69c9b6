package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) explain() *cobra.Command {
	var format, grain string
	var by listFlag
	c := &cobra.Command{
		Use:   "explain KPI PERIOD",
		Short: "Show why a number is what it is: definition, rows, and each value ever published",
		Long: "explain shows the value of a KPI in a period, such as 2026-W46, 2026-11 or 2026-11-15: its\n" +
			"definition in words and in SQL, the rows behind it, each value that was published of it, by\n" +
			"whom, and what each difference is made of. --by channel=web asks for that of a member.",
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("format", format, view.ExplainFormats); err != nil {
				return err
			}
			pins, err := pinsOf(by)
			if err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{})
			if err != nil {
				return err
			}
			f := queryFlags{grain: grain}
			if err := a.knownGrain(c.Context(), p, &f); err != nil {
				return err
			}
			var diags diag.List
			period := f.bound(p, "PERIOD", args[1], &diags)
			if err := a.report(diags); err != nil {
				return err
			}
			x, diags := p.ExplainValue(c.Context(), strings.TrimPrefix(args[0], "kpi."), *period, pins)
			if err := a.report(diags); err != nil {
				return err
			}
			return view.Explained(a.stdout, format, p.Model, x, view.ExplainOptions{Color: a.color(a.stdout), Zone: p.Calendar.Zone()})
		},
		ValidArgsFunction: a.complete(kpiNames, 1),
	}
	c.Flags().Var(&by, "by", "of these members alone: channel=web; channel= is of rows without one")
	c.Flags().StringVar(&grain, "grain", "", "the grain of PERIOD, where its name doesn't tell: one of a calendar block")
	c.Flags().StringVar(&format, "format", "text", "text, markdown or json")
	return c
}

// pinsOf reads members as DIMENSION=MEMBER.
func pinsOf(by []string) ([]runtime.Pin, error) {
	var out []runtime.Pin
	for _, text := range by {
		name, member, found := strings.Cut(text, "=")
		if !found || name == "" {
			return nil, fmt.Errorf("--by %q names no member: write DIMENSION=MEMBER, such as channel=web", text)
		}
		pin := runtime.Pin{Dimension: strings.TrimPrefix(name, "dimension."), Member: &member}
		if member == "" || member == "(none)" {
			pin.Member = nil
		}
		for _, other := range out {
			if other.Dimension == pin.Dimension {
				return nil, fmt.Errorf("--by names %s twice: a number is of one member of it", pin.Dimension)
			}
		}
		out = append(out, pin)
	}
	return out, nil
}
