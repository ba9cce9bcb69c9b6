package runtime_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// salesProject reads sales with types and five checks; %s is the place of what
// compares rows of several files.
const salesProject = `project "bench" {
  timezone = "UTC"
  as_of    = "2026-01-01"
  grains   = [day]
}

source "sales" {
  csv {
    path = "sales/*.csv"
  }
  time = sold_at

  columns {
    id       = integer
    sold_at  = timestamp
    channel  = { type = string, values = ["web", "app", "store"], required = true, on_fail = quarantine }
    quantity = { type = integer, range = [1, 100], on_fail = quarantine }
    price    = { type = decimal(12, 2), range = [0, null], on_fail = quarantine }
  }
  check "known" {
    assert  = id != null && sold_at != null && price != null
    on_fail = quarantine
  }
  check "worth" {
    assert  = price * quantity < 1000000
    on_fail = quarantine
  }
%s}
`

// salesKPI is what both sides' rows are compared by, once they are read.
const salesKPI = `kpi "revenue" { value = sum(sales.price * sales.quantity) }
`

// comparing is steps of cleaning that look at rows of all files.
const comparing = `
  key = [id]
  dedupe {
    by    = [id]
    order = sold_at
    keep  = last
  }
`

// readByHand is what one would write instead of the project, into a file as well. The
// rows to drop are chosen before those that fail are taken out, as in the project.
const readByHand = `CREATE TABLE hand.clean AS SELECT * FROM (
  SELECT * FROM (
    SELECT TRY_CAST(id AS BIGINT) AS id, TRY_CAST(sold_at AS TIMESTAMPTZ) AS sold_at, channel, TRY_CAST(quantity AS BIGINT) AS quantity, TRY_CAST(price AS DECIMAL(12, 2)) AS price
    FROM read_csv('%s/sales/*.csv', header = true, auto_detect = false, columns = {'id': 'VARCHAR', 'sold_at': 'VARCHAR', 'channel': 'VARCHAR', 'quantity': 'VARCHAR', 'price': 'VARCHAR'}))
  WHERE id IS NOT NULL AND sold_at IS NOT NULL AND quantity IS NOT NULL AND price IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY id ORDER BY sold_at DESC) = 1)
WHERE channel IN ('web', 'app', 'store') AND quantity BETWEEN 1 AND 100 AND price >= 0 AND price * quantity < 1000000;
CHECKPOINT hand`

// salesRows is the SQL of the rows i of a range as they stand in the files: of a
// thousand, ten have the id of another, one can't be read, and one each fails the
// checks of channel and price.
const salesRows = `SELECT CASE WHEN i %% 100 = 99 THEN i - 50 ELSE i END AS id, TIMESTAMP '2023-01-02' + INTERVAL %d DAY + INTERVAL (i %% 86400) SECOND AS sold_at,
CASE WHEN i %% 1000 = 250 THEN 'fax' ELSE ['web', 'app', 'store'][1 + i %% 3] END AS channel, 1 + i %% 9 AS quantity,
CASE WHEN i %% 1000 = 700 THEN 'n/a' WHEN i %% 1000 = 510 THEN '-1' ELSE CAST((i %% 9973)::DECIMAL(12, 2) / 100 AS VARCHAR) END AS price FROM range(%d, %d) AS r(i)`

// writeSales writes rows of sales, in files of so many rows and one day each.
func writeSales(b *testing.B, dir, steps string, files, each int) {
	b.Helper()
	eng, err := duckdb.Open(b.Context(), duckdb.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	if err := os.MkdirAll(filepath.Join(dir, "sales"), 0o777); err != nil {
		b.Fatal(err)
	}
	for day := range files {
		rows := fmt.Sprintf(salesRows, day, day*each, (day+1)*each)
		if err := eng.Exec(b.Context(), "COPY ("+rows+") TO "+duckdb.Literal(dailyFile(dir, day))+" (HEADER)"); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "project.hcl"), fmt.Appendf(nil, salesProject, steps), 0o666); err != nil {
		b.Fatal(err)
	}
}

func dailyFile(dir string, day int) string {
	return filepath.Join(dir, "sales", fmt.Sprintf("%05d.csv", day))
}

// reading is what a process of its own reads: a statement, or else a project, which
// it plans and applies.
type reading struct {
	Dir       string
	Temp      string
	Statement string `json:",omitempty"`
	Memory    string `json:",omitempty"` // limit, of the engine
}

// readOutcome is what such a process took, and found.
type readOutcome struct {
	Clean   int64
	Revenue string
	CPU     time.Duration
	Wall    time.Duration
	Memory  int64 // at its peak, in bytes; 0 where the system doesn't tell
}

// readVariable holds the reading of a process of this test binary.
const readVariable = "METRICS_BENCH_READING"

func runReading(text string) error {
	var r reading
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return err
	}
	out, err := r.read(context.Background())
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

func (r reading) read(ctx context.Context) (out readOutcome, err error) {
	find := func() error { return nil }
	if r.Statement == "" {
		err = r.applied(ctx, &out, &find)
	} else {
		err = r.byHand(ctx, &out, &find)
	}
	if err == nil {
		err = find()
	}
	return out, err
}

// spent notes what a call took.
func (out *readOutcome) spent(call func() error) error {
	start, before := time.Now(), processorUsed()
	err := call()
	out.Wall, out.CPU = time.Since(start), processorUsed()-before
	out.Memory = 1024 * procNumber("/proc/self/status", "VmHWM:")
	return err
}

// processorUsed is what this process has taken of all processors so far.
func processorUsed() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // of the own process: can't fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// processorTime is what a call takes of all processors, which other work on the machine
// hardly changes.
func processorTime(b *testing.B, call func()) time.Duration {
	b.Helper()
	before := processorUsed()
	call()
	return processorUsed() - before
}

// applied plans and applies the project as it stands.
func (r reading) applied(ctx context.Context, out *readOutcome, find *func() error) error {
	open := func() (*runtime.Project, error) {
		p, diags := runtime.Open(ctx, runtime.Options{Dir: r.Dir, Memory: r.Memory})
		return p, failure(diags)
	}
	*find = func() error {
		file := filepath.Join(r.Dir, "revenue.hcl")
		if err := os.WriteFile(file, []byte(salesKPI), 0o666); err != nil {
			return err
		}
		defer os.Remove(file)
		p, err := open()
		if err != nil {
			return err
		}
		answer, diags := p.Query(ctx, query.Request{KPIs: []string{"revenue"}})
		if err := failure(diags); err != nil {
			return err
		}
		out.Revenue = valuesOf(answer.Result)[0][0]
		return nil
	}
	return out.spent(func() error {
		p, err := open()
		if err != nil {
			return err
		}
		planned, diags := p.Plan(ctx)
		if err := failure(diags); err != nil {
			return err
		}
		done, diags := p.Apply(ctx, planned, "")
		if err := failure(diags); err != nil {
			return err
		}
		a := done.Run.Accounts[0]
		if out.Clean = a.Clean; !a.Balanced() {
			return fmt.Errorf("%+v doesn't add up", a)
		}
		return nil
	})
}

// byHand runs the statement into a database file.
func (r reading) byHand(ctx context.Context, out *readOutcome, find *func() error) error {
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: r.Temp, MemoryLimit: r.Memory})
	if err == nil {
		err = eng.Attach(ctx, "hand", filepath.Join(r.Temp, "hand.duckdb"), false)
	}
	*find = func() error {
		t, err := eng.Query(ctx, "SELECT count(*), sum(price * quantity) FROM hand.clean")
		if err != nil {
			return err
		}
		out.Clean, out.Revenue = t.Rows[0][0].(int64), shown(t.Rows[0][1])
		return eng.Close()
	}
	if err != nil {
		return err
	}
	return out.spent(func() error { return eng.Exec(ctx, r.Statement) })
}

// run reads in a process of its own.
func (r reading) run(b *testing.B) readOutcome {
	b.Helper()
	r.Temp = b.TempDir()
	text, err := json.Marshal(r)
	if err != nil {
		b.Fatal(err)
	}
	binary, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), readVariable+"="+string(text))
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		b.Fatalf("%v\n%s", err, stderr.String())
	}
	var out readOutcome
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		b.Fatal(err)
	}
	return out
}

// least is the least that any of several runs took.
func least(outs []readOutcome) readOutcome {
	out := outs[0]
	for _, o := range outs[1:] {
		out.CPU, out.Wall, out.Memory = min(out.CPU, o.CPU), min(out.Wall, o.Wall), max(out.Memory, o.Memory)
	}
	return out
}

// atMost reports a ratio, and fails beyond a bound.
func atMost(b *testing.B, name string, ratio, bound float64) {
	b.Helper()
	b.ReportMetric(ratio, name)
	if ratio > bound {
		b.Errorf("%s is %.3f, and may be %.3f", name, ratio, bound)
	}
}

// BenchmarkFirstRead compares the first apply of one large file with one statement that
// casts, compares and checks the same rows.
func BenchmarkFirstRead(b *testing.B) {
	rows := benchRows(b)
	data := b.TempDir()
	writeSales(b, data, comparing, 1, rows)
	var ours, hand []readOutcome
	for b.Loop() {
		if err := os.RemoveAll(filepath.Join(data, ".metrics")); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, reading{Dir: data}.run(b))
		hand = append(hand, reading{Statement: fmt.Sprintf(readByHand, data)}.run(b))
	}
	a, h := least(ours), least(hand)
	if a.Clean != h.Clean || a.Revenue != h.Revenue || a.Clean < int64(rows)*9/10 {
		b.Fatalf("%d rows with a revenue of %s are clean, by hand %d with %s", a.Clean, a.Revenue, h.Clean, h.Revenue)
	}
	b.ReportMetric(a.CPU.Seconds(), "ours_cpu_s")
	b.ReportMetric(h.CPU.Seconds(), "hand_cpu_s")
	b.ReportMetric(a.Wall.Seconds()/h.Wall.Seconds(), "wall-x-by-hand")
	b.ReportMetric(float64(a.Memory)/float64(h.Memory), "memory-x-by-hand")
	atMost(b, "cpu-x-by-hand", a.CPU.Seconds()/h.CPU.Seconds(), 1.6)
}

// salesFiles is how many daily files the sales are in: three years.
const salesFiles = 1095

// BenchmarkNewFile compares the apply after one more daily file with the first one of
// the files before it.
func BenchmarkNewFile(b *testing.B) {
	each := benchRows(b) / salesFiles
	for _, c := range []struct {
		name, steps string
		bound       float64
	}{{"alone", "", 1.0 / 25}, {"compared", comparing, 1.0 / 10}} {
		b.Run(c.name, func(b *testing.B) {
			next := map[int][]readOutcome{}
			var first []readOutcome
			for b.Loop() {
				for _, files := range []int{salesFiles / 3, salesFiles} {
					whole, more := oneMore(b, c.steps, files, each)
					next[files] = append(next[files], more)
					if files == salesFiles {
						first = append(first, whole)
					}
				}
			}
			whole, more, third := least(first), least(next[salesFiles]), least(next[salesFiles/3])
			b.ReportMetric(whole.CPU.Seconds(), "first_cpu_s")
			b.ReportMetric(more.CPU.Seconds(), "next_cpu_s")
			b.ReportMetric(more.CPU.Seconds()/third.CPU.Seconds(), "cpu-x-third-of-files")
			b.ReportMetric(more.Wall.Seconds()/whole.Wall.Seconds(), "wall-x-first")
			atMost(b, "cpu-x-first", more.CPU.Seconds()/whole.CPU.Seconds(), c.bound)
		})
	}
}

// oneMore applies all files but the last, then the last.
func oneMore(b *testing.B, steps string, files, each int) (whole, more readOutcome) {
	b.Helper()
	data := b.TempDir()
	writeSales(b, data, steps, files, each)
	late, aside := dailyFile(data, files-1), filepath.Join(data, "aside")
	if err := os.Rename(late, aside); err != nil {
		b.Fatal(err)
	}
	whole = reading{Dir: data}.run(b)
	if err := os.Rename(aside, late); err != nil {
		b.Fatal(err)
	}
	more = reading{Dir: data}.run(b)
	if more.Clean <= whole.Clean {
		b.Fatalf("%d rows are clean, with one more file %d", whole.Clean, more.Clean)
	}
	if err := os.RemoveAll(data); err != nil { // gigabytes, of several rounds
		b.Fatal(err)
	}
	return whole, more
}
