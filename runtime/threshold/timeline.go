package threshold

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// timeline is the periods of a grain from the first that has a value to the one that
// is open at as-of, numbered from 0.
type timeline struct {
	periods []metrics.Period
	index   map[string]int // by the text of the start
	last    int            // the last that has ended; -1: none has
	open    int            // the one that has begun and not ended; -1: there is none
}

// timelineFrom is the timeline whose first period starts with a text of published
// values; nil where that names none.
func timelineFrom(cal *metrics.Calendar, g metrics.Grain, first string, asOf time.Time) *timeline {
	start, ok := startOf(cal, first)
	if !ok {
		return nil
	}
	line := &timeline{periods: cal.Between(g, start, asOf), index: map[string]int{}, last: -1, open: -1}
	for i, p := range line.periods {
		line.index[cal.StartText(p)] = i
		if p.End.After(asOf) {
			line.open = i
		} else {
			line.last = i
		}
	}
	if len(line.periods) == 0 {
		return nil
	}
	return line
}

func startOf(cal *metrics.Calendar, text string) (time.Time, bool) {
	if start, _, ok := cal.DayBounds(text); ok {
		return start, true
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, err == nil
}

// timelines finds the periods of all grains that are read, and tells the engine.
func (in *Input) timelines(ctx context.Context) (map[metrics.Grain]*timeline, error) {
	table, err := in.Engine.Query(ctx, `SELECT "grain", min("start") FROM "threshold_values" GROUP BY ALL ORDER BY ALL`)
	if err != nil {
		return nil, err
	}
	lines := map[metrics.Grain]*timeline{}
	var rows []string
	for _, row := range table.Rows {
		grain, _ := row[0].(string)
		first, _ := row[1].(string)
		line := timelineFrom(in.Calendar, metrics.Grain(grain), first, in.AsOf)
		if line == nil {
			continue
		}
		lines[metrics.Grain(grain)] = line
		for i, p := range line.periods {
			ago := "NULL"
			if then, ok := in.Calendar.YearAgo(p); ok {
				if at, known := line.index[in.Calendar.StartText(then)]; known {
					ago = strconv.Itoa(at)
				}
			}
			rows = append(rows, fmt.Sprintf("(%s, %s, %d, %s)", duckdb.Literal(grain), duckdb.Literal(in.Calendar.StartText(p)), i, ago))
		}
	}
	statement := `CREATE OR REPLACE TEMP TABLE "threshold_periods" ("grain" VARCHAR, "start" VARCHAR, "at" INTEGER, "ago" INTEGER)`
	if err := in.Engine.Exec(ctx, statement+insert("threshold_periods", rows)); err != nil {
		return nil, err
	}
	return lines, in.steps(ctx, lines)
}

// steps tells the engine, for each two grains, which period of the other had ended
// last when one of the first did.
func (in *Input) steps(ctx context.Context, lines map[metrics.Grain]*timeline) error {
	var rows []string
	for _, g := range in.Model.GrainNames() {
		line := lines[metrics.Grain(g)]
		if line == nil {
			continue
		}
		for _, o := range in.Model.GrainNames() {
			other := lines[metrics.Grain(o)]
			if other == nil || o == g {
				continue
			}
			at := -1
			for i, p := range line.periods {
				for at+1 < len(other.periods) && !other.periods[at+1].End.After(p.End) {
					at++
				}
				if at >= 0 {
					rows = append(rows, fmt.Sprintf("(%s, %s, %d, %d)", duckdb.Literal(g), duckdb.Literal(o), i, at))
				}
			}
		}
	}
	statement := `CREATE OR REPLACE TEMP TABLE "threshold_steps" ("grain" VARCHAR, "other" VARCHAR, "at" INTEGER, "other_at" INTEGER)`
	return in.Engine.Exec(ctx, statement+insert("threshold_steps", rows))
}

func insert(table string, rows []string) string {
	if len(rows) == 0 {
		return ""
	}
	return "; INSERT INTO " + duckdb.Quote(table) + " VALUES " + strings.Join(rows, ", ")
}
