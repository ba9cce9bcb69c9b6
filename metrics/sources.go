package metrics

import "slices"

// SourcesUnder is the sources that an expression over KPIs reads, KPIs below it
// included, in order of name.
func (m *Model) SourcesUnder(e Expr) []string {
	var all []string
	Walk(e, func(e Expr) bool {
		switch e := e.(type) {
		case *Aggregate:
			if e.Source != "" {
				all = append(all, e.Source)
			}
		case *KPIRef:
			if k := m.KPI(e.KPI); k != nil {
				all = append(all, k.Sources...)
			}
		}
		return true
	})
	slices.Sort(all)
	return slices.Compact(all)
}
