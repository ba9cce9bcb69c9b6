package check

import (
	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// rowChecks types the conditions on the rows of a source.
func (c *checker) rowChecks(s *decode.Decl[metrics.Source]) {
	for _, check := range s.Value.Checks {
		t := &typer{checker: c, place: s, address: s.Address, source: s.Value, rows: true, ofSource: true}
		t.condition(check.Assert, "assert")
	}
}

// freshness demands that an age has a meaning, and that an error comes after a warning.
func (c *checker) freshness(s *decode.Decl[metrics.Source]) {
	f := s.Value.Freshness
	if f == nil {
		return
	}
	if s.Value.Ahead {
		c.report(diag.Conflict, s.Address, s.At("freshness"), "freshness of plans",
			"With ahead = true, rows after as-of are plans, and the last of them says nothing of how fresh they are. Remove freshness or ahead.")
	}
	if !f.Warn.IsZero() && !f.Error.IsZero() && hours(f.Error) < hours(f.Warn) {
		c.report(diag.Conflict, s.Address, s.At("freshness", "error"), "An error before the warning",
			"An age of "+f.Error.String()+" would end the apply before one of "+f.Warn.String()+" warns. Let error be the longer one.")
	}
}

// hours is how long a span is at least.
func hours(s metrics.Span) int {
	const day, week, month = 24, 7 * 24, 28 * 24
	return s.N * map[metrics.Grain]int{metrics.Hour: 1, metrics.Day: day, metrics.Week: week, metrics.Month: month, metrics.Quarter: 3 * month, metrics.Year: 12 * month}[s.Unit]
}
