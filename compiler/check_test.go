package compiler_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/metrics/diag"
)

var marker = regexp.MustCompile(`^(E\d{4})(?: at <(.*?)>)?(?: ~ (.*))?$`)

// expectation is one problem that a file announces beside the mistake:
//
//	value = sum(orders.amuont) # ERROR E0102 at <amuont> ~ Did you mean "amount"?
//
// Between < and > stands the text that the range must cover, behind ~ a part of
// summary or detail.
type expectation struct {
	line     int
	code     string
	at, says string
}

func (e expectation) met(d diag.Diagnostic, lines []string) bool {
	if d.Range == nil || d.Range.Start.Line != e.line || string(d.Code) != e.code {
		return false
	}
	if e.at != "" && covered(d.Range, lines) != e.at {
		return false
	}
	return strings.Contains(d.Summary+" "+d.Detail, e.says)
}

// covered is the text of a range that lies within one line.
func covered(r *diag.Range, lines []string) string {
	runes := []rune(lines[r.Start.Line-1])
	if r.Start.Line != r.End.Line || r.End.Column-1 > len(runes) {
		return ""
	}
	return string(runes[r.Start.Column-1 : r.End.Column-1])
}

// TestCheck compiles each file of testdata/check alone and demands exactly the
// problems that it announces.
func TestCheck(t *testing.T) {
	files, err := filepath.Glob("testdata/check/*.hcl")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata/check", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".hcl"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: text}}, compiler.Options{})
			compare(t, string(text), diags)
		})
	}
}

func compare(t *testing.T, text string, diags diag.List) {
	t.Helper()
	lines := strings.Split(text, "\n")
	var want []expectation
	for i, line := range lines {
		for _, announced := range strings.Split(line, "# ERROR ")[1:] {
			m := marker.FindStringSubmatch(strings.TrimSpace(announced))
			if m == nil {
				t.Fatalf("line %d announces no error: %q", i+1, announced)
			}
			want = append(want, expectation{i + 1, m[1], m[2], m[3]})
		}
	}
	for _, d := range diags {
		i := slices.IndexFunc(want, func(e expectation) bool { return e.met(d, lines) })
		if i < 0 {
			t.Errorf("not announced: %s", describe(d, lines))
			continue
		}
		want = slices.Delete(want, i, i+1)
	}
	for _, e := range want {
		t.Errorf("line %d: announced, but not reported: %s at %q ~ %q", e.line, e.code, e.at, e.says)
	}
}

func describe(d diag.Diagnostic, lines []string) string {
	if d.Range == nil {
		return fmt.Sprintf("%s %s: %s", d.Code, d.Summary, d.Detail)
	}
	return fmt.Sprintf("line %d, %q: %s %s: %s", d.Range.Start.Line, covered(d.Range, lines), d.Code, d.Summary, d.Detail)
}
