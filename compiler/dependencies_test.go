package compiler_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// goMod is what `go mod edit -json` tells of go.mod.
type goMod struct {
	Require []struct {
		Path     string
		Indirect bool
	}
	Tool []struct{ Path string }
}

func readGoMod(t *testing.T) goMod {
	t.Helper()
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go mod edit: %v", err)
	}
	var mod goMod
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	return mod
}

// moduleOf is the required module that has a package, or "".
func (m goMod) moduleOf(path string) string {
	longest := ""
	for _, r := range m.Require {
		if covers(r.Path+"/...", path) && len(r.Path) > len(longest) {
			longest = r.Path
		}
	}
	return longest
}

// dependencyRow is a row of the table in docs/dependencies.md.
var dependencyRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]*) \\| ([^|]*) \\|$")

// TestDependencies checks that docs/dependencies.md gives a reason and a licence
// for each module that a package, a test or a tool needs, and for no other.
func TestDependencies(t *testing.T) {
	const page = "../docs/dependencies.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, row := range dependencyRow.FindAllStringSubmatch(string(text), -1) {
		listed[row[1]] = true
		if strings.TrimSpace(row[2]) == "" || strings.TrimSpace(row[3]) == "" {
			t.Errorf("%s says no reason or licence for %s", page, row[1])
		}
	}
	used := usedModules(t)
	for path, user := range used {
		if !listed[path] {
			t.Errorf("%s lacks %s, which %s imports", page, path, user)
		}
	}
	for path := range listed {
		if used[path] == "" {
			t.Errorf("%s lists %s, which nothing imports", page, path)
		}
	}
}

// usedModules maps each module that is imported directly to one of its users.
func usedModules(t *testing.T) map[string]string {
	t.Helper()
	mod := readGoMod(t)
	used := map[string]string{}
	for _, p := range goPackages(t) {
		for _, imports := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
			for _, path := range imports {
				if m := mod.moduleOf(path); m != "" {
					used[m] = p.name()
				}
			}
		}
	}
	for _, r := range mod.Require {
		if user := used[r.Path]; user != "" && r.Indirect {
			t.Errorf("go.mod calls %s indirect, but %s imports it: run go mod tidy", r.Path, user)
		}
	}
	for _, tool := range mod.Tool {
		used[mod.moduleOf(tool.Path)] = "a tool directive"
	}
	return used
}
