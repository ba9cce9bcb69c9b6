package ingest

import (
	"context"
	"errors"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Catalog tells the compiler which columns the files of sources have. It needs
// an engine that may read the project's folder.
type Catalog struct {
	ctx     context.Context
	engine  *duckdb.Engine
	context Context
}

// NewCatalog returns a catalog over the files of a project; of c, the folders are used.
func NewCatalog(ctx context.Context, eng *duckdb.Engine, c Context) *Catalog {
	return &Catalog{ctx: ctx, engine: eng, context: c}
}

// Columns returns the columns of a source's files: those of the first file, and
// behind them those that only later files have. Where files differ on a type, the
// one that holds both, or text.
func (k *Catalog) Columns(s *metrics.Source) ([]*metrics.Column, diag.List) {
	if metrics.FilePath(s.Reader) == "" {
		return nil, nil
	}
	files, err := k.context.locate(s)
	if err != nil {
		return nil, InWords(s.Name, err)
	}
	var columns []*metrics.Column
	for _, f := range files {
		input, err := stat(f)
		if err == nil {
			columns, err = k.merge(s, input, columns)
		}
		if err != nil {
			return nil, InWords(s.Name, err)
		}
	}
	return columns, nil
}

// InWords is an error of a source as a diagnostic.
func InWords(source string, err error) diag.List {
	var list diag.List
	report(&list, source, err)
	return list
}

func (k *Catalog) merge(s *metrics.Source, f InputFile, columns []*metrics.Column) ([]*metrics.Column, error) {
	found, err := realColumns(k.ctx, k.engine, s, f)
	if err = errors.Join(err, closeDatabases(k.ctx, k.engine)); err != nil {
		return nil, err
	}
	for _, c := range found {
		known := false
		for _, have := range columns {
			if have.Name == c.Name {
				have.Type, known = widened(have.Type, c.Type), true
			}
		}
		if !known {
			columns = append(columns, c)
		}
	}
	return columns, nil
}

func unified(a, b metrics.Type) metrics.Type {
	if t, ok := metrics.Unify(a, b); ok {
		return t
	}
	return metrics.Type{Kind: metrics.String}
}

// realColumns returns the columns of one file of any format.
func realColumns(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, f InputFile) ([]*metrics.Column, error) {
	switch r := s.Reader.(type) {
	case *metrics.CSV:
		return csvColumns(ctx, eng, s, r, f)
	case *metrics.JSON:
		if err := emptyOr(s, f, nil); err != nil {
			return nil, err
		}
		found, err := jsonPaths(s, f)
		if err != nil {
			return nil, fileError(s.Name, f, err)
		}
		return found.columns(true), nil
	case *metrics.XLSX:
		if _, err := columnNames(ctx, eng, s, f); err != nil {
			return nil, err
		}
		return sampledColumns(ctx, s, f)
	}
	columns, err := fileColumns(ctx, eng, s, f)
	return inferredTypes(columns), err
}

// inferredTypes are columns of the engine as ours; what we have no type for is text.
func inferredTypes(columns []duckdb.Column) []*metrics.Column {
	out := make([]*metrics.Column, len(columns))
	for i, c := range columns {
		out[i] = &metrics.Column{Name: c.Name, Type: c.Type}
		if c.Type.Kind == metrics.Unknown || c.Type.Kind == metrics.Null {
			out[i].Type = metrics.Type{Kind: metrics.String}
		}
	}
	return out
}

// csvColumns are the columns of a delimited file with the types that the engine
// finds for its first rows, or where it can't read them, ours.
func csvColumns(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, csv *metrics.CSV, f InputFile) ([]*metrics.Column, error) {
	names, err := header(s, csv, f)
	if err == nil && len(names) == 0 {
		err = emptyFile(s.Name, f.Path)
	}
	if err != nil {
		return nil, err
	}
	byRow, err := recoded(s, csv, f)
	if err != nil {
		return nil, err
	}
	if byRow || marksOf(s).numbers() {
		return sampledColumns(ctx, s, f)
	}
	columns, err := eng.Describe(ctx, "SELECT * FROM "+sniffedTable(csv, f))
	if err != nil {
		return nil, engineFileError(s, f, err)
	}
	if len(columns) != len(names) {
		return nil, failf(diag.UnreadableFile, s.Name, "Columns can't be inferred", "The types of the columns of %q can't be told from its rows. Declare them in a columns block.", f.Path)
	}
	out := inferredTypes(columns)
	for i, n := range names {
		out[i].Name = n
	}
	return out, nil
}

// CheckColumns compares the columns of the files with the declared ones, without
// reading all rows. Sources without declared columns are passed over.
func CheckColumns(ctx context.Context, eng *duckdb.Engine, c Context) diag.List {
	var problems diag.List
	for _, s := range c.Model.Sources {
		if !s.Contract || metrics.FilePath(s.Reader) == "" {
			continue
		}
		files, err := c.locate(s)
		report(&problems, s.Name, err)
		for _, f := range files {
			report(&problems, s.Name, checkFile(ctx, eng, s, f))
		}
	}
	return problems
}

func checkFile(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, f located) error {
	input, err := stat(f)
	if err != nil {
		return unreadable(s.Name, f.shown, err)
	}
	names, err := columnNames(ctx, eng, s, input)
	if err = errors.Join(err, closeDatabases(ctx, eng)); err != nil {
		return err
	}
	if _, ok := s.Reader.(*metrics.JSON); ok {
		return checkRows(ctx, s, input)
	}
	return compareColumns(s, input, names)
}

// columnNames returns the names of a file's columns; nil for a file of a format
// where no rows means no columns.
func columnNames(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, f InputFile) ([]string, error) {
	switch r := s.Reader.(type) {
	case *metrics.CSV:
		names, err := header(s, r, f)
		if err == nil && len(names) == 0 && (r.Header || f.Size == 0) {
			err = emptyFile(s.Name, f.Path)
		}
		return names, err
	case *metrics.XLSX:
		rows, err := openXLSX(s, r, f)
		if err != nil {
			return nil, emptyOr(s, f, err)
		}
		defer rows.Close()
		if len(rows.names()) == 0 && r.Header {
			return nil, failf(diag.FileEmpty, s.Name, "Empty sheet", "The sheet that source.%s reads in %q has no cell with a value, not even a header. Get the workbook again from where it came, or name another sheet or range.", s.Name, f.Path)
		}
		return rows.names(), nil
	case *metrics.JSON:
		return nil, emptyOr(s, f, nil) // which keys there are is seen when all rows are read
	}
	columns, err := fileColumns(ctx, eng, s, f)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names, err
}

// emptyOr is the error of a file without content, or another.
func emptyOr(s *metrics.Source, f InputFile, err error) error {
	if f.Size == 0 {
		return emptyFile(s.Name, f.Path)
	}
	return err
}
