package view

import (
	"os"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler"
)

// compile returns the project in a folder of testdata, which must be without fault.
func compile(t *testing.T, dir string) *compiler.Project {
	t.Helper()
	p, diags := compiler.Compile(os.DirFS(dir), compiler.Options{})
	if len(diags) > 0 {
		var b strings.Builder
		if err := Diagnostics(&b, "text", diags, DiagnosticOptions{Source: p.Files.Bytes}); err != nil {
			t.Fatal(err)
		}
		t.Fatal(b.String())
	}
	return p
}

// TestMeaning compares each KPI's meaning with its description.
func TestMeaning(t *testing.T) {
	m := compile(t, "testdata/words").Model
	for _, k := range m.KPIs {
		if got := Meaning(m, k); got != k.Description {
			t.Errorf("kpi.%s:\n got %s\nwant %s", k.Name, got, k.Description)
		}
	}
}
