package runtime

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// rowTime is a column that says when rows happened: of the source that has it,
// which rows of others may reach through references.
type rowTime struct{ source, column string }

// timesOf is the times by which a KPI, and those that it names, read their rows: of
// each aggregate that of the KPI it is written in, else that of its source.
func timesOf(m *metrics.Model, k *metrics.KPI) []rowTime {
	var out []rowTime
	seen := map[*metrics.KPI]bool{}
	var visit func(k *metrics.KPI)
	visit = func(k *metrics.KPI) {
		if seen[k] {
			return
		}
		seen[k] = true
		metrics.Walk(k.Value, func(e metrics.Expr) bool {
			switch e := e.(type) {
			case *metrics.KPIRef:
				visit(m.KPI(e.KPI))
			case *metrics.Aggregate:
				if t := timeOf(m, k, e); t.column != "" && !slices.Contains(out, t) {
					out = append(out, t)
				}
			}
			return true
		})
	}
	visit(k)
	return out
}

// timeOf is the time by which an aggregate written in a KPI reads its rows; its
// column is "" where there is none, as for an aggregate over cells.
func timeOf(m *metrics.Model, k *metrics.KPI, a *metrics.Aggregate) rowTime {
	s := m.Source(a.Source)
	switch {
	case s == nil:
		return rowTime{}
	case k.Time == nil:
		return rowTime{m.Accounted(s).Name, s.Time}
	}
	return rowTime{metrics.Sources(m.Source).End(s, k.Time.Path).Name, k.Time.Column}
}
