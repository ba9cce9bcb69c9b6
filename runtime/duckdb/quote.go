package duckdb

import "strings"

// Quote returns an identifier in double quotes.
func Quote(identifier string) string {
	return `"` + strings.ReplaceAll(identifier, `"`, `""`) + `"`
}

// Literal returns a text as an SQL string.
func Literal(text string) string {
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
