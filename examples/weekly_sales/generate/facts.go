package main

import (
	"fmt"
	"slices"
	"strings"
)

// facts counts what the export planted while it wrote.
type facts struct {
	overlap   int // lines in two of Tmall's files
	changes   int // lines of JD that stand twice, since the order was cancelled
	lateLines int
	lateCents int64
}

// fact is a row of the README's table.
type fact struct{ what, where, when, figures string }

// factsTable says what is planted, with figures counted from the same data. A
// test holds the README to it.
func (x *export) factsTable(files []*file) string {
	all := x.events()
	all = append(all, x.faults()...)
	all = append(all, rejects(files)...)
	var b strings.Builder
	b.WriteString("| What | Where | When | Figures |\n| --- | --- | --- | --- |\n")
	for _, f := range all {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.what, f.where, f.when, f.figures)
	}
	return b.String()
}

// events are the turns of the business.
func (x *export) events() []fact {
	c := x.company
	w46 := mustDay("2026-11-09") / 7
	var weeks, days []string
	for i := 3; i >= 0; i-- {
		weeks = append(weeks, c.rate(douyin, (w46-i)*7, (w46-i+1)*7))
	}
	for day := mustDay("2026-11-12"); day <= mustDay("2026-11-15"); day++ {
		days = append(days, c.rate(douyin, day, day+1))
	}
	gmv, budget, forecast := c.gmv[douyin][w46], c.budget(douyin, w46), c.forecast(douyin, w46)
	spend, won := c.campaign(double11, w46)
	return []fact{
		{"Conversion of Douyin falls three weeks running, in the last one day by day", "channel `douyin`", "2026-W44 to W46; 12 to 15 Nov",
			"W43 to W46 " + strings.Join(weeks, ", ") + "; days " + strings.Join(days, ", ")},
		{"So Douyin's sales miss the budget and the forecast", "channel `douyin`", "2026-W46",
			fmt.Sprintf("GMV %s, budget %s (%s), forecast %s (%s)", grouped(gmv), grouped(budget), change(gmv, budget), grouped(forecast), change(gmv, forecast))},
		{"Double 11 (双十一) pays too much for a new customer", "campaign `double11`", "2026-W46",
			fmt.Sprintf("%s for %d customers is %s each, target %s (%s)", grouped(spend), won, grouped(spend/won), grouped(cacTarget), change(spend/won, cacTarget))},
		{"A store is shut for refitting", "store `" + closedStore + "`", "2026-W40 to W43",
			fmt.Sprintf("orders W39 %d, W40 to W43 %d, W44 %d", c.storeOrders(39, 39), c.storeOrders(40, 43), c.storeOrders(44, 44))},
		{"Double 11", "all channels, online most", "2026-11-11", c.peak("2026-11-11")},
		{"618", "all channels, online most", "2026-06-18", c.peak("2026-06-18")},
		{"Spring Festival (春节)", "all channels", "2026-02-13 to 2026-02-23", c.peak("2026-02-17")},
	}
}

// faults are rows that are late, double, no sales, or in words that nobody knows.
func (x *export) faults() []fact {
	c := x.company
	orders, cents := 0, int64(0)
	for _, o := range c.orders {
		if o.channel == other && !o.cancelled && o.at.Before(x.end) {
			orders++
			for _, l := range o.lines {
				cents += l.cents
			}
		}
	}
	sessions := int64(0)
	for day := unmappedFrom; day < x.until; day++ {
		sessions += c.sessions[other][day]
	}
	ads, doubled, spend := 0, 0, int64(0)
	for _, ad := range c.ads {
		if ad.channel == other && ad.day < x.until {
			ads++
			spend += ad.cents
		}
		if ad.exported == correctedAt {
			doubled++
		}
	}
	var tests []string
	for _, t := range plantedTests {
		tests = append(tests, fmt.Sprintf("%s %s: %d", t.shop, t.day, t.n))
	}
	return []fact{
		{"Late rows: tills offline", "`" + lateFile + "`, store `" + lateStore + "`", "sold 2026-11-07 and 08 (W45), uploaded 2026-11-10",
			fmt.Sprintf("%d lines, %s", x.facts.lateLines, grouped(x.facts.lateCents))},
		{"Receipts uploaded twice", "`" + lateFile + "`", "sold before 2026-11-07", fmt.Sprintf("%d lines", lateResend)},
		{"A day in two exports", "`tmall_2025`, `tmall_2026`", "2025-12-31", fmt.Sprintf("%d lines", x.facts.overlap)},
		{"A change feed: a cancelled order stands there paid, then cancelled", "`jd_2025`, `jd_2026`", "throughout", fmt.Sprintf("%d lines", x.facts.changes)},
		{"Ads exported again, corrected by +2%, under another spelling", "`ads`, platform 抖音 / Douyin / 巨量引擎", "2026-11-03 to 05", fmt.Sprintf("%d rows", doubled)},
		{"Test orders of 9,999.00 (`status == \"test\"`)", "all shop fronts", "see figures", strings.Join(tests, ", ")},
		{"A platform no mapping knows: 视频号", "`web_2026`, `traffic`; channel `other`", "from 2026-11-02", fmt.Sprintf("%d orders, %s; %d sessions", orders, grouped(cents), sessions)},
		{"A platform no mapping knows: 快手", "`ads`; channel `other`", "from 2026-11-02", fmt.Sprintf("%d rows, spend %s", ads, grouped(spend))},
		{"A product nobody knows", "`web_2026`, sku `" + orphanSKU + "`", orphanDay, x.orphan(func(o *order) bool { return o.lines[0].sku == orphanSKU })},
		{"A customer nobody knows", "`tmall_2026`, customer `" + orphanCustomer + "`", orphanDay, x.orphan(func(o *order) bool { return o.customer == orphanCustomer })},
	}
}

// rejects are the values that can't be read, with the line of each.
func rejects(files []*file) []fact {
	var out []fact
	for _, f := range files {
		for i, r := range f.rows {
			if r.unreadable == "" {
				continue
			}
			value := r.fields[slices.Index(f.header, r.unreadable)]
			out = append(out, fact{
				"Unreadable value, a reject", "`" + f.name + "`, column `" + r.unreadable + "`",
				fmt.Sprintf("line %d", i+2), "`" + value + "`",
			})
		}
	}
	return out
}

func (x *export) orphan(is func(*order) bool) string {
	for i := range x.company.orders {
		if o := &x.company.orders[i]; is(o) {
			cents := int64(0)
			for _, l := range o.lines {
				cents += l.cents
			}
			return fmt.Sprintf("line `%s`; order `%s` of %s", o.lines[0].id, o.id, grouped(cents))
		}
	}
	return "none"
}

// rate is orders by sessions over the days from..to, the last one out.
func (c *company) rate(channel string, from, to int) string {
	orders, sessions := int64(0), int64(0)
	for _, o := range c.orders {
		if o.channel == channel && !o.cancelled && !o.at.Before(timeOf(from)) && o.at.Before(timeOf(to)) {
			orders++
		}
	}
	for day := from; day < to; day++ {
		sessions += c.sessions[channel][day]
	}
	return percent(orders, sessions, 2)
}

// campaign is a campaign's spend and customers in a week, over all platforms.
func (c *company) campaign(name string, week int) (cents, won int64) {
	for _, ad := range c.ads {
		if ad.campaign == name && ad.day/7 == week {
			cents += ad.cents
		}
	}
	for _, ch := range channels {
		won += c.acquired[acquisition{ch.name, name, week}]
	}
	return cents, won
}

func (c *company) storeOrders(from, to int) int {
	n := 0
	for _, o := range c.orders {
		if o.store == closedStore && !o.cancelled && inWeek(int(o.at.Sub(firstDay).Hours())/24, from, to) {
			n++
		}
	}
	return n
}

// peak compares a day with the mean of the four same weekdays before it.
func (c *company) peak(date string) string {
	day := mustDay(date)
	on := func(d int) (orders, cents int64) {
		for _, o := range c.orders {
			if !o.cancelled && !o.at.Before(timeOf(d)) && o.at.Before(timeOf(d+1)) {
				orders++
				for _, l := range o.lines {
					cents += l.cents
				}
			}
		}
		return orders, cents
	}
	orders, cents := on(day)
	before := int64(0)
	for i := 1; i <= 4; i++ {
		n, _ := on(day - 7*i)
		before += n
	}
	return fmt.Sprintf("%s: %d orders, GMV %s; %s.%d orders on the four same weekdays before", date, orders, grouped(cents), itoa(before/4), before%4*10/4)
}

// percent is a/b with places decimals, rounded half up.
func percent(a, b int64, places int) string {
	scale := int64(1)
	for range places {
		scale *= 10
	}
	n := (a*200*scale/b + 1) / 2
	return fmt.Sprintf("%d.%0*d%%", n/scale, places, n%scale)
}

// change is how far a is from b.
func change(a, b int64) string {
	if a < b {
		return "−" + percent(b-a, b, 1)
	}
	return "+" + percent(a-b, b, 1)
}
