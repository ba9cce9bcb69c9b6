package query

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// Span is a stretch of time, from up to but without to.
type Span struct{ From, To time.Time }

func (s Span) meets(from, to time.Time) bool { return s.From.Before(to) && from.Before(s.To) }

// Touched finds the periods of a request whose values may differ after rows of some
// stretches of time came, went or changed: those whose own stretch, or any that
// offsets and windows make of it, meets one of these. Changed tells the stretches by
// a source and one of its time columns; without a time, any change touches all.
// The answer is not limited, all is true, where that can't be told.
func Touched(m *metrics.Model, stats map[string]metrics.Statistics, cal *metrics.Calendar, r Request, changed func(source, column string) []Span) (touched []metrics.Period, all bool) {
	c, ok := seen(m, stats, cal, r)
	if !ok {
		return nil, true
	}
	at := make([]bool, len(c.periods))
	for _, v := range c.views {
		t := v.timeline
		if t.inner != nil || v.kept != nil {
			return nil, true
		}
		column := ""
		if t.time != nil {
			column = t.time.Column
		}
		spans := changed(t.source.Name, column)
		if len(spans) == 0 {
			continue
		}
		if t.time == nil || len(t.time.Path) > 0 {
			return nil, true
		}
		for i := range c.periods {
			s := v.stretchOver(i, &c.periods[i])
			at[i] = at[i] || s.exists && slices.ContainsFunc(spans, func(x Span) bool { return x.meets(s.Start, s.End) })
		}
	}
	for i, p := range c.periods {
		if at[i] {
			touched = append(touched, p.Period)
		}
	}
	return touched, false
}

// Reads describes the rows that a request reads, whatever it makes of them: sources,
// times and the stretches of time by which it looks beyond its periods. Requests of
// the same reading have the same members.
func Reads(m *metrics.Model, stats map[string]metrics.Statistics, cal *metrics.Calendar, r Request) string {
	c, ok := seen(m, stats, cal, r)
	if !ok {
		return fmt.Sprint(r.KPIs)
	}
	var parts []string
	for _, v := range c.views {
		part := v.timeline.source.Name
		if v.timeline.time != nil {
			part += " " + keyOf(v.timeline.time)
		}
		if v.timeline.inner != nil || v.kept != nil {
			part += fmt.Sprint(r.KPIs) // it has cells of its own
		}
		parts = append(parts, part+" "+stepsKey(v.steps))
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "|")
}

// seen compiles a request as far as the stretches of time that it looks at.
func seen(m *metrics.Model, stats map[string]metrics.Statistics, cal *metrics.Calendar, r Request) (*compilation, bool) {
	c := newCompilation(m, stats, cal, r)
	for _, p := range passes {
		p.run(c)
		if c.diags.HasErrors() {
			return nil, false
		}
		if p.name == stretchesPass {
			break
		}
	}
	return c, true
}

// stretchesPass is the pass after which it is known what a request looks at.
const stretchesPass = "find the stretches of contexts"
