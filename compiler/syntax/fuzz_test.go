package syntax

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics/diag"
)

var seeds = []string{
	"", "\n", "}", "{", "a", "a =", "a = 1", "a {", "a {}", "a \"b\" {\n}", "a \"b\" { c = 1 }", "a \"b\" { c = 1, d = 2 }",
	"a = 'b'", "a = “b”", "a = 2026-01-05", "a = 15%", "a = 28d", "a = b and c", "a = b\n + c", "a = (b // c)", "a = b // c.d",
	"a = \"b", "a = \"${\"${b}\"}\"", "a = <<E\nb ${c}\nE\n", "a = <<E", "a = <<-E\n  %{ if b }c%{ endif }\n  E\n",
	"a = { b = 1 b = 2 }", "a = [for b in c : d if e]", "a = b.*.c[0].d", "a = f(b...)", "a = ::f()", "a = 1e400", "a = 1.2.3",
	"a = b ? c :", "a \"${b}\" {}", "a = /* b", "a = # b", "\ufeffa = 1\r\n", "a = \"\xff\"", "a\x00", "a = b。c", "a「b」{", "a = \\", "a = `b`",
	"kpi \"k\" {\n  value = sum(a.b\n  label = \"c\"\n}\n", "kpi \"k {\n  a = 1\n}\n", "kpi \"k\"\n{\n}", "a = not(b) or !c", "a = $${", "a = \"$${b}\"",
}

// FuzzParse checks that no text makes Parse panic, that places are right, and
// that what HCL accepts is taken as HCL takes it.
func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
		f.Add("kpi \"销\" {\n  value = 1\n" + s + "\n}\n")
	}
	f.Fuzz(func(t *testing.T, src string) {
		files, diags := Parse(fstest.MapFS{"a.hcl": {Data: []byte(src)}})
		file := files.Files[0]
		checkPlaces(t, file.Bytes, diags)
		checkBody(t, file.Body)
		if strings.ContainsRune(src, '\ufeff') || skim([]byte(src)).tooDeep >= 0 {
			return
		}
		_, problems := hclsyntax.ParseConfig([]byte(src), "a.hcl", hcl.InitialPos)
		if problems.HasErrors() && !diags.HasErrors() {
			t.Errorf("HCL refuses what Parse accepts: %v", problems)
		}
	})
}

// FuzzParseExpression does the same for expressions that stand alone.
func FuzzParseExpression(f *testing.F) {
	for _, s := range seeds {
		f.Add(strings.TrimPrefix(s, "a = "))
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, diags := ParseExpression(src, "--where")
		if clean, bad := text("", []byte(src)); bad == nil {
			checkPlaces(t, clean, diags)
		}
		if Broken(e) != diags.HasErrors() {
			t.Errorf("got %T with %v", e, diags)
		}
	})
}

// checkPlaces checks that every place is within the text, its column counted
// from its line's start.
func checkPlaces(t *testing.T, src []byte, diags diag.List) {
	t.Helper()
	for _, d := range diags {
		r := *d.Range
		if r.Start.Byte < 0 || r.End.Byte > len(src) || r.Start.Byte > r.End.Byte {
			t.Fatalf("%s is at %v, the text has %d bytes", d.Code, r, len(src))
		}
		if d.Detail == "" || d.Summary == "" || r.File == "" {
			t.Errorf("%v says too little", d)
		}
		if line := strings.Count(string(src[:r.Start.Byte]), "\n") + 1; line != r.Start.Line {
			t.Errorf("%s is on line %d, said %d", d.Code, line, r.Start.Line)
		}
	}
}

// checkBody checks that a body can be walked.
func checkBody(t *testing.T, b *hclsyntax.Body) {
	t.Helper()
	for name, a := range b.Attributes {
		if a == nil || a.Expr == nil || a.Name != name {
			t.Fatalf("attribute %q is %v", name, a)
		}
	}
	for _, block := range b.Blocks {
		if block.Body == nil || len(block.Labels) != len(block.LabelRanges) {
			t.Fatalf("block %s %q lacks a part", block.Type, block.Labels)
		}
		checkBody(t, block.Body)
	}
}
