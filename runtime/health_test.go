package runtime_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// Of the same files, rows are kept in packs (plain), beside their rejects (late, as
// what a row references decides about it) and made from other sources (both).
const healthProject = `
project "healthy" {
  timezone = "Europe/Berlin"
  as_of    = "2026-01-14T12:00"
  grains   = [day]
}
source "stores" {
  csv { 
    path = "stores.csv" 
  }
  key = [store]
  columns {
    store = string 
  }
}
source "plain" {
  csv { 
    path = "orders*.csv" 
  }
  key   = [id]
  time  = at
  where = status != "test"
  columns {
    id     = string
    at     = timestamp
    store  = { type = string, references = stores }
    status = string
    amount = { type = decimal(18, 2), range = [0, 100], on_fail = quarantine }
  }
}
source "late" {
  csv { 
    path = "orders*.csv" 
  }
  key   = [id]
  time  = moved
  where = status != "test"
  columns {
    id     = string
    at     = timestamp
    store  = { type = string, references = stores, on_fail = quarantine }
    status = string
    amount = { type = decimal(18, 2), range = [0, 100], on_fail = quarantine }
    moved  = { value = date_add(at, 1, day) }
  }
  check "known" {
    assert  = stores.store != "closed"
    on_fail = quarantine
  }
}
source "both" {
  union = [plain, late]
}
kpi "rejected_share" { value = health.plain.rejected / health.plain.rows }
kpi "known" { value = health.plain.completeness }
`

const healthOrders = `id,at,store,status,amount
1,2026-01-09 09:30,north,paid,10.00
2,2026-01-11 10:00,north,paid,20.00
2,2026-01-11 10:00,north,paid,20.00
3,2026-01-11 10:05,south,test,30.00
4,2026-01-12 08:00,north,paid,12.5O
5,2026-01-12 09:00,west,paid,
6,,north,paid,5
7,never,north,paid,5
8,2026-01-12 11:00,north,,500
9,2026-01-13 11:20,closed,paid,7
10,2026-02-01 00:00,,paid,7
11,2026-01-13 10:00,north,paid,7,one too many
`

func healthFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeHealth(t, dir, "health.hcl", healthProject)
	writeHealth(t, dir, "orders.csv", healthOrders)
	writeHealth(t, dir, "stores.csv", "store\nnorth\nsouth\nclosed\n")
	return dir
}

func writeHealth(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func openHealth(t *testing.T, dir string) *runtime.Project {
	t.Helper()
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p
}

// askHealth are the values of measures, a line a row; dashes stand for null.
func askHealth(t *testing.T, p *runtime.Project, grain metrics.Grain, last int, kpis ...string) string {
	t.Helper()
	answer, diags := p.Query(context.Background(), query.Request{KPIs: kpis, Grain: grain, Last: last})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var lines []string
	for _, row := range answer.Rows {
		var cells []string
		for _, v := range row.Values {
			if v == nil {
				v = "-"
			}
			cells = append(cells, fmt.Sprint(v))
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return strings.Join(lines, "\n")
}

func measures(source string, names ...string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = metrics.HealthPrefix + source + "." + n
	}
	return out
}

// The totals are those of the account that each source kept when it was read, and what
// is counted in the file by hand.
func TestHealthIsTheAccount(t *testing.T) {
	dir := healthFolder(t)
	p := openHealth(t, dir)
	for source, byHand := range map[string]string{
		"plain": "12 6 1 1 4", // 4: 12.5O; 7: never; 8: 500; 11: a field too many
		"late":  "12 4 1 1 6", // 5: no store west; 9: closed
		"both":  "10 10 0 0 0",
	} {
		if got := askHealth(t, p, metrics.NoGrain, 0, measures(source, "rows", "clean", "filtered", "duplicates", "rejected")...); got != byHand {
			t.Errorf("%s: got %s, by hand %s", source, got, byHand)
		}
	}
}

func TestHealthByDay(t *testing.T) {
	p := openHealth(t, healthFolder(t))
	// Of 2026-01-09 to 14: rows, clean, filtered, duplicates, rejected.
	want := strings.Join([]string{
		"2026-01-09 1 1 0 0 0", "2026-01-10 0 0 0 0 0", "2026-01-11 3 1 1 1 0", "2026-01-12 3 1 0 0 2", "2026-01-13 1 1 0 0 0", "2026-01-14 0 0 0 0 0",
	}, "\n")
	if got := askHealth(t, p, metrics.Day, 6, measures("plain", "rows", "clean", "filtered", "duplicates", "rejected")...); got != want {
		t.Errorf("plain:\n%s\nby hand:\n%s", got, want)
	}
	// A day later, as its time is computed; rows that can't be read have none.
	want = strings.Join([]string{"2026-01-12 3 1 1 1 0", "2026-01-13 2 0 0 0 2", "2026-01-14 1 0 0 0 1"}, "\n")
	if got := askHealth(t, p, metrics.Day, 3, measures("late", "rows", "clean", "filtered", "duplicates", "rejected")...); got != want {
		t.Errorf("late:\n%s\nby hand:\n%s", got, want)
	}
}

// Of clean rows up to as-of, 1, 2, 5 and 9, one has no amount and one no known store;
// the last is 24 hours and 40 minutes old.
func TestHealthOfCleanRows(t *testing.T) {
	p := openHealth(t, healthFolder(t))
	got := askHealth(t, p, metrics.NoGrain, 0, measures("plain", "completeness", "completeness.amount", "orphans", "orphans.stores", "freshness")...)
	if want := "0.95 0.75 1 1 24"; got != want {
		t.Errorf("got %s, by hand %s", got, want)
	}
	for _, s := range p.Model.Sources {
		for _, k := range p.Model.Health(s.Name) {
			if k.Type.Kind == metrics.Unknown {
				t.Errorf("%s has no type", k.Name)
			}
		}
	}
}

// A row that is mended in its file changes the published values of its day, though
// the clean rows of that day may stay as they were.
func TestPublishedHealthFollowsRejects(t *testing.T) {
	dir := healthFolder(t)
	apply := func() {
		t.Helper()
		p := openHealth(t, dir)
		planned, diags := p.Plan(context.Background())
		if !diags.HasErrors() {
			_, diags = p.Apply(context.Background(), planned, "")
		}
		if diags.HasErrors() {
			t.Fatal(diags)
		}
	}
	published := func() string {
		t.Helper()
		p := openHealth(t, dir)
		answer, diags := p.Published(context.Background(), query.Request{KPIs: []string{"rejected_share"}, Grain: metrics.Day, Last: 6}, runtime.Moment{})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		var out []string
		for _, row := range answer.Rows {
			out = append(out, fmt.Sprint(row.Values[0], " ", row.Values[1], "\n"))
		}
		return strings.Join(out, "")
	}
	apply()
	if got := published(); !strings.Contains(got, "2026-01-12 0.6666666666666666") {
		t.Fatal(got)
	}
	writeHealth(t, dir, "orders.csv", strings.ReplaceAll(strings.ReplaceAll(healthOrders, "8,2026-01-12 11:00,north,,500\n", ""), "north,paid,12.5O", "north,test,1"))
	apply()
	if got := published(); !strings.Contains(got, "2026-01-12 0\n") {
		t.Fatal(got)
	}
}
