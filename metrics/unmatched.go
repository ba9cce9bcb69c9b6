package metrics

// Unmatched is the member of rows whose reference leads nowhere: their key is known,
// and no row of the other side has it.
const Unmatched = "(unmatched)"

// IsUnmatched tells whether an expression is that member.
func IsUnmatched(e Expr) bool {
	l, ok := e.(*Literal)
	return ok && l.Type.Kind == String && l.Text == Unmatched
}
