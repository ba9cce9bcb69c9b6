package view

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/metricsascode/metrics/metrics/diag"
)

// sources are the files that the diagnostics of the tests point into.
var sources = map[string]string{
	"kpis/sales.hcl": `kpi "gmv" {
  value = sum(orders.amuont)
}
kpi "margin" {
  value = sum(all_orders.amount) - sum(costs.amount)
}
`,
	"kpis/宽.hcl":       "kpi \"gmv\" {\n\tvalue = sum(订单.金额) + x\u0301y + \"\x1b[31m\"\r\n}\n",
	"long.hcl":         "value = " + strings.Repeat("aaaa + ", 40) + "wrong + " + strings.Repeat("bbbb + ", 40) + "1\n",
	"a.hcl":            "kpi \"x\" { value = 1 }\n",
	"b.hcl":            "source \"s\" {}\nkpi \"x\" {\n  value = 2\n}\n",
	"with space,a.hcl": "kpi {}\n",
}

func source(file string) []byte {
	if s, ok := sources[file]; ok {
		return []byte(s)
	}
	return nil
}

func posAt(src string, offset int) diag.Pos {
	start := strings.LastIndexByte(src[:offset], '\n') + 1
	return diag.Pos{
		Line:   strings.Count(src[:offset], "\n") + 1,
		Column: utf8.RuneCountInString(strings.ReplaceAll(src[start:offset], "\u0301", "")) + 1,
		Byte:   offset,
	}
}

// at is the range of the first occurrence of text in a file.
func at(t *testing.T, file, text string) *diag.Range {
	t.Helper()
	i := strings.Index(sources[file], text)
	if i < 0 {
		t.Fatalf("%s has no %q", file, text)
	}
	return &diag.Range{File: file, Start: posAt(sources[file], i), End: posAt(sources[file], i+len(text))}
}

func label(t *testing.T, file, place, text string) diag.Label {
	t.Helper()
	return diag.Label{Range: *at(t, file, place), Text: text}
}

type diagnosticCase struct {
	name string
	list diag.List
	opt  DiagnosticOptions
}

func diagnosticCases(t *testing.T) []diagnosticCase {
	unknown := diag.Diagnostic{
		Severity: diag.Error, Code: diag.UnknownColumn, Summary: `Unknown column "amuont"`, Address: "kpi.gmv",
		Detail: `source.orders has no column "amuont". Did you mean "amount"?`, Range: at(t, "kpis/sales.hcl", "amuont"),
	}
	mixed := diag.Diagnostic{
		Severity: diag.Error, Code: diag.MixedTax, Summary: "Mixed tax basis", Address: "kpi.margin",
		Detail: "Bring both to one basis: net_of_tax(all_orders.amount, 0.13).", Range: at(t, "kpis/sales.hcl", "sum(costs.amount)"),
		Labels: []diag.Label{
			label(t, "kpis/sales.hcl", "sum(all_orders.amount)", "tax included"),
			label(t, "kpis/sales.hcl", "sum(costs.amount)", "tax excluded"),
		},
	}
	noPlace := diag.Diagnostic{
		Severity: diag.Error, Code: diag.NoProject, Summary: "No project",
		Detail: "No .hcl file here has a project block. Add one:\n\n  project \"demo\" {}\n\nor name another folder with -C.",
	}
	return []diagnosticCase{
		{"none", nil, DiagnosticOptions{Summary: "51 KPIs, 9 sources checked", Valid: true}},
		// Given out of order and twice, shown in order and once.
		{"two", diag.List{mixed, unknown, unknown}, DiagnosticOptions{Summary: "2 errors in 1 file"}},
		{"no_place", diag.List{noPlace}, DiagnosticOptions{Width: 60}},
		{"wide", diag.List{
			{Severity: diag.Error, Code: diag.UnknownColumn, Summary: "未知列 \x1b[2J“金额”", Range: at(t, "kpis/宽.hcl", "金额"), Detail: strings.Repeat("订单里没有这一列，请改用别的列。", 5)},
			{Severity: diag.Warning, Code: diag.UnknownName, Summary: "after a combining mark", Range: at(t, "kpis/宽.hcl", "y")},
			{Severity: diag.Error, Code: diag.BadLiteral, Summary: "over an escape", Range: at(t, "kpis/宽.hcl", "\x1b[31m")},
		}, DiagnosticOptions{}},
		{"labels", diag.List{
			{
				Severity: diag.Error, Code: diag.Duplicate, Summary: `"x" is defined twice`, Address: "kpi.x", Range: at(t, "b.hcl", `kpi "x"`),
				Detail: "Rename one of them.",
				Labels: []diag.Label{label(t, "a.hcl", `kpi "x"`, "first defined here"), {Range: diag.Range{File: "gone.hcl", Start: diag.Pos{Line: 3, Column: 1}}, Text: "and here"}},
			},
			{
				Severity: diag.Error, Code: diag.MixedUnits, Summary: "labels that don't fit on one line", Range: at(t, "kpis/sales.hcl", "sum(costs.amount)"),
				Labels: []diag.Label{
					label(t, "kpis/sales.hcl", "all_orders.amount", "a text that is far longer than the place it stands below"),
					label(t, "kpis/sales.hcl", "sum(costs.amount)", "the carets' own text"),
					label(t, "kpis/sales.hcl", `kpi "gmv"`, "lines between are left out"),
				},
			},
		}, DiagnosticOptions{}},
		{"ranges", diag.List{
			{Severity: diag.Error, Code: diag.MissingAttribute, Summary: "several lines", Range: at(t, "b.hcl", "kpi \"x\" {\n  value = 2\n}")},
			{Severity: diag.Error, Code: diag.MissingAttribute, Summary: "empty range at the end of a line", Range: &diag.Range{File: "a.hcl", Start: diag.Pos{Line: 1, Column: 22, Byte: 21}, End: diag.Pos{Line: 1, Column: 22, Byte: 21}}},
			{Severity: diag.Error, Code: diag.MissingAttribute, Summary: "beyond the file", Range: &diag.Range{File: "a.hcl", Start: diag.Pos{Line: 9, Column: 1, Byte: 500}, End: diag.Pos{Line: 9, Column: 2, Byte: 501}}},
			{Severity: diag.Error, Code: diag.FileEmpty, Summary: "a file as a whole", Range: &diag.Range{File: "data/x.csv"}},
			{Severity: diag.Error, Code: diag.UnknownName, Summary: "in a line that is too long to show", Range: at(t, "long.hcl", "wrong")},
			{Severity: diag.Error, Code: diag.UnknownName, Summary: strings.TrimSpace(strings.Repeat("a summary that does not fit on a line ", 4)), Range: at(t, "long.hcl", "value")},
			{Severity: diag.Error, Code: diag.TooDeep, Summary: "a range that is too long to show", Range: at(t, "long.hcl", strings.TrimSpace(sources["long.hcl"]))},
			{Severity: diag.Error, Code: diag.BadExpression, Summary: "in what a file doesn't hold", Range: &diag.Range{}},
			{Severity: diag.Error, Code: diag.WrongLabels, Summary: "100% of a, b: c", Detail: "One.\nTwo.", Range: at(t, "with space,a.hcl", "kpi")},
		}, DiagnosticOptions{Base: "examples/shop"}},
	}
}

func TestDiagnostics(t *testing.T) {
	for _, tt := range diagnosticCases(t) {
		tt.opt.Source = source
		for _, format := range DiagnosticFormats {
			t.Run(tt.name+"/"+format, func(t *testing.T) {
				var b bytes.Buffer
				if err := Diagnostics(&b, format, tt.list, tt.opt); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(b.String(), "\x1b") {
					t.Error("an escape of the source reaches the output")
				}
				golden(t, "testdata/diagnostics/"+tt.name+"."+format, b.Bytes())
			})
		}
	}
}

// TestDiagnosticsWidth holds text to the width that was asked for.
func TestDiagnosticsWidth(t *testing.T) {
	for _, width := range []int{40, 60, 100} {
		for _, tt := range diagnosticCases(t) {
			tt.opt.Source, tt.opt.Width = source, width
			var b bytes.Buffer
			if err := Diagnostics(&b, "text", tt.list, tt.opt); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if w := Width(strings.TrimSuffix(line, "\n")); w > width {
					t.Errorf("%s: %d columns, want at most %d: %s", tt.name, w, width, line)
				}
			}
		}
	}
}

func TestDiagnosticsColor(t *testing.T) {
	list := diagnosticCases(t)[1].list
	var colored, without bytes.Buffer
	if err := Diagnostics(&colored, "text", list, DiagnosticOptions{Source: source, Color: true}); err != nil {
		t.Fatal(err)
	}
	if err := Diagnostics(&without, "text", list, DiagnosticOptions{Source: source}); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/diagnostics/color.text", []byte(strings.ReplaceAll(colored.String(), "\x1b", "ESC")))
	if got := stripSGR(colored.String()); got != without.String() {
		t.Errorf("colour changes the text:\n%s\nwant:\n%s", got, without.String())
	}
}

func stripSGR(s string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(after, "m")
	}
}

// TestSARIFRules checks what the schema can't say: each result names its rule
// by index, and only rules that are used are listed.
func TestSARIFRules(t *testing.T) {
	for _, tt := range diagnosticCases(t) {
		var b bytes.Buffer
		if err := Diagnostics(&b, "sarif", tt.list, tt.opt); err != nil {
			t.Fatal(err)
		}
		var log sarifLog
		if err := json.Unmarshal(b.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		used := map[string]bool{}
		for _, r := range run.Results {
			used[r.RuleID] = true
			if got := run.Tool.Driver.Rules[r.RuleIndex].ID; got != r.RuleID {
				t.Errorf("%s: rule %d is %s, want %s", tt.name, r.RuleIndex, got, r.RuleID)
			}
		}
		if len(used) != len(run.Tool.Driver.Rules) {
			t.Errorf("%s: %d rules, %d used", tt.name, len(run.Tool.Driver.Rules), len(used))
		}
	}
}

func TestDiagnosticsUnknownFormat(t *testing.T) {
	if err := Diagnostics(&bytes.Buffer{}, "xml", nil, DiagnosticOptions{}); err == nil {
		t.Error("xml is accepted")
	}
}

// FuzzDiagnostics shows any place in any text: a wrong range must not keep a
// diagnostic from being read, nor a line from ending at the width.
func FuzzDiagnostics(f *testing.F) {
	for _, src := range sources {
		f.Add(src, 1, 3, 9, 2, 0, 500, 60)
	}
	f.Add("\t\xff\u202e销", 1, 1, 4, 0, -1, 1, 0)
	f.Fuzz(func(t *testing.T, src string, line, from, to, otherLine, otherFrom, otherTo, width int) {
		width %= 200
		at := func(line, from, to int) diag.Range {
			return diag.Range{File: "a.hcl", Start: diag.Pos{Line: line, Column: 1, Byte: from}, End: diag.Pos{Line: line, Column: 1, Byte: to}}
		}
		primary := at(line, from, to)
		list := diag.List{{Severity: diag.Error, Code: diag.Syntax, Range: &primary, Labels: []diag.Label{
			{Range: at(otherLine, otherFrom, otherTo), Text: src},
			{Range: at(line, otherFrom, otherTo), Text: "text"},
		}}}
		for _, format := range DiagnosticFormats {
			var b bytes.Buffer
			opt := DiagnosticOptions{Source: func(string) []byte { return []byte(src) }, Width: width}
			if err := Diagnostics(&b, format, list, opt); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if w := Width(strings.TrimSuffix(line, "\n")); format == "text" && w > max(width, defaultWidth) {
					t.Errorf("%d columns: %q", w, line)
				}
			}
		}
	})
}
