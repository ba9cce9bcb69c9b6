package runtime_test

import (
	"bytes"
	"context"
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
