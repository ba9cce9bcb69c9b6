package ingest

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// maxRecord is how long one record of a file may be.
const maxRecord = 1 << 20

// maxQuoted is how far a quote that closes a field is looked for. A quote that
// none closes until there is taken for a stray one.
const maxQuoted = 16 << 20

// record is one row of a file.
type record struct {
	line   int64    // where it starts, from 1
	fields []string // nil when fault is set
	nulls  []bool   // which fields have no value; nil where the text of a field says so
	raw    string   // as it stands in the file, without its line end
	fault  string   // why it can't be read
	column string   // the column that can't be read, "" for the whole row
}

// scanner splits delimited text into records as the engine does, but survives
// what the engine refuses: a faulty record is its first line, and the next line
// starts a new one. One that is too long is one record, however many lines it has.
type scanner struct {
	in        lookahead
	delimiter byte
	quote     byte // 0 for none
	line      int64
}

// newScanner starts behind skip lines.
func newScanner(in io.Reader, delimiter, quote string, skip int) (*scanner, error) {
	s := &scanner{in: lookahead{in: in}, line: 1, delimiter: ','}
	if delimiter != "" {
		s.delimiter = delimiter[0]
	}
	if quote != "" {
		s.quote = quote[0]
	}
	for range skip {
		if _, err := s.take(s.physicalLine); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// plain is the next line where that is a record for certain: one of usual length that
// isn't blank, has no quotes, and ends as most do. end is the place behind its line end.
func (s *scanner) plain() (line []byte, end int, ok bool) {
	window := s.in.seen()
	i := bytes.IndexByte(window, '\n')
	if i < 0 {
		window, _ = s.in.peek(chunk) // what is wrong is told where the line is read otherwise
		i = bytes.IndexByte(window, '\n')
	}
	if i < 0 {
		return nil, 0, false
	}
	line = bytes.TrimSuffix(window[:i], []byte{'\r'})
	ok = len(line) > 0 && bytes.IndexByte(line, '\r') < 0 && (s.quote == 0 || bytes.IndexByte(line, s.quote) < 0)
	return line, i + 1, ok
}

// discardLine goes on behind a line that plain found.
func (s *scanner) discardLine(end int) {
	s.in.discard(end)
	s.line++
}

// next returns the next record that isn't blank; io.EOF after the last.
func (s *scanner) next() (record, error) {
	if line, end, ok := s.plain(); ok {
		r := record{line: s.line, raw: string(line)}
		r.fields = strings.Split(r.raw, string(rune(s.delimiter)))
		s.discardLine(end)
		return r, nil
	}
	for {
		line := s.line
		var fields []string
		var fault string
		raw, err := s.take(func(window []byte, last bool) (int, int) {
			var length, end int
			fields, length, end, fault = s.split(window, last)
			if fault != "" {
				length, end = s.physicalLine(window, last)
			}
			return length, end
		})
		if err != nil {
			return record{}, err
		}
		if raw == "" {
			continue
		}
		if fault == "" && len(raw) > maxRecord {
			fault = fmt.Sprintf("the row is longer than %d bytes", maxRecord)
		}
		if fault != "" {
			fields = nil
		}
		return record{line: line, fields: fields, raw: raw, fault: fault}, nil
	}
}

// take consumes what measure finds at the start of the text that comes: the length
// of the content, and of content and line end. The content may be cut off behind
// maxQuoted bytes.
func (s *scanner) take(measure func(window []byte, last bool) (length, end int)) (string, error) {
	size := max(s.in.buffered(), 4096)
	for {
		size = min(size, maxQuoted)
		window, err := s.in.peek(size)
		if err != nil && !ended(err) {
			return "", err
		}
		if len(window) == 0 {
			return "", io.EOF
		}
		length, end := measure(window, ended(err) || size == maxQuoted)
		if end < 0 {
			size *= 2
			continue
		}
		raw := string(window[:length])
		cut := length == len(window) && !ended(err)
		s.line += countLines(window[:end])
		s.in.discard(end)
		if cut {
			return raw, s.restOfLine()
		}
		return raw, nil
	}
}

// restOfLine passes over what is left of a line that is longer than what is
// looked at.
func (s *scanner) restOfLine() error {
	for {
		window, err := s.in.peek(chunk)
		if len(window) == 0 {
			if ended(err) {
				return nil
			}
			return err
		}
		if _, end := s.physicalLine(window, ended(err)); end >= 0 && end < len(window) || ended(err) {
			s.line += countLines(window[:end])
			s.in.discard(end)
			return nil
		}
		s.in.discard(len(window) - 1) // the last byte may be half of a line end
	}
}

// countLines counts line ends: \n, \r\n, and \r alone.
func countLines(b []byte) int64 {
	n := int64(bytes.Count(b, []byte{'\n'}))
	for i, c := range b {
		if c == '\r' && (i+1 == len(b) || b[i+1] != '\n') {
			n++
		}
	}
	return n
}

// physicalLine measures up to the next line end, whatever quotes say; end is -1
// when more text is needed.
func (s *scanner) physicalLine(window []byte, last bool) (length, end int) {
	i := bytes.IndexAny(window, "\r\n")
	if i < 0 {
		if last {
			return len(window), len(window)
		}
		return 0, -1
	}
	return i, lineEnd(window, i, last)
}

// lineEnd is the place behind the line end at i, -1 when more text is needed.
func lineEnd(window []byte, i int, last bool) int {
	if window[i] == '\r' {
		if i+1 < len(window) && window[i+1] == '\n' {
			return i + 2
		}
		if i+1 == len(window) && !last {
			return -1
		}
	}
	return i + 1
}

// split reads the fields of one record. end is -1 when more text is needed.
func (s *scanner) split(window []byte, last bool) (fields []string, length, end int, fault string) {
	i := 0
	for {
		var field string
		var next int
		if s.quote != 0 && i < len(window) && window[i] == s.quote {
			field, next, fault = s.quoted(window, i+1, last)
		} else {
			field, next = s.bare(window, i)
		}
		if fault != "" {
			return nil, 0, 0, fault
		}
		if next < 0 || next == len(window) && !last {
			return nil, 0, -1, ""
		}
		if i <= maxRecord { // none of a record that is too long is kept
			fields = append(fields, field)
		}
		if next == len(window) {
			return fields, next, next, ""
		}
		if window[next] != s.delimiter {
			return fields, next, lineEnd(window, next, last), ""
		}
		i = next + 1
	}
}

func (s *scanner) bare(window []byte, from int) (field string, next int) {
	next = from
	for next < len(window) && window[next] != s.delimiter && window[next] != '\n' && window[next] != '\r' {
		next++
	}
	return string(window[from:next]), next
}

// quoted reads a field behind its opening quote; next is -1 when more text is needed.
func (s *scanner) quoted(window []byte, from int, last bool) (field string, next int, fault string) {
	var b strings.Builder
	for {
		i := bytes.IndexByte(window[from:], s.quote)
		if i < 0 || from+i+1 == len(window) && !last {
			if last {
				return "", 0, "a quote is opened and never closed"
			}
			return "", -1, ""
		}
		b.Write(window[from : from+i])
		from += i + 1
		switch {
		case from == len(window), window[from] == s.delimiter, window[from] == '\n', window[from] == '\r':
			return b.String(), from, ""
		case window[from] == s.quote:
			b.WriteByte(s.quote)
			from++
		default:
			return "", 0, "text follows a closing quote"
		}
	}
}
