package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding/charmap"

	"github.com/metricsascode/metrics/cmd/metrics/internal/cli"
	"github.com/metricsascode/metrics/metrics/diag"
)

// TestErrorExamples runs the examples of docs/errors. The wrong one must report
// the code of its page and no other error, the right one none.
//
// An example is a txtar: the files of a project, and before them the lines that
// are run in its folder, "$ metrics validate" where none runs the program:
//
//	$ metrics ARGS...   run the program; quotes are those of a shell
//	cp FROM TO          copy a file
//	latin1 FILE         save a file as Latin-1
//	git commit          commit all files as they are, in a repository of the folder
//	skip: REASON        run nothing; the page shows what one would see
func TestErrorExamples(t *testing.T) {
	for _, code := range diag.Codes() {
		t.Run(string(code), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("../../docs/errors", string(code)+".md"))
			if err != nil {
				t.Fatal(err)
			}
			wrong, right, err := examples(string(text))
			if err != nil {
				t.Fatal(err)
			}
			if reason, skipped := wrong.skipped(); skipped {
				t.Skip(reason)
			}
			out := wrong.run(t)
			if found := codesIn(out, "Error|Warning"); !slices.Contains(found, code) {
				t.Errorf("the wrong example does not report %s:\n%s", code, out)
			}
			for _, other := range codesIn(out, "Error") {
				if other != code {
					t.Errorf("the wrong example reports %s as well:\n%s", other, out)
				}
			}
			out = right.run(t)
			if found := codesIn(out, "Error"); len(found) > 0 || slices.Contains(codesIn(out, "Warning"), code) {
				t.Errorf("the right example reports a problem:\n%s", out)
			}
		})
	}
}

// example is one txtar block of a page.
type example struct {
	*txtar.Archive
	wrong bool
}

// examples returns the first block below each of the two headings.
func examples(page string) (wrong, right example, err error) {
	_, rest, found := strings.Cut(page, "\n## Wrong\n")
	above, below, both := strings.Cut(rest, "\n## Right\n")
	if !found || !both {
		return wrong, right, errors.New("the page lacks the heading Wrong or Right")
	}
	if wrong, err = exampleIn(above); err != nil {
		return wrong, right, err
	}
	wrong.wrong = true
	if _, skipped := wrong.skipped(); skipped {
		return wrong, right, nil
	}
	right, err = exampleIn(below)
	return wrong, right, err
}

func exampleIn(section string) (example, error) {
	_, rest, found := strings.Cut(section, "\n```txtar\n")
	text, _, closed := strings.Cut(rest, "```\n")
	if !found || !closed {
		return example{}, errors.New("the page lacks a txtar block")
	}
	return example{Archive: txtar.Parse([]byte(text))}, nil
}

func (e example) skipped() (reason string, skipped bool) {
	return strings.CutPrefix(strings.TrimSpace(string(e.Comment)), "skip: ")
}

// run does the lines of an example in a new folder, and returns what the last
// command printed. All commands before it must succeed, and the last one of a
// right example too.
func (e example) run(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range e.Files {
		path := inside(t, dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	lines := strings.FieldsFunc(string(e.Comment), func(r rune) bool { return r == '\n' })
	if !strings.Contains(string(e.Comment), "$ metrics ") {
		lines = append(lines, "$ metrics validate")
	}
	var out string
	for i, line := range lines {
		command, isCommand := strings.CutPrefix(line, "$ metrics ")
		if !isCommand {
			if err := change(t, dir, strings.Fields(line)); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			continue
		}
		var b bytes.Buffer
		code := cli.Main(append([]string{"-C", dir}, words(command)...), strings.NewReader(""), &b, &b)
		out = b.String()
		if code != 0 && (i < len(lines)-1 || !e.wrong) {
			t.Fatalf("%s: exit code %d:\n%s", line, code, out)
		}
	}
	return out
}

// inside is a path of an example, which must not leave its folder.
func inside(t *testing.T, dir, name string) string {
	t.Helper()
	if !filepath.IsLocal(name) {
		t.Fatalf("%s is outside of the example", name)
	}
	return filepath.Join(dir, name)
}

// change does a line that is no command of the program.
func change(t *testing.T, dir string, line []string) error {
	t.Helper()
	switch {
	case len(line) == 3 && line[0] == "cp":
		text, err := os.ReadFile(inside(t, dir, line[1]))
		if err != nil {
			return err
		}
		return os.WriteFile(inside(t, dir, line[2]), text, 0o644)
	case slices.Equal(line, []string{"git", "commit"}):
		return commitAll(dir)
	case len(line) == 2 && line[0] == "latin1":
		path := inside(t, dir, line[1])
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if text, err = charmap.ISO8859_1.NewEncoder().Bytes(text); err != nil {
			return err
		}
		return os.WriteFile(path, text, 0o644)
	}
	return errors.New("no such line in an example")
}

var word = regexp.MustCompile(`'[^']*'|[^\s']+`)

// words parts a command as a shell does; a word may stand in single quotes.
func words(command string) []string {
	var all []string
	for _, w := range word.FindAllString(command, -1) {
		all = append(all, strings.Trim(w, "'"))
	}
	return all
}

// codesIn returns the codes of the problems of a severity in what was printed.
// codesIn is the codes of the diagnostics in an output; what a plan says to be in the way
// is an error.
func codesIn(out, severities string) []diag.Code {
	headings := []*regexp.Regexp{regexp.MustCompile(`(?m)^(?:` + severities + `): .*\[(E\d{4})\]$`)}
	if strings.HasPrefix(severities, "Error") {
		headings = append(headings, regexp.MustCompile(`(?ms)^  ✗ .*?\[(E\d{4})\]$`))
	}
	var codes []diag.Code
	for _, heading := range headings {
		for _, m := range heading.FindAllStringSubmatch(out, -1) {
			codes = append(codes, diag.Code(m[1]))
		}
	}
	return codes
}

// commitAll commits the files of a folder, in a repository that it makes there.
func commitAll(dir string) error {
	repository, err := git.PlainInit(dir, false)
	if err != nil {
		return err
	}
	tree, err := repository.Worktree()
	if err != nil {
		return err
	}
	if err := tree.AddWithOptions(&git.AddOptions{All: true}); err != nil {
		return err
	}
	_, err = tree.Commit("all files", &git.CommitOptions{Author: &object.Signature{Name: "Ada", Email: "ada@example.com", When: time.Unix(0, 0)}})
	return err
}
