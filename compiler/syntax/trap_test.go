package syntax

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/metricsascode/metrics/metrics/diag"
)

// parseOne parses the text of one file.
func parseOne(t testing.TB, src string) (*File, diag.List) {
	t.Helper()
	files, diags := Parse(fstest.MapFS{"a.hcl": {Data: []byte(src)}})
	if len(files.Files) != 1 {
		t.Fatalf("parsed %d files, want 1", len(files.Files))
	}
	return files.Files[0], diags
}

// at writes a diagnostic's place as line:column-line:column.
func at(d diag.Diagnostic) string {
	return fmt.Sprintf("%d:%d-%d:%d", d.Range.Start.Line, d.Range.Start.Column, d.Range.End.Line, d.Range.End.Column)
}

// TestTrap has each mistake alone: one diagnostic, at the very characters, that
// ends with the mend.
func TestTrap(t *testing.T) {
	for _, test := range []struct {
		name, expr string // the expression stands at 2:11
		code       diag.Code
		at         string
		mend       string
	}{
		{"and", `a.x == 1 and a.y`, diag.NotHCL, "2:20-2:23", "Write &&."},
		{"upper-case OR", `a.x == 1 OR a.y`, diag.NotHCL, "2:20-2:22", "Write ||."},
		{"not", `not a.x`, diag.NotHCL, "2:11-2:14", "Write ! before what is negated."},
		{"not before a bracket", `not (a.x)`, diag.NotHCL, "2:11-2:14", "Write the operator !."},
		{"and as a function", `AND(a.x, a.y)`, diag.NotHCL, "2:11-2:14", "Write the operator &&."},
		{"is null", `a.x is null`, diag.NotHCL, "2:15-2:17", "Write ==."},
		{"is not null", `a.x IS NOT NULL`, diag.NotHCL, "2:15-2:21", "Write !=."},
		{"in", `a.x in ["b", "c"]`, diag.NotHCL, "2:15-2:17", "Write in(a.x, [...])."},
		{"not in", `lower(a.x) not in ["b"]`, diag.NotHCL, "2:22-2:28", "Write !in(lower(a.x), [...])."},
		{"like", `a.x like "b%"`, diag.NotHCL, "2:15-2:19", `Write like(a.x, "...").`},
		{"between", `a.x between 1 and 2`, diag.NotHCL, "2:15-2:22", "Write between(a.x, low, high)."},
		{"unequal", `a.x <> 1`, diag.NotHCL, "2:15-2:17", "Write !=."},
		{"strictly equal", `a.x === 1`, diag.NotHCL, "2:15-2:18", "Write ==."},
		{"at least", `a.x => 1`, diag.NotHCL, "2:15-2:17", "Write >=."},
		{"single &", `a.x & a.y`, diag.NotHCL, "2:15-2:16", "Write &&."},
		{"power", `a.x ** 2`, diag.NotHCL, "2:15-2:17", "Write power(x, n)."},
		{"one =", `a.x = 1`, diag.NotHCL, "2:15-2:16", "Write ==."},
		{"one = in a call", `sum(a.x, a.y = 1)`, diag.NotHCL, "2:24-2:25", "Write ==."},
		{"one = in parentheses", `(a.x = 1)`, diag.NotHCL, "2:16-2:17", "Write ==."},
		{"one = in braces", `{ b = a.x = 1 }`, diag.NotHCL, "2:21-2:22", "Write ==."},
		{"single quotes", `a.x == 'paid'`, diag.NotHCL, "2:18-2:24", `Write "paid".`},
		{"single quotes around a bracket", `f('#(', 1)`, diag.NotHCL, "2:13-2:17", `Write "#(".`},
		{"single quotes after Chinese", `渠道.名称 == '抖音'`, diag.NotHCL, "2:20-2:24", `Write "抖音".`},
		{"percent", `15%`, diag.NotHCL, "2:11-2:14", "Write 0.15."},
		{"percent of an exponent", `1e2%`, diag.NotHCL, "2:11-2:15", "Write the share as a fraction of 1."},
		{"percent of a fraction", `f(12.5%, 1)`, diag.NotHCL, "2:13-2:18", "Write 0.125."},
		{"percent minus", `15% - a.x`, diag.NotHCL, "2:11-2:14", "Write 0.15."},
		{"percent compared", `a.x > 5% && a.y`, diag.NotHCL, "2:17-2:19", "Write 0.05."},
		{"days", `28d`, diag.NotHCL, "2:11-2:14", `Write "28d".`},
		{"hours in a call", `rolling(kpi.x, 48h)`, diag.NotHCL, "2:26-2:29", "Write 48, hour."},
		{"digit before a name", `sum(a.x) + 3rd`, diag.NotHCL, "2:22-2:25", `write "3rd" if it is text.`},

		{"date", `2026-01-05`, diag.BareDate, "2:11-2:21", `Write "2026-01-05".`},
		{"date laid out", `a.t > 2026 - 1 - 5`, diag.BareDate, "2:17-2:29", `Write "2026-01-05".`},
		{"date after a minus", `a.t - 2026-01-05`, diag.BareDate, "2:17-2:27", `Write "2026-01-05".`},
		{"date with slashes", `f(2026/1/5)`, diag.BareDate, "2:13-2:21", `Write "2026-01-05".`},
		{"date with a time", `2026-01-05T10:30:00Z`, diag.BareDate, "2:11-2:31", `Write "2026-01-05T10:30:00Z".`},
		{"month", `2026-10`, diag.BareDate, "2:11-2:18", `Write "2026-10".`},
		{"week", `2026-W02`, diag.BareDate, "2:11-2:19", `Write "2026-W02".`},
		{"quarter", `2026-Q1`, diag.BareDate, "2:11-2:18", `Write "2026-Q1".`},

		{"full-width quotes", `a.x == “paid”`, diag.FullWidth, "2:18-2:24", `Write "paid" for “paid”.`},
		{"full-width single quotes", `a.x == ‘已付’`, diag.FullWidth, "2:18-2:22", `Write "已付" for ‘已付’.`},
		{"full-width call", `sum（a.x，a.y）`, diag.FullWidth, "2:14-2:15", "Write ( for （, , for ，, ) for ）."},
		{"full-width comma after Chinese", `in(渠道, ["抖音"， "天猫"])`, diag.FullWidth, "2:23-2:24", "Write , for ，."},
		{"full-width =", `a.x ＝＝ 1`, diag.FullWidth, "2:15-2:16", "Write = for ＝."},
		{"full-width space", "a.x　+ 1", diag.FullWidth, "2:14-2:15", "Write a plain space for the space U+3000."},
		{"ideographic comma", `["a"、"b"]`, diag.FullWidth, "2:15-2:16", "Write , for 、."},
		{"multiplication sign", `a.x × 2`, diag.FullWidth, "2:15-2:16", "Write * for ×."},

		{"two attributes", `1 where = a.x`, diag.TwoOnALine, "2:13-2:18", "Write where on a line of its own."},
		{"two attributes after Chinese", `"销售额" where = a.x`, diag.TwoOnALine, "2:17-2:22", "Write where on a line of its own."},
		{"two attributes with a comma", `1, where = a.x`, diag.TwoOnALine, "2:14-2:19", "Write where on a line of its own."},
		{"two attributes with a semicolon", `1; where = a.x`, diag.TwoOnALine, "2:12-2:13", "write each attribute on a line of its own."},
		{"two entries", `{ type = string unit = "CNY" }`, diag.TwoOnALine, "2:27-2:31", "Write a comma before unit."},

		{"operator at the end", "a.x +\n    a.y", diag.BrokenLine, "2:15-2:16", "Put the whole expression in parentheses."},
		{"operator at the start", "a.x\n    && a.y", diag.BrokenLine, "3:5-3:7", "Put the whole expression in parentheses."},
		{"operator after a comment", "a.x # net\n    / a.y", diag.BrokenLine, "3:5-3:6", "Put the whole expression in parentheses."},
		{"nothing after =", "\n    a.x", diag.BrokenLine, "2:9-2:10", "open a parenthesis after the =."},
		{"broken within braces", "{ a = 1 +\n  2 }", diag.BrokenLine, "2:19-2:20", "Put the whole expression in parentheses."},

		{"key twice", `{ a = 1, "a" = 2 }`, diag.DuplicateKey, "2:20-2:23", "the one on line 2."},
		{"Chinese key twice", `map(x, { 抖音 = 1, 抖音 = 2 })`, diag.DuplicateKey, "2:28-2:30", "the one on line 2."},
		{"attribute twice", "1\n  value = 2", diag.DuplicateKey, "3:3-3:8", "the one on line 2."},

		{"comment hides a bracket", `(kpi.a // kpi.b)`, diag.SlashComment, "2:18-2:20", "for a comment write #."},
		{"open bracket", `sum(a.x`, diag.Syntax, "2:14-2:15", "Write the ) that closes it."},
		{"stray bracket", `sum(a.x))`, diag.Syntax, "2:19-2:20", "or write the one it closes."},
		{"crossed brackets", `sum([a.x)]`, diag.Syntax, "2:19-2:20", "or in its place."},
		{"open string", `a.x == "paid`, diag.Syntax, "2:18-2:19", `\n for a line break within.`},
		{"operand missing", `a.x +`, diag.Syntax, "2:15-2:16", "or remove the sign before it."},
		{"operator missing", `a.x a.y`, diag.Syntax, "2:15-2:16", "put an operator or a comma before it."},
		{"comma missing", `f(a.x a.y)`, diag.Syntax, "2:17-2:18", "Write one of them before this."},
		{"comma at the end", `1,`, diag.Syntax, "2:12-2:13", "Remove the comma."},
		{"open comment", "1 /* net", diag.Syntax, "2:13-2:15", "or # before each line."},
		{"bad escape", `"a\q"`, diag.Syntax, "2:13-2:15", `Write \\ for the sign itself.`},
		{"open template", `"${a.x"`, diag.Syntax, "2:11-2:12", `\n for a line break within.`},
		{"too deep", strings.Repeat("(", 300) + "1" + strings.Repeat(")", 300), diag.TooDeep, "2:211-2:212", "KPIs of their own."},
		{"too long", "1" + strings.Repeat("+1", 6000), diag.TooDeep, "2:1012-2:1013", "KPIs of their own."},
	} {
		t.Run(test.name, func(t *testing.T) {
			src := "kpi \"k\" {\n  value = " + test.expr + "\n}\nkpi \"销\" { value = 1 }\n"
			f, diags := parseOne(t, src)
			if len(diags) != 1 {
				t.Fatalf("got %d diagnostics, want 1: %v", len(diags), diags)
			}
			d := diags[0]
			if d.Code != test.code || at(d) != test.at || d.Severity != diag.Error || d.Address != "kpi.k" {
				t.Errorf("got %s %s %s of %s, want error %s %s of kpi.k", d.Severity, d.Code, at(d), d.Address, test.code, test.at)
			}
			if !strings.HasSuffix(d.Detail, test.mend) {
				t.Errorf("detail %q does not end with %q", d.Detail, test.mend)
			}
			if strings.HasSuffix(d.Summary, ".") || d.Summary == "" {
				t.Errorf("summary %q is empty or a sentence", d.Summary)
			}
			if d.Range.File != "a.hcl" {
				t.Errorf("file %q", d.Range.File)
			}
			usable(t, f, test.code)
		})
	}
}

// usable checks that a mistake in the first block leaves the second, and the
// attribute that it stands in.
func usable(t *testing.T, f *File, code diag.Code) {
	t.Helper()
	if len(f.Body.Blocks) != 2 || f.Body.Blocks[0].Labels[0] != "k" || f.Body.Blocks[1].Labels[0] != "销" {
		t.Fatalf("the body has %d blocks, want kpi k and kpi 销", len(f.Body.Blocks))
	}
	value := f.Body.Blocks[0].Body.Attributes["value"]
	if value == nil {
		t.Fatal("the attribute is lost")
	}
	if code != diag.DuplicateKey && !Broken(value.Expr) {
		t.Errorf("the attribute is %T, want it broken", value.Expr)
	}
	if Broken(f.Body.Blocks[1].Body.Attributes["value"].Expr) {
		t.Error("the attribute of another block is broken")
	}
}

// TestSlashComment tells comments that hide a divisor from comments.
func TestSlashComment(t *testing.T) {
	const block = "source \"s\" {\n  columns {\n    a = integer\n    b = integer\n    c = {\n      %s\n    }\n  }\n}\n"
	for _, test := range []struct {
		line        string
		kpi, column bool // only in a block with columns a bare name can be one
	}{
		{"value = a // b", false, true},
		{"value = a // (b + 1)", false, true},
		{"value = a // 2", true, true},
		{"value = sum(a) // count(s)", true, true},
		{"value = kpi.a // kpi.b", true, true},
		{"value = (kpi.a) // (kpi.b + 1) # by b", true, true},
		{"value = a // net", false, false},
		{"value = a // net of b", false, false},
		{"value = a // see kpi.b", false, false},
		{"value = a // \"b\"", false, false},
		{"value = a // -", false, false},
		{"value = a # b", false, false},
		{"value = \"http://b\"", false, false},
		{"label = kpi.a // kpi.b", false, false},
		{"value = a /* // b */", false, false},
	} {
		_, diags := parseOne(t, "kpi \"k\" {\n  "+test.line+"\n}\nsource \"k\" {\n}\n")
		if warned := len(diags) == 1 && diags[0].Code == diag.SlashComment && diags[0].Severity == diag.Warning; warned != test.kpi {
			t.Errorf("in a kpi, %q: %v", test.line, diags)
		}
		_, diags = parseOne(t, fmt.Sprintf(block, test.line))
		if warned := len(diags) == 1 && diags[0].Severity == diag.Warning; warned != test.column {
			t.Errorf("in a column, %q: %v", test.line, diags)
		}
	}
}

// TestCutOff has blocks on one line whose closing brace is hidden: one mistake,
// which does no harm to the blocks below.
func TestCutOff(t *testing.T) {
	for _, test := range []struct {
		line string
		code diag.Code
	}{
		{`kpi "k" { value = count(o) // 3 }`, diag.SlashComment},
		{`kpi "k" { label = "abc }`, diag.Syntax},
	} {
		for _, rest := range []string{"kpi \"l\" { value = 1 }\n", "kpi \"l\" {\n  value = 1\n}\n"} {
			f, diags := parseOne(t, test.line+"\n"+rest)
			if len(diags) != 1 || diags[0].Code != test.code || diags[0].Range.Start.Line != 1 || diags[0].Address != "kpi.k" {
				t.Errorf("%q: got %v, want %s alone", test.line, diags, test.code)
			}
			if len(f.Body.Blocks) != 2 || f.Body.Blocks[1].Labels[0] != "l" || len(f.Body.Blocks[1].Body.Attributes) != 1 {
				t.Errorf("%q harms what is below", test.line)
			}
		}
	}
}

// TestNoTrap has text that looks like a trap and is none.
func TestNoTrap(t *testing.T) {
	for _, line := range []string{
		`label = "“你好”，（and）；15% 28d 2026-01-05 'a' // b"`,
		"# “你好”，（and）； 15% 28d 2026-01-05 'a'",
		"value = 15 % x",
		"value = 15 % (0 - x)",
		"value = 2026 - 3",
		"value = 2026 - x - 5",
		"value = 12026-01-05",
		"value = x2026-01-05",
		"value = in(x, [1])",
		"value = { and = 1, or = 2, in = 3 }",
		"value = a.and + or.b",
		"value = [for x in y : x if x > 1]",
		"value = (a\n    + b\n    - c)",
		"value = f(\n    a,\n    b,\n  )",
		"value = {\n    a = 1\n    b = 2\n  }",
		"value = a ? b : c",
		"value = \"${f(\"}\")} $${ %%{\"",
		"value = <<-EOT\n    select '“（[{\n  EOT",
		"销售额 = 渠道.金额",
	} {
		if _, diags := parseOne(t, "kpi \"k\" {\n  "+line+"\n}\n"); len(diags) > 0 {
			t.Errorf("%s: %v", line, diags)
		}
	}
}
