package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// load reads all rows of the source into the stage, in order of file and line.
func (b *builder) load(ctx context.Context) error {
	if u, ok := b.source.Reader.(*metrics.Union); ok {
		return b.loadUnion(ctx, u)
	}
	if q, ok := b.source.Reader.(*metrics.SQL); ok {
		return b.loadSelect(ctx, q)
	}
	if e, ok := b.source.Reader.(*metrics.Entity); ok {
		return b.loadEntity(ctx, e)
	}
	if inline, ok := b.source.Reader.(*metrics.Inline); ok {
		b.files, b.starts = []sourceFile{{Source: b.source.Name}}, []int64{0}
		return b.insert(ctx, input{relation: inlineTable(inline), cells: inlineCells(b.source, inline)})
	}
	return b.unlessChanged(b.loadFiles(ctx))
}

// unlessChanged is err, unless a file is no longer what was hashed: then its rows
// may not be used, and what is wrong with them is not what is wrong with the file.
func (b *builder) unlessChanged(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	for _, f := range b.identity.Files {
		if changed := unchanged(b.source.Name, f); changed != nil {
			return changed
		}
	}
	return err
}

// loadFiles reads the files of a source that has some.
func (b *builder) loadFiles(ctx context.Context) (err error) {
	b.starts = make([]int64, len(b.identity.Files))
	defer func() { err = errors.Join(err, closeDatabases(ctx, b.engine)) }()
	var batch []input
	for i, f := range b.identity.Files {
		b.files = append(b.files, sourceFile{Source: b.source.Name, Path: f.Path})
		in, err := b.open(ctx, i, f)
		if err != nil {
			return err
		}
		if len(batch) > 0 && (in.byRow || len(batch) == batchFiles || !alike(batch[0], in)) {
			if err := b.loadBatch(ctx, batch); err != nil {
				return err
			}
			batch = nil
		}
		if in.byRow {
			if err := b.loadRecords(ctx, in, f); err != nil {
				return err
			}
		} else if in.relation != "" {
			batch = append(batch, in)
		}
	}
	return b.loadBatch(ctx, batch)
}

// batchFiles is how many files one statement reads: planning it takes longer than
// reading a small file.
const batchFiles = 64

// alike tells whether two inputs can be parsed by one statement.
func alike(a, b input) bool {
	return slices.EqualFunc(a.cells.of, b.cells.of, func(x, y cell) bool { return x.native == y.native })
}

// open checks a file and says how its rows are read; the relation is "" where it
// has none.
func (b *builder) open(ctx context.Context, i int, f InputFile) (input, error) {
	in := input{file: i}
	names, err := columnNames(ctx, b.engine, b.source, f)
	if err == nil && b.source.Contract {
		err = compareColumns(b.source, f, names)
	}
	if err == nil {
		err = verifyPacked(b.source.Name, f)
	}
	if err != nil {
		return in, err
	}
	switch r := b.source.Reader.(type) {
	case *metrics.CSV:
		in.cells = textCells(b.source, names, !r.Header)
		byRow, err := recoded(b.source, r, f)
		if err != nil {
			return in, err
		}
		if in.byRow = byRow; !byRow && len(names) > 0 {
			in.relation = csvTable(f.real, r, len(names))
		}
	case *metrics.Parquet, *metrics.DuckDB:
		columns, err := fileColumns(ctx, b.engine, b.source, f)
		if err != nil {
			return in, err
		}
		if in.relation, err = typedTable(ctx, b.engine, b.source, f); err != nil {
			return in, err
		}
		in.cells = typedCells(b.source, columns)
	case *metrics.XLSX:
		in.byRow, in.cells = len(names) > 0, textCells(b.source, names, !r.Header)
	default:
		in.byRow, in.cells = true, rowCells(b.source)
	}
	return in, nil
}

// loadBatch reads several files by one statement; where the engine refuses one of
// them, each by itself.
func (b *builder) loadBatch(ctx context.Context, batch []input) (err error) {
	if len(batch) == 0 {
		return nil
	}
	defer func() { err = errors.Join(err, b.closeBatch(ctx, batch)) }()
	err = b.insert(ctx, batch...)
	if !refused(err) {
		return err
	}
	for _, in := range batch {
		if len(batch) > 1 {
			err = b.insert(ctx, in)
		}
		f := b.identity.Files[in.file]
		if _, ok := b.source.Reader.(*metrics.CSV); ok && refused(err) {
			err = b.loadRecords(ctx, in, f)
		}
		if err != nil {
			return engineFileError(b.source, f, err)
		}
	}
	return nil
}

// closeBatch detaches the databases that a batch was read from: there may be many files.
func (b *builder) closeBatch(ctx context.Context, batch []input) (err error) {
	if _, ok := b.source.Reader.(*metrics.DuckDB); ok {
		for _, in := range batch {
			err = errors.Join(err, b.engine.Detach(context.WithoutCancel(ctx), databaseAlias(b.identity.Files[in.file])))
		}
	}
	return err
}

// refused tells whether an error is the engine's about the content of a file.
func refused(err error) bool {
	var e *duckdb.Error
	return errors.As(err, &e) && (e.Kind == "Invalid Input" || e.Kind == "IO" || e.Kind == "Invalid")
}

// engineFileError says which file the engine could not read.
func engineFileError(s *metrics.Source, f InputFile, err error) error {
	if _, ok := s.Reader.(*metrics.DuckDB); ok && refused(err) {
		return databaseError(s.Name, f, err)
	}
	var e *duckdb.Error
	if errors.As(err, &e) && refused(err) {
		message := strings.ReplaceAll(e.Message, f.real, f.Path)
		if s.Guarded() {
			message = withheld
		}
		return failf(diag.UnreadableFile, s.Name, "Unreadable file", "%q can't be read: %s. %s", f.Path, message, mendFile)
	}
	return err
}

// typed tells whether the files of a source bring the types of their columns with
// them, so that the engine reads them as they are.
func typed(s *metrics.Source) bool {
	switch s.Reader.(type) {
	case *metrics.Parquet, *metrics.DuckDB:
		return true
	}
	return false
}

// typedTable is the SQL of a typed file as the engine reads it. A database stays
// attached until closeDatabases.
func typedTable(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, f InputFile) (string, error) {
	if r, ok := s.Reader.(*metrics.DuckDB); ok {
		return openDatabase(ctx, eng, s, r, f)
	}
	return "read_parquet(" + duckdb.Literal(literalGlob(f.real)) + ")", nil
}

// sniffedTable reads a delimited file with types as far as they can be told
// without a guess: dates in ISO spelling only.
func sniffedTable(csv *metrics.CSV, f InputFile) string {
	return "read_csv(" + csvArguments(f.real, csv) + ", dateformat = '%Y-%m-%d', timestampformat = '%Y-%m-%d %H:%M:%S', ignore_errors = true)"
}

// fileColumns returns the columns of a typed file.
func fileColumns(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, f InputFile) ([]duckdb.Column, error) {
	if f.Size == 0 {
		return nil, emptyFile(s.Name, f.Path)
	}
	table, err := typedTable(ctx, eng, s, f)
	if err != nil {
		return nil, err
	}
	columns, err := eng.Describe(ctx, "SELECT * FROM "+table)
	return columns, engineFileError(s, f, err)
}

func emptyFile(source, path string) error {
	return failf(diag.FileEmpty, source, "Empty file", "%q has no content, not even a header. Get the file again from where it came, or take it away.", path)
}

func typedCells(s *metrics.Source, columns []duckdb.Column) cells {
	out := cells{all: map[string]string{}}
	native := map[string]string{}
	for _, c := range columns {
		out.all[c.Name] = duckdb.Quote(c.Name)
		native[c.Name] = c.Native
	}
	for _, c := range read(s) {
		name := fileName(c)
		if native[name] == "" {
			out.of = append(out.of, cell{})
			continue
		}
		out.of = append(out.of, cell{sql: duckdb.Quote(name), native: native[name]})
	}
	return out
}

// rowCells are the columns of a file that is read row by row for those that the
// source has.
func rowCells(s *metrics.Source) cells {
	out := cells{all: map[string]string{}}
	var names []string
	for _, c := range read(s) {
		at := slices.Index(names, fileName(c))
		if at < 0 {
			at, names = len(names), append(names, fileName(c))
		}
		column := fmt.Sprintf("c%d", at)
		out.all[fileName(c)] = column
		out.of = append(out.of, cell{sql: column, native: "VARCHAR"})
	}
	return out
}
