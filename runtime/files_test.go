package runtime

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics/diag"
)

// TestLinksOfDefinitions follows links within the project folder, relative or
// absolute, and neither reads nor shows what lies outside.
func TestLinksOfDefinitions(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "project.hcl"), "project \"p\" {\n  timezone = \"UTC\"\n}\n")
	write(filepath.Join(dir, "one.txt"), "source \"one\" { rows = [{ a = 1 }] }\n")
	write(filepath.Join(dir, "two.txt"), "source \"two\" { rows = [{ a = 2 }] }\n")
	write(filepath.Join(outside, "passwd"), "root:secret:line\n")
	for name, target := range map[string]string{
		"one.hcl": "one.txt", "two.hcl": filepath.Join(dir, "two.txt"), "x.hcl": filepath.Join(outside, "passwd"),
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	p, diags := Open(t.Context(), Options{Dir: dir})
	if len(diags) != 1 || diags[0].Code != diag.OutsideProject || diags[0].Range == nil || diags[0].Range.File != "x.hcl" {
		t.Errorf("got %v, want E0508 at x.hcl alone", diags)
	}
	if strings.Contains(string(p.Files.Bytes("x.hcl")), "secret") {
		t.Error("the file outside was read")
	}
	if len(p.Model.Sources) != 2 {
		t.Errorf("%d sources, want those of the links that stay inside", len(p.Model.Sources))
	}
}
