package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/cmd/metrics/internal/cli"
)

// guardedProject is a project whose data plants values that must not be seen; what
// they are stands in its planted.txt.
const guardedProject = "../../runtime/testdata/guarded"

// guardedRun runs commands over a copy of the project, and demands that nothing
// that is planted shows in what they print or write.
type guardedRun struct {
	t       *testing.T
	dir     string
	planted []string
}

func newGuardedRun(t *testing.T) *guardedRun {
	t.Helper()
	r := &guardedRun{t: t, dir: t.TempDir()}
	if err := os.CopyFS(r.dir, os.DirFS(guardedProject)); err != nil {
		t.Fatal(err)
	}
	r.planted = strings.Fields(r.read("planted.txt"))
	for i, p := range r.planted {
		if p == "139" { // numbers with blanks in them
			r.planted[i] = "139 1111 0011"
		}
	}
	return r
}

func (r *guardedRun) read(name string) string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// change replaces a text in a file of the project.
func (r *guardedRun) change(name, from, to string) {
	r.t.Helper()
	text := r.read(name)
	if !strings.Contains(text, from) {
		r.t.Fatalf("%s has no %q", name, from)
	}
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(strings.Replace(text, from, to, 1)), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

// run runs a command and returns all that it prints.
func (r *guardedRun) run(args ...string) string {
	r.t.Helper()
	var out bytes.Buffer
	code := cli.Main(append([]string{"-C", r.dir}, args...), nil, &out, &out)
	r.clean("metrics "+strings.Join(args, " "), out.String())
	if code > 1 {
		r.t.Errorf("metrics %v ends with code %d: %s", args, code, out.String())
	}
	return out.String()
}

// must is run for a command that has to say something.
func (r *guardedRun) must(says string, args ...string) {
	r.t.Helper()
	if out := r.run(args...); !strings.Contains(out, says) {
		r.t.Errorf("metrics %v doesn't say %q: %s", args, says, out)
	}
}

func (r *guardedRun) clean(what, text string) {
	r.t.Helper()
	for _, p := range r.planted {
		if strings.Contains(text, p) {
			r.t.Errorf("%s shows %q", what, p)
		}
	}
}

// filesClean looks into all files but the data and the clean rows.
func (r *guardedRun) filesClean() {
	r.t.Helper()
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(r.dir, path)
		if err != nil || d.IsDir() || strings.HasPrefix(rel, "data") || rel == "planted.txt" || strings.HasPrefix(rel, filepath.Join(".metrics", "sources")) {
			return err
		}
		r.clean(rel, r.read(rel))
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// TestPlanted checks that the data holds what is looked for.
func TestPlanted(t *testing.T) {
	r := newGuardedRun(t)
	data := ""
	files, _ := filepath.Glob(filepath.Join(r.dir, "data", "*"))
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		data += string(text)
	}
	for _, p := range r.planted {
		if !strings.Contains(data, p) && !strings.Contains(data, strings.ReplaceAll(p, `"`, `""`)) {
			t.Errorf("%q is planted nowhere", p)
		}
	}
}

// TestGuardedValuesAreNotShown runs every command in every format.
func TestGuardedValuesAreNotShown(t *testing.T) {
	r := newGuardedRun(t)
	for _, format := range []string{"text", "json", "github", "sarif"} {
		r.run("validate", "--format", format)
	}
	r.must("additive", "plan", "--format", "json", "-o", filepath.Join(r.dir, "plan.json"))
	for _, format := range []string{"text", "markdown", "json"} {
		r.run("plan", "--format", format)
	}
	r.must("139****0009", "apply", "--auto-approve", "--format", "json")
	r.run("plan")
	r.must("w***@secret-mail.com", "rejects")
	for _, format := range []string{"json", "csv"} {
		r.must("139****0001", "rejects", "--format", format)
	}
	r.must("139", "rejects", "--format", "markdown")
	r.must("Shanghai", "query", "orders", "amount", "--by", "city", "--grain", "month")
	for _, format := range []string{"table", "json", "csv", "markdown"} {
		r.run("query", "orders", "buyers", "with_card", "touches", "per_buyer", "regulars", "--format", format)
		r.run("query", "orders", "--by", "city", "--grain", "month", "--published", "--format", format)
		r.must("E0540", "query", "orders", "--by", "orders.phone", "--format", format)
	}
	for _, flag := range []string{"--sql", "--explain"} {
		r.run("query", "orders", "buyers", "touches", "regulars", flag)
	}
	r.run("query", "orders", "buyers", "--by", "city", "-o", filepath.Join(r.dir, "out.parquet"))
	r.must("E0540", "query", "orders", "--where", `orders.phone == "x"`)
	r.must("E0540", "query", "orders", "--where", `starts_with(orders.people.name, "x")`)
	r.run("query", "orders", "--where", "orders.phone != null")
	r.must("passed", "test")
	r.run("changes", "--format", "json")
	for _, kind := range []string{"kpis", "sources", "dimensions"} {
		r.run("list", kind, "--format", "json")
	}
	for _, address := range []string{"source.people", "source.orders", "source.leads", "source.touches", "source.person", "kpi.buyers", "dimension.city"} {
		r.run("show", address)
		r.run("show", address, "--format", "json")
	}
	r.filesClean()
}

// TestGuardedRows looks at rows that plans and explanations show: their keys are guarded.
func TestGuardedRows(t *testing.T) {
	r := newGuardedRun(t)
	r.run("apply", "--auto-approve")
	r.change("kpis.hcl", "value = sum(orders.amount)\n", "value = sum(orders.amount, orders.phone != null && orders.amount < 50)\n")
	for _, format := range []string{"text", "markdown", "json", "github"} {
		r.run("plan", "--format", format)
	}
	r.must("counted then, not now", "plan")
	r.must("For example, a row of orders", "plan", "--format", "markdown")
	r.must(`"name": "phone"`, "plan", "--format", "json")
	for _, format := range []string{"text", "markdown", "json"} {
		for _, kpi := range []string{"orders", "amount", "buyers", "with_card", "touches", "regulars", "per_buyer"} {
			r.run("explain", kpi, "2026-01", "--format", format)
		}
	}
	r.must("****", "explain", "amount", "2026-01")
}

// TestGuardedErrors provokes the errors that speak of values.
func TestGuardedErrors(t *testing.T) {
	type change struct{ file, from, to string }
	tests := []struct {
		name    string
		says    string
		changes []change
	}{
		{"no header", "E0503", []change{{"data/people.csv", "phone,email,name,city\n", ""}}},
		{"overflow", "E0510", []change{{"sources.hcl", "born       = {", "huge = { value = wage * 99999999999999999999999999999999 * 99999999999999999999999999999999 }\nborn = {"}}},
		{"stop", "E0506", []change{{"sources.hcl", "mask = email }", "mask = email, on_fail = stop }"}}},
		{"bad file", "E0515", []change{{"data/visits.json", `"note": "shop"},`, `"note": "shop"`}}},
		{"lines", "E0505", []change{{"data/leads.jsonl", `{"day": "2026-01-06", `, `{"day" "2026-01-06", `}}},
		{"result", "E0540", []change{{"kpis.hcl", "sum(orders.amount)\n", "sum(orders.wage)\n"}}},
		{"overlap", "E0513", []change{
			{"data/visits.json", `"13911110015"`, `"13911110014"`},
			{"data/visits.json", `"note": "shop"}`, `"note": "shop", "until": null}`},
			{"sources.hcl", "    path = \"data/visits.json\"\n  }\n", "    path = \"data/visits.json\"\n  }\n  key = [phone]\n  valid = [day, until]\n"},
			{"sources.hcl", "    phone = string\n", "    phone = { type = string, classification = confidential }\n    until = date\n"},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := newGuardedRun(t)
			r.t = t
			for _, c := range test.changes {
				r.change(c.file, c.from, c.to)
			}
			r.must(test.says, "apply", "--auto-approve")
			r.run("validate")
			r.run("query", "orders", "buyers", "touches")
			r.filesClean()
		})
	}
}

var classified = regexp.MustCompile(`(, )?(classification|mask) = (confidential|secret|email|phone|hash)`)

// TestClassifiedLater looks at rejects that were written before their columns were
// classified, and at those that replace them.
func TestClassifiedLater(t *testing.T) {
	r := newGuardedRun(t)
	sources, project := r.read("sources.hcl"), r.read("project.hcl")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("sources.hcl", classified.ReplaceAllString(sources, ""))
	write("project.hcl", strings.Replace(project, "  allow_confidential = [people.city]\n", "", 1))
	planted := r.planted
	r.planted = nil
	r.must("13911110009", "apply", "--auto-approve")
	r.must("wang.wu@secret-mail.com", "rejects")
	r.planted = planted
	write("sources.hcl", sources)
	write("project.hcl", project)
	r.must("apply writes it anew", "rejects", "--format", "json")
	r.run("show", "source.orders")
	r.must("***", "show", "source.orders", "--format", "json")
	r.run("plan")
	r.run("apply", "--auto-approve")
	r.must("w***@secret-mail.com", "rejects")
}
