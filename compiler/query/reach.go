package query

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// columnOf refers to a column of s, which path leads to from source.
func columnOf(s *metrics.Source, source string, path []string, column string) *metrics.ColumnRef {
	ref := &metrics.ColumnRef{Source: source, Path: path, Column: column}
	if c := s.Column(column); c != nil {
		ref.Type = c.Type
	}
	return ref
}

// base is the alias of the rows that a scan aggregates.
const base = "t"

// DayColumn is the column that holds the project's day of a timestamp column.
func DayColumn(timestamp string) string { return timestamp + "$day" }

// reach resolves the columns of one scan, and collects the sources that it has to
// join for them.
type reach struct {
	c       *compilation
	source  *metrics.Source
	spread  bool // the days of rows that stand for whole periods
	joins   []*Join
	aliases map[string]string       // by path
	times   map[string]metrics.Expr // by path, of rows that were found by a time
	holds   map[string]metrics.Expr // by alias: whether the row that was found holds still
}

func (c *compilation) reach(s *metrics.Source) *reach {
	return &reach{c: c, source: s, aliases: map[string]string{"": base}, times: map[string]metrics.Expr{}, holds: map[string]metrics.Expr{}}
}

// reachOf is the reach of the rows that a timeline reads.
func (c *compilation) reachOf(t *timeline) *reach {
	r := c.reach(t.source)
	r.spread = t.spread
	return r
}

// alias returns the alias of the source at the end of a path, joined on the first
// call.
func (r *reach) alias(path []string) string {
	key := strings.Join(path, ".")
	if a, ok := r.aliases[key]; ok {
		return a
	}
	last := len(path) - 1
	r.alias(path[:last])
	s := metrics.Sources(r.c.model.Source).End(r.source, path[:last])
	ref := s.Reference(path[last])
	to := r.c.model.Source(ref.To)
	alias := "r" + strconv.Itoa(len(r.joins)+1)
	r.aliases[key] = alias
	join := &Join{Kind: LeftJoin, Right: r.c.rowsOf(to.Name, alias)}
	if ref.Dated(to) {
		join = r.dated(path, ref, to, alias)
	} else if seen := r.c.seen(to, alias); seen != nil {
		join.On = append(join.On, seen)
	}
	for _, on := range ref.On {
		join.Equal = append(join.Equal, Pair{
			L: r.column(path[:last], on.Column, columnOf(s, "", nil, on.Column).Type),
			R: field(alias, on.Target, columnOf(to, "", nil, on.Target).Type),
		})
	}
	r.joins = append(r.joins, join)
	return alias
}

// seen is the condition under which a row of a source is there as of the request:
// its own time lies before, or is not known. It is nil where all rows are.
func (c *compilation) seen(s *metrics.Source, alias string) metrics.Expr {
	own := ownTime(s)
	_, standIn := c.standIns[s.Name]
	if own == nil || s.Ahead || standIn || c.req.AsOf.IsZero() {
		return nil
	}
	at := field(alias, own.Column, own.Type)
	return some(compare(metrics.OpLt, at, c.bound(own.Type, c.req.AsOf)), unknown(at))
}

// bound is an instant as a bound of values of a type: for days, the first day that
// does not start before it.
func (c *compilation) bound(t metrics.Type, at time.Time) metrics.Expr {
	if t.Kind != metrics.Date {
		return instant(at)
	}
	d := c.cal.Of(metrics.Day, at)
	if d.Start.Before(at) {
		d = c.cal.Next(d)
	}
	return literal(date, c.cal.Day(d.Start))
}

// resolve replaces columns by fields of the scan's relations. Where only the day
// of a timestamp matters, it takes the column that has it.
func (r *reach) resolve(e metrics.Expr) metrics.Expr {
	return metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		switch e := e.(type) {
		case *metrics.ColumnRef:
			return r.column(e.Path, e.Column, e.Type)
		case *metrics.PeriodOf:
			if e.Grain != metrics.Hour {
				return r.c.periodOf(&metrics.PeriodOf{Node: e.Node, X: dayOf(e.X), Grain: e.Grain})
			}
		case *metrics.Call:
			if e.Func.Name == "convert" {
				return r.convert(e)
			}
			if byDay(e) {
				args := make([]metrics.Expr, len(e.Args))
				for i, a := range e.Args {
					args[i] = dayOf(a)
				}
				return &metrics.Call{Node: e.Node, Func: e.Func, Args: args}
			}
		}
		return e
	})
}

func (r *reach) resolveAll(in []metrics.Expr) []metrics.Expr {
	out := make([]metrics.Expr, len(in))
	for i, e := range in {
		out[i] = r.resolve(e)
	}
	return out
}

// relation is the scan with what was joined for it.
func (r *reach) relation() Relation {
	out := r.c.rowsOf(r.source.Name, base)
	if r.spread {
		out = r.c.spreadRows(r.source)
	}
	for _, j := range r.joins {
		j.Left = out
		out = j
	}
	return out
}

// dayOf is the day column beside a timestamp column; other expressions stay.
func dayOf(e metrics.Expr) metrics.Expr {
	if f, ok := e.(*metrics.Field); ok && f.Type.Kind == metrics.Timestamp {
		return field(f.Relation, DayColumn(f.Name), date)
	}
	return e
}

// dayFunctions depend on the day of their arguments alone.
var dayFunctions = []string{"date", "year", "quarter", "month", "week", "day", "weekday", "date_trunc"}

func byDay(e *metrics.Call) bool {
	if e.Func.Name == "date_diff" {
		grain, ok := e.Args[0].(*metrics.Literal)
		return ok && grain.Text != string(metrics.Hour)
	}
	return slices.Contains(dayFunctions, e.Func.Name)
}
