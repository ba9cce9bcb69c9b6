package oracle

import (
	"math/big"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

// scope is where an expression is evaluated: over a row, or over a cell.
type scope struct {
	w   *World
	row *row
	// asked says that a request reads the row: what its references lead to is there
	// as of the request. Cleaning sees all rows.
	asked bool
	// members says that a cut held against a constant stands for its member.
	members bool

	time  metrics.Expr  // by which the row is read
	grain metrics.Grain // that is asked for

	cell *cell
	kpi  *metrics.KPI // whose aggregates are met
}

// eval is the value of an expression.
func (s scope) eval(e metrics.Expr) any {
	switch e := e.(type) {
	case *metrics.Literal:
		return s.literal(e)
	case *metrics.ColumnRef:
		return s.column(e)
	case *metrics.DimensionRef:
		if cycle := metrics.CycleNamed(e.Dimension); cycle != nil {
			at, _ := s.time.(*metrics.ColumnRef)
			return s.eval(s.w.cycleOver(cycle, timeline{source: s.w.model.Source(s.row.source), time: at, spread: s.row.part != nil}))
		}
		value, path := s.w.supplied(e.Dimension, s.row.source)
		if len(path) > 0 && s.follow(path) == nil { // what is computed of nothing may be something
			return nil
		}
		s.members = false
		return s.eval(value)
	case *metrics.KPIRef:
		return s.cell.kpi(s.w.model.KPI(e.KPI))
	case *metrics.Aggregate:
		if s.cell == nil {
			return s.ofRow(e)
		}
		return s.cell.leaf(e, s.kpi)
	case *metrics.Unary:
		return s.unary(e)
	case *metrics.Binary:
		return s.binary(e)
	case *metrics.Call:
		if e.Func.Kind == metrics.KPIFunction {
			return asKind(s.over(e), e.Type.Kind)
		}
		return asKind(s.call(e), e.Type.Kind)
	}
	return nil
}

func (s scope) literal(l *metrics.Literal) any {
	switch l.Type.Kind {
	case metrics.Null, metrics.Unknown:
		return nil
	case metrics.Boolean:
		return l.Text == "true"
	case metrics.String:
		return l.Text
	case metrics.Date, metrics.Timestamp:
		v, _ := s.w.parse(&metrics.Column{Type: l.Type}, &l.Text)
		return v
	}
	x, _ := new(big.Rat).SetString(l.Text)
	return asKind(x, l.Type.Kind)
}

// column is a column of the row, or of the one that its path leads to.
func (s scope) column(ref *metrics.ColumnRef) any {
	if r := s.follow(ref.Path); r != nil {
		return r.cells[ref.Column]
	}
	return nil
}

// follow is the row that a path leads to, or nil. A row that was found by a time
// hands it on.
func (s scope) follow(path []string) *row {
	r := s.row
	var at any
	for _, name := range path {
		from := s.w.model.Source(r.source)
		step := from.Reference(name)
		if !step.Dated(s.w.model.Source(step.To)) {
			at = nil
		} else if at == nil {
			at = r.cells[from.Time]
		}
		if r = s.w.referenced(r, step, at, s.asked); r == nil {
			return nil
		}
	}
	return r
}

// astray tells whether the step at which a path breaks off has all it goes by.
func (s scope) astray(path []string) bool {
	for i, name := range path {
		if s.follow(path[:i+1]) == nil {
			before := s.follow(path[:i])
			return s.w.given(before, s.w.model.Source(before.source).Reference(name))
		}
	}
	return false
}

// given tells whether a row has all that a reference goes by.
func (w *World) given(r *row, ref *metrics.Reference) bool {
	for _, on := range ref.On {
		if r.cells[on.Column] == nil {
			return false
		}
	}
	return true
}

// seen tells whether a row is there as of the request: its own time lies before, or
// isn't known.
func (w *World) seen(r *row) bool {
	s := w.model.Source(r.source)
	if s.Time == "" || s.Ahead {
		return true
	}
	t, known := w.instant(r.cells[s.Time])
	return !known || t.Before(w.asOf)
}

// instant is a point in time; a day is its first instant.
func (w *World) instant(v any) (time.Time, bool) {
	switch v := v.(type) {
	case day:
		return w.cal.startOf(v), true
	case time.Time:
		return v, true
	}
	return time.Time{}, false
}

func (s scope) unary(e *metrics.Unary) any {
	switch x := s.eval(e.X).(type) {
	case bool:
		return !x
	case *big.Rat:
		return negated(x)
	case float64:
		return -x
	}
	return nil
}

func (s scope) binary(e *metrics.Binary) any {
	if e.Op == metrics.OpEq || e.Op == metrics.OpNe {
		one, other := e.L, e.R
		if _, constant := one.(*metrics.Literal); constant {
			one, other = other, one
		}
		return s.holds(one, other) == (e.Op == metrics.OpEq)
	}
	l, r := s.eval(e.L), s.eval(e.R)
	switch e.Op {
	case metrics.OpAnd, metrics.OpOr:
		decides := e.Op == metrics.OpOr
		switch {
		case l == decides || r == decides:
			return decides
		case l == nil || r == nil:
			return nil
		}
		return !decides
	}
	if l == nil || r == nil {
		return nil
	}
	switch e.Op {
	case metrics.OpLt:
		return s.w.compare(l, r) < 0
	case metrics.OpLe:
		return s.w.compare(l, r) <= 0
	case metrics.OpGt:
		return s.w.compare(l, r) > 0
	case metrics.OpGe:
		return s.w.compare(l, r) >= 0
	}
	return arithmetic(e.Op, l, r, e.Type.Kind)
}

// arithmetic is on known numbers: exact ones stay exact, but for quotients.
func arithmetic(op metrics.Op, l, r any, k metrics.Kind) any {
	a, exactL := l.(*big.Rat)
	b, exactR := r.(*big.Rat)
	if op == metrics.OpDiv || !exactL || !exactR || k == metrics.Double {
		return doubles(op, double(l), double(r))
	}
	switch op {
	case metrics.OpAdd:
		return new(big.Rat).Add(a, b)
	case metrics.OpSub:
		return new(big.Rat).Sub(a, b)
	case metrics.OpMul:
		return new(big.Rat).Mul(a, b)
	}
	if b.Sign() == 0 {
		return nil
	}
	whole := new(big.Rat).SetInt(truncated(new(big.Rat).Quo(a, b)))
	return new(big.Rat).Sub(a, whole.Mul(whole, b))
}

func doubles(op metrics.Op, a, b float64) any {
	switch op {
	case metrics.OpAdd:
		return a + b
	case metrics.OpSub:
		return a - b
	case metrics.OpMul:
		return a * b
	}
	if b == 0 {
		return nil
	}
	if op == metrics.OpDiv {
		return a / b
	}
	return a - b*float64(int64(a/b))
}
