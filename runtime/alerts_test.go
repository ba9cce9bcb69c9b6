package runtime_test

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

// told is the alerts to act on, a line each.
func told(t *testing.T, p *runtime.Project) []string {
	t.Helper()
	said, diags := p.Alerts()
	none(t, diags)
	var out []string
	for _, a := range said.Alerts {
		if !a.Listed() {
			continue
		}
		line := string(a.State) + " " + a.Threshold + a.Source
		for _, pin := range a.Members {
			line += " " + *pin.Member
		}
		out = append(out, line+" since "+a.Since)
	}
	return out
}

// TestWeeklySalesAlerts demands the alerts that the example's README announces, and no
// others; a week later all have mended.
func TestWeeklySalesAlerts(t *testing.T) {
	if testing.Short() {
		t.Skip("applies the example twice")
	}
	p := open(t, "../examples/weekly_sales")
	applied(t, p)
	want := []string{
		"red budget_missed douyin since 2026-W45", "red cac_high double11 since 2026-W46", "red cvr_falls douyin since 2026-11-14",
		"amber forecast_off douyin since 2026-W45",
	}
	if got := told(t, p); !slices.Equal(got, want) {
		t.Errorf("alerts\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	checkWeeklyPage(t, p)
	generate := exec.Command("go", "run", "./generate", "-until", "2026-11-23", "-o", p.Dir+"/data")
	generate.Dir = "../examples/weekly_sales"
	if out, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	later, diags := runtime.Open(context.Background(), runtime.Options{Dir: p.Dir, AsOf: "2026-11-23", Variables: map[string]string{"last_day": "2026-11-22"}})
	none(t, diags)
	run := applied(t, later).Run
	if got := told(t, later); len(got) > 0 || run.Alerts.Recovered != 3 { // the campaign has ended, and has no value
		t.Errorf("a week later: %q, %d recovered; want none, 3 recovered", got, run.Alerts.Recovered)
	}
}

const alertShop = `
project "shop" {
  timezone = "UTC"
  grains   = [week]
}
source "sales" {
  csv {
    path = "sales.csv"
  }
  time = day
  columns {
    day    = date
    region = string
    store  = string
    amount = integer
  }
}
source "visits" {
  csv {
    path = "visits.csv"
  }
  time = day
  owner = "web"
  columns {
    day    = date
    region = string
    store  = string
    n      = integer
  }
}
dimension "region" {
  from "sales" { value = region }
  from "visits" { value = region }
}
dimension "store" {
  from "sales" { value = store }
  from "visits" { value = store }
  parent = region
}
kpi "sales" {
  value  = sum(sales.amount)
  lag    = "2d"
  target = 70
}
kpi "visits" { value = sum(visits.n) }
`

// shopAt opens the shop with rows for the days of weeks, as of a day: each week sells
// the same on each of its days in the only store, unless told otherwise.
func shopAt(t *testing.T, dir, thresholds, sales, visits, asOf string) *runtime.Project {
	t.Helper()
	for name, text := range map[string]string{"shop.hcl": alertShop + thresholds, "sales.csv": "day,region,store,amount\n" + sales, "visits.csv": "day,region,store,n\n" + visits} {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir, AsOf: asOf})
	none(t, diags)
	return p
}

// weeks are rows of weeks that begin on Monday, 5 January 2026, one a week on its
// Monday and one on its Sunday, so that the week is covered.
func weeks(region, store string, amounts ...string) string {
	days := []string{"2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-02-02", "2026-02-09"}
	ends := []string{"2026-01-11", "2026-01-18", "2026-01-25", "2026-02-01", "2026-02-08", "2026-02-15"}
	var b strings.Builder
	for i, a := range amounts {
		b.WriteString(days[i] + "," + region + "," + store + "," + a + "\n" + ends[i] + "," + region + "," + store + ",0\n")
	}
	return b.String()
}

const salesLow = `
threshold "sales_low" {
  kpi   = kpi.sales
  grain = week
  red   = value < 50
  amber = value < target
  for   = 2
  keep  = 2
  due   = "3d"
}
`

// TestAlertLife follows an alert over applies: pending, firing, restated, recovering,
// edited, and a period that is still open.
func TestAlertLife(t *testing.T) {
	dir := t.TempDir()
	steps := []struct {
		what, thresholds, asOf string
		amounts                []string
		want, due              string // of the only alert; "" where there is none
	}{
		{"calm", salesLow, "2026-01-12", []string{"90"}, "", ""},
		{"one bad week", salesLow, "2026-01-19", []string{"90", "40"}, "pending 2026-W03", ""},
		{"a second one", salesLow, "2026-01-26", []string{"90", "40", "30"}, "red 2026-W04 1", "2026-01-29"},
		{"still, later", salesLow, "2026-01-30", []string{"90", "40", "30"}, "red 2026-W04 1", "2026-01-29"},
		{"the first was restated", salesLow, "2026-01-30", []string{"90", "80", "30"}, "pending 2026-W04", ""},
		{"and back", salesLow, "2026-01-30", []string{"90", "40", "30"}, "red 2026-W04 1", "2026-02-02"}, // told of anew
		{"better", salesLow, "2026-02-02", []string{"90", "40", "30", "80"}, "recovering 2026-W04 2", "2026-02-02"},
		{"edited to what is stricter", strings.Replace(salesLow, "< 50", "< 85", 1), "2026-02-02", []string{"90", "40", "30", "80"}, "red 2026-W04 2", "2026-02-02"},
		{"edited back", salesLow, "2026-02-02", []string{"90", "40", "30", "80"}, "recovering 2026-W04 2", "2026-02-02"},
		{"mended", salesLow, "2026-02-09", []string{"90", "40", "30", "80", "80"}, "", ""},
		{"an open week", salesLow, "2026-02-12", []string{"90", "40", "30", "80", "80", "10"}, "pending 2026-W07", ""},
	}
	for _, s := range steps {
		p := shopAt(t, dir, s.thresholds, weeks("east", "a", s.amounts...), "2026-01-05,east,a,1\n", s.asOf)
		applied(t, p)
		said, diags := p.Alerts()
		none(t, diags)
		got, due := "", ""
		for _, a := range said.Alerts {
			got, due = string(a.State)+" "+a.Since, a.Due
			if a.State.Firing() {
				got += " " + map[int]string{1: "1", 2: "2"}[a.Open]
			}
		}
		if got != s.want || due != s.due {
			t.Errorf("%s: %q due %q, want %q due %q", s.what, got, due, s.want, s.due)
		}
	}
}

// TestSilentSource demands one alert for a source without rows, whatever waits for it.
func TestSilentSource(t *testing.T) {
	thresholds := salesLow + `
threshold "visits_low" {
  kpi   = kpi.visits
  grain = week
  by    = [store]
  red   = value < 5
}
threshold "visits_fall" {
  kpi   = kpi.visits
  grain = week
  red   = growth(1) < -0.5
}
`
	p := shopAt(t, t.TempDir(), thresholds, weeks("east", "a", "90", "90", "90"), weeks("east", "a", "9", "9"), "2026-01-26")
	applied(t, p)
	if got, want := told(t, p), []string{"no_data visits since 2026-01-18"}; !slices.Equal(got, want) {
		t.Errorf("alerts %q, want %q", got, want)
	}
}

// TestFoldedAlerts demands that a region's alert stands for those of its stores.
func TestFoldedAlerts(t *testing.T) {
	thresholds := `
threshold "region_low" {
  kpi   = kpi.sales
  grain = week
  by    = [region]
  red   = value < 50
}
threshold "store_low" {
  kpi   = kpi.sales
  grain = week
  by    = [store]
  red   = value < 25
}
`
	sales := weeks("east", "a", "10") + weeks("east", "b", "12") + weeks("west", "c", "20") + weeks("west", "d", "90")
	p := shopAt(t, t.TempDir(), thresholds, sales, weeks("east", "a", "1"), "2026-01-12")
	run := applied(t, p).Run
	want := []string{"red region_low east since 2026-W02", "red store_low c since 2026-W02"}
	if got := told(t, p); !slices.Equal(got, want) || run.Alerts.Red != 2 {
		t.Errorf("alerts %q (%d red), want %q", got, run.Alerts.Red, want)
	}
}

// TestThresholdEditComputesNothing demands that an edited threshold leaves all published
// values alone.
func TestThresholdEditComputesNothing(t *testing.T) {
	dir := t.TempDir()
	rows := weeks("east", "a", "90", "60")
	applied(t, shopAt(t, dir, salesLow, rows, rows, "2026-01-19"))
	p := shopAt(t, dir, strings.Replace(salesLow, "for   = 2", "for   = 1", 1), rows, rows, "2026-01-19")
	made, diags := p.Plan(context.Background())
	none(t, diags)
	if len(made.Compute) > 0 || len(made.Changes) != 1 || made.Changes[0].Class != metrics.AlertOnly {
		t.Errorf("the plan computes %q and changes %v; want nothing, and one change of alerts", made.Compute, made.Changes)
	}
	run := applied(t, p).Run
	if run.New+run.Restated+run.Settled+run.Gone > 0 || run.Alerts.Amber != 1 {
		t.Errorf("run %+v, alerts %+v", run, run.Alerts)
	}
}

// TestPlanTriesThresholds holds a back-test against what can be counted by hand, and
// demands the states that an edited KPI would flip.
func TestPlanTriesThresholds(t *testing.T) {
	dir := t.TempDir()
	once := strings.NewReplacer("for   = 2", "for   = 1", "keep  = 2", "keep  = 1").Replace(salesLow)
	rows := weeks("east", "a", "90", "40", "60", "80", "45", "90")
	plan := func(thresholds string) (*plan.Plan, diag.List) {
		p := shopAt(t, dir, thresholds, rows, rows, "2026-02-16")
		made, diags := p.Plan(context.Background())
		none(t, diags)
		return made, diags
	}
	made, diags := plan(once)
	var b *metrics.Backtest
	for _, c := range made.Changes {
		if c.Address == "threshold.sales_low" {
			b = c.Backtest
		}
	}
	if b == nil || b.Judged != 6 || b.Fired != 3 || b.Red != 2 || b.Alerts != 2 || b.From != "2026-W02" || b.To != "2026-W07" {
		t.Fatalf("back-test %+v", b)
	}
	if !slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Code == diag.FiresOften }) {
		t.Error("nobody warns that it fires in half of the periods")
	}
	applied(t, shopAt(t, dir, once, rows, rows, "2026-02-16"))
	if err := os.WriteFile(dir+"/shop.hcl", []byte(strings.Replace(alertShop, "= sum(sales.amount)", "= sum(sales.amount) - 60", 1)+once), 0o644); err != nil {
		t.Fatal(err)
	}
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir, AsOf: "2026-02-16"})
	none(t, diags)
	made, diags = p.Plan(context.Background())
	none(t, diags)
	var got []string
	for _, d := range made.Downstream {
		for _, f := range d.Flips {
			got = append(got, d.Address+" "+strings.Join(d.Through, ",")+" "+string(f.From)+" "+string(f.To))
		}
	}
	if want := []string{"threshold.sales_low kpi.sales ok red"}; !slices.Equal(got, want) {
		t.Errorf("flips %q, want %q", got, want)
	}
	if made, _ := plan(strings.Replace(once, "value < 50", `value < history(p25, "52w")`, 1)); made.Changes[0].Backtest.Judged != 3 { // amber alone
		t.Errorf("back-test %+v", made.Changes[0].Backtest)
	}
}
