package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) store() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "store",
		Short: "Look after what was published: verify it, compact its history",
	}
	c.PersistentFlags().StringVar(&format, "format", "text", "text or json")
	c.AddCommand(
		a.storeCommand("verify", "Check all that holds of a sound store; changes nothing", &format, a.verifyStore),
		a.storeCommand("compact", "Drop values that were superseded longer ago than the project's retention", &format, a.compactStore),
	)
	return c
}

// storeCommand is a command on the store of a project, whose data it doesn't look at.
func (a *app) storeCommand(use, short string, format *string, run func(c *cobra.Command, p *runtime.Project, format string) error) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("format", *format, view.StoreFormats); err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{NoData: true})
			if err != nil {
				return err
			}
			return run(c, p, *format)
		},
	}
}

// verifyStore shows what holds, also where not all does.
func (a *app) verifyStore(c *cobra.Command, p *runtime.Project, format string) error {
	report, diags := p.VerifyStore(c.Context())
	if err := view.Verified(a.stdout, format, report, diags, p.Calendar.Zone()); err != nil {
		return err
	}
	return a.report(diags)
}

func (a *app) compactStore(c *cobra.Command, p *runtime.Project, format string) error {
	out, diags := p.CompactStore(c.Context(), time.Now())
	if err := a.report(diags); err != nil {
		return err
	}
	return view.Compacted(a.stdout, format, out, p.Model.Project.Retention)
}
