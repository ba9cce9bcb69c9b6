package main

import "time"

var plannedNames = map[string]string{tmall: "天猫", jd: "京东", douyin: "抖音", rednote: "小红书", web: "官网", store: "门店"}

// forecastFrom is when the company began to forecast: 2025-W01.
var forecastFrom = mustDay("2024-12-30") / 7

// unplanted is what a channel would have sold in a week if nothing had been
// planted, in cents: budget and forecast knew of no events.
func (c *company) unplanted(channel string, week int) int64 {
	return c.gmv[channel][week] * c.expected[channel][week] / (c.counted[channel][week] * 1000)
}

// budget is made for whole years ahead, in round hundreds of yuan.
func (c *company) budget(channel string, week int) int64 {
	n := permille(c.unplanted(channel, week), jitter(stream("budget "+channel, week), 35))
	return n - n%10000
}

// forecast is made seven days before its week begins.
func (c *company) forecast(channel string, week int) int64 {
	knew := int64(1000)
	if f, ok := forecastKnew[weekOf2026(week)]; ok && channel == douyin {
		knew = f
	}
	n := permille(c.unplanted(channel, week), knew, jitter(stream("forecast "+channel, week), 30))
	return n - n%1000
}

// weekOf2026 is the number of a week, 0 in other years.
func weekOf2026(week int) int {
	if year, n := isoWeek(week * 7); year == 2026 {
		return n
	}
	return 0
}

func (x *export) budgetFile() *file {
	f := &file{name: "budget.csv", header: []string{"channel", "week", "gmv"}}
	for week := range horizon / 7 {
		for _, ch := range channels {
			f.add(timeOf(week*7), plannedNames[ch.name], dateOf(week*7), money(x.company.budget(ch.name, week)))
		}
	}
	return f
}

func (x *export) forecastFile() *file {
	f := &file{name: "forecast.csv", header: []string{"channel", "week", "made_on", "gmv"}}
	for week := forecastFrom; week < horizon/7; week++ {
		made := week*7 - 7
		if made >= x.until {
			break
		}
		for _, ch := range channels {
			f.add(timeOf(week*7), ch.name, dateOf(week*7), dateOf(made), money(x.company.forecast(ch.name, week)))
		}
	}
	return f
}

// stockDays is how many days of stock levels the warehouse keeps.
const stockDays = 60

// stockFile has one row for each product and day: the level at the day's end.
func (x *export) stockFile() *file {
	f := &file{name: "stock.csv.gz", header: []string{"day", "sku", "on_hand"}}
	sold := x.company.soldByDay()
	first := mustDay("2026-09-01")
	for p, prod := range products {
		level := 60 + prod.weight*4
		for day := first; day < x.until; day++ {
			if day%7 == p%7 { // each product has its delivery day
				level = 60 + prod.weight*4
			}
			level = max(0, level-sold[day][prod.sku]*3) // two thirds go to partners that are not in the data
			if day >= x.until-stockDays {
				f.add(timeOf(day), dateOf(day), prod.sku, itoa(level))
			}
		}
	}
	return f
}

func (c *company) soldByDay() map[int]map[string]int64 {
	out := map[int]map[string]int64{}
	for _, o := range c.orders {
		if o.cancelled {
			continue
		}
		day := int(o.at.Sub(firstDay) / (24 * time.Hour))
		if out[day] == nil {
			out[day] = map[string]int64{}
		}
		for _, l := range o.lines {
			out[day][l.sku] += l.quantity
		}
	}
	return out
}
