package metrics

import (
	"encoding/json"
	"math/big"
)

// Value is a value as JSON has it: an exact number, a truth or a text; "" is no
// value.
type Value string

// MarshalJSON writes the value, null where there is none.
func (v Value) MarshalJSON() ([]byte, error) {
	if v == "" {
		return []byte("null"), nil
	}
	return []byte(v), nil
}

// UnmarshalJSON keeps a value as it is written.
func (v *Value) UnmarshalJSON(text []byte) error {
	*v = Value(text)
	if string(text) == "null" {
		*v = ""
	}
	return nil
}

// NewValue reads a value's canonical text, as values are published. A number that
// JSON can't hold, such as the infinite, is a text.
func NewValue(text string, t Type) Value {
	if t.Kind == Boolean && (text == "true" || text == "false") {
		return Value(text)
	}
	if x, ok := new(big.Rat).SetString(text); t.Numeric() && ok {
		return exact(x)
	}
	out, _ := json.Marshal(text) // a string: can't fail
	return Value(out)
}

// Number returns the value as an exact number.
func (v Value) Number() (*big.Rat, bool) {
	if v == "" || v[0] == '"' || v[0] == 't' || v[0] == 'f' {
		return nil, false
	}
	return new(big.Rat).SetString(string(v))
}

// Text returns the value as text without quotes.
func (v Value) Text() string {
	var s string
	if json.Unmarshal([]byte(v), &s) == nil {
		return s
	}
	return string(v)
}

// exact writes a number that decimals can hold, in as few digits as it takes.
func exact(x *big.Rat) Value {
	digits, _ := x.FloatPrec()
	return Value(x.FloatString(digits))
}

// Minus is the exact difference where both are numbers, else no value.
func (v Value) Minus(b Value) Value {
	x, isNumber := v.Number()
	y, both := b.Number()
	if !isNumber || !both {
		return ""
	}
	return exact(x.Sub(x, y))
}

// Ratio is the difference between v and then relative to then; nil where then is 0
// or one of them is no number.
func (v Value) Ratio(then Value) *float64 {
	now, isNumber := v.Number()
	before, both := then.Number()
	if !isNumber || !both || before.Sign() == 0 {
		return nil
	}
	now.Sub(now, before)
	out, _ := now.Quo(now, before.Abs(before)).Float64()
	return &out
}

// Effect is what a changed definition does to the values of a KPI: the old and the
// new one over the same rows, as of the same time.
type Effect struct {
	// How the values are shown: as the new definition says, or the old one of what is gone.
	Label  string `json:"label,omitempty"`
	Type   string `json:"type"`
	Unit   Unit   `json:"unit,omitempty"`
	Format string `json:"format,omitempty"`
	// Skipped says why nothing was measured; "" where it was.
	Skipped string        `json:"skipped,omitempty"`
	Grains  []GrainEffect `json:"grains,omitempty"` // the one to show first
	Example *Example      `json:"example,omitempty"`
}

// GrainEffect is the effect by one grain, over the last few periods, the total and
// all cuts that both definitions keep.
type GrainEffect struct {
	Grain   Grain  `json:"grain"`
	From    string `json:"from"`
	To      string `json:"to"`
	Periods int    `json:"periods"`
	EffectCells
	// Last is the total of the last period that has ended.
	Last   *Moved  `json:"last,omitempty"`
	Movers []Mover `json:"movers,omitempty"` // of that period, the largest of each cut
	// Totals are those of the periods in which the definition moves the total, or rows moved
	// it away from what was published, the earliest first.
	Totals []Moved `json:"totals,omitempty"`
}

// EffectCells counts cells by what becomes of them. A cell that there is under one
// definition alone is new or gone; one whose value is null under one is counted as
// to or from null.
type EffectCells struct {
	Cells    int64 `json:"cells"`
	Changed  int64 `json:"changed"` // from a value to another
	New      int64 `json:"new"`
	Gone     int64 `json:"gone"`
	ToNull   int64 `json:"to_null"`
	FromNull int64 `json:"from_null"`
}

// Differing counts the cells that are not as they were.
func (c EffectCells) Differing() int64 {
	return c.Changed + c.New + c.Gone + c.ToNull + c.FromNull
}

// Moved is a value by the old definition and by the new one.
type Moved struct {
	Period     string   `json:"period"`
	Then       Value    `json:"then"`
	Now        Value    `json:"now"`
	Difference Value    `json:"difference"`
	Ratio      *float64 `json:"ratio"` // of the old value; null where that is 0 or no value
	Split      *Split   `json:"split,omitempty"`
}

// Split is what makes a value differ from the published one: rows that came or
// changed since, by the old definition, and then the definition. The two add up to
// the whole, exactly.
type Split struct {
	Published  Value `json:"published"`
	Data       Value `json:"data"`
	Definition Value `json:"definition"`
	Whole      Value `json:"whole"`
}

// Mover is a cell of a cut that moves.
type Mover struct {
	Cuts    []string  `json:"cuts"`
	Members []*string `json:"members"` // null is rows without a member
	Moved
}
