package sqlgen_test

import (
	"database/sql"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
)

// table is the clean rows of a source: cells are nil or text, in order of column.
type table [][]any

// data is clean rows by source.
type data map[string]table

func open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	exec(t, db, "SET TimeZone = 'UTC'")
	return db
}

func exec(t testing.TB, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
}

// load makes the views that statements read: the columns, and beside each
// timestamp its day in the project's time zone.
func load(t testing.TB, db *sql.DB, m *metrics.Model, d data) {
	t.Helper()
	exec(t, db, "DROP SCHEMA IF EXISTS sources CASCADE")
	exec(t, db, "CREATE SCHEMA sources")
	for _, s := range m.Sources {
		var columns, days []string
		for _, c := range s.Columns {
			columns = append(columns, quote(c.Name)+" "+sqlType(c.Type))
			if c.Type.Kind == metrics.Timestamp {
				days = append(days, fmt.Sprintf(", CAST(timezone('%s', %s) AS DATE) AS %s", m.Project.Timezone, quote(c.Name), quote(query.DayColumn(c.Name))))
			}
		}
		exec(t, db, fmt.Sprintf("CREATE TABLE sources.%s (%s)", quote(s.Name+"_rows"), strings.Join(columns, ", ")))
		var rows []string
		for _, row := range d[s.Name] {
			cells := make([]string, len(row))
			for i, cell := range row {
				cells[i] = "NULL"
				if cell != nil {
					cells[i] = "'" + strings.ReplaceAll(fmt.Sprint(cell), "'", "''") + "'"
				}
			}
			rows = append(rows, "("+strings.Join(cells, ", ")+")")
		}
		if len(rows) > 0 {
			exec(t, db, fmt.Sprintf("INSERT INTO sources.%s VALUES %s", quote(s.Name+"_rows"), strings.Join(rows, ", ")))
		}
		exec(t, db, fmt.Sprintf("CREATE VIEW sources.%s AS SELECT *%s FROM sources.%s", quote(s.Name), strings.Join(days, ""), quote(s.Name+"_rows")))
	}
}

func quote(name string) string { return sqlgen.DuckDB.Quote(name) }

func sqlType(t metrics.Type) string {
	switch t.Kind {
	case metrics.Decimal:
		return fmt.Sprintf("DECIMAL(%d, %d)", t.Precision, t.Scale)
	case metrics.Timestamp:
		return "TIMESTAMPTZ"
	case metrics.Integer:
		return "BIGINT"
	case metrics.String:
		return "VARCHAR"
	}
	return strings.ToUpper(t.String())
}

// statistics are those of the rows, as ingestion measures them.
func statistics(t testing.TB, db *sql.DB, m *metrics.Model) map[string]metrics.Statistics {
	t.Helper()
	all := map[string]metrics.Statistics{}
	for _, s := range m.Sources {
		st := metrics.Statistics{Columns: map[string]metrics.ColumnStatistics{}}
		for _, c := range s.Columns {
			days := "NULL, NULL"
			switch c.Type.Kind {
			case metrics.Timestamp:
				day := quote(query.DayColumn(c.Name))
				days = fmt.Sprintf("CAST(min(%s) AS VARCHAR), CAST(max(%s) AS VARCHAR)", day, day)
			case metrics.Date:
				days = fmt.Sprintf("CAST(min(%s) AS VARCHAR), CAST(max(%s) AS VARCHAR)", quote(c.Name), quote(c.Name))
			}
			var first, last sql.NullString
			var one metrics.ColumnStatistics
			row := db.QueryRow(fmt.Sprintf("SELECT count(*), count(*) - count(%[1]s), count(DISTINCT %[1]s), %[2]s FROM sources.%[3]s", quote(c.Name), days, quote(s.Name)))
			if err := row.Scan(&st.Rows, &one.Nulls, &one.Distinct, &first, &last); err != nil {
				t.Fatal(err)
			}
			one.FirstDay, one.LastDay = first.String, last.String
			st.Columns[c.Name] = one
		}
		all[s.Name] = st
	}
	return all
}

// compiled compiles a request that must have no errors.
func compiled(t testing.TB, m *metrics.Model, stats map[string]metrics.Statistics, r query.Request) *query.Select {
	t.Helper()
	sel, diags := query.Compile(m, stats, calendar(t, m), r)
	if diags.HasErrors() {
		t.Fatalf("request refused: %+v", diags)
	}
	return sel
}

// ask runs a request and returns the answer, cells as text, with a header line.
func ask(t testing.TB, db *sql.DB, m *metrics.Model, r query.Request) [][]string {
	t.Helper()
	sel := compiled(t, m, statistics(t, db, m), r)
	return answer(t, db, sel, sqlgen.Print(sel, sqlgen.DuckDB))
}

func answer(t testing.TB, db *sql.DB, sel *query.Select, statement string) [][]string {
	t.Helper()
	result, err := db.Query(statement)
	if err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
	defer result.Close()
	var header []string
	for _, c := range sel.Columns {
		header = append(header, c.Name)
	}
	out := [][]string{append(header, sel.Hidden...)}
	for result.Next() {
		cells := make([]any, len(out[0]))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := result.Scan(cells...); err != nil {
			t.Fatalf("%v\n%s", err, statement)
		}
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = show(*c.(*any))
		}
		out = append(out, row)
	}
	if err := result.Err(); err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
	return out
}

// show writes a value of the driver as text.
func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case float64:
		return strconv.FormatFloat(v, 'g', 12, 64)
	case duckdb.Decimal:
		return v.String()
	case *big.Int:
		return v.String()
	case time.Time:
		return v.UTC().Format(time.DateTime)
	}
	return fmt.Sprint(v)
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}
