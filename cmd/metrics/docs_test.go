package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/cmd/metrics/internal/cli"
)

var update = flag.Bool("update", false, "write what commands print into the pages, and the pictures")

// docsPages are the pages whose blocks are run.
func docsPages(t *testing.T) []string {
	t.Helper()
	all := []string{"../../README.md"}
	for _, pattern := range []string{"../../docs/*.md", "../../examples/*/README.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}

// eachPage runs a test for every page that has a block of a language.
func eachPage(t *testing.T, lang string, test func(t *testing.T, p *docsPage)) {
	for _, path := range docsPages(t) {
		p := readPage(t, path)
		if !slices.ContainsFunc(p.fences, func(f fence) bool { return f.lang == lang }) {
			continue
		}
		t.Run(strings.TrimPrefix(path, "../../"), func(t *testing.T) { test(t, p) })
	}
}

// TestDocsCommands runs the commands of each page, one after the other, and
// compares what they print with what the page shows. A command that shows nothing
// only has to succeed; one that is meant to fail is followed by: echo $?
func TestDocsCommands(t *testing.T) {
	eachPage(t, "console", func(t *testing.T, p *docsPage) {
		path, err := filepath.Abs(p.path) // a session leaves the folder
		if err != nil {
			t.Fatal(err)
		}
		lines := p.run(t, newSession(t))
		if *update && !slices.Equal(lines, p.lines) {
			if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// run saves the files of a page and runs its commands, in order, and returns the
// page with what they print.
func (p *docsPage) run(t *testing.T, s *session) []string {
	t.Helper()
	var out []string
	done := 0
	for _, f := range p.fences {
		if f.title != "" {
			s.save(f.title, p.text(f))
		}
		if f.lang != "console" {
			continue
		}
		steps := p.steps(t, f)
		for i, st := range steps {
			end, asked := f.to, false
			if i+1 < len(steps) {
				end, asked = steps[i+1].line, steps[i+1].command == askStatus
			}
			shown := p.check(t, s, st)
			if s.status != 0 && !asked {
				t.Errorf("%s:%d: exit code %d", p.path, st.line+1, s.status)
			}
			out = append(append(out, p.lines[done:end-len(st.want)]...), shown...)
			done = end
		}
	}
	return append(out, p.lines[done:]...)
}

// check runs a command, and returns what the page should show of its output.
func (p *docsPage) check(t *testing.T, s *session, st step) []string {
	t.Helper()
	text, err := s.run(st.command)
	if err != nil {
		t.Fatalf("%s:%d: %s: %v", p.path, st.line+1, st.command, err)
	}
	got := settled(text)
	if len(st.want) == 0 || agree(st.want, got) {
		return st.want
	}
	if !*update {
		t.Errorf("%s:%d: %s\nprints (-update writes it into the page):\n%s\nthe page shows:\n%s",
			p.path, st.line+1, st.command, strings.Join(got, "\n"), strings.Join(st.want, "\n"))
	}
	return got
}

// TestDocsDefinitions checks that the definitions of each page are right together,
// and in the layout of `metrics fmt`, fragments too.
func TestDocsDefinitions(t *testing.T) {
	eachPage(t, "hcl", func(t *testing.T, p *docsPage) {
		dir := t.TempDir()
		// The file has the lines of the page, so that what is reported is found there.
		whole := make([]string, len(p.lines))
		complete := false
		for _, f := range p.fences {
			if f.lang != "hcl" {
				continue
			}
			p.checkLayout(t, f)
			if !f.fragment && f.title == "" {
				copy(whole[f.from:f.to], p.lines[f.from:f.to])
				complete = true
			}
		}
		if !complete {
			return
		}
		text := strings.Join(whole, "\n")
		if !strings.Contains(text, "\nproject \"") {
			text = "project \"docs\" {}" + text
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(p.path)+".hcl"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if status := cli.Main([]string{"-C", dir, "validate", "--no-data"}, strings.NewReader(""), &b, &b); status != 0 || strings.Contains(b.String(), "Warning: ") {
			t.Errorf("the definitions of the page are wrong:\n%s", b.String())
		}
	})
}

// checkLayout checks that a block is laid out as `metrics fmt` would.
func (p *docsPage) checkLayout(t *testing.T, f fence) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "block.hcl")
	if err := os.WriteFile(file, []byte(p.text(f)), 0o644); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if status := cli.Main([]string{"fmt", "--check", "--diff", file}, strings.NewReader(""), &b, &b); status != 0 {
		t.Errorf("%s:%d: the block has not the layout of metrics fmt:\n%s", p.path, f.from+1, b.String())
	}
}
