package runtime

import (
	"context"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// runTests runs the tests of KPIs whose values the plan's changes may move. One that
// fails by the new definitions stands in the way, and so does one that no longer
// fits them.
func (w *work) runTests(ctx context.Context, p *Project) diag.List {
	moves := map[string]bool{}
	for _, c := range w.plan.Changes {
		switch c.Class {
		case metrics.Breaking, metrics.ValueChanging, metrics.Indirect:
			moves[strings.TrimPrefix(c.Address, "kpi.")] = true
		}
	}
	if len(moves) == 0 || len(w.before.definitions) == 0 {
		return nil
	}
	tested, problems := p.withTests(ctx)
	for _, d := range problems {
		if d.Severity == diag.Error {
			w.block(plan.Block{Address: d.Address, Code: d.Code, Text: d.Summary, Mend: d.Detail, Range: d.Range})
		}
	}
	if problems.HasErrors() {
		return nil
	}
	touched := map[string]bool{}
	for _, t := range tested.Model.Tests {
		for _, x := range t.Expect {
			if x.KPI != nil && asks(x.KPI, moves) {
				touched[t.Name] = true
			}
		}
	}
	if len(touched) == 0 {
		return nil
	}
	results, diags := tested.Test(ctx, func(name string) bool { return touched[name] })
	for _, r := range results {
		if r.Outcome == metrics.Failed || r.Outcome == metrics.Broken {
			at := r.Place
			address := "test." + r.Name
			w.block(plan.Block{Address: address, Code: diag.TestsFail, Text: failure(r), Range: &at,
				Mend: "Where the new definition is right, mend what the test expects; see metrics test " + r.Name + "."})
			w.plan.Downstream = append(w.plan.Downstream, plan.Dependent{Address: address, Kind: "test"})
		}
	}
	return diags
}

// withTests is the project with the tests in files that hold nothing else.
func (p *Project) withTests(ctx context.Context) (*Project, diag.List) {
	if !p.Files.TestsLeft {
		return p, nil
	}
	options := p.options
	options.Dir, options.Tests = p.Dir, true
	return Open(ctx, options)
}

// asks tells whether what a test expects is of any of some KPIs: it may be an
// expression over several.
func asks(k *metrics.KPI, names map[string]bool) bool {
	found := names[k.Name]
	metrics.Walk(k.Value, func(e metrics.Expr) bool {
		if ref, ok := e.(*metrics.KPIRef); ok {
			found = found || names[ref.KPI]
		}
		return !found
	})
	return found
}

func (w *work) block(b plan.Block) { w.plan.Blocking = append(w.plan.Blocking, b) }

// failure is a failed test in one line.
func failure(r metrics.TestResult) string {
	text := "fails by these definitions"
	if r.Outcome == metrics.Broken {
		return "can't be run with these definitions"
	}
	if len(r.Failures) == 0 {
		return text
	}
	m := r.Failures[0]
	for _, c := range m.Cells {
		if !c.Met {
			return fmt.Sprintf("%s: %s is %s, expected %s", text, m.What, orNoValue(c.Actual), orNoValue(c.Expected))
		}
	}
	return fmt.Sprintf("%s: %s", text, m.What)
}

func orNoValue(s string) string {
	if s == "" {
		return "no value"
	}
	return s
}
