package ingest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// mendEncoding is added where a file is no UTF-8 text.
const mendEncoding = "Save it as UTF-8 text with the delimiter and quote that the source declares, or get it again from where it came."

// header returns the names of the columns of a delimited file, "column0" and on
// where it has no header; nil for a file without any record.
func header(source string, csv *metrics.CSV, f InputFile) ([]string, error) {
	in, err := openText(f.real)
	if err != nil {
		return nil, unreadable(source, f.Path, err)
	}
	defer in.Close()
	s, err := newScanner(in, csv.Delimiter, csv.Quote, csv.Skip)
	var first record
	if err == nil {
		first, err = s.next()
	}
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, failf(diag.UnreadableFile, source, "Unreadable file", "%q can't be read: %s. %s", f.Path, err, mendEncoding)
	case first.fault != "":
		return nil, failf(diag.UnreadableFile, source, "Unreadable header", "The first row of %q can't be read: %s. %s", f.Path, first.fault, mendEncoding)
	}
	return headerNames(csv, first.fields), nil
}

func headerNames(csv *metrics.CSV, fields []string) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		if csv.Header {
			names[i] = strings.TrimSpace(f)
		} else {
			names[i] = fmt.Sprintf("column%d", i)
		}
	}
	if n := len(names); n > 1 && names[n-1] == "" {
		names = names[:n-1] // every line ends with a delimiter
	}
	return names
}

// verifyPacked reads a packed file to its end: the engine takes one that was cut
// off for a shorter one.
func verifyPacked(source string, f InputFile) error {
	if compression(f.real) == uncompressed {
		return nil
	}
	in, err := openText(f.real)
	if err == nil {
		_, err = io.Copy(io.Discard, in)
		err = errors.Join(err, in.Close())
	}
	if err != nil {
		return failf(diag.UnreadableFile, source, "Damaged packed file", "%q can't be unpacked to its end: %s. Get it again from where it came.", f.Path, err)
	}
	return nil
}

// csvTable is the SQL of all rows of a delimited file as text, in columns c0 and on.
func csvTable(path string, csv *metrics.CSV, columns int) string {
	names := make([]string, columns)
	for i := range names {
		names[i] = fmt.Sprintf("'c%d': 'VARCHAR'", i)
	}
	return fmt.Sprintf("read_csv(%s, auto_detect = false, columns = {%s})", csvArguments(path, csv), strings.Join(names, ", "))
}

// csvArguments are the path of a delimited file and how it is written.
func csvArguments(path string, csv *metrics.CSV) string {
	nulls := make([]string, 0, len(csv.Null))
	for _, n := range csv.Null {
		nulls = append(nulls, duckdb.Literal(n))
	}
	if len(nulls) == 0 {
		nulls = append(nulls, duckdb.Literal("\x01")) // no spelling of null: one that no text has
	}
	delimiter := csv.Delimiter
	if delimiter == "" {
		delimiter = ","
	}
	return fmt.Sprintf("%s, header = %t, skip = %d, delim = %s, quote = %s, escape = %s, nullstr = [%s], compression = '%s'",
		duckdb.Literal(literalGlob(path)), csv.Header, csv.Skip, duckdb.Literal(delimiter), duckdb.Literal(csv.Quote), duckdb.Literal(csv.Quote),
		strings.Join(nulls, ", "), compression(path))
}

// loadFaulty inserts the rows of a delimited file that the engine refuses: it is
// read record by record, and the faulty ones are rejected.
func (b *builder) loadFaulty(ctx context.Context, csv *metrics.CSV, in input, f InputFile) error {
	names, err := header(b.source.Name, csv, f)
	if err != nil {
		return err
	}
	columns := len(names)
	path, err := b.normaliseCSV(ctx, csv, columns, in.file, f)
	if err != nil {
		return err
	}
	plain := *csv
	plain.Delimiter, plain.Quote, plain.Header, plain.Skip = ",", `"`, false, 0
	in.relation = csvTable(path, &plain, columns)
	return errors.Join(b.insert(ctx, in), os.Remove(path))
}

// csvCells says which column of the file each column of the source is read from.
func csvCells(s *metrics.Source, csv *metrics.CSV, names []string) cells {
	at := map[string]int{}
	for i, n := range names {
		if _, taken := at[n]; !taken {
			at[n] = i
		}
	}
	out := cells{all: map[string]string{}}
	for n, i := range at {
		out.all[n] = fmt.Sprintf("c%d", i)
	}
	for i, c := range read(s) {
		name := fileName(c)
		if !csv.Header && c.From == "" {
			name = fmt.Sprintf("column%d", i)
			if !s.Contract {
				name = c.Name
			}
		}
		if i, found := at[name]; found {
			out.of = append(out.of, cell{sql: fmt.Sprintf("c%d", i), native: "VARCHAR"})
		} else {
			out.of = append(out.of, cell{})
		}
	}
	return out
}

// normaliseCSV writes the well-formed records of a file to a temporary one that
// the engine can read, and rejects the others.
func (b *builder) normaliseCSV(ctx context.Context, csv *metrics.CSV, columns, file int, f InputFile) (path string, err error) {
	out, err := os.CreateTemp(b.scratch, "normal-*.csv")
	if err != nil {
		return "", err
	}
	w := bufio.NewWriterSize(out, 1<<18)
	err = scanCSV(ctx, csv, columns, f, func(r record, ordinal int64) error {
		if r.fault != "" {
			b.faults = append(b.faults, reject{file: file, line: r.line, reason: r.fault, raw: r.raw})
			return nil
		}
		return writeRecord(w, r.fields)
	})
	if err == nil {
		err = w.Flush()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return "", errors.Join(err, os.Remove(out.Name()))
	}
	return filepath.Clean(out.Name()), nil
}

// scanCSV visits the records of a delimited file behind its header; ordinal counts
// those without a fault, from 1.
func scanCSV(ctx context.Context, csv *metrics.CSV, columns int, f InputFile, visit func(r record, ordinal int64) error) error {
	in, err := openText(f.real)
	if err != nil {
		return err
	}
	defer in.Close()
	s, err := newScanner(in, csv.Delimiter, csv.Quote, csv.Skip)
	if err == nil && csv.Header {
		_, err = s.next()
	}
	for ordinal := int64(0); err == nil; {
		if err = ctx.Err(); err != nil {
			return err
		}
		var r record
		if r, err = s.next(); err != nil {
			break
		}
		fit(&r, columns)
		if r.fault == "" {
			ordinal++
		}
		err = visit(r, ordinal)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// fit checks the number of fields. A delimiter at the end of a line is no field.
func fit(r *record, columns int) {
	if n := len(r.fields); n == columns+1 && r.fields[n-1] == "" {
		r.fields = r.fields[:columns]
	}
	if r.fault == "" && len(r.fields) != columns {
		r.fault = fmt.Sprintf("the row has %d fields, the header %d", len(r.fields), columns)
	}
}

// writeRecord writes one record with all fields in quotes.
func writeRecord(w *bufio.Writer, fields []string) error {
	for i, f := range fields {
		if i > 0 {
			w.WriteByte(',')
		}
		w.WriteByte('"')
		w.WriteString(strings.ReplaceAll(f, `"`, `""`))
		w.WriteByte('"')
	}
	return w.WriteByte('\n')
}
