package oracle

import (
	"fmt"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// carrying is the cell that reaches back as far as a KPI carries its balances.
func (c *cell) carrying(k *metrics.KPI) *cell {
	if k.Carry.IsZero() {
		return c
	}
	return c.moved(reaching(k.Carry))
}

// balance picks the first or last row of each series, and adds up those that belong
// to the cell. Its own filter says which rows there are to pick from; members and the
// request's filters judge the row that was picked.
func (c *cell) balance(a *metrics.Aggregate, k *metrics.KPI, t timeline) any {
	s, exists := c.span(t)
	if !exists || c.covered(t, s) == nothing {
		return nil
	}
	series := map[string][]candidate{}
	for _, r := range c.candidatesOf(t) {
		if c.reads(r, s.period) && c.passesAll([]metrics.Expr{a.Filter, k.Where}, t, r.row) {
			id, _ := identity(r.row, seriesOf(a, t))
			series[id] = append(series[id], r)
		}
	}
	var values []any
	for _, id := range sortedKeys(series) {
		for _, r := range c.picked(a, t, s, series[id]) {
			if c.holds(r, s.period) {
				values = append(values, c.reading(t, r.row).eval(a.Args[0]))
			}
		}
	}
	return asKind(sum(knownOf(values)), a.Type.Kind)
}

// seriesOf is the columns that tell series apart: those named, or the source's key
// without its time.
func seriesOf(a *metrics.Aggregate, t timeline) []string {
	var columns []string
	if len(a.Args) > 1 {
		for _, item := range a.Args[1].(*metrics.List).Items {
			columns = append(columns, item.(*metrics.ColumnRef).Column)
		}
		return columns
	}
	return slices.DeleteFunc(slices.Clone(t.source.Key), func(c string) bool { return c == t.time.Column })
}

// picked is the row of a series that counts, or where the series are named all rows
// of that time.
func (c *cell) picked(a *metrics.Aggregate, t timeline, s span, rows []candidate) []candidate {
	last := a.Func.Name == "last"
	inside := slices.DeleteFunc(slices.Clone(rows), func(r candidate) bool { return !s.opens.IsZero() && r.at.Before(s.opens) })
	if !last && len(inside) > 0 {
		rows = inside // what is carried counts only where the stretch has none
	}
	latest := last || !s.opens.IsZero() && len(inside) == 0
	best := rows[0]
	for _, r := range rows[1:] {
		if order := r.at.Compare(best.at); order > 0 && latest || order < 0 && !latest || order == 0 && c.goesBefore(r, best, a, t, last) {
			best = r
		}
	}
	if len(a.Args) > 1 {
		return slices.DeleteFunc(slices.Clone(rows), func(r candidate) bool { return !r.at.Equal(best.at) })
	}
	return []candidate{best}
}

// goesBefore settles ties by the other columns, in order: the largest of last, the
// smallest of first, nulls behind.
func (c *cell) goesBefore(r, than candidate, a *metrics.Aggregate, t timeline, last bool) bool {
	for _, column := range t.source.Columns {
		if column.Name == t.time.Column || slices.Contains(seriesOf(a, t), column.Name) {
			continue
		}
		x, y := r.cells[column.Name], than.cells[column.Name]
		switch {
		case x == nil && y == nil:
		case x == nil || y == nil:
			return y == nil
		case c.compare(x, y) != 0:
			return (c.compare(x, y) > 0) == last
		}
	}
	return fmt.Sprint(r.texts) < fmt.Sprint(than.texts)
}
