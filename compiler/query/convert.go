package query

import (
	"fmt"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// onDay gives each change of currency that has none yet the day whose rate counts:
// that of a time of its row.
func onDay(e metrics.Expr, at *metrics.ColumnRef) metrics.Expr {
	return metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		if !undated(e) || at == nil {
			return e
		}
		change := e.(*metrics.Call)
		dated := *change
		dated.Args = append(change.Args[:amountFromTo:amountFromTo], metrics.Expr(at))
		return &dated
	})
}

func undated(e metrics.Expr) bool {
	change, ok := e.(*metrics.Call)
	return ok && change.Func.Name == "convert" && len(change.Args) == amountFromTo
}

// onDay gives each change of currency that is written in a KPI or a request the day
// by which its row is read. Those in columns and dimensions have their row's own.
func (c *compilation) onDay(e metrics.Expr, t *timeline) metrics.Expr {
	metrics.Walk(e, func(e metrics.Expr) bool {
		if undated(e) && t.time == nil {
			c.diags.Add(diag.Diagnostic{
				Severity: diag.Error, Code: diag.NoTime, Address: "source." + t.source.Name,
				Summary: fmt.Sprintf("Source %q has no time", t.source.Name),
				Detail:  fmt.Sprintf("The rate of a row is that of its day. Add time = <column> to source %q, or time = <column> to the KPI.", t.source.Name),
			})
		}
		return true
	})
	return onDay(e, t.time)
}

// amountFromTo is how many arguments convert has as it is written; its day follows.
const amountFromTo = 3

// convert is the amount of a change of currency, whose columns are resolved, times
// the rate. The same currency needs none.
func (r *reach) convert(e *metrics.Call) metrics.Expr {
	amount := e.Args[0]
	if from, fixed := e.Args[1].(*metrics.Literal); fixed && from.Text == e.Args[2].(*metrics.Literal).Text {
		return amount
	}
	return arithmetic(metrics.OpMul, amount, r.rate(e), e.Type)
}

// rate is the rate of a change of currency: the last one on or before its day.
func (r *reach) rate(e *metrics.Call) metrics.Expr {
	fx := r.c.model.Source(r.c.model.Project.FX)
	from, to, day := e.Args[1], e.Args[2], toDay(e.Args[amountFromTo])
	_, fixed := from.(*metrics.Literal)
	key := "$fx " + keyOf(from) + keyOf(to) + keyOf(day)
	alias, joined := r.aliases[key]
	if !joined {
		alias = "r" + strconv.Itoa(len(r.joins)+1)
		r.aliases[key] = alias
		r.joins = append(r.joins, r.c.ratesBefore(fx, from, to, day, alias))
	}
	rate := metrics.Expr(field(alias, metrics.Rate, fx.Column(metrics.Rate).Type))
	if r.untimed(day) {
		rate = when(known(day), rate)
	}
	if fixed {
		return rate
	}
	return choose(compare(metrics.OpEq, from, to), literal(rate.Base().Type, "1"), rate)
}

// toDay is the project's day of a resolved date or timestamp.
func toDay(e metrics.Expr) metrics.Expr {
	if day := dayOf(e); day.Base().Type.Kind == metrics.Date {
		return day
	}
	return call("date", date, e)
}

// ratesBefore joins the last rate on or before a day. Rows without a rate say
// nothing; a currency that stands in a column is matched row by row.
func (c *compilation) ratesBefore(fx *metrics.Source, from, to, day metrics.Expr, alias string) *Join {
	const rows = "x"
	text := func(alias, name string) metrics.Expr { return field(alias, name, fx.Column(name).Type) }
	where := []metrics.Expr{compare(metrics.OpEq, text(rows, metrics.RateTo), to), known(text(rows, metrics.Rate))}
	join := &Join{Kind: AsOfJoin, On: []metrics.Expr{compare(metrics.OpGe, day, text(alias, fx.Time))}}
	if _, fixed := from.(*metrics.Literal); fixed {
		where = append(where, compare(metrics.OpEq, text(rows, metrics.RateFrom), from))
	} else {
		join.Equal = []Pair{{L: from, R: text(alias, metrics.RateFrom)}}
	}
	if seen := c.seen(fx, rows); seen != nil {
		where = append(where, seen)
	}
	join.Right = &Aliased{Input: &Project{Input: &Filter{Input: c.rowsOf(fx.Name, rows), Where: where}, All: rows}, Alias: alias}
	return join
}
