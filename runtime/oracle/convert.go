package oracle

import "github.com/metricsascode/metrics/metrics"

// convert is an amount in another currency, by the last rate on or before the day of
// the row; null where there is none.
func (s scope) convert(e *metrics.Call) any {
	amount, from, to := s.eval(e.Args[0]), s.eval(e.Args[1]), s.eval(e.Args[2])
	if amount == nil || from == nil || s.w.equal(from, to) {
		if from == nil {
			return nil
		}
		return amount
	}
	by := s.time
	if len(e.Args) > 3 { // a dimension says by which
		by = e.Args[3]
	}
	on, known := s.w.asDay(scope{w: s.w, row: s.row, asked: true}.eval(by))
	if !known {
		return nil
	}
	fx := s.w.model.Source(s.w.model.Project.FX)
	var last, rate any
	for _, r := range s.w.rows(fx.Name) {
		d, dated := s.w.asDay(r.cells[fx.Time])
		fits := s.w.equal(r.cells[metrics.RateFrom], from) && s.w.equal(r.cells[metrics.RateTo], to) && r.cells[metrics.Rate] != nil
		if dated && fits && d <= on && s.w.seen(r) && (last == nil || d > last.(day)) {
			last, rate = d, r.cells[metrics.Rate]
		}
	}
	if rate == nil {
		return nil
	}
	return arithmetic(metrics.OpMul, amount, rate, e.Type.Kind)
}
