package oracle

import (
	"errors"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// ErrRefused says that a source can't supply a cut, a filter or the grain.
var ErrRefused = errors.New("the request can't be answered")

// Answer computes every cell of a request by itself.
func (w *World) Answer(r Request) (*Answer, error) {
	q := &question{World: w, Request: r, candidates: map[string][]candidate{}}
	if err := q.settleGrain(); err != nil {
		return nil, err
	}
	for _, name := range r.By {
		q.cuts = append(q.cuts, w.cutNamed(name))
	}
	t := &table{question: q}
	for _, name := range r.KPIs {
		k := w.model.KPI(name)
		if !q.possible(k) {
			return nil, ErrRefused
		}
		t.kpis = append(t.kpis, k)
	}
	for _, h := range r.Having {
		k := &metrics.KPI{Value: h, Type: metrics.Type{Kind: metrics.Boolean}}
		if !q.possible(k) {
			return nil, ErrRefused
		}
		t.conditions = append(t.conditions, k)
	}
	for _, k := range t.kpis {
		if target := q.targetKPI(k); target != nil {
			t.targets = append(t.targets, target)
		}
	}
	periods, err := q.shown(t.kpis)
	if err != nil {
		return nil, err
	}
	if r.Other && t.choosesAgain() {
		return nil, ErrRefused
	}
	if q.Grain == metrics.NoGrain && t.cutsCells(periods[0]) {
		return nil, ErrRefused
	}
	t.layColumns()
	t.fill(periods)
	t.finish()
	return &t.Answer, nil
}

// targetKPI is the KPI that is a KPI's target, where it is asked for and possible.
func (q *question) targetKPI(k *metrics.KPI) *metrics.KPI {
	if !slices.Contains(q.Compare, "target") || k.Target == nil || k.Target.KPI == "" {
		return nil
	}
	if t := q.model.KPI(k.Target.KPI); q.possible(t) {
		return t
	}
	return nil
}

// table is an answer in the making.
type table struct {
	*question
	Answer
	kpis    []*metrics.KPI
	targets []*metrics.KPI        // KPIs that serve as targets
	makes   []func(c *cell) []any // the values of each KPI and its comparisons
	rows    []tableRow

	conditions []*metrics.KPI // on results
}

// read are the KPIs whose rows are read.
func (t *table) read() []*metrics.KPI { return slices.Concat(t.kpis, t.conditions, t.targets) }

// tableRow is a row and the cell behind it.
type tableRow struct {
	Row
	*cell
}

// layColumns names the columns and says how they are computed.
func (t *table) layColumns() {
	if t.Grain != metrics.NoGrain {
		t.Columns = append(t.Columns, "period")
	}
	t.Columns = append(t.Columns, t.By...)
	for _, k := range t.kpis {
		t.Columns = append(t.Columns, k.Name)
		t.makes = append(t.makes, func(c *cell) []any { return []any{c.kpi(k)} })
		for _, with := range t.Compare {
			names, values := t.comparison(k, with)
			t.Columns, t.makes = append(t.Columns, names...), append(t.makes, values)
		}
	}
}

// fill computes the rows of all periods and members.
func (t *table) fill(periods []period) {
	slices.SortFunc(periods, func(a, b period) int { return a.start.Compare(b.start) })
	t.tuples = t.memberTuples(t.looked(periods))
	for _, p := range periods {
		name := t.cal.name(p)
		shown, others := t.largest(p)
		for _, m := range shown {
			t.add(t.memberCell(p, m), name, Row{})
		}
		if t.Other && len(others) > 0 {
			c := t.anyMember(p)
			c.kept = []kept{{t.cuts, others, true}}
			t.add(c, name, Row{Other: true})
		}
		if t.Totals && len(t.cuts) > 0 {
			t.add(t.anyMember(p), name, Row{Total: true})
		}
	}
}

// looked are the periods and those that they are compared with.
func (t *table) looked(shown []period) []period {
	all := slices.Clone(shown)
	for _, p := range shown {
		for _, comparison := range t.Compare {
			if q, ok := t.other(p, comparison); ok {
				all = with(all, q)
			}
		}
	}
	return all
}

// memberTuples are those that any row has that is read for the periods, or lies in
// them; without cuts there is one.
func (t *table) memberTuples(periods []period) [][]any {
	if len(t.cuts) == 0 {
		return [][]any{nil}
	}
	var all [][]any
	add := func(r candidate) {
		if !t.hasTuple(all, r.members) {
			all = append(all, r.members)
		}
	}
	for _, p := range periods {
		c := t.anyMember(p)
		for _, k := range t.read() {
			c.eachRead(k.Value, k, func(l leaf) {
				l.rows(add)
				if !l.inner {
					leaf{line: l.line, cell: c}.rows(add) // those in the period itself
				}
			})
		}
	}
	return all
}

// present tells whether any row is read for the cell, beside those of totals.
func (t *table) present(c *cell) bool {
	own, found := false, false
	for _, k := range t.read() {
		own = own || c.readsOwn(k.Value, k)
		c.eachRead(k.Value, k, func(l leaf) {
			if !l.cell.removed {
				l.rows(func(candidate) { found = true })
			}
		})
	}
	return found || !own
}

func (t *table) add(c *cell, name string, row Row) {
	row.State = c.stateOf(t.kpis)
	r := tableRow{Row: row, cell: c}
	if t.Grain != metrics.NoGrain {
		r.Values = append(r.Values, name)
	}
	r.Values = append(r.Values, c.members...)
	for _, make := range t.makes {
		r.Values = append(r.Values, make(c)...)
	}
	t.rows = append(t.rows, r)
}

// plain gives days the form of answers: midnight of a clock without zone.
func plain(v any) any {
	switch v := v.(type) {
	case day:
		return v.civil()
	case time.Time:
		return v.UTC()
	}
	return v
}
