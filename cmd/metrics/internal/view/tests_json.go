package view

import (
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// The JSON of tests and checks. Values are texts as they would be written in a
// definition; an absent one is null.
type (
	testsDocument struct {
		Passed bool        `json:"passed"`
		Tests  []testJSON  `json:"tests"`
		Checks []checkJSON `json:"checks"`
	}
	testJSON struct {
		Name     string             `json:"name"`
		Outcome  metrics.Outcome    `json:"outcome"`
		Range    diag.Range         `json:"range"`
		Expected int                `json:"expectations"`
		Failures []mismatchJSON     `json:"failures"`
		KeptOut  []metrics.Rejected `json:"kept_out"`
		Problems []diag.Diagnostic  `json:"diagnostics"`
	}
	mismatchJSON struct {
		KPI      string     `json:"kpi"`
		Range    diag.Range `json:"range"`
		Expected *string    `json:"expected,omitempty"`
		Actual   *string    `json:"actual,omitempty"`
		Cells    []cellJSON `json:"cells,omitempty"`
	}
	cellJSON struct {
		Period   string             `json:"period,omitempty"`
		Members  map[string]*string `json:"members,omitempty"`
		Expected *string            `json:"expected"`
		Actual   *string            `json:"actual"`
		Met      bool               `json:"met"`
		Range    *diag.Range        `json:"range,omitempty"`
	}
	checkJSON struct {
		Name    string                 `json:"name"`
		Outcome metrics.Outcome        `json:"outcome"`
		OnFail  metrics.OnFail         `json:"on_fail"`
		Range   diag.Range             `json:"range"`
		Periods int                    `json:"periods"`
		Failed  []metrics.FailedPeriod `json:"failed"`
	}
)

func testsJSON(r TestReport) testsDocument {
	doc := testsDocument{Passed: r.Passed(), Tests: []testJSON{}, Checks: []checkJSON{}}
	for _, t := range r.Tests {
		failures := []mismatchJSON{}
		for _, m := range t.Failures {
			failures = append(failures, mismatchOf(m))
		}
		doc.Tests = append(doc.Tests, testJSON{
			Name: t.Name, Outcome: t.Outcome, Range: t.Place, Expected: t.Expectations, Failures: failures,
			KeptOut: orEmpty(t.KeptOut), Problems: orEmpty(t.Problems),
		})
	}
	for i, c := range r.Checks {
		doc.Checks = append(doc.Checks, checkJSON{
			Name: c.Check, Outcome: outcome(c), OnFail: c.OnFail, Range: r.CheckPlaces[i], Periods: c.Periods, Failed: orEmpty(c.Failed),
		})
	}
	return doc
}

func mismatchOf(m metrics.Mismatch) mismatchJSON {
	out := mismatchJSON{KPI: m.What, Range: m.Place, Expected: orNull(m.Expected), Actual: orNull(m.Actual)}
	for _, c := range m.Cells {
		cell := cellJSON{Period: c.Period, Expected: orNull(c.Expected), Actual: orNull(c.Actual), Met: c.Met}
		for i, name := range m.Cuts {
			if cell.Members == nil {
				cell.Members = map[string]*string{}
			}
			cell.Members[name] = c.Members[i]
		}
		if c.Place.File != "" {
			cell.Range = &c.Place
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
