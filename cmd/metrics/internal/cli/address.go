package cli

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// definition is one thing that a project defines.
type definition struct{ kind, name, address, label string }

// definitions are all things of a project that have an address.
func definitions(m *metrics.Model) []definition {
	var all []definition
	add := func(kind, name, label string) { all = append(all, definition{kind, name, kind + "." + name, label}) }
	for _, k := range m.KPIs {
		add("kpi", k.Name, k.Label)
	}
	for _, s := range m.Sources {
		add("source", s.Name, s.Label)
	}
	for _, d := range m.Dimensions {
		add("dimension", d.Name, d.Label)
	}
	for _, c := range m.Calendars {
		add("calendar", c.Name, c.Label)
	}
	for _, c := range m.Checks {
		add("check", c.Name, c.Description)
	}
	for _, t := range m.Thresholds {
		add("threshold", t.Name, t.Label)
	}
	for _, t := range m.Tests {
		add("test", t.Name, t.Description)
	}
	for _, d := range m.Dashboards {
		add("dashboard", d.Name, d.Title)
	}
	for _, a := range m.Annotations {
		add("annotation", a.Name, "")
	}
	for _, c := range m.Announced {
		add("change", c.Name, "")
	}
	return append(all, definition{kind: "project", name: "project", address: "project", label: m.Project.Label})
}

func isEntity(s *metrics.Source) bool {
	_, ok := s.Reader.(*metrics.Entity)
	return ok
}

// find returns the definition that an address names. A bare name is enough where
// only one has it.
func find(m *metrics.Model, address string) (definition, *diag.Diagnostic) {
	if name, ok := strings.CutPrefix(address, "entity."); ok {
		if s := m.Source(name); s != nil && isEntity(s) {
			address = "source." + name
		}
	}
	if name := strings.TrimPrefix(address, "kpi."); strings.HasPrefix(name, metrics.HealthPrefix) {
		if m.KPI(name) != nil {
			return definition{kind: "kpi", name: name, address: name}, nil
		}
		_, of, _ := strings.Cut(name, ".")
		of, _, _ = strings.Cut(of, ".")
		var sources []string
		for _, s := range m.Sources {
			sources = append(sources, s.Name)
		}
		unknown := metrics.UnknownHealth(name, m.Source(of), sources)
		return definition{}, &unknown
	}
	var found []definition
	var known []string
	for _, d := range definitions(m) {
		known = append(known, d.address, d.name)
		if d.address == address || d.name == address {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return definition{}, &diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownTarget, Summary: fmt.Sprintf("Nothing has the address %q", address),
			Detail: fmt.Sprintf("An address is kpi.NAME, source.NAME and the like.%s See them all by: metrics list.", diag.DidYouMean(address, known))}
	}
	return definition{}, &diag.Diagnostic{Severity: diag.Error, Code: diag.UnknownTarget, Summary: fmt.Sprintf("%q is the name of several things", address),
		Detail: fmt.Sprintf("Say which one: %s.", strings.Join(addressesOf(found), " or "))}
}

func addressesOf(all []definition) []string {
	out := make([]string, len(all))
	for i, d := range all {
		out[i] = d.address
	}
	return out
}
