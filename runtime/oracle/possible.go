package oracle

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// possible tells whether the sources of a KPI have the request's cuts, filters and
// grain, and whether its steps through time have meaning there.
func (q *question) possible(k *metrics.KPI) bool {
	for _, t := range q.timelines(k.Value, k) {
		for _, c := range q.cuts {
			if q.over(c, t) == nil {
				return false
			}
		}
		for _, f := range q.Where {
			if !q.judges(f, t) {
				return false
			}
		}
	}
	return q.fits(k.Value, k, at{grain: q.Grain, free: q.Grain == metrics.NoGrain})
}

// at is the periods in which an expression is evaluated: of a grain, and the grains
// by which they were moved or cut.
type at struct {
	grain metrics.Grain
	steps []metrics.Grain
	free  bool // they come of a range without a grain, which may cut cells or not
}

func (a at) by(g metrics.Grain) at {
	return at{grain: a.grain, steps: append(slices.Clone(a.steps), g), free: a.free}
}

// stretched is what a window makes of periods: it ends where they do.
func (a at) stretched(g metrics.Grain) at {
	return at{steps: append(slices.Clone(a.steps), a.grain, g), free: a.free}
}

// fits tells whether an expression of a KPI has meaning by a grain.
func (w *World) fits(e metrics.Expr, k *metrics.KPI, a at) bool {
	switch e := e.(type) {
	case *metrics.Aggregate:
		if per := metrics.InnerLevel(e); per != nil {
			return w.fitsInner(per.Args[0], per.Args[1], k, a)
		}
		t := w.timelineOf(e, k)
		return w.fitsRows(t, a) && (t.time != nil || !converts(e) && !converts(k.Where))
	case *metrics.KPIRef:
		below := w.model.KPI(e.KPI)
		return w.fits(below.Value, below, a)
	case *metrics.Call:
		if e.Func.Kind == metrics.KPIFunction {
			return w.fitsOver(e, k, a)
		}
	}
	for _, child := range metrics.Children(e) {
		if !w.fits(child, k, a) {
			return false
		}
	}
	return true
}

// converts tells whether an expression changes currencies, for which a row needs a day.
func converts(e metrics.Expr) bool {
	found := false
	if e != nil {
		metrics.Walk(e, func(e metrics.Expr) bool {
			call, ok := e.(*metrics.Call)
			found = found || ok && call.Func.Name == "convert"
			return !found
		})
	}
	return found
}

// fitsRows demands that periods and steps consist of what rows stand for.
func (w *World) fitsRows(t timeline, a at) bool {
	if !w.has(t, a.grain) || t.time == nil && len(a.steps) > 0 {
		return false
	}
	for _, by := range a.steps {
		if by != metrics.NoGrain && !w.has(t, by) {
			return false
		}
	}
	return true
}

func (w *World) fitsInner(list, e metrics.Expr, k *metrics.KPI, a at) bool {
	grain := innerGrain(list)
	if grain == metrics.NoGrain {
		return w.fits(e, k, a)
	}
	for _, by := range append(a.steps, a.grain) {
		if by != metrics.NoGrain && !a.free && !w.consistsOf(by, grain) {
			return false // its cells would be cut
		}
	}
	return w.fits(e, k, at{grain: grain})
}

func (w *World) fitsOver(e *metrics.Call, k *metrics.KPI, a at) bool {
	inner := a
	switch e.Func.Name {
	case metrics.TopShare:
		return w.fitsInner(e.Args[1], e.Args[0], k, a)
	case metrics.Total, metrics.Rank:
		return w.fits(e.Args[0], k, a)
	case metrics.Rolling:
		inner = a.stretched(metrics.Grain(textOf(e.Args[2])))
	case metrics.ToDate:
		by := metrics.Grain(textOf(e.Args[1]))
		if by == metrics.All {
			by = metrics.NoGrain
		}
		if by != metrics.NoGrain && by != a.grain && w.consistsOf(a.grain, by) {
			return false // the period is longer than the stretch up to its end
		}
		if by == metrics.Year && len(w.cal.blocks[a.grain].years) > 0 {
			by = a.grain // its own years are made up of its periods
		}
		inner = a.stretched(by)
	case metrics.YearAgo:
		if !w.meetsBlock(a.grain, metrics.Year) {
			return false
		}
		inner = w.offset(a, metrics.Year)
	default:
		by := metrics.Grain(textOf(e.Args[len(e.Args)-1]))
		if !w.meetsBlock(a.grain, by) {
			return false
		}
		if a.grain == metrics.Week && (by == metrics.Month || by == metrics.Quarter) {
			return false // a week moved by a month is no week
		}
		inner = w.offset(a, by)
	}
	return w.fits(e.Args[0], k, inner)
}

// meetsBlock tells whether periods of a grain move by another where one of them is a
// calendar block: its periods by each other, by years, and by what is shorter; days
// and hours by them.
func (w *World) meetsBlock(g, by metrics.Grain) bool {
	switch {
	case g == by:
		return true
	case w.cal.isBlock(g):
		return !w.cal.isBlock(by) && by != metrics.Month && by != metrics.Quarter
	case w.cal.isBlock(by):
		return g == metrics.NoGrain || g == metrics.Hour || g == metrics.Day
	}
	return true
}

// offset is periods moved by a grain; weeks move by years as weeks.
func (w *World) offset(a at, by metrics.Grain) at {
	if a.grain == metrics.Week && by == metrics.Year {
		return a
	}
	return a.by(by)
}
