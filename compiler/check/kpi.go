package check

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// kpi types a KPI; those it names are typed already.
func (c *checker) kpi(k *decode.Decl[metrics.KPI]) {
	if k.Value.Value == nil {
		return
	}
	t := &typer{checker: c, place: k, address: k.Address}
	t.expr(k.Value.Value)
	b := k.Value.Value.Base()
	k.Value.Type, k.Value.Unit, k.Value.Tax = b.Type, b.Unit, b.Tax

	own := map[string]bool{} // sources of the aggregates written here
	metrics.Walk(k.Value.Value, func(e metrics.Expr) bool {
		if a, ok := e.(*metrics.Aggregate); ok && a.Source != "" {
			own[a.Source] = true
		}
		return true
	})
	k.Value.Sources = c.model.SourcesUnder(k.Value.Value)
	c.guardedIn(k.Address, k.Value.Value, c.positioned(k.At("value")))
	c.kpiResult(k, b, len(k.Value.Sources) == 0)
	c.kpiWhere(k, own)
	c.kpiTime(k, own)
	c.cyclesIn(k, own)
	c.balances(k)
	c.over[k.Value.Name] = c.functionsUnder(k.Value.Value)
}

func (c *checker) kpiResult(k *decode.Decl[metrics.KPI], b *metrics.Node, constant bool) {
	at := k.At("value")
	switch b.Type.Kind {
	case metrics.Unknown:
	case metrics.String, metrics.Null:
		c.report(diag.WrongType, k.Address, at, "A KPI that is no number", "Its value is "+diag.A(b.Type.String())+". A KPI is a number, a truth value, a date or a timestamp.")
		k.Value.Type = metrics.Type{}
	default: // a column outside an aggregate is reported where it stands
		if constant && !metrics.Has[*metrics.ColumnRef](k.Value.Value) {
			c.report(diag.NotAnAggregate, k.Address, at, "A KPI that reads no data", "Its value is the same for all periods. Use an aggregate such as sum(orders.amount), another KPI, or a local for a constant.")
		}
	}
}

// kpiWhere checks that where speaks of the one source that is aggregated here.
func (c *checker) kpiWhere(k *decode.Decl[metrics.KPI], own map[string]bool) {
	if k.Value.Where == nil {
		return
	}
	at := k.At("where")
	unknown := k.Value.Type.Kind == metrics.Unknown
	if len(own) == 0 && !unknown {
		c.report(diag.Conflict, k.Address, at, "where without an aggregate",
			"where holds for the aggregates written in this KPI, and there are none: it doesn't reach into KPIs that are named. Put the filter into those KPIs.")
		return
	}
	t := &typer{checker: c, place: k, address: k.Address, rows: true}
	t.condition(k.Value.Where, "where")
	c.guardedIn(k.Address, k.Value.Where, c.positioned(at))
	for _, s := range sortedSources(t.sources) {
		if len(own) > 1 || !own[s] && !unknown {
			c.report(diag.ManySources, k.Address, at, "where over columns of source."+s,
				"This KPI aggregates "+strings.Join(sortedSources(own), " and ")+"; a filter over columns can hold for one source only. Give each aggregate its own filter: sum(x, filter), or filter by a dimension.")
			return
		}
	}
	c.dimensionsReach(k.Address, k.Value.Where, own, at)
}

// dimensionsReach demands that a filter's dimensions can be supplied by the sources.
func (c *checker) dimensionsReach(address string, filter metrics.Expr, sources map[string]bool, at diag.Range) {
	metrics.Walk(filter, func(e metrics.Expr) bool {
		if ref, ok := e.(*metrics.DimensionRef); ok {
			for _, s := range sortedSources(sources) {
				c.supplies(s, ref.Dimension, address, at)
			}
		}
		return true
	})
}

// supplies demands that a source supplies a dimension. Many KPIs ask the same,
// so that the answer is remembered.
func (c *checker) supplies(source, dimension, address string, at diag.Range) {
	key := [2]string{source, dimension}
	problem, known := c.supply[key]
	if !known {
		if d := c.model.Dimension(dimension); d != nil && len(d.From) > 0 { // that it has none is reported already
			_, problem = query.Supply(c.model, source, d)
		}
		c.supply[key] = problem
	}
	if problem != nil {
		told := *problem
		told.Address, told.Range = address, &at
		c.diags.Add(told)
	}
}

func (c *checker) kpiTime(k *decode.Decl[metrics.KPI], own map[string]bool) {
	ref := k.Value.Time
	if ref == nil || k.Value.Type.Kind == metrics.Unknown {
		return
	}
	at := k.At("time")
	c.guardedIn(k.Address, ref, func(metrics.Expr) diag.Range { return at })
	column := c.columnOf(ref)
	ref.Type = column.Type
	switch {
	case len(own) == 0:
		c.report(diag.Conflict, k.Address, at, "time without an aggregate", "time holds for the aggregates written in this KPI, and there are none: it doesn't reach into KPIs that are named.")
	case len(own) > 1 || !own[ref.Source]:
		c.report(diag.ManySources, k.Address, at, "time of source."+ref.Source, "This KPI aggregates "+strings.Join(sortedSources(own), " and ")+
			"; a time column can hold for one source only. Make a KPI for each source and combine those.")
	case column.Type.Kind != metrics.Unknown && !column.Type.Temporal():
		c.report(diag.WrongType, k.Address, at, quote(ref.Column)+" is "+diag.A(column.Type.String()), "The time of a row is a date or timestamp.")
	}
}

// cuts demands that every source of a KPI supplies the cuts that apply keeps.
func (c *checker) cuts(k *decode.Decl[metrics.KPI]) {
	told := map[string]bool{}
	for _, set := range k.Value.By {
		for _, dim := range set {
			cycle := metrics.CycleNamed(dim)
			if c.model.Dimension(dim) == nil && cycle == nil || told[dim] {
				continue
			}
			told[dim] = true
			for _, s := range k.Value.Sources {
				if cycle != nil {
					c.cycle(cycle, k, s)
				} else {
					c.supplies(s, dim, k.Address, k.At("by", dim))
				}
			}
		}
	}
}

// grains finds the grains that apply keeps: a KPI's own must all be possible,
// of the project's those that are.
func (c *checker) grains(k *decode.Decl[metrics.KPI]) {
	own := len(k.Value.Grains) > 0
	if !own {
		k.Value.Grains = slices.Clone(c.model.Project.Grains)
	}
	timeless := c.timeless(k.Value)
	if timeless != "" && own {
		c.report(diag.NoTime, k.Address, k.At("grains"), "source."+timeless+" has no time",
			"Without it, kpi."+k.Value.Name+" has no value by period. Give the source a time = column, or the KPI that aggregates it.")
	}
	k.Value.Grains = slices.DeleteFunc(k.Value.Grains, func(g metrics.Grain) bool {
		bad := c.misfit(k.Value, g, own)
		if bad != nil && own && bad.Code != diag.NoTime {
			c.report(bad.Code, k.Address, k.At("grains", string(g)), bad.Summary, bad.Detail+" Take "+string(g)+" out of grains.")
		}
		return bad != nil
	})
}

// misfit says why a KPI can't be had by a grain, nil where it can. named tells that
// somebody asked for it; then it is for a calendar's data to say whether its periods
// consist of whole ones of a source.
func (c *checker) misfit(k *metrics.KPI, g metrics.Grain, named bool) *diag.Diagnostic {
	summary := "kpi." + k.Name + " can't be had by " + string(g)
	if s := c.timeless(k); s != "" {
		return &diag.Diagnostic{Code: diag.NoTime, Summary: summary,
			Detail: "source." + s + " has no time. Give the source a time = column, or the KPI that aggregates it."}
	}
	if why := query.Unfit(c.model, k.Value, g); why != "" {
		return &diag.Diagnostic{Code: diag.GrainTooFine, Summary: summary, Detail: why}
	}
	for _, name := range k.Sources {
		s := c.model.Source(name)
		if s.Grain == "" || g.Nests(s.Grain) || g != metrics.Hour && query.SpreadsAll(c.model, k, name) || named && c.model.Calendar(string(g)) != nil {
			continue
		}
		return &diag.Diagnostic{Code: diag.GrainTooFine, Summary: summary,
			Detail: "Each row of source." + s.Name + " stands for a whole " + string(s.Grain) + ", of which no " + string(g) + " is made up."}
	}
	return nil
}

// timeless is a source without time that the KPI aggregates without saying by
// which column; "" where there is none.
func (c *checker) timeless(k *metrics.KPI) string {
	if found, known := c.noTime[k.Name]; known {
		return found
	}
	found := ""
	metrics.Walk(k.Value, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.Aggregate:
			if s := c.model.Source(e.Source); s != nil && s.Time == "" && k.Time == nil {
				found = s.Name
			}
			return metrics.InnerLevel(e) != nil
		case *metrics.KPIRef:
			if s := c.timeless(c.model.KPI(e.KPI)); s != "" {
				found = s
			}
		}
		return found == ""
	})
	c.noTime[k.Name] = found
	return found
}
