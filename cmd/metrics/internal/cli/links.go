package cli

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/cmd/metrics/internal/view"
	"github.com/metricsascode/metrics/metrics"
)

// reads are the addresses of what a definition names directly.
func reads(m *metrics.Model, d definition) []string {
	found := map[string]bool{}
	switch d.kind {
	case "kpi":
		k := m.KPI(d.name)
		collect(found, k.Value, k.Where)
		if k.Time != nil {
			collect(found, k.Time)
		}
		if k.Target != nil && k.Target.KPI != "" {
			found["kpi."+k.Target.KPI] = true
		}
	case "source":
		s := m.Source(d.name)
		if u, ok := s.Reader.(*metrics.Union); ok {
			for _, leaf := range u.Sources {
				found["source."+leaf] = true
			}
		}
		if q, ok := s.Reader.(*metrics.SQL); ok {
			for _, name := range q.Sources() {
				found["source."+name] = true
			}
		}
		if e, ok := s.Reader.(*metrics.Entity); ok {
			for _, f := range e.From {
				found["source."+f.Source] = true
			}
		}
		for _, r := range s.References {
			found["source."+r.To] = true
		}
		for _, c := range s.Columns {
			for _, name := range metrics.Sources(m.Source).Read(s, c.Value) {
				found["source."+name] = true
			}
		}
	case "dimension":
		dimension := m.Dimension(d.name)
		for _, f := range dimension.From {
			found["source."+f.Source] = true
		}
		if dimension.Parent != "" {
			found["dimension."+dimension.Parent] = true
		}
	default:
		readsOther(found, m, d)
	}
	return sorted(found)
}

// readsOther adds what a definition names that computes nothing by itself.
func readsOther(found map[string]bool, m *metrics.Model, d definition) {
	var s view.Shown
	describeOther(&s, m, d)
	switch {
	case s.Calendar != nil:
		found["source."+s.Calendar.Source] = true
	case s.Check != nil:
		collect(found, s.Check.Assert)
	case s.Threshold != nil:
		for _, r := range m.Reads(s.Threshold) {
			found[addressOf(r.KPI)] = true
		}
		for _, dim := range s.Threshold.By {
			if m.Dimension(dim) != nil {
				found["dimension."+dim] = true
			}
		}
	case s.Test != nil:
		for _, e := range s.Test.Expect {
			collect(found, e.Value)
		}
		for _, g := range s.Test.Given {
			found["source."+g.Source] = true
		}
	case s.Dashboard != nil:
		for _, section := range s.Dashboard.Sections {
			for _, panel := range section.Panels {
				for _, kpi := range panel.Shown() {
					found[addressOf(kpi)] = true
				}
			}
		}
	case s.Annotation != nil:
		found["kpi."+s.Annotation.KPI] = true
	case s.Change != nil:
		for _, kpi := range s.Change.KPIs {
			found["kpi."+kpi] = true
		}
	}
}

// collect adds what expressions name.
func collect(found map[string]bool, expressions ...metrics.Expr) {
	for _, e := range expressions {
		if e == nil {
			continue
		}
		metrics.Walk(e, func(e metrics.Expr) bool {
			switch e := e.(type) {
			case *metrics.KPIRef:
				found[addressOf(e.KPI)] = true
			case *metrics.Aggregate:
				if e.Source != "" { // else over cells, whose sources stand in them
					found["source."+strings.TrimPrefix(e.Source, metrics.HealthPrefix)] = true
				}
			case *metrics.ColumnRef:
				found["source."+strings.TrimPrefix(e.Source, metrics.HealthPrefix)] = true
			case *metrics.DimensionRef:
				if metrics.CycleNamed(e.Dimension) == nil {
					found["dimension."+e.Dimension] = true
				}
			}
			return true
		})
	}
}

// readBy are the addresses of the definitions that name one directly.
func readBy(m *metrics.Model, d definition) []string {
	found := map[string]bool{}
	for _, other := range definitions(m) {
		if slices.Contains([]string{"test", "annotation", "dashboard", "change"}, other.kind) {
			continue // they are about it
		}
		if other.address != d.address && slices.Contains(reads(m, other), d.address) {
			found[other.address] = true
		}
	}
	if d.kind == "dimension" {
		for _, k := range m.KPIs {
			if slices.ContainsFunc(k.By, func(set []string) bool { return slices.Contains(set, d.name) }) {
				found["kpi."+k.Name] = true
			}
		}
	}
	return sorted(found)
}

func sorted(found map[string]bool) []string {
	var all []string
	for address := range found {
		all = append(all, address)
	}
	slices.Sort(all)
	return all
}

// addressOf is the address of a KPI; those of health have no kind before their name.
func addressOf(kpi string) string {
	if strings.HasPrefix(kpi, metrics.HealthPrefix) {
		return kpi
	}
	return "kpi." + kpi
}
