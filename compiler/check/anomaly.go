package check

import (
	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// anomalies types what anomaly blocks measure: a number of the source's own rows.
func (c *checker) anomalies(s *decode.Decl[metrics.Source]) {
	for _, a := range s.Value.Anomalies {
		c.anomaly(s, a)
	}
}

func (c *checker) anomaly(s *decode.Decl[metrics.Source], a *metrics.Anomaly) {
	at := s.At("anomaly", a.Name, "measure")
	if over := readsKPIs(a.Measure); over != "" {
		c.report(diag.Conflict, s.Address, at, over+" in a measure",
			"An anomaly measures rows of its source alone: count(), sum(amount), and what is made of them. For KPIs write a check or a threshold.")
		return
	}
	t := &typer{checker: c, place: s, address: s.Address}
	t.expr(a.Measure)
	k := decode.Within(s, a.KPI)
	c.unnamed(k)
	kind := a.KPI.Type.Kind
	switch {
	case kind == metrics.Unknown || !complete(a.Measure):
		return // reported already
	case !a.KPI.Type.Numeric():
		c.report(diag.WrongType, s.Address, at, "A measure that is no number", "It is "+diag.A(a.KPI.Type.String())+". Measure by count(), sum(amount) and the like.")
		return
	case len(a.KPI.Sources) != 1 || a.KPI.Sources[0] != s.Value.Name:
		c.report(diag.ManySources, s.Address, at, "A measure of other rows", "An anomaly of source."+s.Value.Name+" measures its own rows: count(), sum(amount) and the like.")
		return
	}
	c.guardedIn(s.Address, a.Measure, c.positioned(at))
	c.anomalyGrain(s, a)
}

// anomalyGrain demands that the measure can be had by the grain.
func (c *checker) anomalyGrain(s *decode.Decl[metrics.Source], a *metrics.Anomaly) {
	g := a.Grain
	if s.Value.Time == "" || g == metrics.NoGrain {
		return // reported already
	}
	why := query.Unfit(c.model, a.Measure, g)
	if own := s.Value.Grain; why == "" && own != "" && !g.Nests(own) {
		why = "Each row of source." + s.Value.Name + " stands for a whole " + string(own) + "."
	}
	if t := s.Value.Column(s.Value.Time); why == "" && g == metrics.Hour && t != nil && t.Type.Kind == metrics.Date {
		why = "The time of its rows is a date."
	}
	if why != "" {
		c.report(diag.GrainTooFine, s.Address, s.At("anomaly", a.Name, "grain"), "This can't be measured by "+string(g), why+" Choose a coarser grain.")
	}
	a.KPI.Grains = []metrics.Grain{g}
}

// readsKPIs names what an expression takes from KPIs, "" where that is nothing.
func readsKPIs(e metrics.Expr) string {
	found := ""
	metrics.Walk(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.KPIRef:
			found = "kpi." + e.KPI
		case *metrics.Call:
			if e.Func.Kind == metrics.KPIFunction {
				found = e.Func.Name
			}
		}
		return found == ""
	})
	return found
}
