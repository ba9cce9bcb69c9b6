package runtime_test

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
)

// plantedReject is a line of the table of what is planted in the example.
var plantedReject = regexp.MustCompile("(?m)^\\| Unreadable value, a reject \\| `([^`]+)`, column `([^`]+)` \\| line (\\d+) \\| `([^`]+)` \\|$")

// TestWeeklySalesAccount applies the example: its rows add up, its rejects are those
// that were planted, each where its README says, and health tells the same account.
func TestWeeklySalesAccount(t *testing.T) {
	readme, err := os.ReadFile("../examples/weekly_sales/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, m := range plantedReject.FindAllStringSubmatch(string(readme), -1) {
		want = append(want, fmt.Sprintf("%s:%s %q", m[1], m[3], m[4]))
	}
	if len(want) != 9 {
		t.Fatalf("the README tells of %d rejects", len(want))
	}
	p := open(t, "../examples/weekly_sales")
	run := applied(t, p).Run
	all, diags := p.Rejects(t.Context(), "")
	none(t, diags)
	var got []string
	for _, r := range all {
		if r.Reason == "" || r.Column == "" || !strings.Contains(r.Raw, r.Value) {
			t.Errorf("%+v", r)
		}
		got = append(got, fmt.Sprintf("%s:%d %q", path.Base(r.File), r.Line, r.Value))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("rejects are\n%s\nplanted were\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	rejected := int64(0)
	var told, asked []string
	for _, a := range run.Accounts {
		if !a.Balanced() {
			t.Errorf("%+v does not add up", a)
		}
		if !a.Derived {
			rejected += a.Rejected
		}
		told = append(told, fmt.Sprint(a.Read, a.Clean, a.Filtered, a.Duplicates, a.Rejected))
		asked = append(asked, measures(a.Source, "rows", "clean", "filtered", "duplicates", "rejected")...)
	}
	if got := askHealth(t, p, metrics.NoGrain, 0, asked...); got != strings.Join(told, " ") {
		t.Errorf("health is\n%s\nand the accounts are\n%s", got, strings.Join(told, " "))
	}
	if rejected != int64(len(want)) {
		t.Errorf("%d rows are rejected, %d were planted", rejected, len(want))
	}
}
