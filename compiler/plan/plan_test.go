package plan_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/compiler/format"
	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
)

var update = flag.Bool("update", false, "write the golden files anew")

func compile(t *testing.T, text string) *compiler.Project {
	t.Helper()
	p, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: []byte(text)}}, compiler.Options{})
	if diags.HasErrors() {
		t.Fatalf("%s: %s", diags[0].Summary, diags[0].Detail)
	}
	return p
}

func definitions(t *testing.T, text string) []metrics.Definition {
	p := compile(t, text)
	return plan.Definitions(p.Model, p.Text)
}

func renamed(t *testing.T, text string) []metrics.Renamed { return compile(t, text).Model.Renamed }

func fields(text string) []plan.Field {
	var out []plan.Field
	for _, a := range format.Attributes(text) {
		out = append(out, plan.Field{Name: a.Name, Text: a.Text})
	}
	return out
}

// TestDiff compares 1.hcl and 2.hcl of each archive with its plan.
func TestDiff(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives in testdata", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for _, f := range archive.Files {
				files[f.Name] = string(f.Data)
			}
			var b strings.Builder
			for _, c := range plan.Diff(definitions(t, files["1.hcl"]), definitions(t, files["2.hcl"]), renamed(t, files["2.hcl"]), fields) {
				fmt.Fprintf(&b, "%s %s: %s, %s\n", c.Action, c.Address, c.Class, c.Reason)
				for _, f := range c.Fields {
					if c.Action == metrics.Update {
						fmt.Fprintf(&b, "  %s (%s): %s => %s\n", f.Name, f.Class, f.Old, f.New)
					}
				}
			}
			if b.String() == files["plan"] {
				return
			}
			if !*update {
				t.Fatalf("got:\n%s\nwant:\n%s", b.String(), files["plan"])
			}
			for i := range archive.Files {
				if archive.Files[i].Name == "plan" {
					archive.Files[i].Data = []byte(b.String())
				}
			}
			if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

const base = `project "p" {}
source "orders" {
  rows = []
  key  = [id]
  time = day
  columns {
    id     = string
    day    = date
    paid   = date
    amount = { type = decimal(18, 2), unit = "CNY" }
    status = string
    n      = integer
  }
  where = status != "test"
}
dimension "status" {
  from "orders" { value = status }
}
locals {
  paid = orders.status == "paid"
}
`

func fingerprint(t *testing.T, source, kpi string) string {
	t.Helper()
	for _, d := range definitions(t, source+kpi) {
		if d.Address == "kpi.k" {
			return d.Fingerprint
		}
	}
	t.Fatal("no kpi.k")
	return ""
}

// TestSameMeaning: edits that must not change a fingerprint.
func TestSameMeaning(t *testing.T) {
	same := func(a, b string) [2]string {
		return [2]string{`kpi "k" { value = ` + a + ` }`, `kpi "k" { value = ` + b + ` }`}
	}
	for name, pair := range map[string][2]string{
		"double negation":    same(`count(orders, !(!(orders.n > 1)))`, `count(orders, orders.n > 1)`),
		"negated comparison": same(`count(orders, !(orders.n > 1))`, `count(orders, orders.n <= 1)`),
		"negated equality":   same(`count(orders, !(orders.status == "a"))`, `count(orders, orders.status != "a")`),
		"in of one":          same(`count(orders, in(orders.status, ["a"]))`, `count(orders, "a" == orders.status)`),
		"or is in":           same(`count(orders, orders.status == "a" || orders.n > 1 || orders.status == "b")`, `count(orders, orders.n > 1 || in(orders.status, ["b", "a"]))`),
		"and is not in":      same(`count(orders, orders.status != "a" && orders.status != "b")`, `count(orders, !in(orders.status, ["a", "b"]))`),
		"true drops out":     same(`count(orders, true && orders.n > 1)`, `count(orders, orders.n > 1)`),
		"said twice":         same(`count(orders, orders.n > 1 && orders.n > 1)`, `count(orders, orders.n > 1)`),
		"minus":              same(`sum(orders.n - 1 + orders.n)`, `sum(orders.n + orders.n - 1)`),
		"minus of minus":     same(`sum(orders.n - (1 - orders.n))`, `sum(-1 + orders.n + orders.n)`),
		"plus nothing":       same(`sum(orders.n + 0)`, `sum(orders.n * 1)`),
		"where moved in":     {"kpi \"k\" {\n  value = sum(orders.amount, orders.n > 1)\n  where = orders.status == \"a\"\n}", `kpi "k" { value = sum(orders.amount, orders.status == "a" && orders.n > 1) }`},
		"where in parts":     {"kpi \"k\" {\n  value = sum(orders.amount) / count(orders)\n  where = orders.n > 1\n}", `kpi "k" { value = sum(orders.amount, orders.n > 1) / count(orders, 1 < orders.n) }`},
		"part with a name":   {`kpi "k" { value = sum(orders.amount) / count(orders) }`, "kpi \"k\" { value = kpi.s / kpi.c }\nkpi \"s\" { value = sum(orders.amount) }\nkpi \"c\" { value = count(orders) }"},
		"alias":              {`kpi "k" { value = sum(orders.amount) }`, "kpi \"k\" { value = kpi.s }\nkpi \"s\" { value = sum(orders.amount) }"},
		"blocks reordered":   {`kpi "k" { value = sum(orders.amount) }` + "\n" + `kpi "s" { value = count(orders) }`, `kpi "s" { value = count(orders) }` + "\n" + `kpi "k" { value = sum(orders.amount) }`},
		"layout":             {`kpi "k" { value = sum(orders.amount) }`, "kpi \"k\" {\n  # why\n  value =   sum( orders.amount )\n}"},
		"words":              {`kpi "k" { value = sum(orders.amount) }`, "kpi \"k\" {\n  label = \"K\"\n  owner = \"me\"\n  format = \"0.0\"\n  direction = up\n  target = 5\n  value = sum(orders.amount)\n}"},
		"kept":               {`kpi "k" { value = sum(orders.amount) }`, "kpi \"k\" {\n  by = [status]\n  grains = [day]\n  lag = \"2d\"\n  value = sum(orders.amount)\n}"},
		"usual time":         {`kpi "k" { value = sum(orders.amount) }`, "kpi \"k\" {\n  time = orders.day\n  value = sum(orders.amount)\n}"},
		"and":                {`kpi "k" { value = sum(orders.amount, orders.n > 1 && orders.status == "a") }`, `kpi "k" { value = sum(orders.amount, orders.status == "a" && orders.n > 1) }`},
		"flipped":            {`kpi "k" { value = count(orders, orders.n > 0) }`, `kpi "k" { value = count(orders, 0 < orders.n) }`},
		"grouping":           {`kpi "k" { value = sum(orders.n + (orders.n + 1)) }`, `kpi "k" { value = sum((1 + orders.n) + orders.n) }`},
		"constants folded":   {`kpi "k" { value = sum(orders.n * (2 + 3)) }`, `kpi "k" { value = sum(orders.n * 5.0) }`},
		"list order":         {`kpi "k" { value = count(orders, in(orders.status, ["a", "b"])) }`, `kpi "k" { value = count(orders, in(orders.status, ["b", "a"])) }`},
		"local inlined":      {`kpi "k" { value = count(orders, local.paid) }`, `kpi "k" { value = count(orders, orders.status == "paid") }`},
		"conditional":        {`kpi "k" { value = sum(orders.n > 0 ? orders.n : 0) }`, `kpi "k" { value = sum(if(orders.n > 0, orders.n, 0)) }`},
	} {
		if a, b := fingerprint(t, base, pair[0]), fingerprint(t, base, pair[1]); a != b {
			t.Errorf("%s: the fingerprint changed from %s to %s", name, a, b)
		}
	}
}

// TestGroupingOfDoubles: a sum of doubles depends on its grouping, to the last digit,
// and so does its fingerprint; the order of two operands makes no difference.
func TestGroupingOfDoubles(t *testing.T) {
	const ratio = "ratio(orders.n, orders.n)"
	of := func(value string) string { return fingerprint(t, base, `kpi "k" { value = `+value+` }`) }
	a, b, c := ratio, "avg(orders.n)", "median(orders.n)"
	if of(a+" + "+b+" + "+c) == of(a+" + ("+b+" + "+c+")") {
		t.Error("another grouping of doubles has the same fingerprint")
	}
	if of(a+" + "+b) != of(b+" + "+a) {
		t.Error("two doubles in another order have another fingerprint")
	}
}

// TestMoves: where a definition stands, and what a source that it reads is called,
// is no part of its meaning.
func TestMoves(t *testing.T) {
	prints := func(files fstest.MapFS) map[string]string {
		p, diags := compiler.Compile(files, compiler.Options{})
		if diags.HasErrors() {
			t.Fatal(diags[0].Summary, diags[0].Detail)
		}
		out := map[string]string{}
		for _, d := range plan.Definitions(p.Model, p.Text) {
			out[d.Address] = d.Fingerprint
		}
		return out
	}
	kpi := `kpi "k" { value = sum(orders.amount, local.paid) }`
	one := prints(fstest.MapFS{"a.hcl": {Data: []byte(base + kpi)}})
	apart := prints(fstest.MapFS{"z/base.hcl": {Data: []byte(base)}, "a/k.hcl": {Data: []byte(kpi)}})
	renamed := prints(fstest.MapFS{"a.hcl": {Data: []byte(strings.NewReplacer("orders.", "sales.", `"orders"`, `"sales"`).Replace(base + kpi))}})
	if one["kpi.k"] != apart["kpi.k"] {
		t.Error("a move to another file changes the fingerprint")
	}
	if one["kpi.k"] != renamed["kpi.k"] {
		t.Error("a source's new name changes the fingerprint")
	}
}

// TestOtherMeaning: edits that must change a fingerprint, of the KPI or upstream.
func TestOtherMeaning(t *testing.T) {
	kpi := `kpi "k" { value = sum(orders.amount, orders.n > 1) }`
	seen := map[string]string{fingerprint(t, base, kpi): "unchanged"}
	for name, edit := range map[string][2]string{
		"function":        {base, `kpi "k" { value = avg(orders.amount, orders.n > 1) }`},
		"filter":          {base, `kpi "k" { value = sum(orders.amount, orders.n >= 1) }`},
		"constant":        {base, `kpi "k" { value = sum(orders.amount, orders.n > 2) }`},
		"where":           {base, "kpi \"k\" {\n  value = sum(orders.amount, orders.n > 1)\n  where = orders.status == \"a\"\n}"},
		"operand order":   {base, `kpi "k" { value = sum(orders.amount - orders.amount * 2, orders.n > 1) }`},
		"time":            {base, "kpi \"k\" {\n  value = sum(orders.amount, orders.n > 1)\n  time = orders.paid\n}"},
		"source filter":   {strings.Replace(base, `status != "test"`, `status != "tests"`, 1), kpi},
		"column type":     {strings.Replace(base, "decimal(18, 2)", "decimal(18, 3)", 1), kpi},
		"unit":            {strings.Replace(base, "CNY", "USD", 1), kpi},
		"where of a part": {base, "kpi \"k\" { value = kpi.s }\nkpi \"s\" { value = sum(orders.amount, orders.n > 1 || orders.n < 0) }"},
		"or":              {base, `kpi "k" { value = sum(orders.amount, orders.n > 1 || orders.status == "a") }`},
		"not in":          {base, `kpi "k" { value = sum(orders.amount, orders.n > 1 && orders.status != "a") }`},
		"in":              {base, `kpi "k" { value = sum(orders.amount, orders.n > 1 && orders.status == "b") }`},
		"in of more":      {base, `kpi "k" { value = sum(orders.amount, orders.n > 1 && in(orders.status, ["a", "b"])) }`},
		"minus flipped":   {base, `kpi "k" { value = sum(orders.amount * 2 - orders.amount, orders.n > 1) }`},
		"counted in":      {base, `kpi "k" { value = sum(orders.amount, orders.n > 1) / 1 }`},
		"column rule":     {strings.Replace(base, "n      = integer", "n      = { type = integer, required = true }", 1), kpi},
		"reader":          {strings.Replace(base, "rows = []", `rows = [{ id = "1" }]`, 1), kpi},
		"deduped":         {strings.Replace(base, "time = day", "time = day\n  dedupe {\n    by = [id]\n    order = day\n    keep = last\n  }", 1), kpi},
		"fiscal year":     {strings.Replace(base, `project "p" {}`, `project "p" { fiscal_year_start = 4 }`, 1), kpi},
		"key":             {strings.Replace(base, "key  = [id]", "key  = [id, n]", 1), kpi},
		"week start":      {strings.Replace(base, `project "p" {}`, `project "p" { week_start = sunday }`, 1), kpi},
		"time zone":       {strings.Replace(base, `project "p" {}`, `project "p" { timezone = "Asia/Shanghai" }`, 1), kpi},
	} {
		print := fingerprint(t, edit[0], edit[1])
		if before, known := seen[print]; known {
			t.Errorf("%s: the same fingerprint as %s", name, before)
		}
		seen[print] = name
	}
}
