package query

import (
	"fmt"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// periodOf is what a row has in common with those of its period. Periods of a
// calendar block are found by halving: few comparisons a row, however many there are.
func (c *compilation) periodOf(e *metrics.PeriodOf) metrics.Expr {
	periods := c.cal.Periods(e.Grain)
	if len(periods) == 0 {
		return e
	}
	day := e.X
	if day.Base().Type.Kind != metrics.Date {
		day = call("date", date, day)
	}
	first, end := literal(date, c.cal.Day(periods[0].Start)), literal(date, c.cal.Day(periods[len(periods)-1].End))
	inside := all(compare(metrics.OpGe, day, first), compare(metrics.OpLt, day, end))
	return when(inside, c.halved(day, periods))
}

// halved is the key of the one of several periods, which follow each other, in
// which a day lies.
func (c *compilation) halved(day metrics.Expr, periods []metrics.Period) metrics.Expr {
	if len(periods) == 1 {
		return c.periodKey(periods[0])
	}
	middle := len(periods) / 2
	before := compare(metrics.OpLt, day, literal(date, c.cal.Day(periods[middle].Start)))
	return choose(before, c.halved(day, periods[:middle]), c.halved(day, periods[middle:]))
}

// unknownGrain refuses a grain that is neither built in nor a calendar block.
func (c *compilation) unknownGrain() bool {
	g := c.req.Grain
	if _, builtIn := metrics.ParseGrain(string(g)); builtIn || g == metrics.NoGrain || c.cal.Periods(g) != nil {
		return false
	}
	c.fail(diag.BadRequest, fmt.Sprintf("Unknown grain %q", g), "A grain is hour, day, week, month, quarter, year or a calendar."+diag.DidYouMean(string(g), c.model.GrainNames()))
	return true
}

// noPeriods refuses a range in which a calendar block has no period.
func (c *compilation) noPeriods() {
	periods := c.cal.Periods(c.req.Grain)
	if len(periods) == 0 {
		return
	}
	c.fail(diag.BadPeriod, fmt.Sprintf("calendar.%s has no period there", c.req.Grain),
		fmt.Sprintf("It has days from %s to %s. Ask for a range within, or add the days to its source.",
			c.cal.Day(periods[0].Start), c.cal.Day(periods[len(periods)-1].End.Add(-1))))
}

// beyondCalendar notes where a calendar block has no periods for what is asked.
func (c *compilation) beyondCalendar() {
	periods := c.cal.Periods(c.req.Grain)
	if len(periods) == 0 {
		return
	}
	first, end := periods[0], periods[len(periods)-1]
	if c.req.From != nil && c.req.From.Start.Before(first.Start) {
		c.note(fmt.Sprintf("calendar.%s begins with %s, on %s: what lies before is in no period", c.req.Grain, c.cal.Name(first), c.cal.Day(first.Start)))
	}
	asked := c.req.AsOf
	if c.req.To != nil {
		asked = c.req.To.End
	}
	if end.End.Before(asked) {
		c.note(fmt.Sprintf("calendar.%s ends with %s: what lies on and after %s is in no period", c.req.Grain, c.cal.Name(end), c.cal.Day(end.End)))
	}
}

// alongCalendar says why periods can't be moved where one grain is that of a calendar
// block: its periods move by each other and by years, and with both ends by what is
// shorter than any of them; by them, only days and hours and the periods themselves move.
func (u unfit) alongCalendar(by metrics.Grain) string {
	own, along := u.m.Calendar(string(u.grain)), u.m.Calendar(string(by))
	switch {
	case u.grain == by:
	case own != nil && (along != nil || by == metrics.Month || by == metrics.Quarter):
		return fmt.Sprintf("Periods of calendar.%s move by each other, by years, weeks, days and hours, and not by a %s.", u.grain, by)
	case along != nil && u.grain != metrics.NoGrain && u.grain != metrics.Hour && u.grain != metrics.Day:
		return fmt.Sprintf("By periods of calendar.%s move these themselves, days and hours, and not a %s.", by, u.grain)
	}
	return ""
}

// cycleCut is a built-in cycle as a cut.
func cycleCut(cycle *metrics.Cycle) cut {
	return cut{name: cycle.Name, typ: cycle.Type(), cycle: cycle}
}

// placeCycle is the member of a cycle to which a row of a timeline belongs.
func (c *compilation) placeCycle(cycle *metrics.Cycle, t *timeline) metrics.Expr {
	if t.time == nil {
		c.diags.Add(diag.Diagnostic{
			Severity: diag.Error, Code: diag.NoTime, Address: "source." + t.source.Name,
			Summary: fmt.Sprintf("Source %q has no time", t.source.Name),
			Detail:  fmt.Sprintf("Its rows can't be cut by %s. Add time = <column> to source %q, or time = <column> to the KPI.", cycle.Name, t.source.Name),
		})
		return nil
	}
	for _, s := range c.leafSources(t.source) {
		grain := s.Grain
		if len(t.time.Path) > 0 || t.time.Column != t.source.Time || t.spread {
			grain = metrics.NoGrain
		}
		if cycle.Allows(t.time.Type, grain) {
			continue
		}
		why := "has days and no time of day"
		if grain != metrics.NoGrain {
			why = fmt.Sprintf("has a row for each whole %s", grain)
		}
		c.diags.Add(diag.Diagnostic{
			Severity: diag.Error, Code: diag.GrainTooFine, Address: "source." + t.source.Name,
			Summary: fmt.Sprintf("Source %q can't be cut by %s", t.source.Name, cycle.Name),
			Detail:  fmt.Sprintf("It %s, so that its rows belong to no one %s. Leave out that cut or filter, or the KPIs that read it.", why, cycle.Name),
		})
		return nil
	}
	return call(cycle.Function, cycle.Type(), t.time)
}

// cycleOrder sorts the members of a cycle from the one that the project starts
// with: weeks may start on Sunday, years in April.
func (c *compilation) cycleOrder(cycle *metrics.Cycle, member metrics.Expr, desc bool) []SortKey {
	first := cycle.First(&c.model.Project)
	if first <= 1 {
		return []SortKey{{Expr: member, Desc: desc}}
	}
	early := compare(metrics.OpLt, member, whole(first))
	return []SortKey{{Expr: choose(early, whole(1), whole(0)), Desc: desc}, {Expr: member, Desc: desc}}
}
