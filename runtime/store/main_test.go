package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// Tests of what happens to other processes start this binary again; these
// variables say what it is to do then.
const (
	childTask = "STORE_TEST_TASK" // "apply" or "hold"
	childDir  = "STORE_TEST_DIR"
	childStep = "STORE_TEST_STEP" // where "apply" kills itself; "" is nowhere
)

func TestMain(m *testing.M) {
	var problems diag.List
	switch os.Getenv(childTask) {
	case "":
		os.Exit(m.Run())
	case "apply":
		store.OnStep(func(name string) {
			if name == os.Getenv(childStep) {
				syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {} // the signal takes a moment
			}
		})
		problems = applyMany(os.Getenv(childDir), 2)
	case "hold":
		problems = hold(os.Getenv(childDir))
	}
	if len(problems) > 0 {
		fmt.Fprintln(os.Stderr, problems)
		os.Exit(1)
	}
}

// child is this binary with a task.
func child(task, dir, step string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childTask+"="+task, childDir+"="+dir, childStep+"="+step)
	c.Stderr = os.Stderr
	return c
}

// hold keeps the lock until its input ends, and says when it has it.
func hold(dir string) diag.List {
	s, problems := store.Open(dir)
	if problems.HasErrors() {
		return problems
	}
	w, problems := s.Lock(context.Background(), 0, "metrics apply")
	if problems.HasErrors() {
		return problems
	}
	fmt.Println("locked")
	bufio.NewReader(os.Stdin).ReadString('\n')
	return w.Close()
}

// manyValues is how many values a run publishes that may be killed; make crash sets
// more than any buffer holds.
var manyValues = setting("METRICS_CRASH_VALUES", 50_000)

// setting is a number from the environment.
func setting(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

// applyMany applies the values of a version: they all differ from version to
// version, and from one another.
func applyMany(dir string, version int) diag.List {
	ctx := context.Background()
	eng, err := lockedEngine(dir)
	if err != nil {
		return diag.List{{Summary: err.Error()}}
	}
	defer eng.Close()
	s, problems := store.Open(dir)
	if problems.HasErrors() {
		return problems
	}
	w, problems := s.Lock(ctx, 0, "metrics apply")
	if problems.HasErrors() {
		return problems
	}
	defer w.Close()
	if err := prepareMany(ctx, eng, version); err != nil {
		return diag.List{{Summary: err.Error()}}
	}
	run := &metrics.Run{At: monday.AddDate(0, 0, version)}
	counts, problems := w.Publish(ctx, eng, run, "fresh", "scope")
	if problems.HasErrors() || counts.Unchanged == int64(manyValues) {
		return problems // as every apply, it does nothing where nothing is to do
	}
	return w.Commit(ctx, run, store.Present{Project: fmt.Sprint("version ", version)})
}

func prepareMany(ctx context.Context, eng *duckdb.Engine, version int) error {
	return eng.Exec(ctx, fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE fresh AS SELECT 'kpi' || (i %% 50) AS kpi, '' AS cuts, 'day' AS grain,
		'd' || (i // 50 + %d) AS period, 'd' || (i // 50 + %d) AS start, '[]' AS members, (i * %d + 0.25)::VARCHAR AS value,
		'final' AS state, 'f' AS fingerprint FROM range(%d) t(i);
		CREATE OR REPLACE TEMP TABLE scope AS SELECT DISTINCT kpi, cuts, grain, NULL AS from_start, NULL AS to_start FROM fresh`,
		version, version, version, manyValues))
}
