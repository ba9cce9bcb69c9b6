package threshold

import (
	"cmp"
	"context"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// series is the values of a KPI by a grain and cuts.
type series struct {
	kpi   string
	grain metrics.Grain
	cuts  string
}

// spread is over which periods the rows of a series lie.
type spread struct {
	whole       bool // no member lacks a row between two of its own
	alike       bool // all members have the same first and last one
	first, last int64
}

// spreads finds the spread of everything that is read.
func (in *Input) spreads(ctx context.Context) (map[series]spread, error) {
	table, err := in.Engine.Query(ctx, `SELECT "kpi", "grain", "cuts", bool_and(n = z - a + 1), min(a) = max(a) AND min(z) = max(z), CAST(min(a) AS BIGINT), CAST(max(z) AS BIGINT) `+
		`FROM (SELECT v."kpi", v."grain", v."cuts", v."members", count(*) AS n, min(p."at") AS a, max(p."at") AS z `+
		`FROM "threshold_values" AS v JOIN "threshold_periods" AS p ON p."grain" = v."grain" AND p."start" = v."start" GROUP BY ALL) GROUP BY ALL`)
	if err != nil {
		return nil, err
	}
	out := map[series]spread{}
	for _, row := range table.Rows {
		var s series
		s.kpi, _ = row[0].(string)
		grain, _ := row[1].(string)
		s.grain = metrics.Grain(grain)
		s.cuts, _ = row[2].(string)
		var x spread
		x.whole, _ = row[3].(bool)
		x.alike, _ = row[4].(bool)
		x.first, _ = row[5].(int64)
		x.last, _ = row[6].(int64)
		out[s] = x
	}
	return out, nil
}

// foundGaps notes the frames whose rows have gaps, and tells whether there are any.
func (g *group) foundGaps() bool {
	for _, f := range append([]*frame{g.main}, g.others...) {
		if !f.whole() {
			g.gaps[f.grain] = true
		}
	}
	return len(g.gaps) > 0
}

// whole tells whether each member of a frame has a row in every period from its first to
// its last: its only series is whole, or those of all its KPIs are, over periods that
// overlap. A frame that at() leads to has a row for every period there is.
func (f *frame) whole() bool {
	if f.alias != mainFrame {
		return true
	}
	kpis := f.kpis
	if t := f.kpi.Target; t != nil && t.KPI != "" && !slices.Contains(kpis, t.KPI) {
		kpis = append(slices.Clone(kpis), t.KPI) // alerts read it, too
	}
	var all []spread
	for _, kpi := range kpis {
		if s, any := f.spread[series{kpi, f.grain, f.cuts}]; any {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b spread) int { return cmp.Compare(a.first, b.first) })
	end := int64(0)
	for i, s := range all {
		if !s.whole || len(all) > 1 && !s.alike || i > 0 && s.first > end+1 {
			return false
		}
		end = max(end, s.last)
	}
	return true
}
