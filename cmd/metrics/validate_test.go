package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/cmd/metrics/internal/cli"
)

// tenMistakes is a project with ten different mistakes in two files; the text
// between « and » is what each diagnostic must point at.
var tenMistakes = map[string]string{
	"project.hcl": `project "ten" {
  timezone = «"Mars/Olympus"»
}

source "orders" {
  rows = [{ id = "1", day = "2026-01-05", amount = 10 }]
  key  = [id]
  time = day
  columns {
    id     = string
    day    = date
    amount = { type = decimal(10, 2), unit = "CNY" }
    fee    = { type = decimal(10, 2), unit = "USD" }
    kind   = «text»
    buyer  = { type = string, references = «people» }
  }
  «colour» = "red"
}
`,
	"kpis/kpis.hcl": `kpi "金额" { value = sum(orders.«amuont») }
kpi "b" { value = «sum(orders.amount) + sum(orders.fee)» }
kpi "c" { value = «totl»(orders.amount) }
kpi "d" { value = sum(orders.amount, «orders.id == 1») }
kpi "e" { value = «kpi.f» }
kpi "g" { value = count(orders, orders.day > «"2026-13-01"») }
`,
}

var tenCodes = []string{"E0206", "E0206", "E0103", "E0202", "E0102", "E0303", "E0106", "E0301", "E0104", "E0311"}

type place struct {
	code, file          string
	line, column, until int
}

// marked takes the marks out of a text and returns where they stood.
func marked(file, text string) (clean string, places []place) {
	var lines []string
	for i, line := range strings.Split(text, "\n") {
		if at := strings.Index(line, "«"); at >= 0 {
			start := len([]rune(line[:at])) + 1
			line = strings.Replace(line, "«", "", 1)
			end := strings.Index(line, "»")
			places = append(places, place{file: file, line: i + 1, column: start, until: len([]rune(line[:end])) + 1})
			line = strings.Replace(line, "»", "", 1)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), places
}

func TestValidateReportsTenMistakes(t *testing.T) {
	dir := t.TempDir()
	var want []place
	for _, file := range []string{"project.hcl", "kpis/kpis.hcl"} {
		text, places := marked(file, tenMistakes[file])
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		want = append(want, places...)
	}
	for i := range want {
		want[i].code = tenCodes[i]
	}
	var stdout, stderr bytes.Buffer
	if code := cli.Main([]string{"-C", dir, "validate", "--format", "json"}, nil, &stdout, &stderr); code != 1 {
		t.Errorf("exit code %d, want 1; stderr: %s", code, stderr.String())
	}
	var got struct {
		Valid       bool
		Diagnostics []struct {
			Code, Summary, Detail string
			Range                 struct {
				File       string
				Start, End struct{ Line, Column int }
			}
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, stdout.String())
	}
	if got.Valid || len(got.Diagnostics) != len(tenCodes) {
		t.Errorf("valid %v, %d diagnostics, want %d", got.Valid, len(got.Diagnostics), len(tenCodes))
	}
	for _, d := range got.Diagnostics {
		found := place{d.Code, d.Range.File, d.Range.Start.Line, d.Range.Start.Column, d.Range.End.Column}
		i := slices.Index(want, found)
		if i < 0 {
			t.Errorf("not expected: %s (%s)", fmt.Sprintf("%+v", found), d.Summary)
			continue
		}
		want = slices.Delete(want, i, i+1)
		if !strings.HasSuffix(d.Detail, ".") && !strings.HasSuffix(d.Detail, "?") {
			t.Errorf("%s: the detail doesn't end as a sentence: %q", d.Code, d.Detail)
		}
	}
	for _, p := range want {
		t.Errorf("not reported: %+v", p)
	}
}
