package dashboard

import (
	"strings"
	"unicode"
)

// visible leaves out of text what a terminal would act on, or what would show it in
// another order than it is stored.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
