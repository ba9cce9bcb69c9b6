package oracle_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// window is a stretch of days in a zone where calendars are at their worst.
type window struct {
	zone, first string
}

var windows = []window{
	{"Asia/Shanghai", "2026-01-01"}, {"UTC", "2024-02-15"},
	{"America/New_York", "2026-10-27"}, {"America/New_York", "2026-03-04"}, // clocks go back, and forth
	{"Europe/Berlin", "2025-12-20"}, {"Asia/Kolkata", "2020-12-20"}, // years of 52 and 53 weeks end
	{"Australia/Lord_Howe", "2026-03-31"},                               // clocks change by half an hour
	{"Africa/Cairo", "2026-04-20"}, {"America/Sao_Paulo", "2018-11-01"}, // no midnight
	{"Pacific/Apia", "2011-12-27"}, // no 30 December
}

// generator makes a random project, its rows and requests.
type generator struct {
	*rand.Rand
	zone  *time.Location
	first time.Time // midnight of the first day, on a clock without zone
	days  int

	hcl    strings.Builder
	files  map[string]string
	main   string // the source that most KPIs read
	time   string // the type of its time
	budget string // the grain of the budget; "" for none
	stock  bool   // whether there are balances
	kpis   []kpi
	cuts   []string
}

// kpi is what requests need to know of one.
type kpi struct {
	name    string
	numeric bool
	sources string // of "mvbs": main, visits, budget, stock
	over    bool   // it moves through time or over members
}

// generate makes the project of a seed.
func generate(seed uint64) *generator {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0)), files: map[string]string{}}
	w := windows[g.IntN(len(windows))]
	g.zone, _ = time.LoadLocation(w.zone)
	g.first, _ = time.Parse(time.DateOnly, w.first)
	g.days = []int{2, 9, 45, 130, 420}[g.IntN(5)]
	g.line(`project "p" {`)
	g.line(`  timezone = %q`, w.zone)
	if g.one(2) {
		g.line(`  week_start = %s`, g.word("sunday", "saturday", "wednesday"))
	}
	if g.one(2) {
		g.line(`  fiscal_year_start = %d`, 1+g.IntN(12))
	}
	g.line(`}`)
	g.customers()
	g.orders()
	g.visits()
	if g.one(2) {
		g.plans()
	}
	g.stock = g.one(3)
	if g.stock {
		g.balances()
	}
	g.dimensions()
	g.allKPIs()
	g.files["project.hcl"] = g.hcl.String()
	return g
}

func (g *generator) line(format string, args ...any) { fmt.Fprintf(&g.hcl, format+"\n", args...) }

// one is true once in n times.
func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

func (g *generator) word(words ...string) string { return words[g.IntN(len(words))] }

// some picks each word once in n times.
func (g *generator) some(n int, words ...string) []string {
	var out []string
	for _, w := range words {
		if g.one(n) {
			out = append(out, w)
		}
	}
	return out
}

// date is a day of the window as text. A day that the zone skipped is left out: it is
// in months, but no day, and whether its rows have members by day is anyone's guess.
func (g *generator) date() string {
	for {
		text := g.anyDate()
		noon, _ := time.ParseInLocation("2006-01-02 15", text+" 12", g.zone)
		if noon.Format(time.DateOnly) == text {
			return text
		}
	}
}

// anyDate is a date of the window; rarely it lies beyond.
func (g *generator) anyDate() string {
	d := g.IntN(g.days)
	if g.one(20) {
		d += g.days
	}
	return g.first.AddDate(0, 0, d).Format(time.DateOnly)
}

// clock is a local time as text, often where days and hours meet and clocks change.
func (g *generator) clock() string {
	hours, minutes := g.IntN(24), g.IntN(60)
	if g.one(3) {
		hours, minutes = []int{0, 1, 2, 23}[g.IntN(4)], []int{0, 29, 30, 59}[g.IntN(4)]
	}
	return fmt.Sprintf("%s %02d:%02d:%02d", g.anyDate(), hours, minutes, []int{0, 59, g.IntN(60)}[g.IntN(3)])
}

// maybe is a text, or nothing once in n times.
func (g *generator) maybe(n int, text string) string {
	if g.one(n) {
		return ""
	}
	return text
}

// money is an amount: small, negative, huge, or no number.
func (g *generator) money() string {
	switch g.IntN(24) {
	case 0:
		return "9007199254740993.01"
	case 1:
		return "-9007199254740993.02"
	case 2:
		return "0"
	case 3:
		return "n/a"
	case 4, 5:
		return ""
	}
	return fmt.Sprintf("%d.%02d", g.IntN(400)-80, g.IntN(100))
}

func (g *generator) csv(name string, header string, rows []string) {
	g.files[name] = header + "\n" + strings.Join(rows, "\n") + "\n"
	if len(rows) == 0 {
		g.files[name] = header + "\n"
	}
}

// rowCount is often few, sometimes none.
func (g *generator) rowCount(most int) int {
	if g.one(12) {
		return 0
	}
	return 1 + g.IntN(most)
}

func (g *generator) customers() {
	g.line(`source "regions" {
  rows = [
    { id = "r1", name = "East" },
    { id = "r2", name = "West" },
    { id = "r3" },
  ]
  key = [id]
  columns {
    id = string
    name = string
  }
}
source "customers" {
  csv {
    path = "data/customers.csv"
  }
  key = [id]
  columns {
    id = string
    segment = { type = string, fold = [trim, lower] }
    region = { type = string, references = regions }
    joined = date
  }`)
	if g.one(3) {
		g.line(`  time = joined`)
	}
	g.line(`}`)
	var rows []string
	for i := range 2 + g.IntN(6) {
		rows = append(rows, fmt.Sprintf("c%d,%s,%s,%s", i, g.word("gold", " Gold ", "plain", ""), g.word("r1", "r2", "r3", "gone", ""), g.maybe(5, g.date())))
	}
	g.csv("data/customers.csv", "id,segment,region,joined", rows)
}

// visits are rows by day, some of members that orders don't have.
func (g *generator) visits() {
	g.line(`source "visits" {
  csv {
    path = "data/visits.csv"
  }
  time = day
  columns {
    day = date
    channel = string
    sessions = integer
  }`)
	if g.one(4) {
		g.line(`  covered = [%q, %q]`, g.first.Format(time.DateOnly), g.first.AddDate(0, 0, g.days-1).Format(time.DateOnly))
	}
	g.line(`}`)
	var rows []string
	for range g.rowCount(30) {
		rows = append(rows, fmt.Sprintf("%s,%s,%s", g.date(), g.word("web", "app", "ads", ""), g.maybe(6, fmt.Sprint(g.IntN(50)))))
	}
	g.csv("data/visits.csv", "day,channel,sessions", rows)
}

// plans stand for whole periods, also of the future.
func (g *generator) plans() {
	g.budget = g.word("day", "week", "month")
	g.line(`source "budget" {
  csv {
    path = "data/budget.csv"
  }
  time = start
  grain = %s
  ahead = %t
  columns {
    start = date
    channel = string
    amount = decimal(12, 2)
  }
}`, g.budget, g.one(2))
	var rows []string
	for range g.rowCount(12) {
		rows = append(rows, fmt.Sprintf("%s,%s,%d.5", g.date(), g.word("web", "app", "shop"), g.IntN(900)))
	}
	g.csv("data/budget.csv", "start,channel,amount", rows)
}

// balances are what was on hand, on some days.
func (g *generator) balances() {
	g.line(`source "stock" {
  csv {
    path = "data/stock.csv"
  }
  key = [sku, channel, day]
  time = day
  columns {
    day = date
    sku = string
    channel = string
    on_hand = decimal(12, 2)
  }
}`)
	var rows []string
	for range g.rowCount(40) {
		rows = append(rows, fmt.Sprintf("%s,%s,%s,%s", g.date(), g.word("a", "b", ""), g.word("web", "app", "shop"), g.maybe(8, fmt.Sprintf("%d.25", g.IntN(90)-10))))
	}
	g.csv("data/stock.csv", "day,sku,channel,on_hand", rows)
}

func (g *generator) dimensions() {
	g.line(`dimension "channel" {`)
	g.line(`  from %q { value = %s }`, g.main, g.word("channel", "channel", `map(channel, { "shop" = "store" })`, `coalesce(channel, "unknown")`))
	g.line(`  from "visits" { value = channel }`)
	if g.budget != "" {
		g.line(`  from "budget" { value = channel }`)
	}
	if g.stock {
		g.line(`  from "stock" { value = channel }`)
	}
	if g.one(2) {
		g.line(`  values = ["web", "shop", "app"]`)
	}
	g.line(`}
dimension "region" {
  from "regions" { value = name }
}
dimension "segment" {
  from "customers" { value = %s }
}
dimension "size" {
  from %q { value = bucket(amount, [0, 50, 200]) }
}
dimension "dow" {
  from %q { value = weekday(at) }
  from "visits" { value = weekday(day) }
}`, g.word("segment", `map(segment, { "gold" = "top" }, "other")`, `upper(segment)`), g.main, g.main)
	g.cuts = []string{"channel", "channel", "region", "segment", "size", "dow", g.main + ".vip", "weekday", "month_of_year", "day_of_month", "hour_of_day", g.main + ".customers.segment", g.main + ".customers.regions.name", g.main + ".channel"}
}
