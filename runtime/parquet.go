package runtime

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// WriteParquet writes an answer to a parquet file, which must not exist yet: its
// columns with the types they have, then _state and, where there are totals, _total.
func WriteParquet(ctx context.Context, r *metrics.Result, file string) diag.List {
	temp, err := os.MkdirTemp("", "metrics-")
	if err != nil {
		return diag.List{engineFailed("No room to work", err)}
	}
	defer os.RemoveAll(temp)
	path, err := filepath.Abs(file)
	if err != nil {
		return diag.List{engineFailed("The file can't be written", err)}
	}
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: temp, AllowedDirs: []string{filepath.Dir(path)}})
	if err != nil {
		return diag.List{engineFailed("The engine can't start", err)}
	}
	defer eng.Close()
	rows := filepath.Join(temp, "rows.csv")
	if err := writeRows(rows, r); err == nil {
		err = eng.Exec(ctx, "COPY (SELECT * FROM "+rowsTable(rows, r)+") TO "+duckdb.Literal(path)+" (FORMAT parquet)")
		if err != nil {
			return diag.List{engineFailed("The file can't be written", err)}
		}
	} else {
		return diag.List{engineFailed("The file can't be written", err)}
	}
	return nil
}

// rowsTable reads what writeRows wrote, with the types of the answer.
func rowsTable(path string, r *metrics.Result) string {
	var columns []string
	for i, c := range r.Columns {
		columns = append(columns, duckdb.Literal(c.Name)+": "+duckdb.Literal(parquetType(r, i, c.Type)))
	}
	columns = append(columns, "'_state': 'VARCHAR'")
	if hasTotals(r) {
		columns = append(columns, "'_total': 'BOOLEAN'")
	}
	if hasOther(r) {
		columns = append(columns, "'_other': 'BOOLEAN'")
	}
	return fmt.Sprintf(`read_csv(%s, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', new_line = '\n', nullstr = '', allow_quoted_nulls = false, columns = {%s})`,
		duckdb.Literal(path), strings.Join(columns, ", "))
}

// parquetType is the engine's type for a column. Whole numbers beyond 64 bits
// become decimals: parquet has no wider integer.
func parquetType(r *metrics.Result, column int, kind string) string {
	switch kind {
	case "integer":
		for _, row := range r.Rows {
			if _, wide := row.Values[column].(*big.Int); wide {
				return "DECIMAL(38, 0)"
			}
		}
		return "BIGINT"
	case "double", "boolean", "date":
		return strings.ToUpper(kind)
	case "timestamp":
		return "TIMESTAMPTZ"
	}
	if strings.HasPrefix(kind, "decimal") {
		return strings.ToUpper(kind)
	}
	return "VARCHAR"
}

func hasTotals(r *metrics.Result) bool {
	for _, row := range r.Rows {
		if row.Total {
			return true
		}
	}
	return false
}

func hasOther(r *metrics.Result) bool {
	return slices.ContainsFunc(r.Rows, func(row metrics.ResultRow) bool { return row.Other })
}

// writeRows writes the values of an answer as delimited text: texts in quotes, null
// as nothing.
func writeRows(path string, r *metrics.Result) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	totals, other := hasTotals(r), hasOther(r)
	for _, row := range r.Rows {
		for _, v := range row.Values {
			w.WriteString(plainText(v))
			w.WriteByte(',')
		}
		w.WriteString(plainText(string(row.State)))
		if totals {
			w.WriteString("," + strconv.FormatBool(row.Total))
		}
		if other {
			w.WriteString("," + strconv.FormatBool(row.Other))
		}
		w.WriteByte('\n')
	}
	return errors.Join(w.Flush(), f.Close())
}

func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		return v.Format("2006-01-02 15:04:05.999999Z07:00")
	case string:
		return `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
	}
	return fmt.Sprint(v)
}
