package metrics

import "slices"

// The columns of the source that convert() reads, the project's fx: beside its
// time, a date, the currencies and how many of RateTo make one of RateFrom.
const (
	RateFrom = "from"
	RateTo   = "to"
	Rate     = "rate"
)

// Converts tells whether an expression changes currencies.
func Converts(e Expr) bool {
	return Calls(e, "convert")
}

// ConvertsByColumn tells whether an expression over rows converts currencies, itself
// or by a column or dimension that it reads.
func (m *Model) ConvertsByColumn(e Expr) bool {
	find := Sources(m.Source)
	return Converts(e) || Any(e, func(e Expr) bool {
		switch e := e.(type) {
		case *ColumnRef:
			if s := find.End(m.Source(e.Source), e.Path); s != nil {
				c := s.Column(e.Column)
				return c != nil && slices.Contains(find.Late(s), c) && !slices.Contains(find.Aggregating(s), c)
			}
		case *DimensionRef:
			d := m.Dimension(e.Dimension)
			return d != nil && slices.ContainsFunc(d.From, func(f *DimensionFrom) bool { return m.ConvertsByColumn(f.Value) })
		}
		return false
	})
}

// ReadsRates tells whether a KPI's value, or a cut that is kept of it, depends on the
// rates of the project's fx source, that of KPIs below it included.
func (m *Model) ReadsRates(k *KPI) bool {
	found := false
	seen := map[string]bool{}
	var visit func(*KPI)
	visit = func(k *KPI) {
		if k == nil || seen[k.Name] {
			return
		}
		seen[k.Name] = true
		found = found || m.ConvertsByColumn(k.Value) || m.ConvertsByColumn(k.Where)
		for _, set := range k.By {
			for _, name := range set {
				found = found || m.ConvertsByColumn(&DimensionRef{Dimension: name})
			}
		}
		Walk(k.Value, func(e Expr) bool {
			if ref, ok := e.(*KPIRef); ok {
				visit(m.KPI(ref.KPI))
			}
			return true
		})
	}
	if m.Project.FX != "" {
		visit(k)
	}
	return found
}
