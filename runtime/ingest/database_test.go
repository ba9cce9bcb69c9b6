package ingest

import (
	"bufio"
	bits "encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// database is the content of a database file in which statements were run; of the
// alias "d".
func database(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.duckdb")
	eng, err := duckdb.Open(t.Context(), duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	if err = eng.Create(t.Context(), "d", path, duckdb.SmallBlocks); err == nil {
		err = eng.Exec(t.Context(), strings.Join(append(statements, "DETACH d"), ";\n"))
	}
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func databaseSource(path, table string, columns ...*metrics.Column) *metrics.Source {
	return &metrics.Source{Name: "s", Contract: true, Columns: columns, Reader: &metrics.DuckDB{Path: path, Table: table}}
}

// TestDatabase reads tables of several files with types of their own, one of which
// lost rows, and accounts for each row.
func TestDatabase(t *testing.T) {
	first := database(t, `CREATE SCHEMA d.sales`,
		`CREATE TABLE d.sales.orders AS SELECT i AS id, i * 1.005 AS amount, DATE '2026-01-01' + i::INTEGER AS day, CASE WHEN i = 4 THEN 'test' ELSE 'k' || i END AS note, [i] AS more FROM range(6) AS r(i)`,
		`DELETE FROM d.sales.orders WHERE id = 2`)
	second := database(t, `CREATE SCHEMA d.sales`,
		`CREATE TABLE d.sales.orders (note VARCHAR, id UTINYINT, amount DOUBLE, day TIMESTAMP)`,
		`INSERT INTO d.sales.orders VALUES ('again', 1, 1, '2026-02-01'), ('noon', 7, 2, '2026-02-01 12:00'), (NULL, 8, 0.1, '2026-02-02')`)
	s := databaseSource("*.duckdb", "sales.orders", column("id", metrics.Integer), column("amount", metrics.Decimal), column("day", metrics.Date), column("note", metrics.String))
	s.Key = []string{"id"}
	s.Where = binary(metrics.OpNe, ref(s.Name, "note", metrics.String), str("test"), metrics.Boolean)
	p := newProject(t, "UTC", map[string]string{"a.duckdb": first, "b.duckdb": second}, s)
	segments := p.clean()
	p.same("clean", p.rows("SELECT * FROM sources.s ORDER BY id"), []string{"0|0|2026-01-01|k0", "1|1|2026-02-01|again", "8|0.1|2026-02-02|null"})
	if got := account(segments["s"]); got != "8 3 1 0 4" {
		t.Errorf("account %s", got)
	}
	p.same("rejects", p.rejected("s"), []string{
		`a.duckdb:2 amount "1.005" more digits than decimal(18, 2) holds <{"id":1,"amount":1.005,"day":"2026-01-02","note":"k1","more":[1]}>`,
		`a.duckdb:3 amount "3.015" more digits than decimal(18, 2) holds <{"id":3,"amount":3.015,"day":"2026-01-04","note":"k3","more":[3]}>`,
		`a.duckdb:5 amount "5.025" more digits than decimal(18, 2) holds <{"id":5,"amount":5.025,"day":"2026-01-06","note":"k5","more":[5]}>`,
		`b.duckdb:2 day "2026-02-01 12:00:00" has a time of day, which a date can't keep <{"note":"noon","id":7,"amount":2.0,"day":"2026-02-01 12:00:00"}>`,
	})
	attached := p.rows("SELECT database_name FROM duckdb_databases() WHERE starts_with(database_name, 'of_')")
	p.same("attached when all is read", attached, []string{})

	// A changed file is read alone; rejects that are mended heal, and a key that came
	// stands twice now.
	p.context.Current = map[string]string{"s": filepath.Base(segments["s"].Path)}
	mended := database(t, `CREATE SCHEMA d.sales`, `CREATE TABLE d.sales.orders AS SELECT i AS id, i + 0.5 AS amount, DATE '2026-01-01' AS day, 'n' AS note FROM range(6) AS r(i)`)
	p.write("a.duckdb", mended)
	if got := account(p.clean()["s"]); got != "9 7 0 0 2" {
		t.Errorf("mended: account %s", got)
	}
}

// TestDatabaseColumns takes the columns of a table without a contract, and compares
// those of files with one.
func TestDatabaseColumns(t *testing.T) {
	file := database(t, `CREATE TABLE d.t ("id" INTEGER, "Amount (EUR)" DECIMAL(9, 3), seen TIMESTAMPTZ, kind ENUM('a', 'b'), key UUID, half DOUBLE GENERATED ALWAYS AS ("id" / 2))`)
	s := databaseSource("f.duckdb", "T")
	s.Contract = false
	p := newProject(t, "UTC", map[string]string{"f.duckdb": file}, s)
	columns, problems := NewCatalog(t.Context(), p.engine, p.context).Columns(s)
	var got []string
	for _, c := range columns {
		got = append(got, c.Name+" "+c.Type.String())
	}
	p.same(fmt.Sprint("columns", problems), got, []string{"id integer", "Amount (EUR) decimal(9, 3)", "seen timestamp", "kind string", "key string", "half double"})
	other := databaseSource("f.duckdb", "t", column("amuont", metrics.Decimal))
	p = newProject(t, "UTC", map[string]string{"f.duckdb": file}, other)
	if _, problems := p.build(); len(problems) != 1 || problems[0].Code != diag.WrongColumns {
		t.Errorf("%+v", problems)
	}
	if problems := CheckColumns(t.Context(), p.engine, p.context); len(problems) != 1 || problems[0].Code != diag.WrongColumns {
		t.Errorf("%+v", problems)
	}
}

// newer is the content of a database file as if a later version had written it.
func newer(content string) string {
	head := []byte(content)
	bits.LittleEndian.PutUint64(head[12:], 9999)
	sum := uint64(5381) // the sum that stands before the 4,088 bytes of the header
	for i := 8; i < 4096; i += 8 {
		sum ^= bits.LittleEndian.Uint64(head[i:]) * 0xbf58476d1ce4e5b9
	}
	bits.LittleEndian.PutUint64(head, sum)
	return string(head)
}

// TestUnusableDatabases has files that can't be read, and tables that they don't have:
// each is told once, in words.
func TestUnusableDatabases(t *testing.T) {
	file := database(t, "CREATE TABLE d.t AS SELECT 1 AS a", "CREATE TABLE d.totals AS SELECT 1 AS a", "CREATE SCHEMA d.x", "CREATE TABLE d.x.t2 AS SELECT 1 AS a",
		"CREATE VIEW d.v AS SELECT 1 AS a")
	large := database(t, "CREATE TABLE d.t AS SELECT i AS a, md5(i::VARCHAR) AS b FROM range(50000) AS r(i)")
	middle := []byte(large)
	for i := range 64 {
		middle[len(middle)/2+i] ^= 0x55
	}
	tests := []struct {
		name, content, table string
		code                 diag.Code
		words                string
	}{
		{"misspelled", file, "totls", diag.WrongTable, `"f.duckdb" has the tables "t", "totals", "x.t2". Did you mean "totals"?`},
		{"without schema", file, "t2", diag.WrongTable, `"x.t2"`},
		{"view", file, "v", diag.WrongTable, "is a view"},
		{"no tables", database(t, "CREATE VIEW d.v AS SELECT 1 AS a"), "t", diag.WrongTable, "no tables at all"},
		{"empty", "", "t", diag.FileEmpty, "no content"},
		{"text", "a,b\n1,2\n", "t", diag.DamagedFile, "no DuckDB database"},
		{"cut in the header", file[:100], "t", diag.DamagedFile, "cut off"},
		{"cut in the middle", large[:len(large)/2], "t", diag.DamagedFile, "cut off"},
		{"damaged header", file[:20] + "x" + file[21:], "t", diag.DamagedFile, "what its checks say"},
		{"damaged rows", string(middle), "t", diag.DamagedFile, "what its checks say"},
		{"encrypted", encrypted(t), "t", diag.BadDatabase, "is encrypted"},
		{"newer", newer(file), "t", diag.BadDatabase, "9999"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := databaseSource("f.duckdb", test.table, column("a", metrics.Integer))
			if test.content == string(middle) || len(test.content) == len(large)/2 {
				s.Columns = append(s.Columns, column("b", metrics.String)) // where the damage is
			}
			p := newProject(t, "UTC", map[string]string{"f.duckdb": test.content}, s)
			segments, problems := p.build()
			if len(segments) != 0 || len(problems) != 1 || problems[0].Code != test.code || !strings.Contains(problems[0].Detail, test.words) || strings.Contains(problems[0].Detail, p.context.Dir) {
				t.Errorf("%+v", problems)
			}
			if left, err := filepath.Glob(filepath.Join(p.context.Home, "sources", "*")); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}

// encrypted is the content of a database file that is written with a key.
func encrypted(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret.duckdb")
	eng, err := duckdb.Open(t.Context(), duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	err = eng.Exec(t.Context(), "SET force_mbedtls_unsafe = 'true'; ATTACH "+duckdb.Literal(path)+" AS d (ENCRYPTION_KEY 'key'); CREATE TABLE d.t AS SELECT 1 AS a; DETACH d")
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// heldVariable names a database file that a process of this test binary holds open.
const heldVariable = "METRICS_TEST_HOLDS"

// TestHold is no test but what such a process does: it ends when its input does.
func TestHold(t *testing.T) {
	path := os.Getenv(heldVariable)
	if path == "" {
		t.Skip("a part of TestHeldDatabase")
	}
	eng, err := duckdb.Open(t.Context(), duckdb.Options{})
	if err == nil {
		defer eng.Close()
		err = eng.Attach(t.Context(), "w", path, false)
	}
	fmt.Println("held:", err)
	_, _ = io.Copy(io.Discard, os.Stdin) // until it ends, however that comes
}

// TestHeldDatabase has a file that another program has open to write, and later not.
func TestHeldDatabase(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{"f.duckdb": database(t, "CREATE TABLE d.t AS SELECT 1 AS a")}, databaseSource("f.duckdb", "t", column("a", metrics.Integer)))
	holder := exec.Command(os.Args[0], "-test.run", "^TestHold$")
	holder.Env = append(os.Environ(), heldVariable+"="+filepath.Join(p.context.Dir, "f.duckdb"))
	stop, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := holder.StdoutPipe()
	if err == nil {
		err = holder.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(said).ReadString('\n'); line != "held: <nil>\n" {
		t.Fatalf("%q %v", line, err)
	}
	_, problems := p.build()
	if len(problems) != 1 || problems[0].Code != diag.BadDatabase || problems[0].Summary != "Database in use" || !strings.Contains(problems[0].Detail, `"f.duckdb"`) {
		t.Errorf("%+v", problems)
	}
	stop.Close()
	if err := holder.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := account(p.clean()["s"]); got != "1 1 0 0 0" {
		t.Errorf("account %s", got)
	}
}

// TestUnsettledDatabase has a file that a program is still writing: what stands in the
// journal beside it is not passed over.
func TestUnsettledDatabase(t *testing.T) {
	s := databaseSource("f.duckdb", "t", column("a", metrics.Integer))
	p := newProject(t, "UTC", map[string]string{"f.duckdb": database(t, "CREATE TABLE d.t AS SELECT 1 AS a")}, s)
	writer, err := duckdb.Open(t.Context(), duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	run := func(statement string) {
		t.Helper()
		if err := writer.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	run("ATTACH " + duckdb.Literal(filepath.Join(p.context.Dir, "f.duckdb")) + " AS w")
	run("INSERT INTO w.t VALUES (2)")
	_, problems := p.build()
	if len(problems) != 1 || problems[0].Code != diag.BadDatabase || !strings.Contains(problems[0].Detail, "CHECKPOINT") || !strings.Contains(problems[0].Detail, `"f.duckdb.wal"`) {
		t.Errorf("%+v", problems)
	}
	run("DETACH w") // which brings the journal into the file
	if got := account(p.clean()["s"]); got != "2 2 0 0 0" {
		t.Errorf("account %s", got)
	}
}
