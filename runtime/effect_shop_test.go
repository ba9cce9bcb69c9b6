package runtime_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// The shop is a small project whose numbers plain Go computes as well, a cell at a
// time: what a plan says of an edit is held against that.

// line is a row of the shop's orders; "" is no channel.
type line struct {
	id          int
	day, placed time.Time
	channel     string
	status      string
	cents, n    int // cents is -1 where there is no amount
}

func randomLine(r *rand.Rand, id int) line {
	day := time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(130))
	if r.IntN(3) == 0 { // some channels fall silent, or begin late
		return line{id: id, day: day, placed: day.AddDate(0, 0, -r.IntN(9)), channel: []string{"", "d", "e"}[r.IntN(3)], status: "paid", cents: -1, n: r.IntN(3)}
	}
	l := line{id: id, day: day, placed: day.AddDate(0, 0, -r.IntN(9)), channel: []string{"a", "b", "c", ""}[r.IntN(4)],
		status: []string{"paid", "paid", "refunded", "test"}[r.IntN(4)], cents: r.IntN(5000), n: r.IntN(4)}
	if l.channel == "c" && l.day.After(time.Date(2026, 2, 15, 0, 0, 0, 0, time.UTC)) {
		l.channel = "a"
	}
	return l
}

func linesCSV(lines []line) string {
	var b strings.Builder
	b.WriteString("id,day,placed,channel,status,amount,n\n")
	for _, l := range lines {
		amount := ""
		if l.cents >= 0 {
			amount = fmt.Sprintf("%d.%02d", l.cents/100, l.cents%100)
		}
		fmt.Fprintf(&b, "%d,%s,%s,%s,%s,%s,%d\n", l.id, l.day.Format(time.DateOnly), l.placed.Format(time.DateOnly), l.channel, l.status, amount, l.n)
	}
	return b.String()
}

// definition is one version of the shop's definitions: of each, which of its variants.
type definition struct {
	keep, value, where, time, channel, by int
	removed, named                        bool // the KPI "extra" is gone, or has another name
}

var (
	keepVariants  = []string{``, `where = status != "test"`, `where = day < "2026-05-01"`}
	valueVariants = []string{
		`sum(orders.amount)`, `count(orders)`, `avg(orders.amount)`, `max(orders.amount)`, `sum(orders.amount, orders.n > 1)`,
		`sum(orders.amount - orders.n)`, `count_distinct(orders.channel)`,
		`rolling(count(orders), 17, day)`, `rolling(count(orders), 40, day)`,
	}
	whereVariants   = []string{``, `where = orders.status != "refunded"`, `where = orders.n > 0`, `where = dimension.channel != "b"`}
	timeVariants    = []string{``, `time = orders.placed`}
	channelVariants = []string{`channel`, `if(channel == "a", "b", channel)`, `coalesce(channel, "a")`}
	windows         = map[int]int{7: 17, 8: 40} // days, by variant of the value
	byVariants      = []string{`[channel, [channel, status]]`, `[channel]`, `[[channel, status]]`}
)

func randomDefinition(r *rand.Rand) definition {
	return definition{r.IntN(len(keepVariants)), r.IntN(len(valueVariants)), r.IntN(len(whereVariants)), r.IntN(len(timeVariants)),
		r.IntN(len(channelVariants)), r.IntN(len(byVariants)), false, false}
}

// edit changes one or two of the definitions.
func (d definition) edit(r *rand.Rand) definition {
	other := randomDefinition(r)
	for range 1 + r.IntN(2) {
		switch r.IntN(9) {
		case 0:
			d.keep = other.keep
		case 1, 2:
			d.value = other.value
		case 3, 4:
			d.where = other.where
		case 5:
			d.time = other.time
		case 6:
			d.channel = other.channel
		case 7:
			d.by = other.by
		case 8:
			d.removed, d.named = r.IntN(2) == 0, r.IntN(2) == 0
		}
	}
	return d
}

func (d definition) extra() string {
	if d.named {
		return "extra_rows"
	}
	return "extra"
}

const shopDefinitions = `
project "shop" {
  timezone = "Asia/Shanghai"
  as_of    = "2026-05-14"
  grains   = [week, month]
}
source "orders" {
  csv {
    path = "orders.csv"
  }
  key  = [id]
  time = day
  columns {
    id      = integer
    day     = date
    placed  = date
    channel = string
    status  = string
    amount  = decimal(12, 2)
    n       = integer
  }
  %s
}
dimension "channel" {
  from "orders" { value = %s }
}
dimension "status" {
  from "orders" { value = status }
}
kpi "main" {
  value = %s
  by    = %s
  %s
  %s
}
kpi "rows" {
  value = count(orders)
  by    = [channel]
  %[6]s
}
kpi "each" {
  value = kpi.main / kpi.rows
  by    = [channel]
}
kpi "twice" {
  value = kpi.rows * 2
}
`

func (d definition) hcl() string {
	where := whereVariants[d.where]
	if d.where == 3 {
		where = `where = channel != "b"`
	}
	text := fmt.Sprintf(shopDefinitions, keepVariants[d.keep], channelVariants[d.channel], valueVariants[d.value], byVariants[d.by], where, timeVariants[d.time])
	if !d.removed {
		text += fmt.Sprintf("kpi %q { value = sum(orders.n) }\n", d.extra())
	}
	if d.named && !d.removed {
		text += "renamed {\n  from = kpi.extra\n  to   = kpi.extra_rows\n}\n"
	}
	return text
}

// names are the KPIs, by those of another version where they were renamed.
func (d definition) kpis() map[string]bool {
	return map[string]bool{"main": true, "rows": true, "each": true, "twice": true, "extra": !d.removed}
}

// sets is the cut sets of a KPI.
func (d definition) sets(kpi string) []string {
	switch {
	case kpi == "main":
		return [][]string{{"", "channel", "channel,status"}, {"", "channel"}, {"", "channel,status"}}[d.by]
	case kpi == "rows" || kpi == "each":
		return []string{"", "channel"}
	}
	return []string{""}
}

// clean is the rows that the source keeps.
func (d definition) clean(lines []line) []line {
	return slices.DeleteFunc(slices.Clone(lines), func(l line) bool {
		return d.keep == 1 && l.status == "test" || d.keep == 2 && !l.day.Before(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
	})
}

// at is the day by which a KPI counts a row.
func (d definition) at(kpi string, l line) time.Time {
	if d.time == 1 && kpi != "extra" {
		return l.placed
	}
	return l.day
}

func (d definition) member(l line) string {
	switch {
	case d.channel == 1 && l.channel == "a":
		return "b"
	case d.channel == 2 && l.channel == "":
		return "a"
	}
	return l.channel
}

// key is a cell's members as values are published; "" is no channel.
func (d definition) key(set string, l line) string {
	var members []any
	if set != "" {
		members = append(members, any(d.member(l)))
		if d.member(l) == "" {
			members[0] = nil
		}
	}
	if strings.Contains(set, "status") {
		members = append(members, l.status)
	}
	text, _ := json.Marshal(orNone(members))
	return string(text)
}

func orNone(members []any) []any {
	if members == nil {
		return []any{}
	}
	return members
}

// value computes a KPI over the rows of a cell; nil is no value.
func (d definition) of(kpi string, cell []line) *big.Rat {
	switch kpi {
	case "rows":
		return big.NewRat(int64(len(cell)), 1)
	case "twice":
		return big.NewRat(2*int64(len(cell)), 1)
	case "extra":
		sum := int64(0)
		for _, l := range cell {
			sum += int64(l.n)
		}
		return big.NewRat(sum, 1)
	case "each":
		main := d.main(cell)
		if main == nil || len(cell) == 0 {
			return nil
		}
		return double(main, int64(len(cell)))
	}
	return d.main(cell)
}

// double is a quotient as the engine has it: of doubles, and as text.
func double(x *big.Rat, n int64) *big.Rat {
	f, _ := x.Float64()
	out, _ := new(big.Rat).SetString(strconv.FormatFloat(f/float64(n), 'f', -1, 64))
	return out
}

// counts tells whether the KPI main counts a row that is clean.
func (d definition) counts(l line) bool {
	return !(d.where == 1 && l.status == "refunded" || d.where == 2 && l.n == 0 || d.where == 3 && d.member(l) == "b" || d.value == 4 && l.n < 2)
}

func (d definition) main(cell []line) *big.Rat {
	var amounts []*big.Rat
	rows := 0
	channels := map[string]bool{}
	for _, l := range cell {
		if !d.counts(l) {
			continue
		}
		rows++
		if l.channel != "" {
			channels[l.channel] = true
		}
		if l.cents >= 0 {
			a := big.NewRat(int64(l.cents), 100)
			if d.value == 5 {
				a.Sub(a, big.NewRat(int64(l.n), 1))
			}
			amounts = append(amounts, a)
		}
	}
	switch d.value {
	case 1, 7, 8:
		return big.NewRat(int64(rows), 1)
	case 6:
		return big.NewRat(int64(len(channels)), 1)
	case 2, 3:
		if len(amounts) == 0 {
			return nil
		}
		if d.value == 3 {
			return slices.MaxFunc(amounts, (*big.Rat).Cmp)
		}
		return double(total(amounts), int64(len(amounts)))
	}
	if rows > 0 && len(amounts) == 0 {
		return nil
	}
	return total(amounts)
}

func total(amounts []*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, a := range amounts {
		sum.Add(sum, a)
	}
	return sum
}

// span is a period: its name and bounds, up to, without, to.
type span struct {
	name     string
	from, to time.Time
}

func spanOf(g metrics.Grain, day time.Time) span {
	if g == metrics.Month {
		from := day.AddDate(0, 0, 1-day.Day())
		return span{from.Format("2006-01"), from, from.AddDate(0, 1, 0)}
	}
	from := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	year, week := from.ISOWeek()
	return span{fmt.Sprintf("%d-W%02d", year, week), from, from.AddDate(0, 0, 7)}
}

var shopAsOf = time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC)

// covered is the first and the last day with data of a KPI, up to as-of.
func (d definition) covered(kpi string, lines []line) (from, to time.Time) {
	for _, l := range d.clean(lines) {
		at := d.at(kpi, l)
		if from.IsZero() || at.Before(from) {
			from = at
		}
		if at.After(to) {
			to = at
		}
	}
	if !to.Before(shopAsOf) {
		to = shopAsOf.AddDate(0, 0, -1)
	}
	return from, to
}

// spans is the last n periods that end with the one of a day.
func spans(g metrics.Grain, last time.Time, n int) []span {
	out := []span{spanOf(g, last)}
	for len(out) < n {
		out = append(out, spanOf(g, out[len(out)-1].from.AddDate(0, 0, -1)))
	}
	slices.Reverse(out)
	return out
}

// cells computes a KPI for each of some periods and each member that has a row in any
// of them, by period, cut set and members.
func (d definition) cells(kpi string, lines []line, in []span) map[string]*big.Rat {
	out := map[string]*big.Rat{}
	from, to := d.covered(kpi, lines)
	window := 0
	if kpi == "main" || kpi == "each" {
		window = windows[d.value]
	}
	read := func(from, to time.Time) []line {
		return slices.DeleteFunc(d.clean(lines), func(l line) bool {
			at := d.at(kpi, l)
			return !l.day.Before(shopAsOf) || at.Before(from) || !at.Before(to)
		})
	}
	for _, set := range d.sets(kpi) {
		members := map[string]bool{}
		if set == "" {
			members["[]"] = true
		}
		for _, s := range in {
			begin := windowOf(s, window)
			if s.from.Before(begin) {
				begin = s.from
			}
			for _, l := range read(begin, s.to) {
				members[d.key(set, l)] = true
			}
		}
		for _, s := range in {
			begin := windowOf(s, window)
			whole := !from.IsZero() && from.Before(s.to) && !to.Before(s.from) // the period has days with data
			full := window > 0 && !begin.Before(from) && !to.Before(begin)     // so has all of the window, or its end
			if some := full || whole && (window == 0 || kpi == "each"); !some && !s.to.After(shopAsOf) {
				continue // one that is open may yet get some
			}
			for m := range members {
				of := func(rows []line) []line {
					return slices.DeleteFunc(rows, func(l line) bool { return d.key(set, l) != m })
				}
				var value *big.Rat
				cell := of(read(s.from, s.to))
				switch {
				case window == 0 && whole:
					value = d.of(kpi, cell)
				case window > 0 && full && kpi == "main":
					value = d.main(of(read(begin, s.to)))
				case window > 0 && full && whole && len(cell) > 0:
					value = double(d.main(of(read(begin, s.to))), int64(len(cell)))
				}
				out[s.name+"|"+set+"|"+m] = value
			}
		}
	}
	return out
}

// windowOf is where what is counted of a period begins: with the period, or that many
// days before its end, or before as-of.
func windowOf(s span, days int) time.Time {
	if days == 0 {
		return s.from
	}
	if s.to.After(shopAsOf) {
		return shopAsOf.AddDate(0, 0, -days)
	}
	return s.to.AddDate(0, 0, -days)
}

// valueOf is a number as a plan has it; "" is no value.
func valueOf(x *big.Rat) metrics.Value {
	if x == nil {
		return ""
	}
	digits, _ := x.FloatPrec()
	return metrics.Value(x.FloatString(digits))
}

// inOrder is the keys of cells, sorted.
func inOrder[V any](cells map[string]V) []string {
	out := make([]string, 0, len(cells))
	for key := range cells {
		out = append(out, key)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}
