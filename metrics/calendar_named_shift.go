package metrics

import "time"

// shiftNamed moves p where it is a period of a calendar block, or by such periods;
// done is false where neither is the case.
//
// A period moves by whole periods of its calendar; by years, to the period of the
// same place in another year (see inYear); by hours, days and weeks with both ends.
// A day moves by periods to the day of the same place in another period, or to its
// last day; and a stretch of days with both ends.
func (c *Calendar) shiftNamed(p Period, n int, by Grain) (moved Period, ok, done bool) {
	own, along := c.named[p.Grain], c.named[by]
	switch {
	case own != nil && by == p.Grain:
		i, found := own.index(p)
		moved, ok = own.at(i + n)
		return moved, ok && found, true
	case own != nil && by == Year:
		i, found := own.index(p)
		if !found {
			return Period{}, false, true
		}
		moved, ok = c.inYear(own, i, n)
		return moved, ok, true
	case own != nil && (along != nil || by == Month || by == Quarter):
		return Period{}, false, true
	case along == nil:
		return Period{}, false, !by.builtIn() // a calendar that isn't known moves nothing
	case p.Grain == Hour:
		moved, ok = c.shiftHourTo(p, along, n)
		return moved, ok, true
	case p.Grain == Day || p.Grain == NoGrain:
		moved, ok = c.shiftDays(p, along, n)
		return moved, ok, true
	}
	return Period{}, false, true
}

// inYear is the period of the same place n years on. Where the calendar names its
// years, a place is counted from the first period of the year, and a year that has
// fewer gives its last; else it is the period that starts nearest to the same date.
func (c *Calendar) inYear(own *namedPeriods, i, n int) (Period, bool) {
	if own.years == nil {
		return c.nearest(own, c.dayOf(own.periods[i].Start).addMonths(12*n))
	}
	var firsts []int // of each year
	at := 0
	for j, first := range own.years {
		if first == j {
			firsts = append(firsts, j)
		}
		if j <= i {
			at = len(firsts) - 1
		}
	}
	year := at + n
	if year < 0 || year >= len(firsts) {
		return Period{}, false
	}
	place, end := firsts[year]+i-own.years[i], len(own.years)
	if year+1 < len(firsts) {
		end = firsts[year+1]
	} else if place >= end {
		return Period{}, false // the calendar's last year may go on
	}
	return own.periods[min(place, end-1)], true
}

// nearest is the period that starts nearest to a day, the earlier one of two. A day
// that is nearer to where another period would start than to any that is known
// has none.
func (c *Calendar) nearest(own *namedPeriods, d day) (Period, bool) {
	starts := make([]day, 0, len(own.periods)+1)
	for _, p := range own.periods {
		starts = append(starts, c.dayOf(p.Start))
	}
	starts = append(starts, c.dayOf(own.periods[len(own.periods)-1].End))
	if 2*(starts[0]-d) > starts[1]-starts[0] {
		return Period{}, false
	}
	best := 0
	for i, s := range starts {
		if distance(s, d) < distance(starts[best], d) {
			best = i
		}
	}
	return own.at(best)
}

func distance(a, b day) day { return max(a-b, b-a) }

// shiftDay is the day of the same place n periods on, or the last one of a period
// that is too short.
func (c *Calendar) shiftDay(d day, along *namedPeriods, n int) (day, bool) {
	i, found := along.index(along.of(c.startOf(d)))
	if !found {
		return 0, false
	}
	to, ok := along.at(i + n)
	if !ok {
		return 0, false
	}
	place := d - c.dayOf(along.periods[i].Start)
	return min(c.dayOf(to.Start)+place, c.dayOf(to.End)-1), true
}

// shiftDays moves days that stand in a row. Where they are whole periods, they
// become as many whole periods.
func (c *Calendar) shiftDays(p Period, along *namedPeriods, n int) (Period, bool) {
	first, last := c.dayOf(p.Start), c.dayOf(p.End.Add(-time.Nanosecond))
	from, ok := c.shiftDay(first, along, n)
	to, also := c.shiftDay(last, along, n)
	if !ok || !also {
		return Period{}, false
	}
	if before := along.of(p.End.Add(-time.Nanosecond)); before.End.Equal(p.End) && p.Grain == NoGrain {
		i, _ := along.index(before)
		to = c.dayOf(along.periods[i+n].End) - 1
	}
	moved := c.days(p.Grain, from, to+1)
	return moved, moved.Start.Before(moved.End)
}

// shiftHourTo moves an hour to the same hour of the day that its day moves to. Of a
// repeated hour it takes the first.
func (c *Calendar) shiftHourTo(p Period, along *namedPeriods, n int) (Period, bool) {
	local := floorTo(c.local(p.Start), secondsPerHour)
	d := daysSince1970(local)
	to, ok := c.shiftDay(d, along, n)
	if !ok {
		return Period{}, false
	}
	hours := c.hoursAt(local + int64(to-d)*secondsPerDay)
	if len(hours) == 0 {
		return Period{}, false
	}
	return hours[0], true
}
