package runtime_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

// modeProject is a project whose orders have one check that the test places.
const modeProject = `
project "demo" {
  timezone = "UTC"
  as_of    = "2026-01-20"
  grains   = [day]
}
source "customers" {
  rows = [{ id = "c1" }]
  key  = [id]
}
source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [id]
  time = day
  columns {
    id       = { type = string ID }
    day      = date
    amount   = { type = decimal(18, 2) AMOUNT }
    status   = { type = string STATUS }
    age      = { type = integer AGE }
    customer = { type = string CUSTOMER }
  }
  BLOCK
}
kpi "revenue" { value = sum(orders.amount) }
kpi "orders" { value = count(orders) }
ELSEWHERE
`

// Good rows on which every check holds, and rows of which each fails one.
var goodRows = "id,day,amount,status,age,customer\n" + func() string {
	rows := ""
	for i := range 19 {
		rows += fmt.Sprintf("%d,2026-01-%02d,10,paid,30,c1\n", i+1, i+1)
	}
	return rows
}()

// checkMode is a check of one kind, and what one bad row comes to in each mode: the
// rows that are clean of 20, by mode; a mode that is left out is none of the kind.
type checkMode struct {
	kind  metrics.CheckKind
	at    string // what of the project says it, with MODE
	row   string
	clean map[metrics.OnFail]int64
}

var checkModes = []checkMode{
	{metrics.CheckType, "AMOUNT=, on_fail = MODE", "20,2026-01-19,much,paid,30,c1", map[metrics.OnFail]int64{metrics.Quarantine: 19, metrics.Warn: 19, metrics.Stop: 0}},
	{metrics.CheckRequired, "STATUS=, required = true, on_fail = MODE", "20,2026-01-19,10,,30,c1", map[metrics.OnFail]int64{metrics.Quarantine: 19, metrics.Warn: 20, metrics.Stop: 0}},
	{metrics.CheckKey, "ID=, on_fail = MODE", "19,2026-01-19,11,paid,30,c1", map[metrics.OnFail]int64{metrics.Quarantine: 19, metrics.Warn: 19, metrics.Stop: 0}},
	{metrics.CheckKey, "ID=, on_fail = MODE", ",2026-01-19,11,paid,30,c1", map[metrics.OnFail]int64{metrics.Quarantine: 19, metrics.Warn: 19, metrics.Stop: 0}},
	{metrics.CheckValues, `STATUS=, values = ["paid"], on_fail = MODE`, "20,2026-01-19,10,lost,30,c1", map[metrics.OnFail]int64{metrics.Quarantine: 19, metrics.Warn: 20, metrics.Stop: 0}},
	{metrics.CheckRange, "AGE=, range = [18, 65], on_fail = MODE", "20,2026-01-19,10,paid,17,c1", map[metrics.OnFail]int64{metrics.Quarantine: 19, metrics.Warn: 20, metrics.Stop: 0}},
	{metrics.CheckReferences, "CUSTOMER=, references = customers, on_fail = MODE", "20,2026-01-19,10,paid,30,c2", map[metrics.OnFail]int64{metrics.Quarantine: 19, metrics.Warn: 20, metrics.Stop: 0}},
	{metrics.CheckAssert, "BLOCK=check \"positive\" {\n assert = amount > 0\n on_fail = MODE\n}", "20,2026-01-19,-1,paid,30,c1", map[metrics.OnFail]int64{metrics.Quarantine: 19, metrics.Warn: 20, metrics.Stop: 0}},
	{metrics.CheckFreshness, "BLOCK=freshness {\n FRESH = \"48h\"\n}", "", map[metrics.OnFail]int64{metrics.Warn: 10, metrics.Stop: 0}},
	{metrics.CheckCoverage, "BLOCK=coverage {\n by = [status]\n within = \"5d\"\n on_fail = MODE\n}", "", map[metrics.OnFail]int64{metrics.Warn: 19, metrics.Stop: 0}},
	{metrics.CheckAnomaly, "BLOCK=anomaly \"volume\" {\n measure = sum(amount)\n grain = day\n method = iqr\n on_fail = MODE\n}", "20,2026-01-19,99999,paid,30,c1", map[metrics.OnFail]int64{metrics.Warn: 20, metrics.Stop: 0}},
	{metrics.CheckKPIs, "ELSEWHERE=check \"small\" {\n assert = kpi.revenue < 1000\n on_fail = MODE\n}", "20,2026-01-19,99999,paid,30,c1", map[metrics.OnFail]int64{metrics.Warn: 20, metrics.Stop: 0}},
}

// text is the project with the check in a mode.
func (c checkMode) text(mode metrics.OnFail) string {
	where, what, _ := strings.Cut(c.at, "=")
	what = strings.ReplaceAll(strings.ReplaceAll(what, "MODE", string(mode)), "FRESH", map[metrics.OnFail]string{metrics.Warn: "warn", metrics.Stop: "error"}[mode])
	out := modeProject
	for _, place := range []string{"ID", "AMOUNT", "STATUS", "AGE", "CUSTOMER", "BLOCK", "ELSEWHERE"} {
		with := ""
		if place == where {
			with = what
		}
		out = strings.Replace(out, " "+place+" }", with+" }", 1)
		out = strings.Replace(out, "\n  "+place+"\n", "\n"+with+"\n", 1)
		out = strings.Replace(out, "\n"+place+"\n", "\n"+with+"\n", 1)
	}
	return out
}

// bad is the rows of the file on which the check fails.
func (c checkMode) bad() string {
	switch c.kind {
	case metrics.CheckFreshness:
		return strings.Join(strings.SplitAfter(goodRows, "\n")[:11], "")
	case metrics.CheckCoverage:
		return strings.NewReplacer("2026-01-13,10,paid", "2026-01-13,10,lost", "2026-01-14,10,paid", "2026-01-14,10,lost").Replace(goodRows)
	}
	return goodRows + c.row + "\n"
}

// TestChecksByMode has every kind of check fail in every mode: rows are kept out, kept
// and told, or the apply ends and the store stays as it was, to the byte.
func TestChecksByMode(t *testing.T) {
	for i, c := range checkModes {
		for mode, clean := range c.clean {
			t.Run(fmt.Sprintf("%d_%s_%s", i, c.kind, mode), func(t *testing.T) {
				t.Parallel()
				dir := write(t, map[string]string{"project.hcl": c.text(mode), "orders.csv": goodRows})
				_, _, diags := applyIn(t, dir)
				none(t, diags)
				if err := os.WriteFile(filepath.Join(dir, "orders.csv"), []byte(c.bad()), 0o666); err != nil {
					t.Fatal(err)
				}
				before, applied, diags := applyIn(t, dir)
				if mode == metrics.Stop {
					if applied != nil || len(diags) == 0 || !diags.HasErrors() || !stopped(diags) {
						t.Fatalf("not stopped: %+v", diags)
					}
					if after := contents(t, filepath.Join(dir, ".metrics")); after != before {
						t.Errorf("the store was\n%s\nand is\n%s", before, after)
					}
					return
				}
				if applied == nil || diags.HasErrors() {
					t.Fatalf("%+v", diags)
				}
				account := applied.Run.Accounts[1]
				if account.Source != "orders" || account.Clean != clean || !account.Balanced() {
					t.Errorf("%+v, want %d clean", account, clean)
				}
				found := false
				for _, r := range applied.Checks {
					found = found || r.Check == c.kind && r.Failed > 0
				}
				if !found {
					t.Errorf("the check is not among the results: %+v", applied.Checks)
				}
			})
		}
	}
}

// stopped tells whether the only error is that of a check.
func stopped(diags diag.List) bool {
	errors := slices.DeleteFunc(slices.Clone(diags), func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
	return len(errors) == 1 && errors[0].Code == diag.CheckFailed
}

// applyIn plans and applies in a folder, as far as that goes; before is what the store
// held when the apply began. A plan keeps the clean rows that it made, for the apply.
func applyIn(t *testing.T, dir string) (before string, done *plan.Applied, diags diag.List) {
	t.Helper()
	p, diags := runtime.Open(t.Context(), runtime.Options{Dir: dir})
	none(t, diags)
	planned, diags := p.Plan(t.Context())
	none(t, diags)
	if _, err := os.Stat(p.StoreDir()); err == nil {
		before = contents(t, p.StoreDir())
	}
	done, diags = p.Apply(t.Context(), planned, "")
	return before, done, diags
}

// contents is the names and contents of all files of a folder.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		fmt.Fprintf(&b, "%s %d %x\n", path, len(text), sha256.Sum256(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
