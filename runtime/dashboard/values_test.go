package dashboard_test

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/dashboard"
)

// known is a page with what was published for it, to be looked up by plain Go.
type known struct {
	t      *testing.T
	in     dashboard.Input
	page   *dashboard.Page
	values map[cell]*big.Rat
	weeks  []string
}

func pageKnown(t *testing.T, seed uint64) *known {
	t.Helper()
	k := &known{t: t, in: input(t, seed), values: map[cell]*big.Rat{}}
	k.in.Values = dashboard.NewValues()
	fill(k.in, seed, func(c cell, n metrics.Number) { k.values[c] = rat(t, n) })
	k.page = dashboard.Build(k.in)
	for _, at := range k.in.When.Trail {
		k.weeks = append(k.weeks, k.in.Calendar.Name(at))
	}
	return k
}

// value is what was published so many weeks ago.
func (k *known) value(kpi, cuts, members string, ago int) *big.Rat {
	k.t.Helper()
	v := k.values[cell{kpi, cuts, members, k.weeks[len(k.weeks)-1-ago]}]
	if v == nil {
		k.t.Fatalf("nothing published of %s %s %s", kpi, cuts, members)
	}
	return v
}

// panel is a panel of a kind, its table and the rest.
func (k *known) panel(kind metrics.PanelKind, i int) dashboard.Panel {
	return panelsOf(k.page, kind)[i]
}

// same demands that an entry is a number, up to the digits that it is kept with.
func (k *known) same(what string, e dashboard.Entry, want *big.Rat) {
	k.t.Helper()
	off := new(big.Rat).Sub(rat(k.t, e.Number), want)
	if off.Abs(off).Cmp(big.NewRat(1, 1e11)) > 0 {
		k.t.Errorf("%s is %s, want %s", what, e.Number, want.FloatString(12))
	}
}

func grown(now, then *big.Rat) *big.Rat {
	return new(big.Rat).Quo(new(big.Rat).Sub(now, then), new(big.Rat).Abs(then))
}

func moved(now, then *big.Rat) *big.Rat { return new(big.Rat).Sub(now, then) }

// quoted are the stores, as they are published, and as they are shown.
var quoted = map[string]string{"null": "(none)", `"a"`: "a", fmt.Sprintf("%q", script): script, fmt.Sprintf("%q", formula): formula}

// TestTableValues holds each row of the table against what was published of its members:
// values, changes on the week, on the year, and against the target.
func TestTableValues(t *testing.T) {
	k := pageKnown(t, 11)
	const yearAgo = 52 // weeks of the ISO calendar, in 2025
	channel := ""
	levels := map[int]int{}
	for _, row := range k.panel(metrics.TablePanel, 0).Table.Rows {
		cuts, members := "", "[]"
		name := row.Entries[0].Text
		switch row.Level {
		case 1:
			cuts, members, channel = "channel", fmt.Sprintf("[%q]", name), name
		case 2:
			for q, shown := range quoted {
				if shown == name {
					cuts, members = "channel,store", fmt.Sprintf("[%q,%s]", channel, q)
				}
			}
		}
		levels[row.Level]++
		sales, rate := k.value("sales", cuts, members, 0), k.value("rate", cuts, members, 0)
		k.same(name+" sales", row.Entries[1], sales)
		k.same(name+" on the week", row.Entries[2], grown(sales, k.value("sales", cuts, members, 1)))
		k.same(name+" on the year", row.Entries[3], grown(sales, k.value("sales", cuts, members, yearAgo)))
		if cuts == "" {
			k.same("against the plan", row.Entries[4], grown(sales, k.value("plan", "", "[]", 0)))
		} else if row.Entries[4].Number != "" {
			t.Errorf("%s has a target, which there is in total alone", name)
		}
		k.same(name+" rate", row.Entries[6], rate)
		k.same(name+" rate in points", row.Entries[7], moved(rate, k.value("rate", cuts, members, 1)))
	}
	if levels[0] != 1 || levels[1] != 2 || levels[2] != 4 {
		t.Errorf("rows by level: %v", levels)
	}
}

// TestBarValues holds bars against the largest members, the rest, and the share that is
// reached so far.
func TestBarValues(t *testing.T) {
	for seed := range uint64(8) {
		k := pageKnown(t, seed)
		stores := k.byValue("sales")
		rows := k.panel(metrics.BarPanel, 0).Table.Rows
		total, running := k.value("sales", "", "[]", 0), new(big.Rat)
		for i, row := range rows {
			now, then := new(big.Rat), new(big.Rat)
			if i < 2 {
				now, then = k.value("sales", "store", "["+stores[i]+"]", 0), k.value("sales", "store", "["+stores[i]+"]", 1)
				if row.Entries[0].Text != quoted[stores[i]] {
					t.Errorf("bar %d is %q, want %q", i, row.Entries[0].Text, quoted[stores[i]])
				}
			} else {
				for _, s := range stores[2:] {
					now.Add(now, k.value("sales", "store", "["+s+"]", 0))
					then.Add(then, k.value("sales", "store", "["+s+"]", 1))
				}
			}
			running.Add(running, now)
			k.same("a bar", row.Entries[1], now)
			k.same("its change", row.Entries[2], grown(now, then))
			k.same("the share so far", row.Entries[3], new(big.Rat).Quo(running, total))
		}
	}
}

// byValue are the stores, as published, the largest first.
func (k *known) byValue(kpi string) []string {
	var stores []string
	for s := range quoted {
		stores = append(stores, s)
	}
	slices.SortFunc(stores, func(a, b string) int {
		return cmp.Or(k.value(kpi, "store", "["+b+"]", 0).Cmp(k.value(kpi, "store", "["+a+"]", 0)), strings.Compare(a, b))
	})
	return stores
}

// TestWaterfallValues holds each step against the difference of its member.
func TestWaterfallValues(t *testing.T) {
	for seed := range uint64(8) {
		k := pageKnown(t, seed)
		rows := k.panel(metrics.WaterfallPanel, 0).Table.Rows
		k.same("the week before", rows[0].Entries[1], k.value("sales", "", "[]", 1))
		k.same("this week", rows[len(rows)-1].Entries[1], k.value("sales", "", "[]", 0))
		steps := map[string]*big.Rat{}
		var sizes []*big.Rat
		for q, shown := range quoted {
			steps[shown] = moved(k.value("sales", "store", "["+q+"]", 0), k.value("sales", "store", "["+q+"]", 1))
			sizes = append(sizes, new(big.Rat).Abs(steps[shown]))
		}
		slices.SortFunc(sizes, func(a, b *big.Rat) int { return b.Cmp(a) })
		for _, row := range rows[1:3] {
			step := steps[row.Entries[0].Text]
			k.same("a step", row.Entries[1], step)
			if new(big.Rat).Abs(step).Cmp(sizes[1]) < 0 {
				t.Errorf("seed %d: %s is not among the two that moved most", seed, row.Entries[0].Text)
			}
		}
	}
}

// TestRankingValues holds ranks, and how they moved, against counting who is above; rows
// without a store take no part.
func TestRankingValues(t *testing.T) {
	for seed := range uint64(8) {
		k := pageKnown(t, seed)
		rank := func(store string, ago int) int {
			above := 1
			for s := range quoted {
				if s != "null" && k.value("rate", "store", "["+s+"]", ago).Cmp(k.value("rate", "store", "["+store+"]", ago)) > 0 {
					above++
				}
			}
			return above
		}
		rows := k.panel(metrics.RankingPanel, 0).Table.Rows
		if len(rows) != 2 {
			t.Fatalf("%d rows, want the highest and the lowest", len(rows))
		}
		for i, row := range rows {
			for q, shown := range quoted {
				if shown != row.Entries[1].Text {
					continue
				}
				now, before := rank(q, 0), rank(q, 1)
				want := map[int]string{-1: fmt.Sprintf("↑%d", before-now), 0: "=", 1: fmt.Sprintf("↓%d", now-before)}[cmp.Compare(now, before)]
				if row.Entries[0].Text != fmt.Sprint(now) || row.Entries[4].Text != want || i == 0 && now != 1 {
					t.Errorf("seed %d: %s is at %s, moved %s; want %d, %s", seed, shown, row.Entries[0].Text, row.Entries[4].Text, now, want)
				}
				k.same("a ranked value", row.Entries[2], k.value("rate", "store", "["+q+"]", 0))
			}
		}
	}
}

// TestHeatValues holds the cells of heatmaps, by week and by weekday, against what was
// published.
func TestHeatValues(t *testing.T) {
	k := pageKnown(t, 3)
	for _, row := range k.panel(metrics.HeatmapPanel, 0).Table.Rows {
		for i := range 4 {
			k.same("a week", row.Entries[1+i], k.value("sales", "channel", fmt.Sprintf("[%q]", row.Entries[0].Text), 3-i))
		}
	}
	for _, row := range k.panel(metrics.HeatmapPanel, 1).Table.Rows {
		for day := 1; day <= 7; day++ {
			k.same("a weekday", row.Entries[day], k.value("orders", "channel,weekday", fmt.Sprintf(`[%q,"%d"]`, row.Entries[0].Text, day), 0))
		}
	}
}

// TestCohortValues holds shares against each cohort's first week.
func TestCohortValues(t *testing.T) {
	k := pageKnown(t, 3)
	rows := k.panel(metrics.CohortPanel, 0).Table.Rows
	if len(rows) != 4 {
		t.Fatalf("%d cohorts, want the last 4", len(rows))
	}
	for i, row := range rows {
		start := 3 - i // weeks ago
		member := fmt.Sprintf("[%q]", k.in.Calendar.Day(k.in.When.Trail[len(k.weeks)-1-start].Start))
		first := k.value("buyers", "first_week", member, start)
		k.same("the size", row.Entries[1], first)
		for age := 0; age <= start; age++ {
			k.same("a share", row.Entries[2+age], new(big.Rat).Quo(k.value("buyers", "first_week", member, start-age), first))
		}
	}
}

// TestFunnelValues holds the rate of a step against the median of the four weeks before.
func TestFunnelValues(t *testing.T) {
	for seed := range uint64(8) {
		k := pageKnown(t, seed)
		rate := func(ago int) *big.Rat {
			return new(big.Rat).Quo(k.value("buyers", "", "[]", ago), k.value("orders", "", "[]", ago))
		}
		before := []*big.Rat{rate(1), rate(2), rate(3), rate(4)}
		slices.SortFunc(before, (*big.Rat).Cmp)
		usual := new(big.Rat).Add(before[1], before[2])
		usual.Quo(usual, big.NewRat(2, 1))
		row := k.panel(metrics.FunnelPanel, 0).Table.Rows[1]
		k.same("the step", row.Entries[1], k.value("buyers", "", "[]", 0))
		k.same("its rate", row.Entries[2], rate(0))
		k.same("the usual rate", row.Entries[3], usual)
		k.same("the change in points", row.Entries[4], moved(rate(0), usual))
	}
}

// TestLineValues holds all points of lines, by KPI and by member, against what was
// published.
func TestLineValues(t *testing.T) {
	k := pageKnown(t, 6)
	rows := k.panel(metrics.LinePanel, 0).Table.Rows
	for i, row := range rows {
		ago := len(rows) - 1 - i
		k.same("sales", row.Entries[1], k.value("sales", "", "[]", ago))
		k.same("plan", row.Entries[2], k.value("plan", "", "[]", ago))
	}
	line := k.panel(metrics.LinePanel, 1)
	for i, row := range line.Table.Rows {
		for j, s := range line.Line.Series {
			k.same(s.Name, row.Entries[1+j], k.value("rate", "channel", fmt.Sprintf("[%q]", s.Name), len(line.Table.Rows)-1-i))
		}
	}
}

// TestHeadlineValues holds the sentences against the movements: the largest first, with
// the channel that moved furthest the same way.
func TestHeadlineValues(t *testing.T) {
	for seed := range uint64(8) {
		k := pageKnown(t, seed)
		type move struct {
			kpi      string
			relative *big.Rat
		}
		var moves []move
		for _, kpi := range []string{"sales", "rate"} {
			moves = append(moves, move{kpi, grown(k.value(kpi, "", "[]", 0), k.value(kpi, "", "[]", 1))})
		}
		slices.SortStableFunc(moves, func(a, b move) int {
			return new(big.Rat).Abs(b.relative).Cmp(new(big.Rat).Abs(a.relative))
		})
		sentences := k.panel(metrics.HeadlinePanel, 0).Text
		for i, m := range moves {
			label := map[string]string{"sales": "Sales <b>", "rate": "rate"}[m.kpi]
			verb := map[int]string{-1: " fell ", 0: " stayed ", 1: " rose "}[m.relative.Sign()]
			if !strings.HasPrefix(sentences[i], label+verb) {
				t.Errorf("seed %d: sentence %d is %q, want it to begin with %q", seed, i+1, sentences[i], label+verb)
			}
			if m.kpi != "sales" {
				continue
			}
			most, furthest := "", new(big.Rat)
			for _, channel := range []string{"store", "web"} {
				d := moved(k.value("sales", "channel", fmt.Sprintf("[%q]", channel), 0), k.value("sales", "channel", fmt.Sprintf("[%q]", channel), 1))
				if d.Sign() == m.relative.Sign() && new(big.Rat).Abs(d).Cmp(new(big.Rat).Abs(furthest)) > 0 {
					most, furthest = channel, d
				}
			}
			if !strings.Contains(sentences[i], "most of it in "+most+": ") {
				t.Errorf("seed %d: %q, want most of it in %s", seed, sentences[i], most)
			}
		}
	}
}
