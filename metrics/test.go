package metrics

import "github.com/metricsascode/metrics/metrics/diag"

// Test is rows that are given, and what must come out of them.
type Test struct {
	Name        string
	Description string
	AsOf        *Literal       // nil: the end of the last period that is expected, else the project's
	Given       []*Given       // in order of source; sources that aren't given are empty
	Expect      []*Expectation // as written
}

// Given is what a source holds in a test.
type Given struct {
	Node
	Source  string
	Reader  Reader   // Inline, CSV, Parquet or JSON
	Covered *Covered // which days the rows stand for; nil: what the source declares
}

// Expectation is what one value must be by periods and members.
type Expectation struct {
	Node
	Value Expr // a KPIRef, or another expression over KPIs and aggregates
	// KPI is the KPI that Value names, or one without a name of its own that
	// stands for the expression.
	KPI *KPI

	// The range: one period, or bounds (both included). Nothing of it: all that
	// the sources cover.
	At, From, To *Literal
	Grain        Grain    // by which the range is parted; NoGrain: that of the period's name
	GrainID      NodeID   // where that is said
	By           []string // cuts, in order of name

	Rows []*ExpectedRow
	// Each tells that Rows are those of the periods of the range, in order, and
	// Complete that a row which isn't expected must have no value.
	Each      bool
	Complete  bool
	Tolerance *Literal // nil: exact

	// Fails is the code that the value must be refused with; Refused is what the
	// compiler says of an expression that has to be.
	Fails   diag.Code
	Refused diag.List
}

// ExpectedRow is one value that is expected.
type ExpectedRow struct {
	Node
	Period  *Literal   // nil: the whole range
	Members []*Literal // in the order of the cuts
	Value   *Literal   // of type Null: there must be none
}
