package metrics

import "time"

// Shift moves p along the calendar by n times the grain by. A grain that nests in
// by moves as a whole (the month before 31 March, day by day, is the last day of
// February); a coarser one moves with both ends, and may then be no period that Of
// returns. It is false where the calendar has no such period: weeks don't move by
// months or quarters, and clocks or zones skip an hour or a day here and there.
func (c *Calendar) Shift(p Period, n int, by Grain) (Period, bool) {
	if moved, ok, done := c.shiftNamed(p, n, by); done {
		return moved, ok
	}
	switch {
	case by == NoGrain || p.Grain == Week && (by == Month || by == Quarter):
		return Period{}, false
	case by == Hour:
		return c.shiftHours(p, n), true
	case p.Grain == Hour:
		return c.shiftHour(p, n, by)
	case p.Grain == Day:
		d := c.dayOf(p.Start).add(n, by)
		moved := c.days(Day, d, d+1)
		return moved, moved.Start.Before(moved.End)
	case p.Grain == Week && by == Year:
		return c.shiftWeek(p, n), true
	}
	moved := Period{Grain: p.Grain, Start: c.shiftStart(p.Start, n, by), End: c.shiftEnd(p.End, n, by)}
	return moved, moved.Start.Before(moved.End)
}

// Later is the instant a span later, or earlier, along the calendar: at the same clock
// time of another day, the first of a repeated one, or where clocks go on that skip it. The
// start of a day moves to the start of a day.
func (c *Calendar) Later(t time.Time, s Span) time.Time {
	switch s.Unit {
	case NoGrain:
		return t
	case Hour:
		return t.Add(time.Duration(s.N) * time.Hour)
	}
	if d := c.dayOf(t); t.Equal(c.startOf(d)) { // not at midnight, where clocks skip that
		return c.startOf(d.add(s.N, s.Unit))
	}
	local := c.local(t)
	d := daysSince1970(local)
	moved := c.reaching(local + int64(d.add(s.N, s.Unit)-d)*secondsPerDay)
	return moved.Add(time.Duration(t.Nanosecond()))
}

// YearAgo returns the period that p is compared with over a year: the same day,
// month or quarter, or the week of the same number (the last one for a week 53
// that the year before lacks). 29 February is compared with 28 February.
func (c *Calendar) YearAgo(p Period) (Period, bool) { return c.Shift(p, -1, Year) }

// add is the day n days, weeks, months, quarters or years later.
func (d day) add(n int, by Grain) day {
	switch by {
	case Week:
		return d + day(7*n)
	case Month:
		return d.addMonths(n)
	case Quarter:
		return d.addMonths(3 * n)
	case Year:
		return d.addMonths(12 * n)
	}
	return d + day(n)
}

// shiftHours moves by hours that pass: those of a clock that never changes.
func (c *Calendar) shiftHours(p Period, n int) Period {
	by := time.Duration(n) * time.Hour
	if p.Grain == Hour {
		return c.hourOf(p.Start.Add(by))
	}
	return Period{Grain: p.Grain, Start: p.Start.Add(by), End: p.End.Add(by)}
}

// shiftHour moves an hour to the same hour of another day. Of a repeated hour it
// takes the first.
func (c *Calendar) shiftHour(p Period, n int, by Grain) (Period, bool) {
	local := floorTo(c.local(p.Start), secondsPerHour)
	d := daysSince1970(local)
	hours := c.hoursAt(local + int64(d.add(n, by)-d)*secondsPerDay)
	if len(hours) == 0 {
		return Period{}, false
	}
	return hours[0], true
}

// shiftWeek moves a week to the week of the same number in another year, or to
// that year's last.
func (c *Calendar) shiftWeek(p Period, n int) Period {
	year, number := weekName(c.weekOf(c.dayOf(p.Start)))
	start, ok := c.week(year+n, number)
	if !ok {
		start -= 7
	}
	return c.days(Week, start, start+7)
}

// shiftStart moves an instant by days or months and keeps its distance from the
// start of its day, which is 0 for all but stretches that begin within one.
func (c *Calendar) shiftStart(t time.Time, n int, by Grain) time.Time {
	d := c.dayOf(t)
	return c.startOf(d.add(n, by)).Add(t.Sub(c.startOf(d)))
}

// shiftEnd is shiftStart for the end of a stretch. The end is not part of it, so
// in a month too short for its day, it is the start of the next month.
func (c *Calendar) shiftEnd(t time.Time, n int, by Grain) time.Time {
	d := c.dayOf(t)
	moved := d.add(n, by)
	_, _, was := d.date()
	if _, _, is := moved.date(); by != Day && by != Week && is < was {
		moved++
	}
	return c.startOf(moved).Add(t.Sub(c.startOf(d)))
}
