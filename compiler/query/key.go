package query

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// keyOf is the canonical text of an expression: equal for expressions that are
// written alike. It serves to find what several KPIs have in common.
func keyOf(e metrics.Expr) string {
	var b strings.Builder
	writeKey(&b, e)
	return b.String()
}

func writeKey(b *strings.Builder, e metrics.Expr) {
	switch e := e.(type) {
	case nil:
		b.WriteString("-")
		return
	case *metrics.Literal:
		fmt.Fprintf(b, "(literal %v %q)", e.Type, e.Text)
		return
	case *metrics.Name:
		fmt.Fprintf(b, "(name %q)", e.Parts)
		return
	case *metrics.SourceRef:
		fmt.Fprintf(b, "(rows %q)", e.Source)
		return
	case *metrics.ColumnRef:
		fmt.Fprintf(b, "(column %q %q %q)", e.Source, e.Path, e.Column)
		return
	case *metrics.DimensionRef:
		fmt.Fprintf(b, "(dimension %q)", e.Dimension)
		return
	case *metrics.KPIRef:
		fmt.Fprintf(b, "(kpi %q)", e.KPI)
		return
	case *metrics.Field:
		fmt.Fprintf(b, "(field %q %q)", e.Relation, e.Name)
		return
	}
	b.WriteString("(" + operatorKey(e))
	for _, c := range metrics.Children(e) {
		b.WriteString(" ")
		writeKey(b, c)
	}
	b.WriteString(")")
}

// operatorKey names an inner node.
func operatorKey(e metrics.Expr) string {
	switch e := e.(type) {
	case *metrics.Unary:
		return string(e.Op)
	case *metrics.Binary:
		return string(e.Op)
	case *metrics.Call:
		return e.Func.Name
	case *metrics.Aggregate:
		return fmt.Sprintf("%s %q %d", e.Func.Name, e.Source, len(e.Args))
	case *metrics.Mapping:
		return fmt.Sprintf("map %q", e.Keys)
	case *metrics.Native:
		return fmt.Sprintf("sql %q", e.Texts)
	case *metrics.PeriodOf:
		return "period " + string(e.Grain)
	}
	return "list"
}
