package oracle_test

import (
	"fmt"
	"time"
)

// calendar is a calendar block, whose periods are as long as they like: now and then
// they begin after the window or end within it.
func (g *generator) calendar() {
	year := g.one(2)
	g.line(`source "days" {
  csv {
    path = "data/days.csv"
  }
  key = [date]
  columns {
    date = date
    period = string
    year = string
  }
}
calendar "season" {
  source = days
  day = days.date
  period = days.period`)
	if year {
		g.line(`  year = days.year`)
	}
	g.line(`}`)
	longest := []int{3, 9, 40}[g.IntN(3)]
	first, last := -g.IntN(60), g.days+g.IntN(30)
	if g.one(4) {
		first, last = g.IntN(3), 3+g.days*2/3
	}
	whole := longest > 7 && g.one(2) // periods of whole weeks
	var rows []string
	n, perYear := 0, 2+g.IntN(5)
	for d := first; d < last; n++ {
		length := 1 + g.IntN(longest)
		if whole {
			length = 7 * (1 + g.IntN(longest/7))
		}
		for end := d + length; d < end; d++ {
			rows = append(rows, fmt.Sprintf("%s,S%02d,Y%d", g.first.AddDate(0, 0, d).Format(time.DateOnly), n, n/perYear))
		}
	}
	g.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	g.csv("data/days.csv", "date,period,year", rows)
}

// alone may have each member of some columns judged alone.
func (g *generator) alone(columns string) {
	if g.one(5) {
		g.line(`  coverage {
    by = [%s]
  }`, columns)
	}
}

// referencing is columns that aggregate the rows which reference theirs.
func (g *generator) referencing() string {
	if g.bought = g.one(3); !g.bought {
		return ""
	}
	return g.ofMain([]string{"    bought = { value = count(M.id, M.vip) }", "    bought = { value = sum(M.quantity) }", "    bought = { value = count_distinct(M.channel) }"})
}
