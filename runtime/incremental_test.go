package runtime_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// The project of random edits: two sources by day, one of which references a third,
// and KPIs that look at other periods than their own in every way.
const editedProject = `
project "edited" {
  timezone = "Asia/Shanghai"
  grains   = [day, week, month]
}
source "sales" {
  csv {
    path = "sales_*.csv"
  }
  key  = [id]
  time = at
  dedupe {
    by    = [id, at]
    order = [version]
  }
  columns {
    id      = integer
    at      = timestamp
    shop    = { type = string, references = shops, on_fail = quarantine }
    channel = string
    amount  = { type = decimal(12, 2), range = [0, 900], on_fail = quarantine }
    version = { type = integer, range = [0, 5] }
  }
}
source "shops" {
  csv {
    path = "shops.csv"
  }
  key = [shop]
  columns {
    shop   = string
    region = string
  }
}
source "visits" {
  csv {
    path = "visits_*.csv"
  }
  time = day
  columns {
    day     = date
    channel = string
    n       = integer
  }
}
dimension "channel" {
  from "sales" { value = channel }
  from "visits" { value = channel }
}
dimension "region" {
  from "sales" { value = shops.region }
}
kpi "revenue" {
  value = sum(sales.amount)
  by    = [channel, region, [channel, region]]
}
kpi "buyers" { value = count_distinct(sales.shop) }
kpi "visits" {
  value = sum(visits.n)
  by    = [channel]
  lag   = "2d"
}
kpi "per_visit" {
  value = kpi.revenue / kpi.visits
  by    = [channel]
}
kpi "before" {
  value = previous(kpi.revenue, 3, day)
  by    = [channel]
}
kpi "three_days" {
  value = rolling(kpi.revenue, 3, day)
  by    = [channel]
}
kpi "since_month" { value = to_date(kpi.revenue, month) }
kpi "growth" { value = kpi.visits / previous(kpi.visits, 1, week) - 1 }
`

func randomSales(r *rand.Rand, day int) string {
	var b strings.Builder
	b.WriteString("id,at,shop,channel,amount,version\n")
	for range r.IntN(6) {
		fmt.Fprintf(&b, "%d,2026-01-%02d %02d:00:00,%c,%c,%d,%d\n", r.IntN(60), day, r.IntN(24), 'a'+rune(r.IntN(4)), 'p'+rune(r.IntN(2+r.IntN(3))), r.IntN(1000), r.IntN(8))
	}
	return b.String()
}

func randomVisits(r *rand.Rand, day int) string {
	var b strings.Builder
	b.WriteString("day,channel,n\n")
	for range r.IntN(4) {
		fmt.Fprintf(&b, "2026-01-%02d,%c,%d\n", day, 'p'+rune(r.IntN(3)), r.IntN(50))
	}
	return b.String()
}

// published is all current values and what is known of the sources, as text.
func published(t *testing.T, dir string) []string {
	t.Helper()
	st, diags := store.Open(filepath.Join(dir, ".metrics"))
	none(t, diags)
	current, diags := st.Published(store.Moment{})
	none(t, diags)
	eng, err := duckdb.Open(context.Background(), duckdb.Options{TempDir: t.TempDir(), AllowedDirs: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	table, err := eng.Query(context.Background(), `SELECT concat_ws(' ', "kpi", "cuts", "grain", "period", "start", "members", coalesce("value", 'null'), "state", "fingerprint") FROM (`+current+`) ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, row := range table.Rows {
		out = append(out, fmt.Sprint(row[0]))
	}
	for _, name := range []string{"sales", "visits"} {
		s := st.Catalog().Sources[name]
		out = append(out, fmt.Sprint(s.Account, s.Checks, s.Statistics.Rows))
	}
	return out
}

// TestIncrementalApply edits files at random, lets time go by, and applies: every
// value, state, count and reject is what an apply of all files from nothing gives.
func TestIncrementalApply(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(1, seed))
	ctx := context.Background()
	files := map[string]string{"p.hcl": editedProject, "shops.csv": "shop,region\na,N\nb,S\nc,N\n"}
	for day := 1; day <= 24; day++ {
		files[fmt.Sprintf("sales_%02d.csv", day)] = randomSales(r, day)
		files[fmt.Sprintf("visits_%02d.csv", day)] = randomVisits(r, day)
	}
	dir := write(t, files)
	asOf := time.Date(2026, 1, 25, 0, 0, 0, 0, time.UTC)
	apply := func(dir string) ([]string, []metrics.Rejected, int) {
		p, diags := runtime.Open(ctx, runtime.Options{Dir: dir, AsOf: asOf.Format("2006-01-02T15:04")})
		none(t, diags)
		done := applied(t, p)
		rejects, diags := p.Rejects(ctx, "")
		none(t, diags)
		computed := 0
		for _, c := range done.Plan.Periods {
			computed += c.Count
		}
		return published(t, dir), rejects, computed
	}
	limited := 0
	for step := range 6 {
		got, rejects, some := apply(dir)
		fresh := t.TempDir()
		if err := os.CopyFS(fresh, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		os.RemoveAll(filepath.Join(fresh, ".metrics"))
		want, wantRejects, all := apply(fresh)
		if some < all {
			limited++
		}
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Fatalf("seed %d, step %d: %d values, want %d; first difference\n%s\nwant\n%s", seed, step, len(got), len(want), got[min(i, len(got)-1)], want[min(i, len(want)-1)])
			}
		}
		if !slices.Equal(rejects, wantRejects) {
			t.Fatalf("seed %d, step %d: rejects\n%v\nwant\n%v", seed, step, rejects, wantRejects)
		}
		if step == 4 { // a late row alone, which touches few periods
			header, _, _ := strings.Cut(randomSales(r, 20), "\n")
			if err := os.WriteFile(filepath.Join(dir, "sales_29.csv"), []byte(header+"\n200,2026-01-20 10:00:00,a,p,5,1\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		for range 1 + r.IntN(2) {
			day := 1 + r.IntN(28)
			name, text := fmt.Sprintf("sales_%02d.csv", day), randomSales(r, day)
			switch r.IntN(6) {
			case 0:
				name, text = fmt.Sprintf("visits_%02d.csv", day), randomVisits(r, day)
			case 1: // a late row
				old, _ := os.ReadFile(filepath.Join(dir, name))
				if len(old) > 0 {
					text = string(old) + fmt.Sprintf("%d,2026-01-%02d 10:00:00,a,p,5,1\n", 100+step, 1+r.IntN(28))
				}
			case 2:
				os.Remove(filepath.Join(dir, name))
				continue
			case 3:
				asOf = asOf.Add(time.Duration(r.IntN(30)) * time.Hour)
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if limited == 0 {
		t.Error("all periods were computed every time")
	}
}
