package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Memory makes clean rows in the engine itself, by the same steps as segments, and
// writes no file: for few rows that are soon forgotten. What an engine holds
// already isn't made again. It is as little safe for concurrent use as its engine.
type Memory struct {
	engine *duckdb.Engine
	folder string // for temporary files
	held   map[string]inMemory
	ready  map[string]lot // by hash: what Prepare made
	zones  map[string]zone
	cache  HashCache
}

// inMemory is what the engine holds of a source.
type inMemory struct {
	segment  Segment
	rejected []metrics.Rejected
	files    []sourceFile
	columns  string // of the view
	ready    bool   // a view of a lot: no tables of its own
}

// NewMemory returns a Memory of an engine that may read the project's files, and
// read and write the folder of temporary files.
func NewMemory(eng *duckdb.Engine, folder string) *Memory {
	return &Memory{engine: eng, folder: folder, held: map[string]inMemory{}, cache: HashCache{}}
}

// Build makes the wanted sources of a model ready, and all that they are made
// from, as the views sources.<source>. Of c, Home and Fallback are not used.
func (m *Memory) Build(ctx context.Context, c Context, wanted []string) (map[string]Segment, []metrics.Rejected, diag.List) {
	order, problems := sorted(c.Model, wanted)
	segments, known := map[string]Segment{}, map[string]Identity{}
	var rejected []metrics.Rejected
	for _, s := range order {
		if !allBuilt(c.Model, s, segments) {
			continue
		}
		id, err := c.identify(s, known, m.cache)
		if err == nil {
			known[s.Name] = id
			err = m.source(ctx, c, s, id, segments)
		}
		report(&problems, s.Name, c.discreet(s, err))
		if err == nil {
			segments[s.Name] = m.held[s.Name].segment
			rejected = append(rejected, m.held[s.Name].rejected...)
		}
	}
	return segments, rejected, problems
}

// source makes the rows of one source, unless the engine holds them.
func (m *Memory) source(ctx context.Context, c Context, s *metrics.Source, id Identity, segments map[string]Segment) error {
	before, held := m.held[s.Name]
	if held && before.segment.Hash == id.Hash {
		return nil
	}
	delete(m.held, s.Name)
	if l, ok := m.ready[id.Hash]; ok {
		return m.show(ctx, s, l)
	}
	made, err := m.builder(c, s, id, segments).inMemory(ctx, before)
	if err == nil {
		m.held[s.Name] = made
	}
	return err
}

// loadZones prepares the time zones once for all tests of a project, which differ
// in rows alone.
func (m *Memory) loadZones(model *metrics.Model) (zones map[string]zone, err error) {
	if m.zones == nil {
		m.zones, err = loadZones(model)
	}
	return m.zones, err
}

// inMemory brings the rows through all steps of cleaning and makes the tables that
// a segment has, as far as other sources and queries read them. A statement over
// few rows takes its time for planning, so those without effect are left out.
func (b *builder) inMemory(ctx context.Context, before inMemory) (inMemory, error) {
	out := inMemory{segment: Segment{Source: b.source.Name, Hash: b.identity.Hash}}
	b.account = newAccount(b.source)
	var err error
	if b.zones, err = b.loadZones(); err != nil {
		return out, err
	}
	if b.key, err = b.maskKey(); err != nil {
		return out, err
	}
	out.segment.maskKey = b.key
	if err := inTurn(ctx, b.createStage, b.loadFew, b.computeColumns); err != nil {
		return out, err
	}
	spotless, err := b.spotless(ctx)
	if err == nil && !spotless {
		if err = b.judgeRows(ctx); err == nil {
			out.rejected, err = b.rejected(ctx)
		}
	}
	if err != nil {
		return out, err
	}
	out.files, out.columns = b.files, strings.Join(publicColumns(b.source), ", ")
	steps := []func(context.Context) error{b.aggregateColumns, b.clearTarget, b.writeClean, b.writeParts, b.showClean}
	if out.columns == before.columns && slices.Equal(out.files, before.files) {
		steps = []func(context.Context) error{b.aggregateColumns, b.clearClean, b.writeClean, b.showAgain}
	}
	if err := inTurn(ctx, steps...); err != nil {
		return out, err
	}
	out.segment.Statistics = metrics.Statistics{Columns: map[string]metrics.ColumnStatistics{}}
	if !b.empty() {
		out.segment.Statistics, err = b.statistics(ctx)
	}
	b.account.Clean, b.account.Rejected = out.segment.Statistics.Rows, int64(len(out.rejected))
	out.segment.Account, out.segment.Checks = b.account, b.checks
	return out, err
}

// empty tells whether the source is written without rows.
func (b *builder) empty() bool {
	inline, ok := b.source.Reader.(*metrics.Inline)
	return ok && len(inline.Rows) == 0
}

func (b *builder) loadFew(ctx context.Context) error {
	if !b.empty() {
		return b.load(ctx)
	}
	b.files, b.starts = []sourceFile{{Source: b.source.Name}}, []int64{0}
	return nil
}

// spotless tells whether all rows could be read and none has to go: what
// [builder.judgeRows] looks for is not there.
func (b *builder) spotless(ctx context.Context) (bool, error) {
	if b.empty() {
		return true, nil
	}
	if len(b.faults) > 0 || b.source.Valid != nil || b.source.Dedupe != nil && b.source.Dedupe.All {
		return false, nil
	}
	spotted, err := b.spotted(ctx, func(string) string { return "0" })
	return len(spotted) == 0, err
}

// spotted is the lots that have a row that couldn't be read or has to go; lot is the
// SQL of the number of a row's lot.
func (b *builder) spotted(ctx context.Context, lot func(row string) string) (map[int64]bool, error) {
	unique := func(columns []string, where string) string {
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = duckdb.Quote(c)
		}
		return fmt.Sprintf(`SELECT %s FROM stage.rows WHERE %s GROUP BY 1 HAVING count(*) <> count(DISTINCT row(%s))`, lot(`"$row"`), where, strings.Join(names, ", "))
	}
	where := "true"
	if b.source.Where != nil {
		where = b.expr(b.source.Where)
	}
	spots := []string{"SELECT " + lot("rowid") + " FROM stage.parsed WHERE " + whyColumn + " IS NOT NULL"}
	if d := b.source.Dedupe; d != nil {
		spots = append(spots, unique(d.By, "true"))
	}
	if len(b.source.Key) > 0 {
		spots = append(spots, unique(b.source.Key, where))
	}
	var failed []string
	for _, q := range b.quarantines() {
		failed = append(failed, "("+q.failed+")")
	}
	if len(failed) > 0 {
		spots = append(spots, fmt.Sprintf("SELECT %s FROM stage.rows WHERE (%s) AND (%s)", lot(`"$row"`), where, strings.Join(failed, " OR ")))
	}
	t, err := b.engine.Query(ctx, strings.Join(spots, " UNION ALL "))
	if err != nil {
		return nil, err
	}
	spotted := map[int64]bool{}
	for _, row := range t.Rows {
		spotted[number(row[0])] = true
	}
	return spotted, nil
}

// rejected is the rows that had to go, in order of file and line.
func (b *builder) rejected(ctx context.Context) ([]metrics.Rejected, error) {
	var out []metrics.Rejected
	all, err := b.rejects(ctx)
	for _, r := range all {
		out = append(out, metrics.Rejected{
			Source: b.source.Name, File: b.files[r.file].Path, Line: r.line, Column: r.column, Value: r.shown, Reason: r.reason, Raw: r.raw,
		})
	}
	return out, err
}

func (b *builder) clearTarget(ctx context.Context) error {
	return b.engine.Exec(ctx, fmt.Sprintf("DROP SCHEMA IF EXISTS %[1]s CASCADE; CREATE SCHEMA %[1]s", b.target))
}

// clearClean makes room for other rows of the same source.
func (b *builder) clearClean(ctx context.Context) error {
	return b.engine.Exec(ctx, "DROP TABLE "+b.target+".clean")
}

// showClean makes the view that queries read.
func (b *builder) showClean(ctx context.Context) error {
	return b.engine.Exec(ctx, fmt.Sprintf("CREATE SCHEMA IF NOT EXISTS sources; CREATE OR REPLACE VIEW sources.%s AS SELECT %s FROM %s.clean",
		duckdb.Quote(b.source.Name), strings.Join(publicColumns(b.source), ", "), b.target))
}

// showAgain makes the view anew where rows that were not yet clean took its place.
func (b *builder) showAgain(ctx context.Context) error {
	if !b.replaced {
		return nil
	}
	return b.showClean(ctx)
}
