// Package inert makes text of data and definitions mean nothing but itself where it is
// shown: in a terminal, in Markdown, in a spreadsheet.
package inert

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible makes everything in s that a terminal would act on, or that would
// show text in another order than it is stored, readable instead: "\x1b",
// "\n", "\u202e". Text from data and definitions goes through it.
func Visible(s string) string {
	if !strings.ContainsFunc(s, hidden) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && s[i] != "\uFFFD"[0]:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case !hidden(r):
			b.WriteRune(r)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// hidden tells whether a character is a control, a line separator, or one that
// turns the direction of text.
func hidden(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}
