package metrics

// Cycle is a built-in cut that comes round again: the hours of a day, the days of a
// week. A row's member is that of its time in the project's time zone.
type Cycle struct {
	Name string
	// Function is the row function that gives the member of a time: a whole number.
	Function string
	// Finest is the grain that a row's time must have for it to have a member.
	Finest Grain
}

// Cycles are the built-in cycles, shortest first. No dimension has the name of one.
var Cycles = []Cycle{
	{Name: "hour_of_day", Function: "hour", Finest: Hour},
	{Name: "weekday", Function: "weekday", Finest: Day},
	{Name: "day_of_month", Function: "day", Finest: Day},
	{Name: "month_of_year", Function: "month", Finest: Month},
}

// CycleNamed returns the cycle of that name, or nil.
func CycleNamed(name string) *Cycle {
	for i := range Cycles {
		if Cycles[i].Name == name {
			return &Cycles[i]
		}
	}
	return nil
}

// Type is the type of a cycle's members.
func (c *Cycle) Type() Type { return Type{Kind: Integer} }

// Allows tells whether rows of a time have a member: grain is that of rows that
// stand for whole periods, NoGrain where each has a time of its own.
func (c *Cycle) Allows(time Type, grain Grain) bool {
	return !(c.Finest == Hour && time.Kind == Date) && (grain == NoGrain || c.Finest.Nests(grain))
}

// First is the member that a project shows first: weeks and years may start
// elsewhere than on Monday and in January.
func (c *Cycle) First(p *Project) int {
	switch c.Name {
	case "weekday":
		return (int(p.WeekStart)+6)%7 + 1
	case "month_of_year":
		return int(p.FiscalYearStart)
	}
	return 0
}
