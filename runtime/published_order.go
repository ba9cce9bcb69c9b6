package runtime

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// sortable is a published row with what it is ordered by.
type sortable struct {
	row    metrics.ResultRow
	start  string
	places []int // of its members, by cut
}

// arrange puts published rows into the order of a computed answer: as the request
// says, then by period and members, members as their dimension declares them; and
// cuts the answer at its limit.
func (p *Project) arrange(r query.Request, out *metrics.Result, starts []string) diag.List {
	keys := make([]int, len(r.Order))
	for i, o := range r.Order {
		keys[i] = slices.IndexFunc(out.Columns, func(c metrics.ResultColumn) bool { return c.Name == o.Column })
		if keys[i] < 0 {
			return diag.List{{Severity: diag.Error, Code: diag.BadRequest, Summary: fmt.Sprintf("No column %q to order by", o.Column),
				Detail: "Order by a column of the answer: period, a cut or a KPI."}}
		}
	}
	cuts := len(r.By)
	places := make([]int, cuts*len(out.Rows))
	rows := make([]sortable, len(out.Rows))
	for i := range rows {
		rows[i] = sortable{out.Rows[i], starts[i], places[i*cuts : (i+1)*cuts]}
	}
	for i, cut := range r.By {
		p.placeMembers(rows, i, cut)
	}
	column := func(a, b sortable, i int, desc bool) int {
		switch {
		case i == 0:
			return directed(strings.Compare(a.start, b.start), desc)
		case i <= cuts && a.places[i-1] >= 0 && b.places[i-1] >= 0:
			return directed(cmp.Compare(a.places[i-1], b.places[i-1]), desc)
		}
		return compareCells(a.row.Values[i], b.row.Values[i], desc)
	}
	slices.SortStableFunc(rows, func(a, b sortable) int {
		for i, o := range r.Order {
			if c := column(a, b, keys[i], o.Desc); c != 0 {
				return c
			}
		}
		for i := range 1 + cuts {
			if c := column(a, b, i, false); c != 0 {
				return c
			}
		}
		return 0
	})
	if r.Limit > 0 && len(rows) > r.Limit {
		rows = rows[:r.Limit]
	}
	out.Rows = out.Rows[:len(rows)]
	for i := range rows {
		out.Rows[i] = rows[i].row
	}
	return nil
}

// placeMembers gives rows the places of their members in the order of a cut, -1 where
// they have none.
func (p *Project) placeMembers(rows []sortable, i int, cut string) {
	places := map[any]int{}
	for _, row := range rows {
		places[row.row.Values[1+i]] = -1
	}
	delete(places, nil)
	members := make([]string, 0, len(places))
	for m := range places {
		members = append(members, fmt.Sprint(m))
	}
	slices.SortFunc(members, func(a, b string) int { return cmp.Or(p.compareMembers(cut, a, b), strings.Compare(a, b)) })
	for place, m := range members {
		places[m] = place
	}
	places[nil] = -1
	for _, row := range rows {
		row.places[i] = places[row.row.Values[1+i]]
	}
}

func directed(c int, desc bool) int {
	if desc {
		return -c
	}
	return c
}

// compareCells orders two values of a column; null comes last either way.
func compareCells(a, b any, desc bool) int {
	if a == nil || b == nil {
		return cmp.Compare(rank(a == nil), rank(b == nil))
	}
	x, okX := new(big.Rat).SetString(fmt.Sprint(a))
	y, okY := new(big.Rat).SetString(fmt.Sprint(b))
	if okX && okY {
		return directed(x.Cmp(y), desc)
	}
	return directed(strings.Compare(fmt.Sprint(a), fmt.Sprint(b)), desc)
}

func rank(last bool) int {
	if last {
		return 1
	}
	return 0
}

// compareMembers orders the members of a cut: as its dimension declares them,
// others behind, numbers by size; of a cycle from where the project has it start.
func (p *Project) compareMembers(cut, a, b string) int {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	if cycle := metrics.CycleNamed(cut); cycle != nil && okX && okY {
		first := big.NewRat(int64(cycle.First(&p.Model.Project)), 1)
		return cmp.Or(cmp.Compare(rank(x.Cmp(first) < 0), rank(y.Cmp(first) < 0)), x.Cmp(y))
	}
	d := p.Model.Dimension(cut)
	if d != nil && d.Type.Numeric() && okX && okY {
		return x.Cmp(y)
	}
	place := func(member string) int {
		if d == nil {
			return 0
		}
		if i := slices.Index(d.Values, member); i >= 0 {
			return i
		}
		return len(d.Values)
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a, b))
}
