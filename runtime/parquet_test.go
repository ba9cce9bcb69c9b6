package runtime

import (
	"math"
	"math/big"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

func TestWriteParquet(t *testing.T) {
	huge, _ := new(big.Int).SetString("99999999999999999999", 10)
	noon := time.Date(2026, 1, 5, 12, 0, 0, 500_000_000, time.FixedZone("", 8*3600))
	r := &metrics.Result{
		Columns: []metrics.ResultColumn{
			{Name: "period", Type: "string"}, {Name: `odd "name", 'x'`, Type: "string"}, {Name: "n", Type: "integer"}, {Name: "wide", Type: "integer"},
			{Name: "exact", Type: "decimal(38, 4)"}, {Name: "ratio", Type: "double"}, {Name: "flag", Type: "boolean"},
			{Name: "day", Type: "date"}, {Name: "at", Type: "timestamp"},
		},
		Rows: []metrics.ResultRow{
			{Values: []any{"2026-W01", "a,\r\"b\"\nc", int64(-5), huge, metrics.Number("1234567890123456789.1234"), 0.1, true, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), noon}, State: metrics.Final},
			{Values: []any{"2026-W02", "", nil, int64(1), nil, math.NaN(), nil, nil, nil}, State: metrics.Open},
			{Values: []any{"2026-W02", nil, nil, nil, nil, nil, nil, nil, nil}, State: metrics.Open, Total: true},
		},
	}
	path := filepath.Join(t.TempDir(), "it's.parquet")
	if diags := WriteParquet(t.Context(), r, path); len(diags) > 0 {
		t.Fatal(diags)
	}
	eng, err := duckdb.Open(t.Context(), duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	got, err := eng.Query(t.Context(), "SELECT * FROM read_parquet("+duckdb.Literal(path)+")")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]any{
		{"2026-W01", "a,\r\"b\"\nc", int64(-5), metrics.Number("99999999999999999999"), metrics.Number("1234567890123456789.1234"), 0.1, true, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), noon.UTC(), "final", false},
		{"2026-W02", "", nil, metrics.Number("1"), nil, nil, nil, nil, nil, "open", false},
		{"2026-W02", nil, nil, nil, nil, nil, nil, nil, nil, "open", true},
	}
	if !reflect.DeepEqual(got.Rows, want) {
		t.Errorf("rows are\n%v\nwant\n%v", got.Rows, want)
	}
	if name := got.Columns[1].Name; name != r.Columns[1].Name {
		t.Errorf("column is %s", name)
	}
	if kind := got.Columns[8].Native; kind != "TIMESTAMP WITH TIME ZONE" {
		t.Errorf("a timestamp is %s", kind)
	}
}
