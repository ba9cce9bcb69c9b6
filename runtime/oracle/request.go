package oracle

import (
	"github.com/metricsascode/metrics/metrics"
)

// Request asks for numbers. Periods are given by their names.
type Request struct {
	KPIs, By []string
	Grain    metrics.Grain
	At       []string
	From, To string
	Last     int

	Compare     []string // "previous", "year_ago", "target"
	Where       []metrics.Expr
	Having      []metrics.Expr
	Order       []Order
	Limit       int
	Top         int
	Other       bool
	Totals      bool
	PresentOnly bool
}

// Order sorts by a column of the answer.
type Order struct {
	Column string
	Desc   bool
}

// Answer is rows of numbers, in order.
type Answer struct {
	Columns []string
	Rows    []Row
}

// Row is one row of an answer. Values are nil, bool, *big.Rat (exact numbers),
// float64, string, or time.Time.
type Row struct {
	Values []any
	State  metrics.State
	Total  bool
	Other  bool
}
