package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// segmentFile puts a file where ingest writes cleaned rows.
func segmentFile(t testing.TB, dir, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "sources"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sources", name), []byte("rows of "+name), 0o644); err != nil {
		t.Fatal(err)
	}
}

const ordersSegment = "orders-0123456789ab.duckdb"

// present is a present with something of everything in it.
func present() store.Present {
	return store.Present{
		Project: "shop",
		Definitions: []metrics.Definition{
			{Address: "source.orders", Fingerprint: "f2", Own: "o2", Text: "source \"orders\" {\n  text = \"<&>\"\n}\n"},
			{Address: "kpi.gmv", Fingerprint: "f1", Own: "o1", Text: "kpi \"gmv\" {}\n", Settings: map[string]string{"by": "[channel]"}},
		},
		Sources: map[string]store.Source{"orders": {
			Segment: ordersSegment,
			Hash:    "0123456789ab",
			Account: metrics.Account{Source: "orders", Read: 3, Clean: 2, Rejected: 1},
			Checks:  []metrics.CheckResult{{Source: "orders", Column: "age", Check: "range", OnFail: metrics.Warn, Failed: 1}},
			Statistics: metrics.Statistics{Rows: 2, Columns: map[string]metrics.ColumnStatistics{
				"day": {Distinct: 2, FirstDay: "2026-11-09", LastDay: "2026-11-15"}}},
		}},
		Inputs: json.RawMessage(`{"data/orders.csv":{"size":12}}`),
		Bases:  json.RawMessage(`[1,2]`),
	}
}

func TestCommitRoundTrip(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if s.Exists() || s.Version() != "none" || s.Catalog().Generation != 0 {
		t.Errorf("an empty folder is a store: %+v", s)
	}
	segmentFile(t, dir, ordersSegment)
	w := lock(t, dir)
	next := present()
	run := &metrics.Run{At: monday, AsOf: monday.AddDate(0, 0, -1), User: "ana"}
	mustDo(t, w.Commit(context.Background(), run, next))

	s = open(t, dir)
	c := s.Catalog()
	if !s.Exists() || c.Generation != 1 || c.Project != "shop" || s.Version() != w.Store().Version() {
		t.Errorf("the store came back as %+v", c)
	}
	if c.LastRun != (store.RunStamp{ID: 1, At: monday, AsOf: monday.AddDate(0, 0, -1)}) {
		t.Errorf("last run %+v", c.LastRun)
	}
	want := next.Sources["orders"]
	want.Size = int64(len("rows of " + ordersSegment))
	if got := c.Sources["orders"]; !reflect.DeepEqual(got, want) {
		t.Errorf("source came back as %+v, want %+v", got, want)
	}
	if string(c.Inputs) != string(next.Inputs) || string(c.Bases) != string(next.Bases) {
		t.Errorf("inputs %s, bases %s", c.Inputs, c.Bases)
	}
	definitions, problems := s.Definitions()
	mustDo(t, problems)
	if !reflect.DeepEqual(definitions, []metrics.Definition{next.Definitions[1], next.Definitions[0]}) {
		t.Errorf("definitions came back as %+v", definitions)
	}
	if next.Definitions[0].Address != "source.orders" {
		t.Error("the caller's definitions were put in order")
	}
}

func TestSameDefinitions(t *testing.T) {
	dir := t.TempDir()
	segmentFile(t, dir, ordersSegment)
	w := lock(t, dir)
	same := func(definitions []metrics.Definition) bool { return w.Store().SameDefinitions(definitions) }
	definitions := present().Definitions
	if same(definitions) {
		t.Error("definitions are the same as those of no store")
	}
	mustDo(t, w.Commit(context.Background(), &metrics.Run{}, present()))
	if !same(definitions) {
		t.Error("definitions differ from themselves")
	}
	slices.Reverse(definitions)
	if !same(definitions) {
		t.Error("the order matters")
	}
	definitions[0].Text += "# more\n"
	if same(definitions) {
		t.Error("an edited text is the same")
	}
	definitions[0].Text = ""
	definitions[0].Own += "x"
	if same(definitions) {
		t.Error("another meaning is the same")
	}
	definitions = present().Definitions
	definitions[1].Settings = map[string]string{"by": "[region]"}
	if same(definitions) {
		t.Error("another setting is the same")
	}
	first := w.Store().Catalog().Definitions
	mustDo(t, w.Commit(context.Background(), &metrics.Run{}, present()))
	if second := w.Store().Catalog().Definitions; second != first {
		t.Errorf("unchanged definitions were written again: %+v, then %+v", first, second)
	}
}

// The same runs make the same files, whatever the folder.
func TestDeterministic(t *testing.T) {
	names := make([][]string, 2)
	for i := range names {
		dir := t.TempDir()
		eng := engine(t, dir)
		segmentFile(t, dir, ordersSegment)
		for j := range 3 {
			w := lock(t, dir)
			run, _ := publish(t, eng, w, values{fmt.Sprintf("gmv - week W45 [] %d open f1", j), "orders - week W45 [] 7 open f1"}, everything)
			run.At = monday
			mustDo(t, w.Commit(context.Background(), run, present()))
			mustDo(t, w.Close())
		}
		names[i] = listing(t, dir)
	}
	equal(t, "files", names[1], names[0])
}

func TestCommitWithoutItsSegment(t *testing.T) {
	dir := t.TempDir()
	w := lock(t, dir)
	problems := w.Commit(context.Background(), &metrics.Run{}, present())
	mustFail(t, problems, diag.StoreDamaged, "source.orders", ordersSegment, "Run the command again")
	if problems[0].Address != "source.orders" || open(t, dir).Exists() {
		t.Errorf("%+v", problems)
	}
}

// committed makes a store of three generations and returns its folder.
func committed(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	eng := engine(t, dir)
	segmentFile(t, dir, ordersSegment)
	w := lock(t, dir)
	for i := range 3 {
		run, _ := publish(t, eng, w, values{fmt.Sprintf("gmv - week W45 [] %d open f1", i)}, everything)
		mustDo(t, w.Commit(context.Background(), run, present()))
	}
	mustDo(t, w.Close())
	return dir
}

// TestOpenWithoutCleanRows: clean rows are made again, so a store opens without.
func TestOpenWithoutCleanRows(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(committed(t))); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "sources")); err != nil {
		t.Fatal(err)
	}
	if _, problems := store.Open(dir); len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
}

// Whatever happens to the files, opening says what and how to mend it, and
// changes nothing; nor does a writer start on such a store.
func TestOpenDamaged(t *testing.T) {
	const restore = "Restore the folder from a backup."
	backTo2 := `generation 2 is still whole: write the line {"format":1,"generation":2,"catalog":"catalog/000002-`
	change := func(pattern string, edit func(string) string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			for _, name := range only(t, dir, pattern) {
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, []byte(edit(string(text))), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	truncate := func(s string) string { return s[:len(s)/2] }
	empty := func(string) string { return "" }
	remove := func(pattern string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			for _, name := range only(t, dir, pattern) {
				if err := os.Remove(name); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	tests := []struct {
		name   string
		damage func(t *testing.T, dir string)
		code   diag.Code
		want   []string
	}{
		{"pointer empty", change("CURRENT", empty), diag.StoreDamaged, []string{"CURRENT is not the JSON", restore, "generation 3 is still whole"}},
		{"pointer truncated", change("CURRENT", truncate), diag.StoreDamaged, []string{"CURRENT", restore, "generation 3 is still whole"}},
		{"pointer of something else", change("CURRENT", func(string) string { return "{}" }), diag.StoreDamaged, []string{"names no catalog"}},
		{"pointer elsewhere", change("CURRENT", func(s string) string { return strings.ReplaceAll(s, "catalog/", "../catalog/") }),
			diag.StoreDamaged, []string{"names no catalog"}},
		{"pointer removed", remove("CURRENT"), diag.StoreDamaged, []string{"CURRENT is missing", "generation 3 is still whole"}},
		{"pointer is a folder", func(t *testing.T, dir string) {
			remove("CURRENT")(t, dir)
			if err := os.Mkdir(filepath.Join(dir, "CURRENT"), 0o755); err != nil {
				t.Fatal(err)
			}
		}, diag.StoreDamaged, []string{"CURRENT: is a directory"}},
		{"catalog truncated", change("catalog/000003-*", truncate), diag.StoreDamaged, []string{"catalog/000003-", "contents", restore, backTo2}},
		{"catalog edited", change("catalog/000003-*", func(s string) string { return strings.Replace(s, "shop", "shoq", 1) }),
			diag.StoreDamaged, []string{"catalog/000003-", "contents"}},
		{"catalog removed", remove("catalog/000003-*"), diag.StoreDamaged, []string{"000003-", "no such file", backTo2}},
		{"current values removed", remove("values/current-3-*"), diag.StoreDamaged, []string{"current-3-", "no such file", backTo2}},
		{"current values truncated", change("values/current-3-*", truncate), diag.StoreDamaged, []string{"values/current-3-", "bytes, not the"}},
		{"values of a run truncated", change("values/run-3-*", truncate), diag.StoreDamaged, []string{"values/run-3-", "bytes, not the"}},
		{"runs removed", remove("catalog/runs-3-*"), diag.StoreDamaged, []string{"runs-3-"}},
		{"all values removed", remove("values/*"), diag.StoreDamaged, []string{"move the folder away and run apply", "is lost"}},
		{"newer format", change("CURRENT", func(s string) string { return strings.Replace(s, `"format":1`, `"format":2`, 1) }),
			diag.StoreNewer, []string{"format is 2", "newer"}},
		{"newer format of another shape", change("CURRENT", func(string) string { return `{"format":7,"catalog":[]}` }),
			diag.StoreNewer, []string{"format is 7"}},
	}
	whole := committed(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			test.damage(t, dir)
			before := listing(t, dir)
			s, problems := store.Open(dir)
			mustFail(t, problems, test.code, test.want...)
			_, problems = s.Lock(context.Background(), 0, "apply")
			mustFail(t, problems, test.code, test.want...)
			equal(t, "files", listing(t, dir), before)
		})
	}
}

// What a file that is read late says when it is damaged.
func TestReadDamaged(t *testing.T) {
	for _, pattern := range []string{"catalog/definitions-*", "catalog/runs-2-*"} {
		t.Run(pattern, func(t *testing.T) {
			dir := committed(t)
			name := only(t, dir, pattern)[0]
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text[len(text)/2] ^= 1 // the size stays
			if err := os.WriteFile(name, text, 0o644); err != nil {
				t.Fatal(err)
			}
			s := open(t, dir)
			_, problems := s.Definitions()
			if strings.Contains(pattern, "runs") {
				_, problems = s.Runs()
			}
			mustFail(t, problems, diag.StoreDamaged, filepath.Base(name), "contents")
		})
	}
}

// The mend for a damaged store must work.
func TestWayBack(t *testing.T) {
	dir := committed(t)
	for _, name := range only(t, dir, "values/current-3-*") {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	_, problems := store.Open(dir)
	_, line, _ := strings.Cut(problems[0].Detail, "write the line ")
	line, _, _ = strings.Cut(line, " into ")
	if err := os.WriteFile(filepath.Join(dir, "CURRENT"), []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	eng := engine(t, dir)
	equal(t, "current", published(t, eng, open(t, dir), store.Moment{}), values{"gmv - week W45 [] 1 open f1 2"})
	apply(t, eng, dir, monday, values{"gmv - week W45 [] 9 open f1"})
	equal(t, "current", published(t, eng, open(t, dir), store.Moment{}), values{"gmv - week W45 [] 9 open f1 3"})
}

// TestPointerLostAfterFirst removes the pointer of a store that was committed once: it is
// damage, and the way back is told.
func TestPointerLostAfterFirst(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, dir)
	apply(t, eng, dir, monday, values{"gmv - week W45 [] 9 open f1"})
	if err := os.Remove(filepath.Join(dir, "CURRENT")); err != nil {
		t.Fatal(err)
	}
	_, problems := store.Open(dir)
	mustFail(t, problems, diag.StoreDamaged, "CURRENT is missing", "generation 1 is still whole")
}

func TestOpenJunk(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"README", "catalog/notes.txt", "catalog/000009-x.json", "values/run-1.parquet", "sources/tmp-1-x", "tmp-1-CURRENT", "lock"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{junk"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if open(t, dir).Exists() {
		t.Error("a folder of junk is a store")
	}
	eng := engine(t, dir)
	apply(t, eng, dir, monday, values{"gmv - week W45 [] 9 open f1"})
	equal(t, "current", published(t, eng, open(t, dir), store.Moment{}), values{"gmv - week W45 [] 9 open f1 1"})
}

func TestOpenAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), ".metrics")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s, problems := store.Open(name)
	mustFail(t, problems, diag.StoreDamaged, ".metrics is a file, not a folder")
	_, problems = s.Lock(context.Background(), 0, "apply")
	mustFail(t, problems, diag.StoreUnwritable, ".metrics", "not a directory")
}

// only returns the files of a store that match, at least one.
func only(t testing.TB, dir, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no file %s: %v", pattern, err)
	}
	return names
}
