package ingest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// inlineTexts are the cells of inline rows as text, nil for null.
func inlineTexts(r *metrics.Inline) [][]*string {
	rows := make([][]*string, len(r.Rows))
	for i, row := range r.Rows {
		rows[i] = make([]*string, len(r.Names))
		for j, l := range row {
			if l != nil && l.Type.Kind != metrics.Null {
				rows[i][j] = &l.Text
			}
		}
	}
	return rows
}

func inlineTable(r *metrics.Inline) string {
	names := make([]string, len(r.Names)+1)
	names[0] = "n"
	for i := range r.Names {
		names[i+1] = fmt.Sprintf("c%d", i)
	}
	var rows []string
	for n, row := range inlineTexts(r) {
		values := []string{fmt.Sprint(n)}
		for _, v := range row {
			if v == nil {
				values = append(values, "CAST(NULL AS VARCHAR)")
			} else {
				values = append(values, duckdb.Literal(*v))
			}
		}
		rows = append(rows, "("+strings.Join(values, ", ")+")")
	}
	if len(rows) == 0 {
		return "(SELECT 0 AS n" + strings.Repeat(", CAST(NULL AS VARCHAR)", len(r.Names)) + " WHERE false) AS r(" + strings.Join(names, ", ") + ")"
	}
	return "(VALUES " + strings.Join(rows, ", ") + ") AS r(" + strings.Join(names, ", ") + ")"
}

func inlineCells(s *metrics.Source, r *metrics.Inline) cells {
	out := cells{all: map[string]string{}}
	for i, n := range r.Names {
		out.all[n] = fmt.Sprintf("c%d", i)
	}
	for _, c := range read(s) {
		if at := slices.Index(r.Names, fileName(c)); at >= 0 {
			out.of = append(out.of, cell{sql: fmt.Sprintf("c%d", at), native: "VARCHAR"})
		} else {
			out.of = append(out.of, cell{})
		}
	}
	return out
}

// inlineRaw is an inline row as JSON, in the order in which it names its columns.
func inlineRaw(r *metrics.Inline, row int) string {
	var parts []string
	for j, v := range inlineTexts(r)[row] {
		name, _ := json.Marshal(r.Names[j])
		value, _ := json.Marshal(v)
		parts = append(parts, string(name)+":"+string(value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}
