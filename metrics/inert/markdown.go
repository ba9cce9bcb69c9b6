package inert

import "strings"

// markdownSpecial replaces what has a meaning anywhere in a line of Markdown,
// and HTML.
var markdownSpecial = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `|`, `\|`, `~`, `\~`, `$`, `\$`,
	`&`, `&amp;`, `<`, `&lt;`, `>`, `&gt;`,
	// An invisible space keeps GitHub from seeing a person, who would be told.
	`@`, "@\u200b",
)

// Markdown is text of data or definitions as it stands in a line or a table
// cell of Markdown, where it means nothing but itself.
func Markdown(s string) string {
	out := markdownSpecial.Replace(Visible(strings.TrimSpace(s)))
	if out == "" {
		return ""
	}
	// The starts of headings, lists, rules and ordered lists.
	rest := strings.TrimLeft(out, "0123456789")
	switch {
	case strings.IndexByte("#+-=", out[0]) >= 0 && !startsNumber(out):
		return `\` + out
	case rest != out && rest != "" && (rest[0] == '.' || rest[0] == ')') && (len(rest) == 1 || rest[1] == ' '):
		return out[:len(out)-len(rest)] + `\` + rest
	}
	return out
}

// startsNumber tells whether a sign is that of a number.
func startsNumber(s string) bool {
	return len(s) > 1 && (s[0] == '+' || s[0] == '-') && (s[1] >= '0' && s[1] <= '9' || s[1] == '.')
}
