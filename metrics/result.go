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
}

// CheckResult is what a check of a column found.
type CheckResult struct {
	Source string `json:"source"`
	Column string `json:"column"`
	Check  string `json:"check"` // "values", "range", "references", "time"
	OnFail OnFail `json:"on_fail"`
	Failed int64  `json:"failed"`
	Sample string `json:"sample,omitempty"` // one failing value
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
}

// Catalog tells the compiler what is in real data. The runtime implements it.
type Catalog interface {
	// Columns returns the columns of a source's files as they are: names, and
	// types where the format has them or as far as they can be inferred.
	Columns(s *Source) ([]*Column, diag.List)
}
