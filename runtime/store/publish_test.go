package store_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

var monday = time.Date(2026, 11, 16, 8, 0, 0, 0, time.UTC)

func TestPublish(t *testing.T) {
	before := values{
		"gmv - week W45 [] 10.00 final f1",
		"gmv - week W46 [] 20.00 open f1",
		`gmv channel week W46 ["a"] 5.00 open f1`,
		`gmv channel week W46 [null] 15.00 open f1`,
		"orders - week W46 [] null no_data g1",
	}
	// after is before as run 1 published it, with some lines changed.
	after := func(changes ...string) values {
		var all values
		for i, line := range before {
			if changes[i] == "" {
				changes[i] = line + " 1"
			}
			if changes[i] != "gone" {
				all = append(all, changes[i])
			}
		}
		all = append(all, changes[len(before):]...)
		slices.Sort(all)
		return all
	}
	tests := []struct {
		name   string
		fresh  values
		scope  scopes
		counts store.Counts
		want   values
	}{
		{"the same again", before, everything,
			store.Counts{Unchanged: 5}, after("", "", "", "", "")},
		{"a value restated", values{"gmv - week W45 [] 10.01 final f1"}, scopes{"gmv - week @W45 @W45"},
			store.Counts{Restated: 1, Unchanged: 4}, after("gmv - week W45 [] 10.01 final f1 2", "", "", "", "")},
		{"the text of a value is what counts", values{"gmv - week W45 [] 10.0 final f1"}, scopes{"gmv - week @W45 @W45"},
			store.Counts{Restated: 1, Unchanged: 4}, after("gmv - week W45 [] 10.0 final f1 2", "", "", "", "")},
		{"only the state moves", values{"gmv - week W46 [] 20.00 final f1"}, scopes{"gmv - week @W46 @W46"},
			store.Counts{Settled: 1, Unchanged: 4}, after("", "gmv - week W46 [] 20.00 final f1 2", "", "", "")},
		{"only the definition moves", values{"gmv - week W46 [] 20.00 open f2"}, scopes{"gmv - week @W46 @W46"},
			store.Counts{Settled: 1, Unchanged: 4}, after("", "gmv - week W46 [] 20.00 open f2 2", "", "", "")},
		{"null becomes a value", values{"orders - week W46 [] 0 open g1"}, scopes{"orders - week * *"},
			store.Counts{Restated: 1, Unchanged: 4}, after("", "", "", "", "orders - week W46 [] 0 open g1 2")},
		{"a value becomes null", values{"gmv - week W45 [] null final f1"}, scopes{"gmv - week * @W45"},
			store.Counts{Restated: 1, Unchanged: 4}, after("gmv - week W45 [] null final f1 2", "", "", "", "")},
		{"a null member is a key", values{`gmv channel week W46 ["a"] 5.00 open f1`}, scopes{"gmv channel week * *"},
			store.Counts{Gone: 1, Unchanged: 4}, after("", "", "", "gone", "")},
		{"new beside the old", values{"gmv - week W47 [] 1.00 open f1"}, scopes{"gmv - week @W47 *"},
			store.Counts{New: 1, Unchanged: 5}, after("", "", "", "", "", "gmv - week W47 [] 1.00 open f1 2")},
		{"both bounds are in scope", nil, scopes{"gmv - week @W45 @W46"},
			store.Counts{Gone: 2, Unchanged: 3}, after("gone", "gone", "", "", "")},
		{"a bound on one side", nil, scopes{"gmv - week @W46 *"},
			store.Counts{Gone: 1, Unchanged: 4}, after("", "gone", "", "", "")},
		{"scopes that overlap", nil, scopes{"gmv - week @W46 *", "gmv - week * *"},
			store.Counts{Gone: 2, Unchanged: 3}, after("gone", "gone", "", "", "")},
		{"another grain is out of scope", nil, scopes{"gmv - month * *"},
			store.Counts{Unchanged: 5}, after("", "", "", "", "")},
		{"computed outside the scope", values{"gmv - week W45 [] 11.00 final f1"}, nil,
			store.Counts{Restated: 1, Unchanged: 4}, after("gmv - week W45 [] 11.00 final f1 2", "", "", "", "")},
		{"nothing computed", nil, nil,
			store.Counts{Unchanged: 5}, after("", "", "", "", "")},
	}
	dir := t.TempDir()
	eng := engine(t, dir)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(dir, strings.ReplaceAll(test.name, " ", "_"))
			if c := apply(t, eng, dir, monday, before); c != (store.Counts{New: 5}) {
				t.Errorf("first run: %+v", c)
			}
			w := lock(t, dir)
			run, counts := publish(t, eng, w, test.fresh, test.scope)
			if counts != test.counts {
				t.Errorf("counts %+v, want %+v", counts, test.counts)
			}
			inRun := store.Counts{New: run.New, Restated: run.Restated, Settled: run.Settled, Unchanged: run.Unchanged, Gone: run.Gone}
			if run.ID != 2 || inRun != counts {
				t.Errorf("run %d has %+v, want 2 and %+v", run.ID, inRun, counts)
			}
			equal(t, "before the commit", published(t, eng, open(t, dir), store.Moment{}), after("", "", "", "", ""))
			mustDo(t, w.Commit(context.Background(), run, store.Present{}))
			s := open(t, dir)
			equal(t, "current", published(t, eng, s, store.Moment{}), test.want)
			equal(t, "after run 1", published(t, eng, s, store.Moment{Run: 1}), after("", "", "", "", ""))
			if n := s.Catalog().Current.Rows; n != int64(len(test.want)) {
				t.Errorf("catalog counts %d current values, want %d", n, len(test.want))
			}
			noLeftovers(t, eng.Query)
		})
	}
}

// noLeftovers checks that publishing leaves no table of its own behind.
func noLeftovers[T any](t *testing.T, query func(context.Context, string) (T, error)) {
	t.Helper()
	if _, err := query(context.Background(), "SELECT * FROM store_fresh, store_delta"); err == nil {
		t.Error("temporary tables are left behind")
	}
}

// A period that starts at another time, as weeks do when their first day moves,
// is the same period.
func TestPublishMovedStart(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, dir)
	apply(t, eng, dir, monday, values{"gmv - week W45 [] 10 final f1"})
	moved := strings.ReplaceAll(values{"gmv - week W45 [] 10 final f1"}.relation(), "@W45", "@W44b")
	if err := eng.Exec(context.Background(), "CREATE OR REPLACE TEMP VIEW fresh AS "+moved); err != nil {
		t.Fatal(err)
	}
	w := lock(t, dir)
	run := &metrics.Run{}
	counts, problems := w.Publish(context.Background(), eng, run, "fresh", "scope")
	mustDo(t, problems)
	mustDo(t, w.Commit(context.Background(), run, store.Present{}))
	relation, problems := w.Store().Published(store.Moment{})
	mustDo(t, problems)
	rows, err := eng.Query(context.Background(), "SELECT start, run FROM ("+relation+")")
	if err != nil {
		t.Fatal(err)
	}
	if counts != (store.Counts{Settled: 1}) || len(rows.Rows) != 1 || rows.Rows[0][0] != "@W44b" {
		t.Errorf("counts %+v, rows %v; want one settled, at its new start", counts, rows.Rows)
	}
}

// A value that comes back is new, and the gap stays in the history.
func TestPublishComesBack(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, dir)
	there := values{"gmv - week W45 [] 10 final f1"}
	for i, fresh := range []values{there, nil, there} {
		apply(t, eng, dir, monday.AddDate(0, 0, i), fresh)
	}
	s := open(t, dir)
	for run, want := range map[int]values{
		1: {there[0] + " 1"},
		2: nil,
		3: {there[0] + " 3"},
	} {
		equal(t, "after the run", published(t, eng, s, store.Moment{Run: run}), want)
	}
	if last := open(t, dir).Catalog().Values; len(last) != 3 || last[1].Rows != 1 {
		t.Errorf("segments %+v, want one a run, the second with a tombstone", last)
	}
}

func TestPublishRefuses(t *testing.T) {
	whole := "gmv - week W45 [] 10 final f1"
	tests := []struct {
		name  string
		fresh string
		scope string
		want  string
	}{
		{"a key twice", values{whole, whole}.relation(), scopes{}.relation(), "kpi.gmv, week W45, [] was computed twice"},
		{"no period", values{"gmv - week null [] 10 final f1"}.relation(), scopes{}.relation(), "in part"},
		{"no state", values{"gmv - week W45 [] 10 null f1"}.relation(), scopes{}.relation(), "in part"},
		{"values that can't be computed", "SELECT error('no such row') AS kpi", scopes{}.relation(), "computing values"},
		{"a scope without its columns", values{whole}.relation(), "SELECT 1 AS kpi", "comparing values"},
	}
	dir := t.TempDir()
	eng := engine(t, dir)
	apply(t, eng, dir, monday, values{whole})
	before := listing(t, dir)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx := context.Background()
			w := lock(t, dir)
			for name, relation := range map[string]string{"fresh": test.fresh, "scope": test.scope} {
				if err := eng.Exec(ctx, "CREATE OR REPLACE TEMP VIEW "+name+" AS "+relation); err != nil {
					t.Fatal(err)
				}
			}
			_, problems := w.Publish(ctx, eng, &metrics.Run{}, "fresh", "scope")
			mustFail(t, problems, diag.EngineFailed, test.want, "unchanged", "Run the command again")
			mustDo(t, w.Close())
			equal(t, "files", listing(t, dir), before)
			noLeftovers(t, eng.Query)
		})
	}
}

// An engine that may not write in the folder of the store.
func TestPublishWithoutTheFolder(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, t.TempDir())
	w := lock(t, dir)
	ctx := context.Background()
	for name, relation := range map[string]string{"fresh": values{"gmv - week W45 [] 10 final f1"}.relation(), "scope": everything.relation()} {
		if err := eng.Exec(ctx, "CREATE OR REPLACE TEMP VIEW "+name+" AS "+relation); err != nil {
			t.Fatal(err)
		}
	}
	_, problems := w.Publish(ctx, eng, &metrics.Run{}, "fresh", "scope")
	mustFail(t, problems, diag.StoreUnwritable, "Permission", "Check that you may write there")
}

func TestPublishInterrupted(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, dir)
	apply(t, eng, dir, monday, values{"gmv - week W45 [] 10 final f1"})
	w := lock(t, dir)
	run, _ := publish(t, eng, w, values{"gmv - week W45 [] 11 final f1"}, everything)

	stopped, stop := context.WithCancel(context.Background())
	stop()
	_, problems := w.Publish(stopped, eng, run, "fresh", "scope")
	mustFail(t, problems, diag.EngineFailed, "Interrupted", "unchanged")
	mustFail(t, w.Commit(stopped, run, store.Present{}), diag.EngineFailed, "Interrupted", "unchanged")
	equal(t, "current", published(t, eng, open(t, dir), store.Moment{}), values{"gmv - week W45 [] 10 final f1 1"})

	mustDo(t, w.Commit(context.Background(), run, store.Present{}))
	equal(t, "current", published(t, eng, open(t, dir), store.Moment{}), values{"gmv - week W45 [] 11 final f1 2"})
}

// What the folder is called must not matter to the engine, which takes paths for
// patterns.
func TestPublishInOddFolders(t *testing.T) {
	for _, name := range []string{"it's", "a b", "[ab]*?", "a*", "a?", "[a]b", "销售", "{a,b}", "$HOME ~ %41"} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, name)
			eng := engine(t, parent)
			apply(t, eng, filepath.Join(parent, "ab"), monday, values{"gmv - week W45 [] 10 final f1"}) // fits the patterns
			apply(t, eng, dir, monday, values{"gmv - week W45 [] 10 final f1"})
			apply(t, eng, dir, monday, values{"gmv - week W45 [] 11 final f1"})
			equal(t, "current", published(t, eng, open(t, dir), store.Moment{}), values{"gmv - week W45 [] 11 final f1 2"})
			equal(t, "before", published(t, eng, open(t, dir), store.Moment{Run: 1}), values{"gmv - week W45 [] 10 final f1 1"})
		})
	}
}
