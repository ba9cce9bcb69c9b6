package threshold_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/threshold"
)

var letters = map[metrics.AlertState]byte{
	metrics.AlertOK: '.', metrics.AlertPending: 'p', metrics.AlertAmber: 'a', metrics.AlertRed: 'R', metrics.AlertRecovering: 'r', metrics.AlertNoData: '?',
}

func statesText(states []metrics.AlertState) string {
	var b strings.Builder
	for _, s := range states {
		b.WriteByte(letters[s])
	}
	return b.String()
}

// levelsOf reads levels: - for a period that can't be judged, 0 calm, 1 amber, 2 red.
func levelsOf(text string) []threshold.Level {
	out := make([]threshold.Level, len(text))
	for i := range text {
		out[i] = threshold.Unjudged
		if text[i] != '-' {
			out[i] = threshold.Level(text[i] - '0')
		}
	}
	return out
}

func TestStates(t *testing.T) {
	tests := []struct {
		needed, keep int
		levels, want string
	}{
		{1, 1, "0020", "..R."},       // fires and recovers at once
		{1, 1, "0121", ".aRa"},       // from amber to red and back
		{1, 1, "02-20", ".R?R."},     // a gap ends nothing
		{2, 1, "0202200", ".p.pR.."}, // two in a row
		{2, 1, "02-20", ".p?R."},     // and a gap between them doesn't count
		{3, 1, "12220", "ppaR."},     // amber counts either condition, red those that are red
		{1, 2, "20200", "RrRr."},     // back for one period only, and then for two
		{1, 3, "2000", "Rrr."},
		{1, 2, "2-0-0", "R?r?."},
		{2, 2, "22102200", "pRaraRr."}, // two periods that aren't red end red, but not the alert
		{2, 2, "1100011", "par..pa"},
		{1, 1, "---", "???"},
		{1, 1, "", ""},
	}
	for _, tt := range tests {
		if got := statesText(threshold.States(levelsOf(tt.levels), tt.needed, tt.keep)); got != tt.want {
			t.Errorf("for %d, keep %d: %s makes %s, want %s", tt.needed, tt.keep, tt.levels, got, tt.want)
		}
	}
}

// TestStatesAsDefined holds the states against their definition, period by period:
// what was judged up to there is looked through backwards each time.
func TestStatesAsDefined(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for range 3000 {
		levels := make([]threshold.Level, r.IntN(25))
		for i := range levels {
			levels[i] = threshold.Level(r.IntN(4) - 1)
		}
		needed, keep := 1+r.IntN(3), 1+r.IntN(3)
		want := make([]metrics.AlertState, len(levels))
		for i := range levels {
			want[i] = defined(levels[:i+1], needed, keep)
		}
		if got := threshold.States(levels, needed, keep); statesText(got) != statesText(want) {
			t.Fatalf("for %d, keep %d: %s makes %s, want %s", needed, keep, fmt.Sprint(levels), statesText(got), statesText(want))
		}
	}
}

// defined is the state of the last of some periods.
func defined(levels []threshold.Level, needed, keep int) metrics.AlertState {
	now := levels[len(levels)-1]
	if now == threshold.Unjudged {
		return metrics.AlertNoData
	}
	var judged []threshold.Level
	for _, l := range levels {
		if l != threshold.Unjudged {
			judged = append(judged, l)
		}
	}
	on := func(holds func(threshold.Level) bool) bool { // whichever was complete last
		for end := len(judged); end > 0; end-- {
			if all(judged[:end], needed, holds) {
				return true
			}
			if all(judged[:end], keep, func(l threshold.Level) bool { return !holds(l) }) {
				return false
			}
		}
		return false
	}
	crossed := on(func(l threshold.Level) bool { return l >= threshold.Warned })
	red := on(func(l threshold.Level) bool { return l == threshold.Crossed })
	switch {
	case now == threshold.Calm && crossed:
		return metrics.AlertRecovering
	case now == threshold.Calm:
		return metrics.AlertOK
	case !crossed:
		return metrics.AlertPending
	case now == threshold.Crossed && red:
		return metrics.AlertRed
	}
	return metrics.AlertAmber
}

// all tells whether the last n levels are such.
func all(levels []threshold.Level, n int, holds func(threshold.Level) bool) bool {
	if len(levels) < n {
		return false
	}
	for _, l := range levels[len(levels)-n:] {
		if !holds(l) {
			return false
		}
	}
	return true
}
