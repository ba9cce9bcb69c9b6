package oracle

import (
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// levelRead is an inner level of detail that has a grain, and the stretches that it is
// read in.
type levelRead struct {
	grain     metrics.Grain
	lines     []timeline
	moves     bool // its cells are found at other times too
	stretches []period
}

// cutsCells tells whether a range begins or ends within a cell of an inner level whose
// cells are compared: a cell that is cut can't stand beside one that is whole.
func (t *table) cutsCells(p period) bool {
	levels := map[metrics.Expr]*levelRead{}
	for _, k := range t.read() {
		t.anyMember(p).eachLevel(k.Value, k, func(c *cell, list, e metrics.Expr, k *metrics.KPI) {
			s, exists := c.innerStretch(e, k)
			if !exists {
				return
			}
			if levels[e] == nil {
				levels[e] = &levelRead{grain: innerGrain(list), lines: t.timelines(e, k), moves: t.movesCells(e)}
			}
			levels[e].stretches = append(levels[e].stretches, s)
		})
	}
	for _, l := range levels {
		if t.cutsLevel(l) {
			return true
		}
	}
	return false
}

// cutsLevel tells whether a level is compared and cut.
func (w *World) cutsLevel(l *levelRead) bool {
	compared, cut := l.moves, false
	day, _ := w.coveredDays(l.lines)
	first := w.cal.startOf(day)
	for _, s := range l.stretches {
		compared = compared || !s.start.Equal(l.stretches[0].start) || !s.til.Equal(l.stretches[0].til)
		cut = cut || !s.start.Before(first) && w.within(l.grain, s.start) || s.til.Before(w.asOf) && w.within(l.grain, s.til)
	}
	return compared && cut
}

// within tells whether an instant lies in a period of a grain that began before it.
func (w *World) within(g metrics.Grain, t time.Time) bool {
	before := t.Add(-time.Nanosecond)
	d := w.cal.dayAt(before)
	return w.cal.has(g, d) && w.cal.of(g, d).til.After(t)
}

// movesCells tells whether an expression goes to other times, or over finer cells.
func (w *World) movesCells(e metrics.Expr) bool {
	found := false
	metrics.Walk(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.Aggregate:
			per := metrics.InnerLevel(e)
			found = found || per != nil && innerGrain(per.Args[0]) != metrics.NoGrain
		case *metrics.KPIRef:
			found = found || w.movesCells(w.model.KPI(e.KPI).Value)
		case *metrics.Call:
			switch e.Func.Name {
			case metrics.Total, metrics.Rank, metrics.TopShare:
			default:
				found = found || e.Func.Kind == metrics.KPIFunction
			}
		}
		return !found
	})
	return found
}

// eachLevel visits the inner levels with a grain that an expression of a KPI reads, and
// the cells around them.
func (c *cell) eachLevel(e metrics.Expr, k *metrics.KPI, visit func(c *cell, list, e metrics.Expr, k *metrics.KPI)) {
	inner := func(list, e metrics.Expr) {
		if innerGrain(list) == metrics.NoGrain {
			c.eachLevel(e, k, visit)
			return
		}
		visit(c, list, e, k)
	}
	switch e := e.(type) {
	case *metrics.Aggregate:
		if per := metrics.InnerLevel(e); per != nil {
			inner(per.Args[0], per.Args[1])
		}
		return
	case *metrics.KPIRef:
		below := c.model.KPI(e.KPI)
		c.eachLevel(below.Value, below, visit)
		return
	case *metrics.Call:
		if e.Func.Kind != metrics.KPIFunction {
			break
		}
		switch e.Func.Name {
		case metrics.TopShare:
			inner(e.Args[1], e.Args[0])
			return
		case "delta", "growth":
			c.eachLevel(e.Args[0], k, visit)
		}
		c.inside(e, k).eachLevel(e.Args[0], k, visit)
		return
	}
	for _, child := range metrics.Children(e) {
		c.eachLevel(child, k, visit)
	}
}
