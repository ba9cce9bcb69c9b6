package metrics

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// NumberFormat is how a number is shown, in the manner of spreadsheets:
//
//	#,##0      whole numbers in groups of three
//	#,##0.00   two digits after the point
//	0.0##      one digit after the point, up to three where they are not zero
//	0.0%       a share, shown times one hundred
//	¥#,##0     a currency sign, or a space, before or behind the number
//	0.0" days" any other text in double quotes
//
// Rounding is half away from zero, on the decimal digits themselves.
type NumberFormat struct {
	Prefix, Suffix string
	Group          bool // commas between groups of three
	MinInteger     int  // digits before the point, filled up with zeros
	MinFraction    int  // digits after the point, filled up with zeros
	MaxFraction    int
	Percent        bool // times one hundred; the sign stands in Suffix
}

// formatSigns are the characters that a format may show without quotes.
const formatSigns = " $€£¥₩₹₽+()"

// ParseNumberFormat reads a format as a KPI's `format` has it.
func ParseNumberFormat(s string) (NumberFormat, error) {
	var f NumberFormat
	start := strings.IndexAny(quotesBlanked(s), "#0")
	if start < 0 {
		return f, fmt.Errorf("the format %q shows no digit: it needs a 0 or a #", s)
	}
	end := start
	for end < len(s) && strings.IndexByte("#0,.", s[end]) >= 0 {
		end++
	}
	if err := f.readDigits(s[start:end]); err != nil {
		return f, fmt.Errorf("the format %q %w", s, err)
	}
	var err error
	if f.Prefix, err = f.readText(s[:start], false); err == nil {
		f.Suffix, err = f.readText(s[end:], true)
	}
	if err != nil {
		return f, fmt.Errorf("the format %q %w", s, err)
	}
	return f, nil
}

// quotesBlanked is s with quoted text replaced byte by byte, so that a digit in
// a text is not taken for the number.
func quotesBlanked(s string) string {
	b := []byte(s)
	quoted := false
	for i, c := range b {
		if c == '"' {
			quoted = !quoted
		} else if quoted {
			b[i] = ' '
		}
	}
	return string(b)
}

func (f *NumberFormat) readDigits(digits string) error {
	whole, fraction, _ := strings.Cut(digits, ".")
	if strings.ContainsAny(fraction, ",.") {
		return fmt.Errorf("has a comma or a second point behind its point")
	}
	if i := strings.LastIndexByte(whole, ','); i >= 0 {
		if len(whole)-i-1 != 3 {
			return fmt.Errorf("groups digits other than by three: write #,##0")
		}
		f.Group = true
	}
	f.MinInteger = strings.Count(whole, "0")
	f.MinFraction = strings.Count(fraction, "0")
	f.MaxFraction = len(fraction)
	if strings.Contains(fraction, "#0") {
		return fmt.Errorf("has a 0 behind a # after the point: write the 0 first")
	}
	if trimmed := strings.TrimLeft(whole, "#,"); strings.Contains(trimmed, "#") {
		return fmt.Errorf("has a # behind a 0 before the point: write the # first")
	}
	return nil
}

// readText reads what stands before or behind the digits.
func (f *NumberFormat) readText(s string, behind bool) (string, error) {
	var b strings.Builder
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '"':
			text, rest, closed := strings.Cut(s[1:], `"`)
			if !closed {
				return "", fmt.Errorf("has a quote that is never closed")
			}
			b.WriteString(text)
			s = rest
			continue
		case r == '%' && behind && !f.Percent:
			f.Percent = true
		case !strings.ContainsRune(formatSigns, r):
			return "", fmt.Errorf("has %q, which is no part of a number: put text in double quotes", r)
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String(), nil
}

// Text shows a number in this format, with an ASCII minus sign before the
// prefix where it is negative after rounding.
func (f NumberFormat) Text(n Number) string {
	digits, negative := strings.CutPrefix(string(n), "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if f.Percent {
		fraction += strings.Repeat("0", max(0, 2-len(fraction)))
		whole, fraction = whole+fraction[:2], fraction[2:]
	}
	whole, fraction = roundDigits(whole, fraction, f.MaxFraction)
	whole = strings.TrimLeft(whole, "0")
	negative = negative && strings.Trim(whole+fraction, "0") != ""
	for len(fraction) > f.MinFraction && fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	fraction += strings.Repeat("0", max(0, f.MinFraction-len(fraction)))
	whole = strings.Repeat("0", max(0, f.MinInteger-len(whole))) + whole
	if whole == "" && fraction == "" {
		whole = "0"
	}
	if f.Group {
		whole = groupThrees(whole)
	}
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	b.WriteString(f.Prefix + whole)
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	b.WriteString(f.Suffix)
	return b.String()
}

// roundDigits keeps n digits of the fraction, half away from zero. That the
// number is written in decimal makes the first dropped digit decide.
func roundDigits(whole, fraction string, n int) (string, string) {
	if len(fraction) <= n {
		return whole, fraction
	}
	up := fraction[n] >= '5'
	all := []byte("0" + whole + fraction[:n])
	for i := len(all) - 1; up && i >= 0; i-- {
		if up = all[i] == '9'; up {
			all[i] = '0'
		} else {
			all[i]++
		}
	}
	return string(all[:len(all)-n]), string(all[len(all)-n:])
}

func groupThrees(digits string) string {
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}
