package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Segment is the clean rows of a source as a file that never changes. In an
// engine it stands as the database "seg_" + source with the tables clean,
// rejects, files and meta.
type Segment struct {
	Source     string                `json:"source"`
	Hash       string                `json:"hash"`
	Path       string                `json:"path"`
	Account    metrics.Account       `json:"account"`
	Checks     []metrics.CheckResult `json:"checks,omitempty"`
	Statistics metrics.Statistics    `json:"statistics"`
	maskKey    []byte
	guards     []string // as its rejects were written
}

// sourceFile is one file that clean rows came from; a union's are those of its leaves.
type sourceFile struct {
	Source string
	Path   string
}

// segmentAlias is the quoted name of the database of a source's segment.
func segmentAlias(source string) string { return duckdb.Quote("seg_" + source) }

// buildAlias is the database of the segment that is being made.
const buildAlias = `"new_segment"`

func (c Context) segmentFolder(home string) string { return filepath.Join(home, "sources") }

// smallRows is how many rows make a segment small.
const smallRows = 100_000

// write makes the database file of the segment.
func (b *builder) write(ctx context.Context, path string) (err error) {
	rows, err := b.count(ctx, "SELECT count(*) FROM stage.parsed")
	if err != nil {
		return err
	}
	block := 0
	if rows < smallRows {
		block = duckdb.SmallBlocks
	}
	alias := strings.Trim(buildAlias, `"`)
	if err := b.engine.Create(ctx, alias, path, block); err != nil {
		return err
	}
	detached := false
	defer func() {
		if !detached {
			_ = b.engine.Detach(context.WithoutCancel(ctx), alias) // the error that led here says more
		}
	}()
	for _, step := range []func(context.Context) error{b.writeClean, b.writeFiles, b.writeAllRejects, b.writeMeta} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := b.engine.Exec(ctx, "CHECKPOINT "+b.target); err != nil {
		return err
	}
	detached = true
	return b.engine.Detach(ctx, alias)
}

// writeClean keeps the order in which rows were read.
func (b *builder) writeClean(ctx context.Context) error {
	columns := append(publicColumns(b.source), fileColumn, ordinalColumn)
	return b.engine.Exec(ctx, fmt.Sprintf("CREATE TABLE %s.clean AS SELECT %s FROM %s", b.target, strings.Join(columns, ", "), b.cleanRows()))
}

// publicColumns are those of a source's view: its columns in order, each timestamp
// with its local day behind it.
func publicColumns(s *metrics.Source) []string {
	var columns []string
	for _, c := range s.Columns {
		columns = append(columns, duckdb.Quote(c.Name))
		if c.Type.Kind == metrics.Timestamp {
			columns = append(columns, duckdb.Quote(dayName(c.Name)))
		}
	}
	return columns
}

func (b *builder) writeFiles(ctx context.Context) error {
	create := "CREATE TABLE " + b.target + ".files (id INTEGER, source VARCHAR, path VARCHAR)"
	if len(b.files) == 0 {
		return b.engine.Exec(ctx, create)
	}
	rows := make([]string, len(b.files))
	for i, f := range b.files {
		rows[i] = fmt.Sprintf("(%d, %s, %s)", i, duckdb.Literal(f.Source), duckdb.Literal(f.Path))
	}
	return b.engine.Exec(ctx, create+"; INSERT INTO "+b.target+".files VALUES "+strings.Join(rows, ", "))
}

// readFiles returns the files of an attached segment by their position.
func readFiles(ctx context.Context, eng *duckdb.Engine, source string) ([]sourceFile, error) {
	t, err := eng.Query(ctx, "SELECT source, path FROM "+segmentAlias(source)+".files ORDER BY id")
	if err != nil {
		return nil, err
	}
	files := make([]sourceFile, len(t.Rows))
	for i, r := range t.Rows {
		files[i] = sourceFile{Source: text(r[0]), Path: text(r[1])}
	}
	return files, nil
}

func (b *builder) writeAllRejects(ctx context.Context) error {
	err := b.engine.Exec(ctx, "CREATE TABLE "+b.target+`.rejects (file VARCHAR, line BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)`)
	if err != nil {
		return err
	}
	all, err := b.rejects(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	b.account.Rejected = int64(len(all))
	return b.writeRejects(ctx, all)
}

// meta is what a segment says of itself.
type meta struct {
	Format     int                   `json:"format"`
	Hash       string                `json:"hash"`
	Account    metrics.Account       `json:"account"`
	Checks     []metrics.CheckResult `json:"checks,omitempty"`
	Statistics metrics.Statistics    `json:"statistics"`
	MaskKey    []byte                `json:"mask_key"`
	Guards     []string              `json:"guards,omitempty"`
}

func (b *builder) writeMeta(ctx context.Context) error {
	if err := b.balance(ctx); err != nil {
		return err
	}
	statistics, err := b.statistics(ctx)
	if err != nil {
		return err
	}
	line, err := json.Marshal(meta{Format: formatVersion, Hash: b.identity.Hash, Account: b.account, Checks: b.checks, Statistics: statistics, MaskKey: b.key, Guards: guardsOf(b.source)})
	if err != nil {
		return err
	}
	return b.engine.Exec(ctx, fmt.Sprintf("CREATE TABLE %[1]s.meta (json VARCHAR); INSERT INTO %[1]s.meta VALUES (%[2]s)", b.target, duckdb.Literal(string(line))))
}

// balance counts where the rows went, each by itself, and demands that none is
// missing and none counted twice.
func (b *builder) balance(ctx context.Context) error {
	filtered := "false"
	if b.source.Where != nil {
		filtered = "(" + b.expr(b.source.Where) + ") IS NOT TRUE"
	}
	t, err := b.engine.Query(ctx, fmt.Sprintf(`SELECT (SELECT count(*) FROM stage.parsed), (SELECT count(*) FROM %s.clean),
(SELECT count(*) FROM stage.rows WHERE %s AND "$row" NOT IN (SELECT "$row" FROM stage.out)), (SELECT count(*) FROM stage.out WHERE duplicate)`, b.target, filtered))
	if err != nil {
		return err
	}
	row := t.Rows[0]
	a := &b.account
	read := number(row[0]) + int64(len(b.faults))
	a.Clean, a.Filtered, a.Duplicates = number(row[1]), number(row[2]), number(row[3])
	if _, union := b.source.Reader.(*metrics.Union); !union {
		a.Read = read
	}
	if a.Read != read || !a.Balanced() {
		return failf(diag.RowsLost, b.source.Name, "Rows don't add up",
			"Of the %d rows of source.%s, %d are clean, %d filtered, %d duplicates and %d rejected, which is not all of them. This is a fault of the program: please report it with the definition of the source.",
			a.Read, b.source.Name, a.Clean, a.Filtered, a.Duplicates, a.Rejected)
	}
	return nil
}

// openSegment attaches a segment and reads what it says of itself.
func openSegment(ctx context.Context, eng *duckdb.Engine, id Identity, path string) (Segment, error) {
	segment := Segment{Source: id.Source, Hash: id.Hash, Path: path}
	if err := attach(ctx, eng, segment); err != nil {
		return segment, damaged(segment, err)
	}
	t, err := eng.Query(ctx, "SELECT json FROM "+segmentAlias(id.Source)+".meta")
	var m meta
	if err == nil && len(t.Rows) == 1 {
		err = json.Unmarshal([]byte(text(t.Rows[0][0])), &m)
	}
	if err != nil || m.Hash != id.Hash {
		// So that what is made in its place isn't taken for attached already.
		err = errors.Join(err, eng.Detach(context.WithoutCancel(ctx), "seg_"+id.Source))
		return segment, damaged(segment, err)
	}
	segment.Account, segment.Checks, segment.Statistics = m.Account, m.Checks, m.Statistics
	segment.maskKey, segment.guards = m.MaskKey, m.Guards
	return segment, nil
}

func damaged(s Segment, err error) error {
	if err == nil {
		err = fmt.Errorf("it holds the rows of something else")
	}
	return failf(diag.StoreDamaged, s.Source, "Clean rows can't be opened", "%s can't be opened: %s. Remove the file if it is there, and run metrics plan: it makes it again from the source.", s.Path, err)
}

// attach opens a segment in the engine, in place of another of the same source.
func attach(ctx context.Context, eng *duckdb.Engine, s Segment) error {
	alias := "seg_" + s.Source
	t, err := eng.Query(ctx, "SELECT path FROM duckdb_databases() WHERE database_name = "+duckdb.Literal(alias))
	if err != nil {
		return err
	}
	if len(t.Rows) > 0 {
		if text(t.Rows[0][0]) == s.Path {
			return nil
		}
		if err := eng.Detach(ctx, alias); err != nil {
			return err
		}
	}
	return eng.Attach(ctx, alias, s.Path, true)
}

// Load opens a segment that exists, by its path, and reads what it says of itself.
func Load(ctx context.Context, eng *duckdb.Engine, id Identity, path string) (Segment, diag.List) {
	var problems diag.List
	segment, err := openSegment(ctx, eng, id, path)
	report(&problems, id.Source, err)
	return segment, problems
}

// Attach opens the segments in the engine where they aren't yet, and makes the
// views sources.<source> of clean rows and rejects.<source>.
func Attach(ctx context.Context, eng *duckdb.Engine, m *metrics.Model, segments map[string]Segment) error {
	if err := eng.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS sources; CREATE SCHEMA IF NOT EXISTS rejects"); err != nil {
		return err
	}
	for _, name := range sortedKeys(segments) {
		if err := attach(ctx, eng, segments[name]); err != nil {
			return err
		}
		s := m.Source(name)
		if s == nil {
			continue
		}
		err := eng.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE VIEW sources.%[1]s AS SELECT %[2]s FROM %[3]s.clean; CREATE OR REPLACE VIEW rejects.%[1]s AS SELECT * FROM %[3]s.rejects",
			duckdb.Quote(name), strings.Join(publicColumns(s), ", "), segmentAlias(name)))
		if err != nil {
			return err
		}
	}
	return nil
}
