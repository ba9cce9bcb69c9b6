package metrics

import (
	"time"

	"github.com/metricsascode/metrics/metrics/diag"
)

// State says how far the value of a period is settled.
type State string

// The states, the least settled last.
const (
	Final       State = "final"
	Provisional State = "provisional" // ended, but rows may still arrive
	Incomplete  State = "incomplete"  // a source covers the period in part
	Open        State = "open"        // not ended at as-of
	NoData      State = "no_data"     // no source covers the period
)

// ResultColumn describes one column of a Result.
type ResultColumn struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"` // "period", "dimension", "kpi", "comparison"
	Type  string `json:"type"` // as Type.String
	Unit  Unit   `json:"unit,omitempty"`
	Label string `json:"label,omitempty"`
	// KPI and Comparison say what a comparison column compares: "gmv", "previous".
	KPI        string `json:"kpi,omitempty"`
	Comparison string `json:"comparison,omitempty"`
	Format     string `json:"format,omitempty"`
	Direction  string `json:"direction,omitempty"`
}

// Result is the answer to a query. Values in Rows are in the order of Columns:
// nil, bool, int64, *big.Int, Number (an exact decimal), float64, string, or
// time.Time.
type Result struct {
	AsOf    time.Time      `json:"-"`
	Grain   Grain          `json:"grain,omitempty"`
	Columns []ResultColumn `json:"columns"`
	Rows    []ResultRow    `json:"-"`
	Notes   []string       `json:"notes,omitempty"` // what the user should know: bounds that were widened
}

// ResultRow is one row of a Result.
type ResultRow struct {
	Values []any
	State  State
	Total  bool // a totals row: members are nil, and not "(none)"
	Other  bool // all members beyond the largest: members are nil
}

// Number is an exact decimal in plain notation, as JSON writes it.
type Number string

// Rejected is a row that was kept out of a source, whole.
type Rejected struct {
	Source string `json:"source"`
	File   string `json:"file"` // relative to the project; "" for inline rows
	Line   int64  `json:"line"` // where the row starts in the file, from 1; row number for parquet
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"` // the text that could not be used
	Reason string `json:"reason"`
	Raw    string `json:"raw"` // the row as it stands in the file, or as JSON
}

// Account says where the rows of a source went: Read = Clean + Filtered +
// Duplicates + Rejected.
type Account struct {
	Source     string `json:"source"`
	Read       int64  `json:"read"`
	Clean      int64  `json:"clean"`
	Filtered   int64  `json:"filtered"`
	Duplicates int64  `json:"duplicates"`
	Rejected   int64  `json:"rejected"`
	// Derived tells that the rows were read by other sources, whose clean ones they are.
	Derived bool `json:"derived,omitempty"`
}

// Balanced tells whether every row is accounted for, once.
func (a Account) Balanced() bool { return a.Read == a.Clean+a.Filtered+a.Duplicates+a.Rejected }

// CheckResult is what a check found, also where all is well.
type CheckResult struct {
	Source string    `json:"source,omitempty"` // "" for a check of KPIs
	Column string    `json:"column,omitempty"` // several, as of a key, are joined by ", "
	Check  CheckKind `json:"check"`
	Name   string    `json:"name,omitempty"` // of a check or anomaly block
	OnFail OnFail    `json:"on_fail"`
	Failed int64     `json:"failed"`           // rows, or what the kind counts
	Found  string    `json:"found,omitempty"`  // what was found, in a few words; "" where none failed
	Sample string    `json:"sample,omitempty"` // one failing value
}

// CheckKind says what a check looks at.
type CheckKind string

// The kinds of checks. They count rows; anomaly and KPI checks count periods,
// coverage counts members, and freshness is one thing.
const (
	CheckType       CheckKind = "type" // texts can be read as the type of their column
	CheckRequired   CheckKind = "required"
	CheckKey        CheckKind = "key" // known, and no other row has it
	CheckValues     CheckKind = "values"
	CheckRange      CheckKind = "range"
	CheckReferences CheckKind = "references"
	CheckAssert     CheckKind = "assert" // a check block of a source
	CheckTime       CheckKind = "time"   // rows have a time
	CheckFreshness  CheckKind = "freshness"
	CheckAnomaly    CheckKind = "anomaly"
	CheckCoverage   CheckKind = "coverage"
	CheckKPIs       CheckKind = "kpis"  // a check block of the project
	CheckRates      CheckKind = "rates" // amounts that are converted have a rate
)

// Subject is what a check is of: "orders.age", "orders", "check.reconciles".
func (c CheckResult) Subject() string {
	switch {
	case c.Source == "":
		return "check." + c.Name
	case c.Name != "":
		return c.Source + "." + c.Name
	case c.Column != "":
		return c.Source + "." + c.Column
	}
	return c.Source
}

// Statistics is what is known of a source's clean rows.
type Statistics struct {
	Rows    int64                       `json:"rows"`
	Columns map[string]ColumnStatistics `json:"columns"`
	// Leaves are the statistics of a union's sources by name (of the rows that
	// came from each), nil for other sources.
	Leaves map[string]Statistics `json:"leaves,omitempty"`
}

// ColumnStatistics is what is known of one column of clean rows.
type ColumnStatistics struct {
	Nulls    int64 `json:"nulls"`
	Distinct int64 `json:"distinct"` // estimated
	// FirstDay and LastDay are those of a date or timestamp column in the
	// project's time zone, YYYY-MM-DD; "" where all is null.
	FirstDay string `json:"first_day,omitempty"`
	LastDay  string `json:"last_day,omitempty"`
	// Last is the last instant of a timestamp column, RFC 3339 in UTC.
	Last string `json:"last,omitempty"`
}

// Catalog tells the compiler what is in real data. The runtime implements it.
type Catalog interface {
	// Columns returns the columns of a source's files as they are: names, and
	// types where the format has them or as far as they can be inferred.
	Columns(s *Source) ([]*Column, diag.List)
	// Select returns the columns of a query over sources with the columns given, and
	// notes in q what it reads. It runs nothing.
	Select(q *SQL, sources func(name string) *Source) ([]*Column, []SQLFault)
}
