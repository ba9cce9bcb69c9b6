package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// engine opens a locked-down engine that may use the folder of a store.
func engine(t testing.TB, dir string) *duckdb.Engine {
	t.Helper()
	eng, err := lockedEngine(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { eng.Close() })
	return eng
}

func lockedEngine(dir string) (*duckdb.Engine, error) {
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{AllowedDirs: []string{dir}})
	if err != nil {
		return nil, err
	}
	return eng, eng.Lock(ctx)
}

// values are published values as tests write them, one a line:
// "kpi cuts grain period members value state fingerprint", "-" for an empty
// text, "null" for no value. The start is the period with "@" before it.
type values []string

const valueNames = "kpi, cuts, grain, period, start, members, value, state, fingerprint"

// relation is the values as a SELECT.
func (v values) relation() string {
	rows := make([]string, len(v))
	for i, line := range v {
		f := strings.Fields(line)
		f = slices.Insert(f, 4, "@"+f[3])
		for j := range f {
			switch f[j] {
			case "-":
				f[j] = "''"
			case "null":
				f[j] = "NULL"
			default:
				f[j] = duckdb.Literal(f[j])
			}
		}
		rows[i] = "(" + strings.Join(f, ", ") + ")"
	}
	return table(rows, valueNames, 9)
}

// scopes are what a run computed, one a line: "kpi cuts grain from to", "-" for
// an empty text, "*" for no bound.
type scopes []string

func (s scopes) relation() string {
	rows := make([]string, len(s))
	for i, line := range s {
		f := strings.Fields(line)
		for j := range f {
			f[j] = duckdb.Literal(f[j])
		}
		rows[i] = strings.NewReplacer("'-'", "''", "'*'", "NULL").Replace("(" + strings.Join(f, ", ") + ")")
	}
	return table(rows, "kpi, cuts, grain, from_start, to_start", 5)
}

func table(rows []string, names string, columns int) string {
	if len(rows) == 0 {
		nulls := strings.TrimSuffix(strings.Repeat("NULL, ", columns), ", ")
		return fmt.Sprintf("SELECT * FROM (VALUES (%s)) t(%s) WHERE false", nulls, names)
	}
	return fmt.Sprintf("SELECT * FROM (VALUES %s) t(%s)", strings.Join(rows, ", "), names)
}

// everything is a scope over all that the tests' KPIs can be.
var everything = scopes{"gmv - week * *", "gmv channel week * *", "orders - week * *"}

// lock makes the test the writer of the store in dir.
func lock(t testing.TB, dir string) *store.Writer {
	t.Helper()
	s, problems := store.Open(dir)
	mustDo(t, problems)
	w, problems := s.Lock(context.Background(), 0, "apply")
	mustDo(t, problems)
	t.Cleanup(func() { w.Close() })
	return w
}

// publish has a run publish values; it doesn't commit.
func publish(t testing.TB, eng *duckdb.Engine, w *store.Writer, fresh values, in scopes) (*metrics.Run, store.Counts) {
	t.Helper()
	ctx := context.Background()
	for name, relation := range map[string]string{"fresh": fresh.relation(), "scope": in.relation()} {
		if err := eng.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP VIEW %s AS %s", name, relation)); err != nil {
			t.Fatal(err)
		}
	}
	run := &metrics.Run{}
	counts, problems := w.Publish(ctx, eng, run, "fresh", "scope")
	mustDo(t, problems)
	return run, counts
}

// apply publishes and commits values over everything.
func apply(t testing.TB, eng *duckdb.Engine, dir string, at time.Time, fresh values) store.Counts {
	t.Helper()
	w := lock(t, dir)
	defer w.Close()
	run, counts := publish(t, eng, w, fresh, everything)
	run.At = at
	mustDo(t, w.Commit(context.Background(), run, store.Present{Project: "test"}))
	return counts
}

// published reads the values of a moment, sorted, as tests write them, with the
// run that published each at the end.
func published(t testing.TB, eng *duckdb.Engine, s *store.Store, m store.Moment) values {
	t.Helper()
	relation, problems := s.Published(m)
	mustDo(t, problems)
	result, err := eng.Query(context.Background(), "SELECT kpi, cuts, grain, period, members, value, state, fingerprint, run FROM ("+
		relation+") ORDER BY ALL")
	if err != nil {
		t.Fatal(err)
	}
	var all values
	for _, row := range result.Rows {
		fields := make([]string, len(row))
		for i, v := range row {
			switch v {
			case nil:
				fields[i] = "null"
			case "":
				fields[i] = "-"
			default:
				fields[i] = fmt.Sprint(v)
			}
		}
		all = append(all, strings.Join(fields, " "))
	}
	return all
}

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, problems := store.Open(dir)
	mustDo(t, problems)
	return s
}

func mustDo(t testing.TB, problems diag.List) {
	t.Helper()
	for _, d := range problems {
		t.Fatalf("%s %s: %s", d.Code, d.Summary, d.Detail)
	}
}

// mustFail checks that there is exactly one problem, of that code, whose words
// hold all of want.
func mustFail(t testing.TB, problems diag.List, code diag.Code, want ...string) {
	t.Helper()
	if len(problems) != 1 || problems[0].Code != code {
		t.Fatalf("problems: %+v, want one %s", problems, code)
	}
	text := problems[0].Summary + "\n" + problems[0].Detail
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%s says\n%s\nwithout %q", code, text, w)
		}
	}
}

// listing is all files of a folder with their sizes, to see whether it changed.
func listing(t testing.TB, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		all = append(all, fmt.Sprint(path[len(dir):], " ", info.Size()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func equal(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
