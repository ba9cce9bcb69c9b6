package sqlgen

import (
	"fmt"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// local returns a date as it is, and an instant as local time in the project's zone.
func (p expressions) local(e metrics.Expr) string {
	text := p.print(e)
	if e.Base().Type.Kind == metrics.Timestamp {
		return p.dialect.localTime(p.Zone, text)
	}
	return text
}

// day returns the project's day of a date or instant.
func (p expressions) day(e metrics.Expr) string {
	if e.Base().Type.Kind == metrics.Date {
		return p.expr(e, false).within(bindsNeg)
	}
	return "CAST(" + p.local(e) + " AS DATE)"
}

// periodOf returns the first day of a period, or the instant at which an hour
// starts. An hour is the instant less what has passed of it in local time: right
// for hours that clocks repeat, and for zones that are half an hour off.
func (p expressions) periodOf(e *metrics.PeriodOf) sql {
	if e.Grain == metrics.Hour {
		return sql{p.hour(e.X), bindsAdd}
	}
	return atom(p.firstDay(e.Grain, p.day(e.X)))
}

func (p expressions) hour(e metrics.Expr) string {
	at := p.as(e, metrics.Timestamp).within(bindsAtom)
	local := p.dialect.localTime(p.Zone, at)
	return at + " - (" + local + " - date_trunc('hour', " + local + "))"
}

// firstDay returns the first day of the period in which a day lies.
func (p expressions) firstDay(g metrics.Grain, day string) string {
	switch g {
	case metrics.Week:
		// The engine's weeks start on Monday.
		if shift := (int(p.WeekStart) - int(time.Monday) + 7) % 7; shift > 0 {
			return fmt.Sprintf("CAST(date_trunc('week', %s - %d) AS DATE) + %d", day, shift, shift)
		}
	case metrics.Quarter:
		if shift := (int(p.FiscalYearStart) - 1 + 12) % 3; shift > 0 {
			return shiftedMonths("quarter", day, shift)
		}
	case metrics.Year:
		if shift := (int(p.FiscalYearStart) - 1 + 12) % 12; shift > 0 {
			return shiftedMonths("year", day, shift)
		}
	case metrics.Day:
		return day
	}
	return fmt.Sprintf("CAST(date_trunc('%s', %s) AS DATE)", g, day)
}

// shiftedMonths truncates on a calendar whose years start shift months later.
func shiftedMonths(grain, day string, shift int) string {
	return fmt.Sprintf("CAST(date_trunc('%s', %s - INTERVAL %d MONTH) + INTERVAL %d MONTH AS DATE)", grain, day, shift, shift)
}

func grainOf(e metrics.Expr) metrics.Grain { return metrics.Grain(word(e)) }

func (p expressions) dateTrunc(e *metrics.Call) sql {
	g := grainOf(e.Args[0])
	return sql{p.firstDay(g, p.day(e.Args[1])), bindsAdd}
}

// dateDiff counts the starts of periods between two points in time.
func (p expressions) dateDiff(e *metrics.Call) sql {
	g := grainOf(e.Args[0])
	if g == metrics.Hour {
		from, to := "("+p.hour(e.Args[1])+")", "("+p.hour(e.Args[2])+")"
		return sql{"(epoch_us(" + to + ") - epoch_us(" + from + ")) // 3600000000", bindsMul}
	}
	from, to := p.firstDay(g, p.day(e.Args[1])), p.firstDay(g, p.day(e.Args[2]))
	switch g {
	case metrics.Week:
		return sql{"date_diff('day', " + from + ", " + to + ") // 7", bindsMul}
	case metrics.Quarter:
		return sql{"date_diff('month', " + from + ", " + to + ") // 3", bindsMul}
	case metrics.Year:
		return sql{"date_diff('month', " + from + ", " + to + ") // 12", bindsMul}
	}
	return atom("date_diff('" + string(g) + "', " + from + ", " + to + ")")
}

// intervals are the engine's functions that make an interval of a number.
var intervals = map[metrics.Grain]string{
	metrics.Day: "to_days", metrics.Week: "to_weeks", metrics.Month: "to_months", metrics.Quarter: "to_quarters", metrics.Year: "to_years",
}

// dateAdd moves along the local calendar; hours are those that pass.
func (p expressions) dateAdd(e *metrics.Call) sql {
	g := grainOf(e.Args[2])
	at, n := e.Args[0], p.print(e.Args[1])
	isDate := at.Base().Type.Kind == metrics.Date
	if g == metrics.Hour {
		moved := p.as(at, metrics.Timestamp).within(bindsAdd) + " + to_hours(CAST(" + n + " AS BIGINT))"
		if isDate {
			return atom("CAST(" + p.dialect.localTime(p.Zone, moved) + " AS DATE)")
		}
		return sql{moved, bindsAdd}
	}
	moved := p.local(at) + " + " + intervals[g] + "(CAST(" + n + " AS INTEGER))"
	if isDate {
		return atom("CAST(" + moved + " AS DATE)")
	}
	return atom(p.instantOf(moved))
}
