package ingest

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// encodings are those of texts that become UTF-8 before they are read.
var encodings = map[string]encoding.Encoding{
	metrics.UTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	metrics.UTF16BE: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	metrics.Latin1:  charmap.ISO8859_1,
	metrics.Win1252: charmap.Windows1252,
	metrics.GBK:     simplifiedchinese.GB18030, // of which it is a part
	metrics.GB18030: simplifiedchinese.GB18030,
}

// The marks that texts may start with, and what they say.
var byteOrderMarks = []struct {
	mark     []byte
	encoding string
}{
	{[]byte{0xEF, 0xBB, 0xBF}, metrics.UTF8},
	{[]byte{0xFF, 0xFE}, metrics.UTF16LE},
	{[]byte{0xFE, 0xFF}, metrics.UTF16BE},
}

// textFile is the content of a file as UTF-8, without its byte order mark.
type textFile struct {
	io.Reader
	file     io.Closer
	encoding string // of the file
}

func (t *textFile) Close() error { return t.file.Close() }

// openText opens a file of text whose definition says the encoding, "" where it
// says none. A file that is plainly in another one is refused.
func openText(s *metrics.Source, f InputFile, declared string) (*textFile, error) {
	file, err := openBytes(f.real)
	if err != nil {
		return nil, err
	}
	t := &textFile{file: file, encoding: declared}
	ahead := &lookahead{in: file}
	head, err := ahead.peek(chunk)
	if err != nil && !ended(err) {
		return nil, closing(file, err)
	}
	mark, marked := markOf(head)
	if found := contradiction(declared, marked, head[mark:]); found != "" {
		return nil, closing(file, wrongEncoding(s, f, declared, found))
	}
	if marked != "" {
		t.encoding = marked
	}
	if t.encoding == "" {
		t.encoding = metrics.UTF8
	}
	ahead.discard(mark)
	t.Reader = ahead.rest()
	if e, ok := encodings[t.encoding]; ok {
		t.Reader = e.NewDecoder().Reader(t.Reader)
	}
	return t, nil
}

// markOf is the byte order mark at the start of a text: its length and encoding.
func markOf(head []byte) (int, string) {
	for _, m := range byteOrderMarks {
		if bytes.HasPrefix(head, m.mark) {
			return len(m.mark), m.encoding
		}
	}
	return 0, ""
}

// enoughCharacters is how many characters of several bytes must be well-formed
// UTF-8 so that the text can't be so by chance.
const enoughCharacters = 8

// contradiction is the encoding that the start of a file has, where that is not
// the declared one; "" where nothing speaks against it.
func contradiction(declared, marked string, head []byte) string {
	wide := declared == metrics.UTF16LE || declared == metrics.UTF16BE
	switch {
	case marked != "" && declared != "" && marked != declared:
		return marked
	case marked != "":
		return ""
	case !wide:
		if guess := wideWithoutMark(head); guess != "" {
			return guess
		}
		_, recoded := encodings[declared]
		if recoded && wellFormed(head, enoughCharacters) {
			return metrics.UTF8
		}
	case len(head) > 1 && bytes.IndexByte(head, 0) < 0 && wellFormed(head, 0):
		return metrics.UTF8
	case wideWithoutMark(head) != "" && wideWithoutMark(head) != declared:
		return wideWithoutMark(head)
	}
	return ""
}

// wideWithoutMark tells UTF-16 by the zero bytes of its ASCII characters, of which
// any table has some: they are on one side.
func wideWithoutMark(head []byte) string {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	some := len(head) / 16
	switch {
	case len(head) < 4:
	case zeros[1] > some && zeros[0] <= zeros[1]/4:
		return metrics.UTF16LE
	case zeros[0] > some && zeros[1] <= zeros[0]/4:
		return metrics.UTF16BE
	}
	return ""
}

// wellFormed tells whether the start of a text is UTF-8 with at least so many
// characters beyond ASCII. Its last character may be cut off.
func wellFormed(head []byte, atLeast int) bool {
	found := 0
	for len(head) > 0 {
		r, size := utf8.DecodeRune(head)
		if r == utf8.RuneError && size < 2 {
			return found >= atLeast && !utf8.FullRune(head)
		}
		if size > 1 {
			found++
		}
		head = head[size:]
	}
	return found >= atLeast
}

// wrongEncoding says that a file is in another encoding than its source says.
func wrongEncoding(s *metrics.Source, f InputFile, declared, found string) error {
	says := fmt.Sprintf("source.%s says encoding = %q", s.Name, declared)
	if declared == "" {
		says = "source." + s.Name + " names no encoding, which means UTF-8"
	}
	mend := "Save the file as UTF-8."
	if _, delimited := s.Reader.(*metrics.CSV); delimited {
		mend = fmt.Sprintf("Write encoding = %q in the csv block, or save the file as UTF-8.", found)
	}
	return failf(diag.WrongEncoding, s.Name, "Wrong encoding", "%q is text in %s, and %s. Read in the wrong one its words would be others. %s", f.Path, found, says, mend)
}

// guessEncoding is the encoding in which a text that is not UTF-8 makes sense,
// GB18030 where its bytes pair up to characters. In Western texts a letter with an
// accent stands between others, which would pair up with the letter behind it.
func guessEncoding(b []byte) string {
	pairs, alone := 0, 0
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] < utf8.RuneSelf:
		case i+1 < len(b) && b[i+1] >= utf8.RuneSelf:
			pairs++
			i++
		default:
			alone++
		}
	}
	if alone > pairs {
		return metrics.Win1252
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(whole(b))
	if err == nil && !bytes.ContainsRune(decoded, utf8.RuneError) {
		return metrics.GB18030
	}
	return metrics.Win1252
}

// whole is a text without its last line, which may be cut off within a character.
func whole(b []byte) []byte {
	if end := bytes.LastIndexByte(b, '\n'); end >= 0 {
		return b[:end]
	}
	return b
}

// notText is why a record with bytes that its encoding doesn't have is rejected.
func notText(encoding string, raw []byte) string {
	if encoding != metrics.UTF8 {
		return "the row has bytes that are no text in " + encoding
	}
	return fmt.Sprintf("the row is not UTF-8 text (it may be %s, which the source would have to name)", guessEncoding(raw))
}
