package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// docsPage is a page of documentation.
type docsPage struct {
	path   string
	lines  []string
	fences []fence
}

// fence is a fenced block of a page:
//
//	hcl              definitions; all those of a page make one project
//	hcl fragment     a part of a definition, or one that other blocks make whole
//	hcl title=NAME   a file that the commands below it find; csv likewise
//	console          commands, and what they print
type fence struct {
	lang     string
	title    string
	fragment bool
	from, to int // the lines between the fences: page.lines[from:to]
}

var fenceStart = regexp.MustCompile("^```([a-z]+)( fragment)?(?: title=(\\S+))?$")

// readPage finds the fenced blocks of a page.
func readPage(t *testing.T, path string) *docsPage {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := &docsPage{path: path, lines: strings.Split(string(text), "\n")}
	for i := 0; i < len(p.lines); i++ {
		if !strings.HasPrefix(p.lines[i], "```") {
			continue
		}
		m := fenceStart.FindStringSubmatch(p.lines[i])
		if m == nil {
			t.Fatalf("%s:%d: no fence that the tests know: %s", path, i+1, p.lines[i])
		}
		f := fence{lang: m[1], fragment: m[2] != "", title: m[3], from: i + 1}
		for i++; i < len(p.lines) && p.lines[i] != "```"; i++ {
		}
		if i == len(p.lines) {
			t.Fatalf("%s:%d: the block is never closed", path, f.from)
		}
		f.to = i
		p.fences = append(p.fences, f)
	}
	return p
}

// text is what stands in a block.
func (p *docsPage) text(f fence) string { return strings.Join(p.lines[f.from:f.to], "\n") + "\n" }

// step is a command of a console block, and what the page says that it prints.
type step struct {
	line    int // of the page, from 0
	command string
	want    []string
}

// steps are the commands of a console block. A backslash at the end of a line
// carries a command on to the next one.
func (p *docsPage) steps(t *testing.T, f fence) []step {
	t.Helper()
	var all []step
	for i := f.from; i < f.to; i++ {
		command, isCommand := strings.CutPrefix(p.lines[i], "$ ")
		switch {
		case isCommand:
			s := step{line: i}
			for strings.HasSuffix(command, "\\") && i+1 < f.to {
				i++
				command = strings.TrimSuffix(command, "\\") + strings.TrimSpace(p.lines[i])
			}
			s.command = command
			all = append(all, s)
		case len(all) == 0:
			t.Fatalf("%s:%d: a console block starts with a command: $ ...", p.path, i+1)
		default:
			last := &all[len(all)-1]
			last.want = append(last.want, p.lines[i])
		}
	}
	return all
}
