package threshold_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/threshold"
)

const definitions = `
project "demo" {
  timezone = "UTC"
}
source "rows" {
  rows = [{ day = "2026-01-05", shop = "a", n = 1, m = 1 }]
  time = day
  columns {
    day  = date
    shop = string
    n    = integer
    m    = { type = decimal(18, 2) }
  }
}
dimension "shop" {
  from "rows" { value = shop }
}
kpi "n" {
  value  = sum(rows.n)
  target = kpi.m
}
kpi "m" { value = sum(rows.m) }
kpi "half" {
  value  = avg(rows.m)
  target = 7
}
`

// days and weeks of the test: 64 days from a Monday, of which the last week is open.
const (
	firstDay = "2025-12-29"
	days     = 64
)

func calendar() *metrics.Calendar { return metrics.NewCalendar(time.UTC, time.Monday, time.January) }

// conditions writes random ones.
type conditions struct{ *rand.Rand }

func (c conditions) pick(texts ...string) string { return texts[c.IntN(len(texts))] }

func (c conditions) of() string { return c.pick("", "", ", kpi.n", ", kpi.m", ", kpi.half") }

func (c conditions) back() string { return strconv.Itoa(1 + c.IntN(4)) }

func (c conditions) number(grain string) string {
	span := `"` + strconv.Itoa(4+c.IntN(6)) + grain[:1] + `"`
	switch c.IntN(7) {
	case 0:
		return "previous(" + c.back() + c.of() + ")"
	case 1:
		return "value"
	case 2:
		return c.pick("kpi.n", "kpi.m", "kpi.half")
	case 3:
		return "year_ago"
	case 4:
		return c.pick("target", "target * 1.25")
	}
	return "history(" + c.pick("mean", "median", "min", "max", "stddev", "p10", "p25", "p75", "p90") + ", " + span + c.of() + ")"
}

func (c conditions) term(grain string, deep bool) string {
	span := `"` + strconv.Itoa(4+c.IntN(6)) + grain[:1] + `"`
	if deep && c.IntN(4) == 0 {
		other := map[string]string{"day": "week", "week": "day"}[grain]
		return "at(" + other + ", " + c.term(other, false) + ")"
	}
	switch c.IntN(9) {
	case 0:
		return "falls(" + c.back() + c.of() + ")"
	case 1:
		return "rises(" + c.back() + c.of() + ")"
	case 2:
		return "growth(" + c.back() + c.of() + ") " + c.pick("<", ">") + " " + c.pick("-0.31", "0.17", "-0.05")
	case 3:
		return "delta(" + c.back() + c.of() + ") " + c.pick("<", ">") + " " + c.pick("-2.3", "1.7")
	case 4:
		return "zscore(" + span + c.of() + ") " + c.pick("< -1.13", "> 1.07")
	case 5:
		return "abs(iqr(" + span + c.of() + ")) > 0.37"
	case 6:
		return "deviation(" + c.number(grain) + ") > 0.29"
	}
	return "value " + c.pick("<", ">") + " " + c.number(grain) + c.pick("", " * 0.83", " + 1.3")
}

func (c conditions) condition(grain string) string {
	text := c.term(grain, true)
	for range c.IntN(3) {
		text += c.pick(" || ", " && ") + c.term(grain, true)
	}
	if c.IntN(8) == 0 {
		text = "missing || " + text
	}
	if c.IntN(10) == 0 {
		text = "!(" + text + ")"
	}
	return text
}

// blocks writes thresholds of one KPI, which are judged together.
func (c conditions) blocks(kpi string) string {
	var b strings.Builder
	for i := range 6 {
		grain := c.pick("day", "week")
		fmt.Fprintf(&b, "threshold \"t%d\" {\n  kpi = kpi.%s\n  grain = %s\n  red = %s\n", i, kpi, grain, c.condition(grain))
		if c.IntN(2) == 0 {
			b.WriteString("  by = [shop]\n")
		}
		if c.IntN(2) == 0 {
			b.WriteString("  amber = " + c.condition(grain) + "\n")
		}
		if c.IntN(4) == 0 {
			b.WriteString("  where = value > 2\n")
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// layouts are how rows lie: with gaps, a row in every period, and one in every period from
// some first one on.
const layouts = 3

// published is random values, as rows of SQL and for the reference.
func published(layout uint64, r *rand.Rand, cal *metrics.Calendar) (string, map[place]*float64, map[place]bool) {
	start, _, _ := cal.DayBounds(firstDay)
	values, cut := map[place]*float64{}, map[place]bool{}
	var rows []string
	for _, g := range []metrics.Grain{metrics.Day, metrics.Week} {
		periods := cal.Between(g, start, start.AddDate(0, 0, days))
		for _, kpi := range []string{"n", "m", "half"} {
			for _, member := range []string{"[]", `["a"]`, `["b"]`, "[null]"} {
				level, first := 10+r.IntN(10), 0
				if member == `["b"]` || member == "[null]" { // the others say where the first period is
					first = r.IntN(len(periods) - 2)
				}
				for at, p := range periods {
					level = max(0, level+r.IntN(7)-3)
					if layout == 0 && r.IntN(12) == 0 || layout == 2 && at < first {
						continue // no row
					}
					key := place{kpi, g, member, at}
					text, state := "NULL", "final"
					values[key] = nil
					if r.IntN(14) > 0 {
						x := float64(level)
						values[key] = &x
						text = "'" + strconv.Itoa(level) + "'"
					}
					if r.IntN(25) == 0 {
						state, cut[key] = "incomplete", true
					}
					cuts := ""
					if member != "[]" {
						cuts = "shop"
					}
					rows = append(rows, fmt.Sprintf("('%s', '%s', '%s', '%s', '%s', %s, '%s')", kpi, cuts, g, cal.StartText(p), member, text, state))
				}
			}
		}
	}
	return "SELECT * FROM (VALUES " + strings.Join(rows, ", ") + `) AS v("kpi", "cuts", "grain", "start", "members", "value", "state")`, values, cut
}

// TestConditionsAgree holds the levels that the engine finds against those of the
// reference, over random values and random conditions.
func TestConditionsAgree(t *testing.T) {
	ctx := context.Background()
	eng, err := duckdb.Open(ctx, duckdb.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	cal := calendar()
	start, _, _ := cal.DayBounds(firstDay)
	asOf := start.AddDate(0, 0, days)
	seen := map[threshold.Level]int{}
	for seed := range uint64(18) {
		r := rand.New(rand.NewPCG(seed, 17))
		kpi := conditions{r}.pick("n", "half")
		text := definitions + conditions{r}.blocks(kpi)
		project, diags := compiler.Compile(fstest.MapFS{"a.hcl": {Data: []byte(text)}}, compiler.Options{})
		if diags.HasErrors() {
			continue // a target where there is none, mixed up
		}
		sql, values, cut := published(seed%layouts, r, cal)
		verdict, err := threshold.Judge(ctx, threshold.Input{Model: project.Model, Calendar: cal, AsOf: asOf, Thresholds: project.Model.Thresholds, Engine: eng, Values: sql})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		for x, err := range verdict.Failed {
			t.Fatalf("seed %d, %s: %v\n%s", seed, x.Name, err, text)
		}
		ref := &reference{model: project.Model, values: values, cut: cut, steps: stepsOf(cal, asOf), ago: func(metrics.Grain, int) int { return -1 },
			due: func(g metrics.Grain, at int) float64 {
				if p := cal.Between(g, start, asOf)[at]; p.End.After(asOf) {
					return asOf.Sub(p.Start).Hours() / p.End.Sub(p.Start).Hours()
				}
				return 1
			}}
		for _, s := range verdict.Series {
			for at, got := range s.Levels {
				seen[got]++
				want := ref.level(s.Threshold, here{s.Threshold.Grain, memberKey(s), at}, strings.Contains(project.Text("threshold."+s.Threshold.Name), "missing"))
				if got != want {
					t.Fatalf("seed %d, %s %s period %d: level %d, want %d\n%s", seed, s.Threshold.Name, memberKey(s), at, got, want, project.Text("threshold."+s.Threshold.Name))
				}
			}
		}
	}
	for _, l := range []threshold.Level{threshold.Unjudged, threshold.Calm, threshold.Warned, threshold.Crossed} {
		if seen[l] < 200 {
			t.Errorf("level %d was met %d times only", l, seen[l])
		}
	}
}

func memberKey(s *threshold.Series) string {
	switch {
	case len(s.Members) == 0:
		return "[]"
	case s.Members[0] == nil:
		return "[null]"
	}
	return `["` + *s.Members[0] + `"]`
}

// stepsOf tells which period of another grain had ended last when one did.
func stepsOf(cal *metrics.Calendar, asOf time.Time) func(metrics.Grain, int, metrics.Grain) int {
	start, _, _ := cal.DayBounds(firstDay)
	return func(from metrics.Grain, at int, to metrics.Grain) int {
		end := cal.Between(from, start, asOf)[at].End
		found := -1
		for i, p := range cal.Between(to, start, asOf) {
			if !p.End.After(end) {
				found = i
			}
		}
		return found
	}
}
