package dashboard

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Need is a cut set of a KPI that a page shows. What is optional may be absent:
// a target that can't be had by those cuts.
type Need struct {
	KPI, Cuts string
	Optional  bool
}

// Needs are the cut sets that a dashboard shows, each once, in the order in which its
// panels show them.
func Needs(m *metrics.Model, d *metrics.Dashboard) []Need {
	var out []Need
	add := func(n Need) {
		if !slices.ContainsFunc(out, func(o Need) bool { return o.KPI == n.KPI && o.Cuts == n.Cuts }) {
			out = append(out, n)
		}
	}
	for _, s := range d.Sections {
		for _, p := range s.Panels {
			for _, kpi := range p.Shown() {
				k := m.KPI(kpi)
				for _, set := range p.CutSets(d) {
					add(Need{KPI: kpi, Cuts: strings.Join(set, ",")})
					if k.Target != nil && k.Target.KPI != "" && slices.Contains(p.Compare, "target") {
						add(Need{KPI: k.Target.KPI, Cuts: strings.Join(set, ","), Optional: true})
					}
				}
			}
		}
	}
	return out
}

// Paced are the cut sets of KPIs whose values by day say how much of a target is due:
// those that cards set against their target, and that add up and are published by day.
func Paced(m *metrics.Model, d *metrics.Dashboard) []Need {
	var out []Need
	for _, s := range d.Sections {
		for _, p := range s.Panels {
			if p.Kind != metrics.CardPanel || len(p.KPIs) == 0 || !slices.Contains(p.Compare, "target") {
				continue
			}
			k := m.KPI(p.KPIs[0])
			n := Need{KPI: k.Name, Cuts: strings.Join(p.CutSets(d)[0], ",")}
			if k.Target != nil && m.AddsUp(k.Value) && slices.Contains(k.KeptGrains(), metrics.Day) && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}
