package metrics

// The columns of the source that convert() reads, the project's fx: beside its
// time, a date, the currencies and how many of RateTo make one of RateFrom.
const (
	RateFrom = "from"
	RateTo   = "to"
	Rate     = "rate"
)

// Converts tells whether an expression changes currencies.
func Converts(e Expr) bool {
	found := false
	Walk(e, func(e Expr) bool {
		if call, ok := e.(*Call); ok && call.Func.Name == "convert" {
			found = true
		}
		return !found
	})
	return found
}

// ReadsRates tells whether a KPI's value depends on the rates of the project's fx
// source, that of KPIs below it included.
func (m *Model) ReadsRates(k *KPI) bool {
	found := false
	seen := map[string]bool{}
	var visit func(*KPI)
	visit = func(k *KPI) {
		if k == nil || seen[k.Name] {
			return
		}
		seen[k.Name] = true
		found = found || Converts(k.Value) || Converts(k.Where)
		Walk(k.Value, func(e Expr) bool {
			if ref, ok := e.(*KPIRef); ok {
				visit(m.KPI(ref.KPI))
			}
			return true
		})
	}
	visit(k)
	return found && m.Project.FX != ""
}
