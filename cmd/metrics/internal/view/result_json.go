package view

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// resultColumn has the keys that readers may count on, empty ones included.
type resultColumn struct {
	Name       string       `json:"name"`
	Kind       string       `json:"kind"`
	Type       string       `json:"type"`
	Unit       metrics.Unit `json:"unit"`
	Label      string       `json:"label"`
	KPI        string       `json:"kpi,omitempty"`
	Comparison string       `json:"comparison,omitempty"`
	Format     string       `json:"format,omitempty"`
	Direction  string       `json:"direction,omitempty"`
}

// resultJSON writes the answer with a line for each column and row, the keys of
// a row in the order of columns.
func resultJSON(w io.Writer, r *metrics.Result) error {
	b := &jsonLines{}
	b.text("{\n  \"as_of\": ")
	b.value(r.AsOf.Format(time.RFC3339Nano))
	b.text(",\n  \"grain\": ")
	if r.Grain == metrics.NoGrain {
		b.text("null")
	} else {
		b.value(r.Grain)
	}
	b.list("columns", len(r.Columns), func(i int) { b.value(resultColumn(r.Columns[i])) })
	b.list("rows", len(r.Rows), func(i int) { b.row(r.Columns, r.Rows[i]) })
	b.list("notes", len(r.Notes), func(i int) { b.value(r.Notes[i]) })
	b.text("\n}\n")
	if b.err != nil {
		return b.err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// jsonLines builds a document, and keeps the first error.
type jsonLines struct {
	bytes.Buffer
	err error
}

func (b *jsonLines) text(s string) { b.WriteString(s) }

func (b *jsonLines) value(v any) {
	e := json.NewEncoder(&b.Buffer)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		if b.err == nil {
			b.err = err
		}
		return
	}
	b.Truncate(b.Len() - 1) // the line feed that Encode ends with
}

// list writes a key with an array, an item a line.
func (b *jsonLines) list(name string, n int, item func(i int)) {
	b.text(",\n  \"" + name + "\": [")
	for i := range n {
		if i > 0 {
			b.text(",")
		}
		b.text("\n    ")
		item(i)
	}
	if n > 0 {
		b.text("\n  ")
	}
	b.text("]")
}

func (b *jsonLines) row(columns []metrics.ResultColumn, row metrics.ResultRow) {
	b.text("{")
	for i, c := range columns {
		b.value(c.Name)
		b.text(": ")
		b.cell(row.Values[i], c)
		b.text(", ")
	}
	b.text(`"_state": `)
	b.value(row.State)
	if row.Total {
		b.text(`, "_total": true`)
	}
	if row.Other {
		b.text(`, "_other": true`)
	}
	b.text("}")
}

// cell writes one value: exact numbers with all their digits, and null for
// what JSON has no number for.
func (b *jsonLines) cell(v any, c metrics.ResultColumn) {
	switch v := v.(type) {
	case metrics.Number:
		b.value(json.Number(v))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			b.text("null")
			return
		}
		b.value(v)
	case time.Time:
		text, _ := raw(v, c)
		b.value(text)
	default:
		b.value(v)
	}
}
