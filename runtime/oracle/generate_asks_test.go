package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// requests asks a project in several ways.
func (g *generator) requests(n int) []ask {
	var all []ask
	g.instant = g.asOf() // clean rows of life-long columns are those of one as-of
	for range n {
		all = append(all, g.request())
	}
	return all
}

func (g *generator) request() ask {
	a := ask{asOf: g.instant, totals: g.one(4), present: g.one(5)}
	if !g.buyer && !g.bought {
		a.asOf = g.asOf()
	}
	sources := ""
	for _, i := range g.Perm(len(g.kpis))[:1+g.IntN(min(3, len(g.kpis)))] {
		a.kpis = append(a.kpis, g.kpis[i].name)
		sources += g.kpis[i].sources
	}
	for _, k := range g.kpis { // what moves is asked for more often than what stands
		if k.offset && g.one(2) && !slices.Contains(a.kpis, k.name) {
			a.kpis = append(a.kpis, k.name)
			sources += k.sources
		}
	}
	cuts := g.cuts
	if strings.ContainsAny(sources, "vbse") && !g.one(10) { // what all of them have
		cuts = []string{"channel", "weekday"}
	}
	if (strings.ContainsAny(sources, "se") || strings.Contains(sources, "b") && !g.spread) && !g.one(10) {
		cuts = []string{"channel"}
	}
	for _, i := range g.Perm(len(cuts))[:min(len(cuts), []int{0, 0, 1, 1, 1, 2}[g.IntN(6)])] {
		if !slices.Contains(a.by, cuts[i]) {
			a.by = append(a.by, cuts[i])
		}
	}
	g.bounds(&a, sources)
	if a.grain == "" || a.grain == "hour" { // a cohort is of the period that is asked for
		a.by = slices.DeleteFunc(a.by, func(cut string) bool { return cut == "cohort" })
	}
	if a.grain != "" || len(a.at) > 0 {
		a.compare = g.some(3, "previous", "year_ago")
	}
	a.compare = append(a.compare, g.some(3, "target")...)
	if g.one(3) {
		a.where = append(a.where, g.filter(strings.ContainsAny(sources, "vbse") && !g.one(10)))
	}
	g.results(&a)
	return a
}

// asOf is an instant in the window or behind it, often where a day starts.
func (g *generator) asOf() string {
	text := g.date() + " 00:00:00"
	switch g.IntN(3) {
	case 0:
		text = g.clock()
	case 1:
		text = g.first.AddDate(0, 0, g.days+g.IntN(min(40, g.days))).Format(time.DateTime)
	}
	t, _ := time.ParseInLocation(time.DateTime, text, g.zone)
	return t.Format(time.RFC3339)
}

// bounds chooses grain and range.
func (g *generator) bounds(a *ask, sources string) {
	switch {
	case g.days <= 9:
		a.grain = g.word("hour", "day", "day", "week", "", "month")
		if a.grain == "hour" && (g.time == "date" || strings.ContainsAny(sources, "vbse")) && !g.one(10) {
			a.grain = "day"
		}
	case g.days <= 45:
		a.grain = g.word("day", "week", "week", "month", "")
	default:
		a.grain = g.word("week", "month", "quarter", "year", "")
	}
	if g.block && g.one(3) {
		a.grain = "season"
	}
	day := func() string { return g.first.AddDate(0, 0, g.IntN(g.days+4)-2).Format(time.DateOnly) }
	month := func() string { return g.first.AddDate(0, 0, g.IntN(g.days+4)-2).Format("2006-01") }
	switch g.IntN(6) {
	case 0:
		a.from = day()
		if a.grain == "hour" {
			a.to = a.from
		}
	case 1:
		a.to = day()
		if a.grain != "" {
			a.last = 1 + g.IntN(6)
		}
	case 2:
		a.from, a.to = day(), month()
		if g.days <= 9 {
			a.to = day()
		}
		if a.from > a.to {
			a.from, a.to = a.to, a.from
		}
	case 3:
		if a.grain != "" {
			a.last = 1 + g.IntN(10)
		}
	case 4:
		a.at = []string{day()}
		if g.days > 9 {
			a.at = g.some(2, month(), month())
		}
		if a.grain == "season" && g.one(2) {
			a.at = []string{fmt.Sprintf("S%02d", g.IntN(9))}
		}
	}
}

// filter is over a dimension that all sources have, or over the main source.
func (g *generator) filter(shared bool) string {
	if shared || g.one(2) {
		return g.word(`channel == "web"`, `channel != "app"`, `in(channel, ["web", null])`, `channel == null || channel == "ads"`)
	}
	return g.condition(1)
}

// results chooses what is said of results.
func (g *generator) results(a *ask) {
	if g.one(4) {
		name := a.kpis[g.IntN(len(a.kpis))]
		if g.one(2) {
			name = g.kpis[g.IntN(len(g.kpis))].name // a KPI that is not asked for
		}
		for _, k := range g.kpis {
			if k.name == name && k.numeric {
				value := fmt.Sprintf(g.word("kpi.%s", "rank(kpi.%s)", "previous(kpi.%s, 1, day)"), name)
				a.having = append(a.having, fmt.Sprintf("%s %s %s", value, g.word(">", "<=", "!="), g.word("0", "3", "0.5", "-20")))
			}
		}
	}
	columns := append([]string{}, a.kpis...)
	columns = append(columns, a.by...)
	if a.grain != "" {
		columns = append(columns, "period")
	}
	for _, c := range g.some(4, columns...) {
		a.order = append(a.order, g.word("", "-")+c)
	}
	if g.one(4) {
		a.limit = 1 + g.IntN(6)
	}
	if len(a.by) > 0 && g.one(4) {
		a.top = 1 + g.IntN(3)
		a.other = g.one(2)
	}
}
