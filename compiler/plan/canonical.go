package plan

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// canonical spells the meaning of an expression: constants folded, operands of
// commutative operators ordered, comparisons turned one way, lists of equalities
// taken for in(). What it names upstream stands as that thing's own fingerprint,
// so that a change there is a change here.
type canonical struct {
	source    func(name string) string
	dimension func(name string) string
	kpi       func(name string) string
	calendar  func(name string) string
	rates     func() string
	entities  func(*metrics.ColumnRef) string // that a path goes through

	// within is the KPI in which an expression is written: its where, time and carry
	// belong to its aggregates. usual tells whether a time is the source's own.
	within *metrics.KPI
	usual  func(*metrics.ColumnRef) bool
}

// in is the canonical for what is written in a KPI.
func (c *canonical) in(k *metrics.KPI) *canonical {
	inside := *c
	inside.within = k
	return &inside
}

// expr spells an expression. What computes with aggregates is spelled by its hash,
// as a KPI that holds it is: it makes no difference whether a part has a name.
func (c *canonical) expr(e metrics.Expr) string {
	if number, ok := constant(e); ok {
		return "n:" + number.RatString()
	}
	switch e := e.(type) {
	case *metrics.KPIRef:
		return c.kpi(e.KPI)
	case *metrics.Aggregate:
		if c.within != nil {
			return c.aggregateIn(e)
		}
		return c.aggregate(e, e.Filter)
	case *metrics.Literal:
		return e.Type.Kind.String() + ":" + quote(e.Text)
	case *metrics.ColumnRef:
		return "col(" + c.source(e.Source) + "," + strings.Join(e.Path, ".") + c.entities(e) + "," + e.Column + ")"
	case *metrics.SourceRef:
		return "rows(" + c.source(e.Source) + ")"
	case *metrics.DimensionRef:
		if metrics.CycleNamed(e.Dimension) != nil {
			return "cycle(" + e.Dimension + ")"
		}
		return "dim(" + c.dimension(e.Dimension) + ")"
	}
	text := c.composite(e)
	if c.within == nil || spelled(text) || !computes(e) {
		return text
	}
	return spelling(text)
}

// spelling stands for what computes with aggregates.
func spelling(text string) string { return "#" + hash(text) }

// spelled tells whether a text is a spelling, and nothing else.
func spelled(text string) bool {
	return strings.HasPrefix(text, "#") && !strings.ContainsAny(text, "(,")
}

// computes tells whether an expression is over aggregates, not over rows.
func computes(e metrics.Expr) bool {
	return metrics.Has[*metrics.KPIRef](e) || metrics.Has[*metrics.Aggregate](e)
}

func (c *canonical) composite(e metrics.Expr) string {
	switch e := e.(type) {
	case *metrics.Unary:
		return c.unary(e)
	case *metrics.Binary:
		return c.binary(e)
	case *metrics.Call:
		return c.call(e)
	case *metrics.List:
		return "[" + strings.Join(c.set(e.Items), ",") + "]"
	case *metrics.Mapping:
		return c.mapping(e)
	case *metrics.Native:
		return "sql(" + quote(e.Canonical()) + "," + c.list(e.Args) + ")"
	}
	return "?"
}

// aggregate spells an aggregate over the rows of a source.
func (c *canonical) aggregate(e *metrics.Aggregate, filter metrics.Expr) string {
	return e.Func.Name + "{" + c.source(e.Source) + "}(" + c.list(e.Args) + "|" + c.optional(filter) + ")"
}

// aggregateIn spells an aggregate with what its KPI says of it: it makes no
// difference whether a filter stands in where or in the aggregate.
func (c *canonical) aggregateIn(e *metrics.Aggregate) string {
	rows, k := *c, c.within
	rows.within = nil
	var text string
	if metrics.InnerLevel(e) == nil {
		filter := e.Filter
		if k.Where != nil && filter != nil {
			filter = &metrics.Binary{Node: metrics.Node{Type: metrics.Type{Kind: metrics.Boolean}}, Op: metrics.OpAnd, L: filter, R: k.Where}
		} else if filter == nil {
			filter = k.Where
		}
		text = rows.aggregate(e, filter)
	} else { // its cells hold aggregates of their own
		text = rows.aggregate(e, e.Filter) + "where " + rows.optional(k.Where)
	}
	if t := k.Time; t != nil && !c.usual(t) && (t.Source == e.Source || metrics.InnerLevel(e) != nil) {
		text += "at " + rows.expr(t)
	}
	if !k.Carry.IsZero() {
		text += "carry " + k.Carry.String()
	}
	return spelling(text)
}

func (c *canonical) optional(e metrics.Expr) string {
	if e == nil {
		return ""
	}
	return c.expr(e)
}

func (c *canonical) spell(list []metrics.Expr) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = c.expr(e)
	}
	return out
}

func (c *canonical) list(list []metrics.Expr) string { return strings.Join(c.spell(list), ",") }

// set spells what is in no order, and each once.
func (c *canonical) set(list []metrics.Expr) []string {
	items := c.spell(list)
	slices.Sort(items)
	return slices.Compact(items)
}

// call keeps the order of arguments; bucket's lists are in an order that matters.
// Behind a grain stands what the calendar block is, if it is one; convert reads the
// rates too.
func (c *canonical) call(e *metrics.Call) string {
	if x, items, ok := listed(e); ok {
		return c.among(x, items)
	}
	var args []string
	for i, a := range e.Args {
		if l, ok := a.(*metrics.List); ok && e.Func.Name == "bucket" {
			args = append(args, "["+c.list(l.Items)+"]")
			continue
		}
		args = append(args, c.expr(a))
		for _, word := range metrics.GrainWords(e.Func.Param(i), a) {
			args = append(args, c.calendar(word.Text))
		}
	}
	if e.Func.Name == "convert" {
		args = append(args, c.rates())
	}
	return e.Func.Name + "(" + strings.Join(args, ",") + ")"
}

func (c *canonical) mapping(e *metrics.Mapping) string {
	pairs := make([]string, len(e.Keys))
	for i, k := range e.Keys {
		pairs[i] = quote(k) + "=" + c.expr(e.Values[i])
	}
	slices.Sort(pairs)
	return "{" + strings.Join(pairs, ",") + "}"
}
