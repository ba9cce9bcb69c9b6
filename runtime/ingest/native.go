package ingest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Names finds the columns that an expression of the engine names.
func (k *Catalog) Names(text string) ([]metrics.SQLName, []metrics.SQLFault) {
	found, faults, err := k.engine.CheckExpression(k.ctx, text)
	if err != nil {
		return nil, unlooked(err)
	}
	var out []metrics.SQLName
	for _, m := range found {
		out = append(out, metrics.SQLName(m))
	}
	n := &metrics.Native{Parts: []metrics.SQLPart{{Text: text}}}
	var refused []metrics.SQLFault
	for _, f := range faults {
		refused = append(refused, nativeFault(n, f.Offset, f.Summary, f.Detail))
	}
	return out, refused
}

// Type binds an expression of the engine to columns without rows.
func (k *Catalog) Type(n *metrics.Native) (metrics.Type, []metrics.SQLFault) {
	var columns []string
	for i, arg := range n.Args {
		columns = append(columns, emptyValue(arg.Base().Type)+" AS "+nativeColumn(i))
	}
	const start = "SELECT (\n"
	bound, err := k.engine.Describe(k.ctx, start+n.Text(nativeColumn)+"\n) FROM (SELECT "+strings.Join(columns, ", ")+") WHERE false")
	var refused *duckdb.Error
	switch {
	case errors.As(err, &refused):
		return metrics.Type{}, []metrics.SQLFault{nativeFault(n, writtenOffset(n, refused.Position-len(start)), "The SQL doesn't fit its columns",
			"The engine says: "+nativeWords(n, refused.Message)+". "+columnTypes(n))}
	case err != nil:
		return metrics.Type{}, unlooked(err)
	}
	out := bound[0]
	switch {
	case out.Type.Kind == metrics.Unknown || out.Type.Kind == metrics.Null:
		return metrics.Type{}, []metrics.SQLFault{nativeFault(n, -1, "SQL without a usable type",
			fmt.Sprintf("Its value is of the engine's type %s, and values here are single texts, numbers, dates and times. Take out a part of it, or cast it: cast(... as varchar).", strings.ToLower(out.Native)))}
	case out.Native == "TIMESTAMP WITH TIME ZONE":
		return metrics.Type{}, []metrics.SQLFault{nativeFault(n, -1, "A time with a zone",
			"Times in sql() are those of the project's time zone, without a zone. Cast it to timestamp.")}
	}
	return out.Type, nil
}

// nativeColumn is what stands for a column in a text that is only bound.
func nativeColumn(i int) string { return duckdb.Quote(fmt.Sprintf("$%d", i+1)) }

// emptyValue is a null of a type, a time as SQL of ours sees it.
func emptyValue(t metrics.Type) string {
	switch t.Kind {
	case metrics.Unknown, metrics.Null:
		return "NULL"
	case metrics.Timestamp:
		return "CAST(NULL AS TIMESTAMP)"
	}
	return "CAST(NULL AS " + sqlType(t) + ")"
}

// writtenOffset is the byte of an expression as it was written, for one of the text
// that was bound; -1 where that is unknown.
func writtenOffset(n *metrics.Native, at int) int {
	written := 0
	for i, text := range n.Texts {
		if at < len(text) || i == len(n.Args) {
			return written + at
		}
		at, written = at-len(text), written+len(text)
		column := len(nativeColumn(i))
		if at < column {
			return written
		}
		at, written = at-column, written+len(n.Spelled[i])
	}
	return -1
}

// nativeWords is what the engine says, with the names of columns as they are written.
func nativeWords(n *metrics.Native, message string) string {
	for i := len(n.Args) - 1; i >= 0; i-- {
		if ref, ok := n.Args[i].(*metrics.ColumnRef); ok {
			message = strings.ReplaceAll(message, nativeColumn(i), duckdb.Quote(ref.Column))
		}
	}
	return strings.TrimRight(message, ".! \n")
}

// columnTypes tells the types of the columns in an expression.
func columnTypes(n *metrics.Native) string {
	var out []string
	for _, arg := range n.Args {
		if ref, ok := arg.(*metrics.ColumnRef); ok {
			out = append(out, fmt.Sprintf("%s is a %s", ref.Column, ref.Type))
		}
	}
	return strings.Join(out, ", ") + "."
}

func nativeFault(n *metrics.Native, offset int, summary, detail string) metrics.SQLFault {
	f := metrics.SQLFault{Code: diag.BadExpressionSQL, Summary: summary, Detail: detail}
	f.Part, f.Offset = n.Place(offset)
	return f
}

// unlooked is the fault of an engine that gives no answer.
func unlooked(err error) []metrics.SQLFault {
	return []metrics.SQLFault{{Part: -1, Code: diag.EngineFailed, Summary: "The engine can't look at the SQL", Detail: err.Error()}}
}
