package sqlgen

import (
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// native prints an expression of the engine. Its times are local ones, without a zone;
// where it can't be computed, or is no number, it is null.
func (p expressions) native(e *metrics.Native) string {
	text := e.Text(func(i int) string {
		if e.Args[i].Base().Type.Kind == metrics.Timestamp {
			return "(" + p.local(e.Args[i]) + ")"
		}
		return p.expr(e.Args[i], false).within(bindsAtom)
	})
	if strings.Contains(text, "--") { // maybe a comment
		text += "\n"
	}
	text = "(" + text + ")"
	switch e.Type.Kind {
	case metrics.Timestamp:
		return p.instantOf(p.dialect.attempt("CAST(" + text + " AS TIMESTAMP)"))
	case metrics.Double:
		text = p.dialect.attempt("CAST(" + text + " AS DOUBLE)")
		return "CASE WHEN isfinite(" + text + ") THEN " + text + " END"
	}
	return p.dialect.attempt("CAST(" + text + " AS " + p.dialect.typeName(e.Type) + ")")
}
