package runtime_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/nobody"
)

const brokenProject = `project "broken" {
  as_of  = "2026-02-01"
  grains = [month]
}
source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [id]
  time = day
  columns {
    id     = string
    day    = date
    amount = { type = integer, range = [0, 100], on_fail = stop }
  }
}
kpi "sales" { value = sum(orders.amount) }
`

// storeOf is every file of a store with the hash of what it holds.
func storeOf(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		out = append(out, fmt.Sprintf("%s %x", path, sha256.Sum256(text)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestBrokenFilesLeaveTheStore replaces the file of a source that was applied by one
// that is broken: plan says what is wrong with it, and the store stays as it is, byte
// by byte; with the old file in place there is nothing to do.
func TestBrokenFilesLeaveTheStore(t *testing.T) {
	if !nobody.Runs(t) {
		return
	}
	const header, good = "id,day,amount\n", "id,day,amount\n1,2026-01-05,10\n"
	dir := write(t, map[string]string{"p.hcl": brokenProject, "orders.csv": good})
	file := filepath.Join(dir, "orders.csv")
	open := func() *runtime.Project {
		p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir})
		none(t, diags)
		return p
	}
	p := open()
	applied(t, p)
	before := storeOf(t, p.StoreDir())
	write := func(text string) func() error {
		return func() error { return os.WriteFile(file, []byte(text), 0o600) }
	}
	tests := []struct {
		name  string
		place func() error
		code  diag.Code
	}{
		{"empty", write(""), diag.FileEmpty},
		{"folder", func() error { return os.Mkdir(file, 0o700) }, diag.UnreadableFile},
		{"dangling link", func() error { return os.Symlink("nothing.csv", file) }, diag.FileMissing},
		{"gone", func() error { return nil }, diag.FileMissing},
		{"no access", func() error { return os.WriteFile(file, []byte(good), 0) }, diag.UnreadableFile},
		{"one line of 10 MB", write(strings.Repeat("x", 10<<20)), diag.UnreadableFile},
		{"NUL bytes", write(strings.Repeat("\x00", 4096)), diag.WrongColumns},
		{"wrong encoding", write(header + strings.Repeat("1,\xb1\xb1\xbe\xa9,1\n", 5)), diag.WrongEncoding},
		{"5,000 other columns", write(strings.Repeat("x,", 4999) + "x\n"), diag.WrongColumns},
		{"a value that stops", write(good + "2,2026-01-06,101\n"), diag.CheckFailed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := os.RemoveAll(file); err != nil {
				t.Fatal(err)
			}
			if err := test.place(); err != nil {
				t.Fatal(err)
			}
			p := open()
			plan, diags := p.Plan(t.Context())
			if !diags.HasErrors() {
				_, diags = p.Apply(context.Background(), plan, "")
			}
			if !slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Code == test.code }) || len(diags) != 1 {
				t.Errorf("want %s, got %.1000s", test.code, fmt.Sprint(diags))
			}
			after := slices.DeleteFunc(storeOf(t, p.StoreDir()), func(f string) bool {
				return strings.HasPrefix(f, "sources/") && !slices.Contains(before, f)
			})
			if !slices.Equal(before, after) {
				t.Errorf("the store is\n%s\nand was\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
			}
		})
	}
	if err := os.RemoveAll(file); err != nil {
		t.Fatal(err)
	}
	if err := write(good)(); err != nil {
		t.Fatal(err)
	}
	if plan, diags := open().Plan(t.Context()); diags.HasErrors() || len(plan.Periods) > 0 {
		t.Errorf("with the old file again: %v", diags)
	}
}
