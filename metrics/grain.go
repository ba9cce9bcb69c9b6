package metrics

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// Grain is the length of a period.
type Grain string

// The built-in grains, finest first; NoGrain is one row over the whole range. A
// calendar block is a grain too, by its name.
const (
	NoGrain Grain = ""
	Hour    Grain = "hour"
	Day     Grain = "day"
	Week    Grain = "week"
	Month   Grain = "month"
	Quarter Grain = "quarter"
	Year    Grain = "year"
)

// Grains is the built-in grains, finest first.
var Grains = []Grain{Hour, Day, Week, Month, Quarter, Year}

// ParseGrain reads the name of a grain.
func ParseGrain(s string) (Grain, bool) {
	for _, g := range Grains {
		if string(g) == s {
			return g, true
		}
	}
	return NoGrain, false
}

// builtIn tells whether the grain needs no calendar block.
func (g Grain) builtIn() bool { return g == NoGrain || slices.Contains(Grains, g) }

// Nests tells whether every period of g is a union of whole periods of finer:
// weeks nest in days, not in months. What nests in the periods of a calendar block
// beside days is known by its data alone: see Calendar.Nests.
func (g Grain) Nests(finer Grain) bool {
	if g == finer || finer == Hour || finer == Day && g != Hour {
		return true
	}
	return finer == Month && (g == Quarter || g == Year) || finer == Quarter && g == Year
}

// Span is a length of time along the calendar: "2d", "48h", "53w".
type Span struct {
	N    int
	Unit Grain
}

// Neg is the span as far back.
func (s Span) Neg() Span { return Span{-s.N, s.Unit} }

var spanUnits = map[byte]Grain{'h': Hour, 'd': Day, 'w': Week, 'm': Month, 'q': Quarter, 'y': Year}

// ParseSpan reads a whole number with h, d, w, m (months), q or y behind it.
func ParseSpan(s string) (Span, error) {
	if len(s) >= 2 {
		n, err := strconv.Atoi(s[:len(s)-1])
		if unit, known := spanUnits[s[len(s)-1]]; known && err == nil && n >= 0 && n < 100_000 {
			return Span{n, unit}, nil
		}
	}
	return Span{}, fmt.Errorf("%q is no length of time", s)
}

// IsZero tells whether the span was not given.
func (s Span) IsZero() bool { return s.Unit == NoGrain }

func (s Span) String() string {
	if s.IsZero() {
		return ""
	}
	return strconv.Itoa(s.N) + string(s.Unit[0])
}

// MarshalJSON writes the span as it is written in definitions.
func (s Span) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }
