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
	for _, p := range c.parts {
		cells = &Join{
			Kind: LeftJoin, Left: cells, Right: &Ref{Stage: p.name, Alias: p.name},
			Equal: c.cellPairs(membersStage, periodsStage, periodColumn, p.name),
		}
	}
	for _, l := range c.leaves {
		items = append(items, Item{l.name, c.leafValue(l)})
	}
	c.stage(cellsStage, &Project{Input: cells, Items: items})

	for i, item := range along {
		along[i].Expr = field("", item.Name, item.Expr.Base().Type)
	}
	for i, k := range c.kpis {
		along = append(along, Item{valueColumn(i), k.value})
	}
	c.stage(kpisStage, &Project{Input: &Ref{Stage: cellsStage, Alias: cellsStage}, Items: along})
}

// present tells whether any scan has rows for a cell.
func (c *compilation) present() metrics.Expr {
	var counts []metrics.Expr
	for _, p := range c.parts {
		if p.main {
			counts = append(counts, compare(metrics.OpGt, coalesce(field(p.name, presence, integer), whole(0)), whole(0)))
		}
	}
	if len(counts) == 0 {
		return truth(true)
	}
	return some(counts...)
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
				return field(m.part.name, m.Name, m.Type)
			}
		}
		return e
	})
	if c.uncovered(l.timeline) {
		return when(field(periodsStage, coveredColumn(l.timeline), boolean), value)
	}
	return value
}
