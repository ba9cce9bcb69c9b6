package runtime_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/metricsascode/metrics/metrics/diag"
)

// cut leaves the first half of a file.
func cut(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/2); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

// TestStoreHarmedBetween harms the store between plan and apply: apply says so by a
// code and changes nothing, or does its work where what was harmed can be made again;
// with the file back, the next apply ends as if nothing had been.
func TestStoreHarmedBetween(t *testing.T) {
	base := crashFolder(t, 2_000)
	crashKinds["incremental"](t, base, 25)
	none(t, applyFolder(base))
	writeOrders(t, base, 3, 25, 7)
	old := stateOf(t, base)
	whole := copyFolder(t, base)
	none(t, applyFolder(whole))
	full := stateOf(t, whole)

	for name, c := range map[string]struct {
		file string
		harm func(t *testing.T, path string)
		want diag.Code // "": apply does its work
	}{
		"store deleted":        {".metrics", remove, diag.StalePlan},
		"pointer truncated":    {".metrics/CURRENT", cut, diag.StoreDamaged},
		"pointer deleted":      {".metrics/CURRENT", remove, diag.StoreDamaged},
		"catalog truncated":    {".metrics/catalog/*.json", cut, diag.StoreDamaged},
		"catalog deleted":      {".metrics/catalog/*.json", remove, diag.StoreDamaged},
		"runs truncated":       {".metrics/catalog/runs-*.jsonl", cut, diag.StoreDamaged},
		"definitions deleted":  {".metrics/catalog/definitions-*.jsonl", remove, diag.StoreDamaged},
		"values truncated":     {".metrics/values/current-*.parquet", cut, diag.StoreDamaged},
		"values deleted":       {".metrics/values/current-*.parquet", remove, diag.StoreDamaged},
		"clean rows truncated": {".metrics/sources/*.duckdb", cut, ""},
		"clean rows deleted":   {".metrics/sources", remove, ""},
		"data deleted":         {"orders_9.csv", remove, diag.StalePlan},
		"data truncated":       {"orders_9.csv", cut, diag.StalePlan},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			dir := copyFolder(t, base)
			p := reopened(t, dir)
			made, diags := p.Plan(ctx)
			none(t, diags)
			before := copyFolder(t, dir)
			files, err := filepath.Glob(filepath.Join(dir, c.file))
			if err != nil || len(files) == 0 {
				t.Fatal("no such file ", c.file)
			}
			for _, f := range files {
				c.harm(t, f)
			}
			_, diags = reopened(t, dir).Apply(ctx, made, "")
			checkHarmed(t, diags, c.want)
			if c.want != "" {
				remove(t, dir)
				if err := os.CopyFS(dir, os.DirFS(before)); err != nil {
					t.Fatal(err)
				}
				if got := stateOf(t, dir); got != old {
					t.Errorf("with the files back: %s, want %s", got, old)
				}
				none(t, applyFolder(dir))
			}
			if got := stateOf(t, dir); got != full {
				t.Errorf("after all: %s, want %s", got, full)
			}
		})
	}
}

func checkHarmed(t *testing.T, diags diag.List, want diag.Code) {
	t.Helper()
	if want == "" {
		none(t, diags)
		return
	}
	if !diags.HasErrors() || diags[0].Code != want || diags[0].Detail == "" {
		t.Errorf("problems %v, want %s", diags, want)
	}
}
