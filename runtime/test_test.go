package runtime_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime"
)

func everyName(string) bool { return true }

// tested runs the tests of a project and returns the names of those that failed.
func tested(t testing.TB, dir string) (failed []string, all []metrics.TestResult) {
	t.Helper()
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir, Tests: true})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return testedOf(t, p, everyName)
}

// testedOf runs those tests of a project whose names are wanted.
func testedOf(t testing.TB, p *runtime.Project, wanted func(name string) bool) (failed []string, results []metrics.TestResult) {
	t.Helper()
	results, diags := p.Test(context.Background(), wanted)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, r := range results {
		if r.Outcome == metrics.Broken {
			t.Errorf("%s is broken: %v", r.Name, r.Problems)
		}
		if r.Outcome != metrics.Passed {
			failed = append(failed, r.Name)
		}
	}
	return failed, results
}

// noticed tells whether a test of a project fails. It runs some at a time, as one that
// does is enough.
func noticed(t *testing.T, dir string) bool {
	t.Helper()
	p, diags := runtime.Open(context.Background(), runtime.Options{Dir: dir, Tests: true})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for some := range slices.Chunk(p.Model.Tests, 4) {
		failed, _ := testedOf(t, p, func(name string) bool {
			return slices.ContainsFunc(some, func(x *metrics.Test) bool { return x.Name == name })
		})
		if len(failed) > 0 {
			return true
		}
	}
	return false
}

// exampleBreak is a mistake: one text of an example instead of another.
type exampleBreak struct{ example, file, old, new string }

var filterLine = regexp.MustCompile(`(?m)^  value +=.*\n  where +=.*\n`)

// droppedFilters are the mistakes of leaving out one filter of a KPI each.
func droppedFilters(t *testing.T, dir string) (out []exampleBreak) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, "kpi") {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		for _, old := range filterLine.FindAllString(string(text), -1) {
			value, _, _ := strings.Cut(old, "\n")
			out = append(out, exampleBreak{"", path, old, value + "\n"})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestExamplesCatchMistakes breaks the definitions of the examples, one place at a
// time, and demands that their tests find each.
func TestExamplesCatchMistakes(t *testing.T) {
	breaks := []exampleBreak{
		{"superstore", "kpis.hcl", "value       = kpi.profit / kpi.sales", "value       = avg(lines.profit / lines.sales)"},
		{"superstore", "kpis.hcl", "count_distinct(lines.order_id)", "count(lines)"},
		{"superstore", "kpis.hcl", "count_distinct(lines.customer_id)", "count_distinct(lines.order_id)"},
		{"superstore", "kpis.hcl", "/ sum(lines.list_value)", "/ sum(lines.sales)"},
		{"superstore", "sources.hcl", "sales / (1 - discount)", "sales * (1 + discount)"},
		{"weekly_sales", "kpis/sales.hcl", "value       = sum(all_orders.amount)\n  where       = all_orders.status != \"cancelled\"", "value       = sum(all_orders.amount)"},
		{"weekly_sales", "kpis/sales.hcl", "value       = sum(all_orders.amount)\n  where       = all_orders.status != \"cancelled\"", "value       = sum(all_orders.amount)\n  where       = in(all_orders.status, [\"paid\", \"completed\"])"},
		{"weekly_sales", "kpis/sales.hcl", ", all_orders.shop != \"pos_orders\")", ")"},
		{"weekly_sales", "kpis/sales.hcl", "sum(all_orders.quantity)\n", "count(all_orders)\n"},
		{"weekly_sales", "kpis/finance.hcl", "value       = kpi.gmv - kpi.refunds", "value       = kpi.gmv"},
		{"weekly_sales", "kpis/finance.hcl", "net_of_tax(sum(all_orders.amount), var.vat)\n  where       = all_orders.status != \"cancelled\" && all_orders.status != \"refunded\"", "net_of_tax(sum(all_orders.amount), var.vat)\n  where       = all_orders.status != \"cancelled\""},
		{"weekly_sales", "kpis/finance.hcl", "all_orders.quantity * all_orders.products.unit_cost", "all_orders.products.unit_cost"},
		{"weekly_sales", "kpis/traffic.hcl", "kpi.online_orders / kpi.visits", "kpi.orders / kpi.visits"},
		{"weekly_sales", "kpis/customers.hcl", "value       = avg(customers.value_12m)", "value       = sum(customers.value_12m)"},
		{"weekly_sales", "kpis/crm.hcl", "time      = opportunities.closed_at", "time      = opportunities.opened_at"},
		{"weekly_sales", "kpis/stock.hcl", "stock.on_hand == 0", "stock.on_hand < 4"},
		{"weekly_sales", "kpis/stock.hcl", "last(stock.on_hand)", "sum(stock.on_hand)"},
		{"weekly_sales", "kpis/stock.hcl", "last(stock.on_hand)", "last(stock.on_hand, [])"},
		{"weekly_sales", "kpis/customers.hcl", "buyer.orders >= 2", "buyer.orders >= 3"},
		{"weekly_sales", "sources/customers.hcl", "count_distinct(all_orders.order_id, all_orders.status != \"cancelled\")", "count(all_orders, all_orders.status != \"cancelled\")"},
		{"weekly_sales", "sources/customers.hcl", "count_distinct(all_orders.order_id, all_orders.status != \"cancelled\")", "count_distinct(all_orders.order_id)"},
		{"weekly_sales", "sources/customers.hcl", "min(all_orders.ordered_at, all_orders.status != \"cancelled\")", "min(all_orders.ordered_at)"},
		{"weekly_sales", "kpis/traffic.hcl", "value       = kpi.clicks / kpi.impressions", "value       = avg(ads.clicks / ads.impressions)"},
		{"weekly_sales", "kpis/crm.hcl", "value       = count(leads)", "value       = count_distinct(leads.region)"},
		{"weekly_sales", "project.hcl", "Asia/Shanghai", "UTC"},
		{"weekly_sales", "sources/orders.hcl", "timezone = \"UTC\", required", "required"},
		{"weekly_sales", "sources/orders.hcl", "canceled = \"cancelled\"", "canceled = \"completed\""},
		{"weekly_sales", "sources/traffic.hcl", "order = exported_at\n    keep  = last", "order = exported_at\n    keep  = first"},
		{"weekly_sales", "project.hcl", "\"小红书\"     = \"rednote\"", "\"小红书\"     = \"douyin\""},
	}
	clean := map[string]string{}
	for _, name := range []string{"superstore", "weekly_sales"} {
		clean[name] = definitionsOf(t, name)
		if failed, all := tested(t, clean[name]); len(failed) > 0 || len(all) < 4 {
			t.Fatalf("%s: of %d tests failed: %v", name, len(all), failed)
		}
	}
	for example, dir := range clean {
		for _, b := range droppedFilters(t, dir) {
			b.example = example
			breaks = append(breaks, b)
		}
	}
	for _, b := range breaks {
		file := filepath.Join(clean[b.example], b.file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(text), b.old) == 0 {
			t.Errorf("%s/%s has no %q to break", b.example, b.file, b.old)
			continue
		}
		overwrite(t, file, strings.Replace(string(text), b.old, b.new, 1))
		if !noticed(t, clean[b.example]) {
			t.Errorf("no test of %s notices that in %s %q became %q", b.example, b.file, b.old, b.new)
		}
		overwrite(t, file, string(text))
	}
}

// TestEveryKPIOfTheExamplesIsTested demands that each KPI, or one that is made of
// it, is expected somewhere.
func TestEveryKPIOfTheExamplesIsTested(t *testing.T) {
	for _, name := range []string{"superstore", "weekly_sales"} {
		p, diags := runtime.Open(context.Background(), runtime.Options{Dir: definitionsOf(t, name), Tests: true})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		expected := map[string]bool{}
		var see func(e metrics.Expr)
		see = func(e metrics.Expr) {
			metrics.Walk(e, func(e metrics.Expr) bool {
				if ref, ok := e.(*metrics.KPIRef); ok && !expected[ref.KPI] {
					expected[ref.KPI] = true
					see(p.Model.KPI(ref.KPI).Value)
				}
				return true
			})
		}
		for _, test := range p.Model.Tests {
			for _, e := range test.Expect {
				expected[e.KPI.Name] = true
				see(e.KPI.Value)
			}
		}
		for _, k := range p.Model.KPIs {
			if !expected[k.Name] {
				t.Errorf("%s: no test expects anything of kpi.%s", name, k.Name)
			}
		}
	}
}

// TestLostFilterIsShown breaks a filter of an example, and demands what was expected
// and what came out, side by side.
func TestLostFilterIsShown(t *testing.T) {
	dir := definitionsOf(t, "weekly_sales")
	file := filepath.Join(dir, "kpis/sales.hcl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	filter := "value       = sum(all_orders.amount)\n  where       = all_orders.status != \"cancelled\""
	overwrite(t, file, strings.Replace(string(text), filter, "value       = sum(all_orders.amount)", 1))
	_, results := tested(t, dir)
	for _, r := range results {
		if r.Name != "cancelled_orders_do_not_count" {
			continue
		}
		if len(r.Failures) == 0 || r.Failures[0].What != "kpi.gmv" || len(r.Failures[0].Cells) != 1 {
			t.Fatalf("it fails with %+v", r.Failures)
		}
		cell := r.Failures[0].Cells[0]
		if fmt.Sprint(cell.Expected, " ", cell.Actual, " ", cell.Met) != "170 220 false" || filepath.Base(cell.Place.File) != "sales.test.hcl" {
			t.Errorf("it shows %+v", cell)
		}
		return
	}
	t.Error("the test of cancelled orders is gone")
}

func overwrite(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// definitionsOf copies the .hcl files of an example: tests need no data.
func definitionsOf(t *testing.T, example string) string {
	t.Helper()
	dir, from := t.TempDir(), filepath.Join("../examples", example)
	err := filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".hcl" {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestTestsAreApart checks that no test sees rows of another, whatever runs beside
// or before it: each of many gives rows of its own, or none.
func TestTestsAreApart(t *testing.T) {
	dir := manyTests(t, 60)
	failed, all := tested(t, dir)
	if len(failed) > 0 || len(all) != 60 {
		t.Errorf("of %d tests failed: %v", len(all), failed)
	}
}

// manyTests is a project with tests that each give other rows of two sources; each
// third gives only one of them.
func manyTests(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString(`
project "many" { timezone = "Europe/Berlin" }
source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [id]
  time = at
  columns {
    id     = string
    at     = timestamp
    region = string
    amount = { type = decimal(18, 2), unit = "EUR" }
    status = string
  }
}
source "visits" {
  csv {
    path = "visits.csv"
  }
  time = day
  columns {
    day = date
    n   = integer
  }
}
dimension "region" {
  from "orders" { value = region }
}
kpi "sales" {
  value = sum(orders.amount)
  where = orders.status != "cancelled"
}
kpi "visits" { value = sum(visits.n) }
kpi "per_visit" { value = kpi.sales / kpi.visits }
`)
	for i := range n {
		visits, perVisit := "", "null"
		if i%3 != 0 {
			visits = fmt.Sprintf("  given \"visits\" {\n    rows = [{ day = \"2026-01-05\", n = %d }]\n  }\n", i)
			perVisit = fmt.Sprintf("%d / %d", i+7, i)
		}
		fmt.Fprintf(&b, `
test "t%[1]d" {
  given "orders" {
    rows = [
      { id = "a", at = "2026-01-05T10:00", region = "East", amount = %[1]d, status = "paid" },
      { id = "b", at = "2026-01-06T10:00", region = "West", amount = 7 },
      { id = "c", at = "2026-01-06T10:00", region = "West", amount = 1000, status = "cancelled" },
    ]
  }
%[2]s
  expect {
    kpi   = kpi.per_visit
    at    = "2026-W02"
    value = %[3]s
  }
  expect {
    kpi  = kpi.sales
    at   = "2026-W02"
    rows = [{ region = "East", value = %[1]d }, { region = "West", value = 7 }]
  }
}
`, i, visits, perVisit)
	}
	if err := os.WriteFile(filepath.Join(dir, "many.hcl"), []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// BenchmarkTests says how many tests a second run.
func BenchmarkTests(b *testing.B) {
	const n = 200
	dir := manyTests(b, n)
	for b.Loop() {
		if failed, _ := tested(b, dir); len(failed) > 0 {
			b.Fatal(failed)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "tests/s")
}

// everyKind is tests whose rows are those of a calendar, of rates and of an entity,
// twice each with other rows: what one test gives, the next doesn't see.
const everyKind = `
project "kinds" {
  timezone = "Europe/Berlin"
  fx       = rates
}
calendar "half" {
  source = days
  day    = days.date
  period = days.period
}
source "days" {
  csv { path = "days.csv" }
  key = [date]
  columns {
    date   = date
    period = string
  }
}
source "rates" {
  csv { path = "rates.csv" }
  key  = [date, from, to]
  time = date
  columns {
    date = date
    from = string
    to   = string
    rate = decimal(18, 6)
  }
}
source "orders" {
  csv { path = "orders.csv" }
  key  = [id]
  time = at
  columns {
    id       = string
    at       = timestamp
    customer = string
    amount   = decimal(12, 2)
    currency = string
  }
}
entity "buyer" {
  from "orders" { key = customer }
  columns {
    first_at = min(orders.at)
    orders   = count(orders)
  }
  time = first_at
}
kpi "revenue" { value = sum(convert(orders.amount, orders.currency, "EUR")) }
kpi "orders" { value = count(orders) }
kpi "before" { value = previous(kpi.orders, 1, half) }
kpi "repeat" { value = count(buyer, buyer.orders >= 2) }
`

const kindTest = `
test "kinds_%[1]d" {
  as_of = "2026-04-01"
  given "days" {
    rows = [
      { date = "2026-03-28", period = "A%[1]d" }, { date = "2026-03-29", period = "A%[1]d" },
      { date = "2026-03-30", period = "B%[1]d" }, { date = "2026-03-31", period = "B%[1]d" },
    ]
  }
  given "rates" {
    rows = [{ date = "2026-03-29", from = "USD", to = "EUR", rate = %[1]d }]
  }
  given "orders" {
    covered = ["2026-03-28", "2026-03-31"]
    rows = [
      { id = "1", at = "2026-03-28 10:00", customer = "ann", amount = 10, currency = "EUR" },
      { id = "2", at = "2026-03-29 03:30", customer = "ann", amount = 100, currency = "USD" },
      { id = "3", at = "2026-03-31 23:59", customer = "bob%[1]d", amount = 7, currency = "USD" },
      { id = "4", at = "2026-03-30 00:00", customer = "bob1", amount = 1, currency = "SEK" },
    ]
  }
  expect {
    kpi   = kpi.revenue
    from  = "A%[1]d"
    to    = "B%[1]d"
    grain = half
    rows  = [{ period = "A%[1]d", value = %[2]d }, { period = "B%[1]d", value = %[3]d }]
  }
  expect {
    kpi   = kpi.before
    at    = "B%[1]d"
    grain = half
    value = 2
  }
  expect {
    kpi    = kpi.repeat
    from   = "2026-03-28"
    to     = "2026-03-30"
    values = [1, 0, %[4]d]
  }
  expect {
    kpi   = kpi.orders
    at    = "2026-03-29T03" # the first hour after the one that the clocks leave out
    value = 1
  }
}
`

// TestKindsOfSources gives rows to calendars, rates and entities within tests.
func TestKindsOfSources(t *testing.T) {
	dir := t.TempDir()
	overwrite(t, filepath.Join(dir, "p.hcl"), everyKind)
	overwrite(t, filepath.Join(dir, "kinds.test.hcl"), fmt.Sprintf(kindTest, 1, 110, 7, 1)+fmt.Sprintf(kindTest, 2, 210, 14, 0))
	failed, results := tested(t, dir)
	if len(results) != 2 || len(failed) > 0 {
		for _, r := range results {
			for _, f := range r.Failures {
				t.Errorf("%s: %s expects %q, gets %q: %+v", r.Name, f.What, f.Expected, f.Actual, f.Cells)
			}
		}
	}
}
