package threshold_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/threshold"
)

// TestPace holds what is due in an open week against figures by hand. It is Wednesday
// morning: two days have passed. A year ago, Monday and Tuesday had 30 of the week's 100.
func TestPace(t *testing.T) {
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	cal := calendar()
	asOf, _ := cal.Instant("2026-03-11") // of 2026-W11
	shape := []string{"10", "20", "30", "40", "0", "0", "0"}
	tests := []struct {
		name, target, condition, value string
		days                           []string
		want                           string // state, attainment, gap and pace; "" for no alert
	}{
		{"by shape, behind", "100", "value < target", "29", shape, "pending 0.29 -71 0.3"},
		{"by shape, on pace", "100", "value < target", "30", shape, ""},
		{"linear where a day is missing", "100", "value < target", "29", shape[:6], ""},
		{"linear, behind", "100", "value < target", "28", shape[:6], "pending 0.28 -72 0.2857142857142857"},
		{"a year ago had nothing", "100", "value < target", "28", []string{"0", "0", "0", "0", "0", "0", "0"}, "pending 0.28 -72 0.2857142857142857"},
		{"a year ago began with a loss", "100", "value < target", "28", []string{"-10", "-20", "60", "40", "0", "0", "0"}, "pending 0.28 -72 0.2857142857142857"},
		{"a year ago ended with one", "100", "value < target", "28", []string{"60", "50", "-10", "0", "0", "0", "0"}, "pending 0.28 -72 0.2857142857142857"},
		{"all of a year ago was a loss", "100", "value < target", "29", []string{"-10", "-20", "-70", "0", "0", "0", "0"}, "pending 0.29 -71 0.3"},
		{"another KPI, of which the condition says nothing", "kpi.plan", "value > 5", "25", shape, "pending 0.5 -25 0.3"},
		{"another KPI", "kpi.plan", "value < target * 0.5", "7", shape, "pending 0.14 -43 0.3"},
		{"a range, below", "[40, 60]", "value < target.low", "11", shape, "pending 0.275 -29 0.3"},
		{"a range, on pace", "[40, 60]", "value < target.low", "12", shape, ""},
		{"a range, above", "[40, 60]", "value > target.high", "66", shape, "pending 1.1 6 0.3"},
	}
	for _, tt := range tests {
		text := strings.Replace(definitions, "target = kpi.m", "target = "+strings.Replace(tt.target, "plan", "m", 1), 1) +
			"threshold \"t\" {\n  kpi = kpi.n\n  grain = week\n  red = " + tt.condition + "\n}\n"
		project, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: []byte(text)}}, compiler.Options{})
		if diags.HasErrors() {
			t.Fatal(tt.name, diags)
		}
		row := func(kpi, grain, start, value string) string {
			return fmt.Sprintf("('%s', '', '%s', '%s', '[]', '%s', 'open')", kpi, grain, start, value)
		}
		rows := []string{row("n", "week", "2026-03-09", tt.value), row("m", "week", "2026-03-02", "1"), row("m", "week", "2026-03-09", "50")}
		first := time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC) // 2025-W11
		for i, v := range tt.days {
			rows = append(rows, row("n", "day", first.AddDate(0, 0, i).Format(time.DateOnly), v))
		}
		verdict, err := threshold.Judge(ctx, threshold.Input{Model: project.Model, Calendar: cal, AsOf: asOf, Thresholds: project.Model.Thresholds, Engine: eng,
			Values: "SELECT * FROM (VALUES " + strings.Join(rows, ", ") + `) AS v("kpi", "cuts", "grain", "start", "members", "value", "state")`})
		if err != nil || len(verdict.Failed) > 0 {
			t.Fatal(tt.name, err, verdict.Failed)
		}
		alerts, _, err := verdict.Alerts(ctx, threshold.Told{Run: 1, LastDay: func(string) string { return "" }})
		if err != nil {
			t.Fatal(tt.name, err)
		}
		if got := attainedText(alerts); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// attainedText is what the alerts of the open week say of targets.
func attainedText(alerts []metrics.Alert) string {
	var out []string
	for _, a := range alerts {
		if a.Period != "2026-W11" {
			continue
		}
		text := string(a.State)
		for _, n := range []*metrics.Number{a.Target.Attainment, a.Target.Gap, a.Target.Pace} {
			text += " " + string(*n)
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// TestError demands that a condition that the engine can't compute is an alert of its own,
// and that the other thresholds are judged.
func TestError(t *testing.T) {
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	cal := calendar()
	asOf, _ := cal.Instant("2026-03-09")
	text := definitions + `
threshold "broken" {
  kpi   = kpi.n
  grain = week
  red   = value < 10
}
threshold "sound" {
  kpi   = kpi.half
  grain = week
  red   = value < 10
}
`
	project, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: []byte(text)}}, compiler.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	verdict, err := threshold.Judge(ctx, threshold.Input{Model: project.Model, Calendar: cal, AsOf: asOf, Thresholds: project.Model.Thresholds, Engine: eng,
		Values: `SELECT * FROM (VALUES ('n', '', 'week', '2026-03-02', '[]', 'no number', 'final'), ('half', '', 'week', '2026-03-02', '[]', '5', 'final')) AS v("kpi", "cuts", "grain", "start", "members", "value", "state")`})
	if err != nil {
		t.Fatal(err)
	}
	alerts, counts, err := verdict.Alerts(ctx, threshold.Told{Run: 1, LastDay: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]metrics.AlertState{}
	for _, a := range alerts {
		states[a.Threshold] = a.State
	}
	if states["broken"] != metrics.AlertError || states["sound"] != metrics.AlertRed || counts.Error != 1 || counts.Red != 1 {
		t.Errorf("states %v, counts %+v", states, counts)
	}
}
