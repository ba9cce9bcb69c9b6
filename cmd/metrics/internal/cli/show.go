package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

func (a *app) show() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "show ADDRESS",
		Short: "Show one definition whole: text, meaning, unit, cuts, SQL, what it reads and what reads it",
		Long: "show prints one definition whole. ADDRESS is kpi.NAME, source.NAME, dimension.NAME, entity.NAME,\n" +
			"calendar.NAME, check.NAME, threshold.NAME, test.NAME, dashboard.NAME, annotation.NAME, change.NAME or project;\n" +
			"the name alone is enough where only one thing has it.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("format", format, view.ShowFormats); err != nil {
				return err
			}
			p, err := a.open(c.Context(), runtime.Options{Tests: true})
			if err != nil {
				return err
			}
			d, problem := find(p.Model, args[0])
			if problem != nil {
				return a.report(diag.List{*problem})
			}
			shown, diags := describe(c.Context(), p, d)
			if err := a.report(diags); err != nil {
				return err
			}
			return view.Show(a.stdout, format, shown, view.ShowOptions{Color: a.color(a.stdout)})
		},
		ValidArgsFunction: a.complete(addresses, 1),
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

// describe gathers all that is known of a definition. What can't be known because
// of data or the store is left out with a warning.
func describe(ctx context.Context, p *runtime.Project, d definition) (view.Shown, diag.List) {
	s := view.Shown{Address: d.address, Text: p.Text(d.address), Model: p.Model}
	s.File, s.Line = placeOf(p)(d.address)
	s.Reads, s.ReadBy = reads(p.Model, d), readBy(p.Model, d)
	var diags diag.List
	switch d.kind {
	case "kpi":
		s.KPI = p.Model.KPI(d.name)
		s.Cuts = cutsOf(p.Model, s.KPI)
		s.SQL, diags = p.SQL(ctx, query.Request{KPIs: []string{d.name}})
	case "source":
		s.Source = p.Model.Source(d.name)
		s.Stored, diags = stored(p, d.name)
	case "dimension":
		s.Dimension = p.Model.Dimension(d.name)
	default:
		describeOther(&s, p.Model, d)
	}
	for i := range diags {
		diags[i].Severity = diag.Warning
	}
	return s, diags
}

// describeOther sets what computes nothing by itself.
func describeOther(s *view.Shown, m *metrics.Model, d definition) {
	switch d.kind {
	case "project":
		s.Project = &m.Project
	case "calendar":
		s.Calendar = m.Calendar(d.name)
	case "check":
		s.Check = named(m.Checks, d.name, func(c *metrics.Check) string { return c.Name })
	case "threshold":
		s.Threshold = m.Threshold(d.name)
	case "test":
		s.Test = named(m.Tests, d.name, func(t *metrics.Test) string { return t.Name })
	case "dashboard":
		s.Dashboard = named(m.Dashboards, d.name, func(b *metrics.Dashboard) string { return b.Name })
	case "annotation":
		s.Annotation = named(m.Annotations, d.name, func(a *metrics.Annotation) string { return a.Name })
	case "change":
		s.Change = named(m.Announced, d.name, func(c *metrics.Announced) string { return c.Name })
	}
}

// named is the one of that name.
func named[T any](all []*T, name string, of func(*T) string) *T {
	return all[slices.IndexFunc(all, func(x *T) bool { return of(x) == name })]
}

// cutsOf are the dimensions that every source of a KPI can supply.
func cutsOf(m *metrics.Model, k *metrics.KPI) []string {
	var cuts []string
	for _, d := range m.Dimensions {
		possible := true
		for _, s := range k.Sources {
			_, problem := query.Supply(m, s, d)
			possible = possible && problem == nil
		}
		if possible {
			cuts = append(cuts, d.Name)
		}
	}
	return cuts
}

// stored is what the last run found in a source; nil before it was applied.
func stored(p *runtime.Project, name string) (*view.StoredSource, diag.List) {
	st, diags := p.Store()
	if diags.HasErrors() {
		return nil, diags
	}
	known, found := st.Catalog().Sources[name]
	if !found {
		return nil, diags
	}
	out := &view.StoredSource{Run: st.Catalog().LastRun.ID, Account: known.Account, Checks: slices.Clone(known.Checks)}
	if s := p.Model.Source(name); s != nil {
		for i, c := range out.Checks {
			out.Checks[i].Sample = s.Sample(c.Column, c.Sample)
		}
		days := known.Statistics.Columns[s.Time]
		out.FirstDay, out.LastDay = days.FirstDay, days.LastDay
	}
	if out.Checks == nil {
		out.Checks = []metrics.CheckResult{}
	}
	return out, diags
}
