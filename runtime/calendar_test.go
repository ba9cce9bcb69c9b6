package runtime_test

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime"
)

// write makes a project of some files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// asked runs a query and returns its rows as text, cells separated by " | ", the
// state last.
func asked(t *testing.T, p *runtime.Project, r query.Request) []string {
	t.Helper()
	answer, diags := p.Query(context.Background(), r)
	none(t, diags)
	return lines(answer.Result)
}

// applied plans and applies.
func applied(t *testing.T, p *runtime.Project) *plan.Applied {
	t.Helper()
	planned, diags := p.Plan(context.Background())
	none(t, diags)
	done, diags := p.Apply(context.Background(), planned, "")
	none(t, diags)
	return done
}

func lines(r *metrics.Result) []string {
	var out []string
	for _, row := range r.Rows {
		cells := make([]string, len(row.Values), len(row.Values)+1)
		for i, v := range row.Values {
			cells[i] = "-"
			if v != nil {
				cells[i] = fmt.Sprint(v)
			}
		}
		out = append(out, strings.Join(append(cells, string(row.State)), " | "))
	}
	return out
}

func compareLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\ngot  %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

const retailProject = `
project "retail" {
  timezone = "America/New_York"
  as_of    = "2025-02-02"
  grains   = [retail_445]
}
calendar "retail_445" {
  source = days
  day    = days.date
  period = days.period
  year   = days.year
}
source "days" {
  csv {
    path = "days.csv"
  }
  key = [date]
  columns {
    date   = date
    period = string
    year   = integer
  }
}
source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [id]
  time = ordered_at
  columns {
    id         = string
    ordered_at = { type = timestamp, timezone = "UTC" }
    amount     = decimal(18, 2)
  }
}
kpi "gmv" {
  value  = sum(orders.amount)
  grains = [day, retail_445]
}
kpi "before" { value = previous(kpi.gmv, 1, retail_445) }
kpi "last_year" { value = year_ago(kpi.gmv) }
kpi "three" { value = rolling(kpi.gmv, 3, retail_445) }
kpi "so_far" { value = to_date(kpi.gmv, retail_445) }
`

// retailDays is a 4-4-5 calendar of three years, the second of 53 weeks, and the
// same in plain Go: the label of each day, and the labels in order.
func retailDays(t *testing.T) (csv string, labels map[string]string, order []string) {
	t.Helper()
	labels = map[string]string{}
	var b strings.Builder
	b.WriteString("date,period,year\n")
	day := time.Date(2022, time.January, 30, 0, 0, 0, 0, time.UTC)
	for year, weeks := range []int{52, 53, 52} {
		ends := []int{4, 8, 13, 17, 21, 26, 30, 34, 39, 43, 47, weeks}
		for week := range weeks {
			period := 0
			for ends[period] <= week {
				period++
			}
			label := fmt.Sprintf("%d-%02d", 2022+year, period+1) // as months are named: the grain tells them apart
			if len(order) == 0 || order[len(order)-1] != label {
				order = append(order, label)
			}
			for range 7 {
				name := day.Format(time.DateOnly)
				labels[name] = label
				fmt.Fprintf(&b, "%s,%s,%d\n", name, label, 2022+year)
				day = day.AddDate(0, 0, 1)
			}
		}
	}
	return b.String(), labels, order
}

// retailOrders is orders, and what they come to by the label of their day in New
// York, in cents.
func retailOrders(t *testing.T, labels map[string]string) (csv string, sums map[string]int64) {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(4, 45))
	sums = map[string]int64{}
	var b strings.Builder
	b.WriteString("id,ordered_at,amount\n")
	first := time.Date(2022, time.January, 30, 6, 0, 0, 0, time.UTC)
	for i := range 3000 {
		at := first.Add(time.Duration(i) * (3 * 366 * 24 * time.Hour / 3000)).Add(time.Duration(r.IntN(3600)) * time.Second)
		if i == 2999 {
			at = time.Date(2025, time.February, 2, 4, 59, 59, 0, time.UTC) // the last second in New York
		}
		cents := r.Int64N(100_000) - 20_000
		label, known := labels[at.In(zone).Format(time.DateOnly)]
		if !known {
			continue
		}
		sums[label] += cents
		fmt.Fprintf(&b, "%d,%s,%s\n", i, at.Format("2006-01-02 15:04:05"), money(cents))
	}
	return b.String(), sums
}

func money(cents int64) string { return new(big.Rat).SetFrac64(cents, 100).FloatString(2) }

// amount is cents as results show them: without zeros that say nothing.
func amount(cents int64) string {
	return strings.TrimSuffix(strings.TrimRight(money(cents), "0"), ".")
}

// TestRetailCalendar compares periods of a calendar block, offsets along them and
// windows over them with sums in plain Go.
func TestRetailCalendar(t *testing.T) {
	days, labels, order := retailDays(t)
	orders, sums := retailOrders(t, labels)
	dir := write(t, map[string]string{"p.hcl": retailProject, "days.csv": days, "orders.csv": orders})
	p := open(t, dir)
	got := asked(t, p, query.Request{KPIs: []string{"gmv", "before", "last_year", "three", "so_far"}, Grain: "retail_445", Last: 100})
	var want []string
	for i, label := range order {
		cell := func(n int) string {
			if n > i {
				return "-"
			}
			return amount(sums[order[i-n]])
		}
		three := "-"
		if i >= 2 {
			three = amount(sums[order[i]] + sums[order[i-1]] + sums[order[i-2]])
		}
		state := "final"
		if i < 12 {
			state = "incomplete" // a year before nothing is known
		}
		want = append(want, strings.Join([]string{label, cell(0), cell(1), cell(12), three, cell(0), state}, " | "))
	}
	compareLines(t, "by retail_445", got, want...)

	none(t, p.UseCalendars(context.Background(), "retail_445"))
	one, err := p.Calendar.ParseIn("retail_445", "2024-01")
	if err != nil {
		t.Fatal(err)
	}
	got = asked(t, p, query.Request{KPIs: []string{"gmv"}, Grain: "retail_445", Periods: []metrics.Period{one}, Compare: []query.Comparison{query.Previous, query.YearAgo}})
	if len(got) != 1 || !strings.HasPrefix(got[0], strings.Join([]string{"2024-01", amount(sums["2024-01"]), amount(sums["2023-12"])}, " | ")) ||
		!strings.Contains(got[0], " | "+amount(sums["2023-01"])+" | ") {
		t.Errorf("compared: %v, not with %s and %s", got, amount(sums["2023-12"]), amount(sums["2023-01"]))
	}
}

// TestRetailCalendarPublished applies by a calendar block, and again after a week
// was given to another period: its values are published anew.
func TestRetailCalendarPublished(t *testing.T) {
	days, labels, order := retailDays(t)
	orders, sums := retailOrders(t, labels)
	dir := write(t, map[string]string{"p.hcl": retailProject, "days.csv": days, "orders.csv": orders})
	apply := func() *runtime.Project {
		p := reopened(t, dir)
		applied(t, p)
		return p
	}
	published := func(p *runtime.Project) []string {
		result, diags := p.Published(context.Background(), query.Request{KPIs: []string{"gmv"}, Grain: "retail_445", Last: 100}, runtime.Moment{})
		none(t, diags)
		return lines(result)
	}
	want := func() []string {
		var out []string
		for _, label := range order {
			out = append(out, label+" | "+amount(sums[label])+" | final")
		}
		return out
	}
	compareLines(t, "published", published(apply()), want()...)

	moved := strings.NewReplacer("2022-02-20,2022-01", "2022-02-20,2022-02", "2022-02-21,2022-01", "2022-02-21,2022-02", "2022-02-22,2022-01", "2022-02-22,2022-02",
		"2022-02-23,2022-01", "2022-02-23,2022-02", "2022-02-24,2022-01", "2022-02-24,2022-02", "2022-02-25,2022-01", "2022-02-25,2022-02", "2022-02-26,2022-01", "2022-02-26,2022-02").Replace(days)
	if err := os.WriteFile(filepath.Join(dir, "days.csv"), []byte(moved), 0o666); err != nil {
		t.Fatal(err)
	}
	for d := 20; d <= 26; d++ {
		labels[fmt.Sprintf("2022-02-%d", d)] = "2022-02"
	}
	_, sums = retailOrders(t, labels)
	compareLines(t, "published after a week moved", published(apply()), want()...)
}

// TestCalendarRefused asks by a calendar whose rows make no periods.
func TestCalendarRefused(t *testing.T) {
	days, labels, _ := retailDays(t)
	orders, _ := retailOrders(t, labels)
	gap := strings.Replace(days, "2022-03-01,2022-02,2022\n", "", 1)
	p := open(t, write(t, map[string]string{"p.hcl": retailProject, "days.csv": gap, "orders.csv": orders}))
	_, diags := p.Query(context.Background(), query.Request{KPIs: []string{"gmv"}, Grain: "retail_445"})
	if len(diags) != 1 || diags[0].Code != diag.BadCalendar || diags[0].Range == nil || !strings.Contains(diags[0].Detail, "no row for the day 2022-03-01") {
		t.Errorf("%+v", diags)
	}
	if got := asked(t, p, query.Request{KPIs: []string{"gmv"}, Grain: metrics.Year, Last: 1}); len(got) != 1 {
		t.Errorf("other grains need no calendar: %v", got)
	}
}

const cycleProject = `
project "cycles" {
  timezone          = "America/New_York"
  as_of             = "2026-03-10"
  week_start        = sunday
  fiscal_year_start = 3
}
source "calls" {
  rows = [
    { id = 1, at = "2026-03-07T23:30:00-05:00" },
    { id = 2, at = "2026-03-08T01:59:59-05:00" },
    { id = 3, at = "2026-03-08T03:00:00-04:00" },
    { id = 4, at = "2026-03-09T03:10:00Z" },
    { id = 5, at = "2026-02-09T12:00:00Z" },
  ]
  key  = [id]
  time = at
  columns {
    id = integer
    at = timestamp
  }
}
source "visits" {
  rows = [{ day = "2026-03-08", n = 7 }, { day = "2026-03-09", n = 2 }]
  time = day
  columns {
    day = date
    n   = integer
  }
}
kpi "calls" {
  value  = count(calls)
  grains = [month]
  by     = [weekday]
}
kpi "visits" { value = sum(visits.n) }
`

// TestCycles cuts by the built-in cycles: local time, over a change of clocks.
func TestCycles(t *testing.T) {
	p := open(t, write(t, map[string]string{"p.hcl": cycleProject}))
	by := func(kpis, cut string) []string {
		return asked(t, p, query.Request{KPIs: strings.Split(kpis, ","), By: []string{cut}})
	}
	compareLines(t, "hours", by("calls", "hour_of_day"), "1 | 1 | final", "3 | 1 | final", "7 | 1 | final", "23 | 2 | final")
	compareLines(t, "weekdays, Sunday first", by("calls,visits", "weekday"), "7 | 3 | 7 | incomplete", "1 | 1 | 2 | incomplete", "6 | 1 | 0 | incomplete")
	compareLines(t, "days", by("calls", "day_of_month"), "7 | 1 | final", "8 | 3 | final", "9 | 1 | final")
	compareLines(t, "months, March first", by("calls", "month_of_year"), "3 | 4 | final", "2 | 1 | final")

	_, diags := p.Query(context.Background(), query.Request{KPIs: []string{"visits"}, By: []string{"hour_of_day"}})
	if len(diags) != 1 || diags[0].Code != diag.GrainTooFine {
		t.Errorf("days have no hours: %+v", diags)
	}
	applied(t, p)
	result, diags := p.Published(context.Background(), query.Request{KPIs: []string{"calls"}, By: []string{"weekday"}, Grain: metrics.Month, Last: 1}, runtime.Moment{})
	none(t, diags)
	if got := lines(result); len(got) != 3 {
		t.Errorf("published by weekday: %v", got)
	}
}

// reopened opens the project in a folder as it is now.
func reopened(t *testing.T, dir string) *runtime.Project {
	t.Helper()
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir})
	none(t, diags)
	return p
}

// rewrite replaces a text in a file.
func rewrite(t *testing.T, dir, name, from, to string) {
	t.Helper()
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), from) {
		t.Fatal("no such text", err)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), from, to)), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestRetailCalendarByDay compares what days say by the periods of a calendar block
// with plain Go: what came in since the period's start, and the day of the same
// place one period before.
func TestRetailCalendarByDay(t *testing.T) {
	days, labels, _ := retailDays(t)
	orders, _ := retailOrders(t, labels)
	p := open(t, write(t, map[string]string{"p.hcl": retailProject, "days.csv": days, "orders.csv": orders}))
	byDay := map[string]string{} // the value of each day, as it is shown
	all := asked(t, p, query.Request{KPIs: []string{"gmv"}, Grain: metrics.Day, Last: 2000})
	for _, line := range all {
		cells := strings.Split(line, " | ")
		byDay[cells[0]] = cells[1]
	}
	var place, before []string // the days of the period, and of the one before
	for _, line := range asked(t, p, query.Request{KPIs: []string{"so_far", "before"}, Grain: metrics.Day, Last: 2000}) {
		cells := strings.Split(line, " | ")
		if _, known := labels[cells[0]]; !known {
			continue // before the calendar begins
		}
		if len(place) > 0 && labels[place[0]] != labels[cells[0]] {
			place, before = nil, place
		}
		place = append(place, cells[0])
		sum := new(big.Rat)
		for _, d := range place {
			if x, ok := new(big.Rat).SetString(byDay[d]); ok {
				sum.Add(sum, x)
			}
		}
		if got, ok := new(big.Rat).SetString(cells[1]); !ok || got.Cmp(sum) != 0 {
			t.Fatalf("%s: so far %s, not %s", cells[0], cells[1], sum.FloatString(2))
		}
		want := "-"
		if before != nil {
			want = byDay[before[min(len(place), len(before))-1]]
		}
		if cells[2] != want {
			t.Fatalf("%s: the period before has %s there, not %s", cells[0], cells[2], want)
		}
	}
	if len(place) != 35 {
		t.Errorf("the last period has %d days", len(place))
	}
}

const fiscalProject = `
project "fiscal" {
  timezone          = "Australia/Sydney"
  as_of             = "2026-08-01"
  week_start        = saturday
  fiscal_year_start = 7
}
source "orders" {
  csv {
    path = "orders.csv"
  }
  time = at
  columns {
    at     = timestamp
    amount = integer
  }
}
kpi "amount" {
  value  = sum(orders.amount)
  grains = [week, quarter, year]
}
kpi "so_far" { value = to_date(kpi.amount, year) }
kpi "in_first_quarter" { value = sum(orders.amount, date_trunc(quarter, orders.at) == date_trunc(year, orders.at)) }
`

// TestWeekAndFiscalYear goes through all layers with weeks from Saturday on and
// years from July on: queries, expressions, windows, offsets, published values.
func TestWeekAndFiscalYear(t *testing.T) {
	zone, err := time.LoadLocation("Australia/Sydney")
	if err != nil {
		t.Fatal(err)
	}
	var csv strings.Builder
	csv.WriteString("at,amount\n")
	years, quarters, weeks, first := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for i := range 800 {
		at := time.Date(2024, time.July, 1, 0, 0, 0, 0, zone).Add(time.Duration(i) * 23 * time.Hour)
		if !at.Before(time.Date(2026, time.August, 1, 0, 0, 0, 0, zone)) {
			break
		}
		fmt.Fprintf(&csv, "%s,%d\n", at.UTC().Format(time.RFC3339), i)
		year, quarter := at.Year(), (int(at.Month())+5)%12/3+1 // July to September is the first
		if at.Month() >= time.July {
			year++
		}
		years[fmt.Sprint(year)] += i
		quarters[fmt.Sprintf("%d-Q%d", year, quarter)] += i
		if quarter == 1 {
			first[fmt.Sprint(year)] += i
		}
		saturday := at.AddDate(0, 0, -(int(at.Weekday())+1)%7)
		fourth := saturday.AddDate(0, 0, 3)
		weeks[fmt.Sprintf("%d-W%02d", fourth.Year(), (fourth.YearDay()-1)/7+1)] += i
	}
	p := open(t, write(t, map[string]string{"p.hcl": fiscalProject, "orders.csv": csv.String()}))
	for grain, want := range map[metrics.Grain]map[string]int{metrics.Year: years, metrics.Quarter: quarters, metrics.Week: weeks} {
		got := asked(t, p, query.Request{KPIs: []string{"amount"}, Grain: grain, From: &periods(t, p, "2024-07-05")[0]})
		for _, line := range got {
			cells := strings.Split(line, " | ")
			if cells[1] != fmt.Sprint(want[cells[0]]) {
				t.Errorf("by %s: %s, not %d", grain, line, want[cells[0]])
			}
		}
	}
	compareLines(t, "by year", asked(t, p, query.Request{KPIs: []string{"amount", "in_first_quarter", "so_far"}, Grain: metrics.Year, From: &periods(t, p, "2025")[0], To: &periods(t, p, "2026")[0], Compare: nil}),
		fmt.Sprintf("2025 | %d | %d | %d | final", years["2025"], first["2025"], years["2025"]),
		fmt.Sprintf("2026 | %d | %d | %d | final", years["2026"], first["2026"], years["2026"]))
	was := asked(t, p, query.Request{KPIs: []string{"amount"}, Grain: metrics.Quarter, Periods: periods(t, p, "2026-Q2"), Compare: []query.Comparison{query.Previous, query.YearAgo}})
	if want := fmt.Sprintf("2026-Q2 | %d | %d | ", quarters["2026-Q2"], quarters["2026-Q1"]); len(was) != 1 || !strings.HasPrefix(was[0], want) ||
		!strings.Contains(was[0], fmt.Sprintf(" | %d | ", quarters["2025-Q2"])) {
		t.Errorf("compared: %v, not %s and %d", was, want, quarters["2025-Q2"])
	}
	applied(t, p)
	for grain, want := range map[metrics.Grain]map[string]int{metrics.Year: years, metrics.Quarter: quarters, metrics.Week: weeks} {
		result, diags := p.Published(context.Background(), query.Request{KPIs: []string{"amount"}, Grain: grain, Last: 500}, runtime.Moment{})
		none(t, diags)
		for _, line := range lines(result) {
			cells := strings.Split(line, " | ")
			if cells[1] != fmt.Sprint(want[cells[0]]) {
				t.Errorf("published by %s: %s, not %d", grain, line, want[cells[0]])
			}
		}
		if len(result.Rows) != len(want) {
			t.Errorf("published by %s: %d periods, not %d", grain, len(result.Rows), len(want))
		}
	}
}

// TestBeyondCalendar asks where the calendar has no days.
func TestBeyondCalendar(t *testing.T) {
	days, labels, _ := retailDays(t)
	orders, _ := retailOrders(t, labels)
	dir := write(t, map[string]string{"p.hcl": strings.Replace(retailProject, `"2025-02-02"`, `"2025-03-01"`, 1), "days.csv": days, "orders.csv": orders})
	p := reopened(t, dir)
	answer, diags := p.Query(context.Background(), query.Request{KPIs: []string{"gmv"}, Grain: "retail_445", Last: 1})
	none(t, diags)
	compareLines(t, "notes", answer.Notes, "calendar.retail_445 ends with 2024-12: what lies on and after 2025-02-02 is in no period")
	_, diags = p.Query(context.Background(), query.Request{KPIs: []string{"gmv"}, Grain: "retail_445", From: &periods(t, p, "2025-02-10")[0]})
	if len(diags) != 1 || diags[0].Code != diag.BadPeriod {
		t.Errorf("no period there: %+v", diags)
	}
	_, diags = p.Query(context.Background(), query.Request{KPIs: []string{"gmv"}, Grain: "retail_454"})
	if len(diags) != 1 || diags[0].Code != diag.BadRequest || !strings.Contains(diags[0].Detail, `"retail_445"`) {
		t.Errorf("no such grain: %+v", diags)
	}
}
