package query

import (
	"fmt"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// Request asks for numbers.
type Request struct {
	KPIs []string
	// By names the cuts: dimensions, or columns as "orders.customers.region".
	By []string
	// Sets are the cut sets that are wanted, each as indexes into By; nil is one
	// set, all of By. With Sets, the result has a hidden column with the index of
	// a row's set.
	Sets  [][]int
	Grain metrics.Grain

	// The range: the periods themselves, or bounds (both included), or the last
	// few periods. Nothing of it: see periods.go.
	Periods  []metrics.Period
	From, To *metrics.Period
	Last     int

	Compare []Comparison
	Where   []metrics.Expr // over DimensionRefs and ColumnRefs
	Having  []metrics.Expr // over KPIs and aggregates, as the value of a KPI is
	Order   []Order
	Limit   int // 0: no limit
	Totals  bool
	// Top keeps, in each period, the members with the Top largest values of the first
	// KPI, and those that tie with the last of them; 0 keeps all. Other adds a row of
	// all that are left out, computed from their rows.
	Top   int
	Other bool
	// PresentOnly keeps only rows behind which any source has a row.
	PresentOnly bool
	AsOf        time.Time
	// Members is the name of a relation of members that the answer has beside those
	// of its rows, with the columns of [MemberColumns]; "" for none.
	Members string
}

// Conditions are what the request demands of results: each is a KPI in all but name,
// computed beside those asked for and not shown.
func (r Request) Conditions() []*metrics.KPI {
	out := make([]*metrics.KPI, len(r.Having))
	for i, h := range r.Having {
		out[i] = &metrics.KPI{Name: fmt.Sprintf("condition %d", i+1), Value: h, Type: boolean}
	}
	return out
}

// Comparison is something a value is set against.
type Comparison string

// The comparisons. Previous and YearAgo are calendar periods, whether or not
// they have rows.
const (
	Previous Comparison = "previous"
	YearAgo  Comparison = "year_ago"
	Target   Comparison = "target"
)

// Order sorts the answer by one of its columns.
type Order struct {
	Column string // name of an output column
	Desc   bool
}
