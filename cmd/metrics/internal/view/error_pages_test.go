package view

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics/diag"
)

const pages = "../../../../docs/errors"

// TestErrorIndex keeps docs/errors/README.md in step with the codes.
func TestErrorIndex(t *testing.T) {
	groups := []struct{ prefix, title string }{
		{"E00", "The text of the files"},
		{"E01", "Names"},
		{"E02", "Blocks and attributes"},
		{"E03", "Types, units and what can be added up"},
		{"E04", "Store, plan and apply"},
		{"E05", "Data"},
		{"E06", "Requests"},
		{"E07", "Thresholds and pages"},
	}
	var b bytes.Buffer
	b.WriteString("# Errors\n\nEvery diagnostic has a code. Its page says what the code means, with a wrong and a right example that a test runs.\n")
	listed := 0
	for _, g := range groups {
		fmt.Fprintf(&b, "\n## %s\n\n", g.title)
		for _, c := range diag.Codes() {
			if strings.HasPrefix(string(c), g.prefix) {
				fmt.Fprintf(&b, "- [%s %s](%s.md)\n", c, diag.Titles[c], c)
				listed++
			}
		}
	}
	if listed != len(diag.Codes()) {
		t.Errorf("%d codes are listed, there are %d", listed, len(diag.Codes()))
	}
	golden(t, filepath.Join(pages, "README.md"), b.Bytes())
}

// TestErrorPages demands the page that SARIF and the index link to, for each
// code and for nothing else.
func TestErrorPages(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(pages, "E*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		code := diag.Code(strings.TrimSuffix(filepath.Base(file), ".md"))
		if diag.Titles[code] == "" {
			t.Errorf("%s is the page of no code", file)
		}
	}
	for _, c := range diag.Codes() {
		text, err := os.ReadFile(filepath.Join("../../../..", errorPage(c)))
		if err != nil {
			t.Error(err)
			continue
		}
		if want := fmt.Sprintf("# %s %s\n\n", c, diag.Titles[c]); !bytes.HasPrefix(text, []byte(want)) {
			t.Errorf("%s does not start with %q", c, want)
		}
		if !bytes.Contains(text, []byte("\n## Wrong\n\n")) || !bytes.Contains(text, []byte("\n## Right\n\n")) {
			t.Errorf("%s lacks a wrong or a right example", c)
		}
	}
}
