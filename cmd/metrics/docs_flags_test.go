package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/cmd/metrics/internal/cli"
)

var (
	helpCommand = regexp.MustCompile(`(?m)^  (\w+) {2,}`)
	helpFlag    = regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+)`)
	pageFlag    = regexp.MustCompile("(?m)^\\| .*`--([a-z-]+)`.* \\|")
	eachFlag    = regexp.MustCompile("`--([a-z-]+)`")
)

// TestDocsFlags checks that docs/commands.md has a section for each command, and
// in its table the command's flags, all of them and no others.
func TestDocsFlags(t *testing.T) {
	p := readPage(t, "../../docs/commands.md")
	sections := strings.Split("\n"+strings.Join(p.lines, "\n"), "\n## ")
	commands, global, _ := strings.Cut(help(t), "\nFlags:")
	compareFlags(t, "all commands", global, sections[0])
	_, commands, _ = strings.Cut(commands, "Available Commands:\n")
	for _, m := range helpCommand.FindAllStringSubmatch(commands, -1) {
		name := m[1]
		if name == "help" {
			continue
		}
		i := slices.IndexFunc(sections, func(s string) bool { return strings.HasPrefix(s, name+"\n") })
		if i < 0 {
			t.Errorf("docs/commands.md has no section %q", name)
			continue
		}
		own, _, _ := strings.Cut(help(t, name), "\nGlobal Flags:")
		_, own, _ = strings.Cut(own, "\nFlags:")
		compareFlags(t, name, own, sections[i])
	}
}

// help is what a command says of itself.
func help(t *testing.T, command ...string) string {
	t.Helper()
	var b bytes.Buffer
	if status := cli.Main(append(command, "--help"), strings.NewReader(""), &b, &b); status != 0 {
		t.Fatalf("%s --help: exit code %d:\n%s", command, status, b.String())
	}
	return b.String()
}

// compareFlags compares the flags that help lists with those in the table of a
// section.
func compareFlags(t *testing.T, command, help, section string) {
	t.Helper()
	var want, got []string
	for _, m := range helpFlag.FindAllStringSubmatch(help, -1) {
		if m[1] != "help" {
			want = append(want, m[1])
		}
	}
	for _, row := range pageFlag.FindAllString(section, -1) {
		first, _, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
		for _, m := range eachFlag.FindAllStringSubmatch(first, -1) {
			got = append(got, m[1])
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("flags of %s:\ndocs/commands.md has %v\nthe program has    %v", command, got, want)
	}
}
