package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// killedAtRandom is how many writers are killed at a moment that is not a named
// step, beside one at each of these.
var killedAtRandom = setting("METRICS_CRASH_KILLS", 6)

// A writer that is killed, wherever it was, leaves the old state or the new one,
// and the next apply ends with what an apply that was never killed ends with.
func TestKilledWriter(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills many processes")
	}
	old, full := t.TempDir(), t.TempDir()
	mustDo(t, applyMany(old, 1))
	copyStore(t, full, old)
	steps := recordSteps(t, func() { mustDo(t, applyMany(full, 2)) })
	checkSum(t, full)
	committed := slices.Index(steps, "pointer replaced")
	if committed < 8 {
		t.Fatalf("steps %q, want the pointer replaced after many others", steps)
	}
	begin := time.Now()
	mustDo(t, runChild(copyStore(t, t.TempDir(), old), ""))
	took := time.Since(begin)

	for i, step := range steps {
		t.Run(step, func(t *testing.T) {
			dir := copyStore(t, t.TempDir(), old)
			if err := child("apply", dir, step).Run(); !killed(err) {
				t.Fatalf("the writer ended with %v, want it killed at this step", err)
			}
			isNew := checkRecovery(t, dir, old, full)
			if isNew != (i >= committed) {
				t.Errorf("new state: %v, want it from %q on", isNew, "pointer replaced")
			}
		})
	}
	random := rand.New(rand.NewPCG(uint64(begin.UnixNano()), 0))
	for range killedAtRandom {
		after := time.Duration(random.Int64N(int64(took)))
		t.Run(fmt.Sprint("after ", after), func(t *testing.T) {
			dir := copyStore(t, t.TempDir(), old)
			c := child("apply", dir, "")
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(after)
			c.Process.Kill()
			if err := c.Wait(); err != nil && !killed(err) {
				t.Fatal(err)
			}
			checkRecovery(t, dir, old, full)
		})
	}
}

// A first apply that is killed leaves no store, or the new one.
func TestKilledFirstWriter(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	full := t.TempDir()
	mustDo(t, applyMany(full, 2))
	for step, exists := range map[string]bool{"current-1 named": false, "pointer written": false, "pointer replaced": true} {
		t.Run(step, func(t *testing.T) {
			dir := t.TempDir()
			if err := child("apply", dir, step).Run(); !killed(err) {
				t.Fatalf("the writer ended with %v, want it killed at this step", err)
			}
			if got := open(t, dir).Exists(); got != exists {
				t.Errorf("a store exists: %v, want %v", got, exists)
			}
			mustDo(t, applyMany(dir, 2))
			if got, want := open(t, dir).Catalog().Current, open(t, full).Catalog().Current; got != want {
				t.Errorf("current values %+v, want %+v", got, want)
			}
		})
	}
}

// checkRecovery checks that the store in dir is the old or the full one, and the
// full one after another apply. It tells which it was.
func checkRecovery(t *testing.T, dir, old, full string) (isNew bool) {
	t.Helper()
	s, want := open(t, dir), open(t, full)
	switch s.Version() {
	case want.Version():
		isNew = true
	case open(t, old).Version():
	default:
		t.Errorf("generation %s is neither the old nor the new one", s.Version())
	}
	checkSound(t, dir)
	mustDo(t, applyMany(dir, 2))
	checkSound(t, dir)
	s = open(t, dir)
	// Names hold hashes of contents: the same version is the same to the byte.
	if s.Version() != want.Version() {
		t.Errorf("after another apply: %s, want %s", s.Version(), want.Version())
	}
	left, err := filepath.Glob(filepath.Join(dir, "*", "tmp-*"))
	if err != nil || !isNew && len(left) > 0 {
		t.Errorf("the next apply left %q behind (%v)", left, err)
	}
	return isNew
}

func checkSound(t *testing.T, dir string) {
	t.Helper()
	_, problems := verify(t, engine(t, dir), dir)
	mustDo(t, problems)
}

// checkSum checks the values of version 2 against what they must add up to.
func checkSum(t *testing.T, dir string) {
	t.Helper()
	relation, problems := open(t, dir).Published(store.Moment{})
	mustDo(t, problems)
	rows, err := engine(t, dir).Query(context.Background(),
		"SELECT count(*), sum(value::DECIMAL(18, 2))::VARCHAR FROM ("+relation+")")
	if err != nil {
		t.Fatal(err)
	}
	sum := manyValues*(manyValues-1)*100 + manyValues*25 // in hundredths: twice 0 + 1 + ..., and a quarter each
	if got := fmt.Sprint(rows.Rows[0]); got != fmt.Sprintf("[%d %d.%02d]", manyValues, sum/100, sum%100) {
		t.Errorf("count and sum of the values: %s", got)
	}
}

func recordSteps(t *testing.T, do func()) []string {
	t.Helper()
	var steps []string
	store.OnStep(func(name string) { steps = append(steps, name) })
	defer store.OnStep(func(string) {})
	do()
	return steps
}

func runChild(dir, step string) diag.List {
	if err := child("apply", dir, step).Run(); err != nil {
		return diag.List{{Summary: err.Error()}}
	}
	return nil
}

func killed(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && strings.Contains(exit.String(), "killed")
}

func copyStore(t *testing.T, to, from string) string {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}
