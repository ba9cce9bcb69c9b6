package ingest

import (
	"context"
	"fmt"
	"strings"

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
	if sourcePath(s) == "" {
		return nil, nil
	}
	files, err := k.context.locate(s)
	if err != nil {
		return nil, inWords(s.Name, err)
	}
	var columns []*metrics.Column
	for _, f := range files {
		input, err := stat(f)
		if err == nil {
			columns, err = k.merge(s, input, columns)
		}
		if err != nil {
			return nil, inWords(s.Name, err)
		}
	}
	return columns, nil
}

func inWords(source string, err error) diag.List {
	var list diag.List
	report(&list, source, err)
	return list
}

func (k *Catalog) merge(s *metrics.Source, f InputFile, columns []*metrics.Column) ([]*metrics.Column, error) {
	found, err := realColumns(k.ctx, k.engine, s, f)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		t := inferred(c)
		known := false
		for _, have := range columns {
			if have.Name == c.Name {
				have.Type, known = unified(have.Type, t), true
			}
		}
		if !known {
			columns = append(columns, &metrics.Column{Name: c.Name, Type: t})
		}
	}
	return columns, nil
}

// inferred is our type of a column in a file; what we have no type for is text.
func inferred(c duckdb.Column) metrics.Type {
	if c.Type.Kind == metrics.Unknown || c.Type.Kind == metrics.Null {
		return metrics.Type{Kind: metrics.String}
	}
	return c.Type
}

func unified(a, b metrics.Type) metrics.Type {
	if t, ok := metrics.Unify(a, b); ok {
		return t
	}
	return metrics.Type{Kind: metrics.String}
}

// realColumns returns the columns of one file of any format.
func realColumns(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, f InputFile) ([]duckdb.Column, error) {
	csv, ok := s.Reader.(*metrics.CSV)
	if !ok {
		columns, err := fileColumns(ctx, eng, s, f)
		if _, json := s.Reader.(*metrics.JSON); json && len(columns) == 1 && columns[0].Name == "json" {
			return nil, err // an array without objects
		}
		return columns, err
	}
	names, err := header(s, csv, f)
	if err == nil && len(names) == 0 {
		err = emptyFile(s.Name, f.Path)
	}
	if err != nil {
		return nil, err
	}
	columns, err := eng.Describe(ctx, "SELECT * FROM "+typedTable(s, f))
	if err != nil {
		return nil, engineFileError(s, f, err)
	}
	if len(columns) != len(names) {
		return nil, failf(diag.UnreadableFile, s.Name, "Columns can't be inferred", "The types of the columns of %q can't be told from its rows. Declare them in a columns block.", f.Path)
	}
	for i, n := range names {
		columns[i].Name = n
	}
	return columns, nil
}

// CheckColumns compares the columns of the files with the declared ones, without
// reading all rows. Sources without declared columns are passed over.
func CheckColumns(ctx context.Context, eng *duckdb.Engine, c Context) diag.List {
	var problems diag.List
	for _, s := range c.Model.Sources {
		if !s.Contract || sourcePath(s) == "" {
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
	if err != nil {
		return err
	}
	return compareColumns(s, input, names)
}

// columnNames returns the names of a file's columns; nil for a file of a format
// where no rows means no columns.
func columnNames(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, f InputFile) ([]string, error) {
	if csv, ok := s.Reader.(*metrics.CSV); ok {
		names, err := header(s, csv, f)
		if err == nil && len(names) == 0 && (csv.Header || f.Size == 0) {
			err = emptyFile(s.Name, f.Path)
		}
		return names, err
	}
	columns, err := realColumns(ctx, eng, s, f)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names, err
}

// compareColumns finds the declared columns that a file lacks.
func compareColumns(s *metrics.Source, f InputFile, names []string) error {
	csv, delimited := s.Reader.(*metrics.CSV)
	if delimited && !csv.Header {
		return compareCount(s, f, names)
	}
	if len(names) == 0 && !delimited {
		return nil
	}
	count := map[string]int{}
	for _, n := range names {
		count[n]++
	}
	for _, c := range read(s) {
		name := fileName(c)
		switch {
		case count[name] == 1:
			continue
		case count[name] > 1:
			return &failure{diag.Diagnostic{
				Code: diag.WrongColumns, Severity: diag.Error, Address: "source." + s.Name + "." + c.Name,
				Summary: fmt.Sprintf("Column %q stands twice in %s", name, f.Path),
				Detail:  fmt.Sprintf("The header of %q has %d columns %q, so it can't be told which one is meant. Give them different names in the file.", f.Path, count[name], name),
			}}
		}
		return noSuchColumn(s, c, f, names)
	}
	return nil
}

func compareCount(s *metrics.Source, f InputFile, names []string) error {
	if want := len(read(s)); len(names) > 0 && len(names) < want {
		return failf(diag.WrongColumns, s.Name, "Too few columns in "+f.Path, "source.%s declares %d columns, and the rows of %q, which has no header, have %d. Declare the columns in the order of the file.", s.Name, want, f.Path, len(names))
	}
	return nil
}

// shownColumns is how many names of columns a message lists.
const shownColumns = 20

func quoted(names []string) string {
	out := make([]string, 0, shownColumns)
	for i, n := range names {
		if i == shownColumns {
			out = append(out, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		out = append(out, fmt.Sprintf("%q", n))
	}
	return strings.Join(out, ", ")
}
