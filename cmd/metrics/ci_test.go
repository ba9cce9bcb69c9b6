package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const ciProject = `project "shop" {
  timezone = "UTC"
  as_of    = "2026-02-01"
  grains   = [month]
  notice   = "14d"
}
source "orders" {
  rows = [
    { id = "1", day = "2026-01-05", amount = 100, status = "paid" },
    { id = "2", day = "2026-01-06", amount = 50, status = "refunded" },
  ]
  key  = [id]
  time = day
  columns {
    id     = string
    day    = date
    amount = decimal(18, 2)
    status = string
  }
}
kpi "orders" { value = count(orders) }
check "some_orders" { assert = kpi.orders > 0 }
`

const (
	ciSales   = "kpi \"sales\" { value = sum(orders.amount) }\n"
	ciEdited  = "kpi \"sales\" { value = sum(orders.amount, orders.status != \"refunded\") }\n"
	ciWritten = "kpi \"sales\" {\n  value = sum(orders.amount)\n}\n"
	ciBroken  = "kpi \"sales\" { value = sum(orders.amuont) }\n"
)

// fakes stand for the programs of the platforms: they keep what they were given.
var fakes = map[string]string{
	"gh":   "#!/bin/sh\necho \"$@\" >> \"$POSTED\"\nfor last; do :; done\ncat \"$last\" >> \"$POSTED\"\n",
	"jq":   "#!/bin/sh\ncat plan.md\n",
	"curl": "#!/bin/sh\necho \"$@\" >> \"$POSTED\"\ncat >> \"$POSTED\"\n",
}

// TestCI runs the commands of the examples for CI in a clone of a repository: what is
// commented, and what fails.
func TestCI(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	for _, test := range []struct {
		name, sales string
		fails       bool
		says        string // in the comment
	}{
		{"layout", ciWritten, false, "**Definitions: 1 cosmetic"},
		{"without notice", ciEdited, true, "| \\~ kpi.sales |"},
		{"broken", ciBroken, true, ""},
	} {
		for file, commands := range map[string]func(*testing.T, string) []ciCommand{"github.yml": githubCommands, "gitlab.yml": gitlabCommands} {
			t.Run(test.name+" "+file, func(t *testing.T) {
				r := newCIRun(t, test.sales)
				failed := false
				for _, c := range commands(t, file) {
					if failed && !c.always {
						continue
					}
					failed = !r.run(c.script) || failed
				}
				if failed != test.fails {
					t.Errorf("failed: %t, want %t\n%s", failed, test.fails, r.log.String())
				}
				posted, _ := os.ReadFile(r.posted)
				if text := string(posted); test.says == "" && text != "" || !strings.Contains(text, test.says) {
					t.Errorf("the comment doesn't say %q: %s\n%s", test.says, text, r.log.String())
				}
			})
		}
	}
}

// ciCommand is a step; always is one that runs after a failure too.
type ciCommand struct {
	script string
	always bool
}

// githubCommands are the scripts of the steps of a workflow.
func githubCommands(t *testing.T, file string) []ciCommand {
	t.Helper()
	var out []ciCommand
	for _, step := range strings.Split(ciFile(t, file), "\n      - ")[1:] {
		_, script, found := strings.Cut(step, "\n        run: ")
		if !found {
			continue // an action
		}
		if block, isBlock := strings.CutPrefix(script, "|\n"); isBlock {
			script = strings.ReplaceAll("\n"+block, "\n          ", "\n")
		}
		out = append(out, ciCommand{script, strings.Contains(step, "!cancelled()")})
	}
	return out
}

var quotedItem = regexp.MustCompile(`^'(.*)'$`)

// gitlabCommands are the lines of the scripts of a job; each of them ends it.
func gitlabCommands(t *testing.T, file string) []ciCommand {
	t.Helper()
	var scripts [2]string
	part := -1
	for line := range strings.Lines(ciFile(t, file)) {
		switch item, isItem := strings.CutPrefix(line, "    - "); {
		case line == "  script:\n":
			part = 0
		case line == "  after_script:\n":
			part = 1
		case isItem && part >= 0:
			scripts[part] += quotedItem.ReplaceAllString(strings.TrimSuffix(item, "\n"), "$1") + "\n"
		default:
			part = -1
		}
	}
	return []ciCommand{{scripts[0], false}, {scripts[1], true}}
}

func ciFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../examples/ci", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ciRun is a clone with a pull request checked out.
type ciRun struct {
	t      *testing.T
	dir    string
	posted string // what was commented
	env    []string
	log    strings.Builder
}

func newCIRun(t *testing.T, sales string) *ciRun {
	t.Helper()
	r := &ciRun{t: t, dir: t.TempDir()}
	bin := t.TempDir()
	r.posted = filepath.Join(bin, "posted")
	for name, text := range fakes {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	r.env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "POSTED="+r.posted, "NUMBER=7", "METRICS_TOKEN=x",
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.com")
	commit := func(file, text string) {
		if err := os.WriteFile(filepath.Join(r.dir, file), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if !r.run("git init -q -b main . && git add *.hcl && git commit -q -m edited") {
			t.Fatal(r.log.String())
		}
	}
	commit("project.hcl", ciProject)
	commit("sales.hcl", ciSales)
	r.env = append(r.env, "BASE=HEAD~1", "CI_MERGE_REQUEST_DIFF_BASE_SHA=HEAD~1")
	commit("sales.hcl", sales)
	return r
}

// run runs a script as the platforms do: the first command that fails ends it.
func (r *ciRun) run(script string) bool {
	r.t.Helper()
	c := exec.Command("sh", "-e", "-c", script)
	c.Dir, c.Env = r.dir, r.env
	out, err := c.CombinedOutput()
	r.log.Write(out)
	return err == nil
}
