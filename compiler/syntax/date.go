package syntax

import (
	"fmt"
	"regexp"

	"github.com/hashicorp/hcl/v2"

	"github.com/metricsascode/metrics/metrics/diag"
)

// bareDate is a day, month, week or quarter without quotes. Spaces may stand
// around its signs, for that is how the formatter lays out a subtraction.
var bareDate = regexp.MustCompile(`^(?:` +
	`[12]\d{3}[ \t]*([-/])[ \t]*\d{1,2}[ \t]*[-/][ \t]*\d{1,2}(?:T[\d:.]+| \d\d?:\d\d[\d:.]*)?(?:Z|[+-]\d\d:?\d\d)?` + // 2026-01-05, with a time
	`|[12]\d{3}-(?:0[1-9]|1[0-2])` + // 2026-01
	`|[12]\d{3} - 0[1-9]` + // the same, laid out
	`|[12]\d{3}[ \t]*-[ \t]*(?:W\d{1,2}|Q[1-4])` + // 2026-W02, 2026-Q1
	`)`)

// dateEnd returns where the unquoted date at an offset ends, or 0.
func dateEnd(src []byte, i int) int {
	if i+5 >= len(src) || !isDigit(src[i+3]) || isDigit(src[i+4]) {
		return 0
	}
	switch src[i+4] {
	case '-', '/', ' ', '\t':
	default:
		return 0
	}
	m := bareDate.Find(src[i:min(len(src), i+60)])
	if m == nil {
		return 0
	}
	end := i + len(m)
	if end < len(src) && (wordByte[src[end]] || src[end] == '.' || src[end] == '(') {
		return 0
	}
	return end
}

var (
	dateSigns  = regexp.MustCompile(`[ \t]*[-/][ \t]*`)
	shortParts = regexp.MustCompile(`-(\d)\b`)
)

// dateWithoutQuotes explains an unquoted date.
func dateWithoutQuotes(r hcl.Range, text string) diag.Diagnostic {
	written := dateSigns.ReplaceAllString(text, "-")
	written = shortParts.ReplaceAllString(written, "-0$1")
	return report(diag.BareDate, r, fmt.Sprintf("%s is a subtraction", text),
		fmt.Sprintf("Without quotes a date is numbers with signs between them. Write %q.", written))
}
