package plan

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Dependent is something that changes, or has to be looked at, because what it is
// made from does.
type Dependent struct {
	Address string   `json:"address"`
	Kind    string   `json:"kind"`             // "kpi", "test", "dashboard", "threshold"
	Through []string `json:"through"`          // the edited definitions, of a dashboard its KPIs, in order of address
	Panels  int      `json:"panels,omitempty"` // of a dashboard, those that show one of them
	// Flips are the members of a threshold whose state would be another than was told.
	Flips []metrics.Flip `json:"flips,omitempty"`
}

// Block is a reason not to go on.
type Block struct {
	Address string      `json:"address"`
	Code    diag.Code   `json:"code"`
	Text    string      `json:"text"`
	Mend    string      `json:"mend"`
	Range   *diag.Range `json:"range,omitempty"`
}

// FindDownstream finds what the changes reach: KPIs that follow, and the dashboards
// that show any KPI whose values may move.
func (p *Plan) FindDownstream(m *metrics.Model) {
	p.Downstream = nil
	edited := map[string]bool{}
	moves := map[string]bool{} // KPIs
	for _, c := range p.Changes {
		switch c.Class {
		case metrics.Breaking, metrics.ValueChanging:
			edited[c.Address] = true
			moves[c.Address] = true
		case metrics.Indirect:
			moves[c.Address] = true
		}
	}
	f := newFingerprints(m)
	for _, c := range p.Changes {
		if c.Class == metrics.Indirect {
			kind, _, _ := strings.Cut(c.Address, ".")
			p.Downstream = append(p.Downstream, Dependent{Address: c.Address, Kind: kind, Through: throughOf(f, c.Address, edited)})
		}
	}
	for _, d := range m.Dashboards {
		if page := pageDependent(d, moves); page.Panels > 0 {
			p.Downstream = append(p.Downstream, page)
		}
	}
}

// pageDependent is a dashboard with the panels of it whose values may move.
func pageDependent(d *metrics.Dashboard, moves map[string]bool) Dependent {
	out := Dependent{Address: "dashboard." + d.Name, Kind: "dashboard"}
	for _, section := range d.Sections {
		for _, panel := range section.Panels {
			found := false
			for _, name := range panel.Shown() {
				if moves["kpi."+name] {
					found = true
					out.Through = append(out.Through, "kpi."+name)
				}
			}
			if found {
				out.Panels++
			}
		}
	}
	slices.Sort(out.Through)
	out.Through = slices.Compact(out.Through)
	return out
}

// throughOf is the edited definitions that a KPI or a source is made from.
func throughOf(f *fingerprints, address string, edited map[string]bool) []string {
	m := f.model
	var out []string
	seen := map[string]bool{}
	note := func(a string) {
		if edited[a] && a != address && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	source := func(name string) {
		note("source." + name)
		if s := m.Source(name); s != nil {
			for _, other := range f.madeFrom(s) {
				note("source." + other.Name)
			}
		}
	}
	var visit func(k *metrics.KPI)
	visit = func(k *metrics.KPI) {
		if k == nil || seen[k.Name] {
			return
		}
		seen[k.Name] = true
		note("kpi." + k.Name)
		for _, name := range k.Sources {
			source(name)
		}
		for _, set := range k.By {
			for _, d := range set {
				note("dimension." + d)
			}
		}
		for _, e := range []metrics.Expr{k.Value, k.Where} {
			metrics.Walk(e, func(e metrics.Expr) bool {
				switch e := e.(type) {
				case *metrics.KPIRef:
					visit(m.KPI(e.KPI))
				case *metrics.DimensionRef:
					note("dimension." + e.Dimension)
				}
				return true
			})
		}
		for _, c := range m.CalendarsOf(k) {
			note("calendar." + c.Name)
		}
	}
	kind, name, _ := strings.Cut(address, ".")
	switch kind {
	case "kpi":
		visit(m.KPI(name))
	case "source":
		source(name)
	case "dimension":
		if d := m.Dimension(name); d != nil {
			for _, from := range d.From {
				source(from.Source)
			}
		}
	}
	note("project")
	slices.Sort(out)
	return out
}
