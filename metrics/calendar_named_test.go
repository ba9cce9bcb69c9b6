package metrics

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// retail is a 4-4-5 calendar over three years that start on the Sunday nearest to
// 1 February; the second one, 2023, has 53 weeks.
func retail(t *testing.T, years bool) *Calendar {
	t.Helper()
	starts := []string{"2022-01-30", "2023-01-29", "2024-02-04", "2025-02-02"}
	var days []CalendarDay
	for i := range 3 {
		first, end := dayOn(t, starts[i]), dayOn(t, starts[i+1])
		for d := first; d < end; d++ {
			week := int(d-first) / 7
			row := CalendarDay{Day: d.civil(), Period: fmt.Sprintf("FY%d P%02d", 2022+i, place445(week))}
			if years {
				row.Year = fmt.Sprint("FY", 2022+i)
			}
			days = append(days, row)
		}
	}
	c, err := NewCalendar(time.UTC, time.Sunday, time.February).With("retail", days)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// place445 is the period of a week of the year, from 1; a 53rd week lies in the last.
func place445(week int) int {
	for p, end := range []int{4, 8, 13, 17, 21, 26, 30, 34, 39, 43, 47} {
		if week < end {
			return p + 1
		}
	}
	return 12
}

func dayOn(t *testing.T, s string) day {
	t.Helper()
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return daysSince1970(at.Unix())
}

func in(t *testing.T, c *Calendar, g Grain, name string) Period {
	t.Helper()
	p, err := c.ParseIn(g, name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestNamedPeriods(t *testing.T) {
	c := retail(t, true)
	p := in(t, c, "retail", "FY2023 P12")
	if got := c.stretchName(p); got != "2023-12-24..2024-02-03" { // 6 weeks: the 53rd is in it
		t.Errorf("FY2023 P12 is %s", got)
	}
	if got := c.Name(c.Of("retail", p.Start.Add(36*time.Hour))); got != "FY2023 P12" {
		t.Errorf("a day of it lies in %s", got)
	}
	if got := c.Name(c.Next(p)); got != "FY2024 P01" {
		t.Errorf("next is %s", got)
	}
	if outside := c.Of("retail", dayOn(t, "2025-02-02").civil()); outside != (Period{}) {
		t.Errorf("a day behind the calendar lies in %v", outside)
	}
	if n := len(c.Between("retail", p.Start, p.End.Add(time.Second))); n != 2 {
		t.Errorf("%d periods share the stretch", n)
	}
	if all := c.Last("retail", 100, dayOn(t, "2030-01-01").civil()); len(all) != 36 || c.Name(all[35]) != "FY2024 P12" {
		t.Errorf("%d periods in all", len(all))
	}
	if !c.Nests("retail", "retail") || !c.Nests("retail", Week) || c.Nests("retail", Month) || !c.Nests("retail", Day) {
		t.Error("4-4-5 periods consist of whole weeks, not of months")
	}
}

// TestNamedNesting nests calendars in each other by the boundaries of their periods, up
// to the last day that both list.
func TestNamedNesting(t *testing.T) {
	c := retail(t, true)
	var weeks, short []CalendarDay
	for d := dayOn(t, "2022-01-30"); d < dayOn(t, "2025-02-02"); d++ {
		row := CalendarDay{Day: d.civil(), Period: fmt.Sprint("week ", int(d-dayOn(t, "2022-01-30"))/7)}
		if weeks = append(weeks, row); d < dayOn(t, "2025-01-26") {
			short = append(short, row)
		}
	}
	for g, days := range map[Grain][]CalendarDay{"weeks": weeks, "short": short} {
		with, err := c.With(g, days)
		if err != nil {
			t.Fatal(err)
		}
		c = with
	}
	for _, tt := range []struct {
		g, finer Grain
		want     bool
	}{
		{"retail", "weeks", true}, {"weeks", "retail", false}, {"weeks", Week, true},
		{"retail", "short", false}, // the last period has a week more
		{Week, "weeks", false},     // weeks go on beyond the calendar
	} {
		if got := c.Nests(tt.g, tt.finer); got != tt.want {
			t.Errorf("%s in %s: %v", tt.finer, tt.g, got)
		}
	}
}

// TestYearStart finds the first day of the year that the calendar names.
func TestYearStart(t *testing.T) {
	c := retail(t, true)
	for day, want := range map[string]string{"2024-02-03": "2023-01-29", "2024-02-04": "2024-02-04", "2022-01-30": "2022-01-30", "2025-02-02": ""} {
		got := ""
		if at, ok := c.YearStart("retail", dayOn(t, day).civil()); ok {
			got = c.Day(at)
		}
		if got != want {
			t.Errorf("the year of %s starts on %q, not %q", day, got, want)
		}
	}
	if c.NamesYears(Month) || retail(t, false).NamesYears("retail") || !c.NamesYears("retail") {
		t.Error("only a calendar with years names them")
	}
}

// TestNamedShift moves periods of a calendar block, and days by them.
func TestNamedShift(t *testing.T) {
	c, plain := retail(t, true), retail(t, false)
	for _, tt := range []struct {
		c    *Calendar
		g    Grain
		p    string
		n    int
		by   Grain
		want string
	}{
		{c, "retail", "FY2024 P01", -1, "retail", "FY2023 P12"},
		{c, "retail", "FY2022 P01", -1, "retail", ""},
		{c, "retail", "FY2024 P01", -1, Year, "FY2023 P01"},
		{c, "retail", "FY2024 P12", -2, Year, "FY2022 P12"},
		{c, "retail", "FY2022 P03", -1, Year, ""},
		{c, "retail", "FY2023 P12", 1, Year, "FY2024 P12"},
		{plain, "retail", "FY2024 P01", -1, Year, "FY2023 P01"}, // starts on 4 February, a year before on 29 January
		{plain, "retail", "FY2023 P12", 1, Year, "FY2024 P12"},
		{plain, "retail", "FY2022 P01", -1, Year, ""},
		{c, "retail", "FY2024 P01", -1, Week, "2024-01-28..2024-02-24"},
		{c, "retail", "FY2024 P01", -1, Month, ""},
		{c, Week, "2024-W06", -1, "retail", ""},
		{c, Day, "2024-02-04", -1, "retail", "2023-12-24"},
		{c, Day, "2024-02-03", 1, "retail", "2024-03-02"}, // the 42nd day, where the next period has 28
		{c, Day, "2024-02-10", -1, Year, "2023-02-10"},
		{c, Hour, "2024-02-04T13", -1, "retail", "2023-12-24T13"},
		{c, Day, "2024-02-04", -1, "unknown", ""},
	} {
		got := ""
		if moved, ok := tt.c.Shift(in(t, tt.c, tt.g, tt.p), tt.n, tt.by); ok {
			got = tt.c.Name(moved)
		}
		if got != tt.want {
			t.Errorf("%s by %d %s is %q, not %q", tt.p, tt.n, tt.by, got, tt.want)
		}
	}
}

// TestNamedStretch moves stretches that are no period: whole periods stay whole.
func TestNamedStretch(t *testing.T) {
	c := retail(t, true)
	p := in(t, c, "retail", "FY2024 P01")
	moved, ok := c.Shift(Period{Start: p.Start, End: p.End}, -1, "retail")
	if want := in(t, c, "retail", "FY2023 P12"); !ok || !moved.Start.Equal(want.Start) || !moved.End.Equal(want.End) {
		t.Errorf("the stretch of 4 weeks is moved to %s", c.stretchName(moved))
	}
}

func TestCalendarFaults(t *testing.T) {
	for _, tt := range []struct{ days, want string }{
		{"", "no days"},
		{"1:a 2:a 2:a", "the day 2026-01-02 twice"},
		{"1:a 3:a", "no row for the day 2026-01-02"},
		{"1:a 2:b 3:a", `the period "a" comes back`},
		{"1:a 2:", "the day 2026-01-02 has no period"},
		{"1:a/x 2:a/y", `the period "a" lies in two years`},
		{"1:a/x 2:b", "only one has a year"},
		{"1:a/x 2:b/y 3:c/x", `the year "x" comes back with the period "c"`},
	} {
		var days []CalendarDay
		for word := range strings.FieldsSeq(tt.days) {
			dom, label, _ := strings.Cut(word, ":")
			period, year, _ := strings.Cut(label, "/")
			at, err := time.Parse(time.DateOnly, "2026-01-0"+dom)
			if err != nil {
				t.Fatal(err)
			}
			days = append(days, CalendarDay{Day: at, Period: period, Year: year})
		}
		_, err := NewCalendar(time.UTC, time.Monday, time.January).With("x", days)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, not %q", tt.days, err, tt.want)
		}
	}
}
