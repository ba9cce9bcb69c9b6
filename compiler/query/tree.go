package query

import "github.com/metricsascode/metrics/metrics"

// Select is a compiled request: stages that the root reads by name, and what the
// columns of the answer are.
type Select struct {
	Stages []Stage
	Root   Relation

	// Columns are the answer's visible columns. Hidden ones follow, by name: the
	// state of a row, whether it is a total, and with Request.Sets the index of
	// its cut set.
	Columns []metrics.ResultColumn
	Hidden  []string

	Grain   metrics.Grain
	KPIs    []string // as requested
	Periods []Period // all that are computed, in order; comparisons too
	Notes   []string
	Rates   []RateCheck // what is to be run beside it, so that missing rates are known

	Explanation metrics.Explanation // how it is computed

	// Project and Request say what the expressions' SQL depends on: the calendar
	// and the as-of instant.
	Project *metrics.Project
	Request Request
}

// The names of hidden columns.
const (
	StateColumn = "_state" // metrics.State
	TotalColumn = "_total" // boolean
	OtherColumn = "_other" // boolean, with Request.Other
	SetColumn   = "_set"   // integer
)

// Period is one computed period.
type Period struct {
	metrics.Period
	Name  string
	Shown bool // false: only compared with
	// State is the least settled of the requested KPIs'; States are theirs, in
	// order of Select.KPIs.
	State  metrics.State
	States []metrics.State

	key      metrics.Expr // what rows of the period have in common
	previous metrics.Expr // keys of the periods compared with; null literals where there is none
	yearAgo  metrics.Expr
	covered  []extent // by timeline
}

// Stage is a relation with a name.
type Stage struct {
	Name string
	Body Relation
}

// Relation is a node of the relational tree. The set is sealed: Scan, Ref,
// Values, Join, Filter, Project, Aliased, Aggregate, Union, Pick, Sort,
// Limit.
type Relation interface{ relation() }

// Scan reads the clean rows of a source.
type Scan struct {
	Source string
	Alias  string
}

// Ref reads a stage.
type Ref struct {
	Stage string
	Alias string
}

// Values is rows of constants.
type Values struct {
	Alias   string
	Columns []string
	Types   []metrics.Type
	Rows    [][]metrics.Expr
}

// JoinKind says which rows of the left side stay without a match.
type JoinKind uint8

// The kinds of joins. A CrossJoin pairs all rows.
const (
	LeftJoin JoinKind = iota
	CrossJoin
	InnerJoin
	AsOfJoin // a left join to the one row that is nearest by the inequality in On
)

// Pair is two expressions that a join holds equal.
type Pair struct {
	L, R metrics.Expr
	// NullSafe makes null equal to null.
	NullSafe bool
}

// Join pairs rows whose pairs are equal and for which On is true.
type Join struct {
	Kind        JoinKind
	Left, Right Relation
	Equal       []Pair
	On          []metrics.Expr
}

// Filter keeps the rows for which all conditions are true.
type Filter struct {
	Input Relation
	Where []metrics.Expr
}

// Item is a named expression.
type Item struct {
	Name string
	Expr metrics.Expr
}

// Project computes columns; Distinct keeps each row once. A nil Input is one row.
// All is the alias of a relation all of whose columns come first, "" for none.
type Project struct {
	Input    Relation
	All      string
	Items    []Item
	Distinct bool
}

// Aliased gives a relation a name for those who read it.
type Aliased struct {
	Input Relation
	Alias string
}

// Aggregate groups rows by its keys. With Sets it groups by each set of keys
// (indexes into Keys; the others are null there), and the column Mask, first of
// all, tells the sets apart: see Mask.
type Aggregate struct {
	Input    Relation
	Keys     []Item
	Sets     [][]int
	Mask     string
	Masked   []int // the keys that Mask speaks of
	Measures []*Measure
}

// Union is the rows of all inputs: each row once, or with All as often as it occurs.
type Union struct {
	Inputs []Relation
	All    bool
}

// Pick keeps, of the rows that are alike in Within, the first by order; with Ties
// all that are first.
type Pick struct {
	Input  Relation
	Within []metrics.Expr
	Order  []SortKey
	Ties   bool
}

// SortKey is one criterion of an order; nulls come last either way.
type SortKey struct {
	Expr metrics.Expr
	Desc bool
}

// Sort orders rows.
type Sort struct {
	Input Relation
	Keys  []SortKey
}

// Limit keeps the first N rows of its sorted input, and all rows for which Keep
// is true, which don't count; a nil Keep keeps none.
type Limit struct {
	Input *Sort
	N     int
	Keep  metrics.Expr
}

func (*Scan) relation()      {}
func (*Ref) relation()       {}
func (*Values) relation()    {}
func (*Join) relation()      {}
func (*Filter) relation()    {}
func (*Project) relation()   {}
func (*Aliased) relation()   {}
func (*Aggregate) relation() {}
func (*Union) relation()     {}
func (*Pick) relation()      {}
func (*Sort) relation()      {}
func (*Limit) relation()     {}

// MeasureFunc is what an engine does with the rows of a group. Every one gives
// the same value whatever the order of rows.
type MeasureFunc uint8

// The measures.
const (
	CountRows     MeasureFunc = iota // no argument
	Count                            // of values
	CountDistinct                    // of values
	Sum                              // exact: doubles are rounded to Scale first
	SumOfCounts
	Min
	Max
	Quantile         // interpolated; Measure.P
	QuantileDiscrete // Measure.P
	StdDev           // of a sample, summed in order of value
	AnyTrue
	AllTrue
	ShareOfTop // of the sum, the part that the largest ceil(n * P) values make
)

// Scale is how many digits after the point of a double a sum counts.
const Scale = 6

// Measure is one computed column of an Aggregate. Rows that don't pass Filter
// give null to it.
type Measure struct {
	Name   string
	Func   MeasureFunc
	Arg    metrics.Expr // nil for CountRows
	Filter metrics.Expr // nil: every row
	P      string       // the share of a quantile
	Type   metrics.Type // of the result
	// Partial marks a sum that others are made of: it stays exact, where that of
	// doubles becomes a double otherwise.
	Partial bool
}
