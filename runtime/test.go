package runtime

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/fixture"
	"github.com/metricsascode/metrics/runtime/ingest"
)

// Test runs the tests whose names are wanted, in memory.
func (p *Project) Test(ctx context.Context, wanted func(name string) bool) ([]metrics.TestResult, diag.List) {
	var tests []*metrics.Test
	for _, t := range p.Model.Tests {
		if wanted(t.Name) {
			tests = append(tests, t)
		}
	}
	results, diags := fixture.Run(ctx, &fixture.Project{
		Model: p.Model, Calendar: p.Calendar, Place: p.PlaceOf, Text: p.written, Start: p.startTests, Failed: queryFailed,
	}, tests)
	for i := range results {
		results[i].Place, _ = p.Place("test." + results[i].Name)
	}
	return results, p.placed(diags)
}

// written is the text of the definitions at a place.
func (p *Project) written(r diag.Range) string {
	text := p.Files.Bytes(r.File)
	if r.Start.Byte > r.End.Byte || r.End.Byte > len(text) {
		return ""
	}
	return string(text[r.Start.Byte:r.End.Byte])
}

// startTests opens an engine that reads the project's files, and writes none but
// temporary ones. Tests are small: one thread does each.
func (p *Project) startTests(ctx context.Context) (fixture.Worker, diag.List) {
	temp, err := os.MkdirTemp("", "metrics-")
	if err != nil {
		return fixture.Worker{}, diag.List{engineFailed("No room to work", err)}
	}
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: temp, AllowedDirs: append([]string{p.Dir}, p.options.AllowPaths...), Threads: 1, FewRows: true})
	if err == nil {
		if err = eng.Lock(ctx); err != nil {
			err = errors.Join(err, eng.Close())
		}
	}
	if err != nil {
		os.RemoveAll(temp)
		return fixture.Worker{}, diag.List{engineFailed("The engine can't start", err)}
	}
	memory := ingest.NewMemory(eng, temp)
	return fixture.Worker{
		Engine: eng,
		Prepare: func(ctx context.Context, all []fixture.Given) {
			contexts := make([]ingest.Context, len(all))
			for i, g := range all {
				contexts[i] = p.over(g.Model, g.AsOf).ingestContext()
			}
			memory.Prepare(ctx, contexts)
		},
		Build: func(ctx context.Context, m *metrics.Model, asOf time.Time, expect []*metrics.Expectation) (fixture.Rows, diag.List) {
			return p.over(m, asOf).givenRows(ctx, &session{eng: eng}, memory, expect)
		},
		Close: func() {
			eng.Close()
			os.RemoveAll(temp)
		},
	}, nil
}

// over is the project with another model, as of another time.
func (p *Project) over(m *metrics.Model, asOf time.Time) *Project {
	compiled, out := *p.Project, *p
	compiled.Model = m
	out.Project, out.AsOf = &compiled, asOf
	return &out
}

func (p *Project) ingestContext() ingest.Context {
	return ingest.Context{Model: p.Model, Dir: p.Dir, AllowPaths: p.options.AllowPaths, AsOf: p.AsOf}
}

// givenRows makes the rows ready from which expected values are computed.
func (p *Project) givenRows(ctx context.Context, s *session, memory *ingest.Memory, expect []*metrics.Expectation) (fixture.Rows, diag.List) {
	var sources, calendars []string
	for _, e := range expect {
		sources = append(sources, e.KPI.Sources...)
		calendars = append(calendars, string(e.Grain))
		for _, c := range p.Model.CalendarsOf(e.KPI) {
			calendars = append(calendars, c.Name)
		}
	}
	blocks := p.calendarBlocks(calendars)
	segments, rejected, diags := memory.Build(ctx, p.ingestContext(), p.upstream(append(sources, p.aside(blocks)...)))
	if diags.HasErrors() {
		return fixture.Rows{}, p.placed(diags)
	}
	s.segments = segments
	calendar, more := p.withCalendars(ctx, s, blocks)
	return fixture.Rows{Statistics: s.statistics(), KeptOut: rejected, Calendar: calendar}, append(diags, more...)
}
