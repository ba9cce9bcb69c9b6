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
	c.AddCommand(a.storeVerify(&format), a.storeCompact(&format))
	return c
}

func (a *app) storeVerify(format *string) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check all that holds of a sound store; changes nothing",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("format", *format, view.StoreFormats); err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{NoData: true})
			if err != nil {
				return err
			}
			report, diags := p.VerifyStore(c.Context())
			if err := view.Verified(a.stdout, *format, report, diags, p.Calendar.Zone()); err != nil {
				return err
			}
			return a.report(diags)
		},
	}
}

func (a *app) storeCompact(format *string) *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Drop values that were superseded longer ago than the project's retention",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("format", *format, view.StoreFormats); err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{NoData: true})
			if err != nil {
				return err
			}
			out, diags := p.CompactStore(c.Context(), time.Now())
			if err := a.report(diags); err != nil {
				return err
			}
			return view.Compacted(a.stdout, *format, out, p.Model.Project.Retention)
		},
	}
}
