package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// names are candidates of a completion: a name, and behind a tab what it means.
type names func(m *metrics.Model) []string

// complete offers names of the project, without touching data; those that the
// command line has already are left out. A broken project offers what it can.
func (a *app) complete(of names, most int) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if most > 0 && len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		p, _, err := a.load(c.Context(), runtime.Options{NoData: true, Tests: true})
		if err != nil || p == nil || p.Project == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		offered := slices.DeleteFunc(of(p.Model), func(s string) bool {
			return slices.ContainsFunc(args, func(have string) bool { return s == have || len(s) > len(have) && s[:len(have)+1] == have+"\t" })
		})
		return offered, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeKPIs offers the KPIs of the project, and the health of its sources to who
// began to write it.
func (a *app) completeKPIs(c *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	of := names(kpiNames)
	if toComplete != "" && (strings.HasPrefix(toComplete, metrics.HealthPrefix) || strings.HasPrefix(metrics.HealthPrefix, toComplete)) {
		of = func(m *metrics.Model) []string { return append(kpiNames(m), healthNames(m)...) }
	}
	return a.complete(of, 0)(c, args, toComplete)
}

func healthNames(m *metrics.Model) []string {
	var all []string
	for _, s := range m.Sources {
		for _, k := range m.Health(s.Name) {
			all = append(all, described(k.Name, k.Description))
		}
	}
	return all
}

func kpiNames(m *metrics.Model) []string {
	var all []string
	for _, k := range m.KPIs {
		all = append(all, described(k.Name, k.Label))
	}
	return all
}

func sourceNames(m *metrics.Model) []string {
	var all []string
	for _, s := range m.Sources {
		all = append(all, described(s.Name, s.Label))
	}
	return all
}

func dashboardNames(m *metrics.Model) []string {
	var all []string
	for _, d := range m.Dashboards {
		all = append(all, described(d.Name, d.Title))
	}
	return all
}

func addresses(m *metrics.Model) []string {
	var all []string
	for _, d := range definitions(m) {
		all = append(all, described(d.address, d.label))
	}
	return all
}

func described(name, label string) string {
	if label == "" {
		return name
	}
	return cobra.CompletionWithDesc(name, label)
}
