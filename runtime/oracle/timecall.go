package oracle

import (
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// timeCall is a function of points in time; its arguments are known.
func (s scope) timeCall(e *metrics.Call, args []any) any {
	switch e.Func.Name {
	case "as_of":
		return s.w.asOf
	case "between":
		return s.w.compare(args[0], args[1]) >= 0 && s.w.compare(args[0], args[2]) <= 0
	case "period":
		d, _ := s.w.asDay(args[0])
		if !s.w.cal.has(s.grain, d) {
			return nil
		}
		return s.w.cal.of(s.grain, d).first
	case "date_trunc":
		d, _ := s.w.asDay(args[1])
		return s.w.cal.of(grainWord(args[0]), d).first
	case "date_diff":
		return rat(s.w.starts(grainWord(args[0]), args[1], args[2]))
	case "date_add":
		return s.w.moved(args[0], integer(args[1]), grainWord(args[2]))
	}
	return s.w.part(e.Func.Name, args[0])
}

func grainWord(v any) metrics.Grain { return metrics.Grain(v.(string)) }

// part is a part of the local time.
func (w *World) part(name string, v any) any {
	d, _ := w.asDay(v)
	t, _ := w.instant(v)
	switch name {
	case "date":
		return d
	case "year":
		return rat(int64(d.year()))
	case "quarter":
		return rat(int64(d.month()-1)/3 + 1)
	case "month":
		return rat(int64(d.month()))
	case "week": // of ISO, whatever day the project's weeks start on
		_, week := d.civil().ISOWeek()
		return rat(int64(week))
	case "day":
		return rat(int64(d.dayOfMonth()))
	case "weekday":
		return rat(int64(d.weekday()+6)%7 + 1)
	case "hour":
		return rat(int64(t.In(w.cal.zone).Hour()))
	}
	return rat(int64(t.In(w.cal.zone).Minute()))
}

// starts counts the starts of periods after from, up to til.
func (w *World) starts(g metrics.Grain, from, til any) int64 {
	a, _ := w.instant(from)
	b, _ := w.instant(til)
	if b.Before(a) {
		return -w.starts(g, til, from)
	}
	if g == metrics.Hour {
		return int64(w.cal.hourOf(b).start.Sub(w.cal.hourOf(a).start) / time.Hour)
	}
	n, last := int64(0), w.cal.of(g, w.cal.dayAt(b)).first
	for p := w.cal.of(g, w.cal.dayAt(a)); p.first < last; p = w.cal.of(g, p.end) {
		n++
	}
	return n
}

// moved is a point in time n grains later.
func (w *World) moved(v any, n int, by metrics.Grain) any {
	if d, ok := v.(day); ok && by != metrics.Hour {
		return d.add(n, by)
	}
	t, _ := w.instant(v)
	if _, ok := v.(day); ok {
		return w.cal.dayAt(t.Add(time.Duration(n) * time.Hour))
	}
	if by == metrics.Hour {
		return t.Add(time.Duration(n) * time.Hour)
	}
	l := t.In(w.cal.zone)
	days := w.cal.dayAt(t).add(n, by).civil()
	return w.cal.shown(time.Date(days.Year(), days.Month(), days.Day(), l.Hour(), l.Minute(), l.Second(), l.Nanosecond(), time.UTC))
}

// shown is the first instant at which clocks show a local time; where they skip it, it is
// as long after the last one that they show before.
func (c *calendar) shown(local time.Time) time.Time {
	for before := time.Duration(0); ; before += step {
		if t, ok := instantOf(local.Add(-before), c.zone); ok {
			return t.Add(before)
		}
	}
}
