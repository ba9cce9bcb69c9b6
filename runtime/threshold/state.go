package threshold

import "github.com/metricsascode/metrics/metrics"

// Level is how bad a period is, as conditions say.
type Level int8

// The levels. Unjudged is none: below the floor, covered in part, or without what
// the conditions need.
const (
	Unjudged Level = iota - 1
	Calm
	Warned
	Crossed
)

// latch turns on after so many periods in a row in which something holds, and off
// after so many in which it doesn't.
type latch struct {
	on            bool
	held, unheld  int
	needed, clear int
}

func (l *latch) step(holds bool) {
	if holds {
		l.held, l.unheld = l.held+1, 0
	} else {
		l.held, l.unheld = 0, l.unheld+1
	}
	switch {
	case l.held >= l.needed:
		l.on = true
	case l.unheld >= l.clear:
		l.on = false
	}
}

// States are the states of a threshold in periods that follow one another: it fires
// after needed periods in a row, and recovers after keep. Amber counts the periods in
// which either condition holds, red those in which red does. A period that can't be
// judged is no data; it counts for nothing, and ends nothing.
func States(levels []Level, needed, keep int) []metrics.AlertState {
	m := machine{crossed: latch{needed: needed, clear: keep}, red: latch{needed: needed, clear: keep}}
	out := make([]metrics.AlertState, len(levels))
	for i, level := range levels {
		out[i] = m.step(level)
	}
	return out
}

// machine goes through levels.
type machine struct{ crossed, red latch } // crossed is red or amber

func (m *machine) step(level Level) metrics.AlertState {
	if level == Unjudged {
		return metrics.AlertNoData
	}
	m.crossed.step(level >= Warned)
	m.red.step(level == Crossed)
	return stateOf(level, m.crossed.on, m.red.on)
}

// states are those of the periods that have ended.
func (s *Series) states() []metrics.AlertState {
	return States(s.Levels[:s.line.last+1], s.Threshold.For, s.Threshold.Keep)
}

// ended is the last of them, for which no others are kept: most members are ok.
func (s *Series) ended() metrics.AlertState {
	t := s.Threshold
	m := machine{crossed: latch{needed: t.For, clear: t.Keep}, red: latch{needed: t.For, clear: t.Keep}}
	state := metrics.AlertNoData
	for _, level := range s.Levels[:s.line.last+1] {
		state = m.step(level)
	}
	return state
}

func stateOf(level Level, crossed, red bool) metrics.AlertState {
	switch {
	case level == Calm && crossed:
		return metrics.AlertRecovering
	case level == Calm:
		return metrics.AlertOK
	case !crossed:
		return metrics.AlertPending
	case level == Crossed && red:
		return metrics.AlertRed
	}
	return metrics.AlertAmber
}

// firing tells whether a state is one of an alert that goes on.
func firing(s metrics.AlertState) bool {
	return s == metrics.AlertRed || s == metrics.AlertAmber || s == metrics.AlertRecovering
}

// since is the first period of what a member is in at the last: of an alert, in
// whichever of its states; of any other state, of that. Periods without data in
// between end neither, but for a state of no data itself.
func since(states []metrics.AlertState) int {
	last := states[len(states)-1]
	first := len(states) - 1
	for i := first; i >= 0; i-- {
		s := states[i]
		switch {
		case s == metrics.AlertNoData && last != metrics.AlertNoData:
			continue
		case s == last || firing(s) && firing(last):
			first = i
		default:
			return first
		}
	}
	return first
}

// severity is that of the condition that holds, or held last within an alert.
func severity(states []metrics.AlertState, levels []Level) metrics.Severity {
	for i := len(states) - 1; i >= 0; i-- {
		switch {
		case states[i] == metrics.AlertOK:
			return ""
		case levels[i] == Crossed:
			return metrics.Red
		case levels[i] == Warned:
			return metrics.Amber
		}
	}
	return ""
}
