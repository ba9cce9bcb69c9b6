package runtime

import (
	"context"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/ingest"
)

// judge makes every check that an apply rests on, and puts what each found into the
// plan. Where nothing but time went on, only freshness can have changed. What it
// returns are faults of the work itself; what the checks have to say is in found.
func (w *work) judge(ctx context.Context, p *Project) diag.List {
	if !w.touchesValues() {
		return w.judgeFreshness(ctx, p)
	}
	if diags := w.attach(ctx, p); diags.HasErrors() {
		return diags
	}
	for _, s := range p.Model.Sources {
		w.plan.Checks = append(w.plan.Checks, w.session.segments[s.Name].Checks...)
		if n := w.sources[s.Name].Account.Rejected; n > 0 {
			w.found.Add(keptOut(s.Name, n))
		}
	}
	references, diags := ingest.CheckReferences(ctx, w.session.eng, ingest.Context{Model: p.Model, AsOf: p.AsOf}, w.session.segments)
	w.plan.Checks = append(w.plan.Checks, references...)
	w.plan.Checks = append(w.plan.Checks, ingest.CheckTimes(p.Model, w.session.segments)...)
	w.found = append(w.found, ingest.Diagnose(w.plan.Checks)...)
	w.found = append(w.found, w.strangers(ctx, p)...)
	for _, step := range []func(context.Context, *Project) diag.List{w.judgeFreshness, w.judgeSilence, w.judgeAnomalies, w.judgeRates, w.assert} {
		diags = append(diags, step(ctx, p)...)
	}
	w.keepResults()
	return diags
}

// attach opens a session over the clean rows of all sources.
func (w *work) attach(ctx context.Context, p *Project) diag.List {
	if w.session == nil {
		s, diags := p.start(ctx, w.store.Dir(), "", w.inputs)
		if diags.HasErrors() {
			return diags
		}
		w.session = s
	}
	if len(w.session.segments) > 0 {
		return nil
	}
	return w.session.clean(ctx, p, w.inputs, sourceNames(p.Model))
}

// keepResults notes with each source what the checks of it found.
func (w *work) keepResults() {
	perSource := map[string][]metrics.CheckResult{}
	for _, r := range w.plan.Checks {
		perSource[r.Source] = append(perSource[r.Source], r)
	}
	for name, s := range w.sources {
		s.Checks = perSource[name]
		w.sources[name] = s
	}
}

// tell adds what a check found: to the plan, and in words where it failed.
func (w *work) tell(r metrics.CheckResult, address, summary, detail string) {
	w.plan.Checks = append(w.plan.Checks, r)
	if r.Failed == 0 {
		return
	}
	d := diag.Diagnostic{Severity: diag.Warning, Code: diag.CheckWarned, Address: address, Summary: summary, Detail: detail}
	if r.OnFail == metrics.Stop {
		d.Severity, d.Code = diag.Error, diag.CheckFailed
		d.Detail += " Nothing was published."
	}
	w.found.Add(d)
}

// block says which checks end an apply before anything is published.
func block(p *plan.Plan) {
	for _, c := range p.Checks {
		if c.Failed > 0 && c.OnFail == metrics.Stop {
			p.Blocking = append(p.Blocking, plan.Block{Code: diag.CheckFailed, Text: string(c.Check) + " of " + c.Subject() + " stops the apply: " + c.Found})
		}
	}
}

// before is the condition that a row of a source had begun before an instant: a date
// begins with its day.
func (p *Project) before(s *metrics.Source, t time.Time) string {
	if s.Column(s.Time).Type.Kind != metrics.Date {
		return duckdb.Quote(s.Time) + " < " + instantSQL(t)
	}
	day := p.Calendar.Of(metrics.Day, t)
	if !day.Start.Equal(t) {
		day = p.Calendar.Next(day)
	}
	return duckdb.Quote(s.Time) + " < DATE " + duckdb.Literal(p.Calendar.Day(day.Start))
}

// since is the condition that a row of a source had not ended at an instant: a date
// ends with its day.
func (p *Project) since(s *metrics.Source, t time.Time) string {
	if s.Column(s.Time).Type.Kind != metrics.Date {
		return duckdb.Quote(s.Time) + " >= " + instantSQL(t)
	}
	return duckdb.Quote(s.Time) + " >= DATE " + duckdb.Literal(p.Calendar.Day(t))
}

func instantSQL(t time.Time) string {
	return "TIMESTAMPTZ " + duckdb.Literal(t.UTC().Format("2006-01-02 15:04:05.999999+00"))
}
