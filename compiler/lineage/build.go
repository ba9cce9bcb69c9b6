package lineage

import (
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// builder gathers the graph of a model.
type builder struct {
	model *metrics.Model
	find  metrics.Sources
	nodes map[string]Node
	edges map[[2]string]map[Use]bool
}

// Of is the graph of a model, by columns.
func Of(m *metrics.Model) *Graph {
	b := &builder{model: m, find: m.Source, nodes: map[string]Node{}, edges: map[[2]string]map[Use]bool{}}
	for _, s := range m.Sources {
		b.source(s)
	}
	for _, d := range m.Dimensions {
		b.dimension(d)
	}
	for _, k := range m.KPIs {
		b.kpi(k)
	}
	for _, c := range m.Checks {
		b.check(c)
	}
	for _, t := range m.Thresholds {
		b.threshold(t)
	}
	for _, d := range m.Dashboards {
		b.dashboard(d)
	}
	for _, a := range m.Annotations {
		b.annotation(a)
	}
	return newGraph(b.nodes, b.edges)
}

// define adds a definition and returns its ID.
func (b *builder) define(kind Kind, name, label string) string {
	id := string(kind) + "." + name
	b.nodes[id] = Node{ID: id, Kind: kind, Address: id, Label: label}
	return id
}

func sourceID(name string) string         { return "source." + name }
func columnID(source, name string) string { return sourceID(source) + "." + name }
func kpiID(name string) string            { return "kpi." + name }
func dimensionID(name string) string      { return "dimension." + name }

func (b *builder) edge(from, to string, use Use) {
	if from != to {
		join(b.edges, [2]string{from, to}, use)
	}
}

func (b *builder) dimension(d *metrics.Dimension) {
	id := b.define(Dimension, d.Name, d.Label)
	for _, f := range d.From {
		reader{builder: b, to: id, home: f.Source}.expr(f.Value, Value)
	}
	if d.Parent != "" {
		b.edge(dimensionID(d.Parent), id, Parent)
	}
}

func (b *builder) kpi(k *metrics.KPI) {
	id := b.define(KPI, k.Name, k.Label)
	b.measured(id, k)
	b.cut(id, k.By, k.Sources, Cut)
	if k.Target != nil && k.Target.KPI != "" {
		b.edge(kpiID(k.Target.KPI), id, Target)
	}
}

// measured adds what the value of a KPI is made of.
func (b *builder) measured(id string, k *metrics.KPI) {
	aggregated := aggregates(k.Value)
	reader{builder: b, to: id}.expr(k.Value, Value)
	if k.Where != nil {
		reader{builder: b, to: id, rows: aggregated}.expr(k.Where, Filter)
	}
	for _, name := range aggregated {
		s := b.find(name)
		switch {
		case k.Time != nil && k.Time.Source == name:
			reader{builder: b, to: id}.column(k.Time, Time)
		case s != nil && s.Time != "":
			b.edge(columnID(name, s.Time), id, Time)
		}
	}
}

// aggregates are the sources whose rows an expression itself aggregates, each once.
func aggregates(e metrics.Expr) []string {
	var out []string
	metrics.Walk(e, func(e metrics.Expr) bool {
		if a, ok := e.(*metrics.Aggregate); ok && a.Source != "" {
			out = append(out, a.Source)
		}
		return true
	})
	slices.Sort(out)
	return slices.Compact(out)
}

func (b *builder) check(c *metrics.Check) {
	id := b.define(Check, c.Name, "")
	b.measured(id, c.KPI)
}

// threshold adds the KPIs whose values a threshold judges, cut by dimensions over
// their sources.
func (b *builder) threshold(t *metrics.Threshold) {
	id := b.define(Threshold, t.Name, t.Label)
	for _, r := range b.model.Reads(t) {
		b.edge(kpiID(r.KPI), id, Value)
		b.cut(id, [][]string{t.By}, b.model.KPI(r.KPI).Sources, Cut)
	}
}

func (b *builder) annotation(a *metrics.Annotation) {
	id := b.define(Annotation, a.Name, "")
	b.edge(kpiID(a.KPI), id, Remark)
	for _, pin := range a.By {
		b.edge(dimensionID(pin.Dimension), id, Filter)
	}
}

// dashboard adds what the panels of a page show: values, cut by dimensions over the
// sources of those values.
func (b *builder) dashboard(d *metrics.Dashboard) {
	id := b.define(Dashboard, d.Name, d.Title)
	for _, section := range d.Sections {
		for _, p := range section.Panels {
			var sources []string
			for _, name := range p.Shown() {
				b.edge(kpiID(name), id, Value)
				if k := b.model.KPI(name); k != nil {
					sources = append(sources, k.Sources...)
				}
			}
			b.cut(id, [][]string{p.By, {p.X, p.Y}}, sources, Cut)
			b.cut(id, [][]string{pinned(d.Pins), pinned(p.Pins)}, sources, Filter)
			b.health(id, p)
		}
	}
}

func pinned(pins []metrics.Pin) []string {
	var out []string
	for _, pin := range pins {
		out = append(out, pin.Dimension)
	}
	return out
}

// health adds the sources of whose rows a panel tells.
func (b *builder) health(id string, p *metrics.Panel) {
	if p.Kind != metrics.HealthPanel {
		return
	}
	for _, s := range b.model.Sources {
		if len(p.Sources) == 0 || slices.Contains(p.Sources, s.Name) {
			b.edge(sourceID(s.Name), id, Rows)
		}
	}
}

// cut adds dimensions and the columns by which each source supplies them; other
// words, such as built-in cycles, are by the time of rows, which is there already.
func (b *builder) cut(id string, sets [][]string, sources []string, use Use) {
	for _, name := range slices.Concat(sets...) {
		if d := b.model.Dimension(name); d != nil {
			reader{builder: b, to: id, rows: sources}.dimension(d, use)
		}
	}
}
