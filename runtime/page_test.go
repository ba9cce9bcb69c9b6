package runtime_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

// drawn is a dashboard as a file.
func drawn(t *testing.T, p *runtime.Project, d *metrics.Dashboard, format string) []byte {
	t.Helper()
	out, diags := p.Report(context.Background(), d, format, func(_ *metrics.Model, k *metrics.KPI) string { return k.Description })
	none(t, diags)
	return out
}

// checkPage demands of a page that it is small, the same each time, and asks what is
// published once for each grain.
func checkPage(t *testing.T, p *runtime.Project, grains int) {
	t.Helper()
	d := p.Model.Dashboards[0]
	html := drawn(t, p, d, "html")
	if len(html) >= 200<<10 {
		t.Errorf("the page has %d bytes, at most 200 KB", len(html))
	}
	for _, format := range runtime.PageFormats {
		if one, other := drawn(t, p, d, format), drawn(t, p, d, format); !bytes.Equal(one, other) {
			t.Errorf("%s: another drawing has other bytes", format)
		}
	}
	if found := regexp.MustCompile(`(?i)https?:|src=|url\(|@import|<link|<iframe|fetch\(|XMLHttpRequest`).Find(html); found != nil {
		t.Errorf("the page holds %q, which may load something", found)
	}
	scans, _, _ := runtime.PageParts(t, p, d)
	if len(scans) != grains {
		t.Errorf("%d scans of what is published, for %d grains", len(scans), grains)
	}
	for _, s := range scans {
		if strings.Count(s, "FROM (published)") != 1 || strings.Count(s, "FROM") != 1 {
			t.Errorf("more than one scan in %s", s)
		}
	}
}

// weeklySections is the order of the example's page.
var weeklySections = []string{"state", "overview", "alerts", "bridge", "funnel", "places", "products", "customers"}

func checkWeeklyPage(t *testing.T, p *runtime.Project) {
	t.Helper()
	checkPage(t, p, 1)
	var got []string
	for _, s := range p.Model.Dashboards[0].Sections {
		got = append(got, s.Name)
	}
	if !slices.Equal(got, weeklySections) {
		t.Errorf("sections %q, want %q", got, weeklySections)
	}
}

const salesPage = `
dashboard "page" {
  grain = week
  section "all" {
    card {
      kpi     = kpi.sales
      compare = [previous, target]
    }
    table {
      kpis    = [kpi.sales]
      by      = [region]
      compare = [previous]
    }
    waterfall {
      kpi = kpi.sales
      by  = [region]
    }
    alerts {}
    changes {}
  }
}
`

// pagedShop is the shop by day and week, with a page.
func pagedShop(t *testing.T, dir, thresholds, sales, asOf string) *runtime.Project {
	t.Helper()
	for name, text := range map[string]string{
		"shop.hcl":   strings.Replace(alertShop, "grains   = [week]", "grains   = [day, week]", 1) + salesPage + thresholds,
		"sales.csv":  "day,region,store,amount\n" + sales,
		"visits.csv": "day,region,store,n\n2026-01-05,east,a,1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir, AsOf: asOf})
	none(t, diags)
	return p
}

// TestPageOfStore draws a page over applies: its first week, which has none before it; two
// weeks later, within an open week of which a year ago two days had 30 of 100; and after a
// threshold and a row were edited. All figures are by hand.
func TestPageOfStore(t *testing.T) {
	dir := t.TempDir()
	yearAgo := ""
	for i, amount := range []string{"10", "20", "70", "0", "0", "0", "0"} { // 2025-W04
		yearAgo += fmt.Sprintf("2025-01-%d,east,a,%s\n", 20+i, amount)
	}
	const low = `
threshold "low" {
  kpi   = kpi.sales
  grain = week
  red   = value < 50
}
`
	steps := []struct {
		thresholds, sales, asOf string
		grains                  int
		says                    []string
	}{
		{"", weeks("east", "a", "60") + weeks("west", "b", "30"), "2026-01-12", 1,
			[]string{"page 2026-W02", "of target 128.6% gap +20", "east 60 –", "No thresholds are defined.", "Nothing is published for the period before.", "kpi.sales, kpi.visits"}},
		{low, yearAgo + weeks("east", "a", "60", "15", "20") + weeks("west", "b", "30", "25", "10"), "2026-01-21", 2,
			[]string{"page 2026-W03", "previous −55.6% of target 57.1% gap −30 2026-W04 so far 42.9% (due by now 30.0%)",
				"east 15 −75.0%", "west 25 −16.7%", "east −45", "west −5", "■ red", "20.0% below 50", "threshold.low"}},
		{strings.Replace(low, "< 50", "< 45", 1), yearAgo + weeks("east", "a", "60", "22", "20") + weeks("west", "b", "30", "25", "10"), "2026-01-21", 2,
			[]string{"previous −47.8% of target 67.1% gap −23", "east 22 −63.3%", "Nothing is red or amber."}},
	}
	for i, s := range steps {
		p := pagedShop(t, dir, s.thresholds, s.sales, s.asOf)
		if run := applied(t, p).Run; run.ID != i+1 {
			t.Fatalf("run %d, want %d", run.ID, i+1)
		}
		text := strings.Join(strings.Fields(string(drawn(t, p, p.Model.Dashboards[0], "text"))), " ")
		for _, says := range s.says {
			if !strings.Contains(text, says) {
				t.Errorf("after run %d the page doesn't say %q: %s", i+1, says, text)
			}
		}
		checkPage(t, p, s.grains)
	}
}
