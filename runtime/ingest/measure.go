package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/xlsx"
)

// What is needed to propose a source for a file of which nothing is known yet.

// Unread is the rows of a file that can't be split into values.
type Unread struct {
	Rows   int64
	Line   int64  // of the first
	Reason string // of the first
}

// Texts makes a table of all rows of the only file of a source, as texts: columns c0
// and on are those that the source declares. Scratch is a folder for temporary files.
func Texts(ctx context.Context, eng *duckdb.Engine, c Context, s *metrics.Source, scratch, table string) (Unread, error) {
	files, err := c.locate(s)
	if err != nil {
		return Unread{}, err
	}
	f, err := stat(files[0])
	if err != nil {
		return Unread{}, err
	}
	rows, err := openRecords(s, f)
	if err != nil {
		return Unread{}, fileError(s.Name, f, err)
	}
	defer rows.Close()
	b := newBuilder(c, eng, s, Identity{Source: s.Name}, nil)
	b.scratch = scratch
	path, err := b.normalise(ctx, rows, 0)
	if err != nil {
		return Unread{}, fileError(s.Name, f, err)
	}
	columns := make([]string, len(s.Columns))
	for i, column := range s.Columns {
		columns[i] = fmt.Sprintf("c%d AS c%d", slices.Index(rows.names(), fileName(column)), i)
	}
	err = eng.Exec(ctx, fmt.Sprintf("CREATE TEMP TABLE %s AS SELECT %s FROM %s", table, strings.Join(columns, ", "), normalTable(path, len(rows.names()))))
	out := Unread{Rows: int64(len(b.faults))}
	if out.Rows > 0 {
		out.Line, out.Reason = b.faults[0].line, b.faults[0].reason
	}
	return out, errors.Join(err, os.Remove(path))
}

// Recode writes a text file that is not UTF-8 into a folder as UTF-8, and returns the
// new path and the encoding to declare, "" where a mark in the file says it. Of a file
// that is UTF-8 the path stays what it was.
func Recode(path, folder string) (recoded, encoding string, err error) {
	in, err := openBytes(path)
	if err != nil {
		return "", "", err
	}
	defer in.Close()
	head, err := io.ReadAll(io.LimitReader(in, guessedFrom))
	if err != nil {
		return "", "", err
	}
	mark, marked := markOf(head)
	switch {
	case marked != "":
		encoding = marked
	case wideWithoutMark(head) != "":
		encoding = wideWithoutMark(head)
	case !wellFormed(head, 0):
		encoding = guessEncoding(head)
	}
	decoder, ok := encodings[encoding]
	if !ok {
		return path, "", nil
	}
	name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), ".gz"), ".zst")
	out, err := os.Create(filepath.Join(folder, name))
	if err != nil {
		return "", "", err
	}
	text := io.MultiReader(strings.NewReader(string(head[mark:])), in)
	_, err = io.Copy(out, decoder.NewDecoder().Reader(text))
	if marked != "" {
		encoding = ""
	}
	return out.Name(), encoding, errors.Join(err, out.Close())
}

// guessedFrom is how many bytes of a file its encoding is told from.
const guessedFrom = 8 << 20

// headerAmong is how many rows of a sheet its header is looked for in.
const headerAmong = 50

// Workbook looks for the header of a workbook's first sheet: the first row with as many
// values as any of its first rows; 0 where that is the first with any, as it is where
// nothing is said. Others are the sheets behind it.
func Workbook(path string) (header int, others []string, err error) {
	book, err := xlsx.Open(path)
	if err != nil {
		return 0, nil, err
	}
	defer book.Close()
	rows, err := book.Rows(book.Sheets()[0])
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	widest, first := 0, 0
	for n := 0; n < headerAmong; n++ {
		number, cells, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, nil, err
		}
		if first == 0 && len(cells) > 0 {
			first = number
		}
		if len(cells) > widest {
			widest, header = len(cells), number
		}
	}
	if header == first {
		header = 0
	}
	return header, book.Sheets()[1:], nil
}
