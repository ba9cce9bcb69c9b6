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
