package resolve

import (
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// dashboard links the names in a dashboard and its panels. Names that nothing has
// are left out of the panels, so that later stages need not ask again.
func (r *resolver) dashboard(d *decode.Decl[metrics.Dashboard]) {
	d.Value.Where = r.pageFilter(d.Address, d.Range(), d.Value.Where)
	for _, s := range d.Value.Sections {
		for _, panel := range s.Panels {
			r.panel(r.Panels[panel])
		}
	}
}

func (r *resolver) pageFilter(address string, at diag.Range, where metrics.Expr) metrics.Expr {
	if where == nil {
		return nil
	}
	sc := &scope{resolver: r, address: address, fallback: at}
	return sc.expr(where, false)
}

func (r *resolver) panel(p *decode.Decl[metrics.Panel]) {
	p.Value.Where = r.pageFilter(p.Address, p.Range(), p.Value.Where)
	p.Value.KPIs = slices.DeleteFunc(p.Value.KPIs, func(name string) bool { return !r.knownKPI(name, p.Address, decode.PlaceOfKPI(p, name)) })
	p.Value.By = slices.DeleteFunc(p.Value.By, func(name string) bool { return !r.pageCut(name, p.Address, p.At("by", name)) })
	for _, axis := range []struct {
		attribute string
		name      *string
	}{{"x", &p.Value.X}, {"y", &p.Value.Y}} {
		if *axis.name != "" && !r.isGrain(*axis.name) && !r.pageCut(*axis.name, p.Address, p.At(axis.attribute)) {
			*axis.name = ""
		}
	}
	p.Value.Sources = slices.DeleteFunc(p.Value.Sources, func(name string) bool {
		_, known := r.sources[name]
		if !known {
			r.report(diag.UnknownSource, p.Address, p.At("sources", name), "Unknown source "+strconv.Quote(name),
				"No source has this name."+diag.DidYouMean(name, names(r.sources)))
		}
		return !known
	})
	for _, m := range metrics.ValueInText.FindAllStringSubmatch(p.Value.Markdown, -1) {
		r.knownKPI(m[1], p.Address, p.At("markdown"))
	}
}

func (r *resolver) knownKPI(name, address string, at diag.Range) bool {
	_, known := r.kpis[name]
	if !known {
		r.unknownKPI(name, address, at)
	}
	return known
}

func (r *resolver) pageCut(name, address string, at diag.Range) bool {
	known := r.knownCut(name)
	if !known {
		r.unknownDimension(name, address, at)
	}
	return known
}

// annotation links the KPI and the dimensions of a remark.
func (r *resolver) annotation(a *decode.Decl[metrics.Annotation]) {
	if a.Value.KPI != "" && !r.knownKPI(a.Value.KPI, a.Address, a.At("kpi")) {
		a.Value.KPI = ""
	}
	a.Value.By = slices.DeleteFunc(a.Value.By, func(p metrics.Pin) bool { return !r.pageCut(p.Dimension, a.Address, a.At("by", p.Dimension)) })
}
