package oracle_test

import (
	"fmt"
	"strings"
)

// orders are one source, or several in a union.
func (g *generator) orders() {
	g.within = g.word("", `within = "3d"`, `within = "1m"`)
	if g.main == "orders" {
		g.ordersSource("orders", true)
		return
	}
	leaves := []string{"tmall", "jd", "pos"}[:2+g.IntN(2)]
	for i, leaf := range leaves {
		g.ordersSource(leaf, i == 0)
	}
	g.line(`source "sales" {`)
	g.line(`  union = [%s]`, strings.Join(leaves, ", "))
	g.line(`  tag = "shop"`)
	g.line(`  time = at`)
	g.clean(false)
	g.alone(g.word("channel", "customer", "shop", "channel, customer"))
	g.line(`}`)
}

// ordersSource is one shop's; only a whole one has all columns.
func (g *generator) ordersSource(name string, whole bool) {
	g.line(`source %q {
  csv {
    path = "data/%s_*.csv"
    null = ["", "NULL"]
  }
  time = at
  columns {
    id = string`, name, name)
	at := g.time
	if at == "timestamp" {
		at = g.word("timestamp", `{ type = timestamp, timezone = "UTC" }`)
	}
	g.line(`    at = %s`, at)
	columns := []string{"id", "at", "paid", "channel", "status", "amount", "quantity", "weight", "vip", "customer", "currency"}
	types := map[string]string{
		"paid": "date", "channel": "string", "status": "string", "quantity": "integer", "weight": "double", "vip": "boolean", "currency": "string",
		"amount":   `{ type = decimal(18, 2), strip = ["¥"] }`,
		"customer": "{ type = string, references = customers }",
	}
	if !g.bought && g.one(2) { // else orders and customers would wait for each other
		types["customer"] = "{ type = string, references = customers, on_fail = quarantine }"
	}
	if g.one(4) {
		types["status"] = `{ type = string, values = ["paid", "open"], on_fail = quarantine }`
	}
	if g.one(4) {
		types["quantity"] = `{ type = integer, range = [-2, 6], on_fail = quarantine }`
	}
	for _, c := range columns[2:] {
		if whole || c != "weight" || g.one(2) {
			g.line(`    %s = %s`, c, types[c])
		}
	}
	if whole {
		another := `customers.segment == "gold"`
		if g.bought {
			another = `channel == "web"`
		}
		g.line(`    net = { value = %s }`, g.word("amount - coalesce(quantity, 0)", "amount * quantity", `if(vip, amount, 0)`, `case(status == "paid", amount, `+another+`, -amount)`))
	}
	g.line(`  }
  reference "boss" {
    to = managers
    on = [channel]
  }
  reference "price" {
    to = prices
    on = [channel]
    latest = [since]
    %s
  }`, g.within)
	g.clean(true)
	if g.main == "orders" {
		g.alone(g.word("channel", "customer", "channel, customer"))
	}
	g.line(`}`)
	for file := range 1 + g.IntN(2) {
		var rows []string
		for range g.rowCount(40) {
			rows = append(rows, g.order(rows))
		}
		g.csv(fmt.Sprintf("data/%s_%d.csv", name, file), strings.Join(columns, ","), rows)
	}
}

// clean is how a source is made trustworthy, at random.
func (g *generator) clean(leaf bool) {
	switch g.IntN(6) {
	case 0:
		g.line(`  key = [id]`)
	case 1:
		g.line(`  dedupe {`)
		g.line(`    by = [id]`)
		g.line(`    order = [%s]`, g.word("paid", "amount", "quantity, at"))
		g.line(`    keep = %s`, g.word("first", "last"))
		g.line(`  }`)
	case 2:
		g.line(`  dedupe {`)
		g.line(`    by = all`)
		g.line(`  }`)
	}
	if g.one(4) {
		g.line(`  where = %s`, g.word(`status != "test"`, `amount > -50`, `!vip`, `quantity < 5 || channel == null`))
	}
	if leaf && g.one(8) {
		g.line(`  covered = [%q, %q]`, g.first.AddDate(0, 0, -2).Format("2006-01-02"), g.first.AddDate(0, 0, g.days/2).Format("2006-01-02"))
	}
}

// order is a row, sometimes one that there is already.
func (g *generator) order(before []string) string {
	if len(before) > 0 && g.one(10) {
		return before[g.IntN(len(before))]
	}
	at := g.date()
	if g.time == "timestamp" {
		at = g.clock()
		if g.one(15) {
			at += g.word("Z", "+02:00")
		}
	}
	amount := g.money()
	if g.one(12) && amount != "" && amount != "n/a" {
		amount = "¥" + amount
	}
	return strings.Join([]string{
		fmt.Sprintf("o%d", g.IntN(60)), g.maybe(g.timed, at), g.maybe(3, g.date()),
		g.word("web", "app", "shop", "kiosk", "NULL"), g.word("paid", "paid", "open", "test", ""),
		amount, g.maybe(6, fmt.Sprint(g.IntN(9)-2)), g.maybe(6, fmt.Sprintf("%d.%d", g.IntN(20)-4, g.IntN(10000))),
		g.word("true", "false", "yes", "0", ""), g.word("c0", "c1", "c2", "c3", "c9", ""), g.word("CNY", "USD", "USD", "EUR", ""),
	}, ",")
}
