package metrics

// NamesAsOf tells whether an expression itself names the instant that numbers are
// computed as of.
func NamesAsOf(e Expr) bool {
	found := false
	Walk(e, func(e Expr) bool {
		if call, ok := e.(*Call); ok && call.Func.Name == "as_of" {
			found = true
		}
		return !found
	})
	return found
}
