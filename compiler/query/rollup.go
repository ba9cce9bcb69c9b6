package query

import (
	"fmt"

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
)

// RollsUp says how values of a KPI make coarser ones exactly, or why they don't. Over
// periods more is asked than over members: what depends on the grain can't be had.
func RollsUp(m *metrics.Model, k *metrics.KPI, cuts []string, overPeriods bool) (RollUp, string) {
	if overPeriods && dependsOnGrain(m, k, cuts) {
		return NoRollUp, "it reads period(), which is another day in periods of another grain"
	}
	if a, alone := k.Value.(*metrics.Aggregate); alone && metrics.InnerLevel(a) == nil && k.Type.Numeric() {
		switch a.Func.Additivity {
		case metrics.AdditiveMin:
			return Smallest, ""
		case metrics.AdditiveMax:
			return Largest, ""
		}
	}
	if why := notAdding(m, k.Value); why != "" {
		return NoRollUp, why
	}
	if k.Type.Kind != metrics.Integer && k.Type.Kind != metrics.Decimal {
		return NoRollUp, "its values are doubles, which are rounded: added up, they would be off in the last digits"
	}
	return Adding, ""
}

// notAdding says why values of an expression don't add up, "" where they do: sums and
// counts do, and their sums and differences.
func notAdding(m *metrics.Model, e metrics.Expr) string {
	switch e := e.(type) {
	case *metrics.Aggregate:
		switch {
		case metrics.InnerLevel(e) != nil:
			return "its cells belong to the cut and the period asked for"
		case metrics.IsBalance(e.Func):
			return "a balance doesn't add up over time"
		case e.Func.Additivity != metrics.AdditiveSum:
			return e.Func.Name + " is computed from the rows of each cell"
		}
		return ""
	case *metrics.KPIRef:
		if below := m.KPI(e.KPI); below != nil {
			return notAdding(m, below.Value)
		}
	case *metrics.Unary:
		if e.Op == metrics.OpNeg {
			return notAdding(m, e.X)
		}
	case *metrics.Binary:
		if e.Op == metrics.OpAdd || e.Op == metrics.OpSub {
			if why := notAdding(m, e.L); why != "" {
				return why
			}
			return notAdding(m, e.R)
		}
	case *metrics.Call:
		if e.Func.Kind == metrics.KPIFunction {
			return fmt.Sprintf("%s looks at other periods or members than its own", e.Func.Name)
		}
	}
	return "its arithmetic comes after its aggregates are brought together"
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
