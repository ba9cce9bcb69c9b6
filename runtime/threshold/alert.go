package threshold

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// Told is what was told before, and what the sources hold.
type Told struct {
	Run    int // the one that tells now
	Before []metrics.Alert
	// LastDay is the last day that the rows of a source stand for, "" where that can't
	// be said.
	LastDay func(source string) string
}

// Alerts turns a verdict into alerts: of each threshold and member its state in the
// last period that has ended, those that are ok left out. A period that is open can
// be pending, and no more.
func (v *Verdict) Alerts(ctx context.Context, told Told) ([]metrics.Alert, metrics.AlertCounts, error) {
	b := &alerting{Verdict: v, told: told, rows: map[rowKey]figures{}}
	if err := b.readFigures(ctx); err != nil {
		return nil, b.counts, err
	}
	silent := b.silentSources()
	for _, s := range v.Series {
		b.add(s)
	}
	for _, t := range v.input.Thresholds {
		if v.Failed[t] != nil {
			b.out = append(b.out, metrics.Alert{Threshold: t.Name, KPI: t.KPI, Grain: t.Grain, State: metrics.AlertError, Owner: t.Owner, Action: t.Action,
				Reason: "can't be judged: " + v.Failed[t].Error()})
		}
	}
	b.foldSources(silent)
	if err := b.foldParents(ctx); err != nil {
		return nil, b.counts, err
	}
	b.count()
	slices.SortStableFunc(b.out, func(x, y metrics.Alert) int {
		return cmp.Or(cmp.Compare(urgency(x), urgency(y)), strings.Compare(x.Threshold, y.Threshold), strings.Compare(x.Source, y.Source), comparePins(x.Members, y.Members))
	})
	return b.out, b.counts, nil
}

// urgency orders alerts, the worst first.
func urgency(a metrics.Alert) int {
	order := []metrics.AlertState{metrics.AlertRed, metrics.AlertAmber, metrics.AlertRecovering, metrics.AlertError, metrics.AlertNoData, metrics.AlertPending}
	i := slices.Index(order, a.State)
	if a.State == metrics.AlertNoData && a.Source == "" {
		return len(order)
	}
	return i
}

func comparePins(a, b []metrics.Pin) int {
	return slices.CompareFunc(a, b, func(p, q metrics.Pin) int {
		switch {
		case p.Member == nil && q.Member == nil:
			return 0
		case p.Member == nil:
			return 1
		case q.Member == nil:
			return -1
		}
		return strings.Compare(*p.Member, *q.Member)
	})
}

// alerting is the making of alerts.
type alerting struct {
	*Verdict
	told   Told
	rows   map[rowKey]figures
	out    []metrics.Alert
	counts metrics.AlertCounts
}

// rowKey is a member of a group in a period.
type rowKey struct {
	group *group
	key   string
	at    int
}

func (v *Verdict) groupOf(t *metrics.Threshold) *group {
	i := slices.IndexFunc(v.groups, func(g *group) bool { return slices.Contains(g.thresholds, t) })
	return v.groups[i]
}

// now is the state of a series, and the period that it is of; -1 where none has ended and
// nothing is pending.
func (s *Series) now() (metrics.AlertState, int) {
	last := s.line.last
	state := s.ended()
	if open := s.line.open; open >= 0 && s.Levels[open] > Calm && (state == metrics.AlertOK || state == metrics.AlertNoData) {
		return metrics.AlertPending, open
	}
	return state, last
}

// readFigures reads the values of those that are neither ok nor without data.
func (b *alerting) readFigures(ctx context.Context) error {
	wanted := map[*group]map[int][]string{}
	for _, s := range b.Series {
		state, at := s.now()
		if state == metrics.AlertOK || state == metrics.AlertNoData {
			continue
		}
		g := b.groupOf(s.Threshold)
		if wanted[g] == nil {
			wanted[g] = map[int][]string{}
		}
		if !slices.Contains(wanted[g][at], s.key) {
			wanted[g][at] = append(wanted[g][at], s.key)
		}
	}
	for _, g := range b.groups {
		if len(wanted[g]) > 0 {
			g.readTarget()
		}
		for at, keys := range wanted[g] {
			table, err := b.input.Engine.Query(ctx, g.figuresOf(keys, at))
			if err != nil {
				return err
			}
			for _, row := range table.Rows {
				key, _ := row[0].(string)
				b.rows[rowKey{g, key, at}] = g.figuresIn(row)
			}
		}
	}
	return nil
}

// figuresIn reads a row of figuresOf.
func (g *group) figuresIn(row []any) figures {
	f := figures{texts: map[string]string{}}
	if text, known := row[1].(string); known {
		n := metrics.Number(metrics.NewValue(text, g.kpi.Type))
		f.value = &n
	}
	state, _ := row[2].(string)
	f.state = metrics.State(state)
	for i, c := range g.figures {
		if text, known := row[3+i].(string); known {
			f.texts[c.name] = text
		}
	}
	return f
}

// add makes the alert of a series.
func (b *alerting) add(s *Series) {
	state, at := s.now()
	if at < 0 {
		return
	}
	if state == metrics.AlertOK {
		b.counts.Count(state)
		b.recovered(s)
		return
	}
	t, g := s.Threshold, b.groupOf(s.Threshold)
	cal, from, states := b.input.Calendar, at, s.states()
	a := metrics.Alert{Threshold: t.Name, KPI: t.KPI, Grain: t.Grain, Members: s.pins(), State: state, Period: cal.Name(s.line.periods[at]), Owner: t.Owner, Action: t.Action}
	if at == s.line.last {
		from = since(states)
	}
	a.Since, a.Open = cal.Name(s.line.periods[from]), at-from+1
	if state == metrics.AlertNoData {
		a.Reason = "no value to judge, or too little to judge it by"
		b.out = append(b.out, a)
		return
	}
	a.Severity = severity(append(slices.Clone(states[:min(at, len(states))]), state), s.Levels)
	row := b.rows[rowKey{g, s.key, at}]
	a.Value, a.Provisional = row.value, row.state != metrics.Final
	a.Because = g.reasons(t, a.Severity, row)
	a.Reason = a.Words("en", b.input.Model)
	a.Target = g.attained(row, at)
	b.due(&a, s, from)
	b.out = append(b.out, a)
}

func (s *Series) pins() []metrics.Pin {
	out := []metrics.Pin{}
	for i, dim := range s.Threshold.By {
		out = append(out, metrics.Pin{Dimension: dim, Member: s.Members[i]})
	}
	return out
}

// due notes since when the alert is told of, and by when somebody acts: so long after
// the end of the period in which it fired, or after it was told of, whichever is later.
func (b *alerting) due(a *metrics.Alert, s *Series, from int) {
	asOf := b.input.AsOf
	a.Told, a.Run = asOf.In(b.input.Calendar.Zone()).Format(time.RFC3339), b.told.Run
	for _, old := range b.told.Before {
		if old.Same(*a) && old.Since == a.Since && old.State.Firing() == a.State.Firing() && old.Told != "" {
			a.Told, a.Run = old.Told, old.Run
		}
	}
	if s.Threshold.Due.IsZero() || !a.State.Firing() {
		return
	}
	start := s.line.periods[from].End
	if first, err := time.Parse(time.RFC3339, a.Told); err == nil && first.After(start) {
		start = first
	}
	day := b.input.Calendar.Of(metrics.Day, start)
	if due := s.Threshold.Due; due.Unit == metrics.Hour {
		a.Due = b.input.Calendar.Day(start.Add(time.Duration(due.N) * time.Hour))
	} else if moved, ok := b.input.Calendar.Shift(day, due.N, due.Unit); ok {
		a.Due = b.input.Calendar.Day(moved.Start)
	}
}

// recovered counts an alert of the last run that is ok now.
func (b *alerting) recovered(s *Series) {
	a := metrics.Alert{Threshold: s.Threshold.Name, Members: s.pins()}
	if slices.ContainsFunc(b.told.Before, func(old metrics.Alert) bool { return old.State.Firing() && old.Folded == "" && old.Same(a) }) {
		b.counts.Recovered++
	}
}

func (b *alerting) count() {
	for _, a := range b.out {
		switch {
		case a.Source != "":
			b.counts.Sources++
		case a.Folded == "" || a.State == metrics.AlertNoData:
			b.counts.Count(a.State)
		}
	}
}

// attained sets a value against its KPI's target; nil where there is none, or none for
// the member.
func (g *group) attained(row figures, at int) *metrics.Attained {
	t := g.kpi.Target
	if t == nil || row.value == nil {
		return nil
	}
	goal, _ := t.Goal(*row.value)
	if t.KPI != "" {
		n := row.number(g.names[g.sql(g.main.value(t.KPI))])
		if n == nil {
			return nil
		}
		goal = *n
	}
	out := metrics.Attain(*row.value, goal)
	if out != nil && g.main.paced && at == g.line.open {
		out.Pace = row.number(g.names[g.sql(g.main.due())])
	}
	return out
}

// readTarget adds what alerts say of the target, whether or not conditions ask for it.
func (g *group) readTarget() {
	t := g.kpi.Target
	if t == nil {
		return
	}
	if t.KPI != "" {
		g.figure(g.main.value(t.KPI))
	}
	if g.pace != nil {
		g.main.paced = true
		g.figure(g.main.due())
	}
}

func formatFloat(x float64) string { return strconv.FormatFloat(x, 'g', 12, 64) }
