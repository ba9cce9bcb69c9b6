package oracle

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// finish filters, sorts and limits the rows.
func (t *table) finish() {
	t.rows = slices.DeleteFunc(t.rows, func(r tableRow) bool {
		return t.PresentOnly && !t.present(r.cell) || !r.Total && !r.Other && !t.having(r)
	})
	keys := t.order()
	slices.SortStableFunc(t.rows, func(a, b tableRow) int {
		for _, k := range keys {
			if c := t.compareKeys(k, a, b); c != 0 {
				return c
			}
		}
		return 0
	})
	members := 0
	for _, r := range t.rows {
		if !r.Total && !r.Other {
			if members++; t.Limit > 0 && members > t.Limit {
				continue
			}
		}
		for i, v := range r.Values {
			r.Values[i] = plain(v)
		}
		t.Rows = append(t.Rows, r.Row)
	}
}

// having tells whether the conditions on results are true of a row.
func (t *table) having(r tableRow) bool {
	for _, k := range t.conditions {
		if r.cell.kpi(k) != true {
			return false
		}
	}
	return true
}

// key is one criterion of an order.
type key struct {
	of   func(r tableRow) any
	desc bool
}

// compareKeys puts nulls last either way.
func (t *table) compareKeys(k key, a, b tableRow) int {
	x, y := k.of(a), k.of(b)
	switch {
	case x == nil && y == nil:
		return 0
	case x == nil:
		return 1
	case y == nil:
		return -1
	}
	c := t.compare(x, y)
	if k.desc {
		return -c
	}
	return c
}

// order is what the request says, then by period and members. Totals come last, of
// a period where it goes by period first.
func (t *table) order() []key {
	byPeriod := key{of: func(r tableRow) any { return r.period.start }}
	totalsLast := []key{{of: func(r tableRow) any { return r.Total }}, {of: func(r tableRow) any { return r.Other }}}
	var keys []key
	placed := false
	for _, o := range t.Order {
		if o.Column == "period" && t.Grain != metrics.NoGrain {
			keys = append(keys, key{byPeriod.of, o.Desc})
			continue
		}
		if !placed {
			keys, placed = append(keys, totalsLast...), true
		}
		keys = append(keys, t.byColumn(o)...)
	}
	if len(t.Order) == 0 {
		keys = append(keys, byPeriod)
	}
	if !placed {
		keys = append(keys, totalsLast...)
	}
	keys = append(keys, byPeriod)
	for i := range t.cuts {
		keys = append(keys, t.byMember(i, false)...)
	}
	return keys
}

func (t *table) byColumn(o Order) []key {
	if i := slices.Index(t.By, o.Column); i >= 0 {
		return t.byMember(i, o.Desc)
	}
	at := slices.Index(t.Columns, o.Column)
	return []key{{func(r tableRow) any { return r.Values[at] }, o.Desc}}
}

// byMember sorts the members of a cut as its dimension lists them, others after them.
func (t *table) byMember(i int, desc bool) []key {
	member := func(r tableRow) any { return r.cell.members[i] }
	keys := []key{{member, desc}}
	if cycle := t.cuts[i].cycle; cycle != nil {
		return []key{{func(r tableRow) any { return t.turn(cycle, member(r)) }, desc}}
	}
	if own := t.typeOf(t.cuts[i]); own.Kind != metrics.String && t.reached(t.cuts[i]) {
		value := func(r tableRow) any {
			text, ok := member(r).(string)
			if !ok || text == metrics.Unmatched {
				return nil
			}
			v, _ := t.parse(&metrics.Column{Type: own}, &text)
			return v
		}
		return append([]key{{value, desc}}, keys...)
	}
	d := t.cuts[i].dimension
	if d == nil || len(d.Values) == 0 || d.Type.Kind != metrics.String {
		return keys
	}
	place := func(r tableRow) any {
		m := member(r)
		if m == nil {
			return nil
		}
		if at := slices.Index(d.Values, m.(string)); at >= 0 {
			return rat(int64(at))
		}
		return rat(int64(len(d.Values)))
	}
	return append([]key{{place, desc}}, keys...)
}

// turn is the place of a cycle's member, from the one that the project starts with.
func (t *table) turn(c *metrics.Cycle, member any) any {
	if member == nil {
		return nil
	}
	n := int64(integer(member))
	switch c.Name {
	case "weekday":
		first := int64(t.model.Project.WeekStart+6)%7 + 1
		return rat((n - first + 7) % 7)
	case "month_of_year":
		return rat((n - int64(t.model.Project.FiscalYearStart) + 12) % 12)
	}
	return rat(n)
}
