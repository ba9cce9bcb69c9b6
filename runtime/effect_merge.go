package runtime

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// thenPrefix starts the names that old definitions have beside the new ones. No name
// of a definition holds a colon.
const thenPrefix = "then:"

// merge is the new model with old definitions of KPIs beside the new ones, and the
// names that these have there. Both read the same sources.
func (e *effects) merge(kpis []*subject) *metrics.Model {
	added := map[string]*metrics.KPI{}
	for _, m := range kpis {
		e.addThen(m.then, added)
	}
	merged := *e.project.Model
	merged.KPIs = slices.Clone(merged.KPIs)
	for _, k := range added {
		merged.KPIs = append(merged.KPIs, k)
	}
	slices.SortFunc(merged.KPIs, func(a, b *metrics.KPI) int { return strings.Compare(a.Name, b.Name) })
	return &merged
}

// addThen adds an old definition, and those that it names.
func (e *effects) addThen(k *metrics.KPI, added map[string]*metrics.KPI) {
	if added[k.Name] != nil {
		return
	}
	old := *k
	old.Name, old.Target = thenPrefix+k.Name, nil
	added[k.Name] = &old
	old.Value = metrics.Rewrite(k.Value, func(x metrics.Expr) metrics.Expr {
		ref, ok := x.(*metrics.KPIRef)
		if !ok || e.same["kpi."+ref.KPI] {
			return x
		}
		e.addThen(e.old.Model.KPI(ref.KPI), added)
		beside := *ref
		beside.KPI = thenPrefix + ref.KPI
		return &beside
	})
}
