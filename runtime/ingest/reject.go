package ingest

import (
	"bufio"
	"cmp"
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
)

// reject is a row on its way to the rejects.
type reject struct {
	file    int   // position in the files of the segment
	ordinal int64 // among the well-formed rows of the file; 0 where line is known
	line    int64
	column  string
	shown   string
	reason  string
	raw     string
	again   place // of the row that has the same key and stays
}

// place is a row by file and ordinal, from 1.
type place struct {
	file    int
	ordinal int64
}

// found is what stands at a place.
type found struct {
	line   int64
	raw    string
	packed bool // a pack knows it
}

// rejects returns all rejected rows, in order of file and line.
func (b *builder) rejects(ctx context.Context) ([]reject, error) {
	var all []reject
	var err error
	if b.layered {
		all, err = b.layeredRejects(ctx)
	} else if all, err = b.rejectedRows(ctx); err == nil {
		if all, err = b.located(ctx, all); err == nil {
			return all, nil
		}
	}
	sortRejects(all)
	return all, err
}

// located gives rejects their lines and texts as they stand in the files, adds the
// rows that can't be split into fields, and puts all in order.
func (b *builder) located(ctx context.Context, all []reject) ([]reject, error) {
	places := map[place]found{}
	for _, r := range all {
		places[place{r.file, r.ordinal}] = found{}
		if r.again.ordinal > 0 {
			places[r.again] = found{}
		}
	}
	if err := b.find(ctx, places); err != nil {
		return nil, err
	}
	g := guard{b.source, b.key}
	for i, r := range all {
		at := places[place{r.file, r.ordinal}]
		all[i].line, all[i].raw, all[i].shown = at.line, at.raw, g.value(r.column, r.shown)
		if r.again.ordinal > 0 {
			all[i].reason = fmt.Sprintf("the key stands again at %s:%d", b.placeName(r.again.file), places[r.again].line)
		}
	}
	all = append(all, b.faults...)
	sortRejects(all)
	return all, nil
}

func sortRejects(all []reject) {
	slices.SortStableFunc(all, func(a, b reject) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
	})
}

// placeName is the path of a file; rows of a definition stand in none.
func (b *builder) placeName(file int) string {
	return cmp.Or(b.files[file].Path, "source."+b.files[file].Source)
}

// rejectedRows reads the rows that could not be parsed or were quarantined.
func (b *builder) rejectedRows(ctx context.Context) ([]reject, error) {
	ordinal := `"$ordinal"`
	if len(b.starts) > 0 {
		ordinal = fmt.Sprintf(`rowid - list_extract([%s], "$file" + 1) + 1`, joinInts(b.starts))
	}
	t, err := b.engine.Query(ctx, fmt.Sprintf(`WITH origin AS (SELECT rowid AS "$row", "$file" AS file, %[1]s AS ordinal, %[2]s FROM stage.parsed)
SELECT file, ordinal, %[3]s, %[4]s, %[5]s, NULL, NULL FROM origin WHERE %[2]s IS NOT NULL
UNION ALL
SELECT o.file, o.ordinal, r."column", r.shown, r.reason, a.file, a.ordinal
FROM stage.out AS r JOIN origin AS o ON o."$row" = r."$row" LEFT JOIN origin AS a ON a."$row" = r.again
WHERE NOT r.duplicate`, ordinal, whyColumn, whyWhere, whyShown, whyReason))
	if err != nil {
		return nil, err
	}
	all := make([]reject, len(t.Rows))
	for i, row := range t.Rows {
		r := &all[i]
		r.file, r.ordinal = int(number(row[0])), number(row[1])
		r.column, r.shown, r.reason = text(row[2]), text(row[3]), text(row[4])
		r.again = place{int(number(row[5])), number(row[6])}
	}
	return all, nil
}

func number(v any) int64 {
	n, _ := v.(int64)
	return n
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// find looks the places up, in the files where they aren't known yet, reading only
// files that have any.
func (b *builder) find(ctx context.Context, places map[place]found) error {
	wanted := map[int]map[int64]found{}
	for p := range places {
		if at, known := b.places[p]; known {
			places[p] = at
			continue
		}
		if wanted[p.file] == nil {
			wanted[p.file] = map[int64]found{}
		}
		wanted[p.file][p.ordinal] = found{}
	}
	for _, file := range sortedFiles(wanted) {
		f := b.files[file]
		rows := wanted[file]
		if err := b.findIn(ctx, f, rows); err != nil {
			return err
		}
		for ordinal, at := range rows {
			places[place{file, ordinal}] = at
			b.places[place{file, ordinal}] = at
		}
	}
	return nil
}

func sortedFiles(wanted map[int]map[int64]found) []int {
	var files []int
	for f := range wanted {
		files = append(files, f)
	}
	slices.Sort(files)
	return files
}

func (b *builder) findIn(ctx context.Context, f sourceFile, rows map[int64]found) error {
	s := b.context.Model.Source(f.Source)
	g := b.guardRaw(s)
	if inline, ok := s.Reader.(*metrics.Inline); ok {
		for n := range rows {
			rows[n] = found{line: n, raw: g.object(inlineRaw(inline, int(n-1)))}
		}
		return nil
	}
	if q, ok := s.Reader.(*metrics.SQL); ok {
		relation, err := b.selected(ctx, q)
		if err != nil {
			return err
		}
		return b.findTyped(ctx, relation, g, rows)
	}
	input, err := b.input(f)
	if err != nil {
		return err
	}
	if typed(s) {
		table, err := typedTable(ctx, b.engine, s, input)
		if err == nil {
			err = engineFileError(s, input, b.findTyped(ctx, table, g, rows))
		}
		return errors.Join(err, closeDatabases(ctx, b.engine))
	}
	in, err := openRecords(s, input)
	if err != nil {
		return err
	}
	defer in.Close()
	return findRows(ctx, in, rows, func(r record) found { return found{line: r.line, raw: g.row(s, in.names(), r)} })
}

// passing is records that can go over rows faster than read them.
type passing interface {
	// pass goes over the next row, and tells whether it is at fault.
	pass() (fault bool, err error)
}

// findRows looks rows up by their ordinals, and goes no further than the last of them.
func findRows(ctx context.Context, in records, rows map[int64]found, show func(record) found) error {
	quick, can := in.(passing)
	left := len(rows)
	for ordinal := int64(1); left > 0; {
		if ordinal%cancelCheck == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		_, wanted := rows[ordinal]
		var r record
		var fault bool
		var err error
		if can && !wanted {
			fault, err = quick.pass()
		} else {
			r, err = in.next()
			fault = r.fault != ""
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case fault:
			continue
		case wanted:
			rows[ordinal] = show(r)
			left--
		}
		ordinal++
	}
	return nil
}

// cancelCheck is after how many rows the context is looked at.
const cancelCheck = 4096

// input is a file by what Identify knew of it; a union's rows come from files of
// its leaves.
func (b *builder) input(f sourceFile) (InputFile, error) {
	if f.Source == b.source.Name {
		for _, input := range b.identity.Files {
			if input.Path == f.Path {
				return input, nil
			}
		}
	}
	files, err := b.context.locate(b.context.Model.Source(f.Source))
	if err != nil {
		return InputFile{}, err
	}
	for _, l := range files {
		if l.shown == f.Path {
			return stat(l)
		}
	}
	return InputFile{}, unreadable(f.Source, f.Path, os.ErrNotExist)
}

// findTyped reads rows of a relation with types by their number, as JSON.
func (b *builder) findTyped(ctx context.Context, relation string, g rawGuard, rows map[int64]found) error {
	last := int64(0)
	for n := range rows {
		last = max(last, n)
	}
	inner := "SELECT row_number() OVER () AS n, to_json(r) AS j FROM " + relation + " AS r"
	t, err := b.engine.Query(ctx, fmt.Sprintf("SELECT n, CAST(j AS VARCHAR) FROM (%s) WHERE n IN (%s)", inner, numbers(rows)))
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		rows[number(row[0])] = found{line: number(row[0]), raw: g.object(text(row[1]))}
	}
	return nil
}

func numbers(rows map[int64]found) string {
	ns := make([]int64, 0, len(rows))
	for n := range rows {
		ns = append(ns, n)
	}
	slices.Sort(ns)
	return joinInts(ns)
}

// writeRejects puts the rejects into the new segment.
func (b *builder) writeRejects(ctx context.Context, all []reject) error {
	return b.insertRows(ctx, b.target+".rejects", len(all), func(i int) []string {
		r := all[i]
		return []string{b.files[r.file].Path, fmt.Sprint(r.line), r.column, r.shown, r.reason, r.raw}
	})
}

// insertRows inserts rows of texts into a table. They go through a file: a statement
// with each of a million rows in it would be far slower.
func (b *builder) insertRows(ctx context.Context, table string, n int, row func(i int) []string) error {
	if n == 0 {
		return nil
	}
	path := filepath.Join(b.scratch, "rows.csv")
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 1<<18)
	var columns []string
	for i := range n {
		fields := row(i)
		if i == 0 {
			for k := range fields {
				columns = append(columns, fmt.Sprintf("'c%d': 'VARCHAR'", k))
			}
		}
		if err = writeRecord(w, fields, nil); err != nil {
			break
		}
	}
	if err = errors.Join(err, w.Flush(), out.Close()); err != nil {
		return err
	}
	options := fmt.Sprintf("nullstr = [chr(1)], max_line_size = %d, columns = {%s}", 8*maxRecord, strings.Join(columns, ", "))
	return b.engine.Exec(ctx, "INSERT INTO "+table+" SELECT * FROM "+writtenTable(path, options))
}

// Rejects returns the rejected rows of an attached segment, in order of file and
// line. s is the source as it is defined now, nil where it isn't any more.
func Rejects(ctx context.Context, eng *duckdb.Engine, segment Segment, s *metrics.Source) ([]metrics.Rejected, error) {
	t, err := eng.Query(ctx, `SELECT file, line, "column", value, reason, raw FROM `+segmentAlias(segment.Source)+".rejects")
	if err != nil {
		return nil, err
	}
	all := make([]metrics.Rejected, len(t.Rows))
	for i, r := range t.Rows {
		all[i] = metrics.Rejected{
			Source: segment.Source, File: text(r[0]), Line: number(r[1]), Column: text(r[2]),
			Value: text(r[3]), Reason: text(r[4]), Raw: text(r[5]),
		}
	}
	segment.hideSince(s, all)
	return all, nil
}
