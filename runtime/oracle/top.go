package oracle

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// memberCell is the cell of some members of a period.
func (q *question) memberCell(p period, members []any) *cell {
	return &cell{question: q, period: p, members: members, without: make([]bool, len(q.cuts))}
}

// largest parts the members of a period: those with the largest values of the first
// KPI, ties too, and the others. Members without a value are never among the first.
func (t *table) largest(p period) (shown, others [][]any) {
	if t.Top == 0 {
		return t.tuples, nil
	}
	values := make([]any, len(t.tuples))
	for i, m := range t.tuples {
		values[i] = t.memberCell(p, m).kpi(t.kpis[0])
	}
	for i, m := range t.tuples {
		before := 0
		for _, v := range values {
			if values[i] != nil && v != nil && t.compare(v, values[i]) > 0 {
				before++
			}
		}
		if values[i] != nil && before < t.Top {
			shown = append(shown, m)
		} else {
			others = append(others, m)
		}
	}
	return shown, others
}

// choosesAgain tells whether a KPI chooses among members that are chosen already: the
// others are one row, of which nothing is to be chosen or left out.
func (t *table) choosesAgain() bool {
	return slices.ContainsFunc(t.read(), func(k *metrics.KPI) bool { return t.choosing(k.Value) })
}

func (t *table) choosing(e metrics.Expr) bool {
	found := false
	metrics.Walk(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.KPIRef:
			found = found || t.choosing(t.model.KPI(e.KPI).Value)
		case *metrics.Call:
			switch e.Func.Name {
			case metrics.LikeForLike:
				found = true
			case metrics.Per:
				found = found || innerGrain(e.Args[0]) != metrics.NoGrain
			case metrics.Total:
				left := slices.DeleteFunc(slices.Clone(t.cuts), func(have cut) bool { return named(t.cutsOf(e.Args[1]), have) })
				found = found || len(left) > 0 && len(left) < len(t.cuts)
			}
		}
		return !found
	})
	return found
}
