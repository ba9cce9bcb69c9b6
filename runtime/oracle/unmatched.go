package oracle

import (
	"slices"
	"strconv"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// A row that leads nowhere knows its reference's key, and the other side has no row of
// it. What it reaches is null; as a member, and where a filter holds a cut against a
// constant, it is (unmatched).

// member is that of a row for a cut.
func (q *question) member(k cut, t timeline, r *row) any {
	s := q.judging(t, r)
	if k.cycle != nil {
		return s.eval(q.over(k, t))
	}
	e := metrics.Expr(k.column)
	if k.dimension != nil {
		e = &metrics.DimensionRef{Dimension: k.dimension.Name}
	}
	if s.leadsNowhere(e) {
		return metrics.Unmatched
	}
	v := s.eval(e)
	if typ := q.typeOf(k); v != nil && typ.Kind != metrics.String && q.reached(k) {
		return q.spelled(v, typ)
	}
	return v
}

func (w *World) typeOf(k cut) metrics.Type {
	if k.dimension != nil {
		return k.dimension.Type
	}
	return k.column.Type
}

// reached tells whether rows of any source find a cut over a reference. Its members are
// texts then, whatever its values are.
func (w *World) reached(k cut) bool {
	if k.column != nil {
		return len(k.column.Path) > 0
	}
	if k.dimension == nil {
		return false
	}
	for _, s := range w.model.Sources {
		if e, path := w.supplied(k.dimension.Name, s.Name); e != nil && len(steps(e, path)) > 0 {
			return true
		}
	}
	return false
}

// steps is the path that must lead somewhere for a row to have a member.
func steps(e metrics.Expr, path []string) []string {
	if ref, ok := e.(*metrics.ColumnRef); ok {
		return ref.Path
	}
	return path
}

// leadsNowhere tells whether the row has no member for a cut as its path breaks off.
func (s scope) leadsNowhere(e metrics.Expr) bool {
	switch e := e.(type) {
	case *metrics.ColumnRef:
		return s.astray(e.Path)
	case *metrics.DimensionRef:
		if metrics.CycleNamed(e.Dimension) == nil {
			return s.astray(steps(s.w.supplied(e.Dimension, s.row.source)))
		}
	}
	return false
}

// holds tells whether a value is one that a filter names.
func (s scope) holds(e metrics.Expr, constant metrics.Expr) bool {
	l, written := constant.(*metrics.Literal)
	if !s.members || !written {
		return s.w.equal(s.eval(e), s.eval(constant))
	}
	if s.leadsNowhere(e) {
		return metrics.IsUnmatched(l)
	}
	v := s.eval(e)
	if _, isText := v.(string); metrics.IsUnmatched(l) && !isText {
		return false
	}
	return s.w.equal(v, s.eval(constant))
}

func allConstant(items []metrics.Expr) bool {
	return !slices.ContainsFunc(items, func(e metrics.Expr) bool {
		_, written := e.(*metrics.Literal)
		return !written
	})
}

// spelled is a value as the text of a member.
func (w *World) spelled(v any, t metrics.Type) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case day:
		return w.cal.startOf(v).Format(time.DateOnly)
	case time.Time:
		return v.In(w.cal.zone).Format("2006-01-02 15:04:05.999999")
	}
	return exact(v).FloatString(t.Scale)
}
