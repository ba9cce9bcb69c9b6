package query

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// output is one column of the answer.
type output struct {
	column metrics.ResultColumn
	expr   metrics.Expr
}

// answers is the alias of the shown cells; those compared with are joined to them
// under the name of the comparison.
const answers = "answer"

// compare sets each value against those of other periods and against its target.
// Cells meet cells: nothing is scanned for it.
func (c *compilation) compare() {
	var in Relation = &Ref{Stage: c.answer, Alias: answers}
	for _, with := range []Comparison{Previous, YearAgo} {
		if slices.Contains(c.req.Compare, with) {
			in = &Join{
				Kind: LeftJoin, Left: in, Right: &Ref{Stage: kpisStage, Alias: string(with)},
				Equal: c.cellPairs(answers, answers, string(with), string(with)),
			}
		}
	}
	c.root = in
	if c.req.Grain != metrics.NoGrain {
		c.outputs = append(c.outputs, output{metrics.ResultColumn{Name: "period", Kind: "period", Type: text.String()}, field(answers, nameColumn, text)})
	}
	for i, cut := range c.cuts {
		c.outputs = append(c.outputs, output{
			metrics.ResultColumn{Name: cut.name, Kind: "dimension", Type: cut.typ.String(), Label: cut.label},
			field(answers, cutColumn(i), cut.typ),
		})
	}
	for i, k := range c.kpis[:c.requested] {
		c.outputs = append(c.outputs, output{c.kpiColumn(k.def), c.value(answers, i)})
		for _, with := range c.req.Compare {
			if with == Target {
				c.compareTarget(i, k.def)
			} else {
				c.compareOver(i, k.def, with)
			}
		}
	}
}

func (c *compilation) kpiColumn(k *metrics.KPI) metrics.ResultColumn {
	return metrics.ResultColumn{
		Name: k.Name, Kind: "kpi", Type: k.Type.String(), Unit: k.Unit, Label: k.Label,
		KPI: k.Name, Format: k.Format, Direction: k.Direction,
	}
}

// value is that of KPI i in a cell.
func (c *compilation) value(relation string, i int) metrics.Expr {
	return field(relation, valueColumn(i), c.kpis[i].def.Type)
}

// compared adds a column that belongs to a comparison of a KPI.
func (c *compilation) compared(k *metrics.KPI, with Comparison, e metrics.Expr) {
	col := c.kpiColumn(k)
	col.Name, col.Kind, col.Comparison = k.Name+"_"+string(with), "comparison", string(with)
	c.outputs = append(c.outputs, output{col, e})
}

// changed adds the column of a change: a difference in points for a KPI that is a
// percentage, else relative.
func (c *compilation) changed(k *metrics.KPI, with Comparison, e metrics.Expr) {
	col := c.kpiColumn(k)
	with += "_change"
	col.Name, col.Kind, col.Comparison = k.Name+"_"+string(with), "comparison", string(with)
	if points(k) {
		col.Format = "pp"
	} else {
		col.Type, col.Unit, col.Format = double.String(), "", "0.0%"
	}
	c.outputs = append(c.outputs, output{col, e})
}

// points tells whether a KPI's changes are shown in percentage points.
func points(k *metrics.KPI) bool { return strings.Contains(k.Format, "%") }

// change of v against p is v - p for percentages, else (v - p) / |p|.
func change(k *metrics.KPI, v, p metrics.Expr) metrics.Expr {
	t, ok := metrics.Unify(v.Base().Type, p.Base().Type)
	if !ok {
		t = double
	}
	difference := arithmetic(metrics.OpSub, v, p, t)
	if points(k) {
		return difference
	}
	return arithmetic(metrics.OpDiv, difference, call("abs", p.Base().Type, p), double)
}

func (c *compilation) compareOver(i int, k *metrics.KPI, with Comparison) {
	v, was := c.value(answers, i), c.value(string(with), i)
	if other := c.other(); other != nil {
		was = call("if", k.Type, other, field(answers, wasColumn(with, i), k.Type), was)
	}
	c.compared(k, with, was)
	if k.Type.Numeric() {
		c.changed(k, with, change(k, v, was))
	}
}

// compareTarget shows the target, null where it is absent, and the change against
// it: for a range, against the bound that is violated, 0 between them.
func (c *compilation) compareTarget(i int, k *metrics.KPI) {
	t, has := c.targets[k.Name]
	if !has {
		return
	}
	v := c.value(answers, i)
	if t.ranged {
		low, high := bound(t.low), bound(t.high)
		c.compared(k, Target+"_low", low)
		c.compared(k, Target+"_high", high)
		c.changed(k, Target, call("case", double,
			compare(metrics.OpLt, v, low), change(k, v, low),
			compare(metrics.OpGt, v, high), change(k, v, high),
			known(v), whole(0)))
		return
	}
	var goal, off metrics.Expr = null(), null()
	switch {
	case t.kpi != nil:
		goal = c.value(answers, slices.Index(c.kpis, t.kpi))
		off = change(k, v, goal)
	case t.value != nil:
		goal, off = t.value, change(k, v, t.value)
	}
	c.compared(k, Target, goal)
	c.changed(k, Target, off)
}

// bound is one end of a range, null where it is open.
func bound(l *metrics.Literal) metrics.Expr {
	if l == nil {
		return null()
	}
	return l
}
