package check

import (
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// calendar checks the types of the columns that a calendar block names.
func (c *checker) calendar(d *decode.Decl[metrics.NamedCalendar]) {
	s := c.model.Source(d.Value.Source)
	if s == nil {
		return
	}
	for _, role := range []struct{ attribute, column string }{{"day", d.Value.Day}, {"period", d.Value.Period}, {"year", d.Value.Year}} {
		if column := s.Column(role.column); column != nil && !c.model.Shows(s, column) {
			c.guarded(d.Address, d.At(role.attribute), s, column)
		}
	}
	if column := s.Column(d.Value.Day); column != nil && column.Type.Kind != metrics.Unknown && column.Type.Kind != metrics.Date {
		c.report(diag.WrongType, d.Address, d.At("day"), quote(column.Name)+" is "+diag.A(column.Type.String()),
			"A calendar says for each day which period it belongs to. Declare the column as a date.")
	}
	for _, label := range []struct{ attribute, column string }{{"period", d.Value.Period}, {"year", d.Value.Year}} {
		column := s.Column(label.column)
		if column == nil || column.Type.Kind == metrics.Unknown {
			continue
		}
		if k := column.Type.Kind; k != metrics.String && k != metrics.Integer {
			c.report(diag.WrongType, d.Address, d.At(label.attribute), quote(column.Name)+" is "+diag.A(column.Type.String()),
				"Periods and years are named by a text or a whole number. Give the column such a type.")
		}
	}
}

// cycle demands that a source's rows have a member of a cycle by which a KPI is cut.
func (c *checker) cycle(cycle *metrics.Cycle, k *decode.Decl[metrics.KPI], source string) {
	c.cycleOf(cycle, k, source, k.At("by"), "cut by "+cycle.Name, "Take "+cycle.Name+" out of by.")
}

// cyclesIn demands that the rows of a KPI's own aggregates have members of the cycles
// that it filters by.
func (c *checker) cyclesIn(k *decode.Decl[metrics.KPI], own map[string]bool) {
	filter := func(e metrics.Expr, sources map[string]bool) {
		metrics.Walk(e, func(e metrics.Expr) bool {
			ref, ok := e.(*metrics.DimensionRef)
			if !ok || metrics.CycleNamed(ref.Dimension) == nil {
				return true
			}
			at := c.positioned(k.Range())(ref)
			for _, s := range sortedSources(sources) {
				c.cycleOf(metrics.CycleNamed(ref.Dimension), k, s, at, "filtered by "+ref.Dimension, "Take "+ref.Dimension+" out of the filter.")
			}
			return true
		})
	}
	filter(k.Value.Where, own)
	metrics.Walk(k.Value.Value, func(e metrics.Expr) bool {
		a, ok := e.(*metrics.Aggregate)
		if ok && a.Source != "" {
			filter(a, map[string]bool{a.Source: true})
		}
		return true
	})
}

// cycleOf demands that a source's rows have a member of a cycle, where a KPI uses it.
func (c *checker) cycleOf(cycle *metrics.Cycle, k *decode.Decl[metrics.KPI], source string, at diag.Range, use, mend string) {
	s := c.model.Source(source)
	t, grain := c.timeOf(k.Value, s)
	if query.SpreadsAll(c.model, k.Value, source) {
		grain = metrics.NoGrain
	}
	switch {
	case t.Kind == metrics.Unknown || c.timeless(k.Value) == source: // reported, or so below
		if s.Time == "" {
			c.report(diag.NoTime, k.Address, at, "source."+source+" has no time",
				"Without it, kpi."+k.Value.Name+" can't be "+use+". Give the source a time = column, or the KPI that aggregates it.")
		}
	case !cycle.Allows(t, grain):
		c.report(diag.GrainTooFine, k.Address, at, "kpi."+k.Value.Name+" can't be "+use,
			"Rows of source."+source+" "+coarse(t, grain)+". "+mend)
	}
}

// coarse says why rows have no member of a cycle.
func coarse(t metrics.Type, grain metrics.Grain) string {
	if grain != metrics.NoGrain {
		return "stand for a whole " + string(grain) + " each"
	}
	return "have days and no time of day"
}

// timeOf is the type of the time by which a KPI reads a source, and the grain of
// its rows where they stand for whole periods.
func (c *checker) timeOf(k *metrics.KPI, s *metrics.Source) (metrics.Type, metrics.Grain) {
	if k.Time != nil && k.Time.Source == s.Name {
		return c.columnOf(k.Time).Type, metrics.NoGrain
	}
	if column := s.Column(s.Time); column != nil {
		return column.Type, s.Grain
	}
	return metrics.Type{}, metrics.NoGrain
}

// grainOf tells whether a function may go by a grain: a built-in one, and beside
// row functions a calendar block.
func (t *typer) grainOf(f *metrics.Function, n *metrics.Name) bool {
	if f.Kind == metrics.RowFunction {
		_, known := metrics.ParseGrain(n.Parts[0])
		return known
	}
	_, known := t.model.Grain(n.Parts[0])
	return known
}

// grainMend says which grains a function goes by.
func (t *typer) grainMend(f *metrics.Function) string {
	names := "hour, day, week, month, quarter or year"
	if f.Kind == metrics.RowFunction || len(t.model.Calendars) == 0 {
		return "Write a bare word: " + names + "."
	}
	var calendars []string
	for _, c := range t.model.Calendars {
		calendars = append(calendars, c.Name)
	}
	return "Write a bare word: " + names + "; or a calendar: " + strings.Join(calendars, ", ") + "."
}
