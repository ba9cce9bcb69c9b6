package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/cmd/metrics/internal/cli"
)

// session runs the commands of a page, in a folder that has a copy of the
// examples.
type session struct {
	t      *testing.T
	dir    string // where it started
	status int    // of the last command of the program
}

func newSession(t *testing.T) *session {
	t.Helper()
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	copyExamples(t, filepath.Join(repository, "examples"), filepath.Join(dir, "examples"))
	t.Chdir(dir)
	return &session{t: t, dir: dir}
}

// copyExamples copies the projects without their stores and generators.
func copyExamples(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "generate") {
			return fs.SkipDir
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// askStatus shows the exit code of the command before.
const askStatus = "echo $?"

// run does a command as a shell would, and returns what it prints.
func (s *session) run(command string) (string, error) {
	args := arguments(command)
	switch {
	case len(args) == 0:
		return "", errors.New("an empty command")
	case args[0] == "metrics":
		var b bytes.Buffer
		s.status = cli.Main(args[1:], strings.NewReader(""), &b, &b)
		return b.String(), nil
	case command == askStatus:
		status := s.status
		s.status = 0
		return fmt.Sprintln(status), nil
	case args[0] == "cat" && len(args) == 2:
		text, err := os.ReadFile(args[1])
		return string(text), err
	case args[0] == "cp" && len(args) == 3:
		text, err := os.ReadFile(args[1])
		if err != nil {
			return "", err
		}
		return "", os.WriteFile(args[2], text, 0o644)
	case args[0] == "cd" && len(args) == 2:
		s.t.Chdir(args[1])
		return "", nil
	case args[0] == "rm" && len(args) == 2:
		return "", os.Remove(args[1])
	case args[0] == "make":
		return "", nil // CI runs what the Makefile has
	}
	return "", errors.New("the tests know no such command")
}

var argument = regexp.MustCompile(`'[^']*'|"[^"]*"|[^\s'"]+`)

// arguments parts a command as a shell does; quotes stand around whole arguments.
func arguments(command string) []string {
	var all []string
	for _, a := range argument.FindAllString(command, -1) {
		if a[0] == '#' {
			break
		}
		if quote := a[0]; quote == '\'' || quote == '"' {
			a = a[1 : len(a)-1]
		}
		all = append(all, a)
	}
	return all
}

// save writes a file of the page, named from where the session started.
func (s *session) save(name, text string) {
	s.t.Helper()
	if !filepath.IsLocal(name) {
		s.t.Fatalf("%s is outside of the page's folder", name)
	}
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// volatile is what differs from run to run, and what stands for it in pages.
var volatile = []struct {
	pattern *regexp.Regexp
	stands  string
}{
	{regexp.MustCompile(`\b\d+\.\d+ s\b`), "0.1 s"},
	{regexp.MustCompile(`\(\d{4}-\d\d-\d\d \d\d:\d\d\)  →`), "(2026-11-16 08:02)  →"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d  by \S+`), "2026-11-16 08:02  by ana"},
	{regexp.MustCompile(`run (\d+), \d{4}-\d\d-\d\d \d\d:\d\d`), "run $1, 2026-11-16 08:02"},
	{regexp.MustCompile(`"(at|run_at)": "[^"]*"`), `"$1": "2026-11-16T08:02:11+08:00"`},
	{regexp.MustCompile(`"user": "[^"]*"`), `"user": "ana"`},
}

// settled is an output with what differs from run to run replaced.
func settled(output string) []string {
	for _, v := range volatile {
		output = v.pattern.ReplaceAllString(output, v.stands)
	}
	if output == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(output, "\n"), "\n")
}

// anything stands in a page for lines that it leaves out.
const anything = "..."

// agree tells whether lines are those that a page shows.
func agree(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if want[0] != anything {
		return len(got) > 0 && want[0] == got[0] && agree(want[1:], got[1:])
	}
	for i := range len(got) + 1 {
		if agree(want[1:], got[i:]) {
			return true
		}
	}
	return false
}

func TestAgree(t *testing.T) {
	tests := []struct {
		want, got string
		agree     bool
	}{
		{"a|b", "a|b", true},
		{"a|b", "a", false},
		{"a", "a|b", false},
		{"a|...", "a|b|c", true},
		{"a|...", "a", true},
		{"...|c", "a|b|c", true},
		{"a|...|c", "a|b|d", false},
		{"...|b|...", "a|b|b", true},
		{"a|....|c", "a|b|c", false},
	}
	for _, test := range tests {
		if got := agree(strings.Split(test.want, "|"), strings.Split(test.got, "|")); got != test.agree {
			t.Errorf("agree(%q, %q) = %v", test.want, test.got, got)
		}
	}
}
