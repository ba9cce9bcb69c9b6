package compiler_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/plan"
)

// FuzzCompile feeds any text to all stages: none may panic, each problem has a
// place in the text, and an unbroken project has definitions.
func FuzzCompile(f *testing.F) {
	seeds, err := filepath.Glob("testdata/check/*.hcl")
	if err != nil || len(seeds) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range append(seeds, "../examples/superstore/kpis.hcl", "../examples/superstore/sources.hcl", "../examples/weekly_sales/sources/orders.hcl") {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: text}}, compiler.Options{})
		for _, d := range diags {
			if d.Range != nil && d.Range.File == "a.hcl" && (d.Range.Start.Line < 1 || d.Range.Start.Byte > len(text)+3) {
				t.Errorf("%s points at %+v of %d bytes", d.Code, *d.Range, len(text))
			}
			if d.Summary == "" || d.Detail == "" {
				t.Errorf("%s without words", d.Code)
			}
		}
		if !diags.HasErrors() {
			plan.Definitions(p.Model, p.Text)
		}
	})
}
