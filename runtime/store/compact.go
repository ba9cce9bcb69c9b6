package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Compact drops the values that were superseded at or before a time: what runs
// published until then is kept as the last of them left it. Runs, with their changes,
// and definitions stay. It is all or nothing, as a commit is.
func (w *Writer) Compact(ctx context.Context, eng *duckdb.Engine, until time.Time) (metrics.Compacted, diag.List) {
	c := w.store.catalog
	out := metrics.Compacted{OldestRun: max(c.OldestRun, min(1, c.LastRun.ID))}
	for _, segment := range c.Values {
		out.Kept += segment.Rows
	}
	runs, problems := w.store.Runs()
	if problems.HasErrors() {
		return out, problems
	}
	last := 0 // the run whose report is the oldest to keep
	for _, r := range runs {
		if !r.At.After(until) {
			last = r.ID
		}
	}
	old := slices.IndexFunc(c.Values, func(s Segment) bool { return s.FirstRun > last })
	if old < 0 {
		old = len(c.Values)
	}
	if last <= out.OldestRun || old == 0 {
		return out, nil
	}
	p := publication{Writer: w, eng: eng}
	superseded, err := p.superseded(ctx, c.Values[:old], last)
	if err != nil {
		return out, orInterrupted(ctx, diag.List{engineFailed("counting values", err)})
	}
	if superseded == 0 {
		return out, nil
	}
	next := *c
	next.Generation, next.OldestRun = w.store.pointer.Generation+1, last
	kept, err := p.withoutSuperseded(ctx, c.Values[:old], last)
	if err != nil {
		return out, orInterrupted(ctx, diag.List{unwritable(w.store.dir, err)})
	}
	next.Values = append([]Segment{kept}, c.Values[old:]...)
	out.Dropped, out.Kept, out.OldestRun = superseded, out.Kept-superseded, last
	return out, w.makePresent(ctx, &next)
}

// superseded counts the values that Compact drops: those that were not current after
// a run, and marks of values that had gone by then.
func (p *publication) superseded(ctx context.Context, segments []Segment, run int) (int64, error) {
	table, err := p.eng.Query(ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT "gone", lead("run") OVER (PARTITION BY %s ORDER BY "run") AS "next" `+
		`FROM %s WHERE "run" <= %d) WHERE "gone" OR "next" IS NOT NULL`, keyColumns, p.store.scan(segments...), run))
	if err != nil {
		return 0, err
	}
	n, _ := table.Rows[0][0].(int64)
	return n, nil
}

// withoutSuperseded writes segments as one: of the values that runs up to one
// published, those that were current after it.
func (p *publication) withoutSuperseded(ctx context.Context, segments []Segment, run int) (Segment, error) {
	rows := p.store.scan(segments...)
	end := segments[len(segments)-1].LastRun
	query := fmt.Sprintf(`SELECT * FROM (SELECT * FROM %[1]s WHERE "run" > %[2]d UNION ALL SELECT * FROM (SELECT * FROM %[1]s WHERE "run" <= %[2]d `+
		`QUALIFY row_number() OVER (PARTITION BY %[3]s ORDER BY "run" DESC) = 1) WHERE NOT "gone") ORDER BY %[4]s, "run"`, rows, run, keyColumns, valueOrder)
	written, err := p.copy(ctx, query, fmt.Sprintf("run-%d", end))
	written.FirstRun, written.LastRun = segments[0].FirstRun, end
	return written, err
}
