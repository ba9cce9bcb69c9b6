package metrics

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func calendarIn(t *testing.T, zone string) *Calendar {
	t.Helper()
	return NewCalendar(mustZone(t, zone), time.Monday, time.January)
}

func mustParse(t *testing.T, c *Calendar, name string) Period {
	t.Helper()
	p, err := c.Parse(name)
	if err != nil {
		t.Fatalf("Parse(%q): %v", name, err)
	}
	return p
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Zones whose clocks do unusual things, and the years in which they do.
var oddZones = []struct {
	zone     string
	from, to int
}{
	{"UTC", 2023, 2025},
	{"Asia/Shanghai", 1900, 1902}, // local mean time ends
	{"Asia/Shanghai", 1986, 1992}, // daylight saving
	{"America/New_York", 2025, 2027},
	{"Europe/London", 1967, 1972},       // a summer time that stayed
	{"America/Sao_Paulo", 2016, 2019},   // clocks skip midnight
	{"Asia/Beirut", 2021, 2024},         // clocks skip midnight
	{"Australia/Lord_Howe", 2024, 2026}, // half an hour of daylight saving
	{"America/St_Johns", 2005, 2008},    // clocks go back over midnight
	{"Pacific/Apia", 2010, 2013},        // a day is skipped
	{"Pacific/Kwajalein", 1968, 1970},   // a day of 47 hours
	{"Pacific/Kwajalein", 1992, 1994},   // a day is skipped
	{"Africa/Casablanca", 2022, 2024},
	{"Asia/Kathmandu", 1985, 1987}, // offset changes by a quarter of an hour
	{"America/Juneau", 1866, 1868},
	{"Asia/Manila", 1844, 1846},
}

// TestPeriodsTile checks, for every grain, that periods follow each other without
// gap or overlap, that each is found from its first and last instant, and that its
// name leads back to it.
func TestPeriodsTile(t *testing.T) {
	for i, z := range oddZones {
		zone := mustZone(t, z.zone)
		for k := range 12 {
			// Over all rounds, every week start meets every fiscal start.
			c := NewCalendar(zone, time.Weekday((i+k)%7), time.Month(k+1))
			for _, g := range Grains {
				if g == Hour && k > 0 {
					continue // hours know neither weeks nor fiscal years
				}
				from := time.Date(z.from, time.January, 1, 0, 0, 0, 0, time.UTC)
				checkTiling(t, c, c.Between(g, from, from.AddDate(z.to-z.from, 0, 0)))
			}
		}
	}
}

func checkTiling(t *testing.T, c *Calendar, periods []Period) {
	t.Helper()
	names := map[string]bool{}
	for i, p := range periods {
		name := c.Name(p)
		switch {
		case !p.Start.Before(p.End):
			t.Fatalf("%s: %s is empty: %v", c.zone, name, p)
		case i > 0 && periods[i-1].End != p.Start:
			t.Fatalf("%s: %s starts at %v, the period before ends at %v", c.zone, name, p.Start, periods[i-1].End)
		case names[name]:
			t.Fatalf("%s: two periods are named %s", c.zone, name)
		}
		names[name] = true
		for _, at := range []time.Time{p.Start, p.Start.Add(p.End.Sub(p.Start) / 2), p.End.Add(-1)} {
			if got := c.Of(p.Grain, at); got != p {
				t.Fatalf("%s: Of(%s, %v) = %v, want %v", c.zone, p.Grain, at, got, p)
			}
		}
		if got, err := c.Parse(name); err != nil || got != p {
			t.Fatalf("%s: Parse(%q) = %v, %v; want %v", c.zone, name, got, err, p)
		}
	}
}

// TestGrainsNest checks that what Grain.Nests says holds for the periods.
func TestGrainsNest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, z := range oddZones {
		zone := mustZone(t, z.zone)
		for range 200 {
			c := NewCalendar(zone, time.Weekday(random.IntN(7)), time.Month(random.IntN(12)+1))
			at := time.Date(z.from, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(random.Int64N(int64(z.to-z.from)*365*24)) * time.Hour)
			for _, g := range Grains {
				for _, finer := range Grains {
					p, q := c.Of(g, at), c.Of(finer, at)
					if g.Nests(finer) && (q.Start.Before(p.Start) || q.End.After(p.End)) {
						t.Fatalf("%s: %s %v does not nest in %s %v", c.zone, finer, q, g, p)
					}
				}
			}
		}
	}
}

func TestPeriodNames(t *testing.T) {
	tests := []struct {
		zone       string
		weekStart  time.Weekday
		fiscal     time.Month
		name       string
		start, end string
	}{
		{"Asia/Shanghai", time.Monday, 1, "2026-W46", "2026-11-09T00:00:00+08:00", "2026-11-16T00:00:00+08:00"},
		{"Asia/Shanghai", time.Monday, 1, "2026-W01", "2025-12-29T00:00:00+08:00", "2026-01-05T00:00:00+08:00"},
		{"UTC", time.Monday, 1, "2020-W53", "2020-12-28T00:00:00Z", "2021-01-04T00:00:00Z"},
		{"UTC", time.Sunday, 1, "2026-W01", "2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z"},
		{"UTC", time.Sunday, 1, "2025-W53", "2025-12-28T00:00:00Z", "2026-01-04T00:00:00Z"},
		{"UTC", time.Saturday, 1, "2026-W01", "2026-01-03T00:00:00Z", "2026-01-10T00:00:00Z"},
		{"UTC", time.Monday, 4, "2017", "2016-04-01T00:00:00Z", "2017-04-01T00:00:00Z"},
		{"UTC", time.Monday, 4, "2017-Q4", "2017-01-01T00:00:00Z", "2017-04-01T00:00:00Z"},
		{"UTC", time.Monday, 4, "2017-04", "2017-04-01T00:00:00Z", "2017-05-01T00:00:00Z"},
		{"UTC", time.Monday, 12, "2018-Q1", "2017-12-01T00:00:00Z", "2018-03-01T00:00:00Z"},
		{"UTC", time.Monday, 1, "2017-Q4", "2017-10-01T00:00:00Z", "2018-01-01T00:00:00Z"},
		{"UTC", time.Monday, 1, "2017-10-05T14", "2017-10-05T14:00:00Z", "2017-10-05T15:00:00Z"},
		{"America/New_York", time.Monday, 1, "2026-03-08", "2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00"},
		{"America/New_York", time.Monday, 1, "2026-11-01", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00"},
		{"America/New_York", time.Monday, 1, "2026-11-01T01-04:00", "2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00"},
		{"America/New_York", time.Monday, 1, "2026-11-01T01-05:00", "2026-11-01T01:00:00-05:00", "2026-11-01T02:00:00-05:00"},
		{"America/Sao_Paulo", time.Monday, 1, "2018-11-04", "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"},
		{"Asia/Beirut", time.Monday, 1, "2022-03-27", "2022-03-27T01:00:00+03:00", "2022-03-28T00:00:00+03:00"},
		{"Asia/Beirut", time.Monday, 1, "2022-W13", "2022-03-28T00:00:00+03:00", "2022-04-04T00:00:00+03:00"},
		{"Australia/Lord_Howe", time.Monday, 1, "2025-04-06T01+10:30", "2025-04-06T01:30:00+10:30", "2025-04-06T02:00:00+10:30"},
		{"Pacific/Apia", time.Monday, 1, "2011-12", "2011-12-01T00:00:00-10:00", "2012-01-01T00:00:00+14:00"},
	}
	for _, test := range tests {
		c := NewCalendar(mustZone(t, test.zone), test.weekStart, test.fiscal)
		p := mustParse(t, c, test.name)
		if !p.Start.Equal(instant(t, test.start)) || !p.End.Equal(instant(t, test.end)) {
			t.Errorf("%s in %s is %v to %v, want %s to %s", test.name, test.zone, p.Start, p.End, test.start, test.end)
		}
		if got := c.Name(p); got != test.name {
			t.Errorf("Name(Parse(%q)) = %q", test.name, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ zone, name, want string }{
		{"UTC", "2017-13", "the calendar has no month 2017-13"},
		{"UTC", "2017-02-29", "the calendar has no day 2017-02-29"},
		{"UTC", "2017-W53", "the year 2017 has no week 53"},
		{"UTC", "2017-W00", "the year 2017 has no week 00"},
		{"UTC", "2017-Q5", "a year has no quarter 5"},
		{"UTC", "2017-10-05T24", "a day has no hour 24"},
		{"UTC", "0000", "years start at 0001"},
		{"UTC", "last week", errNotAPeriod.Error()},
		{"UTC", "2017-10-05T14:30", errNotAPeriod.Error()},
		{"UTC", "2017-10-05T14+02:00", "the hour 2017-10-05T14 has the offset +00:00 in UTC"},
		{"America/New_York", "2026-03-08T02", "clocks in America/New_York skip the hour 2026-03-08T02"},
		{"America/New_York", "2026-11-01T01", "clocks in America/New_York repeat the hour 2026-11-01T01: write 2026-11-01T01-04:00 or 2026-11-01T01-05:00"},
		{"Pacific/Apia", "2011-12-30", "calendars in Pacific/Apia skip the day 2011-12-30"},
	}
	for _, test := range tests {
		p, err := calendarIn(t, test.zone).Parse(test.name)
		if err == nil || err.Error() != test.want {
			t.Errorf("Parse(%q) = %v, %v; want %q", test.name, p, err, test.want)
		}
	}
}

func TestShift(t *testing.T) {
	tests := []struct {
		zone string
		from string
		n    int
		by   Grain
		want string // "" is refused
	}{
		{"UTC", "2026-03", -1, Month, "2026-02"},
		{"UTC", "2026-03-31", -1, Month, "2026-02-28"},
		{"UTC", "2024-03-31", -1, Month, "2024-02-29"},
		{"UTC", "2026-01-31", 1, Quarter, "2026-04-30"},
		{"UTC", "2024-02-29", -1, Year, "2023-02-28"},
		{"UTC", "2024-02-29", -4, Year, "2020-02-29"},
		{"UTC", "2026-03-31", -1, Day, "2026-03-30"},
		{"UTC", "2026-03-31", -1, Week, "2026-03-24"},
		{"UTC", "2026-W46", -1, Week, "2026-W45"},
		{"UTC", "2026-W01", -1, Week, "2025-W52"},
		{"UTC", "2026-W46", -1, Year, "2025-W46"},
		{"UTC", "2026-W53", -1, Year, "2025-W52"},
		{"UTC", "2026-W53", -6, Year, "2020-W53"},
		{"UTC", "2026-W46", -1, Month, ""},
		{"UTC", "2026-W46", -1, Quarter, ""},
		{"UTC", "2026-W46", -7, Day, "2026-W45"},
		{"UTC", "2026-W46", -1, Day, "2026-11-08..2026-11-14"},
		{"UTC", "2026-03", -1, Day, "2026-02-28..2026-03-30"},
		{"UTC", "2026-03", -1, Week, "2026-02-22..2026-03-24"},
		{"UTC", "2026", -1, Month, "2025-12-01..2026-11-30"},
		{"UTC", "2026", -12, Month, "2025"},
		{"UTC", "2026-Q1", -1, Quarter, "2025-Q4"},
		{"UTC", "2026-Q1", -1, Year, "2025-Q1"},
		{"UTC", "2026-03", -1, Year, "2025-03"},
		{"UTC", "2026-03-01", -1, Hour, "2026-02-28T23..2026-03-01T22"},
		{"UTC", "2026-03-01T00", -1, Hour, "2026-02-28T23"},
		{"UTC", "2026-03-31T07", -1, Month, "2026-02-28T07"},
		{"America/New_York", "2026-03-08T03", -1, Hour, "2026-03-08T01"},
		{"America/New_York", "2026-11-01T01-05:00", -1, Hour, "2026-11-01T01-04:00"},
		{"America/New_York", "2026-11-02T01", -1, Day, "2026-11-01T01-04:00"},
		{"America/New_York", "2026-03-09T02", -1, Day, ""},
		{"America/New_York", "2026-03-09", -1, Day, "2026-03-08"},
		{"America/Sao_Paulo", "2018-11-05", -1, Day, "2018-11-04"},
		{"Pacific/Apia", "2011-12-31", -1, Day, ""},
		{"Pacific/Apia", "2011-12-31", -2, Day, "2011-12-29"},
	}
	for _, test := range tests {
		c := calendarIn(t, test.zone)
		p, ok := c.Shift(mustParse(t, c, test.from), test.n, test.by)
		got := ""
		if ok {
			got = c.Name(p)
		}
		if got != test.want {
			t.Errorf("%s by %d %s in %s = %q, want %q", test.from, test.n, test.by, test.zone, got, test.want)
		}
	}
}

// TestShiftStretch moves ranges that are no periods of a grain.
func TestShiftStretch(t *testing.T) {
	c := calendarIn(t, "UTC")
	tests := []struct {
		first, last string
		n           int
		by          Grain
		want        string
	}{
		{"2017-10", "2017-12", -1, Year, "2016-10-01..2016-12-31"},
		{"2026-03-01", "2026-03-30", -1, Month, "2026-02-01..2026-02-28"},
		{"2026-03-29", "2026-03-29", -1, Month, "2026-02-28"},
		{"2026-04-01", "2026-04-30", -1, Month, "2026-03-01..2026-03-31"},
		{"2026-03-05T10", "2026-03-05T12", -1, Day, "2026-03-04T10..2026-03-04T12"},
	}
	for _, test := range tests {
		p := Period{Start: mustParse(t, c, test.first).Start, End: mustParse(t, c, test.last).End}
		moved, ok := c.Shift(p, test.n, test.by)
		if got := c.Name(moved); !ok || got != test.want {
			t.Errorf("%s by %d %s = %q, %v; want %q", c.Name(p), test.n, test.by, got, ok, test.want)
		}
	}
}

// TestLater moves points in time: the clock time stays.
func TestLater(t *testing.T) {
	tests := []struct {
		zone, from, span, want string
	}{
		{"UTC", "2026-01-31T08:30:00.5Z", "1m", "2026-02-28T08:30:00.5Z"},
		{"UTC", "2026-01-31T08:30:00Z", "36h", "2026-02-01T20:30:00Z"},
		{"America/New_York", "2026-11-01T23:00:00-05:00", "1d", "2026-11-02T23:00:00-05:00"}, // a day of 25 hours
		{"America/New_York", "2026-11-02T00:00:00-05:00", "-1d", "2026-11-01T00:00:00-04:00"},
		{"America/New_York", "2026-10-31T01:30:00-04:00", "1d", "2026-11-01T01:30:00-04:00"},  // the first of two
		{"America/New_York", "2026-03-07T02:30:00-05:00", "1d", "2026-03-08T03:00:00-04:00"},  // skipped
		{"America/Sao_Paulo", "2018-11-03T00:00:00-03:00", "1d", "2018-11-04T01:00:00-02:00"}, // no midnight
		{"America/Sao_Paulo", "2018-11-04T01:00:00-02:00", "1d", "2018-11-05T00:00:00-02:00"},
		{"Pacific/Apia", "2011-12-29T10:00:00-10:00", "1d", "2011-12-31T00:00:00+14:00"}, // a day that was none
	}
	for _, test := range tests {
		back := strings.HasPrefix(test.span, "-")
		s, err := ParseSpan(strings.TrimPrefix(test.span, "-"))
		if err != nil {
			t.Fatal(err)
		}
		if back {
			s = s.Neg()
		}
		if got := calendarIn(t, test.zone).Later(instant(t, test.from), s); !got.Equal(instant(t, test.want)) {
			t.Errorf("%s after %s in %s is %s, want %s", test.span, test.from, test.zone, got, test.want)
		}
	}
	at := instant(t, "2026-01-31T08:30:00Z")
	if got := calendarIn(t, "UTC").Later(at, Span{}); !got.Equal(at) {
		t.Errorf("no span after %s is %s", at, got)
	}
}

func TestYearAgo(t *testing.T) {
	for from, want := range map[string]string{
		"2026-W46": "2025-W46", "2026-W53": "2025-W52", "2024-02-29": "2023-02-28",
		"2026-11": "2025-11", "2026-Q3": "2025-Q3", "2026": "2025", "2026-11-16T08": "2025-11-16T08",
	} {
		c := calendarIn(t, "Asia/Shanghai")
		p, ok := c.YearAgo(mustParse(t, c, from))
		if got := c.Name(p); !ok || got != want {
			t.Errorf("YearAgo(%s) = %q, %v; want %q", from, got, ok, want)
		}
	}
}

// TestShiftSteps checks that n steps of one grain are one step of n, and that they
// agree with Next.
func TestShiftSteps(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, g := range Grains[1:] {
		for range 200 {
			c := NewCalendar(mustZone(t, "America/Sao_Paulo"), time.Weekday(random.IntN(7)), time.Month(random.IntN(12)+1))
			p := c.Of(g, time.Unix(random.Int64N(1<<31), 0))
			stepped := p
			for range 5 {
				stepped = c.Next(stepped)
			}
			if moved, ok := c.Shift(p, 5, g); !ok || moved != stepped {
				t.Fatalf("%s by 5 %s = %v, want %v", c.Name(p), g, moved, stepped)
			}
		}
	}
}

func TestBetween(t *testing.T) {
	c := calendarIn(t, "Asia/Shanghai")
	tests := []struct {
		grain       Grain
		from, to    string
		first, last string
		n           int
	}{
		{Day, "2026-11-09T00:00:00+08:00", "2026-11-16T00:00:00+08:00", "2026-11-09", "2026-11-15", 7},
		{Day, "2026-11-09T12:00:00+08:00", "2026-11-16T00:00:01+08:00", "2026-11-09", "2026-11-16", 8},
		{Week, "2026-11-08T23:59:59+08:00", "2026-11-09T00:00:01+08:00", "2026-W45", "2026-W46", 2},
		{Hour, "2026-11-08T00:00:00+08:00", "2026-11-09T00:00:00+08:00", "2026-11-08T00", "2026-11-08T23", 24},
		{NoGrain, "2026-11-08T00:00:00+08:00", "2026-11-10T00:00:00+08:00", "2026-11-08..2026-11-09", "2026-11-08..2026-11-09", 1},
		{Day, "2026-11-09T00:00:00+08:00", "2026-11-09T00:00:00+08:00", "", "", 0},
	}
	for _, test := range tests {
		got := c.Between(test.grain, instant(t, test.from), instant(t, test.to))
		if len(got) != test.n {
			t.Errorf("%s from %s to %s: %d periods, want %d", test.grain, test.from, test.to, len(got), test.n)
			continue
		}
		if test.n > 0 && (c.Name(got[0]) != test.first || c.Name(got[test.n-1]) != test.last) {
			t.Errorf("%s: %s to %s, want %s to %s", test.grain, c.Name(got[0]), c.Name(got[test.n-1]), test.first, test.last)
		}
	}
}

func TestDay(t *testing.T) {
	c := calendarIn(t, "Asia/Shanghai")
	if got := c.Day(instant(t, "2026-11-15T17:00:00Z")); got != "2026-11-16" {
		t.Errorf("Day = %s, want 2026-11-16", got)
	}
}

func TestLoadZone(t *testing.T) {
	for _, name := range []string{"", "Local", "Mars/Olympus", "../etc/passwd"} {
		if zone, err := LoadZone(name); err == nil {
			t.Errorf("LoadZone(%q) = %v, want an error", name, zone)
		}
	}
}
