package resolve

import (
	"slices"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
)

// threshold links the names in a threshold. Its conditions speak of published values:
// of KPIs, and of nothing that lies below them.
func (r *resolver) threshold(t *decode.Decl[metrics.Threshold]) {
	if t.Value.KPI != "" && !r.knownKPI(t.Value.KPI, t.Address, t.At("kpi")) {
		t.Value.KPI = ""
	}
	t.Value.By = slices.DeleteFunc(t.Value.By, func(name string) bool { return !r.pageCut(name, t.Address, t.At("by", name)) })
	sc := &scope{resolver: r, address: t.Address, judged: t.Value.KPI, fallback: t.Range()}
	for _, e := range []*metrics.Expr{&t.Value.Red, &t.Value.Amber, &t.Value.Where} {
		if *e != nil {
			*e = sc.expr(*e, false)
		}
	}
}

// ofJudged completes a function of conditions that names no KPI: it is of the one
// that is judged.
func (sc *scope) ofJudged(c *metrics.Call) {
	last := len(c.Func.Params) - 1
	if c.Func.Params[last].Accept != metrics.AcceptKPIName || len(c.Args) > last {
		return
	}
	if sc.judged == "" {
		c.Args = append(c.Args, bad(c.Node)) // the threshold's KPI is missing: reported
		return
	}
	c.Args = append(c.Args, &metrics.KPIRef{Node: metrics.Node{ID: c.ID}, KPI: sc.judged})
}
