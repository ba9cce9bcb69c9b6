package ingest

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Texts that are numbers, as regular expressions.
const (
	digitsPattern    = `[+-]?[0-9]+`
	plainPattern     = `[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)`
	numberPattern    = plainPattern + `([eE][+-]?[0-9]{1,3})?`
	percentPattern   = plainPattern + ` ?%`
	anyNumberPattern = numberPattern + `|` + percentPattern
)

// marks are how values are written in a file, where not as in ISO.
type marks struct {
	decimal   string // "," or ""
	thousands string // "" for none
	dates     bool   // whether dates are marked where a column has formats
}

// numbers tells whether numbers are written other than 1234.5.
func (m marks) numbers() bool { return m.decimal != "" || m.thousands != "" }

// marksOf is how a source's files write numbers.
func marksOf(s *metrics.Source) marks {
	m := marks{}
	switch r := s.Reader.(type) {
	case *metrics.CSV:
		m.decimal, m.thousands = strings.TrimPrefix(r.Decimal, "."), r.Thousands
	case *metrics.XLSX:
		m.dates = true
	}
	return m
}

// point is the decimal mark.
func (m marks) point() string {
	if m.decimal == "" {
		return "."
	}
	return m.decimal
}

// plain is the SQL of a number with a decimal point and no separators; null where
// the text is no number so written. What the marks don't allow is no number: a
// point among decimal commas would make a thousand of a one.
func (m marks) plain(t string) string {
	decimal := m.point()
	point := "[" + decimal + "]"
	toPoint := func(x string) string {
		if decimal == "." {
			return x
		}
		return fmt.Sprintf("replace(%s, %s, '.')", x, duckdb.Literal(decimal))
	}
	single := fmt.Sprintf(`[+-]?([0-9]+%[1]s?[0-9]*|%[1]s[0-9]+)(([eE][+-]?[0-9]{1,3})?| ?%%)`, point)
	cases := fmt.Sprintf("WHEN regexp_full_match(%s, '%s') THEN %s", t, single, toPoint(t))
	if m.thousands == "" {
		return "CASE " + cases + " END"
	}
	separator := m.separator()
	grouped := fmt.Sprintf(`[+-]?[0-9]{1,3}(%s[0-9]{3})+(%s[0-9]*)?( ?%%)?`, separator, point)
	bare := fmt.Sprintf("regexp_replace(%s, '([0-9])%s([0-9])', '\\1\\2', 'g')", t, separator)
	return fmt.Sprintf("CASE %s WHEN regexp_full_match(%s, '%s') THEN %s END", cases, t, grouped, toPoint(bare))
}

// separator matches one thousands separator. A blank may be one that doesn't break
// lines.
func (m marks) separator() string {
	if m.thousands == " " {
		return `[ \x{a0}\x{202f}]`
	}
	return "[" + strings.ReplaceAll(m.thousands, "'", "''") + "]"
}

// fraction is the SQL of a number in place of a percentage: "15%" is 15e-2.
func fraction(t string) string { return fmt.Sprintf("regexp_replace(%s, ' ?%%$', 'e-2')", t) }

// integerOf takes whole numbers, also as "12.0" or "1e3"; nothing is rounded.
func integerOf(t string) string {
	whole := func(t string) string {
		return fmt.Sprintf(`CASE WHEN TRY_CAST(%[1]s AS DECIMAL(38, 15)) = trunc(TRY_CAST(%[1]s AS DECIMAL(38, 15))) AND TRY_CAST(%[1]s AS DOUBLE) = trunc(TRY_CAST(%[1]s AS DOUBLE))
THEN TRY_CAST(TRY_CAST(%[1]s AS DECIMAL(38, 15)) AS BIGINT) END`, t)
	}
	return fmt.Sprintf(`CASE WHEN regexp_full_match(%[1]s, '%[2]s') THEN TRY_CAST(%[1]s AS BIGINT)
WHEN regexp_full_match(%[1]s, '%[3]s') THEN %[4]s
WHEN regexp_full_match(%[1]s, '%[5]s') THEN %[6]s END`, t, digitsPattern, numberPattern, whole(t), percentPattern, whole(fraction(t)))
}

// decimalOf takes numbers that the type holds exactly: zeros behind its scale are
// fine, other digits there are not rounded away.
func decimalOf(t string, d metrics.Type) string {
	wide := metrics.DecimalType(metrics.MaxPrecision, metrics.MaxPrecision-(d.Precision-d.Scale))
	exact := func(t string) string {
		return fmt.Sprintf("CASE WHEN TRY_CAST(%[1]s AS %[2]s) = TRY_CAST(%[1]s AS %[3]s) AND TRY_CAST(%[1]s AS DOUBLE) = CAST(TRY_CAST(%[1]s AS %[3]s) AS DOUBLE) THEN TRY_CAST(%[1]s AS %[3]s) END",
			t, sqlType(wide), sqlType(d))
	}
	return fmt.Sprintf(`CASE WHEN regexp_full_match(%[1]s, '%[2]s') THEN CASE WHEN length(rtrim(split_part(%[1]s, '.', 2), '0')) <= %[3]d THEN TRY_CAST(%[1]s AS %[4]s) END
WHEN regexp_full_match(%[1]s, '%[5]s') THEN %[6]s
WHEN regexp_full_match(%[1]s, '%[7]s') THEN %[8]s END`,
		t, plainPattern, d.Scale, sqlType(d), numberPattern, exact(t), percentPattern, hundredth(t, d, exact))
}

// hundredth takes a percentage that the type holds exactly as a fraction. Where the
// engine can multiply without loss, the number is read as it stands: it may have two
// more digits before the point than the fraction.
func hundredth(t string, d metrics.Type, exact func(string) string) string {
	const widest = metrics.MaxPrecision - 3
	if d.Scale < 2 || d.Precision > widest {
		return exact(fraction(t))
	}
	n := fmt.Sprintf("regexp_replace(%s, ' ?%%$', '')", t)
	return fmt.Sprintf("CASE WHEN length(rtrim(split_part(%[1]s, '.', 2), '0')) <= %[2]d THEN CAST(TRY_CAST(%[1]s AS DECIMAL(%[3]d, %[2]d)) * CAST(0.01 AS DECIMAL(3, 2)) AS %[4]s) END",
		n, d.Scale-2, d.Precision, sqlType(d))
}

// doubleOf takes finite numbers.
func doubleOf(t string) string {
	finite := func(t string) string {
		return fmt.Sprintf("CASE WHEN isfinite(TRY_CAST(%[1]s AS DOUBLE)) THEN TRY_CAST(%[1]s AS DOUBLE) END", t)
	}
	return fmt.Sprintf("CASE WHEN regexp_full_match(%[1]s, '%[2]s') THEN %[3]s WHEN regexp_full_match(%[1]s, '%[4]s') THEN %[5]s END",
		t, numberPattern, finite(t), percentPattern, finite(fraction(t)))
}
