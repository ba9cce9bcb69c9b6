package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// thresholds describes thresholds. What they are made of upstream is no part of their
// meaning: KPIs that change are told by themselves, and what flips by its states.
func thresholds(m *metrics.Model, byName *canonical) []metrics.Definition {
	var out []metrics.Definition
	for _, t := range m.Thresholds {
		var p parts
		p.put("kpi", t.KPI)
		p.put("grain", t.Grain)
		p.put("by", strings.Join(t.By, ","))
		conditions := t.Conditions()
		for _, name := range slices.Sorted(maps.Keys(conditions)) {
			p.put(name, byName.expr(conditions[name]))
		}
		p.put("for", t.For)
		p.put("keep", t.Keep)
		own := hash("threshold", p.meaning())
		out = append(out, metrics.Definition{Address: "threshold." + t.Name, Fingerprint: own, Own: own, Parts: p.hashes()})
	}
	return out
}
