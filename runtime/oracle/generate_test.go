package oracle_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
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
	{"Pacific/Apia", "2011-12-27"},     // no 30 December
	{"America/St_Johns", "2010-11-03"}, // clocks go back over midnight
}

// generator makes a random project, its rows and requests.
type generator struct {
	*rand.Rand
	zone  *time.Location
	first time.Time // midnight of the first day, on a clock without zone
	days  int

	instant string // as-of, where it is the same for all requests
	hcl     strings.Builder
	files   map[string]string
	main    string   // the source that most KPIs read
	time    string   // the type of its time
	timed   int      // of so many of its rows, one has no time
	ends    []string // days at which a manager's interval ends
	within  string   // how long prices hold
	budget  string   // the grain of the budget; "" for none
	spread  bool     // whether it is spread over days
	stock   bool     // whether there are balances
	buyer   bool     // whether there is an entity
	bought  bool     // whether customers count what they bought
	block   bool     // whether there is a calendar block
	kpis    []kpi
	cuts    []string
}

// kpi is what requests need to know of one.
type kpi struct {
	name    string
	numeric bool
	sources string // of "mvbs": main, visits, budget, stock
	over    bool   // it moves through time or over members
	offset  bool   // it is another at a time before
}

// generate makes the project of a seed.
func generate(seed uint64) *generator {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0)), files: map[string]string{}}
	w := windows[g.IntN(len(windows))]
	g.zone, _ = time.LoadLocation(w.zone)
	g.first, _ = time.Parse(time.DateOnly, w.first)
	g.days = []int{2, 9, 45, 130, 420}[g.IntN(5)]
	g.line(`project "p" {
  fx = rates`)
	g.line(`  timezone = %q`, w.zone)
	if g.one(2) {
		g.line(`  week_start = %s`, g.word("sunday", "saturday", "wednesday"))
	}
	if g.one(2) {
		g.line(`  fiscal_year_start = %d`, 1+g.IntN(12))
	}
	g.line(`}`)
	g.main = g.word("orders", "sales")
	g.time = g.word("timestamp", "timestamp", "date")
	g.timed = []int{15, 15, 4}[g.IntN(3)]
	g.customers()
	g.dated()
	g.orders()
	g.buyers()
	g.visits()
	if g.one(2) {
		g.plans()
	}
	g.stock = g.one(3)
	if g.stock {
		g.balances()
	}
	if g.block = g.one(3); g.block {
		g.calendar()
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

// anyDate is a date of the window; rarely it lies beyond. Often it is one at which
// what held holds no more.
func (g *generator) anyDate() string {
	if len(g.ends) > 0 && g.one(5) {
		return g.word(g.ends...)
	}
	d := g.IntN(g.days)
	if g.one(20) {
		d += g.days
	}
	return g.first.AddDate(0, 0, d).Format(time.DateOnly)
}

// clock is a local time as text, often where days and hours meet and clocks change.
func (g *generator) clock() string {
	if twice := g.repeated(); len(twice) > 0 && g.one(6) {
		return twice[g.IntN(len(twice))].Add(time.Duration(g.IntN(30)) * time.Minute).Format(time.DateTime)
	}
	hours, minutes := g.IntN(24), g.IntN(60)
	if g.one(3) {
		hours, minutes = []int{0, 1, 2, 23}[g.IntN(4)], []int{0, 29, 30, 59}[g.IntN(4)]
	}
	return fmt.Sprintf("%s %02d:%02d:%02d", g.anyDate(), hours, minutes, []int{0, 59, g.IntN(60)}[g.IntN(3)])
}

// repeated are the local times of the window at which clocks that went back begin to
// show times again.
func (g *generator) repeated() []time.Time {
	var out []time.Time
	start := time.Date(g.first.Year(), g.first.Month(), g.first.Day(), 0, 0, 0, 0, g.zone)
	for at := start; at.Before(start.AddDate(0, 0, g.days)); at = at.Add(30 * time.Minute) {
		_, before := at.Add(-time.Second).Zone()
		if _, after := at.Zone(); after < before {
			out = append(out, at)
		}
	}
	return out
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
		return huge + ".01"
	case 1:
		return "-" + huge + ".02"
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
%s
  }`, g.referencing())
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

// dated are sources whose rows hold for a time: until they end, or until the next.
func (g *generator) dated() {
	g.line(`source "managers" {
  csv {
    path = "data/managers.csv"
  }
  key = [channel]
  valid = [since, until]
  columns {
    channel = string
    manager = string
    since = date
    until = date
  }
}
source "prices" {
  csv {
    path = "data/prices.csv"
  }
  key = [channel, since]
  columns {
    channel = string
    since = date
    price = decimal(8, 2)
  }
}
source "rates" {
  csv {
    path = "data/rates.csv"
  }
  key = [since, from, to]
  time = since
  columns {
    since = date
    from = string
    to = string
    rate = decimal(10, 4)
  }
}`)
	var rates []string
	for range g.rowCount(12) {
		rates = append(rates, fmt.Sprintf("%s,%s,CNY,%s", g.date(), g.word("USD", "EUR"), g.maybe(12, fmt.Sprintf("%d.%04d", 6+g.IntN(3), g.IntN(10000)))))
	}
	g.csv("data/rates.csv", "since,from,to,rate", rates)
	var managers, prices []string
	for _, channel := range g.some(2, "web", "app", "shop") {
		days := []string{"", g.date(), g.date()}
		slices.Sort(days)
		days = slices.Compact(days)
		for i, since := range days {
			until := ""
			if i+1 < len(days) {
				until = days[i+1]
			}
			if earlier := g.date(); since < earlier && (earlier < until || until == "") && g.one(2) {
				until = earlier // nobody holds for a while
			}
			if until != "" {
				g.ends = append(g.ends, until)
			}
			managers = append(managers, fmt.Sprintf("%s,%s,%s,%s", channel, g.word("Mia", "Noa", ""), since, until))
		}
	}
	for range g.rowCount(10) {
		prices = append(prices, fmt.Sprintf("%s,%s,%d.5", g.word("web", "app", "shop", ""), g.date(), g.IntN(20)))
	}
	g.csv("data/managers.csv", "channel,manager,since,until", managers)
	g.csv("data/prices.csv", "channel,since,price", prices)
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
	g.alone("channel")
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
	spread := ""
	skips := g.zone.String() == "Pacific/Apia" // whose skipped day would get its share
	if g.spread = g.budget != "day" && g.one(2) && !skips; g.spread {
		spread = "allocate = even"
	}
	g.line(`source "budget" {
  csv {
    path = "data/budget.csv"
  }
  time = start
  grain = %s
  ahead = %t
  %s
  columns {
    start = date
    channel = string
    amount = decimal(12, 2)
    units = integer
    rate = double
  }
}`, g.budget, g.one(2), spread)
	var rows []string
	for range g.rowCount(12) {
		rows = append(rows, fmt.Sprintf("%s,%s,%s,%s,%d.%d", g.date(), g.word("web", "app", "shop"), g.maybe(9, fmt.Sprintf("%d.5", g.IntN(900)-90)), g.maybe(9, fmt.Sprint(g.IntN(99)-9)), g.IntN(9), g.IntN(10000)))
	}
	g.csv("data/budget.csv", "start,channel,amount,units,rate", rows)
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

// buyers are an entity: a row for each customer that any order has. What it computes
// holds for the whole life up to as-of.
func (g *generator) buyers() {
	if g.buyer = g.one(3); !g.buyer {
		return
	}
	filter := g.word("vip", "amount > 0", `status != "test"`, `customers.segment == "gold"`)
	g.line(`entity "buyer" {
  from %[1]q { key = customer }
  columns {
    first_at = min(%[1]s.at, %[1]s.%[2]s)
    orders = count(%[1]s)
    spent = sum(%[1]s.amount, date_diff(day, first_at, %[1]s.at) < 30)
  }
  time = first_at
}`, g.main, filter)
}

// cohort is dimensions over the entity.
func (g *generator) cohort() string {
	if !g.buyer {
		return ""
	}
	return fmt.Sprintf(`dimension "band" {
  from %q { value = bucket(buyer.orders, [2, 4]) }
}
dimension "cohort" {
  from %q { value = period(buyer.first_at) }
}`, g.main, g.main)
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
%s
dimension "segment" {
  from "customers" { value = %s }
}
dimension "size" {
  from %q { value = bucket(amount, [0, 50, 200]) }
}
dimension "kind" {
  from %q { value = %s }
}
dimension "dow" {
  from %q { value = weekday(at) }
  from "visits" { value = weekday(day) }
}`, g.cohort(), g.word("segment", `map(segment, { "gold" = "top" }, "other")`, `upper(segment)`, `replace(segment, "gold", "g")`), g.main, g.main, g.word("date_trunc(month, at)", "date_trunc(week, paid)", "quarter(at)", "date_add(paid, 1, month)", "date(date_add(at, 36, hour))", "date(date_add(at, 1, day))", "date_diff(day, paid, at)", `split_part(id, "1", 2)`, `regexp_replace(regexp_extract(id, "[0-9]"), "1", "one")`, `regexp_replace(channel, "[aeiou]", "")`, "left(channel, 1)", "substr(id, 2, 1)"), g.main)
	g.cuts = []string{"channel", "channel", "region", "segment", "size", "kind", "dow", g.main + ".vip", "weekday", "month_of_year", "day_of_month", "hour_of_day", g.main + ".customers.segment", g.main + ".customers.regions.name", g.main + ".channel", g.main + ".boss.manager"}
	if g.bought {
		g.cuts = append(g.cuts, g.main+".customers.bought")
	}
	if g.buyer {
		g.cuts = append(g.cuts, "band", "cohort")
	}
}
