package threshold

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// silence is a source whose rows don't reach to the end of a period that thresholds
// judge.
type silence struct {
	source  string
	last    string // day
	grain   metrics.Grain
	period  metrics.Period
	waiting []string // KPIs
}

// silentSources finds the sources without which thresholds have nothing to judge:
// nobody of theirs could be judged in the last period that has ended, and the
// source's rows end before it does.
func (b *alerting) silentSources() []*silence {
	var out []*silence
	for _, g := range b.groups {
		if g.line == nil || g.line.last < 0 || b.judged(g) {
			continue
		}
		period := g.line.periods[g.line.last]
		end := b.input.Calendar.Day(period.End.Add(-1))
		for _, source := range b.leaves(g) {
			last := b.told.LastDay(source)
			if last == "" || last >= end {
				continue
			}
			i := slices.IndexFunc(out, func(s *silence) bool { return s.source == source })
			if i < 0 {
				out = append(out, &silence{source: source, last: last, grain: g.grain, period: period})
				i = len(out) - 1
			}
			if !slices.Contains(out[i].waiting, g.kpi.Name) {
				out[i].waiting = append(out[i].waiting, g.kpi.Name)
			}
		}
	}
	return out
}

// judged tells whether any member of a group could be judged in the last period.
func (b *alerting) judged(g *group) bool {
	return slices.ContainsFunc(b.Series, func(s *Series) bool {
		return slices.Contains(g.thresholds, s.Threshold) && s.Levels[g.line.last] != Unjudged
	})
}

// leaves are the sources with rows of their own that a group reads.
func (b *alerting) leaves(g *group) []string {
	var out []string
	var visit func(name string)
	visit = func(name string) {
		s := b.input.Model.Source(name)
		if s == nil || slices.Contains(out, name) {
			return
		}
		if u, ok := s.Reader.(*metrics.Union); ok {
			for _, leaf := range u.Sources {
				visit(leaf)
			}
			return
		}
		out = append(out, name)
	}
	for _, t := range g.thresholds {
		for _, r := range b.input.Model.Reads(t) {
			for _, name := range b.input.Model.KPI(r.KPI).Sources {
				visit(name)
			}
		}
	}
	return out
}

// foldSources makes one alert of each silent source, and puts those that wait for it
// behind it.
func (b *alerting) foldSources(silent []*silence) {
	for _, s := range silent {
		for i, a := range b.out {
			if a.State == metrics.AlertNoData && a.Folded == "" && slices.Contains(s.waiting, a.KPI) {
				b.out[i].Folded = "source." + s.source
			}
		}
		names := make([]string, len(s.waiting))
		for i, name := range s.waiting {
			names[i] = "kpi." + name
		}
		src := b.input.Model.Source(s.source)
		b.out = append(b.out, metrics.Alert{Source: s.source, Grain: s.grain, Members: []metrics.Pin{}, State: metrics.AlertNoData, Period: b.input.Calendar.Name(s.period),
			Since: s.last, Owner: src.Owner, Reason: "last row " + s.last + "; waiting for it: " + strings.Join(names, ", ")})
	}
}

// foldParents puts the alerts of members behind that of the member above them: those
// of a region's stores behind the region's, where both are of one KPI and grain.
func (b *alerting) foldParents(ctx context.Context) error {
	for i := range b.out {
		a := &b.out[i]
		t := b.input.Model.Threshold(a.Threshold)
		if t == nil || !a.State.Firing() {
			continue
		}
		for _, f := range metrics.Coarser(b.input.Model, t) {
			above, err := b.above(ctx, a, f)
			if err != nil {
				return err
			}
			if above != "" {
				a.Folded = above
				break
			}
		}
	}
	return nil
}

// above names the alert of a coarser threshold that a member's is part of: at least as
// bad, and of all members above it that have a value.
func (b *alerting) above(ctx context.Context, a *metrics.Alert, f metrics.Nesting) (string, error) {
	var parents []metrics.Alert
	for _, p := range b.out {
		if p.Threshold == f.Above.Name && p.State.Firing() && p.Period == a.Period && (p.Severity == metrics.Red || p.Severity == a.Severity) {
			parents = append(parents, p)
		}
	}
	if len(parents) == 0 {
		return "", nil
	}
	members, err := b.membersAbove(ctx, a, f)
	if err != nil || len(members) == 0 {
		return "", err
	}
	name := ""
	for _, member := range members {
		i := slices.IndexFunc(parents, func(p metrics.Alert) bool { return p.Same(metrics.Alert{Threshold: f.Above.Name, Members: member}) })
		if i < 0 {
			return "", nil
		}
		name = "threshold." + f.Above.Name
	}
	return name, nil
}

// membersAbove are the members of a coarser cut in which a member has a value in the
// period of its alert.
func (b *alerting) membersAbove(ctx context.Context, a *metrics.Alert, f metrics.Nesting) ([][]metrics.Pin, error) {
	cut := f.Cut()
	line := b.groupOf(b.input.Model.Threshold(a.Threshold)).line
	at := slices.IndexFunc(line.periods, func(p metrics.Period) bool { return b.input.Calendar.Name(p) == a.Period })
	table, err := b.input.Engine.Query(ctx, fmt.Sprintf(`SELECT "members" FROM (%s) WHERE "kpi" = %s AND "cuts" = %s AND "grain" = %s AND "start" = %s AND "value" IS NOT NULL ORDER BY ALL`,
		b.input.Values, duckdb.Literal(a.KPI), duckdb.Literal(strings.Join(cut, ",")), duckdb.Literal(string(a.Grain)), duckdb.Literal(b.input.Calendar.StartText(line.periods[at]))))
	if err != nil {
		return nil, err
	}
	var out [][]metrics.Pin
	for _, row := range table.Rows {
		text, _ := row[0].(string)
		var members []*string
		if json.Unmarshal([]byte(text), &members) != nil || len(members) != len(cut) {
			continue
		}
		var own, above []metrics.Pin
		for i, dim := range cut {
			pin := metrics.Pin{Dimension: dim, Member: members[i]}
			if slices.Contains(f.Below.By, dim) {
				own = append(own, pin)
			}
			if slices.Contains(f.Above.By, dim) {
				above = append(above, pin)
			}
		}
		if a.Same(metrics.Alert{Threshold: a.Threshold, Members: own}) {
			out = append(out, above)
		}
	}
	return out, nil
}
