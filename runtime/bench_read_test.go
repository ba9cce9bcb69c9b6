package runtime_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// readProject reads sales from delimited text with types, a dedupe and five checks.
const readProject = `project "bench" {
  timezone = "UTC"
  as_of    = "2026-01-01"
  grains   = [day]
}

source "sales" {
  csv {
    path = "sales/*.csv"
  }
  key  = [id]
  time = sold_at

  columns {
    id       = integer
    sold_at  = timestamp
    channel  = { type = string, values = ["web", "app", "store"], required = true }
    quantity = { type = integer, range = [1, 100] }
    price    = { type = decimal(12, 2), range = [0, null], on_fail = quarantine }
  }

  dedupe {
    by    = [id]
    order = sold_at
    keep  = last
  }
  check "worth" { assert = price * quantity < 1000000 }
}

kpi "revenue" { value = sum(sales.price * sales.quantity) }
`

// readByHand is what one would write instead, into a file as well.
const readByHand = `CREATE TABLE hand.clean AS SELECT * FROM (
  SELECT TRY_CAST(id AS BIGINT) AS id, TRY_CAST(sold_at AS TIMESTAMPTZ) AS sold_at, channel, TRY_CAST(quantity AS BIGINT) AS quantity, TRY_CAST(price AS DECIMAL(12, 2)) AS price
  FROM read_csv('%s/sales/*.csv', header = true, auto_detect = false, columns = {'id': 'VARCHAR', 'sold_at': 'VARCHAR', 'channel': 'VARCHAR', 'quantity': 'VARCHAR', 'price': 'VARCHAR'}))
WHERE id IS NOT NULL AND sold_at IS NOT NULL AND channel IN ('web', 'app', 'store') AND quantity BETWEEN 1 AND 100 AND price >= 0 AND price * quantity < 1000000
QUALIFY row_number() OVER (PARTITION BY id ORDER BY sold_at DESC) = 1; CHECKPOINT hand`

// salesFiles is how many daily files the sales are in.
const salesFiles = 1095

// writeSales writes rows of sales, in files of one day each.
func writeSales(b *testing.B, dir string, rows, files int) {
	b.Helper()
	eng, err := duckdb.Open(b.Context(), duckdb.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	if err := os.MkdirAll(filepath.Join(dir, "sales"), 0o777); err != nil {
		b.Fatal(err)
	}
	each := rows / files
	for day := range files {
		err := eng.Exec(b.Context(), fmt.Sprintf(`COPY (SELECT i AS id, TIMESTAMP '2023-01-02' + INTERVAL %d DAY + INTERVAL (i %% 86400) SECOND AS sold_at,
['web', 'app', 'store'][1 + i %% 3] AS channel, 1 + i %% 9 AS quantity, (i %% 9973)::DECIMAL(12, 2) / 100 AS price FROM range(%d, %d) AS r(i)) TO %s (HEADER)`,
			day, day*each, (day+1)*each, duckdb.Literal(filepath.Join(dir, "sales", fmt.Sprintf("%05d.csv", day)))))
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "project.hcl"), []byte(readProject), 0o666); err != nil {
		b.Fatal(err)
	}
}

// processorTime is what a call takes of all processors, which other work on the machine
// hardly changes.
func processorTime(b *testing.B, call func()) time.Duration {
	b.Helper()
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	call()
	return used() - before
}

// applySales applies what is there, and demands that so many rows are clean.
func applySales(b *testing.B, dir string, rows int) time.Duration {
	b.Helper()
	ctx := context.Background()
	return processorTime(b, func() {
		p, diags := runtime.Open(ctx, runtime.Options{Dir: dir})
		must(b, diags)
		planned, diags := p.Plan(ctx)
		must(b, diags)
		done, diags := p.Apply(ctx, planned, "")
		must(b, diags)
		if a := done.Run.Accounts[0]; a.Clean != int64(rows) || !a.Balanced() {
			b.Fatalf("%+v of %d rows", a, rows)
		}
	})
}

// BenchmarkFirstRead compares the first apply of one large file with one statement that
// casts, compares and checks the same rows.
func BenchmarkFirstRead(b *testing.B) {
	rows := benchRows(b)
	data := b.TempDir()
	writeSales(b, data, rows, 1)
	var ours, hand time.Duration
	for b.Loop() {
		if err := os.RemoveAll(filepath.Join(data, ".metrics")); err != nil {
			b.Fatal(err)
		}
		ours += applySales(b, data, rows)
		eng, err := duckdb.Open(b.Context(), duckdb.Options{TempDir: b.TempDir()})
		if err == nil {
			err = eng.Attach(b.Context(), "hand", filepath.Join(b.TempDir(), "hand.duckdb"), false)
		}
		if err != nil {
			b.Fatal(err)
		}
		hand += processorTime(b, func() { err = eng.Exec(b.Context(), fmt.Sprintf(readByHand, data)) })
		eng.Close()
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(ours.Seconds()/float64(b.N), "ours_cpu_s")
	b.ReportMetric(hand.Seconds()/float64(b.N), "hand_cpu_s")
	b.ReportMetric(float64(ours)/float64(hand), "times")
}

// BenchmarkNewFile compares the apply after one more daily file with the first one of
// three years of them; rows have a key and are compared across files.
func BenchmarkNewFile(b *testing.B) {
	rows := benchRows(b) / salesFiles * salesFiles
	each := rows / salesFiles
	var first, next time.Duration
	for b.Loop() {
		data := b.TempDir()
		writeSales(b, data, rows, salesFiles)
		late := filepath.Join(data, "sales", fmt.Sprintf("%05d.csv", salesFiles-1))
		aside := filepath.Join(data, "last")
		if err := os.Rename(late, aside); err != nil {
			b.Fatal(err)
		}
		first += applySales(b, data, rows-each)
		if err := os.Rename(aside, late); err != nil {
			b.Fatal(err)
		}
		next += applySales(b, data, rows)
	}
	b.ReportMetric(first.Seconds()/float64(b.N), "first_cpu_s")
	b.ReportMetric(next.Seconds()/float64(b.N), "next_cpu_s")
	b.ReportMetric(float64(first)/float64(next), "times_faster")
}
