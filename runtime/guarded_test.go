package runtime_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// TestStoredRejectsAreMasked opens the segments of a store as anybody could who has
// its folder, and looks for the planted values in their rejects and in what they
// say of themselves.
func TestStoredRejectsAreMasked(t *testing.T) {
	const project = "testdata/guarded"
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(project)); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(filepath.Join(project, "planted.txt"))
	if err != nil {
		t.Fatal(err)
	}
	planted := strings.Split(strings.TrimSpace(string(list)), "\n")
	p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir})
	none(t, diags)
	run := apply(t, p)
	rejected := int64(0)
	for _, a := range run.Run.Accounts {
		rejected += a.Rejected
	}
	segments, err := filepath.Glob(filepath.Join(p.StoreDir(), "sources", "*.duckdb"))
	if err != nil || len(segments) < 6 {
		t.Fatalf("%d segments, %v", len(segments), err)
	}
	eng, err := duckdb.Open(t.Context(), duckdb.Options{TempDir: t.TempDir(), AllowedDirs: []string{p.StoreDir()}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	found := int64(0)
	for _, path := range segments {
		if err := eng.Attach(t.Context(), "s", path, true); err != nil {
			t.Fatal(err)
		}
		for _, name := range tablesAside(t, eng) {
			rows, err := eng.Query(t.Context(), `SELECT CAST(to_json(r) AS VARCHAR) FROM s."`+name+`" AS r`)
			if err != nil {
				t.Fatal(err)
			}
			if name == "rejects" && !strings.Contains(filepath.Base(path), "-rows-") {
				found += int64(len(rows.Rows))
			}
			for _, row := range rows.Rows {
				for _, value := range planted {
					if strings.Contains(row[0].(string), value) {
						t.Errorf("%s has %q in %s: %s", filepath.Base(path), value, name, row[0])
					}
				}
			}
		}
		if err := eng.Detach(t.Context(), "s"); err != nil {
			t.Fatal(err)
		}
	}
	if found != rejected || found == 0 {
		t.Errorf("%d rejects in the store, %d in the account", found, rejected)
	}
}

// tablesAside are the tables of an attached segment or pack that tell of rows kept out and
// of the segment. Clean rows stay as they are, for keys and distinct counts, and with them
// what is kept to bring them up to date.
func tablesAside(t *testing.T, eng *duckdb.Engine) []string {
	t.Helper()
	rows, err := eng.Query(t.Context(), `SELECT table_name FROM duckdb_tables() WHERE database_name = 's' AND table_name IN ('rejects', 'meta', 'files', 'places') ORDER BY ALL`)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(rows.Rows))
	for i, row := range rows.Rows {
		names[i] = row[0].(string)
	}
	return names
}
