package query

import (
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// Orphans compiles the rows of a source, up to as-of, whose reference has all that it
// goes by and finds no row, as they hold at the row's time: their foreign keys, under
// the names of the columns.
func Orphans(m *metrics.Model, cal *metrics.Calendar, asOf time.Time, s *metrics.Source, ref *metrics.Reference) *Select {
	c := cleaning(m, nil, cal, asOf)
	r := c.reach(s)
	where := []metrics.Expr{r.resolve(orphan(m, s.Name, []string{ref.Name}))}
	if seen := c.seen(s, base); seen != nil {
		where = append(where, seen)
	}
	var items []Item
	for _, on := range ref.On {
		items = append(items, Item{on.Column, field(base, on.Column, columnOf(s, "", nil, on.Column).Type)})
	}
	return c.selected(&Project{Input: filtered(r.relation(), where), Items: items})
}
