package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// context is where an expression is evaluated, as seen from a cell of the answer:
// the cell's period moved and stretched step by step, some of its cuts taken away,
// and some members alone. The functions over KPIs are changes of context, and
// nothing else: growth over a window is the growth of what windows hold, and a
// ratio in a window the ratio of windows.
type context struct {
	steps   []step
	without []int // cuts that are taken away, ascending
	kept    *kept
	beyond  bool // rows count that the cell doesn't have: of other members, or of the period it is compared with
}

// stepKind is one way to get from a stretch of time to another.
type stepKind uint8

const (
	stepBack   stepKind = iota // n grains earlier, both ends
	stepWindow                 // the n grains that end with the stretch
	stepToDate                 // from the start of the grain in which the stretch ends
	stepAlways                 // from the start of all data
	stepReach                  // begins n grains earlier
)

// step is one step of a context's way through time.
type step struct {
	kind stepKind
	n    int
	by   metrics.Grain
}

// then is the context with one step more.
func (x context) then(s step) context {
	x.steps = append(slices.Clone(x.steps), s)
	return x
}

// removing is the context without some cuts.
func (x context) removing(cuts []int) context {
	all := append(slices.Clone(x.without), cuts...)
	slices.Sort(all)
	x.without = slices.Compact(all)
	return x
}

func stepsKey(steps []step) string {
	var b strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&b, "%d:%d%s;", s.kind, s.n, s.by)
	}
	return b.String()
}

// key tells contexts apart.
func (x context) key() string {
	key := stepsKey(x.steps) + "|" + fmt.Sprint(x.without)
	if x.kept != nil {
		key += "|" + x.kept.name
	}
	if x.beyond {
		key += "|beyond"
	}
	return key
}

// rooted tells whether the context's time is the cell's own period.
func (x context) rooted() bool { return len(x.steps) == 0 && x.kept == nil }

// stretch is a stretch of time that a cell's period becomes. There is none where
// the calendar has none.
type stretch struct {
	metrics.Period
	exists bool
	// open is where it began before it was made to reach back; zero: it was not.
	open time.Time
	// whole is from where a source must have data for the stretch to have a value;
	// the zero time where any part will do.
	whole time.Time
}

// beginning is before all data.
func (c *compilation) beginning() time.Time {
	return c.cal.Of(metrics.Day, time.Date(1000, time.January, 1, 12, 0, 0, 0, time.UTC)).Start
}

// stretchOf goes the steps of a context from a period. Windows end at as-of, where
// rows end too; those over plans don't.
func (c *compilation) stretchOf(p metrics.Period, steps []step, ahead bool) stretch {
	s := stretch{Period: p, exists: true}
	for _, step := range steps {
		if !c.regular(s.Period) {
			s.Grain = metrics.NoGrain
		}
		switch step.kind {
		case stepBack:
			s.Period, s.exists = c.cal.Shift(s.Period, -step.n, step.by)
			if !s.exists {
				return s
			}
			if !s.whole.IsZero() {
				s.whole = s.Start
			}
			continue
		case stepReach:
			s.open, s.Start = s.Start, c.cal.Later(s.Start, metrics.Span{N: step.n, Unit: step.by}.Neg())
			continue
		}
		s.Grain = metrics.NoGrain
		s.End = c.capped(s.Period, step.by, ahead)
		switch step.kind {
		case stepWindow:
			s.Start, s.exists = c.windowStart(s.End, step.n, step.by)
			s.whole = s.Start
		case stepToDate:
			s.Start, s.exists = c.dateFrom(s.End.Add(-time.Nanosecond), step.by)
		case stepAlways:
			s.Start = c.beginning()
		}
		if !s.exists {
			return s
		}
	}
	return s
}

// dateFrom is where the values to date of an instant begin: with its period of a grain,
// or with the year of the calendar by whose periods is asked, where that names years.
func (c *compilation) dateFrom(last time.Time, by metrics.Grain) (time.Time, bool) {
	if by == metrics.Year && c.cal.NamesYears(c.req.Grain) {
		return c.cal.YearStart(c.req.Grain, last)
	}
	within := c.cal.Of(by, last)
	return within.Start, within != metrics.Period{}
}

// windowStart is where a window of n grains starts that ends at an instant; there
// is none before a calendar block begins.
func (c *compilation) windowStart(end time.Time, n int, by metrics.Grain) (time.Time, bool) {
	if c.cal.Periods(by) == nil {
		// The end is not part of the window: it moves as ends do.
		moved, _ := c.cal.Shift(metrics.Period{Start: end.Add(-48 * time.Hour), End: end}, -n, by)
		return moved.End, true
	}
	if last := c.cal.Of(by, end.Add(-time.Nanosecond)); last.End.Equal(end) {
		first, ok := c.cal.Shift(last, 1-n, by)
		return first.Start, ok
	}
	day := c.cal.Of(metrics.Day, end.Add(-time.Nanosecond))
	moved, _ := c.cal.Shift(day, -n, by) // a day that the zone skips has an end too
	return moved.End, !moved.End.IsZero()
}

// opens is where a stretch begins that does not reach back.
func (s stretch) opens() time.Time {
	if s.open.IsZero() {
		return s.Start
	}
	return s.open
}

// regular tells whether a stretch is a period of its grain.
func (c *compilation) regular(p metrics.Period) bool {
	return p.Grain != metrics.NoGrain && c.cal.Of(p.Grain, p.Start).Equal(p)
}

// capped is the end of a stretch: within an open one, that of the day or hour in
// which the last instant before as-of lies.
func (c *compilation) capped(p metrics.Period, by metrics.Grain, ahead bool) time.Time {
	if ahead || !p.Start.Before(c.req.AsOf) || !c.req.AsOf.Before(p.End) {
		return p.End
	}
	unit := metrics.Day
	if by == metrics.Hour || c.req.Grain == metrics.Hour {
		unit = metrics.Hour
	}
	if end := c.cal.Of(unit, c.req.AsOf.Add(-time.Nanosecond)).End; end.Before(p.End) {
		return end
	}
	return p.End
}

// view is a timeline in a context.
type view struct {
	index    int
	timeline *timeline
	context
	// stretches are what the periods become, in their order; nil at the root.
	stretches []stretch
	window    *windowed // nil: its stretches are periods of the request's grain
	// beneath are the views of what an inner level reads, at the stretches of this one.
	beneath []*view
}

// viewOf returns the view of a timeline in a context.
func (c *compilation) viewOf(t *timeline, x context) *view {
	for _, v := range c.views {
		if v.timeline == t && v.key() == x.key() {
			return v
		}
	}
	v := &view{index: len(c.views), timeline: t, context: x}
	c.views = append(c.views, v)
	return v
}

// stretchOver is what period i becomes in a view.
func (v *view) stretchOver(i int, p *Period) stretch {
	if v.stretches == nil {
		return stretch{Period: p.Period, exists: true}
	}
	return v.stretches[i]
}

// stretchesOf are what the periods become in a view.
func (c *compilation) stretchesOf(v *view) []stretch {
	out := make([]stretch, len(c.periods))
	for i := range out {
		out[i] = v.stretchOver(i, &c.periods[i])
	}
	return out
}

// layViews finds the stretches of every view. Where all are periods of the
// request's grain, the cells of the ordinary scan are met at another period, and no
// row is read twice; else the rows are brought into windows.
func (c *compilation) layViews() {
	for _, v := range c.views {
		if v.rooted() && !v.timeline.finer() {
			continue
		}
		if v.timeline.timeless() && (len(v.steps) > 0 || v.kept != nil && !v.kept.given) {
			c.noOtherTime(v.timeline)
			continue
		}
		regular := v.kept == nil && c.req.Grain != metrics.NoGrain && !v.timeline.finer()
		for i := range c.periods {
			s := c.stretchOf(c.periods[i].Period, v.steps, v.timeline.ahead())
			v.stretches = append(v.stretches, s)
			regular = regular && (!s.exists || s.Grain == c.req.Grain && c.regular(s.Period))
		}
		c.checkHours(v.timeline, v.steps, v.stretches)
		if !regular {
			v.window = c.windowOf(v)
		}
	}
}

// timeless tells whether the rows of a timeline lie in any period.
func (t *timeline) timeless() bool { return t.time == nil && t.inner == nil }

// noOtherTime refuses to look at other times of rows that have none.
func (c *compilation) noOtherTime(t *timeline) {
	address := "source." + t.source.Name
	if slices.ContainsFunc(c.diags, func(d diag.Diagnostic) bool { return d.Code == diag.NoTime && d.Address == address }) {
		return
	}
	c.diags.Add(diag.Diagnostic{
		Severity: diag.Error, Code: diag.NoTime, Address: address,
		Summary: fmt.Sprintf("Source %q has no time", t.source.Name),
		Detail: fmt.Sprintf("Its rows are the same at all times, so that they can't be compared, windowed or kept like for like. "+
			"Add time = <column> to source %q, or time = <column> to the KPI.", t.source.Name),
	})
}

// movedColumn is the column of the table of periods with the key of the period at
// which a moved view meets cells.
func movedColumn(v *view) string { return "x" + strconv.Itoa(v.index) }

// moved tells whether a view meets the cells of the ordinary scan at another period.
func (v *view) moved() bool { return v.stretches != nil && v.window == nil }

// metAt is the key of the period at which a moved view meets cells.
func (c *compilation) metAt(v *view, p *Period) metrics.Expr {
	if s := c.stretchOf(p.Period, v.steps, v.timeline.ahead()); s.exists {
		return c.periodKey(s.Period)
	}
	return null()
}

// ahead tells whether rows after as-of count.
func (t *timeline) ahead() bool { return t.source.Ahead }
