package decode

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var dashboardGrammar grammar[metrics.Dashboard]

func init() { // the reader of sections uses a grammar of its own
	dashboardGrammar = grammar[metrics.Dashboard]{
		attributes: attributes[metrics.Dashboard]{
			"title":       func(d *decoder, x *metrics.Dashboard, a attribute) { x.Title = d.text(a) },
			"description": func(d *decoder, x *metrics.Dashboard, a attribute) { x.Description = d.text(a) },
			"owner":       func(d *decoder, x *metrics.Dashboard, a attribute) { x.Owner = d.text(a) },
			"grain":       func(d *decoder, x *metrics.Dashboard, a attribute) { x.Grain = d.grain(a) },
			"good":        func(d *decoder, x *metrics.Dashboard, a attribute) { x.Good = d.word(a, "green", "red") },
			"language":    func(d *decoder, x *metrics.Dashboard, a attribute) { x.Language = d.word(a, "en", "zh") },
			"where":       func(d *decoder, x *metrics.Dashboard, a attribute) { x.Where = d.expression(a) },
		},
		blocks: blocks[metrics.Dashboard]{
			"section": func(d *decoder, x *metrics.Dashboard, b *hclsyntax.Block) {
				if s := d.section(b); s != nil {
					x.Sections = append(x.Sections, s)
				}
			},
		},
	}
}

func (d *decoder) dashboard(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	x := &metrics.Dashboard{Name: name}
	dashboardGrammar.body(d, b.Body, "dashboard", x)
	if b.Body.Attributes["grain"] == nil {
		d.missing(b, "grain", "grain = week")
	}
	if !slices.ContainsFunc(b.Body.Blocks, func(n *hclsyntax.Block) bool { return n.Type == "section" }) {
		d.errorAt(diag.MissingAttribute, b.DefRange(), `Missing "section"`, `A page has sections, and those have panels: section "overview" { card { kpi = kpi.sales } }, each on a line of its own.`)
	}
	d.dashboards = append(d.dashboards, &Decl[metrics.Dashboard]{Value: x, Address: "dashboard." + name, place: d.place(b)})
}

// section reads the panels of a section in the order in which they stand.
func (d *decoder) section(b *hclsyntax.Block) *metrics.Section {
	s := &metrics.Section{Name: d.nestedLabel(b, `section "overview" { ... }.`)}
	if s.Name == "" {
		return nil
	}
	g := grammar[metrics.Section]{
		attributes: attributes[metrics.Section]{
			"title": func(d *decoder, s *metrics.Section, a attribute) { s.Title = d.text(a) },
			"note":  func(d *decoder, s *metrics.Section, a attribute) { s.Note = d.text(a) },
		},
		blocks:   blocks[metrics.Section]{},
		repeated: slices.Collect(maps.Keys(panelGrammars)),
	}
	for kind := range panelGrammars {
		g.blocks[kind] = func(d *decoder, s *metrics.Section, b *hclsyntax.Block) { s.Panels = append(s.Panels, d.panel(b)) }
	}
	g.body(d, b.Body, "section", s)
	return s
}

// panelAttributes are all that panels may say; each kind takes some of them.
var panelAttributes = attributes[metrics.Panel]{
	"title": func(d *decoder, p *metrics.Panel, a attribute) { p.Title = d.text(a) },
	"note":  func(d *decoder, p *metrics.Panel, a attribute) { p.Note = d.text(a) },
	"where": func(d *decoder, p *metrics.Panel, a attribute) { p.Where = d.expression(a) },
	"by":    func(d *decoder, p *metrics.Panel, a attribute) { p.By = d.names(a) },
	"compare": func(d *decoder, p *metrics.Panel, a attribute) {
		p.Compare = d.words(a, "previous", "year_ago", "target")
	},
	"kpi":        func(d *decoder, p *metrics.Panel, a attribute) { p.KPIs = d.kpiNames(a) },
	"kpis":       func(d *decoder, p *metrics.Panel, a attribute) { p.KPIs = d.kpiNames(a) },
	"steps":      func(d *decoder, p *metrics.Panel, a attribute) { p.KPIs = d.kpiNames(a) },
	"trend":      func(d *decoder, p *metrics.Panel, a attribute) { p.Trend = d.integer(a, 2, 400) },
	"periods":    func(d *decoder, p *metrics.Panel, a attribute) { p.Periods = d.integer(a, 2, 400) },
	"top":        func(d *decoder, p *metrics.Panel, a attribute) { p.Top = d.integer(a, 1, 1000) },
	"other":      func(d *decoder, p *metrics.Panel, a attribute) { p.Other = d.boolean(a) },
	"cumulative": func(d *decoder, p *metrics.Panel, a attribute) { p.Cumulative = d.boolean(a) },
	"share":      func(d *decoder, p *metrics.Panel, a attribute) { p.Share = d.boolean(a) },
	"x":          func(d *decoder, p *metrics.Panel, a attribute) { p.X = d.name(a) },
	"y":          func(d *decoder, p *metrics.Panel, a attribute) { p.Y = d.name(a) },
	"severity":   func(d *decoder, p *metrics.Panel, a attribute) { p.Severity = d.words(a, "red", "amber") },
	"sources":    func(d *decoder, p *metrics.Panel, a attribute) { p.Sources = d.names(a) },
	"markdown":   func(d *decoder, p *metrics.Panel, a attribute) { p.Markdown = d.text(a) },
}

// panelGrammar is what a kind of panel takes.
type panelGrammar struct {
	takes    []string // beside title and note
	needs    []string // of these, what can't be left out
	defaults metrics.Panel
}

// neededExamples are what panels can't be without, as one would write it.
var neededExamples = map[string]string{
	"kpi": "kpi = kpi.sales", "kpis": "kpis = [kpi.sales, kpi.orders]", "steps": "steps = [kpi.visits, kpi.orders]", "by": "by = [channel]",
	"x": "x = week", "y": "y = channel", "markdown": `markdown = "..."`,
}

// panelGrammars is all kinds of panels.
var panelGrammars = map[string]panelGrammar{
	"card": {takes: []string{"kpi", "where", "compare", "trend"}, needs: []string{"kpi"},
		defaults: metrics.Panel{Trend: 13}},
	"line": {takes: []string{"kpi", "kpis", "by", "where", "compare", "periods", "top"}, needs: []string{"kpi"},
		defaults: metrics.Panel{Periods: 26}},
	"bar": {takes: []string{"kpi", "by", "where", "compare", "top", "other", "cumulative"}, needs: []string{"kpi", "by"},
		defaults: metrics.Panel{Top: 10}},
	"funnel": {takes: []string{"steps", "where", "compare"}, needs: []string{"steps"}},
	"waterfall": {takes: []string{"kpi", "by", "where", "top"}, needs: []string{"kpi", "by"},
		defaults: metrics.Panel{Top: 8}},
	"table": {takes: []string{"kpi", "kpis", "by", "where", "compare", "trend", "top"}, needs: []string{"kpi"}},
	"heatmap": {takes: []string{"kpi", "x", "y", "where", "periods"}, needs: []string{"kpi", "x", "y"},
		defaults: metrics.Panel{Periods: 13}},
	"ranking": {takes: []string{"kpi", "by", "where", "top"}, needs: []string{"kpi", "by"},
		defaults: metrics.Panel{Top: 5}},
	"cohort": {takes: []string{"kpi", "by", "where", "periods", "share"}, needs: []string{"kpi", "by"},
		defaults: metrics.Panel{Periods: 12}},
	"alerts":   {takes: []string{"severity"}},
	"changes":  {},
	"health":   {takes: []string{"sources"}},
	"text":     {takes: []string{"markdown"}, needs: []string{"markdown"}},
	"headline": {takes: []string{"kpis", "by", "where"}, needs: []string{"kpis"}},
}

// panel reads one panel. Each is a declaration of its own, so that its parts can
// be found where several of a kind stand in a section.
func (d *decoder) panel(b *hclsyntax.Block) *metrics.Panel {
	d.noLabels(b)
	kind := panelGrammars[b.Type]
	p := kind.defaults
	p.Kind = metrics.PanelKind(b.Type)
	g := grammar[metrics.Panel]{attributes: attributes[metrics.Panel]{}}
	for _, name := range append([]string{"title", "note"}, kind.takes...) {
		g.attributes[name] = panelAttributes[name]
	}
	g.body(d, b.Body, b.Type+" panel", &p)
	has := func(name string) bool { return b.Body.Attributes[name] != nil }
	for _, name := range kind.needs {
		if !has(name) && !(name == "kpi" && has("kpis")) {
			d.missing(b, name, neededExamples[name])
		}
	}
	if steps := b.Body.Attributes["steps"]; steps != nil && oneExpr(steps.Expr) {
		d.errorAt(diag.WrongValue, steps.Expr.Range(), "A funnel of one step", "It shows how much of one step comes to the next. Name two or more: steps = [kpi.visits, kpi.orders].")
	}
	if has("kpi") && has("kpis") {
		d.errorAt(diag.Conflict, b.Body.Attributes["kpi"].NameRange, "kpi and kpis in one panel", "Bring them together: kpis = [kpi.sales, kpi.orders].")
	}
	if a := b.Body.Attributes["kpi"]; a != nil && len(p.KPIs) > 1 {
		d.errorAt(diag.WrongValue, a.Expr.Range(), "Several KPIs as kpi", diag.CapitalA(b.Type)+" has one here. Name one, or write kpis where the panel takes several.")
		p.KPIs = p.KPIs[:1]
	}
	d.panels = append(d.panels, &Decl[metrics.Panel]{Value: &p, Address: d.address, place: d.place(b)})
	return &p
}

// oneExpr tells whether an expression is one thing, or a list of one.
func oneExpr(e hclsyntax.Expression) bool {
	list, several := e.(*hclsyntax.TupleConsExpr)
	return !several || len(list.Exprs) == 1
}

// kpiNames reads kpi.sales, or a list of such.
func (d *decoder) kpiNames(a attribute) []string {
	if n := kpiName(a.expr); n != "" {
		return []string{n}
	}
	list, ok := a.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.wrong(a, "KPIs: kpi.sales, or [kpi.sales, kpi.orders]")
		return nil
	}
	var out []string
	for _, e := range list.Exprs {
		n := kpiName(e)
		switch {
		case n == "" && syntax.Broken(e):
		case n == "":
			d.wrong(attribute{a.name, a.nameRange, e}, "KPIs: kpi.sales, or [kpi.sales, kpi.orders]")
		case slices.Contains(out, n):
			d.errorAt(diag.Duplicate, e.Range(), "kpi."+n+" twice", "Name each once.")
		default:
			out = append(out, n)
		}
	}
	return out
}

// kpiName is the name of a KPI that an expression is, "" where it is none.
func kpiName(e hclsyntax.Expression) string {
	if t, ok := e.(*hclsyntax.ScopeTraversalExpr); ok && t.Traversal.RootName() == "kpi" && len(t.Traversal) == 2 {
		if step, ok := t.Traversal[1].(hcl.TraverseAttr); ok {
			return step.Name
		}
	}
	return ""
}

// PlaceOfKPI is where a panel names a KPI.
func PlaceOfKPI(p *Decl[metrics.Panel], name string) diag.Range {
	for _, attribute := range []string{"kpi", "kpis", "steps", "markdown"} {
		if p.Has(attribute) {
			return p.At(attribute, "kpi."+name)
		}
	}
	return p.Range()
}
