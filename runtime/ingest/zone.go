package ingest

import (
	"fmt"
	"sort"
	"time"
)

// zone is a time zone as the offsets that held in it, from which the SQL that
// converts times is made. The engine's own conversion takes the later of two
// instants that a local time can mean, moves times that never occurred, and is
// twenty times slower.
type zone struct {
	shifts []shift // in order of time
}

// shift is one change of a zone's offset, in seconds east of UTC.
type shift struct {
	at            int64 // Unix time
	before, after int64
}

// The years whose changes of offset are known to the SQL; outside, the nearest
// offset holds.
const (
	firstZoneYear = 1950
	lastZoneYear  = 2050
)

func loadZone(name string) (zone, error) {
	location, err := time.LoadLocation(name)
	if err != nil {
		return zone{}, err
	}
	const day = 24 * 60 * 60
	at := time.Date(firstZoneYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	end := time.Date(lastZoneYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	offset := offsetAt(location, at)
	z := zone{shifts: []shift{{at: at, before: offset, after: offset}}}
	for ; at < end; at += day {
		next := offsetAt(location, at+day)
		if next == offset {
			continue
		}
		// time.ZoneBounds would tell, but it stands still at the end of some leap years.
		within := sort.Search(day, func(s int) bool { return offsetAt(location, at+int64(s)) == next })
		z.shifts = append(z.shifts, shift{at: at + int64(within), before: offset, after: next})
		offset = next
	}
	return z, nil
}

func offsetAt(location *time.Location, unix int64) int64 {
	_, offset := time.Unix(unix, 0).In(location).Zone()
	return int64(offset)
}

// instant is the SQL that takes column, microseconds since 1970 of a local time,
// to the same in UTC. A local time that occurs twice is the earlier instant, one
// that never occurs is null.
func (z zone) instant(column string) string {
	steps := []step{{offset: fmt.Sprint(z.shifts[0].before)}}
	for _, s := range z.shifts[1:] {
		if s.after > s.before {
			steps = append(steps, step{from: s.at + s.before, offset: "NULL"})
		}
		steps = append(steps, step{from: s.at + max(s.before, s.after), offset: fmt.Sprint(s.after)})
	}
	return column + " - 1000000::BIGINT * " + choose(column, steps)
}

// day is the SQL of the local day of column, microseconds since 1970 in UTC.
func (z zone) day(column string) string { return "CAST(" + z.local(column) + " AS DATE)" }

// local is the SQL of the local time of column, microseconds since 1970 in UTC, as
// a timestamp without zone.
func (z zone) local(column string) string {
	steps := []step{{offset: fmt.Sprint(z.shifts[0].before)}}
	for _, s := range z.shifts[1:] {
		steps = append(steps, step{from: s.at, offset: fmt.Sprint(s.after)})
	}
	return "make_timestamp(" + column + " + 1000000::BIGINT * " + choose(column, steps) + ")"
}

// step is the offset that holds from a Unix time on.
type step struct {
	from   int64
	offset string
}

// choose is the SQL that picks the offset of the step in which column lies, as a
// balanced tree of comparisons between numbers: it has hundreds of leaves, and
// whatever stands in them costs the engine time for each statement.
func choose(column string, steps []step) string {
	if len(steps) == 1 {
		return "(" + steps[0].offset + ")"
	}
	middle := len(steps) / 2
	return fmt.Sprintf("CASE WHEN %s < %d THEN %s ELSE %s END", column, steps[middle].from*1_000_000, choose(column, steps[:middle]), choose(column, steps[middle:]))
}
