package ingest

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// ISO dates and times, year first.
const (
	datePattern     = `[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}`
	midnightPattern = datePattern + `([T ]0{1,2}:00(:00([.]0{1,9})?)?)?`
	localPattern    = datePattern + `([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?)?`
	zonedPattern    = datePattern + `[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)? ?(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)`
)

// blanks are the characters that are trimmed from a text before it is parsed.
const blanks = " \t\r\n\u00a0\u3000"

// parser is the SQL that makes one column's value from what a file has. Levels
// are nested SELECTs, each of which may use the columns of those below it.
type parser struct {
	column *metrics.Column
	zone   zone
	zoneIn string // name of the zone
	day    zone   // of the project
	marks  marks  // of numbers in texts
	// formats are those of times that the reader writes itself, beside the column's.
	formats []string
	n       int // position, which makes names unique
	below   int // levels that the quick reading takes
	levels  [][]string
	reason  string // SQL of the reason where the value can't be read
}

// The columns that the levels of a parser add.
func (p *parser) raw() string   { return p.name("raw") }
func (p *parser) text() string  { return p.name("text") }
func (p *parser) value() string { return p.name("value") }

func (p *parser) name(part string) string { return fmt.Sprintf(`"$%s%d"`, part, p.n) }

// set adds a column at a level, from 1, above those of the quick reading.
func (p *parser) set(level int, name, sql string) {
	level += p.below
	for len(p.levels) < level {
		p.levels = append(p.levels, nil)
	}
	p.levels[level-1] = append(p.levels[level-1], sql+" AS "+name)
}

// newParser plans the reading of a column of the engine's type native.
func newParser(n int, c *metrics.Column, native string, m marks, zoneName string, z, project zone) *parser {
	p := &parser{column: c, zone: z, zoneIn: zoneName, day: project, marks: m, n: n}
	if m.dates {
		p.formats = []string{markedFormat}
	}
	if native == "" {
		p.set(1, p.text(), "NULL")
		p.set(2, p.value(), "CAST(NULL AS "+sqlType(c.Type)+")")
		if c.Type.Kind == metrics.Timestamp {
			p.set(2, p.name("day"), "CAST(NULL AS DATE)")
		}
		p.reason = "''"
		return p
	}
	switch {
	case isText(native), !convertible(native, c.Type.Kind):
		text := p.bare(native)
		p.quick(text)
		p.set(1, p.text(), p.unlessQuick(text, p.trimmed(text)))
		p.fromText()
	default:
		p.set(1, p.text(), p.raw())
		p.fromNative(native)
	}
	return p
}

func isText(native string) bool { return native == "VARCHAR" || native == "ENUM" || native == "UUID" }

// bare is the text without the parts to strip.
func (p *parser) bare(native string) string {
	text := p.raw()
	if native != "VARCHAR" {
		text = "CAST(" + text + " AS VARCHAR)"
	}
	for _, s := range p.column.Strip {
		text = fmt.Sprintf("replace(%s, %s, '')", text, duckdb.Literal(s))
	}
	return text
}

// trimmed is a text for all but strings without blanks around, and null where nothing
// is left.
func (p *parser) trimmed(text string) string {
	if p.column.Type.Kind == metrics.String {
		return text
	}
	return fmt.Sprintf("nullif(trim(%s, %s), '')", text, duckdb.Literal(blanks))
}

func (p *parser) fromText() {
	t := p.text()
	level := 2
	if p.column.Type.Numeric() && p.marks.numbers() {
		p.set(2, p.name("number"), p.unlessQuick("NULL", p.marks.plain(t)))
		t, level = p.name("number"), 3
	}
	switch p.column.Type.Kind {
	case metrics.Integer:
		p.set(level, p.value(), p.elseSlow(integerOf(t)))
		p.reason = fmt.Sprintf("CASE WHEN regexp_full_match(%s, '%s') THEN 'beyond what an integer holds' ELSE 'not a whole number' END", t, digitsPattern)
	case metrics.Decimal:
		p.set(level, p.value(), p.elseSlow(decimalOf(t, p.column.Type)))
		p.reason = fmt.Sprintf("CASE WHEN regexp_full_match(%s, '%s') THEN 'more digits than %s holds' ELSE 'not a number' END", t, anyNumberPattern, p.column.Type)
	case metrics.Double:
		p.set(level, p.value(), p.elseSlow(doubleOf(t)))
		p.reason = "'not a number'"
	case metrics.Boolean:
		p.set(2, p.value(), fmt.Sprintf("CASE WHEN lower(%[1]s) IN ('true', 't', 'yes', 'y', '1') THEN true WHEN lower(%[1]s) IN ('false', 'f', 'no', 'n', '0') THEN false END", t))
		p.reason = "'neither true nor false'"
	case metrics.Date:
		p.dateFromText()
	case metrics.Timestamp:
		p.timestampFromText()
	default:
		p.set(2, p.value(), fmt.Sprintf("CASE WHEN NOT contains(%s, chr(0)) THEN %s END", t, folded(p.column, t)))
		p.reason = "'holds a NUL character'"
	}
}

// folded brings spellings of a text together, then replaces whole texts.
func folded(c *metrics.Column, t string) string {
	for _, f := range c.Fold {
		switch f {
		case metrics.FoldTrim:
			t = fmt.Sprintf("trim(%s, %s)", t, duckdb.Literal(blanks))
		case metrics.FoldLower:
			t = "lower(" + t + ")"
		case metrics.FoldUpper:
			t = "upper(" + t + ")"
		case metrics.FoldWidth:
			t = duckdb.NFKC + "(" + t + ")"
		}
	}
	if len(c.Map) == 0 {
		return t
	}
	var b strings.Builder
	b.WriteString("CASE " + t)
	for _, m := range c.Map {
		b.WriteString(" WHEN " + duckdb.Literal(m.From) + " THEN " + duckdb.Literal(m.To))
	}
	return b.String() + " ELSE " + t + " END"
}

// sqlType is the engine's type of a clean column.
func sqlType(t metrics.Type) string {
	switch t.Kind {
	case metrics.Boolean:
		return "BOOLEAN"
	case metrics.Integer:
		return "BIGINT"
	case metrics.Decimal:
		return fmt.Sprintf("DECIMAL(%d, %d)", t.Precision, t.Scale)
	case metrics.Double:
		return "DOUBLE"
	case metrics.Date:
		return "DATE"
	case metrics.Timestamp:
		return "TIMESTAMP WITH TIME ZONE"
	}
	return "VARCHAR"
}
