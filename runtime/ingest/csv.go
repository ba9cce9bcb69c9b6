package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// mendText is added where a delimited file can't be read.
const mendText = "Save it with the delimiter, quote and encoding that the source declares, or get it again from where it came."

// csvRows reads a delimited file row by row.
type csvRows struct {
	in      *textFile
	scanner *scanner
	source  *metrics.Source
	file    InputFile
	columns []string
	header  bool
	pending *record // the first row, where it is no header
	checked []bool  // columns whose texts must be valid; nil for all
	// What the verdict goes by: rows of bytes that are no text, rows with characters
	// beyond ASCII that are, and all.
	broken, foreign, all int64
	sample               []byte // of the broken ones
}

// openCSV opens a delimited file behind its header.
func openCSV(s *metrics.Source, csv *metrics.CSV, f InputFile) (records, error) {
	in, err := openText(s, f, csv.Encoding)
	if err != nil {
		return nil, err
	}
	r := &csvRows{in: in, source: s, file: f, header: csv.Header}
	r.scanner, err = newScanner(in, csv.Delimiter, csv.Quote, csv.Skip)
	if err == nil {
		err = r.start(csv)
	}
	if err != nil && !ended(err) {
		return nil, closing(in, err)
	}
	r.checked = readColumns(s, csv, r.columns)
	return r, nil
}

// start reads the header.
func (r *csvRows) start(csv *metrics.CSV) error {
	first, err := r.scanner.next()
	if err != nil {
		return err
	}
	if first.fault != "" {
		return failf(diag.UnreadableFile, r.source.Name, "Unreadable header", "The first row of %q can't be read: %s. %s", r.file.Path, first.fault, mendText)
	}
	if r.damaged(first.raw) {
		if r.in.encoding == metrics.UTF8 {
			return wrongEncoding(r.source, r.file, csv.Encoding, guessEncoding([]byte(first.raw)))
		}
		return failf(diag.WrongEncoding, r.source.Name, "Wrong encoding", "The first row of %q has bytes that are no text in %s, which source.%s says it is in. Write the encoding that the file has, or save it as UTF-8.", r.file.Path, r.in.encoding, r.source.Name)
	}
	r.columns = headerNames(csv, first.fields)
	if !csv.Header {
		r.pending = &first
	}
	return nil
}

// readColumns tells which columns of a file the source reads; nil for all.
func readColumns(s *metrics.Source, csv *metrics.CSV, names []string) []bool {
	if !s.Contract || comparesWhole(s) {
		return nil
	}
	out := make([]bool, len(names))
	for _, at := range positions(s, names, !csv.Header) {
		if at >= 0 {
			out[at] = true
		}
	}
	return out
}

func (r *csvRows) names() []string { return r.columns }

func (r *csvRows) Close() error { return r.in.Close() }

func (r *csvRows) next() (record, error) {
	var row record
	if r.pending != nil {
		row, r.pending = *r.pending, nil
	} else {
		var err error
		if row, err = r.scanner.next(); err != nil {
			return row, err
		}
	}
	r.all++
	if row.fault == "" {
		r.fit(&row)
	}
	if row.fault == "" {
		r.checkText(&row)
	}
	return row, nil
}

// pass goes over the next row, and tells whether it is at fault. The verdict knows
// nothing of rows that are passed over.
func (r *csvRows) pass() (fault bool, err error) {
	if r.pending == nil && r.in.encoding == metrics.UTF8 {
		line, end, ok := r.scanner.plain()
		if ok && r.fits(line) && utf8.Valid(line) {
			r.scanner.discardLine(end)
			return false, nil
		}
	}
	row, err := r.next()
	return row.fault != "", err
}

// fits tells whether a line without quotes has as many fields as fit wants.
func (r *csvRows) fits(line []byte) bool {
	delimiters := bytes.Count(line, []byte{r.scanner.delimiter})
	return delimiters == len(r.columns)-1 || delimiters == len(r.columns) && line[len(line)-1] == r.scanner.delimiter
}

// fit checks the number of fields. A delimiter at the end of a line is no field.
func (r *csvRows) fit(row *record) {
	columns := len(r.columns)
	if n := len(row.fields); n == columns+1 && row.fields[n-1] == "" {
		row.fields = row.fields[:columns]
	}
	if len(row.fields) == columns {
		return
	}
	than := "the header"
	if !r.header {
		than = "the first row"
	}
	row.fault = fmt.Sprintf("the row has %d fields, %s %d", len(row.fields), than, columns)
	if strings.IndexByte(row.raw, 0) >= 0 {
		row.fault += ", and it holds NUL characters: the file may have been damaged"
	}
	row.fields = nil
}

// checkText rejects a row with bytes that are no text in a column that is read.
func (r *csvRows) checkText(row *record) {
	if !r.damaged(row.raw) {
		if len(row.raw) != utf8.RuneCountInString(row.raw) {
			r.foreign++
		}
		return
	}
	r.broken++
	if len(r.sample) < maxSample {
		r.sample = append(r.sample, row.raw...)
	}
	for i, f := range row.fields {
		if (r.checked == nil || r.checked[i]) && r.damaged(f) {
			row.fault = notText(r.in.encoding, []byte(row.raw))
			row.fields = nil
			return
		}
	}
}

// maxSample is how much text is enough to guess its encoding.
const maxSample = 1 << 16

// damaged tells whether a text holds bytes that its encoding doesn't have. Where
// it had to be brought into UTF-8, they stand as the character that replaces them.
func (r *csvRows) damaged(text string) bool {
	return !utf8.ValidString(text) || r.in.encoding != metrics.UTF8 && strings.ContainsRune(text, utf8.RuneError)
}

// someRows is how many rows must be no text before the whole file is suspected.
const someRows = 3

// verdict finds a file in the wrong encoding: half of its rows are no text, and
// more than have any character beyond ASCII that is.
func (r *csvRows) verdict() error {
	if r.broken < someRows || r.broken <= r.foreign || 2*r.broken < r.all {
		return nil
	}
	if r.in.encoding == metrics.UTF8 {
		return wrongEncoding(r.source, r.file, "", guessEncoding(r.sample))
	}
	return failf(diag.WrongEncoding, r.source.Name, "Wrong encoding", "%d of the %d rows of %q have bytes that are no text in %s, which source.%s says it is in. Write the encoding that the file has, or save it as UTF-8.",
		r.broken, r.all, r.file.Path, r.in.encoding, r.source.Name)
}

// header returns the names of the columns of a delimited file, "column0" and on
// where it has no header; nil for a file without any record.
func header(s *metrics.Source, csv *metrics.CSV, f InputFile) ([]string, error) {
	rows, err := openCSV(s, csv, f)
	if err == nil {
		defer rows.Close()
		return rows.names(), nil
	}
	return nil, fileError(s.Name, f, err)
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

// recoded tells whether a delimited file must become UTF-8 before it can be read.
func recoded(s *metrics.Source, csv *metrics.CSV, f InputFile) (bool, error) {
	in, err := openText(s, f, csv.Encoding)
	if err != nil {
		return false, err
	}
	_, recoded := encodings[in.encoding]
	return recoded, in.Close()
}

// csvTable is the SQL of all rows of a delimited file as text, in columns c0 and on.
func csvTable(path string, csv *metrics.CSV, columns int) string {
	return fmt.Sprintf("read_csv(%s, auto_detect = false, columns = {%s})", csvArguments(path, csv), textColumns(columns))
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
	return fmt.Sprintf("%s, header = %t, skip = %d, delim = %s, quote = %s, escape = %s, nullstr = [%s], compression = '%s', max_line_size = %d",
		duckdb.Literal(literalGlob(path)), csv.Header, csv.Skip, duckdb.Literal(delimiter), duckdb.Literal(csv.Quote), duckdb.Literal(csv.Quote),
		strings.Join(nulls, ", "), compression(path), maxRecord)
}

// textCells says which column of the file each column of the source is read from.
func textCells(s *metrics.Source, names []string, bare bool) cells {
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
	for _, at := range positions(s, names, bare) {
		if at >= 0 {
			out.of = append(out.of, cell{sql: fmt.Sprintf("c%d", at), native: "VARCHAR"})
		} else {
			out.of = append(out.of, cell{})
		}
	}
	return out
}

// positions says, for each column that the source reads, which column of the file
// that is; -1 for none. Without a header they are those in the same place.
func positions(s *metrics.Source, names []string, bare bool) []int {
	at := map[string]int{}
	for i, n := range names {
		if _, taken := at[n]; !taken {
			at[n] = i
		}
	}
	var out []int
	for i, c := range read(s) {
		name := fileName(c)
		if bare && c.From == "" && s.Contract {
			name = fmt.Sprintf("column%d", i)
		}
		if position, found := at[name]; found {
			out = append(out, position)
		} else {
			out = append(out, -1)
		}
	}
	return out
}
