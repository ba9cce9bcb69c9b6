package compiler_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/metricsascode/metrics"

// packageRules says for each package which packages of this module it may import.
// Every package may import metrics/diag. A name that ends in /... stands for a
// package and all below it.
const packageRules = `
	metrics/diag:
	metrics:
	metrics/standard:
	metrics/inert:

	compiler/syntax:
	compiler/decode:   compiler/syntax metrics
	compiler/resolve:  compiler/decode metrics
	compiler/check:    compiler/resolve compiler/decode compiler/query metrics
	compiler/lineage:  compiler/query metrics
	compiler/plan:     compiler/lineage metrics
	compiler/query:    metrics
	compiler/sqlgen:   compiler/query metrics
	compiler/format:   compiler/syntax metrics
	compiler/scaffold: compiler/format compiler/syntax metrics
	compiler:          compiler/... metrics

	runtime/duckdb:    metrics
	runtime/ingest:    runtime/duckdb runtime/xlsx compiler/query compiler/sqlgen metrics
	runtime/xlsx:
	runtime/store:     runtime/duckdb compiler/plan metrics
	runtime/threshold: runtime/duckdb compiler/query compiler/sqlgen metrics
	runtime/dashboard: metrics metrics/inert
	runtime/fixture:   runtime/duckdb compiler/query compiler/sqlgen metrics
	runtime/oracle:    metrics
	runtime/revision:
	runtime/nobody:
	runtime:           runtime/... compiler/... metrics

	cmd/metrics/internal/view: compiler/plan compiler/lineage metrics metrics/inert
	cmd/metrics/internal/cli:  cmd/metrics/internal/view runtime compiler/... metrics metrics/inert
	cmd/metrics:               cmd/metrics/internal/cli

	examples/...:
`

// moduleRules says for each module that is linked in which packages may import it.
const moduleRules = `
	github.com/hashicorp/hcl/v2:    compiler/syntax compiler/decode compiler/format compiler/scaffold
	github.com/zclconf/go-cty:      compiler/syntax compiler/decode compiler/format compiler/scaffold
	github.com/duckdb/duckdb-go/v2: runtime/duckdb
	github.com/klauspost/compress:  runtime/ingest
	github.com/agext/levenshtein:   metrics/diag
	github.com/spf13/cobra:         cmd/metrics/internal/cli
	github.com/mattn/go-runewidth:  cmd/metrics/internal/view runtime/dashboard
	github.com/xuri/excelize/v2:    runtime/dashboard
	github.com/yuin/goldmark:       runtime/dashboard
	github.com/rogpeppe/go-internal: cmd/metrics/internal/cli
	golang.org/x/text:              metrics/... compiler/... runtime/... cmd/...
	golang.org/x/sys:               runtime/store
	github.com/go-git/go-git/v5:    runtime/revision
`

// rules maps the name before each colon to the names behind it.
func rules(t *testing.T, text string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, allowed, found := strings.Cut(line, ":")
		if _, twice := all[name]; !found || twice {
			t.Fatalf("a rule is NAME: NAME..., once for each name; got %q", line)
		}
		all[name] = strings.Fields(allowed)
	}
	return all
}

// covers tells whether a name of the rules stands for a package.
func covers(name, pkg string) bool {
	below, ok := strings.CutSuffix(name, "/...")
	return name == pkg || ok && (pkg == below || strings.HasPrefix(pkg, below+"/"))
}

func anyCovers(names []string, pkg string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return covers(name, pkg) })
}

// goPackage is what `go list` tells of a package.
type goPackage struct {
	ImportPath   string
	Dir          string
	GoFiles      []string
	CgoFiles     []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// name is the path of the package within the module.
func (p goPackage) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// goPackages lists all packages of the module.
func goPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,GoFiles,CgoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// TestImports checks that no package imports what the rules don't allow it.
func TestImports(t *testing.T) {
	packages, modules := rules(t, packageRules), rules(t, moduleRules)
	for _, p := range goPackages(t) {
		allowed, known := ruleFor(packages, p.name())
		if !known && len(p.GoFiles) > 0 {
			t.Errorf("package %s has no rule: add one that says what it may import", p.name())
			continue
		}
		for _, path := range p.Imports {
			if problem := judgeImport(p.name(), path, allowed, modules); problem != "" {
				t.Errorf("package %s imports %s: %s", p.name(), path, problem)
			}
		}
	}
}

func ruleFor(packages map[string][]string, pkg string) ([]string, bool) {
	for name, allowed := range packages {
		if covers(name, pkg) {
			return allowed, true
		}
	}
	return nil, false
}

// judgeImport returns why pkg may not import a path, or "".
func judgeImport(pkg, path string, allowed []string, modules map[string][]string) string {
	if inside, ok := strings.CutPrefix(path, module+"/"); ok {
		if inside == "metrics/diag" || anyCovers(allowed, inside) {
			return ""
		}
		return "its rule does not allow that"
	}
	if !strings.Contains(strings.Split(path, "/")[0], ".") {
		return "" // the standard library and "C"
	}
	for name, importers := range modules {
		if covers(name+"/...", path) {
			if anyCovers(importers, pkg) {
				return ""
			}
			return "only these may: " + strings.Join(importers, ", ")
		}
	}
	return "no rule says who may import that module"
}

func TestJudgeImport(t *testing.T) {
	packages, modules := rules(t, packageRules), rules(t, moduleRules)
	tests := []struct {
		pkg, path string
		want      bool
	}{
		{"compiler/check", "strings", true},
		{"compiler/check", module + "/metrics/diag", true},
		{"compiler/check", module + "/metrics", true},
		{"compiler/check", "github.com/hashicorp/hcl/v2/hclsyntax", false},
		{"compiler/decode", "github.com/hashicorp/hcl/v2/hclsyntax", true},
		{"compiler", module + "/compiler/check", true},
		{"compiler", module + "/runtime", false},
		{"compiler", module + "/runtime/duckdb", false},
		{"metrics", module + "/compiler/syntax", false},
		{"runtime", "github.com/duckdb/duckdb-go/v2", false},
		{"runtime/duckdb", "github.com/duckdb/duckdb-go/v2", true},
		{"runtime/dashboard", module + "/runtime/duckdb", false},
		{"cmd/metrics", module + "/runtime", false},
		{"cmd/metrics", module + "/cmd/metrics/internal/cli", true},
		{"cmd/metrics/internal/cli", module + "/runtime/store", false},
		{"examples/weekly_sales/generate", module + "/metrics", false},
		{"metrics", "example.com/unheard/of", false},
	}
	for _, test := range tests {
		allowed, known := ruleFor(packages, test.pkg)
		if !known {
			t.Errorf("%s has no rule", test.pkg)
		}
		if problem := judgeImport(test.pkg, test.path, allowed, modules); (problem == "") != test.want {
			t.Errorf("%s imports %s: allowed = %v, want %v (%s)", test.pkg, test.path, problem == "", test.want, problem)
		}
	}
}
