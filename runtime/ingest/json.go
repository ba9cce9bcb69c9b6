package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// jsonRows reads a JSON file row by row: an array of objects, or objects one behind
// the other. Numbers keep the digits that they have in the file.
type jsonRows struct {
	in      *textFile
	scanner *scanner
	source  *metrics.Source
	file    InputFile
	columns []string
	present []bool // which columns any row had so far
	rows    int64
	layout  jsonLayout
	inside  bool // of the array
}

// jsonLayout is how the objects of a file are laid out.
type jsonLayout int

const (
	jsonObjects jsonLayout = iota // anyhow, one behind the other
	jsonLines                     // one a line, so that a broken one ends with its line
	jsonArray
)

// openJSON opens a JSON file for the columns that its source reads.
func openJSON(s *metrics.Source, f InputFile) (*jsonRows, error) {
	in, err := openText(s, f, "")
	if err != nil {
		return nil, err
	}
	r := &jsonRows{in: in, source: s, file: f}
	for _, c := range read(s) {
		if !slices.Contains(r.columns, fileName(c)) {
			r.columns = append(r.columns, fileName(c))
		}
	}
	r.present = make([]bool, len(r.columns))
	if r.scanner, err = newScanner(in, "", "", 0); err == nil {
		err = r.findLayout()
	}
	if err != nil && !ended(err) {
		return nil, closing(in, err)
	}
	return r, nil
}

// findLayout looks at the first object.
func (r *jsonRows) findLayout() error {
	next, err := r.nextByte()
	switch {
	case err != nil:
		return err
	case next == '[':
		r.layout, r.inside = jsonArray, true
		r.scanner.in.discard(1)
		return nil
	}
	size := chunk
	for {
		window, err := r.scanner.in.peek(size)
		line, _, found := bytes.Cut(window, []byte("\n"))
		if found || err != nil || size >= maxQuoted {
			if json.Valid(bytes.TrimSpace(line)) || !found {
				r.layout = jsonLines
			}
			return nil
		}
		size *= 2
	}
}

// nextByte passes over blanks, and shows the byte behind them.
func (r *jsonRows) nextByte() (byte, error) {
	for {
		window, err := r.scanner.in.peek(1)
		if len(window) == 0 {
			return 0, err
		}
		if !strings.ContainsRune(" \t\r\n", rune(window[0])) {
			return window[0], nil
		}
		if window[0] == '\n' {
			r.scanner.line++
		}
		r.scanner.in.discard(1)
	}
}

func (r *jsonRows) names() []string { return r.columns }

func (r *jsonRows) Close() error { return r.in.Close() }

func (r *jsonRows) next() (record, error) {
	if r.layout == jsonArray {
		if more, err := r.nextInArray(); err != nil {
			return record{}, err
		} else if !more {
			return record{}, io.EOF
		}
	}
	if _, err := r.nextByte(); err != nil {
		return record{}, err
	}
	row := record{line: r.scanner.line}
	measure := measureValue
	if r.layout == jsonLines {
		measure = r.scanner.physicalLine
	}
	raw, err := r.scanner.take(measure)
	if err != nil {
		return row, err
	}
	row.raw = strings.TrimRight(raw, " \t\r")
	r.rows++
	r.parse(&row)
	if row.fault != "" && r.layout != jsonLines && !balanced(row.raw) {
		return row, r.broken(row.line, "it is cut off, or a bracket or quote is missing")
	}
	return row, nil
}

// nextInArray passes over the comma before a value; false at the end of the array.
func (r *jsonRows) nextInArray() (bool, error) {
	if !r.inside {
		return false, nil
	}
	next, err := r.nextByte()
	if next == ',' && r.rows > 0 {
		r.scanner.in.discard(1)
		next, err = r.nextByte()
	} else if next != ']' && r.rows > 0 && err == nil {
		return false, r.broken(r.scanner.line, "a comma is missing between two values")
	}
	if ended(err) {
		return false, r.broken(r.scanner.line, "it is cut off: nothing closes the array")
	}
	if next != ']' || err != nil {
		return err == nil, err
	}
	r.scanner.in.discard(1)
	r.inside = false
	if _, err := r.nextByte(); !ended(err) {
		return false, r.broken(r.scanner.line, "something follows the end of the array")
	}
	return false, nil
}

// broken says from where on a file is no JSON any more.
func (r *jsonRows) broken(line int64, why string) error {
	return failf(diag.DamagedFile, r.source.Name, "Damaged JSON file", "%q can't be read from line %d on: %s. Its rows are not read in part. Get it again from where it came.", r.file.Path, line, why)
}

// measureValue measures the value that the text starts with, by its brackets and
// quotes; end is -1 when more text is needed.
func measureValue(window []byte, last bool) (length, end int) {
	depth, quoted := 0, false
	for i := 0; i < len(window); i++ {
		c := window[i]
		switch {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth < 0 {
				return i, i
			}
		case depth == 0 && strings.ContainsRune(", \t\r\n", rune(c)):
			return i, i
		}
		if depth == 0 && !quoted && strings.ContainsRune(`}]"`, rune(c)) {
			return i + 1, i + 1
		}
	}
	if last {
		return len(window), len(window)
	}
	return 0, -1
}

// balanced tells whether a text is one value by its brackets and quotes.
func balanced(raw string) bool {
	_, end := measureValue([]byte(raw+" "), false)
	return end > 0
}

// parse finds the values of the columns in a row.
func (r *jsonRows) parse(row *record) {
	switch {
	case len(row.raw) > maxRecord:
		row.fault = fmt.Sprintf("the row is longer than %d bytes", maxRecord)
		return
	case !utf8.ValidString(row.raw):
		row.fault = notText(metrics.UTF8, []byte(row.raw))
		return
	}
	object, fault := parseObject(row.raw)
	if fault != "" {
		row.fault = fault
		return
	}
	row.fields, row.nulls = make([]string, len(r.columns)), make([]bool, len(r.columns))
	for i, name := range r.columns {
		v, found := valueAt(object, name)
		r.present[i] = r.present[i] || found
		text, scalar := scalarText(v)
		if !scalar && (row.fault == "" || stopsAt(r.source, name)) {
			row.column, row.fault = name, nested(name, v)
		}
		row.fields[i], row.nulls[i] = text, v == nil
	}
}

// parseObject reads one row; the fault says why it is none.
func parseObject(raw string) (object map[string]any, fault string) {
	decoder := json.NewDecoder(strings.NewReader(raw))
	decoder.UseNumber()
	var v any
	err := decoder.Decode(&v)
	if err == nil {
		if _, more := decoder.Token(); more == nil || !ended(more) {
			return nil, "something follows the end of the object"
		}
	}
	object, ok := v.(map[string]any)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), ended(err):
		return nil, "the JSON is cut off within the row"
	case err != nil:
		return nil, "the row is not JSON: " + err.Error()
	case !ok:
		return nil, "the row is not an object such as {\"a\": 1}"
	}
	return object, ""
}

// scalarText is a single value as the text it has in the file; "" for null.
func scalarText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}

// nested says how to reach the values in one that isn't single.
func nested(name string, v any) string {
	if list, ok := v.([]any); ok {
		return fmt.Sprintf("a list of %d values, of which a column holds one: from = %q is the first", len(list), name+"[0]")
	}
	key := "key"
	if object := v.(map[string]any); len(object) > 0 {
		key = sortedKeys(object)[0]
	}
	return fmt.Sprintf("an object, of which a column holds one value: from = %q is one", name+"."+key)
}

// verdict demands that any row has each declared column: where none has, its name
// is likely wrong.
func (r *jsonRows) verdict() error {
	if r.rows == 0 || !r.source.Contract {
		return nil
	}
	var missing []string
	for i, name := range r.columns {
		if !r.present[i] {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	found, err := jsonPaths(r.source, r.file)
	if err != nil {
		return err
	}
	return changedColumns(r.source, r.file, missing, found.names())
}

// jsonPaths looks at all rows of a file: which single values they have, by path,
// and of what type. Lists are left out: how many columns they would make differs
// from row to row.
func jsonPaths(s *metrics.Source, f InputFile) (*inferredColumns, error) {
	rows, err := openJSON(&metrics.Source{Name: s.Name, Reader: s.Reader}, f)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := &inferredColumns{}
	for {
		row, err := rows.next()
		if ended(err) {
			return found, rows.anyObject(found.rows)
		}
		if err != nil {
			return nil, err
		}
		if object, fault := parseObject(row.raw); row.fault == "" && fault == "" {
			found.rows++
			found.addObject("", object, row.raw)
		}
	}
}

// anyObject refuses a file of which no row is an object: it is something else.
func (r *jsonRows) anyObject(objects int64) error {
	if r.rows == 0 || objects > 0 {
		return nil
	}
	return failf(diag.UnreadableFile, r.source.Name, "Not a JSON file", "None of the rows of %q is a JSON object such as {\"a\": 1}. Name the format that the file has, or get it again from where it came.", r.file.Path)
}

// addObject adds the values of an object, in the order in which the text has them.
func (c *inferredColumns) addObject(prefix string, object map[string]any, raw string) {
	for _, key := range keysInOrder(object, raw) {
		path := prefix + key
		switch v := object[key].(type) {
		case nil:
			c.add(path, metrics.Type{Kind: metrics.Null})
		case bool:
			c.add(path, metrics.Type{Kind: metrics.Boolean})
		case json.Number:
			c.add(path, typeOfNumber(v.String()))
		case string:
			c.add(path, typeOfText(v))
		case map[string]any:
			c.addObject(path+".", v, raw)
		}
	}
}

// keysInOrder sorts the keys of an object by where they first stand in the text.
func keysInOrder(object map[string]any, raw string) []string {
	keys := sortedKeys(object)
	at := map[string]int{}
	for _, k := range keys {
		spelled, _ := json.Marshal(k) // a text can be spelled
		at[k] = strings.Index(raw, string(spelled))
	}
	slices.SortStableFunc(keys, func(a, b string) int { return at[a] - at[b] })
	return keys
}
