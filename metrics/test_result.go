package metrics

import (
	"time"

	"github.com/metricsascode/metrics/metrics/diag"
)

// Outcome says how a test or check ended.
type Outcome string

// The outcomes. Broken is a test that could not be run to its end.
const (
	Passed Outcome = "passed"
	Failed Outcome = "failed"
	Broken Outcome = "broken"
	Warned Outcome = "warned"
)

// TestResult is what came of one test.
type TestResult struct {
	Name         string
	Place        diag.Range
	Outcome      Outcome
	Took         time.Duration
	Expectations int        // how many it has
	Failures     []Mismatch // of a failed test, in the order of its expectations
	KeptOut      []Rejected // given rows that are in no number
	Problems     diag.List  // of a broken test
}

// Mismatch is an expectation that was not met.
type Mismatch struct {
	Place diag.Range
	What  string   // "kpi.gmv", or the expression
	Cuts  []string // the columns of members
	Cells []ComparedCell
	// Expected and Actual say in words what no cell can: that the value was, or
	// was not, refused.
	Expected, Actual string
}

// ComparedCell is one value beside the expected one.
type ComparedCell struct {
	Place    diag.Range
	Period   string
	Members  []*string // nil is null
	Expected string    // "" where no value was expected
	Actual   string    // "" where there is none
	Met      bool
}
