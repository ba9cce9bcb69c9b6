package oracle_test

import (
	"fmt"
	"strings"
)

// allKPIs are some over each source, and some over those.
func (g *generator) allKPIs() {
	for range 3 + g.IntN(5) {
		value, numeric := g.aggregate()
		g.kpi("m", numeric, value, func() {
			if g.one(3) {
				g.line(`  where = %s`, g.condition(2))
			}
			if g.one(5) {
				g.line(`  time = %s.%s`, g.main, g.word("paid", "paid", "customers.joined"))
			}
		})
	}
	g.kpi("v", true, g.word("sum(visits.sessions)", "count(visits)", "avg(visits.sessions)", `sum(visits.sessions, channel != "ads")`), nil)
	if g.budget != "" {
		forms := []string{"sum(budget.amount)", "max(budget.amount)"}
		if g.spread { // days can be had of sums alone
			forms = []string{"sum(budget.amount)", `sum(budget.units, channel != "app")`, "sum(budget.rate)", "ratio(budget.amount, budget.units)", "weighted_avg(budget.rate, budget.units)", "weighted_avg(budget.amount, budget.units)", "max(budget.amount)"}
		}
		g.kpi("b", true, g.word(forms...), nil)
	}
	if g.one(2) {
		g.kpi("m", false, g.ofMain([]string{`sum(convert(M.amount, M.currency, "CNY"))`, `avg(convert(M.weight, "USD", "CNY"))`, `sum(convert(M.amount, "EUR", "CNY"), M.vip)`}), nil)
	}
	if g.one(2) {
		g.kpi("m", true, g.ofMain([]string{"sum(M.price.price)", "count(M.boss.manager)", `count(M.id, M.boss.manager == "Mia")`}), func() {
			g.line(`  time = %s.paid`, g.main) // rows without the time by which they find others count
		})
	}
	if g.buyer {
		g.kpi("e", true, g.word("count(buyer)", "count(buyer, buyer.orders >= 2) / count(buyer)", "avg(buyer.spent)", "sum(buyer.spent)", "max(buyer.orders)"), nil)
	}
	if g.stock {
		g.kpi("s", true, g.word("last(stock.on_hand)", "first(stock.on_hand)", `last(stock.on_hand, channel != "app")`, "last(stock.on_hand, [stock.sku])", "last(stock.on_hand, [])", "first(stock.on_hand, [stock.channel])"), func() {
			if g.one(2) {
				g.line(`  carry = %q`, g.word("3d", "1w", "2m"))
			}
		})
	}
	for range 1 + g.IntN(4) {
		g.derived()
	}
	for range g.IntN(4) {
		g.over()
	}
	g.offset()
	if g.one(2) {
		g.nested()
	}
	if g.one(2) {
		g.derived()
	}
}

// over is a KPI at other times, or over other members.
func (g *generator) over() {
	k := g.numeric()
	if k == nil {
		return
	}
	x := "kpi." + k.name
	count, by := g.word("1", "1", "2", "3"), g.grain()
	members := "channel"
	if k.sources == "m" {
		members = g.word("channel", "segment", "region", "dow", "channel, segment")
	}
	forms := []string{"previous(X, N, G)", "delta(X, N, G)", "growth(X, N, G)", "year_ago(X)"}
	if strings.Contains(k.sources, "e") {
		forms = append(forms, "rank(X)")
	} else {
		forms = append(forms, "X / total(X, [M])", "total(X, [M])")
	}
	if !k.over && !strings.Contains(k.sources, "e") {
		forms = append(forms, "rolling(X, N, G)", "rolling(X, N, G)", "rolling(X, 7, day)", "to_date(X, G)", "to_date(X, all)", "growth(rolling(X, 3, day), N, G)", "X - previous(rolling(X, N, G), 1, day)",
			"to_date(previous(X, N, G), G)", "total(to_date(X, G), [M])", "rank(X)", "like_for_like(X, [M], N, G)", "like_for_like(growth(X, N, G), [M], N, G)", "top_share(sum(per([M], X)), [M], 0.4)", "top_share(sum(per([M], X)), [M], 0.5)", "sum(per([M], X))", "avg(per([M, day], X))",
			"max(per([G], X))", "sum(per([M, G], abs(X)))", "count(per([M], X))", "median(per([day], X))", "rolling(avg(per([day], X)), 3, day)", "rank(total(X, [M]))")
	}
	value := strings.NewReplacer("X", x, "N", count, "G", by, "M", members).Replace(g.word(forms...))
	ranked := strings.Contains(value, "rank(") // a place is no quantity to go on with
	g.kpi(k.sources, !ranked, value, nil)
	g.kpis[len(g.kpis)-1].over = true
}

// offset is a KPI at a time before, and not so far before that there is nothing.
func (g *generator) offset() {
	k := g.numeric()
	if k == nil {
		return
	}
	value := g.word("previous", "previous", "delta", "growth") + fmt.Sprintf("(kpi.%s, %s, %s)", k.name, g.word("1", "1", "2"), g.word("day", "day", g.grain()))
	g.kpi(k.sources, true, value, nil)
	g.kpis[len(g.kpis)-1].over, g.kpis[len(g.kpis)-1].offset = true, true
}

// nested is functions over time and inner levels within each other.
func (g *generator) nested() {
	k := g.numeric()
	if k == nil || k.over || strings.Contains(k.sources, "e") {
		return
	}
	members := "channel"
	if k.sources == "m" {
		members = g.word("channel", "segment", "region", "dow")
	}
	value := strings.NewReplacer("X", "kpi."+k.name, "N", g.word("1", "2", "3"), "G", g.grain(), "M", members).Replace(g.word(
		"previous(rolling(X, N, G), N, G)", "rolling(previous(X, N, G), N, G)", "previous(to_date(X, G), N, day)", "year_ago(to_date(X, G))", "delta(to_date(X, G), 1, day)",
		"growth(max(per([G], X)), 1, G)", "avg(per([M, day], rolling(X, 3, day)))", "max(per([day], previous(X, N, day)))", "sum(per([M, G], delta(X, 1, day)))", "sum(per([G], previous(X, 1, G)))",
		"rolling(avg(per([M], previous(X, N, G))), N, G)", "max(per([M], avg(per([day], X))))", "sum(per([G], max(per([M, day], X))))", "like_for_like(rolling(X, N, G), [M], 1, G)",
		"top_share(previous(sum(per([M], X)), 1, G), [M], 0.5)", "previous(total(rolling(X, N, day), [M]), 1, G)", "total(sum(per([M], rolling(X, N, day))), [M])", "count(per([M, day], to_date(X, G)))", "avg(per([G], to_date(X, G)))"))
	g.kpi(k.sources, true, value, nil)
	g.kpis[len(g.kpis)-1].over = true
}

// grain is one that suits the window.
func (g *generator) grain() string {
	if g.block && g.one(4) {
		return "season"
	}
	switch {
	case g.days <= 9:
		return g.word("hour", "day", "day", "week")
	case g.days <= 45:
		return g.word("day", "week", "month")
	}
	return g.word("day", "week", "month", "quarter", "year")
}

// kpi writes one; more adds to its block.
func (g *generator) kpi(sources string, numeric bool, value string, more func()) {
	name := fmt.Sprintf("k%d", len(g.kpis))
	g.line(`kpi %q {`, name)
	g.line(`  value = %s`, value)
	if more != nil {
		more()
	}
	if g.one(4) {
		g.line(`  lag = %q`, g.word("1d", "36h", "1w", "1m"))
	}
	if numeric && g.one(4) {
		g.line(`  format = "0.0%%"`)
	}
	if numeric && g.one(3) {
		g.line(`  target = %s`, g.target())
	}
	g.line(`}`)
	g.kpis = append(g.kpis, kpi{name: name, numeric: numeric, sources: sources})
}

func (g *generator) target() string {
	if below := g.numeric(); below != nil && g.one(2) {
		return "kpi." + below.name
	}
	return g.word("10", "0.5", "[3, 50]", "[null, 20]", "[-1.5, null]")
}

// numeric is one of the numeric KPIs so far.
func (g *generator) numeric() *kpi {
	for range 20 {
		if len(g.kpis) == 0 {
			return nil
		}
		if k := &g.kpis[g.IntN(len(g.kpis))]; k.numeric {
			return k
		}
	}
	return nil
}

// derived is arithmetic of other KPIs.
func (g *generator) derived() {
	a, b := g.numeric(), g.numeric()
	if a == nil || b == nil {
		return
	}
	x, y := "kpi."+a.name, "kpi."+b.name
	value := g.word(x+" / "+y, x+" - "+y, x+" + "+y, "coalesce("+x+", "+y+")", "if("+x+" > "+y+", "+x+", "+y+")",
		"nullif("+x+", 0)", "greatest("+x+", "+y+")", "round("+x+", 1)", "-"+x, "("+x+" - "+y+") / abs("+y+")")
	sources := a.sources
	if strings.Contains(value, y) {
		sources += b.sources
	}
	if g.one(4) {
		value += g.word(" + ", " - ") + fmt.Sprintf("count(%s, %s)", g.main, g.condition(1))
		sources += "m"
	}
	g.kpi(sources, true, value, nil)
	g.kpis[len(g.kpis)-1].over = a.over || b.over
}

// aggregate is one over the rows of the main source.
func (g *generator) aggregate() (text string, numeric bool) {
	m := g.main
	filter := ""
	if g.one(2) {
		filter = ", " + g.condition(2)
	}
	x := g.value()
	exact := g.word("amount", "quantity")
	form, numeric := g.word("count", "rows", "distinct", "sum", "sum", "sum", "avg", "min", "max", "weighted", "ratio", "median", "percentile", "discrete", "stddev", "any", "every", "first", "net"), true
	switch form {
	case "count":
		text = fmt.Sprintf("count(%s%s)", m, filter)
	case "rows":
		text = fmt.Sprintf("count(%s.%s%s)", m, g.word("amount", "paid", "customer"), filter)
	case "distinct":
		text = fmt.Sprintf("count_distinct(%s.%s%s)", m, g.word("customer", "amount", "paid", "customers.segment", "at"), filter)
	case "sum", "avg", "min", "max":
		text = fmt.Sprintf("%s(%s%s)", form, x, filter)
	case "weighted":
		text = fmt.Sprintf("weighted_avg(%s.%s, %s.%s%s)", m, g.word("amount", "weight"), m, g.word("quantity", "weight"), filter)
	case "ratio":
		text = fmt.Sprintf("ratio(%s, %s.quantity%s)", x, m, filter)
	case "net":
		text = fmt.Sprintf(`ratio(unit(net_of_tax(%[1]s.amount, 0.06), "CNY"), unit(net_of_tax(%[1]s.weight, 0.1), "CNY")%[2]s)`, m, filter)
	case "median":
		text = fmt.Sprintf("median(%s%s)", x, filter)
	case "percentile":
		text = fmt.Sprintf("percentile(%s, %s%s)", x, g.word("0.9", "0.25", "1", "0"), filter)
	case "discrete":
		text = fmt.Sprintf("percentile_disc(%s.%s, %s%s)", m, exact, g.word("0.9", "0.5", "0.1", "1"), filter)
	case "stddev":
		text = fmt.Sprintf("stddev(%s.%s%s)", m, g.word("quantity", "weight"), filter)
	case "any", "every":
		text, numeric = fmt.Sprintf("%s(%s.%s%s)", form, m, g.word("vip", "amount > 10", `status == "paid"`, "quantity <= 1", `customers.segment == "gold"`), filter), false
	case "first":
		text, numeric = fmt.Sprintf("%s(%s.%s%s)", g.word("min", "max"), m, g.word("at", "paid"), filter), false
	}
	return text, numeric
}

// value is a number of a row.
func (g *generator) value() string {
	forms := []string{
		"M.amount", "M.amount", "M.quantity", "M.weight", "M.amount * M.quantity", "coalesce(M.amount, 0)",
		"M.amount - M.quantity", "-M.amount", "abs(M.amount)", "round(M.weight, 1)", "floor(M.amount)", "ceil(M.amount)",
		"greatest(M.amount, M.quantity)", "date_diff(day, M.at, M.paid)", "length(M.channel)", "sign(M.amount)",
		"nullif(M.quantity, 0)", "least(M.amount, M.weight)", "sqrt(M.weight)", "ln(M.quantity)", "exp(M.quantity)", "power(M.quantity, 2)",
		"week(M.at)", "day(M.at)", "M.quantity % 3", "M.price.price", "M.price.price * M.quantity", "date_diff(week, M.at, M.paid)", "date_diff(month, M.at, M.paid)", "round(M.amount)",
	}
	if g.one(4) {
		return fmt.Sprintf("if(%s, %s.amount, 0)", g.condition(1), g.main)
	}
	return g.ofMain(forms)
}

// condition is over the rows of the main source.
func (g *generator) condition(depth int) string {
	if depth > 0 && g.one(3) {
		switch g.IntN(3) {
		case 0:
			return "!(" + g.condition(depth-1) + ")"
		case 1:
			return "(" + g.condition(depth-1) + " && " + g.condition(depth-1) + ")"
		}
		return "(" + g.condition(depth-1) + " || " + g.condition(depth-1) + ")"
	}
	forms := []string{
		`M.status == "paid"`, `M.status != "open"`, `in(M.status, ["paid", null])`, `M.amount > 20`, `M.quantity <= 2`, `M.vip`,
		`M.customers.segment == "gold"`, `M.customers.segment != "(unmatched)"`, `M.customers.regions.name != "East"`, `channel == "web"`, `in(channel, ["app", "shop", null])`,
		`weekday(M.at) > 5`, `like(M.id, "o1%")`, `between(M.amount, -10, 60.5)`, `starts_with(M.channel, "s")`, `M.amount == null`, `M.customer != null`,
		`region == "West"`, `segment != null`, `M.weight < 3.5`, `month(M.at) == 1`, `M.paid >= M.at`, `date(M.at) != M.paid`, `coalesce(M.vip, false)`,
		`M.customers.joined < M.at`, `M.boss.manager == "Mia"`, `M.boss.manager != "(unmatched)"`, `M.price.price > 8`, `concat(M.channel, M.status) == "webpaid"`, `right(M.id, 1) == "5"`,
		`contains(M.channel, "o")`, `ends_with(M.channel, "p")`, `matches(M.id, "^o[1-3]+$")`, `regexp_extract(M.id, "o([0-9])", 1) > "3"`, `replace(M.channel, "a", "b") == "bpp"`, `lower(M.channel) == "web"`, `trim(M.status) != "paid"`, `M.at < as_of()`,
		`year(M.at) == year(M.paid)`, `date_add(M.at, 3, day) > M.paid`, `date_trunc(week, M.at) == date_trunc(week, M.paid)`, `day(M.at) % 2 == 0`,
		`left(M.channel, 1) == "w"`, `upper(M.channel) == "WEB"`, `quarter(M.at) == 1`, `substr(M.id, 2, 1) != "1"`, `split_part(M.id, "1", 2) == ""`,
	}
	if g.bought && depth > 0 {
		forms = append(forms, `M.customers.bought > 1`)
	}
	if g.buyer && depth > 0 {
		forms = append(forms, `M.buyer.orders > 2`, `M.buyer.first_at < M.at`)
	}
	if g.time == "timestamp" {
		forms = append(forms, `hour(M.at) < 12`, `minute(M.at) < 30`)
	}
	return g.ofMain(forms)
}

// ofMain is one of some forms, with the main source for M.
func (g *generator) ofMain(forms []string) string {
	return strings.ReplaceAll(g.word(forms...), "M.", g.main+".")
}
