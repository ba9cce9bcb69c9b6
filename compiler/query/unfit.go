package query

import (
	"fmt"
	"slices"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Unfit says why a value can't be had by a grain, "" where it can: an offset that
// the grain's periods don't move by, a stretch shorter than the period, or a source
// whose rows stand for whole periods that a stretch would cut.
func Unfit(m *metrics.Model, value metrics.Expr, g metrics.Grain) string {
	return unfit{m: m, grain: g, nests: likelyNests, outlasts: metrics.Grain.Nests, free: g == metrics.NoGrain}.reason(value)
}

// likelyNests tells whether periods nest. What nests in those of a calendar block is
// known by its data, which a request has.
func likelyNests(g, finer metrics.Grain) bool {
	return g.Nests(finer) || !slices.Contains(metrics.Grains, g) || !slices.Contains(metrics.Grains, finer)
}

// fitGrain refuses a grain that a KPI can't have.
func (c *compilation) fitGrain() {
	for i, k := range c.kpis {
		if why := c.unfitting().reason(k.def.Value); why != "" {
			if slices.Contains(c.conditions(), i) {
				c.fail(diag.GrainTooFine, "The condition on results can't be had "+byGrainWords(c.req.Grain), why+" Ask by another grain, or leave the condition out.")
				continue
			}
			c.diags.Add(diag.Diagnostic{
				Severity: diag.Error, Code: diag.GrainTooFine, Address: "kpi." + k.def.Name,
				Summary: fmt.Sprintf("kpi.%s can't be had %s", k.def.Name, byGrainWords(c.req.Grain)),
				Detail:  why + " Ask by another grain, or leave the KPI out.",
			})
		}
	}
}

func (c *compilation) unfitting() unfit {
	return unfit{m: c.model, grain: c.req.Grain, nests: c.cal.Nests, outlasts: c.cal.Nests, free: c.req.Grain == metrics.NoGrain}
}

func byGrainWords(g metrics.Grain) string {
	if g == metrics.NoGrain {
		return "here"
	}
	return "by " + string(g)
}

// unfit looks at an expression from a period of a grain on; after a window it is a
// stretch that no grain has.
type unfit struct {
	m     *metrics.Model
	grain metrics.Grain
	nests func(g, finer metrics.Grain) bool
	// outlasts tells whether periods nest for sure, so that they can't be shorter.
	outlasts func(g, finer metrics.Grain) bool
	steps    []metrics.Grain // by which the stretch was moved or cut
	// free tells that the stretch comes of a range without a grain: whether it cuts what
	// stands for whole periods depends on the range.
	free bool
}

func (u unfit) reason(value metrics.Expr) string {
	found := ""
	metrics.Walk(value, func(e metrics.Expr) bool {
		if found != "" {
			return false
		}
		switch e := e.(type) {
		case *metrics.KPIRef:
			if k := u.m.KPI(e.KPI); k != nil {
				found = u.reason(k.Value)
			}
		case *metrics.Aggregate:
			if e.Source != "" {
				found = u.aggregate(e)
				return false
			}
		case *metrics.Call:
			if e.Func.Kind == metrics.KPIFunction {
				found = u.call(e)
				return false
			}
		}
		return true
	})
	return found
}

// aggregate holds the steps against a source whose rows stand for whole periods.
func (u unfit) aggregate(e *metrics.Aggregate) string {
	s := u.m.Source(e.Source)
	if s == nil || s.Grain == metrics.NoGrain || Spreads(u.m, e, nil) {
		return ""
	}
	for _, by := range u.steps {
		if by != "" && !u.nests(by, s.Grain) {
			return fmt.Sprintf("Each row of source.%s stands for a whole %s, which a stretch of a %s would cut.", s.Name, s.Grain, by)
		}
	}
	return ""
}

func (u unfit) call(e *metrics.Call) string {
	by := grainArg(e)
	inner := u
	inner.steps = append(slices.Clone(u.steps), by)
	switch e.Func.Name {
	case metrics.Rolling:
		inner = inner.stretched(u.grain)
	case metrics.ToDate:
		if by != metrics.NoGrain && by != u.grain && u.grain != metrics.NoGrain && u.outlasts(u.grain, by) {
			return fmt.Sprintf("A %s is longer than the %s up to whose end it would run.", u.grain, by)
		}
		if own := u.m.Calendar(string(u.grain)); own != nil && own.Year != "" && by == metrics.Year {
			inner.steps = u.steps // a year of its own periods
		}
		inner = inner.stretched(u.grain)
	case metrics.Per:
		return u.cells(e.Args[1], by)
	default:
		if why := u.alongCalendar(by); why != "" {
			return why
		}
		if u.grain == metrics.Week && (by == metrics.Month || by == metrics.Quarter) {
			return fmt.Sprintf("A week moved by a %s is no week: months and quarters don't begin with one.", by)
		}
		if u.grain == metrics.Week && by == metrics.Year {
			inner.steps = u.steps // weeks move by the year as weeks
		}
	}
	return inner.reason(e.Args[0])
}

// stretched is what a window makes of periods of a grain: it ends where they do.
func (u unfit) stretched(grain metrics.Grain) unfit {
	u.grain, u.steps = metrics.NoGrain, append(u.steps, grain)
	return u
}

// cells holds the stretch against cells of a grain, of which it has to consist.
func (u unfit) cells(value metrics.Expr, grain metrics.Grain) string {
	if grain == metrics.NoGrain {
		return u.reason(value)
	}
	if u.grain != metrics.NoGrain && !u.nests(u.grain, grain) {
		return fmt.Sprintf("Not every %s is made up of whole periods of a %s, the cells of per.", u.grain, grain)
	}
	for _, by := range u.steps {
		if by != metrics.NoGrain && !u.free && !u.nests(by, grain) {
			return fmt.Sprintf("A stretch of a %s would cut periods of a %s, the cells of per.", by, grain)
		}
	}
	return unfit{m: u.m, grain: grain, nests: u.nests, outlasts: u.outlasts}.reason(value)
}

// grainArg is the grain that a function over KPIs names; NoGrain where it names
// none, or all data.
func grainArg(e *metrics.Call) metrics.Grain {
	if e.Func.Name == metrics.YearAgo {
		return metrics.Year
	}
	for i, arg := range e.Args {
		switch l := arg.(type) {
		case *metrics.Literal:
			accept := e.Func.Param(i).Accept
			if (accept == metrics.AcceptGrain || accept == metrics.AcceptGrainOrAll) && l.Text != metrics.All {
				return metrics.Grain(l.Text)
			}
		case *metrics.List:
			if e.Func.Name != metrics.Per {
				continue
			}
			for _, item := range l.Items {
				if word, ok := item.(*metrics.Literal); ok {
					return metrics.Grain(word.Text)
				}
			}
		}
	}
	return metrics.NoGrain
}
