package ingest

import (
	"fmt"

	"github.com/metricsascode/metrics/metrics"
)

// Matching patterns and trimming cost several times what a cast does, and most texts
// are written as the engine itself would write their value. Such a text is read by the
// cast alone: that the value's own text is the same proves that nothing was rounded,
// passed over or read in another sense. All other texts take the slow way, which tells
// what they are; both ways come to the same value.

// quickName is the column of a value that was read quickly; null where it wasn't.
func (p *parser) quickName() string { return p.name("quick") }

// quick adds the quick reading of a text, where the column's type has one.
func (p *parser) quick(text string) {
	typ, same := p.quickly(text)
	if typ == "" {
		return
	}
	p.set(1, p.name("cast"), fmt.Sprintf("TRY_CAST(%s AS %s)", text, typ))
	p.set(2, p.quickName(), fmt.Sprintf("CASE WHEN %s THEN %s END", same, p.name("cast")))
	p.below = 2
}

// quickly returns the engine's type of the quick reading, and the condition that the
// text is as the engine writes the value; the type is "" where there is none.
func (p *parser) quickly(text string) (typ, same string) {
	value := p.name("cast")
	written := "CAST(" + value + " AS VARCHAR)"
	switch kind := p.column.Type.Kind; {
	case kind == metrics.Integer:
		return "BIGINT", written + " = " + text
	case kind == metrics.Decimal && p.marks.point() == ".":
		// Zeros that the text lacks at its end change nothing.
		return sqlType(p.column.Type), fmt.Sprintf("starts_with(%s, %s)", written, text)
	case kind == metrics.Double && p.marks.point() == ".":
		return "DOUBLE", fmt.Sprintf("isfinite(%s) AND starts_with(%s, %s)", value, written, text)
	case kind == metrics.Date && len(p.column.Formats) == 0:
		return "DATE", fmt.Sprintf("%s BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' AND %s = %s", value, written, text)
	case kind == metrics.Timestamp && len(p.column.Formats) == 0:
		return "TIMESTAMP", fmt.Sprintf("%s BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999' AND %s = %s", value, written, text)
	}
	return "", ""
}

// unlessQuick is the SQL of one thing where the quick reading succeeded, of another
// where not.
func (p *parser) unlessQuick(quick, slow string) string {
	if p.below == 0 {
		return slow
	}
	return fmt.Sprintf("CASE WHEN %s IS NULL THEN %s ELSE %s END", p.quickName(), slow, quick)
}

// elseSlow is the quick reading, else the slow one.
func (p *parser) elseSlow(slow string) string {
	if p.below == 0 {
		return slow
	}
	return "coalesce(" + p.quickName() + ", " + slow + ")"
}
