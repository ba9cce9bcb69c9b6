package metrics

// Expr is a node of the typed expression tree. The set of nodes is sealed; the
// compiler makes them, and once a Model is built they are not changed: a
// rewrite makes new nodes.
type Expr interface {
	// Base returns what all nodes have; never nil.
	Base() *Node
}

// NodeID names a node within a compilation; places in files stand in a side
// map, so that a Model holds no positions.
type NodeID uint64

// Node is what all expressions have: identity, type, unit and tax basis.
type Node struct {
	ID   NodeID
	Type Type
	Unit Unit
	Tax  Tax
}

// Base returns the node itself.
func (n *Node) Base() *Node { return n }

// Literal is a constant: null, boolean, integer, decimal or string by its Type.
// Text is its canonical spelling ("true", "12.50" is "12.5", a string as it is);
// a string that stands for a date or timestamp has that type and ISO text.
type Literal struct {
	Node
	Text string
}

// Name is a name as written, before resolution; none is left in a Model.
type Name struct {
	Node
	Parts []string
}

// SourceRef is a source given to an aggregate: count(orders).
type SourceRef struct {
	Node
	Source string
}

// ColumnRef is a column of a source, reached through references (many-to-one,
// by name) or directly when Path is empty.
type ColumnRef struct {
	Node
	Source string
	Path   []string
	Column string
}

// DimensionRef is a dimension or a built-in cycle, in filters and lists of cuts.
type DimensionRef struct {
	Node
	Dimension string
}

// KPIRef is the value of another KPI.
type KPIRef struct {
	Node
	KPI string
}

// Op is an operator.
type Op string

// The operators, as written in HCL.
const (
	OpAdd Op = "+"
	OpSub Op = "-"
	OpMul Op = "*"
	OpDiv Op = "/"
	OpMod Op = "%"
	OpEq  Op = "=="
	OpNe  Op = "!="
	OpLt  Op = "<"
	OpLe  Op = "<="
	OpGt  Op = ">"
	OpGe  Op = ">="
	OpAnd Op = "&&"
	OpOr  Op = "||"
	OpNot Op = "!"
	OpNeg Op = "neg"
)

// Unary is !x or -x.
type Unary struct {
	Node
	Op Op
	X  Expr
}

// Binary is an operator between two operands. ==, != are null-safe; / is never
// integer division and null where the divisor is 0.
type Binary struct {
	Node
	Op   Op
	L, R Expr
}

// Call is a function of the function table that is no aggregate.
type Call struct {
	Node
	Func *Function
	Args []Expr
}

// Aggregate is an aggregate over the rows of one source. Filter is its own
// filter, nil for none. Source is the source whose rows are aggregated.
type Aggregate struct {
	Node
	Func   *Function
	Args   []Expr // count(orders) has a SourceRef
	Filter Expr
	Source string
}

// List is [a, b], as in() takes it.
type List struct {
	Node
	Items []Expr
}

// Mapping is { "a" = x, "b" = y }, as map() takes it; keys are strings in
// written order.
type Mapping struct {
	Node
	Keys   []string
	Values []Expr
}

// PeriodOf is the first instant or day of the period of Grain in which X, a
// date or timestamp, falls in the project's time zone. The query compiler makes it.
type PeriodOf struct {
	Node
	X     Expr
	Grain Grain
}

// Ranked is the place of X among the rows that are alike in Within, 1 for the
// largest, null for null. The query compiler makes it of rank().
type Ranked struct {
	Node
	X      Expr
	Within []Expr
}

// Following is the next larger X among the rows that are alike in Within, null for
// the largest. The query compiler makes it.
type Following struct {
	Node
	X      Expr
	Within []Expr
}

// Field is a column of an intermediate relation; the query compiler makes it.
// Relation is "" where only one relation is in reach.
type Field struct {
	Node
	Relation string
	Name     string
}

// Children returns the direct operands of e, in written order.
func Children(e Expr) []Expr {
	switch e := e.(type) {
	case *Unary:
		return []Expr{e.X}
	case *Binary:
		return []Expr{e.L, e.R}
	case *Call:
		return e.Args
	case *Aggregate:
		if e.Filter != nil {
			return append(append([]Expr(nil), e.Args...), e.Filter)
		}
		return e.Args
	case *List:
		return e.Items
	case *Mapping:
		return e.Values
	case *Native:
		return e.Args
	case *PeriodOf:
		return []Expr{e.X}
	case *Ranked:
		return append([]Expr{e.X}, e.Within...)
	case *Following:
		return append([]Expr{e.X}, e.Within...)
	}
	return nil
}

// Walk calls visit for e and, while visit returns true, for all below it.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, c := range Children(e) {
		Walk(c, visit)
	}
}

// Any tells whether e or an expression below it is as wanted.
func Any(e Expr, wanted func(Expr) bool) bool {
	found := false
	Walk(e, func(e Expr) bool {
		found = found || wanted(e)
		return !found
	})
	return found
}

// Has tells whether e or an expression below it is of a kind.
func Has[T Expr](e Expr) bool {
	return Any(e, func(e Expr) bool { _, is := e.(T); return is })
}

// Calls tells whether e or an expression below it calls a function.
func Calls(e Expr, name string) bool {
	return Any(e, func(e Expr) bool {
		call, is := e.(*Call)
		return is && call.Func.Name == name
	})
}

// Rewrite returns e with every node replaced by what f returns for it, leaves
// first. Nodes whose operands did not change are shared, not copied.
func Rewrite(e Expr, f func(Expr) Expr) Expr {
	if e == nil {
		return nil
	}
	return f(MapChildren(e, func(child Expr) Expr { return Rewrite(child, f) }))
}

// MapChildren returns e with each direct operand replaced by what f returns for
// it; e itself where none changed.
func MapChildren(e Expr, f func(Expr) Expr) Expr {
	switch n := e.(type) {
	case *Unary:
		if x := f(n.X); x != n.X {
			c := *n
			c.X = x
			e = &c
		}
	case *Binary:
		l, r := f(n.L), f(n.R)
		if l != n.L || r != n.R {
			c := *n
			c.L, c.R = l, r
			e = &c
		}
	case *Call:
		if args, changed := mapAll(n.Args, f); changed {
			c := *n
			c.Args = args
			e = &c
		}
	case *Aggregate:
		args, changed := mapAll(n.Args, f)
		filter := n.Filter
		if filter != nil {
			filter = f(filter)
		}
		if changed || filter != n.Filter {
			c := *n
			c.Args, c.Filter = args, filter
			e = &c
		}
	case *List:
		if items, changed := mapAll(n.Items, f); changed {
			c := *n
			c.Items = items
			e = &c
		}
	case *Mapping:
		if values, changed := mapAll(n.Values, f); changed {
			c := *n
			c.Values = values
			e = &c
		}
	case *Native:
		if args, changed := mapAll(n.Args, f); changed {
			c := *n
			c.Args = args
			e = &c
		}
	case *PeriodOf:
		if x := f(n.X); x != n.X {
			c := *n
			c.X = x
			e = &c
		}
	case *Ranked:
		x := f(n.X)
		within, changed := mapAll(n.Within, f)
		if changed || x != n.X {
			c := *n
			c.X, c.Within = x, within
			e = &c
		}
	case *Following:
		x := f(n.X)
		within, changed := mapAll(n.Within, f)
		if changed || x != n.X {
			c := *n
			c.X, c.Within = x, within
			e = &c
		}
	}
	return e
}

func mapAll(in []Expr, f func(Expr) Expr) ([]Expr, bool) {
	changed := false
	out := make([]Expr, len(in))
	for i, x := range in {
		out[i] = f(x)
		changed = changed || out[i] != x
	}
	if !changed {
		return in, false
	}
	return out, true
}
