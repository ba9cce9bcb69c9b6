package resolve

import (
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// native finds the columns that an expression of the engine names.
func (sc *scope) native(e *metrics.Native) metrics.Expr {
	whole := sc.at(&e.Node)
	if sc.Engine == nil {
		sc.report(diag.BadExpressionSQL, sc.address, whole, "No engine to read SQL",
			"What sql(...) means is told by an engine, and this program was called without one. Open the project by the runtime.")
		return bad(e.Node)
	}
	text := e.Written()
	names, faults := sc.Engine.Names(text)
	if len(faults) > 0 {
		sc.diags = append(sc.diags, Faults(sc.Graph, sc.address, whole, e.Parts, faults)...)
		return bad(e.Node)
	}
	if len(names) == 0 {
		sc.report(diag.BadExpressionSQL, sc.address, whole, "SQL that reads no column",
			"It is the same in all rows: write the value itself. Columns are named as outside of sql(): "+metrics.FunctionNamed(metrics.NativeSQL).Example+".")
		return bad(e.Node)
	}
	end, found := 0, true
	for _, name := range names {
		e.Texts = append(e.Texts, text[end:name.Offset])
		end = name.Offset + name.Length
		e.Spelled = append(e.Spelled, text[name.Offset:end])
		column := sc.nativeColumn(e, name)
		found = found && column != nil
		e.Args = append(e.Args, column)
	}
	e.Texts = append(e.Texts, text[end:])
	if !found {
		return bad(e.Node)
	}
	return e
}

// nativeColumn is the column that a name in an expression of the engine means; nil
// where it means none, which is reported.
func (sc *scope) nativeColumn(e *metrics.Native, name metrics.SQLName) metrics.Expr {
	at := sc.at(&e.Node)
	if part, offset := e.Place(name.Offset); part >= 0 {
		if r, ok := sc.Positions.Range(e.Parts[part].Node); ok {
			at = within(r, e.Parts[part].Text, offset, name.Length)
		}
	}
	out := sc.name(&metrics.Name{Node: metrics.Node{ID: sc.Positions.Place(at)}, Parts: name.Parts}, false)
	switch out := out.(type) {
	case *metrics.ColumnRef:
		return out
	case *metrics.Name: // reported
		return nil
	}
	sc.report(diag.BadExpressionSQL, sc.address, at, strings.Join(name.Parts, ".")+" is no column",
		"SQL in an expression is over columns of one row: orders.city, orders.customers.region. Write what else there is outside of sql().")
	return nil
}
