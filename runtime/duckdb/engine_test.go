package duckdb

import (
	"context"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

func open(t *testing.T, o Options) *Engine {
	t.Helper()
	e, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// TestLock tries what a locked engine must refuse, and what it must still do.
func TestLock(t *testing.T) {
	t.Setenv("TZ", "America/New_York")
	ctx := context.Background()
	outside, inside := t.TempDir(), t.TempDir()
	e := open(t, Options{TempDir: t.TempDir(), AllowedDirs: []string{inside}})
	if err := os.WriteFile(filepath.Join(outside, "f.csv"), []byte("a\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := e.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	refused := []string{
		"SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM glob('/etc/*')", "SELECT * FROM '/etc/passwd'",
		"SELECT * FROM read_csv('" + outside + "/f.csv')", "SELECT * FROM read_csv('" + inside + "/../" + filepath.Base(outside) + "/f.csv')",
		"COPY (SELECT 1) TO '" + outside + "/out.csv'", "ATTACH '" + outside + "/x.duckdb'", "EXPORT DATABASE '" + outside + "/all'",
		"INSTALL httpfs", "LOAD httpfs", "SET threads = 1", "SET enable_external_access = true", "SET allowed_directories = ['/']", "RESET lock_configuration",
		"SET temp_directory = '/tmp'", "CREATE SECRET (TYPE s3)",
	}
	for _, s := range refused {
		var engine *Error
		if err := e.Exec(ctx, s); !errors.As(err, &engine) || strings.Contains(engine.Message, "LINE 1") {
			t.Errorf("%s: %v", s, err)
		}
	}
	fork, err := e.Fork(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer fork.Close()
	if err := fork.Exec(ctx, refused[0]); err == nil {
		t.Error("a fork of a locked engine reads outside")
	}
	for _, x := range []*Engine{e, fork} {
		if got, err := x.Query(ctx, "SELECT CAST(TIMESTAMPTZ '2026-01-01 00:00:00' AS VARCHAR)"); err != nil || got.Rows[0][0] != "2026-01-01 00:00:00+00" {
			t.Errorf("time zone: %v, %v", got, err)
		}
	}
	if err := e.Attach(ctx, "a b", filepath.Join(inside, "it's.duckdb"), false); err != nil {
		t.Fatal(err)
	}
	if err := e.Exec(ctx, `CREATE TABLE "a b".t AS SELECT 1 AS x; CHECKPOINT "a b"`); err != nil {
		t.Fatal(err)
	}
	if err := e.Detach(ctx, "a b"); err != nil {
		t.Fatal(err)
	}
	if err := e.Attach(ctx, "r", filepath.Join(inside, "it's.duckdb"), true); err != nil {
		t.Fatal(err)
	}
	if err := e.Exec(ctx, "CREATE TABLE r.u (x INTEGER)"); err == nil {
		t.Error("wrote to a database that is attached for reading")
	}
}

func TestValues(t *testing.T) {
	big1, _ := new(big.Int).SetString("170141183460469231731687303715884105727", 10)
	at := time.Date(2026, 1, 5, 10, 0, 0, 250_000_000, time.UTC)
	tests := []struct {
		sql  string
		want any
		kind metrics.Kind
	}{
		{"NULL::INTEGER", nil, metrics.Integer},
		{"true", true, metrics.Boolean},
		{"1::TINYINT", int64(1), metrics.Integer},
		{"4294967295::UINTEGER", int64(4294967295), metrics.Integer},
		{"18446744073709551615::UBIGINT", new(big.Int).SetUint64(1<<64 - 1), metrics.Integer},
		{"sum(2)", int64(2), metrics.Integer},
		{"170141183460469231731687303715884105727::HUGEINT", big1, metrics.Integer},
		{"0.1::DECIMAL(38, 20) + 0.2", metrics.Number("0.3"), metrics.Decimal},
		{"-12345678901234567890.12::DECIMAL(38, 2)", metrics.Number("-12345678901234567890.12"), metrics.Decimal},
		{"0.5::FLOAT", 0.5, metrics.Double},
		{"'é'", "é", metrics.String},
		{"DATE '2026-01-05'", time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), metrics.Date},
		{"TIMESTAMP '2026-01-05 10:00:00.25'", at, metrics.Timestamp},
		{"TIMESTAMPTZ '2026-01-05 18:00:00.25+08'", at, metrics.Timestamp},
		{"[1::DECIMAL(4, 1), NULL]", []any{metrics.Number("1"), nil}, metrics.Unknown},
		{"current_setting('TimeZone')", "UTC", metrics.String},
		{NFKC + "('ＡＢＣ　１')", "ABC 1", metrics.String},
	}
	e := open(t, Options{})
	for _, test := range tests {
		got, err := e.Query(context.Background(), "SELECT "+test.sql+" AS v")
		if err != nil {
			t.Errorf("%s: %v", test.sql, err)
			continue
		}
		if v := got.Rows[0][0]; !reflect.DeepEqual(v, test.want) || got.Columns[0].Type.Kind != test.kind || got.Columns[0].Name != "v" {
			t.Errorf("%s = %#v of %v, want %#v", test.sql, v, got.Columns[0], test.want)
		}
	}
}

func TestDescribe(t *testing.T) {
	e := open(t, Options{})
	columns, err := e.Describe(context.Background(), "SELECT 1::DECIMAL(10, 3) AS d, now() AS t, error('runs') AS s")
	want := []Column{
		{"d", metrics.Type{Kind: metrics.Decimal, Precision: 10, Scale: 3}, "DECIMAL"},
		{"t", metrics.Type{Kind: metrics.Timestamp}, "TIMESTAMP WITH TIME ZONE"},
	}
	if err != nil || !reflect.DeepEqual(columns[:2], want) {
		t.Errorf("%v, %v", columns, err)
	}
	if _, err := e.Describe(context.Background(), "CREATE TABLE t (x INTEGER); SELECT 1"); err == nil {
		t.Error("two statements were taken for one")
	}
	if err := e.Exec(context.Background(), "SELECT * FROM t"); err == nil {
		t.Error("describing ran a statement")
	}
}

func TestErrors(t *testing.T) {
	e := open(t, Options{})
	tests := []struct {
		sql, kind, message string
		position           int
	}{
		{"SELECT 'é', foo FROM (SELECT 1 AS food)", "Binder", `Referenced column "foo" not found in FROM clause!`, 13},
		{"SELECT 'é' selec selec", "Parser", `syntax error at or near "selec"`, 18},
		{"SELECT CAST('x' AS INTEGER)", "Conversion", "Could not convert string 'x' to INT32", 7},
		{"SELECT * FROM nowhere", "Catalog", "Table with name nowhere does not exist!", 14},
		{"SELECT 9223372036854775807 + 1::BIGINT", "Out of Range", "Overflow in addition of INT64 (9223372036854775807 + 1)!", -1},
	}
	for _, test := range tests {
		_, err := e.Query(context.Background(), test.sql)
		var got *Error
		if !errors.As(err, &got) || got.Kind != test.kind || got.Message != test.message || got.Position != test.position {
			t.Errorf("%s: %#v", test.sql, got)
		}
	}
}

func TestCancel(t *testing.T) {
	e := open(t, Options{})
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := e.Query(ctx, "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b WHERE hash(a.range, b.range) % 7 = 3")
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 20*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	if _, err := e.Query(context.Background(), "SELECT 1"); err != nil {
		t.Errorf("after a cancel: %v", err)
	}
}

func TestQuote(t *testing.T) {
	e := open(t, Options{})
	nasty := `it's "odd"; --`
	got, err := e.Query(context.Background(), "SELECT "+Literal(nasty)+" AS "+Quote(nasty))
	if err != nil || got.Rows[0][0] != nasty || got.Columns[0].Name != nasty {
		t.Errorf("%v, %v", got, err)
	}
}
