package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/xlsx"
)

// xlsxRows reads a sheet of a workbook row by row. Rows without any value are none.
type xlsxRows struct {
	book    *xlsx.Book
	rows    *xlsx.Rows
	source  *metrics.Source
	reader  *metrics.XLSX
	file    InputFile
	area    xlsx.Range
	header  int // row of the names; 0 for none
	columns []string
	read    []bool // columns that the source reads
	dated   []bool // columns whose texts are read by formats, so that dates are marked
	null    map[string]bool
	unnamed string // a cell below no name
	pending *sheetRow
}

// sheetRow is a row of the area that is read.
type sheetRow struct {
	number int
	cells  []xlsx.Cell
}

func openXLSX(s *metrics.Source, x *metrics.XLSX, f InputFile) (records, error) {
	book, err := xlsx.Open(f.real)
	if err != nil {
		return nil, workbookError(s.Name, f, err)
	}
	r := &xlsxRows{book: book, source: s, reader: x, file: f, null: nullWords(s)}
	if err := r.open(); err != nil {
		return nil, closing(book, workbookError(s.Name, f, err))
	}
	return r, nil
}

// workbookError tells what is wrong with a workbook.
func workbookError(source string, f InputFile, err error) error {
	var wrong *xlsx.Error
	if errors.As(err, &wrong) {
		return failf(diag.DamagedFile, source, "Unreadable workbook", "%q can't be read: %s. Nothing of it is taken. Save it as .xlsx without a password, or get it again from where it came.", f.Path, wrong)
	}
	return fileError(source, f, err)
}

func (r *xlsxRows) open() error {
	name, err := r.sheet()
	if err != nil {
		return err
	}
	r.area = xlsx.Range{FromColumn: 1, FromRow: 1}
	if r.reader.Range != "" {
		var ok bool
		if r.area, ok = xlsx.ParseRange(r.reader.Range); !ok {
			return failf(diag.WrongSheet, r.source.Name, "Unusable range of cells", "source.%s reads the cells %q, which no sheet has. Write the upper left and the lower right one, such as B3:F100.", r.source.Name, r.reader.Range)
		}
	}
	if r.rows, err = r.book.Rows(name); err != nil {
		return err
	}
	if err := r.readHeader(); err != nil {
		return errors.Join(err, r.rows.Close())
	}
	if err := r.refuseMerged(name); err != nil {
		return errors.Join(err, r.rows.Close())
	}
	r.read, r.dated = make([]bool, len(r.columns)), make([]bool, len(r.columns))
	for i, at := range positions(r.source, r.columns, r.header == 0) {
		if at >= 0 {
			r.read[at] = true
			r.dated[at] = len(read(r.source)[i].Formats) > 0
		}
	}
	return nil
}

// sheet is the name of the sheet to read.
func (r *xlsxRows) sheet() (string, error) {
	names := r.book.Sheets()
	switch {
	case r.reader.Sheet == "":
		return names[0], nil
	case slices.Contains(names, r.reader.Sheet):
		return r.reader.Sheet, nil
	}
	return "", failf(diag.WrongSheet, r.source.Name, "No sheet "+fmt.Sprintf("%q", r.reader.Sheet)+" in "+r.file.Path,
		"%q has the sheets %s.%s", r.file.Path, quoted(names), diag.DidYouMean(r.reader.Sheet, names))
}

// nextInArea is the next row with a value in the area that is read.
func (r *xlsxRows) nextInArea() (sheetRow, error) {
	for {
		number, cells, err := r.rows.Next()
		if err != nil {
			return sheetRow{}, err
		}
		if r.area.ToRow > 0 && number > r.area.ToRow {
			return sheetRow{}, io.EOF
		}
		inside := cells[:0]
		for _, c := range cells {
			if c.Column >= r.area.FromColumn && (r.area.ToColumn == 0 || c.Column <= r.area.ToColumn) {
				c.Column -= r.area.FromColumn
				inside = append(inside, c)
			}
		}
		if number >= r.area.FromRow && len(inside) > 0 {
			return sheetRow{number, slices.Clone(inside)}, nil
		}
	}
}

// readHeader finds the names of the columns: in the row that the source says, or
// in the first that has a value.
func (r *xlsxRows) readHeader() error {
	for {
		row, err := r.nextInArea()
		if errors.Is(err, io.EOF) {
			return nil // no rows: no columns
		}
		if err != nil {
			return err
		}
		switch {
		case !r.reader.Header:
			for range row.cells[len(row.cells)-1].Column + 1 {
				r.columns = append(r.columns, fmt.Sprintf("column%d", len(r.columns)))
			}
			r.pending = &row
			return nil
		case row.number < r.reader.HeaderRow:
			continue
		case r.reader.HeaderRow > 0 && row.number > r.reader.HeaderRow:
			return failf(diag.WrongSheet, r.source.Name, "No header in row "+fmt.Sprint(r.reader.HeaderRow), "%q has nothing in row %d of the sheet, where source.%s says that the names of the columns stand. The next row with a value is %d.", r.file.Path, r.reader.HeaderRow, r.source.Name, row.number)
		}
		r.header = row.number
		for _, c := range row.cells {
			for len(r.columns) <= c.Column {
				r.columns = append(r.columns, "")
			}
			r.columns[c.Column] = strings.Join(strings.Fields(c.Text), " ")
		}
		return nil
	}
}

// refuseMerged refuses names that stand above several columns, or that several rows
// make together: which column such a name means can only be guessed.
func (r *xlsxRows) refuseMerged(name string) error {
	if r.header == 0 {
		return nil
	}
	merged, err := r.book.Merged(name)
	if err != nil {
		return err
	}
	last := r.area.FromColumn + len(r.columns) - 1
	for _, m := range merged {
		if m.FromRow <= r.header && r.header <= m.ToRow && m.FromColumn <= last && r.area.FromColumn <= m.ToColumn {
			cells := fmt.Sprintf("%s%d:%s%d", xlsx.ColumnName(m.FromColumn), m.FromRow, xlsx.ColumnName(m.ToColumn), m.ToRow)
			return failf(diag.WrongSheet, r.source.Name, "Merged cells in the header",
				"Row %d of sheet %q in %q holds the names of the columns, and its cells %s are merged: which column the name means can't be told. Unmerge them and give each column a name, or say by header = %d, or by range, where the names stand.", r.header, name, r.file.Path, cells, m.ToRow+1)
		}
	}
	return nil
}

func (r *xlsxRows) names() []string { return r.columns }

func (r *xlsxRows) Close() error { return errors.Join(r.rows.Close(), r.book.Close()) }

func (r *xlsxRows) next() (record, error) {
	var in sheetRow
	if r.pending != nil {
		in, r.pending = *r.pending, nil
	} else {
		var err error
		if in, err = r.nextInArea(); err != nil {
			if !errors.Is(err, io.EOF) {
				err = workbookError(r.source.Name, r.file, err)
			}
			return record{}, err
		}
	}
	row := record{line: int64(in.number), raw: r.rawRow(in), fields: make([]string, len(r.columns)), nulls: make([]bool, len(r.columns))}
	for i := range row.nulls {
		row.nulls[i] = true
	}
	for _, c := range in.cells {
		r.take(&row, c, in.number)
	}
	if len(row.raw) > maxRecord && row.fault == "" {
		row.fault = fmt.Sprintf("the row is longer than %d bytes", maxRecord)
	}
	return row, nil
}

// take brings the value of a cell into its field.
func (r *xlsxRows) take(row *record, c xlsx.Cell, number int) {
	at := xlsx.ColumnName(c.Column+r.area.FromColumn) + fmt.Sprint(number)
	if c.Column >= len(r.columns) || r.columns[c.Column] == "" {
		if r.unnamed == "" {
			r.unnamed = at
		}
		return
	}
	if r.null[c.Text] {
		return
	}
	row.fields[c.Column], row.nulls[c.Column] = c.Text, false
	if c.Kind == xlsx.Date && r.dated[c.Column] {
		row.fields[c.Column] = markedDate(c.Text)
	}
	if !r.read[c.Column] || row.fault != "" && !stopsAt(r.source, r.columns[c.Column]) {
		return
	}
	switch c.Kind {
	case xlsx.Failed:
		row.column, row.fault = r.columns[c.Column], fmt.Sprintf("cell %s holds the error %s; where that means that there is no value, name it in null", at, c.Text)
	case xlsx.Unsaved:
		row.column, row.fault = r.columns[c.Column], fmt.Sprintf("cell %s has a formula whose value was not saved: open the workbook and save it", at)
	}
}

// rawRow is a row as JSON, by the names of its columns.
func (r *xlsxRows) rawRow(in sheetRow) string {
	var parts []string
	for _, c := range in.cells {
		name := xlsx.ColumnName(c.Column + r.area.FromColumn)
		if c.Column < len(r.columns) && r.columns[c.Column] != "" {
			name = r.columns[c.Column]
		}
		key, _ := json.Marshal(name) // texts can be spelled
		value, _ := json.Marshal(c.Text)
		if c.Kind == xlsx.Number || c.Kind == xlsx.Boolean {
			value = []byte(c.Text)
		}
		parts = append(parts, string(key)+":"+string(value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// verdict demands that all values stand below a name where the source takes all
// columns.
func (r *xlsxRows) verdict() error {
	if r.unnamed == "" || r.source.Contract {
		return nil
	}
	return failf(diag.WrongSheet, r.source.Name, "A column without a name", "Cell %s of %q has a value, and its column no name in row %d. Name it, leave it out by range, or declare the columns to read in a columns block.", r.unnamed, r.file.Path, r.header)
}

// dateMark starts the text of a cell that is a date, in a column whose texts are
// read by other formats: there is no doubt which day it means.
const dateMark = "="

// markedFormat reads what markedDate writes.
const markedFormat = dateMark + "%Y-%m-%d %H:%M:%S.%g"

// markedDate is a date with all parts of its time of day.
func markedDate(iso string) string {
	const whole = "2006-01-02 00:00:00.000"
	return dateMark + iso + whole[min(len(iso), len(whole)):]
}
