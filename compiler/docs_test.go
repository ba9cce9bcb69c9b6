package compiler_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pageLink is a link to another file; pages on the web and places within the same
// page are none.
var pageLink = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

// TestDocs checks that the index leads to every page, and that no link is dead.
func TestDocs(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	index := "../docs/README.md"
	reached := map[string]bool{index: true}
	for _, page := range append(pages, "../README.md") {
		for _, target := range linksOf(t, page) {
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which is not there", page, target)
			}
			if page == index {
				reached[target] = true
			}
		}
	}
	for _, page := range pages {
		if !reached[page] {
			t.Errorf("%s does not link to %s", index, page)
		}
	}
}

func linksOf(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Error(err)
		return nil
	}
	var targets []string
	for _, m := range pageLink.FindAllStringSubmatch(withoutCode(string(text)), -1) {
		targets = append(targets, filepath.Join(filepath.Dir(page), m[1]))
	}
	return targets
}

// withoutCode drops fenced blocks and code spans, where brackets are no links.
func withoutCode(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "```") {
		if i%2 == 0 {
			b.WriteString(codeSpan.ReplaceAllString(part, ""))
		}
	}
	return b.String()
}

var codeSpan = regexp.MustCompile("`[^`\n]*`")
