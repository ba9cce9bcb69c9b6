package metrics

import (
	"math/big"
	"strings"
	"time"
)

// Attained is a value against its target.
type Attained struct {
	Value      *Number `json:"value"`      // of the target; of a range, its end on the value's side
	Attainment *Number `json:"attainment"` // the value in parts of the target, 1 where it is met
	Gap        *Number `json:"gap"`        // the value less the target
	// Pace is the part of the target that is due by now, within an open period.
	Pace *Number `json:"pace,omitempty"`
}

// Attain sets a value against what it should be. The attainment is 1 and the growth from
// the goal to the value, so that more is more where the goal is negative, too; nil where
// the goal is 0.
func Attain(value, goal Number) *Attained {
	v, g := Value(value), Value(goal)
	x, known := v.Number()
	y, both := g.Number()
	if !known || !both {
		return nil
	}
	out := &Attained{Value: &goal}
	gap := Number(v.Minus(g))
	out.Gap = &gap
	if y.Sign() != 0 {
		ratio := x.Sub(x, y)
		ratio.Quo(ratio, y.Abs(y)).Add(ratio, big.NewRat(1, 1))
		n := decimals(ratio)
		out.Attainment = &n
	}
	return out
}

// decimals writes a fraction with at most twelve digits behind the point.
func decimals(r *big.Rat) Number {
	return Number(strings.TrimSuffix(strings.TrimRight(r.FloatString(12), "0"), "."))
}

// Goal is the number that a value is set against, of a target that is one or a range:
// of that the end on the value's side. False where the target is a KPI.
func (t *Target) Goal(value Number) (Number, bool) {
	switch {
	case t.Value != nil:
		return Number(t.Value.Text), true
	case t.Low == nil && t.High == nil:
		return "", false
	case t.Low == nil:
		return Number(t.High.Text), true
	case t.High == nil:
		return Number(t.Low.Text), true
	}
	x, known := Value(value).Number()
	if high, ok := Value(t.High.Text).Number(); known && ok && x.Cmp(high) > 0 {
		return Number(t.High.Text), true
	}
	return Number(t.Low.Text), true
}

// Pace is how much of a target is due within a period that is open: as much as the same
// days of the period a year ago had of the whole of it; where that can't be known, or is no
// part of a whole, as values of both signs have it, as much as has passed of the period.
type Pace struct {
	Elapsed *big.Rat // in parts of the period
	Shape   []Period // the days of the period a year ago; none where the calendar has none
	Passed  int      // the first of them that stand for days that have passed
}

// Pace returns the pace of a period that is open at as-of. A day that isn't over counts
// as none that has passed: its rows come when it is.
func (c *Calendar) Pace(p Period, asOf time.Time) Pace {
	out := Pace{Elapsed: big.NewRat(int64(asOf.Sub(p.Start)), int64(p.End.Sub(p.Start)))}
	ago, ok := c.YearAgo(p)
	if !ok || p.Grain == Day || p.Grain == Hour {
		return out
	}
	out.Shape = c.Between(Day, ago.Start, ago.End)
	for _, day := range c.Between(Day, p.Start, asOf) {
		if !day.End.After(asOf) {
			out.Passed++
		}
	}
	out.Passed = min(out.Passed, len(out.Shape))
	return out
}

// Due is the part of a target that is due by now, by what each day of the shape had; nil
// for days without a value.
func (p Pace) Due(days []*big.Rat) *big.Rat {
	whole, due := new(big.Rat), new(big.Rat)
	for i, v := range days {
		if v == nil {
			return p.Elapsed
		}
		whole.Add(whole, v)
		if i < p.Passed {
			due.Add(due, v)
		}
	}
	if whole.Sign() == 0 {
		return p.Elapsed
	}
	due.Quo(due, whole)
	if due.Sign() < 0 || due.Cmp(big.NewRat(1, 1)) > 0 {
		return p.Elapsed
	}
	return due
}

// Words says how far a KPI's target is attained, in a language, "en" or "zh".
func (a *Attained) Words(language string, k *KPI) string {
	gap := rat(a.Gap)
	if gap == nil {
		return ""
	}
	away := Number(strings.TrimPrefix(string(*a.Gap), "-"))
	amount, part := ShownAs(k.Format, k.Type.String(), k.Unit).Distances().Text(away), percentText(a.Attainment, false)
	if a.Attainment != nil && strings.HasPrefix(string(*a.Attainment), "-") {
		part = "−" + part
	}
	text, due := "", ""
	if language == "zh" {
		text = "目标达成 " + part + map[int]string{-1: "，差 " + amount, 0: "", 1: "，超 " + amount}[gap.Sign()]
		due = "，按进度应达 "
	} else {
		text = part + " of target" + map[int]string{-1: ", " + amount + " short", 0: "", 1: ", " + amount + " over"}[gap.Sign()]
		due = "; due by now are "
	}
	if a.Pace != nil {
		text += due + percentText(a.Pace, false)
	}
	return text
}
