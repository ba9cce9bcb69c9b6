package metrics

import "strings"

// Native is an expression in the SQL of the engine over columns of a row: what the
// engine has and the language doesn't. Its value is null where it can't be computed.
type Native struct {
	Node
	Parts []SQLPart // as written
	// Texts stand around Args, which are columns: one before each, and one behind the
	// last. Until the names in it are looked up, there are none.
	Texts   []string
	Args    []Expr
	Spelled []string // Args as they are written
}

// SQLName is a name that stands in an SQL expression, from a byte of it on.
type SQLName struct {
	Offset, Length int
	Parts          []string
}

// Engine tells the compiler what SQL in expressions means. The runtime implements it.
type Engine interface {
	// Names returns the names of columns in an expression, in the order in which they
	// stand.
	Names(text string) ([]SQLName, []SQLFault)
	// Type returns the type of an expression whose columns have theirs.
	Type(n *Native) (Type, []SQLFault)
}

// Written is the expression as it was written.
func (n *Native) Written() string {
	return (&SQL{Parts: n.Parts}).Text(nil)
}

// Place returns the part in which a byte of the text lies, and the byte within it.
func (n *Native) Place(offset int) (part, within int) {
	return (&SQL{Parts: n.Parts}).Place(offset, nil)
}

// Text is the expression with its columns as arg spells them.
func (n *Native) Text(arg func(i int) string) string {
	var b strings.Builder
	for i, text := range n.Texts {
		b.WriteString(text)
		if i < len(n.Args) {
			b.WriteString(arg(i))
		}
	}
	return b.String()
}

// Canonical is the expression without the layout that means nothing, and with a mark
// for each of its columns.
func (n *Native) Canonical() string {
	text := n.Text(func(int) string { return "?" })
	return (&SQL{Parts: []SQLPart{{Text: text}}}).Canonical(nil)
}
