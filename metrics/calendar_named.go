package metrics

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"time"
)

// CalendarDay is a row of the source of a calendar block.
type CalendarDay struct {
	Day    time.Time // any instant of the civil date, in UTC
	Period string    // label of the period that the day belongs to; "" is none
	Year   string    // label of the year, where the calendar names its years
}

// namedPeriods are the periods of a calendar block: in order, each from the end of
// the one before.
type namedPeriods struct {
	periods []Period
	labels  []string
	byLabel map[string]int
	years   []int // for each period the first one of its year; nil: years are not named
}

// With returns a calendar that also knows the periods of a calendar block, by the
// name of the block. A period is a run of days with one label. The error is a
// clause for people: what is wrong with the days.
func (c *Calendar) With(g Grain, days []CalendarDay) (*Calendar, error) {
	if len(days) == 0 {
		return nil, errors.New("it has no days")
	}
	days = slices.Clone(days)
	slices.SortStableFunc(days, func(a, b CalendarDay) int { return a.Day.Compare(b.Day) })
	n := &namedPeriods{byLabel: map[string]int{}}
	start, yearOf, firstOf := daysSince1970(days[0].Day.Unix()), map[string]string{}, map[string]int{}
	for i, row := range days {
		d := daysSince1970(row.Day.Unix())
		if row.Period == "" {
			return nil, fmt.Errorf("the day %s has no period", d)
		}
		if i > 0 {
			if err := follows(days[i-1], row); err != nil {
				return nil, err
			}
		}
		if known, seen := yearOf[row.Period]; seen && known != row.Year {
			return nil, fmt.Errorf("the period %q lies in two years: %q, and %q on %s", row.Period, known, row.Year, d)
		}
		yearOf[row.Period] = row.Year
		if i+1 < len(days) && days[i+1].Period == row.Period {
			continue
		}
		if err := n.add(row, c.days(g, start, d+1), firstOf); err != nil {
			return nil, err
		}
		start = d + 1
	}
	if days[0].Year == "" {
		n.years = nil
	}
	out := *c
	out.named = maps.Clone(c.named)
	if out.named == nil {
		out.named = map[Grain]*namedPeriods{}
	}
	out.named[g] = n
	return &out, nil
}

// follows demands that one day comes right after the other.
func follows(before, row CalendarDay) error {
	a, b := daysSince1970(before.Day.Unix()), daysSince1970(row.Day.Unix())
	switch {
	case a == b:
		return fmt.Errorf("it has the day %s twice", b)
	case b > a+1:
		return fmt.Errorf("it has no row for the day %s", a+1)
	case (before.Year == "") != (row.Year == ""):
		return fmt.Errorf("of the days %s and %s only one has a year", a, b)
	}
	return nil
}

// add appends the period that ends with a row.
func (n *namedPeriods) add(row CalendarDay, p Period, firstOf map[string]int) error {
	if first, taken := n.byLabel[row.Period]; taken {
		return fmt.Errorf("the period %q comes back: it has days from %s and again from %s", row.Period,
			n.periods[first].Start.Format(time.DateOnly), p.Start.Format(time.DateOnly))
	}
	i := len(n.periods)
	n.byLabel[row.Period] = i
	n.periods, n.labels = append(n.periods, p), append(n.labels, row.Period)
	first, begun := firstOf[row.Year]
	if !begun {
		first, firstOf[row.Year] = i, i
	} else if n.years[i-1] != first {
		return fmt.Errorf("the year %q comes back with the period %q", row.Year, row.Period)
	}
	n.years = append(n.years, first)
	return nil
}

// Periods returns the periods of a calendar block in order, nil for other grains.
func (c *Calendar) Periods(g Grain) []Period {
	if n := c.named[g]; n != nil {
		return n.periods
	}
	return nil
}

// of is the period in which t lies, the zero Period outside of the calendar.
func (n *namedPeriods) of(t time.Time) Period {
	i := n.after(t) - 1
	if i < 0 || !t.Before(n.periods[i].End) {
		return Period{}
	}
	return n.periods[i]
}

// after is the index of the first period that starts after t.
func (n *namedPeriods) after(t time.Time) int {
	return sort.Search(len(n.periods), func(i int) bool { return n.periods[i].Start.After(t) })
}

// between returns the periods that share an instant with [from, to).
func (n *namedPeriods) between(from, to time.Time) []Period {
	var out []Period
	for _, p := range n.periods {
		if p.Start.Before(to) && from.Before(p.End) {
			out = append(out, p)
		}
	}
	return out
}

// index is the place of a period, false for a stretch that is none.
func (n *namedPeriods) index(p Period) (int, bool) {
	i := n.after(p.Start) - 1
	return i, i >= 0 && n.periods[i].Start.Equal(p.Start) && n.periods[i].End.Equal(p.End)
}

// at is the period at an index that may lie outside of the calendar.
func (n *namedPeriods) at(i int) (Period, bool) {
	if i < 0 || i >= len(n.periods) {
		return Period{}, false
	}
	return n.periods[i], true
}

// Last returns the n periods of grain g that end with the last one begun before
// end; fewer where a calendar block has fewer.
func (c *Calendar) Last(g Grain, n int, end time.Time) []Period {
	if named := c.named[g]; named != nil {
		last := named.after(end.Add(-time.Nanosecond))
		return slices.Clone(named.periods[max(0, last-n):last])
	}
	all := make([]Period, n)
	p := c.Of(g, end.Add(-time.Nanosecond))
	for i := n - 1; i >= 0; i-- {
		all[i] = p
		p = c.Of(g, p.Start.Add(-time.Nanosecond))
	}
	return all
}

// Ends returns the first and the last period of grain g that share an instant with
// [from, to), zero ones where a calendar block has none.
func (c *Calendar) Ends(g Grain, from, to time.Time) (first, last Period) {
	if n := c.named[g]; n != nil {
		if all := n.between(from, to); len(all) > 0 {
			return all[0], all[len(all)-1]
		}
		return Period{}, Period{}
	}
	return c.Of(g, from), c.Of(g, to.Add(-time.Nanosecond))
}

// Nests tells whether every period of g is a union of whole periods of finer. Of a
// calendar block that is a matter of its data.
func (c *Calendar) Nests(g, finer Grain) bool {
	n := c.named[g]
	if n == nil || g == finer || finer == Hour || finer == Day {
		return g.Nests(finer)
	}
	for _, p := range n.periods {
		first, last := c.Of(finer, p.Start), c.Of(finer, p.End.Add(-time.Nanosecond))
		if !first.Start.Equal(p.Start) || !last.End.Equal(p.End) {
			return false
		}
	}
	return true
}

// NamesYears tells whether g is a calendar block that says which year a day belongs to.
func (c *Calendar) NamesYears(g Grain) bool {
	n := c.named[g]
	return n != nil && n.years != nil
}

// YearStart is the start of the year to which a calendar block that names its years
// counts an instant; ok is false outside of its days.
func (c *Calendar) YearStart(g Grain, t time.Time) (start time.Time, ok bool) {
	n := c.named[g]
	i, ok := n.index(n.of(t))
	if !ok {
		return start, false
	}
	return n.periods[n.years[i]].Start, true
}

// ParseIn returns the period of a name that is asked for by grain g: a label of
// the calendar block, where g is one, or what Parse returns.
func (c *Calendar) ParseIn(g Grain, name string) (Period, error) {
	if n := c.named[g]; n != nil {
		if i, known := n.byLabel[name]; known {
			return n.periods[i], nil
		}
		if p, err := c.Parse(name); err == nil {
			return p, nil
		}
		return Period{}, fmt.Errorf("the periods of calendar.%s are named %q to %q, as in its source", g, n.labels[0], n.labels[len(n.labels)-1])
	}
	return c.Parse(name)
}
