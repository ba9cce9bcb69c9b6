package metrics

import "slices"

// Threshold is a condition on published values that someone acts on. It is judged
// for each member of a cut in each period.
type Threshold struct {
	Name        string   `json:"name"`
	Label       string   `json:"label,omitempty"`
	Description string   `json:"description,omitempty"`
	KPI         string   `json:"kpi"`
	Grain       Grain    `json:"grain"`
	By          []string `json:"by,omitempty"` // in alphabetical order; none: the total
	Red         Expr     `json:"-"`            // over KPIs and functions of conditions; nil for none
	Amber       Expr     `json:"-"`
	Where       Expr     `json:"-"`    // a floor: what is below it is not judged
	For         int      `json:"for"`  // periods in a row before it fires
	Keep        int      `json:"keep"` // periods in a row before it recovers
	Owner       string   `json:"owner,omitempty"`
	Action      string   `json:"action,omitempty"`
	Due         Span     `json:"due,omitzero"` // from the end of the period in which it fired
}

// Conditions are the expressions of a threshold that are there, by the attribute
// in which each stands.
func (t *Threshold) Conditions() map[string]Expr {
	out := map[string]Expr{}
	for name, e := range map[string]Expr{"red": t.Red, "amber": t.Amber, "where": t.Where} {
		if e != nil {
			out[name] = e
		}
	}
	return out
}

// Threshold returns the threshold of that name, or nil.
func (m *Model) Threshold(name string) *Threshold {
	t, _ := lookup(m.Thresholds, name, func(t *Threshold) string { return t.Name })
	return t
}

// Read is a KPI whose values at a grain a threshold reads.
type Read struct {
	KPI   string
	Grain Grain
}

// Reads are the KPIs that a threshold reads, each at a grain once, its own first. A
// target that is a KPI is one of them.
func (m *Model) Reads(t *Threshold) []Read {
	var out []Read
	seen := map[Read]bool{}
	add := func(kpi string, g Grain) {
		r := Read{KPI: kpi, Grain: g}
		if m.KPI(kpi) != nil && !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	add(t.KPI, t.Grain)
	var visit func(e Expr, g Grain)
	visit = func(e Expr, g Grain) {
		switch e := e.(type) {
		case *KPIRef:
			add(e.KPI, g)
			return
		case *Call:
			if e.Func == conditionIndex[At] {
				if word, ok := e.Args[0].(*Literal); ok {
					visit(e.Args[1], Grain(word.Text))
				}
				return
			}
			if k := m.targetOf(e); k != "" {
				add(k, g)
			}
		}
		for _, c := range Children(e) {
			visit(c, g)
		}
	}
	for _, e := range []Expr{t.Red, t.Amber, t.Where} {
		visit(e, t.Grain)
	}
	return out
}

// targetOf is the KPI that a condition's target stands for; "" where the call is none,
// or the target is a number.
func (m *Model) targetOf(e *Call) string {
	if e.Func != conditionIndex[TargetWord] {
		return ""
	}
	if ref, ok := e.Args[0].(*KPIRef); ok {
		if k := m.KPI(ref.KPI); k != nil && k.Target != nil {
			return k.Target.KPI
		}
	}
	return ""
}

// Nesting is a threshold by members and one of the same KPI and grain by those above
// them, as a dimension's parent says.
type Nesting struct{ Below, Above *Threshold }

// Cut is the cut set that tells which member lies below which.
func (n Nesting) Cut() []string {
	all := slices.Concat(n.Below.By, n.Above.By)
	slices.Sort(all)
	return slices.Compact(all)
}

// Coarser are the thresholds that are judged by the members above those of t: by its
// cuts, with one dimension replaced by its parent.
func Coarser(m *Model, t *Threshold) []Nesting {
	var out []Nesting
	for _, dim := range t.By {
		d := m.Dimension(dim)
		if d == nil || d.Parent == "" {
			continue
		}
		by := slices.Clone(t.By)
		by[slices.Index(by, dim)] = d.Parent
		slices.Sort(by)
		by = slices.Compact(by)
		for _, other := range m.Thresholds {
			if other != t && other.KPI == t.KPI && other.Grain == t.Grain && slices.Equal(other.By, by) {
				out = append(out, Nesting{t, other})
			}
		}
	}
	return out
}
