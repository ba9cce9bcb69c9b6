package inert

import "strings"

// Cell keeps a spreadsheet from taking text for a formula.
func Cell(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}
