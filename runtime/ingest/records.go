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
	"unicode/utf8"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// records reads a file row by row, and survives the rows that are at fault. It is
// how files are read that the engine can't read, and how the place of a row is
// found in a file.
type records interface {
	// names are those of the columns, in the order of the fields of records.
	names() []string
	// next returns the next row; io.EOF behind the last.
	next() (record, error)
	// verdict is asked when all rows were read: it tells that the faults show that
	// the whole file is at fault.
	verdict() error
	io.Closer
}

// openRecords opens a file of a source that is read row by row.
func openRecords(s *metrics.Source, f InputFile) (records, error) {
	switch r := s.Reader.(type) {
	case *metrics.CSV:
		return openCSV(s, r, f)
	case *metrics.JSON:
		return openJSON(s, f)
	case *metrics.XLSX:
		return openXLSX(s, r, f)
	}
	return nil, fmt.Errorf("%T is read by the engine", s.Reader)
}

// fileError puts what the system or the unpacker says of a file into words.
func fileError(source string, f InputFile, err error) error {
	var known *failure
	err = damagedFile(source, f, err)
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return unreadable(source, f.Path, err)
}

// checkRows reads a file to its end for what is wrong with it as a whole.
func checkRows(ctx context.Context, s *metrics.Source, f InputFile) error {
	rows, err := openRecords(s, f)
	if err != nil {
		return fileError(s.Name, f, err)
	}
	defer rows.Close()
	if err := scan(ctx, rows, func(record, int64) error { return nil }); err != nil {
		return fileError(s.Name, f, err)
	}
	return rows.verdict()
}

// cutRaw is the raw text of a row as far as rejects keep it.
func cutRaw(raw string) string {
	if len(raw) > maxRecord {
		raw = raw[:maxRecord] + "…"
	}
	return strings.ToValidUTF8(raw, "�")
}

// loadRecords stages the rows of a file that is read row by row: those that are at
// fault are rejected, the others written to a temporary file that the engine reads.
func (b *builder) loadRecords(ctx context.Context, in input, f InputFile) error {
	rows, err := openRecords(b.source, f)
	if err != nil {
		return fileError(b.source.Name, f, err)
	}
	defer rows.Close()
	path, err := b.normalise(ctx, rows, in.file)
	if err != nil {
		return fileError(b.source.Name, f, err)
	}
	if columns := len(rows.names()); columns > 0 {
		in.relation = normalTable(path, columns)
		err = b.insert(ctx, in)
	}
	return errors.Join(err, os.Remove(path))
}

// normalise writes the rows that can be read to a temporary file, and rejects the
// others.
func (b *builder) normalise(ctx context.Context, rows records, file int) (path string, err error) {
	out, err := os.CreateTemp(b.scratch, "normal-*.csv")
	if err != nil {
		return "", err
	}
	w := bufio.NewWriterSize(out, 1<<18)
	faults := len(b.faults)
	null, g := nullWords(b.source), b.guardRaw(b.source)
	err = scan(ctx, rows, func(r record, _ int64) error {
		if r.fault != "" {
			b.faults = append(b.faults, reject{file: file, line: r.line, column: r.column, reason: r.fault, raw: g.whole(cutRaw(r.raw))})
			return nil
		}
		if _, err := w.WriteString("row,"); err != nil {
			return err
		}
		return writeRecord(w, r.fields, func(i int) bool {
			if r.nulls != nil {
				return r.nulls[i]
			}
			return null[r.fields[i]]
		})
	})
	if err == nil {
		err = rows.verdict()
	}
	if err == nil {
		err = w.Flush()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		b.faults = b.faults[:faults]
		return "", errors.Join(err, os.Remove(out.Name()))
	}
	return filepath.Clean(out.Name()), nil
}

// nullWords are the texts that mean null.
func nullWords(s *metrics.Source) map[string]bool {
	var null []string
	switch r := s.Reader.(type) {
	case *metrics.CSV:
		null = r.Null
	case *metrics.XLSX:
		null = r.Null
	}
	words := map[string]bool{}
	for _, w := range null {
		words[w] = true
	}
	return words
}

// scan visits all rows; ordinal counts those without a fault, from 1.
func scan(ctx context.Context, rows records, visit func(r record, ordinal int64) error) error {
	for ordinal := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.fault == "" {
			ordinal++
		}
		if err := visit(r, ordinal); err != nil {
			return err
		}
	}
}

// writeRecord writes one record: all fields in quotes but those without value,
// which are empty.
func writeRecord(w *bufio.Writer, fields []string, null func(i int) bool) error {
	for i, f := range fields {
		if i > 0 {
			w.WriteByte(',')
		}
		if null != nil && null(i) {
			continue
		}
		if !utf8.ValidString(f) {
			f = strings.ToValidUTF8(f, "�") // of a column that nothing reads
		}
		w.WriteByte('"')
		w.WriteString(strings.ReplaceAll(f, `"`, `""`))
		w.WriteByte('"')
	}
	return w.WriteByte('\n')
}

// normalTable is the SQL of the rows that normalise wrote, as text in columns c0
// and on. A row whose only field is null would be an empty line: each row starts
// with a field that is not.
func normalTable(path string, columns int) string {
	return writtenTable(path, fmt.Sprintf("nullstr = [''], allow_quoted_nulls = false, max_line_size = %d, columns = {'row': 'VARCHAR', %s}", 4*maxRecord, textColumns(columns)))
}

// writtenTable is the SQL of records that writeRecord wrote. Unless it is said how they
// end, a carriage return within the first texts is taken for the end of one.
func writtenTable(path, options string) string {
	return fmt.Sprintf(`read_csv(%s, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', new_line = '\n', %s)`,
		duckdb.Literal(literalGlob(path)), options)
}

// textColumns declares the columns c0 and on as texts.
func textColumns(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("'c%d': 'VARCHAR'", i)
	}
	return strings.Join(names, ", ")
}
