package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// reported commits values of kpi.gmv by a definition, and returns what is then
// published.
func reported(t testing.TB, eng *duckdb.Engine, dir string, at time.Time, fingerprint string, lines ...string) values {
	t.Helper()
	definitions := []metrics.Definition{{Address: "kpi.gmv", Fingerprint: fingerprint, Own: fingerprint, Text: "kpi " + fingerprint},
		{Address: "dimension.channel", Fingerprint: "c", Own: "c"}}
	var fresh values
	for _, line := range lines {
		cuts := strings.Fields(line)[1]
		print := plan.ValueFingerprint(func(a string) string {
			return map[string]string{"kpi.gmv": fingerprint, "dimension.channel": "c"}[a]
		}, "gmv", strings.Trim(cuts, "-"), "week")
		fresh = append(fresh, line+" "+print)
	}
	w := lock(t, dir)
	defer w.Close()
	run, _ := publish(t, eng, w, fresh, scopes{"gmv - week * *", "gmv channel week * *"})
	run.At = at
	mustDo(t, w.Commit(context.Background(), run, store.Present{Project: "test", Definitions: definitions,
		Sources: map[string]store.Source{}}))
	return published(t, eng, open(t, dir), store.Moment{})
}

func verify(t testing.TB, eng *duckdb.Engine, dir string) (metrics.Verified, diag.List) {
	t.Helper()
	return open(t, dir).Verify(context.Background(), eng)
}

// A store of many random runs is sound, whatever was merged or dropped, and keeps each
// report that it says it keeps.
func TestRandomHistory(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 0))
	for range 3 {
		dir := t.TempDir()
		eng := engine(t, dir)
		var reports []values
		for i := range 24 {
			var lines []string
			for week := range 6 {
				if random.IntN(4) > 0 {
					lines = append(lines, fmt.Sprintf("gmv - week W%d [] %d open", week, random.IntN(3)))
				}
				if random.IntN(3) > 0 {
					lines = append(lines, fmt.Sprintf("gmv channel week W%d [\"a\"] %d open", week, random.IntN(3)))
				}
			}
			reports = append(reports, reported(t, eng, dir, monday.AddDate(0, 0, i), fmt.Sprint("f", i/7), lines...))
		}
		report, problems := verify(t, eng, dir)
		mustDo(t, problems)
		if report.Runs != 24 || report.Editions != 5 || report.OldestRun != 1 || report.Current != int64(len(reports[23])) {
			t.Errorf("verified %+v", report)
		}
		for _, keep := range []int{0, 5, 11, 23} { // days that a value may be superseded
			w := lock(t, dir)
			done, problems := w.Compact(context.Background(), eng, monday.AddDate(0, 0, 23-keep))
			mustDo(t, append(problems, w.Close()...))
			if keep == 0 && done.Kept != int64(len(reports[23])) {
				t.Errorf("%d values are kept, want the current %d", done.Kept, len(reports[23]))
			}
			if done.OldestRun != 24 {
				t.Errorf("oldest run %d, want 24", done.OldestRun)
			}
		}
		if _, problems := verify(t, eng, dir); len(problems) > 0 {
			t.Error(problems)
		}
		equal(t, "current", published(t, eng, open(t, dir), store.Moment{}), reports[23])
		_, problems = open(t, dir).Published(store.Moment{Run: 23})
		mustFail(t, problems, diag.UnknownRun, "run 23", "runs 24 to 24")
	}
}

// Compacting keeps every report since a run, to the byte, and drops those before.
func TestCompact(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, dir)
	var reports []values
	for i := range 20 {
		lines := []string{fmt.Sprintf("gmv - week W1 [] %d open", i/2), "gmv - week W2 [] 5 final"}
		if i%3 == 0 {
			lines = append(lines, `gmv channel week W1 ["a"] 1 open`)
		}
		reports = append(reports, reported(t, eng, dir, monday.AddDate(0, 0, i), "f", lines...))
	}
	before, problems := verify(t, eng, dir)
	mustDo(t, problems)
	w := lock(t, dir)
	done, problems := w.Compact(context.Background(), eng, monday.AddDate(0, 0, 11).Add(time.Hour))
	mustDo(t, append(problems, w.Close()...))
	after, problems := verify(t, eng, dir)
	mustDo(t, problems)
	if done.OldestRun != 12 || done.Dropped == 0 || done.Kept != after.Values || done.Dropped+done.Kept != before.Values {
		t.Errorf("compacted %+v: %d values before, %d after", done, before.Values, after.Values)
	}
	s := open(t, dir)
	for i := 11; i < 20; i++ {
		equal(t, fmt.Sprint("run ", i+1), published(t, eng, s, store.Moment{Run: i + 1}), reports[i])
	}
	_, problems = s.Published(store.Moment{ReportedAt: monday.AddDate(0, 0, 3)})
	mustFail(t, problems, diag.UnknownRun, "after run 4 is no longer kept")
	generation := s.Catalog().Generation
	w = lock(t, dir)
	again, problems := w.Compact(context.Background(), eng, monday.AddDate(0, 0, 11).Add(time.Hour))
	mustDo(t, append(problems, w.Close()...))
	if again.Dropped != 0 || again.Kept != done.Kept || open(t, dir).Catalog().Generation != generation {
		t.Errorf("compacted again: %+v", again)
	}
}

// Whatever is edited by hand, so that all hashes are right, is found.
func TestVerifyFindsContradictions(t *testing.T) {
	sound := t.TempDir()
	eng := engine(t, sound)
	reported(t, eng, sound, monday, "f1", "gmv - week W1 [] 1 open", `gmv channel week W1 ["a"] 1 open`)
	reported(t, eng, sound, monday.AddDate(0, 0, 1), "f2", "gmv - week W1 [] 2 open", `gmv channel week W1 ["a"] 2 open`)
	for name, test := range map[string]struct {
		edit func(*store.Catalog)
		rows string // of values/run-2
		want string
	}{
		"a run is lost":           {edit: func(c *store.Catalog) { c.Runs = c.Runs[1:] }, want: "A run is missing"},
		"another last run":        {edit: func(c *store.Catalog) { c.LastRun.ID = 3 }, want: "The last run is another one"},
		"rows are lost":           {edit: func(c *store.Catalog) { c.Values[0].Rows++ }, want: "A file of values holds others"},
		"values are lost":         {edit: func(c *store.Catalog) { c.Values = c.Values[:1] }, want: "Run 2 published other values"},
		"definitions are others":  {edit: func(c *store.Catalog) { c.DefinitionsHash = "x" }, want: "The definitions are others"},
		"an edition is lost":      {edit: func(c *store.Catalog) { c.Editions = c.Editions[:1] }, want: "Values without a definition"},
		"rows don't add up":       {edit: func(c *store.Catalog) { c.Sources = map[string]store.Source{"s": {Account: metrics.Account{Read: 1}}} }, want: "The rows of source.s don't add up"},
		"a value is another":      {rows: `SELECT * REPLACE ('9' AS value)`, want: "The current values are not those of the history"},
		"a value twice":           {rows: `SELECT unnest([1, 2]) AS n, *`, want: "published twice"},
		"of another definition":   {rows: `SELECT * REPLACE ('x' AS fingerprint)`, want: "Values without a definition"},
		"of an unknown run":       {rows: `SELECT * REPLACE (1 AS run)`, want: "A file of values holds others"},
		"gone, and never there":   {rows: `SELECT * REPLACE ('W9' AS period, true AS gone)`, want: "gone that was not there"},
		"a value without a state": {rows: `SELECT * REPLACE (NULL::VARCHAR AS state)`, want: "published twice, or in part"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyStore(t, t.TempDir(), sound)
			c := *open(t, dir).Catalog()
			c.Values = slices.Clone(c.Values)
			if test.edit != nil {
				test.edit(&c)
			}
			if test.rows != "" {
				c.Values[1] = rewritten(t, dir, c.Values[1], test.rows)
			}
			forge(t, dir, &c)
			_, problems := verify(t, engine(t, dir), dir)
			if !slices.ContainsFunc(problems, func(d diag.Diagnostic) bool {
				return d.Code == diag.StoreUnsound && strings.Contains(d.Summary, test.want)
			}) {
				t.Errorf("found %v, want %q", problems, test.want)
			}
		})
	}
	if _, problems := verify(t, eng, sound); len(problems) > 0 {
		t.Error(problems)
	}
}

// rewritten replaces a file of values by what a SELECT makes of it.
func rewritten(t *testing.T, dir string, s store.Segment, rows string) store.Segment {
	t.Helper()
	old, temp := filepath.Join(dir, s.File), filepath.Join(dir, "values", "forged")
	rows = strings.TrimPrefix(rows, "SELECT ")
	columns := "SELECT * EXCLUDE (n) FROM (SELECT 0 AS n, " + rows
	if strings.HasPrefix(rows, "unnest") {
		columns = "SELECT * EXCLUDE (n) FROM (SELECT " + rows
	}
	err := engine(t, dir).Exec(context.Background(), fmt.Sprintf("COPY (%s FROM read_parquet(%s))) TO %s (FORMAT parquet)", columns, duckdb.Literal(old), duckdb.Literal(temp)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(temp)
	if err != nil {
		t.Fatal(err)
	}
	s.File, s.Size = "values/run-2-"+store.HashOf(text)+".parquet", int64(len(text))
	if err := os.Rename(temp, filepath.Join(dir, s.File)); err != nil {
		t.Fatal(err)
	}
	return s
}

// forge makes a catalog the present, with a hash that is right.
func forge(t *testing.T, dir string, c *store.Catalog) {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("catalog/%06d-%s.json", c.Generation, store.HashOf(text))
	pointer := fmt.Sprintf(`{"format":1,"generation":%d,"catalog":%q}`, c.Generation, name)
	for file, text := range map[string][]byte{name: text, "CURRENT": []byte(pointer)} {
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Bytes that a disk lost are found, in whatever file.
func TestVerifyFindsDamage(t *testing.T) {
	dir := t.TempDir()
	eng := engine(t, dir)
	reported(t, eng, dir, monday, "f1", "gmv - week W1 [] 1 open")
	s := open(t, dir)
	for _, segment := range slices.Concat([]store.Segment{s.Catalog().Current, s.Catalog().Definitions}, s.Catalog().Runs, s.Catalog().Values, s.Catalog().Editions) {
		file := filepath.Join(dir, segment.File)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		broken := slices.Clone(text)
		broken[len(text)/2] ^= 1
		if err := os.WriteFile(file, broken, 0o644); err != nil {
			t.Fatal(err)
		}
		_, problems := verify(t, eng, dir)
		mustFail(t, problems, diag.StoreDamaged, "contents it was written with")
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
