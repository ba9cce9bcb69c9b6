package check

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// dashboard checks that each panel can be drawn from published values, and notes
// the cut sets and grains that apply keeps for it.
func (c *checker) dashboard(d *decode.Decl[metrics.Dashboard]) {
	c.model.Dashboards = append(c.model.Dashboards, d.Value)
	d.Value.Pins = c.pins(d.Address, d.Value.Where)
	for _, s := range d.Value.Sections {
		for _, panel := range s.Panels {
			c.panel(d.Value, c.graph.Panels[panel])
		}
	}
}

// panelChecker checks one panel of a dashboard.
type panelChecker struct {
	*checker
	page *metrics.Dashboard
	*decode.Decl[metrics.Panel]
}

func (c *checker) panel(page *metrics.Dashboard, p *decode.Decl[metrics.Panel]) {
	p.Value.Pins = c.pins(p.Address, p.Value.Where)
	for _, pin := range p.Value.Pins {
		if summary, detail := heldTwice(pin, page.Pins); summary != "" {
			c.report(diag.PageFilter, p.Address, p.At("where"), summary, detail+" The dashboard's where holds for all its panels.")
		}
	}
	pc := &panelChecker{c, page, p}
	pc.axes()
	pc.cutsTaken()
	pc.additive()
	if page.Grain == metrics.NoGrain {
		return // missing: reported
	}
	for _, name := range p.Value.Shown() {
		k := c.model.KPI(name)
		if k == nil || k.Type.Kind == metrics.Unknown {
			continue // reported where it stands
		}
		pc.need(k)
	}
}

// need demands that a KPI has the values that the panel shows, and keeps them.
func (c *panelChecker) need(k *metrics.KPI) {
	if bad := c.misfit(k, c.page.Grain, true); bad != nil {
		c.report(bad.Code, c.Address, decode.PlaceOfKPI(c.Decl, k.Name), bad.Summary, bad.Detail)
		return
	}
	before := len(c.diags)
	sets := c.Value.CutSets(c.page)
	for _, dim := range distinct(sets) {
		c.cuttable(k, dim)
	}
	if len(c.diags) > before {
		return
	}
	for _, set := range sets {
		k.Keep(c.page.Grain, set)
		if t := c.targetOf(k); t != nil && c.misfit(t, c.page.Grain, true) == nil && c.canCut(t, set) {
			t.Keep(c.page.Grain, set)
		}
	}
}

// targetOf is the KPI that the panel sets another against, nil for none.
func (c *panelChecker) targetOf(k *metrics.KPI) *metrics.KPI {
	if k.Target == nil || k.Target.KPI == "" || !slices.Contains(c.Value.Compare, "target") {
		return nil
	}
	return c.model.KPI(k.Target.KPI)
}

// canCut tells whether a KPI can be cut by dimensions, without a word.
func (c *panelChecker) canCut(k *metrics.KPI, dims []string) bool {
	before := c.diags
	for _, dim := range dims {
		c.cuttable(k, dim)
	}
	can := len(c.diags) == len(before)
	c.diags = before
	return can
}

// cuttable demands that all sources of a KPI supply a dimension.
func (c *panelChecker) cuttable(k *metrics.KPI, dim string) {
	cycle := metrics.CycleNamed(dim)
	for _, s := range k.Sources {
		if cycle != nil {
			c.cycle(cycle, decode.Within(c.Decl, k), s)
		} else {
			c.supplies(s, dim, c.Address, c.placeOfCut(k, dim))
		}
	}
}

// placeOfCut is where a panel asks for a dimension: by a page's filter it does so
// where it names the KPI.
func (c *panelChecker) placeOfCut(k *metrics.KPI, dim string) diag.Range {
	switch {
	case slices.Contains(c.Value.By, dim):
		return c.At("by", dim)
	case c.Value.X == dim:
		return c.At("x")
	case c.Value.Y == dim:
		return c.At("y")
	case c.Value.Where != nil && slices.ContainsFunc(c.Value.Pins, func(p metrics.Pin) bool { return p.Dimension == dim }):
		return c.At("where")
	}
	return decode.PlaceOfKPI(c.Decl, k.Name)
}

// axes checks that a heatmap runs along the page's periods or a dimension.
func (c *panelChecker) axes() {
	for _, axis := range []struct{ attribute, name string }{{"x", c.Value.X}, {"y", c.Value.Y}} {
		if c.page.Grain == metrics.NoGrain {
			break // missing: reported
		}
		if _, isGrain := c.model.Grain(axis.name); isGrain && metrics.Grain(axis.name) != c.page.Grain {
			c.report(diag.GrainTooFine, c.Address, c.At(axis.attribute), diag.CapitalA(axis.name)+" on a page by "+string(c.page.Grain),
				"A page has one grain. Write "+axis.attribute+" = "+string(c.page.Grain)+", name a dimension or a cycle such as weekday, or make a dashboard by "+axis.name+".")
		}
	}
	if c.Value.X != "" && c.Value.X == c.Value.Y {
		c.report(diag.Conflict, c.Address, c.At("y"), "Both axes by "+c.Value.Y, "Name another dimension for one of them.")
	}
}

// cutsTaken checks how many dimensions a kind of panel takes.
func (c *panelChecker) cutsTaken() {
	most := map[metrics.PanelKind]int{metrics.TablePanel: 3, metrics.HeadlinePanel: 3}
	limit, several := most[c.Value.Kind]
	if !several {
		limit = 1
	}
	if n := len(c.Value.By); n > limit {
		c.report(diag.WrongValue, c.Address, c.At("by"), "Too many dimensions for "+diag.A(string(c.Value.Kind)),
			"It is cut by "+countWord(limit)+". Leave out "+strings.Join(c.Value.By[limit:], ", ")+", or make a table, whose rows unfold.")
		c.Value.By = c.Value.By[:limit]
	}
	if c.Value.Kind == metrics.LinePanel && len(c.Value.By) > 0 && len(c.Value.KPIs) > 1 {
		c.report(diag.Conflict, c.Address, c.At("by"), "Several KPIs, each by member", "Lines are told apart by KPI or by member. Name one KPI, or leave out by.")
	}
}

// countWord spells a small number of dimensions.
func countWord(n int) string {
	if n == 1 {
		return "one dimension"
	}
	return "up to three dimensions"
}

// additive demands that what is shown as parts of a whole adds up to it.
func (c *panelChecker) additive() {
	what := ""
	switch {
	case c.Value.Kind == metrics.WaterfallPanel:
		what = "A waterfall"
	case c.Value.Other:
		what = "other"
	case c.Value.Cumulative:
		what = "A cumulative share"
	default:
		return
	}
	for _, name := range c.Value.KPIs {
		if k := c.model.KPI(name); k != nil && k.Type.Kind != metrics.Unknown && !c.model.AddsUp(k.Value) {
			c.report(diag.NotAdditivePage, c.Address, decode.PlaceOfKPI(c.Decl, name), "kpi."+name+" doesn't add up",
				what+" is made of members whose values add up to the whole; those of a ratio, an average or a distinct count don't. Show a KPI of sums or counts, or use a table.")
		}
	}
}

// pins reads a page's filter: published values are cells, so that it can hold
// dimensions at one member each.
func (c *checker) pins(address string, where metrics.Expr) []metrics.Pin {
	if where == nil {
		return nil
	}
	t := &typer{checker: c, place: nowhere{}, address: address, rows: true}
	before := len(c.diags)
	t.condition(where, "where")
	if len(c.diags) > before || !complete(where) {
		return nil
	}
	var out []metrics.Pin
	for _, part := range conjuncts(where) {
		pin, ok := pinOf(part)
		if !ok {
			t.fail(diag.PageFilter, part, "A page's where holds a dimension at one member",
				`Pages show published values, which are kept by member. Write channel == "web", several joined by &&; for another selection, define a KPI with a where of its own.`)
			continue
		}
		if summary, detail := heldTwice(pin, out); summary != "" {
			t.fail(diag.PageFilter, part, summary, detail)
			continue
		}
		out = append(out, pin)
	}
	slices.SortFunc(out, func(a, b metrics.Pin) int { return strings.Compare(a.Dimension, b.Dimension) })
	return out
}

// heldTwice tells of a dimension that is held at two members, of which no row has both; ""
// where it is not.
func heldTwice(pin metrics.Pin, others []metrics.Pin) (summary, detail string) {
	for _, other := range others {
		if a, b := memberWord(other), memberWord(pin); other.Dimension == pin.Dimension && a != b {
			return pin.Dimension + " is held at two members",
				"No row is of " + a + " and of " + b + ". Leave one out; for values of both, define a KPI with a where of its own."
		}
	}
	return "", ""
}

func memberWord(p metrics.Pin) string {
	if p.Member == nil {
		return "none"
	}
	return quote(*p.Member)
}

func conjuncts(e metrics.Expr) []metrics.Expr {
	if b, ok := e.(*metrics.Binary); ok && b.Op == metrics.OpAnd {
		return append(conjuncts(b.L), conjuncts(b.R)...)
	}
	return []metrics.Expr{e}
}

// pinOf reads dimension == "member", either way round.
func pinOf(e metrics.Expr) (metrics.Pin, bool) {
	b, ok := e.(*metrics.Binary)
	if !ok || b.Op != metrics.OpEq {
		return metrics.Pin{}, false
	}
	dim, isDim := b.L.(*metrics.DimensionRef)
	member, isMember := b.R.(*metrics.Literal)
	if !isDim {
		dim, isDim = b.R.(*metrics.DimensionRef)
		member, isMember = b.L.(*metrics.Literal)
	}
	if !isDim || !isMember {
		return metrics.Pin{}, false
	}
	pin := metrics.Pin{Dimension: dim.Dimension}
	if member.Type.Kind != metrics.Null {
		pin.Member = &member.Text
	}
	return pin, true
}

// distinct is the dimensions of cut sets, each once.
func distinct(sets [][]string) []string {
	var out []string
	for _, set := range sets {
		out = append(out, set...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// annotation checks a remark's period and members, and keeps what it is about.
func (c *checker) annotation(a *decode.Decl[metrics.Annotation]) {
	c.model.Annotations = append(c.model.Annotations, a.Value)
	cal, err := c.model.Project.Calendar()
	if err != nil || !a.Has("at") || a.Value.At == "" {
		return
	}
	if _, err := cal.Parse(a.Value.At); err != nil {
		c.report(diag.BadPeriod, a.Address, a.At("at"), quote(a.Value.At)+" is no period",
			"Write a day (2017-10-05), hour (2017-10-05T14), week (2017-W40), month (2017-10), quarter (2017-Q4) or year (2017).")
	}
}
