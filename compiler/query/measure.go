package query

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// measure is a Measure and the part of a scan that computes it.
type measure struct {
	Measure
	part *part
}

// part is the measures of a timeline that are computed together: one statement.
// The first part of a timeline is its main part, which tells the members.
type part struct {
	name     string
	timeline *timeline
	main     bool
	window   *windowed // nil: the periods of the request
	pick     *picking  // of balances: the rows that are summed
	measures []*measure
	byKey    map[string]*measure // while leaves are broken
	where    metrics.Expr        // common to all its measures
	within   *inner              // nil: measures are computed from the rows
}

// breakAggregates breaks each leaf into measures that an engine computes exactly,
// and says how they make the leaf's value. Measures that several leaves need are
// computed once.
func (c *compilation) breakAggregates() {
	for _, t := range c.timelines {
		c.parts = append(c.parts, &part{timeline: t, main: true, byKey: map[string]*measure{}})
	}
	for _, l := range c.leaves {
		b := breaker{c: c, leaf: l, part: c.partFor(l)}
		l.value = b.value()
	}
	if c.divided() {
		c.membersOfWindows()
	}
	if c.req.PresentOnly {
		c.presenceOf()
	}
}

// membersOfWindows lets windows tell the members of the rows in them.
func (c *compilation) membersOfWindows() {
	for _, v := range c.views {
		if v.window != nil && v.timeline.inner == nil {
			c.plainPart(v.window).countRows()
		}
	}
}

// countRows makes a part count its rows, if it doesn't yet.
func (p *part) countRows() {
	if !p.counts() {
		p.measures = append(p.measures, &measure{Measure{Name: presence, Func: CountRows, Type: integer}, p})
	}
}

func (p *part) counts() bool {
	return slices.ContainsFunc(p.measures, func(m *measure) bool { return m.Name == presence })
}

// partFor is the part that computes a leaf, before parts are divided.
func (c *compilation) partFor(l *leaf) *part {
	if metrics.IsBalance(l.agg.Func) {
		return c.pickingPart(l.view, l.agg)
	}
	return c.partOf(l.view)
}

// presence counts the rows behind a cell.
const presence = "n"

// breaker breaks one leaf.
type breaker struct {
	c    *compilation
	leaf *leaf
	part *part
}

// value returns the leaf's value over its measures.
func (b breaker) value() metrics.Expr {
	a := b.leaf.agg
	switch a.Func.Name {
	case "count":
		return coalesce(b.count(), whole(0))
	case "count_distinct":
		return coalesce(b.simple(CountDistinct, integer), whole(0))
	case "sum":
		return b.sumOrZero()
	case "avg":
		return b.over(b.sum(a.Args[0], a.Filter), b.add(Measure{Func: Count, Arg: a.Args[0], Filter: a.Filter, Type: integer}))
	case "weighted_avg":
		value, weight := a.Args[0], a.Args[1]
		return b.over(b.sum(product(value, weight), a.Filter), b.sum(weight, all(a.Filter, b.knownIn(value))))
	case "ratio":
		above, below := a.Args[0], a.Args[1]
		return b.over(b.sum(above, all(a.Filter, b.knownIn(below))), b.sum(below, all(a.Filter, b.knownIn(above))))
	case "first", "last":
		return b.add(Measure{Func: Sum, Arg: a.Args[0], Type: sumType(a.Args[0].Base().Type)})
	case metrics.TopShare:
		return b.add(Measure{Func: ShareOfTop, Arg: a.Args[0], P: share(a), Type: double})
	case "min":
		return b.simple(Min, a.Type)
	case "max":
		return b.simple(Max, a.Type)
	case "median":
		return b.add(Measure{Func: Quantile, Arg: a.Args[0], Filter: a.Filter, P: "0.5", Type: double})
	case "percentile":
		return b.add(Measure{Func: Quantile, Arg: a.Args[0], Filter: a.Filter, P: share(a), Type: double})
	case "percentile_disc":
		return b.add(Measure{Func: QuantileDiscrete, Arg: a.Args[0], Filter: a.Filter, P: share(a), Type: a.Type})
	case "stddev":
		return b.simple(StdDev, double)
	case "any":
		return b.simple(AnyTrue, boolean)
	}
	return b.simple(AllTrue, boolean) // every
}

// share is the constant that a percentile is asked for.
func share(a *metrics.Aggregate) string {
	if l, ok := a.Args[1].(*metrics.Literal); ok {
		return l.Text
	}
	return "0.5"
}

func (b breaker) over(above, below metrics.Expr) metrics.Expr {
	return arithmetic(metrics.OpDiv, above, below, double)
}

// product multiplies in the type that has room for it.
func product(x, y metrics.Expr) metrics.Expr {
	a, b := x.Base().Type, y.Base().Type
	t := double
	switch {
	case a.Kind == metrics.Integer && b.Kind == metrics.Integer:
		t = integer
	case a.Exact() && b.Exact() && a.Scale+b.Scale <= metrics.MaxPrecision/2:
		t = metrics.DecimalType(metrics.MaxPrecision, a.Scale+b.Scale)
	}
	return arithmetic(metrics.OpMul, x, y, t)
}

// add returns the field of a measure: an equal one of the timeline, or a new one.
func (b breaker) add(m Measure) metrics.Expr {
	key := fmt.Sprint(m.Func, m.P, keyOf(m.Arg), keyOf(m.Filter))
	if have := b.part.byKey[key]; have != nil {
		return b.use(have)
	}
	m.Name = "a" + strconv.Itoa(len(b.part.measures))
	added := &measure{m, b.part}
	b.part.measures = append(b.part.measures, added)
	b.part.byKey[key] = added
	return b.use(added)
}

func (b breaker) use(m *measure) metrics.Expr {
	b.leaf.measures = append(b.leaf.measures, m)
	return field("", m.Name, m.Type)
}

func (b breaker) simple(f MeasureFunc, t metrics.Type) metrics.Expr {
	return b.add(Measure{Func: f, Arg: b.leaf.agg.Args[0], Filter: b.leaf.agg.Filter, Type: t})
}

// count counts rows, or the values of an argument.
func (b breaker) count() metrics.Expr {
	a := b.leaf.agg
	if len(a.Args) > 0 {
		if _, rows := a.Args[0].(*metrics.SourceRef); !rows {
			return b.simple(Count, integer)
		}
	}
	return b.rows(a.Filter)
}

func (b breaker) rows(filter metrics.Expr) metrics.Expr {
	return b.add(Measure{Func: CountRows, Filter: filter, Type: integer})
}

func (b breaker) sum(x, filter metrics.Expr) metrics.Expr {
	return b.add(Measure{Func: Sum, Arg: b.leaf.timeline.shareOf(x), Filter: filter, Type: sumType(x.Base().Type)})
}

// sumType is wide enough for any sum.
func sumType(t metrics.Type) metrics.Type {
	if t.Kind == metrics.Decimal {
		return metrics.DecimalType(metrics.MaxPrecision, t.Scale)
	}
	return t
}

// sumOrZero tells no rows, whose sum is 0, from rows that are all null, whose sum
// is null. Where nothing can be null, it need not count.
func (b breaker) sumOrZero() metrics.Expr {
	a := b.leaf.agg
	sum := b.sum(a.Args[0], a.Filter)
	zero := whole(0)
	if b.neverNull(a.Args[0]) {
		return coalesce(sum, zero)
	}
	rows := coalesce(b.rows(a.Filter), zero)
	return choose(compare(metrics.OpGt, rows, zero), sum, zero)
}

// neverNull tells whether the data says that no row has a null there.
func (b breaker) neverNull(e metrics.Expr) bool {
	switch e := e.(type) {
	case *metrics.Literal:
		return e.Type.Kind != metrics.Null
	case *metrics.ColumnRef:
		st, found := b.c.stats[e.Source].Columns[e.Column]
		return found && len(e.Path) == 0 && st.Nulls == 0
	case *metrics.Unary:
		return e.Op == metrics.OpNeg && b.neverNull(e.X)
	case *metrics.Binary:
		switch e.Op {
		case metrics.OpAdd, metrics.OpSub, metrics.OpMul: // what is too large is an error
			return b.neverNull(e.L) && b.neverNull(e.R)
		}
	}
	return false
}

// knownIn is the condition that a value is known, nil where it always is.
func (b breaker) knownIn(x metrics.Expr) metrics.Expr {
	if b.neverNull(x) {
		return nil
	}
	return known(x)
}
