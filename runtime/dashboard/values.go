package dashboard

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Cell is a published value: nothing was published where Published is false, and
// no data where Number is "".
type Cell struct {
	Published bool
	Number    metrics.Number
	State     metrics.State
}

// Known tells whether there is a number.
func (c Cell) Known() bool { return c.Number != "" }

// Float is the number for drawing.
func (c Cell) Float() float64 {
	f, err := strconv.ParseFloat(string(c.Number), 64)
	if err != nil {
		return 0
	}
	return f
}

// Rat is the number for exact arithmetic; nil where there is none.
func (c Cell) Rat() *big.Rat {
	r, ok := new(big.Rat).SetString(string(c.Number))
	if !ok {
		return nil
	}
	return r
}

// Values are the published values of one grain.
type Values struct {
	cells   map[cellKey]Cell
	members map[setKey][]Members
	known   map[setKey]map[string]bool // of members, by their key
}

type cellKey struct{ kpi, cuts, members, period string }

type setKey struct{ kpi, cuts string }

// Members are those of a cut set, in alphabetical order of its dimensions; nil
// is the member of rows without one.
type Members []*string

// key spells members as they are published.
func (m Members) key() string {
	if len(m) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(m) // texts and nulls: can't fail
	return string(text)
}

// NewValues returns values that hold nothing yet.
func NewValues() *Values {
	return &Values{cells: map[cellKey]Cell{}, members: map[setKey][]Members{}, known: map[setKey]map[string]bool{}}
}

// Add notes one published value; cuts are the names of its dimensions in
// alphabetical order, joined by commas, members a JSON list.
func (v *Values) Add(kpi, cuts, members, period string, value *string, state metrics.State) {
	var list Members
	if err := json.Unmarshal([]byte(members), &list); err != nil {
		return // verify reports a damaged store
	}
	c := Cell{Published: true, State: state}
	if value != nil {
		c.Number = plain(*value)
	}
	key := cellKey{kpi, cuts, list.key(), period}
	set := setKey{kpi, cuts}
	if v.known[set] == nil {
		v.known[set] = map[string]bool{}
	}
	if !v.known[set][key.members] {
		v.known[set][key.members] = true
		v.members[set] = append(v.members[set], list)
	}
	v.cells[key] = c
}

// plain is a number without exponent, as the engine may write doubles.
func plain(text string) metrics.Number {
	if !strings.ContainsAny(text, "eE") {
		return metrics.Number(text)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return ""
	}
	return metrics.Number(strconv.FormatFloat(f, 'f', -1, 64))
}

// Slice is the cells of a KPI by dimensions, others held at one member.
type slice struct {
	values *Values
	kpi    string
	pins   map[string]*string
	cuts   string
	order  []string // dimensions of the cut set, in alphabetical order
}

// slice returns the cells of a KPI by dims under pins.
func (v *Values) slice(kpi string, pins map[string]*string, dims ...string) slice {
	order := slices.Clone(dims)
	for d := range pins {
		order = append(order, d)
	}
	slices.Sort(order)
	order = slices.Compact(order)
	return slice{values: v, kpi: kpi, pins: pins, cuts: strings.Join(order, ","), order: order}
}

// at is the cell of members, given in the order of dims, in a period.
func (s slice) at(period string, dims []string, members Members) Cell {
	all := make(Members, len(s.order))
	for i, d := range s.order {
		if j := slices.Index(dims, d); j >= 0 {
			all[i] = members[j]
		} else {
			all[i] = s.pins[d]
		}
	}
	return s.values.cells[cellKey{s.kpi, s.cuts, all.key(), period}]
}

// members are the members by dims that have a value in any of the periods, in the
// order in which they were published.
func (s slice) members(dims, periods []string) []Members {
	var out []Members
	seen := map[string]bool{}
	for _, all := range s.values.members[setKey{s.kpi, s.cuts}] {
		if !s.pinned(all, dims) {
			continue
		}
		picked := make(Members, len(dims))
		for i, d := range dims {
			picked[i] = all[slices.Index(s.order, d)]
		}
		has := slices.ContainsFunc(periods, func(p string) bool {
			return s.values.cells[cellKey{s.kpi, s.cuts, all.key(), p}].Published
		})
		if has && !seen[picked.key()] {
			seen[picked.key()] = true
			out = append(out, picked)
		}
	}
	return out
}

func (s slice) pinned(all Members, dims []string) bool {
	for i, d := range s.order {
		pin, held := s.pins[d]
		if !held {
			continue
		}
		if (pin == nil) != (all[i] == nil) || pin != nil && *pin != *all[i] {
			return false
		}
	}
	return true
}
