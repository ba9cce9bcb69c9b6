package metrics

import "slices"

// Kept is a cut set at a grain whose values a page or a threshold needs.
type Kept struct {
	Grain Grain    `json:"grain"`
	By    []string `json:"by"` // in alphabetical order
}

// Keep notes that a cut set is needed at a grain.
func (k *KPI) Keep(g Grain, by []string) {
	by = slices.Sorted(slices.Values(by))
	if slices.ContainsFunc(k.Shown, func(n Kept) bool { return n.Grain == g && slices.Equal(n.By, by) }) {
		return
	}
	k.Shown = append(k.Shown, Kept{g, by})
}

// KeptGrains are the grains at which apply keeps a KPI: its own, then those that
// are needed beside them.
func (k *KPI) KeptGrains() []Grain {
	out := slices.Clone(k.Grains)
	for _, n := range k.Shown {
		if !slices.Contains(out, n.Grain) {
			out = append(out, n.Grain)
		}
	}
	return out
}

// KeptSets are the cut sets that apply keeps of a KPI at a grain, each in
// alphabetical order: the total, each entry of by, and what is needed beside them.
func (k *KPI) KeptSets(g Grain) [][]string {
	sets := [][]string{{}}
	add := func(set []string) {
		if !slices.ContainsFunc(sets, func(s []string) bool { return slices.Equal(s, set) }) {
			sets = append(sets, set)
		}
	}
	if slices.Contains(k.Grains, g) {
		for _, set := range k.By {
			add(slices.Sorted(slices.Values(set)))
		}
	}
	for _, n := range k.Shown {
		if n.Grain == g {
			add(n.By)
		}
	}
	return sets
}

// AddsUp tells whether the values of the members of a dimension add up to the
// whole: sums, counts and balances, what is made of such by adding and by
// multiplying with a constant, and their offsets and windows.
func (m *Model) AddsUp(e Expr) bool {
	switch e := e.(type) {
	case *Aggregate:
		return (e.Func.Additivity == AdditiveSum || IsBalance(e.Func)) && InnerLevel(e) == nil
	case *Call:
		return slices.Contains(linear, e.Func.Name) && m.AddsUp(e.Args[0])
	case *KPIRef:
		k := m.KPI(e.KPI)
		return k != nil && k.Value != nil && m.AddsUp(k.Value)
	case *Unary:
		return e.Op == OpNeg && m.AddsUp(e.X)
	case *Binary:
		return m.binaryAddsUp(e)
	}
	return false
}

// linear are the functions over KPIs whose values add up where those of the KPI do.
var linear = []string{"previous", "delta", "year_ago", "rolling", "to_date"}

func (m *Model) binaryAddsUp(e *Binary) bool {
	_, left := e.L.(*Literal)
	_, right := e.R.(*Literal)
	switch e.Op {
	case OpAdd, OpSub:
		return m.AddsUp(e.L) && m.AddsUp(e.R)
	case OpMul:
		return left && m.AddsUp(e.R) || right && m.AddsUp(e.L)
	case OpDiv:
		return right && m.AddsUp(e.L)
	}
	return false
}
