package view

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// cells measures text in columns of a terminal. It is a condition of our own,
// because the package's default follows the locale, and output must not.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

// Width is the number of terminal columns that s takes: two for each CJK
// character, none for a combining mark.
func Width(s string) int { return cells.StringWidth(s) }

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

// visibleLines is Visible for text of several lines, which stay lines.
func visibleLines(s string) []string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = Visible(strings.TrimSuffix(line, "\r"))
	}
	return lines
}

// wrap breaks text into lines of at most width columns: between words, between
// wide characters, and within a word only where it is too long for a line.
func wrap(s string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, piece := range pieces(s) {
		w := Width(strings.TrimRight(piece, " "))
		if used > 0 && used+w > width {
			lines = append(lines, strings.TrimRight(line, " "))
			line, used = "", 0
		}
		for w > width {
			head := cells.Truncate(piece, width, "")
			if head == "" {
				break
			}
			lines = append(lines, head)
			piece = piece[len(head):]
			w = Width(strings.TrimRight(piece, " "))
		}
		line += piece
		used += Width(piece)
	}
	return append(lines, strings.TrimRight(line, " "))
}

// pieces cuts text where a line may break: behind spaces and around wide
// characters, but not before punctuation.
func pieces(s string) []string {
	var all []string
	start := 0
	var last rune
	for i, r := range s {
		wide := cells.RuneWidth(r) == 2 || cells.RuneWidth(last) == 2
		if i > start && (last == ' ' && r != ' ' || wide && r != ' ' && !unicode.IsPunct(r) && !unicode.IsMark(r)) {
			all = append(all, s[start:i])
			start = i
		}
		last = r
	}
	return append(all, s[start:])
}
