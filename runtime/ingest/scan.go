package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxRecord is how long one record of delimited text may be.
const maxRecord = 1 << 20

const uncompressed = "uncompressed"

// compression is how a file is packed, by its name, as the engine calls it.
func compression(path string) string {
	switch {
	case strings.HasSuffix(path, ".gz"):
		return "gzip"
	case strings.HasSuffix(path, ".zst"):
		return "zstd"
	}
	return uncompressed
}

// openText opens a file, unpacked.
func openText(path string) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	var unpacked io.ReadCloser
	switch compression(path) {
	case "gzip":
		unpacked, err = gzip.NewReader(file)
	case "zstd":
		var d *zstd.Decoder
		if d, err = zstd.NewReader(file, zstd.WithDecoderConcurrency(1)); err == nil {
			unpacked = d.IOReadCloser()
		}
	default:
		return file, nil
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("it is no %s file: %w", compression(path), err), file.Close())
	}
	return &packedFile{ReadCloser: unpacked, file: file}, nil
}

// packedFile closes the file below the unpacker, too.
type packedFile struct {
	io.ReadCloser
	file *os.File
}

func (p *packedFile) Close() error { return errors.Join(p.ReadCloser.Close(), p.file.Close()) }

// record is one row of delimited text.
type record struct {
	line   int64    // where it starts, from 1
	fields []string // nil when fault is set
	raw    string   // as it stands in the file, without its line end
	fault  string   // why it can't be split into fields
}

// scanner splits delimited text into records as the engine does, but survives
// what the engine refuses: a faulty record is its first line, and the next line
// starts a new one.
type scanner struct {
	in        *bufio.Reader
	delimiter byte
	quote     byte // 0 for none
	line      int64
}

// newScanner starts after a byte order mark and skip lines.
func newScanner(in io.Reader, delimiter, quote string, skip int) (*scanner, error) {
	s := &scanner{in: bufio.NewReaderSize(in, maxRecord+2), line: 1, delimiter: ','}
	if delimiter != "" {
		s.delimiter = delimiter[0]
	}
	if quote != "" {
		s.quote = quote[0]
	}
	head, err := s.in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF}) {
		return nil, errors.New("it is UTF-16 text, not UTF-8")
	}
	if bytes.Equal(head, []byte{0xEF, 0xBB, 0xBF}) {
		if _, err := s.in.Discard(3); err != nil {
			return nil, err
		}
	}
	for range skip {
		if _, err := s.take(s.physicalLine); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// next returns the next record that isn't blank; io.EOF after the last.
func (s *scanner) next() (record, error) {
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
		if fault == "" && !utf8.ValidString(raw) {
			fault = "the row is not UTF-8 text"
		}
		if fault != "" {
			fields = nil
		}
		return record{line: line, fields: fields, raw: strings.ToValidUTF8(raw, "�"), fault: fault}, nil
	}
}

// take consumes what measure finds at the start of the buffered text: the length
// of the content, and of content and line end.
func (s *scanner) take(measure func(window []byte, last bool) (length, end int)) (string, error) {
	size := max(s.in.Buffered(), 4096)
	for {
		window, err := s.in.Peek(min(size, maxRecord+2))
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return "", err
		}
		if len(window) == 0 {
			return "", io.EOF
		}
		length, end := measure(window, last || size >= maxRecord+2)
		if end < 0 {
			size *= 2
			continue
		}
		raw := string(window[:length])
		s.line += countLines(window[:end])
		_, err = s.in.Discard(end)
		return raw, err
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
		fields = append(fields, field)
		if next == len(window) {
			if len(window) > maxRecord {
				return nil, 0, 0, fmt.Sprintf("the row is longer than %d bytes", maxRecord)
			}
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
