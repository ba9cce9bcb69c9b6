package runtime

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// rollUp makes coarser values of one KPI from finer ones. A period has values where
// all finer periods in it are published, by one definition, and none is unknown.
type rollUp struct {
	keptAs
	cal     *metrics.Calendar
	asked   []string         // cuts
	periods []metrics.Period // ascending
	within  map[string]int   // by start of a finer period: which of periods it lies in
	missing []int            // by period: how many finer ones are not published
	meant   []string         // by period: the fingerprint of its values
	unsound []bool           // by period: whether its values don't make it
	cells   map[rolledKey]*rolledCell
}

// rolledKey tells cells apart.
type rolledKey struct {
	period  int
	members string
}

// rolledCell is what the finer values of a cell make so far; nil: none is known.
type rolledCell struct {
	value *big.Rat
	text  string // canonical, of one value that was taken as it is
	state metrics.State
}

// finerValue is one published value that may be part of a coarser one.
type finerValue struct{ start, cuts, members, value, state, fingerprint string }

func (p *Project) newRollUp(as keptAs, r query.Request, periods []metrics.Period) *rollUp {
	u := &rollUp{
		keptAs: as, cal: p.Calendar, asked: r.By, periods: periods, within: map[string]int{}, cells: map[rolledKey]*rolledCell{},
		missing: make([]int, len(periods)), meant: make([]string, len(periods)), unsound: make([]bool, len(periods)),
	}
	for i, period := range periods {
		for _, f := range p.Calendar.Between(as.grain, period.Start, period.End) {
			u.within[p.Calendar.StartText(f)] = i
			u.missing[i]++
		}
	}
	return u
}

// add takes a finer value in. Totals are published of every covered period, with rows
// or without, and so tell which periods there are.
func (u *rollUp) add(v finerValue) {
	at, inside := u.within[v.start]
	if !inside {
		return
	}
	if v.cuts == "" {
		u.missing[at]--
	}
	if v.cuts != plan.CutName(u.cuts) {
		return
	}
	value, known := new(big.Rat).SetString(v.value)
	u.unsound[at] = u.unsound[at] || u.meant[at] != "" && u.meant[at] != v.fingerprint || !known && u.how == query.Adding
	u.meant[at] = v.fingerprint
	key := rolledKey{at, membersOf(u.cuts, u.asked, v.members)}
	cell := u.cells[key]
	if cell == nil {
		cell = &rolledCell{state: metrics.Final}
		u.cells[key] = cell
	}
	cell.state = weaker(cell.state, metrics.State(v.state))
	if known {
		cell.take(u.how, value, v.value)
	}
}

func (c *rolledCell) take(how query.RollUp, v *big.Rat, text string) {
	switch {
	case c.value == nil,
		how == query.Smallest && v.Cmp(c.value) < 0, how == query.Largest && v.Cmp(c.value) > 0:
		c.value, c.text = v, text
	case how == query.Adding:
		c.value = new(big.Rat).Add(c.value, v)
	}
}

// membersOf is the members of the cuts asked for, of those of finer values; both in
// alphabetical order of the cuts.
func membersOf(cuts, asked []string, members string) string {
	var all []*string
	if err := json.Unmarshal([]byte(members), &all); err != nil {
		return members
	}
	out := []*string{}
	for i, cut := range cuts {
		if slices.Contains(asked, cut) && i < len(all) {
			out = append(out, all[i])
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		return members
	}
	return string(text)
}

func (u *rollUp) whole(period int) bool { return u.missing[period] == 0 && !u.unsound[period] }

// rows are the values of whole periods.
func (u *rollUp) rows() []publishedRow {
	var keys []rolledKey
	for key := range u.cells {
		if u.whole(key.period) {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b rolledKey) int {
		return cmp.Or(a.period-b.period, strings.Compare(a.members, b.members))
	})
	scale := 0
	if u.kpi.Type.Kind == metrics.Decimal {
		scale = u.kpi.Type.Scale
	}
	out := make([]publishedRow, len(keys))
	for i, key := range keys {
		period, cell := u.periods[key.period], u.cells[key]
		out[i] = publishedRow{kpi: u.kpi.Name, period: u.cal.Name(period), start: u.cal.StartText(period), members: key.members, state: cell.state}
		switch {
		case cell.value == nil:
		case u.how == query.Adding:
			out[i].value = cell.value.FloatString(scale)
		default:
			out[i].value = cell.text
		}
	}
	return out
}

// leftOut says which periods have no values because finer ones, though there are some,
// don't make them.
func (u *rollUp) leftOut() string {
	var names []string
	for i, period := range u.periods {
		if !u.whole(i) && u.meant[i] != "" {
			names = append(names, u.cal.Name(period))
		}
	}
	if len(names) == 0 {
		return ""
	}
	const shown = 3
	more := ""
	if n := len(names) - shown; n > 0 {
		names, more = names[:shown], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("kpi.%s is rolled up from its values by %s, where these make a whole period by one definition; left out: %s%s",
		u.kpi.Name, u.words(), strings.Join(names, ", "), more)
}

// rolledUp makes the values asked for of a KPI from finer published ones, and says
// which periods it leaves out.
func (p *Project) rolledUp(ctx context.Context, eng *duckdb.Engine, values string, as keptAs, r query.Request) ([]publishedRow, string, error) {
	of := fmt.Sprintf(`(%s) WHERE "kpi" = %s AND "grain" = %s AND "cuts" IN ('', %s)`,
		values, duckdb.Literal(as.kpi.Name), duckdb.Literal(string(as.grain)), duckdb.Literal(plan.CutName(as.cuts)))
	periods, err := p.askedPeriods(ctx, eng, of, r)
	if err != nil || len(periods) == 0 {
		return nil, "", err
	}
	u := p.newRollUp(as, r, periods)
	from := p.Calendar.StartText(p.Calendar.Of(as.grain, periods[0].Start))
	to := p.Calendar.StartText(p.Calendar.Of(as.grain, periods[len(periods)-1].End))
	table, err := eng.Query(ctx, fmt.Sprintf(`SELECT "start", "cuts", "members", "value", "state", "fingerprint" FROM %s AND "start" >= %s AND "start" < %s`,
		of, duckdb.Literal(from), duckdb.Literal(to)))
	if err != nil {
		return nil, "", err
	}
	for _, row := range table.Rows {
		text := func(j int) string { s, _ := row[j].(string); return s }
		u.add(finerValue{text(0), text(1), text(2), text(3), text(4), text(5)})
	}
	return u.rows(), u.leftOut(), nil
}

// askedPeriods are the periods of a request to the store, as [Project.publishedRange]
// has them: with an upper bound alone they begin with what is published.
func (p *Project) askedPeriods(ctx context.Context, eng *duckdb.Engine, of string, r query.Request) ([]metrics.Period, error) {
	var out []metrics.Period
	for _, period := range r.Periods {
		out = append(out, p.Calendar.Between(r.Grain, period.Start, period.End)...)
	}
	slices.SortFunc(out, func(a, b metrics.Period) int { return a.Start.Compare(b.Start) })
	if len(r.Periods) > 0 {
		return out, nil
	}
	end := p.AsOf
	if r.To != nil {
		end = r.To.End
	}
	switch {
	case r.From != nil:
		return p.Calendar.Between(r.Grain, r.From.Start, end), nil
	case r.Last > 0:
		return p.Calendar.Last(r.Grain, r.Last, end), nil
	case r.To == nil:
		return p.Calendar.Last(r.Grain, defaultPublished, end), nil
	}
	table, err := eng.Query(ctx, `SELECT CAST(CAST(min("start") AS DATE) AS VARCHAR) FROM `+of)
	if err != nil {
		return nil, err
	}
	first, _ := table.Rows[0][0].(string)
	start, _, known := p.Calendar.DayBounds(first)
	if !known {
		return nil, nil
	}
	return p.Calendar.Between(r.Grain, start, end), nil
}
