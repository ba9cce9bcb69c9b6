package view

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"

	"github.com/metricsascode/metrics/metrics/inert"
)

// cells measures text in columns of a terminal. It is a condition of our own,
// because the package's default follows the locale, and output must not.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

// Width is the number of terminal columns that s takes: two for each CJK
// character, none for a combining mark.
func Width(s string) int { return cells.StringWidth(s) }

// visibleLines is Visible for text of several lines, which stay lines.
func visibleLines(s string) []string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = inert.Visible(strings.TrimSuffix(line, "\r"))
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
