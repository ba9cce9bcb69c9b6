package query

import (
	"math"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
)

// A scan with many filtered measures tests every filter on every row. Where the
// filters read columns of few values, it is several times faster to group by those
// columns first, and to filter and add up the small result.
const (
	// manyMeasures is from where on grouping twice pays.
	manyMeasures = 8
	// manySets is the same for cut sets, which engines aggregate one by one.
	manySets = 3
	// shrinks is by which factor the first grouping must make the rows fewer.
	shrinks = 20
)

// inner is the first grouping of a part that groups twice: what filters read,
// beside the keys, and the names that it has there.
type inner struct {
	keys  []Item
	names map[string]metrics.Expr // by canonical text: columns and conditions
}

// preAggregate makes parts group twice where that pays.
func (c *compilation) preAggregate() {
	for _, p := range slices.Clone(c.parts) {
		if !p.main || p.timeline.inner != nil || !c.manyPasses(p) {
			continue
		}
		in, groups := c.innerKeys(p)
		if groups*shrinks > float64(c.stats[p.timeline.source.Name].Rows) {
			continue
		}
		p.within = in
		c.partUnmergeable(p)
	}
}

// manyPasses tells whether a scan has much to do for each row.
func (c *compilation) manyPasses(p *part) bool {
	filtered, merging := 0, 0
	for _, m := range p.measures {
		if mergeable(m.Func) {
			merging++
			if m.Filter != nil {
				filtered++
			}
		}
	}
	return filtered >= manyMeasures || merging > 0 && len(c.sets) >= manySets
}

// mergeable tells whether values of groups make the value of their union.
func mergeable(f MeasureFunc) bool {
	switch f {
	case CountRows, Count, Sum, Min, Max, AnyTrue, AllTrue:
		return true
	}
	return false
}

// partUnmergeable takes out of a part what must see the rows themselves: each
// distinct count alone, the rest together.
func (c *compilation) partUnmergeable(p *part) {
	var stay []*measure
	var rest *part
	for _, m := range p.measures {
		switch {
		case mergeable(m.Func):
			stay = append(stay, m)
		case m.Func == CountDistinct || rest == nil:
			own := c.partOff(p, m)
			if m.Func != CountDistinct {
				rest = own
			}
		default:
			m.part = rest
			rest.measures = append(rest.measures, m)
		}
	}
	p.measures = stay
}

// innerKeys chooses what to group by so that every filter can be judged after: for
// each column the column itself, or the conditions on it, whichever has fewer
// values. It returns an estimate of the number of groups.
func (c *compilation) innerKeys(p *part) (*inner, float64) {
	in := &inner{names: map[string]metrics.Expr{}}
	groups := float64(len(c.periods))
	for i, cut := range p.timeline.cuts {
		groups *= c.distinct(cut)
		if len(columnsOf(cut)) > 0 {
			in.names[keyOf(cut)] = field("", cutColumn(i), cut.Base().Type)
		}
	}
	byColumn := map[string][]metrics.Expr{}
	var order []string
	seen := map[string]bool{}
	for _, m := range p.measures {
		for _, atom := range atoms(m.Filter, nil) {
			if seen[keyOf(atom)] || !mergeable(m.Func) {
				continue
			}
			seen[keyOf(atom)] = true
			on := columnsKey(atom)
			if byColumn[on] == nil {
				order = append(order, on)
			}
			byColumn[on] = append(byColumn[on], atom)
		}
	}
	for _, on := range order {
		groups *= c.addKeys(in, byColumn[on])
	}
	return in, groups
}

// addKeys adds what the conditions on the same columns need, and returns how many
// values it has.
func (c *compilation) addKeys(in *inner, conditions []metrics.Expr) float64 {
	columns := columnsOf(conditions[0])
	asColumns, asConditions := 1.0, 1.0
	for _, column := range columns {
		if in.names[keyOf(column)] == nil {
			asColumns *= c.distinct(column)
		}
	}
	for _, condition := range conditions {
		asConditions *= outcomes(condition)
	}
	if asConditions < asColumns {
		columns = conditions
	}
	for _, e := range columns {
		if in.names[keyOf(e)] == nil {
			name := "f" + strconv.Itoa(len(in.keys))
			in.keys = append(in.keys, Item{name, e})
			in.names[keyOf(e)] = field("", name, e.Base().Type)
		}
	}
	return min(asColumns, asConditions)
}

// outcomes is how many values a condition can have.
func outcomes(e metrics.Expr) float64 {
	if b, ok := e.(*metrics.Binary); ok && (b.Op == metrics.OpEq || b.Op == metrics.OpNe) {
		return 2 // never null
	}
	return 3
}

// distinct estimates how many values an expression has, null included: the product
// over its columns. Where a column is not known, it is too many.
func (c *compilation) distinct(e metrics.Expr) float64 {
	n := 1.0
	for _, column := range columnsOf(e) {
		ref := column.(*metrics.ColumnRef)
		s := c.model.Source(ref.Source)
		for _, step := range ref.Path {
			s = c.model.Source(s.Reference(step).To)
		}
		st, found := c.stats[s.Name].Columns[ref.Column]
		if !found {
			return math.Inf(1)
		}
		n *= float64(st.Distinct + 1)
	}
	return n
}

// atoms are the conditions that && and || and ! join.
func atoms(e metrics.Expr, out []metrics.Expr) []metrics.Expr {
	switch n := e.(type) {
	case nil:
		return out
	case *metrics.Unary:
		if n.Op == metrics.OpNot {
			return atoms(n.X, out)
		}
	case *metrics.Binary:
		if n.Op == metrics.OpAnd || n.Op == metrics.OpOr {
			return atoms(n.R, atoms(n.L, out))
		}
	}
	return append(out, e)
}

// columnsOf are the columns that an expression reads, each once.
func columnsOf(e metrics.Expr) []metrics.Expr {
	var out []metrics.Expr
	metrics.Walk(e, func(e metrics.Expr) bool {
		if _, ok := e.(*metrics.ColumnRef); ok && !slices.ContainsFunc(out, func(have metrics.Expr) bool { return keyOf(have) == keyOf(e) }) {
			out = append(out, e)
		}
		return true
	})
	return out
}

func columnsKey(e metrics.Expr) string {
	key := ""
	for _, column := range columnsOf(e) {
		key += keyOf(column)
	}
	return key
}

// rollUp is the relation of a part that groups twice.
func (c *compilation) rollUp(p *part, r *reach, keys []Item, where []metrics.Expr) Relation {
	first := &Aggregate{Keys: slices.Clone(keys)}
	for _, k := range p.within.keys {
		first.Keys = append(first.Keys, Item{k.Name, r.resolve(k.Expr)})
	}
	partials := map[string]string{} // names by canonical text
	measures := make([]*Measure, len(p.measures))
	for i, m := range p.measures {
		key := strconv.Itoa(int(m.Func)) + keyOf(m.Arg)
		name, have := partials[key]
		if !have {
			name = "b" + strconv.Itoa(len(partials))
			partials[key] = name
			first.Measures = append(first.Measures, &Measure{Name: name, Func: m.Func, Arg: r.resolve(m.Arg), Type: m.Type, Partial: true})
		}
		measures[i] = merge(m.Measure, name, p.within.rename(m.Filter))
	}
	first.Input = filtered(r.relation(), where)
	for i, k := range keys {
		keys[i].Expr = field("", k.Name, k.Expr.Base().Type)
	}
	return c.grouped(first, keys, measures)
}

// merge makes a measure of its values for groups.
func merge(m Measure, partial string, filter metrics.Expr) *Measure {
	out := &Measure{Name: m.Name, Func: m.Func, Arg: field("", partial, m.Type), Filter: filter, Type: m.Type}
	switch m.Func {
	case CountRows, Count:
		out.Func = SumOfCounts
	case Sum:
		if m.Type.Kind == metrics.Double { // the groups' sums are exact still
			out.Arg = field("", partial, metrics.DecimalType(metrics.MaxPrecision, Scale))
		}
	}
	return out
}

// rename puts the names of the first grouping in place of what they stand for.
func (in *inner) rename(e metrics.Expr) metrics.Expr {
	if e == nil {
		return nil
	}
	if f := in.names[keyOf(e)]; f != nil {
		return f
	}
	switch n := e.(type) {
	case *metrics.Unary:
		if n.Op == metrics.OpNot {
			return &metrics.Unary{Node: n.Node, Op: n.Op, X: in.rename(n.X)}
		}
	case *metrics.Binary:
		if n.Op == metrics.OpAnd || n.Op == metrics.OpOr {
			return &metrics.Binary{Node: n.Node, Op: n.Op, L: in.rename(n.L), R: in.rename(n.R)}
		}
	}
	return metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		if f := in.names[keyOf(e)]; f != nil {
			return f
		}
		return e
	})
}
