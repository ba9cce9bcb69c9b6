package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// While a writer commits, readers see one generation or another, whole: values,
// catalog and runs of the same version.
func TestReadersDuringWrites(t *testing.T) {
	dir := t.TempDir()
	writing, reading := engine(t, dir), engine(t, dir)
	version := func(n int) values {
		return values{
			fmt.Sprintf("gmv - week W45 [] %d open f1", n),
			fmt.Sprintf("gmv - week W46 [] %d open f1", n),
			fmt.Sprintf("orders - week W46 [] %d open f1", n),
		}
	}
	apply(t, writing, dir, monday, version(1))
	const versions = 25
	written := make(chan struct{})
	go func() {
		defer close(written)
		for n := 2; n <= versions && !t.Failed(); n++ {
			apply(t, writing, dir, monday, version(n))
		}
	}()
	seen := make(map[int]bool)
	for last := false; !last; {
		select {
		case <-written:
			last = true
		default:
		}
		mustDo(t, store.Read(dir, func(s *store.Store) diag.List {
			n := s.Catalog().LastRun.ID
			var want values
			for _, line := range version(n) {
				want = append(want, fmt.Sprint(line, " ", n))
			}
			equal(t, "values", published(t, reading, s, store.Moment{}), want)
			runs, problems := s.Runs()
			if !problems.HasErrors() && len(runs) != n {
				t.Errorf("generation %d has %d runs", n, len(runs))
			}
			seen[n] = true
			return problems
		}))
	}
	if !seen[versions] || len(seen) < 3 {
		t.Errorf("readers saw versions %v only", seen)
	}
}

// A reader whose files were cleared starts again from the pointer.
func TestReadStartsAgain(t *testing.T) {
	dir := committed(t)
	eng := engine(t, dir)
	var generations []int
	mustDo(t, store.Read(dir, func(s *store.Store) diag.List {
		generations = append(generations, s.Catalog().Generation)
		if len(generations) == 1 {
			apply(t, eng, dir, time.Time{}, values{"gmv - week W45 [] 99 open f1"})
			for _, name := range only(t, dir, "catalog/definitions-*") {
				if name != filepath.Join(dir, open(t, dir).Catalog().Definitions.File) {
					os.Remove(name)
				}
			}
		}
		_, problems := s.Definitions()
		return problems
	}))
	if fmt.Sprint(generations) != "[3 4]" {
		t.Errorf("read generations %v, want the new one after the old", generations)
	}
}

// What is wrong with the request stays wrong, and is not tried again.
func TestReadFails(t *testing.T) {
	dir := committed(t)
	tries := 0
	problems := store.Read(dir, func(s *store.Store) diag.List {
		tries++
		_, problems := s.Published(store.Moment{Run: 9})
		return problems
	})
	mustFail(t, problems, diag.UnknownRun)
	if tries != 1 {
		t.Errorf("tried %d times", tries)
	}
}

// Commits clear what is old enough in both ways, and nothing else.
func TestClear(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, dir)
	age := func(by time.Duration, names ...string) {
		t.Helper()
		for _, name := range names {
			at := time.Now().Add(-by)
			if err := os.Chtimes(name, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	plant := func(name string, by time.Duration) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte("planted"), 0o644); err != nil {
			t.Fatal(err)
		}
		age(by, name)
	}
	commit := func(n int, source string) {
		t.Helper()
		w := lock(t, dir)
		defer w.Close()
		run, _ := publish(t, eng, w, values{fmt.Sprintf("gmv - week W45 [] %d open f1", n)}, everything)
		segmentFile(t, dir, source)
		mustDo(t, w.Commit(context.Background(), run, store.Present{Sources: map[string]store.Source{"orders": {Segment: source}}}))
	}
	for n := range 4 {
		commit(n, fmt.Sprintf("orders-%08d.duckdb", n))
		age(3*time.Hour, only(t, dir, "*/*")...)
	}
	plant("values/run-9-0123456789abcdef.parquet", 2*time.Hour) // of a writer that died
	plant("values/run-8-0123456789abcdef.parquet", time.Minute) // of one that died just now
	plant("values/mine-0123456789abcdef.parquet", 99*time.Hour) // not the store's
	plant("values/tmp-1-run-9", time.Minute)                    // unfinished, and its writer is gone
	plant("sources/tmp-1-orders", 2*time.Hour)                  // unfinished, and may still be written
	plant("sources/tmp-2-orders", 48*time.Hour)                 // given up
	plant("sources/orders-aaaaaaaa.duckdb", 2*time.Hour)        // read by a plan that was never applied
	plant("sources/orders-bbbbbbbb.duckdb", time.Minute)        // read by a plan just now
	plant("catalog/000001-0123456789abcdef.json", 2*time.Hour)  // damaged
	plant("tmp-1-CURRENT", time.Minute)                         // unfinished
	commit(4, "orders-00000004.duckdb")

	want := map[string]bool{ // what is still there
		"catalog/000001-*":               false, // superseded hours ago, and more than two generations
		"catalog/000002-*":               false,
		"catalog/000003-*":               true,
		"catalog/000004-*":               true,
		"catalog/000005-*":               true,
		"values/current-2-*":             false,
		"values/current-3-*":             true,
		"values/run-1-*":                 true, // every run is part of the history
		"values/run-9-*":                 false,
		"values/run-8-*":                 true,
		"values/mine-*":                  true,
		"values/tmp-*":                   false,
		"sources/tmp-1-*":                true,
		"sources/tmp-2-*":                false,
		"sources/orders-00000001.duckdb": false,
		"sources/orders-00000002.duckdb": true,
		"sources/orders-aaaaaaaa.duckdb": false,
		"sources/orders-bbbbbbbb.duckdb": true,
		"tmp-*":                          false,
	}
	for pattern, there := range want {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || (len(names) > 0) != there {
			t.Errorf("%s: %q, want it there: %v (%v)", pattern, names, there, err)
		}
	}
	s := open(t, dir)
	equal(t, "run 1", published(t, eng, s, store.Moment{Run: 1}), values{"gmv - week W45 [] 0 open f1 1"})
}

// Generations that were the present within the hour stay, however many came since.
func TestClearKeepsTheHour(t *testing.T) {
	dir := t.TempDir()
	w := lock(t, dir)
	for n := range 8 {
		mustDo(t, w.Commit(context.Background(), &metrics.Run{}, store.Present{Project: fmt.Sprint(n)}))
		old := time.Now().Add(-2 * time.Hour)
		if n == 0 { // long the present when the others came
			if err := os.Chtimes(only(t, dir, "catalog/000001-*")[0], old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	if all := only(t, dir, "catalog/00000*"); len(all) != 8 {
		t.Errorf("left %q, want all 8 generations", all)
	}
}
