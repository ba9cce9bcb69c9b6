package threshold

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Input is what thresholds are judged by.
type Input struct {
	Model      *metrics.Model
	Calendar   *metrics.Calendar // that knows the periods of all calendar blocks
	AsOf       time.Time
	Thresholds []*metrics.Threshold
	// Engine reads Values, a SELECT with the columns of published values, and holds
	// temporary tables meanwhile.
	Engine *duckdb.Engine
	Values string
}

// Series is what a threshold found of a member, period by period.
type Series struct {
	Threshold *metrics.Threshold
	Members   []*string // in the order of the threshold's cuts; nil is the rows without one
	Levels    []Level
	line      *timeline
	key       string // the members as they are published
}

// Verdict is what thresholds found.
type Verdict struct {
	Series []*Series // by threshold as given, then member
	// Failed are the thresholds that can't be judged, with the engine's reason.
	Failed map[*metrics.Threshold]error
	groups []*group
	input  *Input
}

// Judge judges thresholds by values: each in every period, for each member.
func Judge(ctx context.Context, in Input) (*Verdict, error) {
	out := &Verdict{Failed: map[*metrics.Threshold]error{}, input: &in}
	if len(in.Thresholds) == 0 {
		return out, nil
	}
	if err := in.read(ctx); err != nil {
		return nil, err
	}
	lines, err := in.timelines(ctx)
	if err != nil {
		return nil, err
	}
	spreads, err := in.spreads(ctx)
	if err != nil {
		return nil, err
	}
	out.groups = groups(&in, lines, spreads)
	found := map[*metrics.Threshold][]*Series{}
	for _, g := range out.groups {
		if g.line == nil {
			continue // nothing was published
		}
		table, err := in.Engine.Query(ctx, g.summary())
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			for _, t := range g.thresholds {
				out.Failed[t] = err
			}
			continue
		}
		for len(table.Rows) > 0 {
			n := 1
			for n < len(table.Rows) && table.Rows[n][0] == table.Rows[0][0] {
				n++
			}
			g.series(table.Rows[:n], found)
			table.Rows = table.Rows[n:]
		}
	}
	for _, t := range in.Thresholds {
		out.Series = append(out.Series, found[t]...)
	}
	return out, nil
}

// series reads what the rows of a member in a summary say of each threshold.
func (g *group) series(rows [][]any, found map[*metrics.Threshold][]*Series) {
	key, _ := rows[0][0].(string)
	var members []*string
	if json.Unmarshal([]byte(key), &members) != nil || len(members) != len(g.by) {
		return // not the members of this cut
	}
	for i, t := range g.thresholds {
		s := &Series{Threshold: t, Members: members, Levels: make([]Level, len(g.line.periods)), line: g.line, key: key}
		for at := range s.Levels {
			s.Levels[at] = Unjudged
		}
		for _, row := range rows {
			word, _ := row[1].(int64)
			packed, _ := row[2+i].(int64)
			for at := int(word) * inWord; at < len(s.Levels) && packed > 0; at++ {
				s.Levels[at] = Level(packed&3) - 1
				packed >>= 2
			}
		}
		found[t] = append(found[t], s)
	}
}

// read brings the values that thresholds go by into one table, in one scan.
func (in *Input) read(ctx context.Context) error {
	var keys []string
	seen := map[string]bool{}
	add := func(kpi, cuts string, g metrics.Grain) {
		key := "(" + duckdb.Literal(kpi) + ", " + duckdb.Literal(cuts) + ", " + duckdb.Literal(string(g)) + ")"
		if !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	for _, t := range in.Thresholds {
		cuts := strings.Join(t.By, ",")
		for _, r := range in.Model.Reads(t) {
			add(r.KPI, cuts, r.Grain)
		}
		k := in.Model.KPI(t.KPI)
		if k.Target == nil {
			continue
		}
		if k.Target.KPI != "" {
			add(k.Target.KPI, cuts, t.Grain) // for what alerts say; absent where it can't be had
		}
		if shaped(k, t.Grain) {
			add(t.KPI, cuts, metrics.Day)
		}
	}
	return in.Engine.Exec(ctx, fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE "threshold_values" AS SELECT "kpi", "cuts", "grain", "start", "members", "value", "state" `+
		`FROM (%s) AS p SEMI JOIN (VALUES %s) AS k("kpi", "cuts", "grain") USING ("kpi", "cuts", "grain")`, in.Values, strings.Join(keys, ", ")))
}
