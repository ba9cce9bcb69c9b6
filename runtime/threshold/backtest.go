package threshold

import (
	"cmp"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// mostShown is how many members a back-test names.
const mostShown = 3

// Backtest counts how often a threshold would have fired in the periods that had
// ended, of all members.
func (v *Verdict) Backtest(t *metrics.Threshold) *metrics.Backtest {
	out := &metrics.Backtest{}
	if err := v.Failed[t]; err != nil {
		out.Skipped = err.Error()
		return out
	}
	first, last := -1, -1
	var line *timeline
	for _, s := range v.Series {
		if s.Threshold != t {
			continue
		}
		line = s.line
		one := metrics.Most{Members: s.pins()}
		before := metrics.AlertOK
		for at, state := range s.states() {
			if state == metrics.AlertNoData {
				continue
			}
			one.Judged++
			if first < 0 || at < first {
				first = at
			}
			last = max(last, at)
			if state == metrics.AlertRed {
				out.Red++
			}
			if state == metrics.AlertRed || state == metrics.AlertAmber {
				one.Fired++
			}
			if state.Firing() && !before.Firing() {
				out.Alerts++
			}
			before = state
		}
		out.Judged += one.Judged
		out.Fired += one.Fired
		if one.Judged > 0 {
			out.Members++
		}
		if one.Fired > 0 {
			out.Most = append(out.Most, one)
		}
	}
	slices.SortStableFunc(out.Most, func(a, b metrics.Most) int { return cmp.Compare(b.Fired, a.Fired) })
	out.Most = out.Most[:min(len(out.Most), mostShown)]
	if line != nil && first >= 0 {
		out.From, out.To = v.input.Calendar.Name(line.periods[first]), v.input.Calendar.Name(line.periods[last])
	}
	return out
}

// Flips are the members of a threshold whose state is another than was told.
func (v *Verdict) Flips(t *metrics.Threshold, told []metrics.Alert) []metrics.Flip {
	var out []metrics.Flip
	for _, s := range v.Series {
		if s.Threshold != t {
			continue
		}
		now, at := s.now()
		if at < 0 {
			continue
		}
		f := metrics.Flip{Members: s.pins(), From: metrics.AlertOK, To: now}
		for _, a := range told {
			if a.Same(metrics.Alert{Threshold: t.Name, Members: f.Members}) {
				f.From = a.State
			}
		}
		if f.From != f.To {
			out = append(out, f)
		}
	}
	return out
}
