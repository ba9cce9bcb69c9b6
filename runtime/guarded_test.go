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
	if err != nil || len(segments) != 6 {
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
		rows, err := eng.Query(t.Context(), "SELECT CAST(to_json(r) AS VARCHAR), true FROM s.rejects AS r UNION ALL SELECT json, false FROM s.meta UNION ALL SELECT path, false FROM s.files")
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows.Rows {
			if row[1] == true {
				found++
			}
			for _, value := range planted {
				if strings.Contains(row[0].(string), value) {
					t.Errorf("%s has %q in %s", filepath.Base(path), value, row[0])
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
