package xlsx

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Kind says what the value of a cell is.
type Kind int

// The kinds of values.
const (
	Text Kind = iota
	Number
	Boolean
	Date
	Failed  // a formula that failed; its text is the error
	Unsaved // a formula whose value is not in the file
)

// Cell is a cell with a value.
type Cell struct {
	Column int // from 1
	Kind   Kind
	Text   string // numbers with a decimal point, dates in ISO spelling
}

// Bounds of a sheet.
const (
	maxRows    = 1 << 20
	maxColumns = 1 << 14
)

// Rows are the rows of a sheet that have cells.
type Rows struct {
	book    *Book
	in      io.ReadCloser
	decoder *xml.Decoder
	row     int
	column  int
}

// Rows reads a sheet from its start.
func (b *Book) Rows(name string) (*Rows, error) {
	for _, s := range b.sheets {
		if s.name != name {
			continue
		}
		in, err := b.open(s.part)
		if err != nil {
			return nil, err
		}
		if in == nil {
			return nil, fail("the part of its sheet %q is missing", name)
		}
		return &Rows{book: b, in: in, decoder: xml.NewDecoder(bufio.NewReaderSize(in, 1<<16))}, nil
	}
	return nil, fail("it has no sheet %q", name)
}

// Close ends the reading.
func (r *Rows) Close() error { return r.in.Close() }

// Next returns the number of the next row, from 1, and its cells that have a value;
// io.EOF behind the last.
func (r *Rows) Next() (int, []Cell, error) {
	for {
		token, err := r.decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return 0, nil, fail("a sheet of it is cut off")
		}
		if err != nil {
			return 0, nil, damaged(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "row" {
				return r.readRow(t)
			}
		case xml.EndElement:
			if t.Name.Local == "sheetData" || t.Name.Local == "worksheet" {
				return 0, nil, io.EOF
			}
		}
	}
}

func (r *Rows) readRow(start xml.StartElement) (int, []Cell, error) {
	r.row++
	if at := attribute(start, "r"); at != "" {
		n, err := strconv.Atoi(at)
		if err != nil || n < r.row || n > maxRows {
			return 0, nil, fail("a sheet of it has a row %q behind row %d", at, r.row-1)
		}
		r.row = n
	}
	if r.row > maxRows {
		return 0, nil, fail("a sheet of it has more than %d rows", maxRows)
	}
	r.column = 0
	var cells []Cell
	for {
		token, err := r.decoder.RawToken()
		if err != nil {
			return 0, nil, damaged(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			cell, err := r.readCell(t)
			if err != nil {
				return 0, nil, err
			}
			if cell.Text != "" || cell.Kind != Text {
				cells = append(cells, cell)
			}
		case xml.EndElement:
			if t.Name.Local == "row" {
				return r.row, cells, nil
			}
		}
	}
}

// saved is what a cell's elements hold.
type saved struct {
	value, inline     strings.Builder
	hasValue, formula bool
}

func (r *Rows) readCell(start xml.StartElement) (Cell, error) {
	r.column++
	if at := attribute(start, "r"); at != "" {
		column, row := Coordinates(at)
		if column < r.column || row != r.row {
			return Cell{}, fail("a sheet of it has a cell %q in row %d, behind column %d", at, r.row, r.column-1)
		}
		r.column = column
	}
	if r.column > maxColumns {
		return Cell{}, fail("a sheet of it has more than %d columns", maxColumns)
	}
	var s saved
	if err := r.readElements(&s); err != nil {
		return Cell{}, err
	}
	cell, err := r.book.value(attribute(start, "t"), attribute(start, "s"), &s)
	cell.Column = r.column
	return cell, err
}

// readElements reads up to the end of a cell.
func (r *Rows) readElements(s *saved) error {
	var into *strings.Builder
	reading := 0 // depth in readings of characters, which are no part of a text
	for {
		token, err := r.decoder.RawToken()
		if err != nil {
			return damaged(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "v":
				into, s.hasValue = &s.value, true
			case "t":
				into = &s.inline
			case "f":
				s.formula = true
			case "rPh":
				reading++
			}
		case xml.CharData:
			if into != nil && reading == 0 {
				into.Write(t)
			}
		case xml.EndElement:
			into = nil
			switch t.Name.Local {
			case "rPh":
				reading--
			case "c":
				return nil
			}
		}
	}
}

// value is a cell by its type, its style and what was saved.
func (b *Book) value(kind, style string, s *saved) (Cell, error) {
	text := s.value.String()
	if s.formula && !s.hasValue {
		return Cell{Kind: Unsaved}, nil
	}
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 0 || n >= len(b.shared) {
			return Cell{}, fail("a cell of it names the text %q, of %d", text, len(b.shared))
		}
		return textCell(b.shared[n]), nil
	case "inlineStr":
		return textCell(unescape(s.inline.String())), nil
	case "str":
		return textCell(unescape(text)), nil
	case "b":
		return Cell{Kind: Boolean, Text: map[bool]string{true: "true", false: "false"}[text == "1"]}, nil
	case "e":
		return Cell{Kind: Failed, Text: text}, nil
	case "d":
		return Cell{Kind: Date, Text: strings.Replace(text, "T", " ", 1)}, nil
	}
	if text = strings.TrimSpace(text); text == "" {
		return Cell{}, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Cell{}, fail("a cell of it is said to be a number, which it is not")
	}
	return b.number(x, style), nil
}

// textCell is a text; one that spells an error was one before another program wrote
// it down.
func textCell(text string) Cell {
	if slices.Contains(failures, text) {
		return Cell{Kind: Failed, Text: text}
	}
	return Cell{Text: text}
}

// number is the value of a number by how it is shown.
func (b *Book) number(x float64, style string) Cell {
	l := plain
	if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(b.styles) {
		l = b.styles[n]
	}
	switch l {
	case day:
		if t, ok := moment(x, b.since1904); ok {
			return Cell{Kind: Date, Text: momentText(t)}
		}
		return Cell{Kind: Failed, Text: "no date has the number " + numberText(x)}
	case clock:
		return Cell{Text: clockText(x)}
	}
	return Cell{Kind: Number, Text: numberText(x)}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

var cellName = regexp.MustCompile(`^\$?([A-Za-z]{1,3})\$?([0-9]{1,7})$`)

// Coordinates are the column and row of a cell such as B7, from 1; zeros where the
// name is none.
func Coordinates(name string) (column, row int) {
	m := cellName.FindStringSubmatch(name)
	if m == nil {
		return 0, 0
	}
	for _, letter := range strings.ToUpper(m[1]) {
		column = column*26 + int(letter-'A') + 1
	}
	row, _ = strconv.Atoi(m[2]) // digits
	if column > maxColumns || row > maxRows || row == 0 {
		return 0, 0
	}
	return column, row
}

// ColumnName is the letters of a column, from 1.
func ColumnName(column int) string {
	name := ""
	for ; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// Range is a rectangle of cells, both corners included; 0 is open.
type Range struct{ FromColumn, FromRow, ToColumn, ToRow int }

// ParseRange reads B3:F100, or with whole columns B:F.
func ParseRange(text string) (Range, bool) {
	from, to, found := strings.Cut(text, ":")
	if !found {
		return Range{}, false
	}
	if columns := regexp.MustCompile(`^\$?[A-Za-z]{1,3}$`); columns.MatchString(from) && columns.MatchString(to) {
		from, to = from+"1", to+strconv.Itoa(maxRows)
	}
	var r Range
	r.FromColumn, r.FromRow = Coordinates(from)
	r.ToColumn, r.ToRow = Coordinates(to)
	return r, r.FromColumn > 0 && r.ToColumn >= r.FromColumn && r.ToRow >= r.FromRow
}

var mergedCell = regexp.MustCompile(`mergeCell\s[^>]*?ref="([A-Z0-9:]+)"`)

// Merged are the rectangles of a sheet whose cells were merged to one. They stand
// behind all rows.
func (b *Book) Merged(name string) ([]Range, error) {
	rows, err := b.Rows(name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	in := bufio.NewReaderSize(rows.in, 1<<16)
	var tail strings.Builder
	behind := false
	for {
		piece, err := in.ReadSlice('>')
		if behind {
			tail.Write(piece)
		}
		text := string(piece)
		behind = behind || strings.HasSuffix(text, "sheetData/>") || strings.HasSuffix(text, "sheetData>") && strings.Contains(text, "</")
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, damaged(err)
		}
		if tail.Len() > maxSparse {
			return nil, fail("what stands behind the rows of a sheet is larger than %d MiB", maxSparse>>20)
		}
	}
	var out []Range
	for _, m := range mergedCell.FindAllStringSubmatch(tail.String(), -1) {
		if r, ok := ParseRange(m[1]); ok {
			out = append(out, r)
		}
	}
	return out, nil
}
