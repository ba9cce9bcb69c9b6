package metrics

import (
	"slices"
	"strings"
)

// FunctionKind says where a function may stand.
type FunctionKind uint8

// The kinds of functions. A RowFunction computes a value from values (in a row,
// or between aggregates); an AggregateFunction makes one value from many rows; a
// KPIFunction evaluates an expression of KPIs at other times or members; a
// ConditionFunction stands in the conditions of thresholds, over published values.
const (
	RowFunction FunctionKind = iota
	AggregateFunction
	KPIFunction
	ConditionFunction
)

// Additivity says how values of finer periods or cuts make the value of a
// coarser one.
type Additivity uint8

// The additivities. NotAdditive values are always computed from rows.
const (
	NotAdditive   Additivity = iota
	AdditiveSum              // add up
	AdditiveMin              // the smallest
	AdditiveMax              // the largest
	AdditiveParts            // from its parts, each of which adds up
)

// Accept says which arguments a parameter takes.
type Accept uint8

// What parameters take. The Word kinds are bare words, not values.
const (
	AcceptAny Accept = iota
	AcceptNumber
	AcceptString
	AcceptBoolean
	AcceptTime     // a date or timestamp
	AcceptGrain    // a bare word: day, week, month ...
	AcceptList     // [a, b]
	AcceptMapping  // { "a" = "b" }
	AcceptFraction // a literal number from 0 to 1
	AcceptInteger  // a whole number
	AcceptUnit     // a literal string that is a unit
	AcceptOrdered  // what < can compare: numbers, strings, times
	AcceptRows     // a source, or a value

	AcceptKPI        // a value of aggregates and KPIs
	AcceptCount      // a literal whole number from 1 on
	AcceptGrainOrAll // a bare word: a grain, or all
	AcceptCuts       // a list of dimensions or columns to cut by
	AcceptCells      // the same, and grains
	AcceptColumns    // a list of columns of the aggregated source

	AcceptKPIName   // a KPI by its name
	AcceptSpan      // a literal length of time
	AcceptStatistic // a bare word: mean, median, p25 ...
)

// Param is one parameter.
type Param struct {
	Name     string
	Accept   Accept
	Optional bool
	Variadic bool // the last parameter repeats
	// Like marks parameters whose values must be alike: one type, unit and tax basis.
	// A bare literal takes the others' unit.
	Like bool
	// Plain marks parameters that must have no unit.
	Plain bool
}

// Function is one row of the function table, from which checking, SQL and the
// docs come.
type Function struct {
	Name       string
	Kind       FunctionKind
	Group      string // heading in the docs
	Params     []Param
	Result     func(args []Expr) Node // type, unit and tax of the result; arguments are checked already
	Additivity Additivity
	// ZeroWhenEmpty says that over no rows the value is 0, not null.
	ZeroWhenEmpty bool
	// DuckDB is the SQL, with $1 for an argument, $* for all, separated by commas,
	// and $zone for the project's time zone as a literal. Where it is "", sqlgen
	// has its own way of printing the function.
	DuckDB  string
	Doc     string // one sentence or two, in words
	Example string // an expression that the docs show and a test compiles
}

// MinArgs is how many arguments a call must have.
func (f *Function) MinArgs() int {
	n := 0
	for _, p := range f.Params {
		if !p.Optional {
			n++
		}
	}
	return n
}

// MaxArgs is how many arguments a call may have, an aggregate's filter not
// counted; -1 is any number.
func (f *Function) MaxArgs() int {
	if n := len(f.Params); n > 0 && f.Params[n-1].Variadic {
		return -1
	}
	return len(f.Params)
}

// Param returns the parameter that argument i goes to.
func (f *Function) Param(i int) Param { return f.Params[min(i, len(f.Params)-1)] }

// Signature is the call as the docs show it.
func (f *Function) Signature() string {
	if f.IsWord() {
		return f.Name
	}
	var b strings.Builder
	b.WriteString(f.Name + "(")
	for i, p := range f.Params {
		if i > 0 {
			b.WriteString(", ")
		}
		switch {
		case p.Variadic:
			b.WriteString(p.Name + ", ...")
		case p.Optional:
			b.WriteString("[" + p.Name + "]")
		default:
			b.WriteString(p.Name)
		}
	}
	if f.Kind == AggregateFunction {
		if len(f.Params) > 0 {
			b.WriteString(", ")
		}
		b.WriteString("[filter]")
	}
	return b.String() + ")"
}

// functionGroups is the whole table.
var functionGroups = [][]*Function{
	logicFunctions, numberFunctions, stringFunctions, timeFunctions, moneyFunctions, engineFunctions,
	aggregateFunctions, balanceFunctions, overTimeFunctions, overDimensionFunctions,
}

var functionIndex = indexFunctions()

func indexFunctions() map[string]*Function {
	index := map[string]*Function{}
	for _, group := range functionGroups {
		for _, f := range group {
			index[f.Name] = f
		}
	}
	return index
}

// FunctionNamed returns the function of that name, or nil.
func FunctionNamed(name string) *Function { return functionIndex[name] }

// Functions returns the whole table, in order of group as declared, then name.
func Functions() []*Function {
	var all []*Function
	for _, group := range append(slices.Clone(functionGroups), conditionFunctions) {
		g := slices.Clone(group)
		slices.SortFunc(g, func(a, b *Function) int { return strings.Compare(a.Name, b.Name) })
		all = append(all, g...)
	}
	return all
}

// FunctionNames returns the names of all functions, sorted.
func FunctionNames() []string {
	names := make([]string, 0, len(functionIndex))
	for n := range functionIndex {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// The rules for results that many functions share.

func plain(k Kind) func([]Expr) Node {
	return func([]Expr) Node { return Node{Type: Type{Kind: k}} }
}

// sameAs is the type, unit and tax of argument i.
func sameAs(i int) func([]Expr) Node {
	return func(args []Expr) Node { return quality(args[i]) }
}

// unitOf is kind k with the unit and tax of argument i.
func unitOf(i int, k Kind) func([]Expr) Node {
	return func(args []Expr) Node {
		n := quality(args[i])
		n.Type = Type{Kind: k}
		return n
	}
}

func quality(e Expr) Node {
	b := e.Base()
	return Node{Type: b.Type, Unit: b.Unit, Tax: b.Tax}
}

// Alike is the common type, unit and tax of expressions that must agree; where
// only a literal lacks the unit, the others' counts.
func Alike(args []Expr) Node {
	n := Node{Type: Type{Kind: Null}}
	for _, a := range args {
		b := a.Base()
		if t, ok := Unify(n.Type, b.Type); ok {
			n.Type = t
		}
		if n.Unit == "" {
			n.Unit = b.Unit
		}
		if n.Tax == NoTax {
			n.Tax = b.Tax
		}
	}
	return n
}

func alikeFrom(from, step int) func([]Expr) Node {
	return func(args []Expr) Node {
		var picked []Expr
		for i := from; i < len(args); i += step {
			picked = append(picked, args[i])
		}
		return Alike(picked)
	}
}
