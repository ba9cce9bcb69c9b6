package query

import (
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

func valueColumn(i int) string { return "v" + strconv.Itoa(i) }

// combine lets the scans meet on the spine, each leaf at its value, and then does
// the arithmetic of the KPIs.
func (c *compilation) combine() {
	cells, items := c.spine()
	along := append([]Item(nil), items...)
	if c.req.PresentOnly {
		items = append(items, Item{presence, c.present()})
		along = append(along, Item{Name: presence, Expr: field("", presence, boolean)})
	}
	for _, m := range c.meetings() {
		cells = &Join{Kind: LeftJoin, Left: cells, Right: &Ref{Stage: m.part.name, Alias: m.alias}, Equal: c.meetingPairs(m)}
	}
	cells = c.meetExtents(cells)
	states := c.cellStates()
	items, along = append(items, states...), append(along, states...)
	for _, l := range c.leaves {
		items = append(items, Item{l.name, c.leafValue(l)})
	}
	c.stage(c.prefix+cellsStage, &Project{Input: cells, Items: items})

	for i, item := range along {
		along[i].Expr = field("", item.Name, item.Expr.Base().Type)
	}
	for i, k := range c.kpis {
		along = append(along, Item{valueColumn(i), c.ranked(k.value)})
	}
	c.stage(c.prefix+kpisStage, &Project{Input: &Ref{Stage: c.prefix + cellsStage, Alias: cellsStage}, Items: along})
}

// ranked lets members compete within their cut set, where there are several.
func (c *compilation) ranked(e metrics.Expr) metrics.Expr {
	return metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		r, ok := e.(*metrics.Ranked)
		if !ok || c.masked() {
			return e
		}
		return &metrics.Ranked{Node: r.Node, X: r.X, Within: r.Within[:len(r.Within)-1]}
	})
}

// leafValue is the value of a leaf in a cell: null where its source covers no day
// of the period, for zero is not missing.
func (c *compilation) leafValue(l *leaf) metrics.Expr {
	value := metrics.Rewrite(l.value, func(e metrics.Expr) metrics.Expr {
		f, ok := e.(*metrics.Field)
		if !ok {
			return e
		}
		for _, m := range l.measures {
			if m.Name == f.Name {
				return field(l.view.alias(m.part), m.Name, m.Type)
			}
		}
		return e
	})
	if has := c.has(l.view); has != nil {
		return when(has, value)
	}
	return value
}
