package metrics

// NamesAsOf tells whether an expression itself names the instant that numbers are
// computed as of.
func NamesAsOf(e Expr) bool {
	return Calls(e, "as_of")
}
