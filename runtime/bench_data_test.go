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

kpi "lines" {
  value = count(lines)
}
`

// benchData is a project over order lines that are clean in its store.
type benchData struct{ dir, segment string }

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
	root := os.Getenv("METRICS_BENCH_DATA")
	if root == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			b.Fatal(err)
		}
		root = filepath.Join(cache, "metrics-bench")
	}
	return filepath.Join(root, fmt.Sprintf("%d-%x", rows, sha256.Sum256(generator))[:20])
}

// prepared is the order lines, clean in the store of a project with more definitions.
func prepared(b *testing.B, definitions string) benchData {
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
		if err := os.WriteFile(filepath.Join(dir, "project.hcl"), []byte(benchProject+definitions), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	write("")
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
	found, err := filepath.Glob(filepath.Join(dir, ".metrics", "sources", "*.duckdb"))
	if err != nil || len(found) != 1 {
		b.Fatal("segments:", found, err)
	}
	return benchData{dir, found[0]}
}

// generate makes the file of order lines, if it isn't there.
func generate(b *testing.B, text string, rows int, dir string) {
	b.Helper()
	path := filepath.Join(dir, "orders.parquet")
	if _, err := os.Stat(path); err == nil {
		return
	}
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	sql := strings.NewReplacer("NROWS", fmt.Sprint(rows), "OUT", path+".new").Replace(text)
	if err := eng.Exec(ctx, sql); err != nil {
		b.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		b.Fatal(err)
	}
}

func must(b *testing.B, diags diag.List) {
	b.Helper()
	if diags.HasErrors() {
		b.Fatal(diags[0].Summary, diags[0].Detail)
	}
}
