// Package check gives every expression its type, unit and tax basis, refuses
// what would give wrong numbers, and builds the Model.
package check

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/compiler/resolve"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

type checker struct {
	graph *resolve.Graph
	model *metrics.Model
	// noTime remembers for each KPI the source without time that it needs, "" for none.
	noTime map[string]string
	// supply remembers, for source and dimension, why the one can't supply the other; nil: it can.
	supply map[[2]string]*diag.Diagnostic
	// over remembers for each KPI the functions over KPIs that it uses.
	over  map[string]map[string]bool
	diags diag.List
}

func newChecker(g *resolve.Graph, m *metrics.Model) *checker {
	return &checker{graph: g, model: m, noTime: map[string]string{}, supply: map[[2]string]*diag.Diagnostic{}, over: map[string]map[string]bool{}}
}

// Check types a graph and returns its model. With errors the model is partial:
// what failed has unknown type.
func Check(g *resolve.Graph) (*metrics.Model, diag.List) {
	c := newChecker(g, &metrics.Model{})
	if g.Project != nil {
		c.model.Project = *g.Project.Value
	}
	for _, s := range g.Sources {
		c.model.Sources = append(c.model.Sources, s.Value)
	}
	for _, d := range g.Dimensions {
		c.model.Dimensions = append(c.model.Dimensions, d.Value)
	}
	for _, k := range g.KPIs {
		c.model.KPIs = append(c.model.KPIs, k.Value)
	}
	for _, d := range g.Calendars {
		c.model.Calendars = append(c.model.Calendars, d.Value)
	}
	for _, s := range g.SourceOrder {
		c.source(s)
	}
	c.classify()
	c.rates()
	c.health()
	for _, d := range g.Calendars {
		c.calendar(d)
	}
	for _, s := range g.Sources {
		c.referenceTypes(s)
	}
	for _, d := range g.Dimensions {
		c.dimension(d)
	}
	for _, k := range g.KPIOrder {
		c.kpi(k)
	}
	for _, k := range g.KPIs {
		c.columnNames(k)
		c.target(k)
		c.cuts(k)
		c.grains(k)
	}
	for _, a := range g.Checks {
		c.assertion(a)
	}
	for _, d := range g.Thresholds {
		c.threshold(d)
	}
	c.keepNestings()
	for _, s := range g.Sources {
		c.anomalies(s)
	}
	for _, t := range g.Tests {
		c.test(t)
	}
	for _, d := range g.Dashboards {
		c.dashboard(d)
	}
	for _, a := range g.Annotations {
		c.annotation(a)
	}
	for _, d := range g.Announced {
		c.change(d)
	}
	for _, r := range g.Renamed {
		c.model.Renamed = append(c.model.Renamed, *r.Value)
	}
	return c.model, c.diags
}

// Expression checks one expression of a request. where tells that it is over
// rows; otherwise it is over KPIs, as the value of a KPI is.
func Expression(g *resolve.Graph, positions *decode.Positions, m *metrics.Model, e metrics.Expr, where bool) diag.List {
	module := *g.Module
	module.Positions = positions
	graph := *g
	graph.Module = &module
	t := &typer{checker: newChecker(&graph, m), place: nowhere{}, rows: where}
	t.condition(e, "A condition")
	t.guardedIn("", e, t.positioned(diag.Range{}))
	if !where {
		t.balances(&decode.Decl[metrics.KPI]{Value: &metrics.KPI{Value: e}})
	}
	return t.diags
}

// nowhere is the place of what stands in no file.
type nowhere struct{}

func (nowhere) Range() diag.Range { return diag.Range{} }

func (c *checker) report(code diag.Code, address string, at diag.Range, summary, detail string, labels ...diag.Label) {
	c.diags.Add(diag.Diagnostic{Code: code, Address: address, Range: &at, Summary: summary, Detail: detail, Labels: labels})
}

func (c *checker) dimension(d *decode.Decl[metrics.Dimension]) {
	all := metrics.Type{Kind: metrics.Null}
	for _, f := range d.Value.From {
		s := c.model.Source(f.Source)
		if s == nil {
			continue
		}
		t := &typer{checker: c, place: d, address: d.Address, source: s, rows: true}
		t.expr(f.Value)
		c.guardedIn(d.Address, f.Value, c.positioned(d.At("from", f.Source, "value")))
		own := f.Value.Base().Type
		common, ok := metrics.Unify(all, own)
		if !ok {
			c.report(diag.WrongType, d.Address, d.At("from", f.Source, "value"), "The sources supply unlike values",
				"Here the dimension is "+diag.A(own.String())+", elsewhere "+diag.A(all.String())+", so that members would never meet. Bring both to one type.")
			continue
		}
		all = common
	}
	d.Value.Type = all
	if all.Kind == metrics.Double {
		c.report(diag.WrongType, d.Address, d.Range(), "A dimension of doubles", "Members that are floating point numbers rarely meet exactly. Put them into bands by bucket(), or round to a decimal.")
	}
}

// referenceTypes demands that a reference compares like with like.
func (c *checker) referenceTypes(s *decode.Decl[metrics.Source]) {
	for _, ref := range s.Value.References {
		c.latest(s, ref)
		for _, on := range ref.On {
			from, to := s.Value.Column(on.Column), c.model.Source(ref.To).Column(on.Target)
			if from == nil || to == nil {
				continue
			}
			if _, ok := metrics.Unify(from.Type, to.Type); !ok {
				c.report(diag.WrongType, s.Address, referenceAt(s, ref, on), "A reference between unlike types",
					on.Column+" is "+diag.A(from.Type.String())+", "+ref.To+"."+on.Target+" "+diag.A(to.Type.String())+". Declare both with one type.")
			}
		}
	}
}

// columnNames demands that a KPI is told from a dimension in a result.
func (c *checker) columnNames(k *decode.Decl[metrics.KPI]) {
	if c.model.Dimension(k.Value.Name) != nil {
		c.report(diag.Duplicate, k.Address, k.Range(), "A KPI and a dimension of one name",
			"In a result both would be the column "+quote(k.Value.Name)+". Rename one of the two.")
	}
}

func (c *checker) target(k *decode.Decl[metrics.KPI]) {
	t := k.Value.Target
	if t == nil || t.KPI == "" {
		return
	}
	other := c.model.KPI(t.KPI)
	if other == nil || other.Type.Kind == metrics.Unknown || k.Value.Type.Kind == metrics.Unknown {
		return
	}
	at := k.At("target")
	switch {
	case !other.Type.Numeric() || !k.Value.Type.Numeric():
		c.report(diag.WrongType, k.Address, at, "A target that is no number", "Both the KPI and its target must be numbers.")
	case other.Unit != k.Value.Unit:
		c.report(diag.MixedUnits, k.Address, at, "A target of another unit",
			"kpi."+k.Value.Name+" is in "+unitName(k.Value.Unit)+", kpi."+t.KPI+" in "+unitName(other.Unit)+". Bring both to one unit.")
	case other.Tax != k.Value.Tax:
		c.report(diag.MixedTax, k.Address, at, "A target on another tax basis",
			"kpi."+k.Value.Name+" is "+taxName(k.Value.Tax)+", kpi."+t.KPI+" "+taxName(other.Tax)+". Bring both to one basis, for example by net_of_tax(x, 0.13).")
	}
}

func unitName(u metrics.Unit) string {
	if u == "" {
		return "plain numbers"
	}
	return string(u)
}

func taxName(t metrics.Tax) string {
	if t == metrics.NoTax {
		return "without tax basis"
	}
	return "tax " + string(t)
}

func sortedSources(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for s := range set {
		out = append(out, s)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}

func quote(s string) string { return strconv.Quote(s) }
