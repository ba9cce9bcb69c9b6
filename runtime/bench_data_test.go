package runtime_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// generator makes the order lines of the benchmarks; see its own text.
const generator = "../../shared/perf/gen_orders.sql"

const benchProject = `project "bench" {
  as_of   = "2026-01-05"
  grains  = [week]
  history = "2w"
}

source "lines" {
  parquet {
    path = "orders.parquet"
  }
  key  = [order_no, line_no]
  time = ordered_at
  columns {
    order_no    = string
    line_no     = integer
    ordered_at  = timestamp
    customer_id = integer
    sku         = string
    quantity    = integer
    unit_price  = decimal(12, 2)
    channel     = string
    campaign_id = string
    store_id    = integer
  }
}

dimension "channel" {
  from "lines" { value = channel }
}

dimension "campaign" {
  from "lines" { value = campaign_id }
}

dimension "refund" {
  from "lines" { value = quantity < 0 }
}

kpi "revenue" {
  value = sum(lines.quantity * lines.unit_price)
  by    = [channel]
}
`

// benchData is a project over order lines that are clean in its store, and a database
// that holds the same rows in a table, for statements by hand.
type benchData struct{ dir, table string }

// distinctLines is the order lines without their duplicates, so that they have a key.
const distinctLines = `SELECT DISTINCT * FROM read_parquet(%s) ORDER BY ordered_at, order_no, line_no`

// tableByHand is the same rows as a table of the types that the project declares.
const tableByHand = `CREATE TABLE hand.clean AS SELECT * REPLACE (line_no::BIGINT AS line_no, quantity::BIGINT AS quantity, store_id::BIGINT AS store_id), ` +
	`ordered_at::DATE AS "ordered_at$day" FROM read_parquet(%s)`

// benchRows is how many order lines there are: METRICS_BENCH_ROWS, or ten million.
func benchRows(b *testing.B) int {
	b.Helper()
	text := os.Getenv("METRICS_BENCH_ROWS")
	if text == "" {
		return 10_000_000
	}
	rows, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal("METRICS_BENCH_ROWS: ", err)
	}
	return rows
}

// benchFolder is the place of the order lines: METRICS_BENCH_DATA, or within the
// user's cache. They stay there for the next run.
func benchFolder(b *testing.B, rows int, generator []byte) string {
	b.Helper()
	return benchRoot(b, fmt.Sprintf("%d-%x", rows, sha256.Sum256(append(generator, distinctLines+tableByHand...)))[:20])
}

// benchRoot is the place of data that stay for the next run.
func benchRoot(b *testing.B, name string) string {
	b.Helper()
	root := os.Getenv("METRICS_BENCH_DATA")
	if root == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			b.Fatal(err)
		}
		root = filepath.Join(cache, "metrics-bench")
	}
	return filepath.Join(root, name)
}

// prepared is the order lines, clean in the store of a project with more definitions.
func prepared(b *testing.B, definitions string) benchData {
	b.Helper()
	return edited(b, benchProject+definitions)
}

// edited is the order lines, clean in the store of the project, the definitions of which
// were edited since.
func edited(b *testing.B, definitions string) benchData {
	b.Helper()
	text, err := os.ReadFile(generator)
	if err != nil {
		b.Skip("the generator of order lines is not here: ", generator)
	}
	rows := benchRows(b)
	dir := benchFolder(b, rows, text)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		b.Fatal(err)
	}
	write := func(definitions string) {
		if err := os.WriteFile(filepath.Join(dir, "project.hcl"), []byte(definitions), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	write(benchProject)
	generate(b, string(text), rows, dir)
	ctx := context.Background()
	p, diags := runtime.Open(ctx, runtime.Options{Dir: dir})
	must(b, diags)
	plan, diags := p.Plan(ctx)
	must(b, diags)
	if !plan.Verdict.Nothing {
		_, diags = p.Apply(ctx, plan, "")
		must(b, diags)
	}
	write(definitions)
	return benchData{dir, filepath.Join(dir, handFile)}
}

// The files of order lines.
const (
	linesFile = "orders.parquet"
	handFile  = "hand.duckdb"
)

// generate makes the files of order lines, if they aren't there.
func generate(b *testing.B, text string, rows int, dir string) {
	b.Helper()
	lines, table := filepath.Join(dir, linesFile), filepath.Join(dir, handFile)
	if _, err := os.Stat(table); err == nil {
		return
	}
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	raw := filepath.Join(b.TempDir(), linesFile)
	for _, sql := range []string{
		strings.NewReplacer("NROWS", fmt.Sprint(rows), "OUT", raw).Replace(text),
		fmt.Sprintf("COPY ("+distinctLines+") TO %s (FORMAT parquet, COMPRESSION zstd)", duckdb.Literal(raw), duckdb.Literal(lines)),
		"ATTACH " + duckdb.Literal(table+".new") + " AS hand",
		fmt.Sprintf(tableByHand, duckdb.Literal(lines)),
		"DETACH hand",
	} {
		if err := eng.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.Rename(table+".new", table); err != nil {
		b.Fatal(err)
	}
}

func must(b *testing.B, diags diag.List) {
	b.Helper()
	if diags.HasErrors() {
		b.Fatal(diags[0].Summary, diags[0].Detail)
	}
}
