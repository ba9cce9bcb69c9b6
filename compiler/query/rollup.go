package query

import (
	"github.com/metricsascode/metrics/metrics"
)

// RollUp is how the values of a KPI over finer periods and cuts make its value over
// coarser ones.
type RollUp uint8

// The ways to roll up.
const (
	NoRollUp RollUp = iota // its values don't tell
	Adding                 // they add up
	Smallest
	Largest
	ByParts // its aggregates do, one by one; its value is made of them
)

// RollsUp says how values of a KPI make coarser ones exactly, or why they don't. Over
// periods more is asked than over members: what depends on the grain can't be had.
func RollsUp(m *metrics.Model, k *metrics.KPI, cuts []string, overPeriods bool) (RollUp, string) {
	if overPeriods && dependsOnGrain(m, k, cuts) {
		return NoRollUp, "it reads period(), which is another day in periods of another grain"
	}
	switch how, why := rollUp(m, k.Value); {
	case how == NoRollUp || how == ByParts:
		return NoRollUp, why
	case how != Adding && k.Type.Numeric():
		return how, ""
	case how != Adding:
		return NoRollUp, "its values are no numbers"
	case k.Type.Kind != metrics.Integer && k.Type.Kind != metrics.Decimal:
		return NoRollUp, "its values are doubles, which are rounded: added up, they would be off in the last digits"
	}
	return Adding, ""
}

// rollUp is how an expression rolls up, whatever its type and digits; where its values
// don't tell, why.
func rollUp(m *metrics.Model, e metrics.Expr) (RollUp, string) {
	switch e := e.(type) {
	case *metrics.Aggregate:
		return aggregateRollUp(e)
	case *metrics.KPIRef:
		if below := m.KPI(e.KPI); below != nil {
			return rollUp(m, below.Value)
		}
	case *metrics.Call:
		if e.Func.Kind == metrics.KPIFunction {
			return NoRollUp, e.Func.Name + " looks at other periods or members than its own"
		}
	}
	adds := false // whether sums of what stands below are its sums
	switch e := e.(type) {
	case *metrics.Unary:
		adds = e.Op == metrics.OpNeg
	case *metrics.Binary:
		adds = e.Op == metrics.OpAdd || e.Op == metrics.OpSub
	}
	for _, child := range metrics.Children(e) {
		how, why := rollUp(m, child)
		if how == NoRollUp {
			return how, why
		}
		adds = adds && how == Adding
	}
	if adds {
		return Adding, ""
	}
	return ByParts, "its arithmetic comes after its aggregates are brought together"
}

func aggregateRollUp(a *metrics.Aggregate) (RollUp, string) {
	computed := a.Func.Name + " is computed from the rows of each cell"
	switch {
	case metrics.InnerLevel(a) != nil:
		return NoRollUp, "its cells belong to the cut and the period asked for"
	case metrics.IsBalance(a.Func):
		return NoRollUp, "a balance doesn't add up over time"
	}
	switch a.Func.Additivity {
	case metrics.AdditiveSum:
		return Adding, ""
	case metrics.AdditiveMin:
		return Smallest, ""
	case metrics.AdditiveMax:
		return Largest, ""
	case metrics.AdditiveParts:
		return ByParts, computed
	}
	return NoRollUp, computed
}

// dependsOnGrain tells whether the grain that is asked for changes which rows a KPI
// reads, or the members of its cuts.
func dependsOnGrain(m *metrics.Model, k *metrics.KPI, cuts []string) bool {
	found := false
	seen := map[string]bool{}
	var look func(e metrics.Expr)
	look = func(e metrics.Expr) {
		metrics.Walk(e, func(e metrics.Expr) bool {
			switch e := e.(type) {
			case *metrics.Call:
				found = found || e.Func.Name == "period"
			case *metrics.DimensionRef:
				if d := m.Dimension(e.Dimension); d != nil && !seen["dimension."+d.Name] {
					seen["dimension."+d.Name] = true
					for _, f := range d.From {
						look(f.Value)
					}
				}
			case *metrics.KPIRef:
				if below := m.KPI(e.KPI); below != nil && !seen[e.KPI] {
					seen[e.KPI] = true
					look(below.Value)
					look(below.Where)
				}
			}
			return !found
		})
	}
	look(k.Value)
	look(k.Where)
	for _, name := range cuts {
		if d := m.Dimension(name); d != nil {
			look(&metrics.DimensionRef{Dimension: name})
		}
	}
	return found
}
