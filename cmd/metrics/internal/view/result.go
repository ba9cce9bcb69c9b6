package view

import (
	"fmt"
	"io"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// ResultFormats are the formats of Result.
var ResultFormats = []string{"table", "csv", "json", "markdown"}

// ResultOptions say how the answer to a query is shown.
type ResultOptions struct {
	Color bool
}

// Result writes the answer to a query. The table is for people; CSV and JSON
// have all columns with values as they are; Markdown has all columns with
// values as people read them. Notes stand below the table and in JSON; CSV has
// no place for them.
func Result(w io.Writer, format string, r *metrics.Result, opt ResultOptions) error {
	switch format {
	case "table":
		return resultText(w, r, opt)
	case "csv":
		return resultCSV(w, r)
	case "json":
		return resultJSON(w, r)
	case "markdown":
		return resultMarkdown(w, r)
	}
	return fmt.Errorf("no format %q of results", format)
}

// The kinds of columns.
const (
	kindPeriod     = "period"
	kindDimension  = "dimension"
	kindComparison = "comparison"
)

// isNumber tells whether the values of a column are numbers.
func isNumber(c metrics.ResultColumn) bool {
	return c.Type == "integer" || c.Type == "double" || strings.HasPrefix(c.Type, "decimal")
}

// raw is a value as machine formats have it, "" for null.
func raw(v any, c metrics.ResultColumn) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case *big.Int:
		return v.String(), nil
	case metrics.Number:
		return string(v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", nil
		}
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case string:
		return v, nil
	case time.Time:
		if c.Type == "date" {
			return v.Format(time.DateOnly), nil
		}
		return v.Format(time.RFC3339Nano), nil
	}
	return "", fmt.Errorf("column %s has a value of type %T, which has no text", c.Name, v)
}

func resultCSV(w io.Writer, r *metrics.Result) error {
	var t Table
	total := hasTotal(r)
	other := slices.ContainsFunc(r.Rows, func(row metrics.ResultRow) bool { return row.Other })
	for _, c := range r.Columns {
		t.Columns = append(t.Columns, Column{Title: c.Name, AlignRight: isNumber(c)})
	}
	t.Columns = append(t.Columns, Column{Title: "_state"})
	if total {
		t.Columns = append(t.Columns, Column{Title: "_total"})
	}
	if other {
		t.Columns = append(t.Columns, Column{Title: "_other"})
	}
	for _, row := range r.Rows {
		cells := make([]string, 0, len(t.Columns))
		for i, c := range r.Columns {
			text, err := raw(row.Values[i], c)
			if err != nil {
				return err
			}
			cells = append(cells, text)
		}
		cells = append(cells, string(row.State))
		if total {
			cells = append(cells, strconv.FormatBool(row.Total))
		}
		if other {
			cells = append(cells, strconv.FormatBool(row.Other))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t.CSV(w)
}

func hasTotal(r *metrics.Result) bool {
	for _, row := range r.Rows {
		if row.Total {
			return true
		}
	}
	return false
}
