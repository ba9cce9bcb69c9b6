package query

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// atGrain gives period(t) the grain that is asked for.
func (c *compilation) atGrain(e metrics.Expr) metrics.Expr {
	return metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		call, ok := e.(*metrics.Call)
		if !ok || call.Func.Name != "period" {
			return e
		}
		g := c.askedGrain()
		if g == metrics.NoGrain || g == metrics.Hour {
			c.noPeriodOf()
			return e
		}
		return &metrics.PeriodOf{Node: typed(date), X: call.Args[0], Grain: g}
	})
}

// askedGrain is the grain of the answer, whatever that of the cells of an inner level.
func (c *compilation) askedGrain() metrics.Grain {
	for c.outer != nil {
		c = c.outer
	}
	return c.req.Grain
}

func (c *compilation) noPeriodOf() {
	if c.diags.HasErrors() {
		return // told already, or nothing that follows matters
	}
	c.diags.Add(diag.Diagnostic{
		Severity: diag.Error, Code: diag.BadRequest, Summary: "period() needs a grain of days or coarser",
		Detail: "A dimension or KPI that is asked for goes by the period that is asked for, by period(). Ask by day, week, month, quarter or year.",
	})
}

// lifeLong tells whether an expression reads columns that hold for the whole life
// of a row: what is computed from them may change as long as rows arrive.
func (c *compilation) lifeLong(e metrics.Expr) bool {
	return metrics.Any(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.SourceRef:
			return isEntity(c.model.Source(e.Source))
		case *metrics.ColumnRef:
			return c.lifeLongColumn(e)
		}
		return false
	})
}

func isEntity(s *metrics.Source) bool {
	if s == nil {
		return false
	}
	_, ok := s.Reader.(*metrics.Entity)
	return ok
}

func (c *compilation) lifeLongColumn(ref *metrics.ColumnRef) bool {
	find := metrics.Sources(c.model.Source)
	start := c.model.Source(ref.Source)
	for i := range len(ref.Path) + 1 {
		if isEntity(find.End(start, ref.Path[:i])) {
			return true
		}
	}
	s := find.End(start, ref.Path)
	if s == nil {
		return false
	}
	column := s.Column(ref.Column)
	switch {
	case column == nil:
		return false
	case column.Value == nil:
		u, union := s.Reader.(*metrics.Union)
		return union && slices.ContainsFunc(u.Sources, func(leaf string) bool {
			return c.lifeLongColumn(&metrics.ColumnRef{Source: leaf, Column: ref.Column})
		})
	}
	return slices.Contains(find.Aggregating(s), column) || c.lifeLong(column.Value)
}

// lasting tells whether a KPI, as it is asked for, reads life-long columns.
func (c *compilation) lasting(k *kpi) bool {
	return slices.ContainsFunc(k.leaves, func(l *leaf) bool {
		t := l.timeline
		return t.inner != nil && t.inner.lasting(t.inner.kpis[0]) || c.lifeLong(l.agg) || t.time != nil && c.lifeLong(t.time) ||
			slices.ContainsFunc(t.cuts, c.lifeLong) || slices.ContainsFunc(t.where, c.lifeLong) ||
			t.inner == nil && slices.ContainsFunc(l.view.kept.over(c, t), c.lifeLong)
	})
}

// CutsLast tells whether one of the dimensions cuts a KPI by life-long columns: its cells
// are settled by no day, while those without it are.
func CutsLast(m *metrics.Model, k *metrics.KPI, dimensions []string) bool {
	c := &compilation{model: m}
	return slices.ContainsFunc(dimensions, func(name string) bool {
		d := m.Dimension(name)
		return d != nil && slices.ContainsFunc(k.Sources, func(source string) bool {
			e, problem := Supply(m, source, d)
			return problem == nil && c.lifeLong(e)
		})
	})
}

// TimeOf returns the sources whose own times say which days a time column stands
// for: the source that has it, or those whose rows it aggregates, since a day on
// which nothing new begins is covered all the same.
func TimeOf(m *metrics.Model, s *metrics.Source, column string) []*metrics.ColumnRef {
	find := metrics.Sources(m.Source)
	own := []*metrics.ColumnRef{{Source: s.Name, Column: column}}
	c := s.Column(column)
	if c == nil || !slices.Contains(find.Aggregating(s), c) {
		return own
	}
	var out []*metrics.ColumnRef
	for _, name := range find.Aggregated(s, c) {
		if from := m.Source(name); from.Time != "" {
			out = append(out, TimeOf(m, from, from.Time)...)
		}
	}
	if len(out) == 0 {
		return own
	}
	return out
}
