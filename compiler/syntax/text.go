package syntax

import (
	"bytes"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/metricsascode/metrics/metrics/diag"
)

var byteOrderMark = []byte("\ufeff")

// text returns the bytes of a file as UTF-8 without a byte order mark. Where
// they are not UTF-8 it says so, and puts a question mark for each wrong byte,
// which keeps all places right.
func text(path string, raw []byte) ([]byte, *diag.Diagnostic) {
	src := bytes.TrimPrefix(raw, byteOrderMark)
	at := bytes.IndexByte(src, 0)
	if at < 0 && utf8.Valid(src) {
		return src, nil
	}

	clean := bytes.Clone(src)
	for i := 0; i < len(clean); {
		r, size := utf8.DecodeRune(clean[i:])
		if r == utf8.RuneError && size == 1 || r == 0 {
			if at < 0 || i < at {
				at = i
			}
			clean[i] = '?'
		}
		i += size
	}
	start := newPlaces(path, clean).at(at)
	end := hcl.Pos{Line: start.Line, Column: start.Column + 1, Byte: start.Byte + 1}
	d := report(diag.NotUTF8, hcl.Range{Filename: path, Start: start, End: end},
		"The file is not UTF-8 text",
		"A byte here is not part of any UTF-8 character; the file may be saved as GBK or UTF-16, or be no text at all. Save it as UTF-8.")
	return clean, &d
}
