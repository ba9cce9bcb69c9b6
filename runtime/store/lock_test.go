package store_test

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

func TestSecondWriter(t *testing.T) {
	dir := t.TempDir()
	first := lock(t, dir)
	s := open(t, dir)

	begin := time.Now()
	_, problems := s.Lock(context.Background(), 0, "plan")
	mustFail(t, problems, diag.StoreLocked, "apply by ", "process ", "since ", "nothing was changed", "Wait until that one ends")
	_, problems = s.Lock(context.Background(), 60*time.Millisecond, "plan")
	mustFail(t, problems, diag.StoreLocked)
	if waited := time.Since(begin); waited < 60*time.Millisecond {
		t.Errorf("gave up after %v", waited)
	}
	stopped, stop := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer stop()
	_, problems = s.Lock(stopped, time.Hour, "plan")
	mustFail(t, problems, diag.StoreLocked)

	mustDo(t, first.Close())
	mustDo(t, first.Close()) // twice is fine
	second, problems := s.Lock(context.Background(), 0, "plan")
	mustDo(t, problems)
	mustDo(t, second.Close())
	if text, err := os.ReadFile(filepath.Join(dir, "lock")); err != nil || len(text) > 0 {
		t.Errorf("the free lock names %q (%v)", text, err)
	}
}

// A writer that waited builds on what the first one committed, not on what was
// there when it opened the store.
func TestWaitingWriter(t *testing.T) {
	dir := t.TempDir()
	first := lock(t, dir)
	stale := open(t, dir)
	type outcome struct {
		w        *store.Writer
		problems diag.List
	}
	done := make(chan outcome)
	go func() {
		w, problems := stale.Lock(context.Background(), time.Minute, "apply")
		done <- outcome{w, problems}
	}()
	mustDo(t, first.Commit(context.Background(), &metrics.Run{}, store.Present{Project: "first"}))
	select {
	case <-done:
		t.Fatal("two writers at a time")
	case <-time.After(50 * time.Millisecond):
	}
	mustDo(t, first.Close())
	second := <-done
	mustDo(t, second.problems)
	defer second.w.Close()
	if c := second.w.Store().Catalog(); c.Generation != 1 || c.Project != "first" || stale.Exists() {
		t.Errorf("the second writer builds on %+v", c)
	}
	if !stale.Moved() || second.w.Store().Moved() {
		t.Error("the stale store has moved, and the writer's has not; they say otherwise")
	}
	mustDo(t, second.w.Commit(context.Background(), &metrics.Run{}, store.Present{Project: "second"}))
	if c := open(t, dir).Catalog(); c.Generation != 2 || c.LastRun.ID != 2 {
		t.Errorf("after both: %+v", c)
	}
}

// The lock of another process holds while it lives and ends with it, however
// that ends.
func TestOtherProcess(t *testing.T) {
	dir := t.TempDir()
	c := child("hold", dir, "")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); strings.TrimSpace(line) != "locked" {
		t.Fatalf("the other process says %q (%v)", line, err)
	}
	_, problems := open(t, dir).Lock(context.Background(), 0, "apply")
	mustFail(t, problems, diag.StoreLocked, "metrics apply by ")
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); !killed(err) {
		t.Fatal(err)
	}
	lock(t, dir)
}

// A holder whose name isn't written yet is just another process.
func TestUnknownHolder(t *testing.T) {
	dir := t.TempDir()
	lock(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "lock"), []byte(`{"pid":`), 0o644); err != nil {
		t.Fatal(err)
	}
	_, problems := open(t, dir).Lock(context.Background(), 0, "apply")
	mustFail(t, problems, diag.StoreLocked, "being written by: another process")
}
