package query

import (
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// Where members are judged alone, how far a value is settled differs from cell to
// cell of a period.

// StateColumnOf names the hidden column with the state of a KPI's value, by its
// place among those asked for; "" where Periods has it, the same for all members.
func (s *Select) StateColumnOf(i int) string {
	if name := kpiStateColumn(i); slices.Contains(s.Hidden, name) {
		return name
	}
	return ""
}

func kpiStateColumn(i int) string { return StateColumn + strconv.Itoa(i) }

// periodStates are the states of each KPI as far as the period alone decides them:
// columns of the table of periods.
func (c *compilation) periodStates() []column {
	if len(c.judged()) == 0 {
		return nil
	}
	out := make([]column, c.requested)
	for i := range out {
		out[i] = column{"q" + strconv.Itoa(i), text, func(p *Period) metrics.Expr { return literal(text, string(p.States[i])) }}
	}
	return out
}

// cellStates are the states of each KPI in a cell.
func (c *compilation) cellStates() []Item {
	var out []Item
	for i, period := range c.periodStates() {
		out = append(out, Item{kpiStateColumn(i), c.cellState(c.kpis[i], field(periodsStage, period.name, text))})
	}
	return out
}

// cellState is a KPI's state of a period, unless a member of the cell lacks data.
func (c *compilation) cellState(k *kpi, period metrics.Expr) metrics.Expr {
	var empty, lacking []metrics.Expr
	for _, l := range k.leaves {
		if has := c.has(l.view); has != nil {
			empty = append(empty, not(has))
		} else {
			empty = append(empty, truth(false))
		}
		if l.timeline.judgedAlone() {
			lacking = append(lacking, not(coalesce(field(extentAlias(l.view), wholeColumn, boolean), truth(false))))
		}
	}
	if len(lacking) == 0 {
		return period
	}
	return call("case", text,
		is(period, metrics.Open), period,
		all(empty...), literal(text, string(metrics.NoData)),
		some(lacking...), literal(text, string(metrics.Incomplete)),
		period)
}

func not(x metrics.Expr) metrics.Expr {
	return &metrics.Unary{Node: typed(boolean), Op: metrics.OpNot, X: x}
}

func is(state metrics.Expr, s metrics.State) metrics.Expr {
	return compare(metrics.OpEq, state, literal(text, string(s)))
}

// rowState is the state of a row of the answer: that of its least settled value.
func (c *compilation) rowState() metrics.Expr {
	if len(c.judged()) == 0 {
		return field(answers, stateColumn, text)
	}
	having := func(s ...metrics.State) (each []metrics.Expr) {
		for i := range c.requested {
			for _, one := range s {
				each = append(each, is(field(answers, kpiStateColumn(i), text), one))
			}
		}
		return each
	}
	return call("case", text,
		all(having(metrics.NoData)...), literal(text, string(metrics.NoData)),
		some(having(metrics.Open)...), literal(text, string(metrics.Open)),
		some(having(metrics.Incomplete, metrics.NoData)...), literal(text, string(metrics.Incomplete)),
		some(having(metrics.Provisional)...), literal(text, string(metrics.Provisional)),
		literal(text, string(metrics.Final)))
}

// stateItems are the hidden columns with the states of each KPI's values.
func (c *compilation) stateItems() []Item {
	var out []Item
	for i := range c.periodStates() {
		out = append(out, Item{kpiStateColumn(i), field(answers, kpiStateColumn(i), text)})
	}
	return out
}
