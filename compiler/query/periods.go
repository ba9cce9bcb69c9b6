package query

import (
	"fmt"
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

const (
	// maxPeriods is beyond what anyone reads or a statement should carry.
	maxPeriods = 100_000
	// defaultPeriods is how many periods are shown when no range is given.
	defaultPeriods = 8
)

// settleGrain takes the grain from the periods where only those are given, and
// refuses comparisons that make no sense.
func (c *compilation) settleGrain() {
	if c.req.Grain == metrics.NoGrain && len(c.req.Periods) > 0 {
		c.req.Grain = c.req.Periods[0].Grain
		for _, p := range c.req.Periods {
			if p.Grain != c.req.Grain {
				c.fail(diag.BadRequest, "Periods of different grains", "Name the grain that they are shown by, or periods of one grain.")
				return
			}
		}
	}
	if c.unknownGrain() {
		return
	}
	for _, with := range c.req.Compare {
		switch with {
		case Target:
		case Previous, YearAgo:
			if c.req.Grain == metrics.NoGrain {
				c.fail(diag.BadRequest, fmt.Sprintf("Comparison %q needs a grain", with), "Say by which periods to compare: day, week, month, quarter or year.")
			}
		default:
			c.fail(diag.BadRequest, fmt.Sprintf("Unknown comparison %q", with), "Values are compared with previous, year_ago or target.")
		}
	}
}

// ranged tells whether the request has bounds.
func (c *compilation) ranged() bool {
	return c.req.From != nil || c.req.To != nil || c.req.Last > 0 || len(c.req.Periods) > 0
}

// fixPeriods decides which periods are shown and which are only compared with.
func (c *compilation) fixPeriods() {
	shown := c.shownPeriods()
	if !c.diags.HasErrors() && len(shown) == 0 {
		c.noPeriods()
	}
	if c.diags.HasErrors() {
		return
	}
	c.beyondCalendar()
	for _, p := range shown {
		c.addPeriod(p, true)
	}
	for _, p := range shown {
		for _, with := range c.req.Compare {
			if q, ok := c.comparedWith(p, with); ok {
				c.addPeriod(q, false)
			}
		}
	}
	slices.SortFunc(c.periods, func(a, b Period) int { return a.Start.Compare(b.Start) })
	for i := range c.periods {
		p := &c.periods[i]
		p.key, p.previous, p.yearAgo = c.periodKey(p.Period), null(), null()
		if q, ok := c.comparedWith(p.Period, Previous); ok {
			p.previous = c.periodKey(q)
		}
		if q, ok := c.comparedWith(p.Period, YearAgo); ok {
			p.yearAgo = c.periodKey(q)
		}
	}
}

// periodID is what equal periods share: they begin and end with whole seconds.
type periodID struct {
	start, end int64
	grain      metrics.Grain
}

func (c *compilation) addPeriod(p metrics.Period, shown bool) {
	id := periodID{p.Start.Unix(), p.End.Unix(), p.Grain}
	if c.periodIDs[id] {
		return
	}
	c.periodIDs[id] = true
	c.periods = append(c.periods, Period{Period: p, Name: c.cal.Name(p), Shown: shown})
}

// comparedWith moves along the calendar.
func (c *compilation) comparedWith(p metrics.Period, with Comparison) (metrics.Period, bool) {
	if !slices.Contains(c.req.Compare, with) {
		return metrics.Period{}, false
	}
	switch with {
	case Previous:
		return c.cal.Shift(p, -1, c.req.Grain)
	case YearAgo:
		return c.cal.YearAgo(p)
	}
	return metrics.Period{}, false
}

// periodKey is what rows of a period have in common: its first day, or the
// instant from which an hour's local time counts.
func (c *compilation) periodKey(p metrics.Period) metrics.Expr {
	if p.Grain != metrics.Hour {
		return literal(date, c.cal.Day(p.Start))
	}
	// An hour that begins with a change of clocks counts from its full hour.
	_, offset := p.Start.Zone()
	past := (p.Start.Unix() + int64(offset)) % int64(time.Hour/time.Second)
	return instant(p.Start.Add(-time.Duration(past) * time.Second))
}

func instant(t time.Time) metrics.Expr {
	return literal(timestamp, t.UTC().Format(time.RFC3339Nano))
}

// shownPeriods are those of the request: the periods named; or from bound to
// bound; or the last few, ending with the bound or with the last period that
// began before as-of. Without a grain it is one stretch.
func (c *compilation) shownPeriods() []metrics.Period {
	r := c.req
	if len(r.Periods) > 0 {
		if r.From != nil || r.To != nil || r.Last > 0 {
			c.fail(diag.BadRequest, "Two ranges", "Give either periods, or bounds, or how many periods back.")
			return nil
		}
		var all []metrics.Period
		for _, p := range r.Periods {
			all = append(all, c.between(p.Start, p.End, &p, &p)...)
		}
		return all
	}
	if r.From != nil && r.Last > 0 {
		c.fail(diag.BadRequest, "Two ranges", "Give either a first period, or how many periods back.")
		return nil
	}
	if r.From != nil && r.To != nil && !r.From.Start.Before(r.To.End) {
		c.fail(diag.BadPeriod, "The range ends before it begins",
			fmt.Sprintf("It goes from %s to %s. Swap the bounds.", c.cal.Name(*r.From), c.cal.Name(*r.To)))
		return nil
	}
	if r.Grain == metrics.NoGrain {
		return c.stretch()
	}
	end := r.AsOf
	if r.To != nil {
		end = r.To.End
	}
	if r.From != nil {
		if !r.From.Start.Before(end) {
			c.fail(diag.BadPeriod, "The range begins after as-of",
				fmt.Sprintf("Without an end it goes up to as-of, which %s is not before. Name its last period, or a later as-of.", c.cal.Name(*r.From)))
			return nil
		}
		return c.between(r.From.Start, end, r.From, r.To)
	}
	return c.lastPeriods(end)
}

// lastPeriods counts back from the last period that begins before end.
func (c *compilation) lastPeriods(end time.Time) []metrics.Period {
	n := c.req.Last
	if n <= 0 {
		n = defaultPeriods
	}
	if n > maxPeriods {
		c.tooMany()
		return nil
	}
	all := c.cal.Last(c.req.Grain, n, end)
	if len(all) > 0 {
		c.endsWithin(c.req.To, all[len(all)-1])
	}
	return all
}

// shortest is no longer than any period of a grain.
var shortest = map[metrics.Grain]time.Duration{
	metrics.Hour: time.Hour, metrics.Day: 23 * time.Hour, metrics.Week: 167 * time.Hour,
	metrics.Month: 671 * time.Hour, metrics.Quarter: 2159 * time.Hour, metrics.Year: 8759 * time.Hour,
}

// between returns the periods that share an instant with the stretch; bounds in
// the middle of a period widen to it, and a note says so.
func (c *compilation) between(start, end time.Time, from, to *metrics.Period) []metrics.Period {
	// A Duration holds 292 years, so it is the seconds that are compared.
	if c.cal.Periods(c.req.Grain) == nil && end.Unix()-start.Unix() > maxPeriods*int64(shortest[c.req.Grain]/time.Second) {
		c.tooMany()
		return nil
	}
	all := c.cal.Between(c.req.Grain, start, end)
	if len(all) == 0 {
		return nil
	}
	c.beginsWithin(from, all[0])
	c.endsWithin(to, all[len(all)-1])
	return all
}

// beginsWithin notes that the lower bound lies within the first period.
func (c *compilation) beginsWithin(from *metrics.Period, first metrics.Period) {
	if from != nil && first.Start.Before(from.Start) {
		c.note(fmt.Sprintf("%s begins within %s, which is shown whole", c.cal.Name(*from), c.cal.Name(first)))
	}
}

// endsWithin notes that the upper bound lies within the last period.
func (c *compilation) endsWithin(to *metrics.Period, last metrics.Period) {
	if to != nil && to.End.Before(last.End) {
		c.note(fmt.Sprintf("%s ends within %s, which is shown whole", c.cal.Name(*to), c.cal.Name(last)))
	}
}

func (c *compilation) tooMany() {
	c.fail(diag.TooManyPeriods, "Too many periods", fmt.Sprintf("The range has over %d periods of a %s. Ask for a shorter range or a coarser grain.", maxPeriods, c.req.Grain))
}

// stretch is the one period of a request without a grain: whole days, by default
// from the first to the last that any source of the requested KPIs covers, up to
// as-of.
func (c *compilation) stretch() []metrics.Period {
	if c.req.Last > 0 {
		c.fail(diag.BadRequest, "No grain to count by", "Say of which periods to show the last: day, week, month, quarter or year.")
		return nil
	}
	start, end := c.coveredRange()
	if c.req.From != nil {
		first := c.cal.Of(metrics.Day, c.req.From.Start)
		c.beginsWithin(c.req.From, first)
		start = first.Start
	}
	if c.req.To != nil {
		last := c.cal.Of(metrics.Day, c.req.To.End.Add(-time.Nanosecond))
		c.endsWithin(c.req.To, last)
		end = last.End
	}
	if !start.Before(end) { // one bound alone, beyond what is covered
		if c.req.To != nil {
			start = c.cal.Of(metrics.Day, end.Add(-time.Nanosecond)).Start
		} else {
			end = c.cal.Of(metrics.Day, start).End
		}
	}
	return []metrics.Period{{Start: start, End: end}}
}

// coveredRange is the days that sources of the requested KPIs cover; where there
// are none, the last day before as-of.
func (c *compilation) coveredRange() (start, end time.Time) {
	covered := false // of its own: the zero time is a day as any other
	last := c.cal.Of(metrics.Day, c.req.AsOf.Add(-time.Nanosecond))
	for _, k := range c.kpis[:c.requested] {
		for _, l := range k.leaves {
			for _, iv := range c.coverage(l.timeline) {
				if !iv.from.Before(iv.to) || !iv.from.Before(last.End) {
					continue
				}
				to := iv.to
				if to.After(last.End) {
					to = last.End
				}
				to = c.cal.Of(metrics.Day, to.Add(-time.Nanosecond)).End
				if !covered || iv.from.Before(start) {
					start = iv.from
				}
				if !covered || to.After(end) {
					end = to
				}
				covered = true
			}
		}
	}
	if !covered {
		return last.Start, last.End
	}
	return start, end
}

// intervals are the stretches of time that a timeline's ordinary scan reads, merged:
// the periods, and those at which moved views meet its cells.
func (c *compilation) intervals(t *timeline) []interval {
	all := make([]interval, len(c.periods))
	for i, p := range c.periods {
		all[i] = interval{p.Start, p.End}
	}
	for _, v := range c.views {
		if v.timeline == t && v.moved() {
			all = append(all, filled(v.stretches)...)
		}
	}
	return c.merged(nil, all)
}

// filled are the stretches that there are.
func filled(stretches []stretch) []interval {
	var out []interval
	for _, s := range stretches {
		if s.exists {
			out = append(out, interval{s.Start, s.End})
		}
	}
	return out
}

// merged are the stretches of time that windows and intervals fill, as far as they
// are read. Rows are read by day unless hours are asked for.
func (c *compilation) merged(windows []stretch, all []interval) []interval {
	all = append(c.clipped(all, false), c.clipped(filled(windows), true)...)
	if c.req.Grain != metrics.Hour {
		for i, iv := range all {
			all[i] = interval{c.cal.Of(metrics.Day, iv.from).Start, c.cal.Of(metrics.Day, iv.to.Add(-time.Nanosecond)).End}
		}
	}
	slices.SortFunc(all, func(a, b interval) int { return a.from.Compare(b.from) })
	var out []interval
	for _, iv := range all {
		if n := len(out); n > 0 && !out[n-1].to.Before(iv.from) {
			if iv.to.After(out[n-1].to) {
				out[n-1].to = iv.to
			}
			continue
		}
		out = append(out, iv)
	}
	return out
}

// clipped are the intervals as far as an inner level's stretches go. Those that meet
// none of them are what its cells are compared with, and stay; so does the beginning
// of windows.
func (c *compilation) clipped(all []interval, windows bool) []interval {
	if c.clip == nil {
		return all
	}
	var out []interval
	within := (&compilation{cal: c.cal, req: c.req}).merged(nil, slices.Clone(c.clip))
	for _, iv := range all {
		met := false
		for _, w := range within {
			if !iv.from.Before(w.to) || !w.from.Before(iv.to) {
				continue
			}
			part := interval{latest(iv.from, w.from), earliest(iv.to, w.to)}
			if windows {
				part.from = iv.from
			}
			out, met = append(out, part), true
		}
		if !met {
			out = append(out, iv)
		}
	}
	return out
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
