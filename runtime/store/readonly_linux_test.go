package store_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// unprivileged runs do on a thread that, if the test's user is root, has
// nobody's rights over files; root may write anywhere.
func unprivileged(t *testing.T, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		if os.Getuid() == 0 {
			const nobody = 65534
			syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0)
		}
		do()
	}()
	<-done
}

// A store that can't be written can be read, and says why not when it is locked.
func TestReadOnly(t *testing.T) {
	dir := committed(t)
	for _, name := range []string{dir, filepath.Join(dir, "lock")} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, info.Mode()&^0o222); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(name, info.Mode()) })
	}
	for parent := filepath.Dir(dir); parent != os.TempDir() && parent != "/"; parent = filepath.Dir(parent) {
		if err := os.Chmod(parent, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	unprivileged(t, func() {
		s, problems := store.Open(dir)
		if len(problems) > 0 || s.Catalog().Generation != 3 {
			t.Errorf("reading: %v", problems)
			return
		}
		if _, problems := s.Definitions(); len(problems) > 0 {
			t.Errorf("reading definitions: %v", problems)
		}
		_, problems = s.Lock(context.Background(), 0, "apply")
		if len(problems) != 1 || problems[0].Code != diag.StoreUnwritable {
			t.Errorf("locking: %v", problems)
		}
		none, _ := store.Open(filepath.Join(dir, "new"))
		_, problems = none.Lock(context.Background(), 0, "apply")
		if len(problems) != 1 || problems[0].Code != diag.StoreUnwritable {
			t.Errorf("making a store: %v", problems)
		}
	})
}

// A folder that becomes unwritable under a writer's hands.
func TestUnwritableCommit(t *testing.T) {
	for _, folder := range []string{"", "catalog"} {
		t.Run("folder "+folder, func(t *testing.T) {
			dir := committed(t)
			for parent := dir; parent != os.TempDir() && parent != "/"; parent = filepath.Dir(parent) {
				if err := os.Chmod(parent, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			w := lock(t, dir)
			locked := filepath.Join(dir, folder)
			if err := os.Chmod(locked, 0o555); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(locked, 0o755) })
			unprivileged(t, func() {
				problems := w.Commit(context.Background(), &metrics.Run{}, store.Present{})
				if len(problems) != 1 || problems[0].Code != diag.StoreUnwritable {
					t.Errorf("committing: %v", problems)
				}
			})
			if n := open(t, dir).Catalog().Generation; n != 3 {
				t.Errorf("the store is at generation %d, want 3", n)
			}
		})
	}
}
