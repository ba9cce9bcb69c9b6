package dashboard_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/dashboard"
)

var update = flag.Bool("update", false, "write the golden files anew")

// evil are members of a dimension that a page must show as text.
const script, formula = "<script>alert(1)</script>", `=HYPERLINK("evil","click")`

// input is a page's input with values of every KPI and cut set that it needs, drawn
// from a seed.
func input(t *testing.T, seed uint64) dashboard.Input {
	t.Helper()
	text, err := os.ReadFile("testdata/page.hcl")
	if err != nil {
		t.Fatal(err)
	}
	p, diags := compiler.Compile(fstest.MapFS{"page.hcl": {Data: text}}, compiler.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	cal, err := p.Model.Project.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	asOf, _ := cal.Instant("2026-03-09")
	in := dashboard.Input{
		Model: p.Model, Dashboard: p.Model.Dashboards[0], Calendar: cal, AsOf: asOf, Values: dashboard.NewValues(),
		Run:     metrics.Run{ID: 3, At: time.Date(2026, 3, 9, 1, 2, 0, 0, time.UTC), User: "ann"},
		Sources: []dashboard.SourceState{{Source: "orders", LastDay: "2026-03-08", Account: metrics.Account{Source: "orders", Read: 12, Clean: 9, Duplicates: 1, Rejected: 2}}},
		Facts:   map[string]dashboard.Fact{"sales": {Meaning: "sum of orders.amount", SQL: "SELECT 1 < 2", Reads: []string{"orders"}, Builds: []string{"kpi.rate"}, Freshness: "2026-03-08"}},
		Changed: map[string]metrics.Run{},
	}
	in.When.Trail = cal.Last(metrics.Week, 60, asOf)
	in.When.This, in.When.Previous = in.When.Trail[59], in.When.Trail[58]
	ago, _ := cal.YearAgo(in.When.This)
	in.When.YearAgo = &ago
	change := metrics.Run{ID: 2, At: in.Run.At, User: "bob", Message: "as finance counts", Changes: []metrics.Change{
		{Address: "kpi.sales", Action: metrics.Update, Class: metrics.ValueChanging, Reason: "its filter changes"},
		{Address: "kpi.new", Action: metrics.Create, Class: metrics.Additive, Reason: "new"},
	}}
	in.Changes, in.Changed["sales"] = []metrics.Run{change}, change
	value := metrics.Number("0.4")
	in.Alerts = []metrics.Alert{{Threshold: "low", KPI: "rate", Members: []metrics.Pin{{Dimension: "store", Member: ptr(script)}}, State: metrics.AlertRed, Severity: metrics.Red,
		Since: "2026-W09", Value: &value, Reason: "below 0.5", Owner: "ops", Action: "Call the shop", Due: "2026-03-11"}}
	fill(in, seed, func(cell, metrics.Number) {})
	return in
}

// cell is where a value is published.
type cell struct{ kpi, cuts, members, period string }

func ptr[T any](v T) *T { return &v }

// fill publishes a cell for each member, channel and store made to add up, and tells of
// each.
func fill(in dashboard.Input, seed uint64, tell func(cell, metrics.Number)) {
	r := rand.New(rand.NewPCG(seed, 1))
	stores := map[string][]string{"web": {"null"}, "store": {`"a"`, fmt.Sprintf("%q", script), fmt.Sprintf("%q", formula)}}
	for i, at := range in.When.Trail {
		name := in.Calendar.Name(at)
		state := metrics.Final
		if i >= 58 {
			state = metrics.Provisional
		}
		add := func(kpi, cuts, members string, cents int64) {
			text := fmt.Sprintf("%d.%02d", cents/100, cents%100)
			in.Values.Add(kpi, cuts, members, name, &text, state)
			tell(cell{kpi, cuts, members, name}, metrics.Number(text))
		}
		total := int64(0)
		byStore := map[string]int64{}
		for _, channel := range []string{"store", "web"} {
			sum := int64(0)
			for _, s := range stores[channel] {
				v := r.Int64N(100_000)
				sum, byStore[s] = sum+v, byStore[s]+v
				add("sales", "channel,store", fmt.Sprintf(`["%s",%s]`, channel, s), v)
				add("rate", "channel,store", fmt.Sprintf(`["%s",%s]`, channel, s), r.Int64N(100))
			}
			total += sum
			add("sales", "channel", fmt.Sprintf(`["%s"]`, channel), sum)
			add("rate", "channel", fmt.Sprintf(`["%s"]`, channel), r.Int64N(100))
			for day := 1; day <= 7; day++ {
				add("orders", "channel,weekday", fmt.Sprintf(`["%s","%d"]`, channel, day), 100*r.Int64N(50))
			}
		}
		for _, s := range []string{"null", `"a"`, fmt.Sprintf("%q", script), fmt.Sprintf("%q", formula)} {
			add("sales", "store", "["+s+"]", byStore[s])
			add("rate", "store", "["+s+"]", r.Int64N(100))
		}
		for _, start := range in.When.Trail[max(0, i-5) : i+1] {
			add("buyers", "first_week", fmt.Sprintf("[%q]", in.Calendar.Day(start.Start)), 100*(1+r.Int64N(40)))
		}
		add("sales", "", "[]", total)
		add("plan", "", "[]", 100_000+r.Int64N(100_000))
		add("orders", "", "[]", 100*(50+r.Int64N(50)))
		add("buyers", "", "[]", 100*(10+r.Int64N(40)))
		add("rate", "", "[]", r.Int64N(100))
	}
}

// TestDraw draws a page of every kind of panel in all formats, twice to the same bytes.
func TestDraw(t *testing.T) {
	for format, ending := range map[string]string{"html": "html", "markdown": "md", "text": "txt", "csv": "csv"} {
		got, err := dashboard.Draw(dashboard.Build(input(t, 1)), format)
		if err != nil {
			t.Fatal(err)
		}
		again, err := dashboard.Draw(dashboard.Build(input(t, 1)), format)
		if err != nil || !bytes.Equal(got, again) {
			t.Errorf("%s: another drawing has other bytes (%v)", format, err)
		}
		file := filepath.Join("testdata", "page."+ending)
		if *update {
			if err := os.WriteFile(file, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s (%v); look at it, then run with -update", format, file, err)
		}
	}
}

// TestAloneAndInert checks that a page loads nothing and that data stays text.
func TestAloneAndInert(t *testing.T) {
	html, err := dashboard.Draw(dashboard.Build(input(t, 2)), "html")
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?i)https?:|src=|url\(|@import|<link|<iframe|fetch\(|XMLHttpRequest`).Find(html); found != nil {
		t.Errorf("the page holds %q, which may load something", found)
	}
	if n := bytes.Count(html, []byte("<script")); n != 1 {
		t.Errorf("the page has %d scripts, one is its own", n)
	}
	if !bytes.Contains(html, []byte("&lt;script&gt;alert(1)&lt;/script&gt;")) || !bytes.Contains(html, []byte("Sales &lt;b&gt;")) {
		t.Error("a member or label isn't shown as text")
	}
	csv, err := dashboard.Draw(dashboard.Build(input(t, 2)), "csv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(csv, []byte(`'=HYPERLINK`)) || regexp.MustCompile(`(?m)(^|,)"?=`).Match(csv) {
		t.Error("a formula in CSV is not made a text")
	}
	md, err := dashboard.Draw(dashboard.Build(input(t, 2)), "markdown")
	if err != nil || bytes.Contains(md, []byte("<script>alert")) {
		t.Errorf("Markdown holds a script (%v)", err)
	}
}

// TestWorkbook checks that numbers are numbers with formats, and texts no formulas.
func TestWorkbook(t *testing.T) {
	data, err := dashboard.Draw(dashboard.Build(input(t, 3)), "xlsx")
	if err != nil {
		t.Fatal(err)
	}
	again, err := dashboard.Draw(dashboard.Build(input(t, 3)), "xlsx")
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("another drawing has other bytes (%v)", err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.GetSheetList(); !slices.Equal(got, []string{"1 First", "2 second", "3 Annotations"}) {
		t.Errorf("sheets are %q", got)
	}
	texts, numbers := 0, 0
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x, text := range row {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, _ := f.GetCellFormula(sheet, at); formula != "" {
					t.Errorf("%s %s is a formula: %s", sheet, at, formula)
				}
				kind, _ := f.GetCellType(sheet, at)
				if strings.HasPrefix(text, "=") && kind == excelize.CellTypeSharedString {
					texts++
				}
				if strings.HasPrefix(text, "¥") && kind != excelize.CellTypeSharedString {
					numbers++
				}
			}
		}
	}
	if texts == 0 || numbers == 0 {
		t.Errorf("%d texts like formulas, %d amounts as numbers", texts, numbers)
	}
}

// TestNobodyIsCalled checks that a name in data calls no person where the page is posted.
func TestNobodyIsCalled(t *testing.T) {
	in := input(t, 2)
	in.Alerts[0].Owner = "@team"
	md, err := dashboard.Draw(dashboard.Build(in), "markdown")
	if err != nil || bytes.Contains(md, []byte("@team")) || !bytes.Contains(md, []byte("@\u200bteam")) {
		t.Errorf("Markdown calls @team (%v)", err)
	}
}
