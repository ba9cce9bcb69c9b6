// Package resolve gives the names in definitions their meaning: it completes the
// columns of sources, links expressions to columns, dimensions and KPIs, and
// finds the order in which things depend on each other.
package resolve

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Graph is a module whose names are resolved.
type Graph struct {
	*decode.Module
	// SourceOrder is the sources, each behind those whose rows it needs.
	SourceOrder []*decode.Decl[metrics.Source]
	// KPIOrder is the KPIs, each behind those that its value names.
	KPIOrder []*decode.Decl[metrics.KPI]
	// Open holds the sources whose columns are not known, as the data was not asked.
	Open map[string]bool
	// Catalog tells what is in real data; nil where it is not asked.
	Catalog metrics.Catalog
	// Engine tells what SQL in expressions means; nil where there is none.
	Engine metrics.Engine
}

type resolver struct {
	*Graph
	catalog    metrics.Catalog
	sources    map[string]*decode.Decl[metrics.Source]
	dimensions map[string]*decode.Decl[metrics.Dimension]
	kpis       map[string]*decode.Decl[metrics.KPI]
	diags      diag.List
}

// Resolve links all names. catalog tells the columns of sources that declare
// none; nil leaves them open. engine reads SQL in expressions.
func Resolve(m *decode.Module, catalog metrics.Catalog, engine metrics.Engine) (*Graph, diag.List) {
	r := newResolver(&Graph{Module: m, Open: map[string]bool{}, Catalog: catalog, Engine: engine}, catalog)
	r.unions()
	r.queries()
	for _, s := range r.orderUnions() {
		r.completeColumns(s)
	}
	for _, s := range m.Sources {
		r.references(s)
	}
	r.entities()
	for _, s := range m.Sources {
		r.sourceExpressions(s)
	}
	r.rates()
	r.orderSources()
	for _, c := range m.Calendars {
		r.calendar(c)
	}
	for _, d := range m.Dimensions {
		r.dimension(d)
	}
	r.parents()
	for _, k := range m.KPIs {
		r.kpi(k)
	}
	r.orderKPIs()
	for _, c := range m.Checks {
		r.check(c)
	}
	for _, t := range m.Thresholds {
		r.threshold(t)
	}
	for _, s := range m.Sources {
		r.anomalies(s)
	}
	for _, t := range m.Tests {
		r.test(t)
	}
	for _, d := range m.Dashboards {
		r.dashboard(d)
	}
	for _, a := range m.Annotations {
		r.annotation(a)
	}
	for _, c := range m.Announced {
		r.change(c)
	}
	r.renames()
	return r.Graph, r.diags
}

// Expression links the names of a request's expression.
func Expression(g *Graph, e metrics.Expr, positions *decode.Positions, name string) (metrics.Expr, diag.List) {
	module := *g.Module
	module.Positions = positions
	graph := *g
	graph.Module = &module
	r := newResolver(&graph, nil)
	sc := &scope{resolver: r, fallback: diag.Range{File: name}}
	return sc.expr(e, false), r.diags
}

func newResolver(g *Graph, catalog metrics.Catalog) *resolver {
	return &resolver{
		Graph:      g,
		catalog:    catalog,
		sources:    index(g.Sources, func(s *metrics.Source) string { return s.Name }),
		dimensions: index(g.Dimensions, func(d *metrics.Dimension) string { return d.Name }),
		kpis:       index(g.KPIs, func(k *metrics.KPI) string { return k.Name }),
	}
}

func index[T any](decls []*decode.Decl[T], name func(*T) string) map[string]*decode.Decl[T] {
	m := make(map[string]*decode.Decl[T], len(decls))
	for _, d := range decls {
		m[name(d.Value)] = d
	}
	return m
}

// report adds an error at a place.
func (r *resolver) report(code diag.Code, address string, at diag.Range, summary, detail string) {
	r.diags.Add(diag.Diagnostic{Code: code, Address: address, Range: &at, Summary: summary, Detail: detail})
}

func (r *resolver) sourceExpressions(s *decode.Decl[metrics.Source]) {
	sc := &scope{resolver: r, address: s.Address, source: s.Value, fallback: s.Range()}
	for _, c := range s.Value.Columns {
		if c.Value != nil {
			c.Value = sc.expr(c.Value, false)
		}
	}
	sc.rowOnly = true
	if s.Value.Where != nil {
		s.Value.Where = sc.expr(s.Value.Where, false)
	}
	for _, c := range s.Value.Checks {
		c.Assert = sc.expr(c.Assert, false)
	}
	r.columnCycles(s)
	r.sourceNames(s)
}

// anomalies links what a source's anomaly blocks measure: aggregates of its rows.
func (r *resolver) anomalies(s *decode.Decl[metrics.Source]) {
	sc := &scope{resolver: r, address: s.Address, rows: s.Value, fallback: s.Range()}
	for _, a := range s.Value.Anomalies {
		a.Measure = sc.expr(a.Measure, false)
		a.KPI.Value = a.Measure
	}
}

// sourceNames checks the attributes that name columns of the source.
func (r *resolver) sourceNames(s *decode.Decl[metrics.Source]) {
	check := func(name string, path ...string) {
		if !r.Open[s.Value.Name] && s.Value.Column(name) == nil {
			at := s.At(path...)
			r.report(diag.UnknownColumn, s.Address, at, "Unknown column "+strconv.Quote(name),
				s.Address+" has no column "+strconv.Quote(name)+"."+diag.DidYouMean(name, columnNames(s.Value)))
		}
	}
	for _, k := range s.Value.Key {
		check(k, "key", k)
	}
	if s.Value.Time != "" {
		check(s.Value.Time, "time")
	}
	if v := s.Value.Valid; v != nil {
		check(v.From, "valid")
		check(v.To, "valid")
	}
	for _, c := range s.Value.CoverageBy {
		check(c, "coverage", "by")
	}
	if d := s.Value.Dedupe; d != nil {
		for _, c := range d.By {
			check(c, "dedupe", "by", c)
		}
		for _, c := range d.Order {
			check(c, "dedupe", "order", c)
		}
	}
}

func (r *resolver) dimension(d *decode.Decl[metrics.Dimension]) {
	for _, f := range d.Value.From {
		s, known := r.sources[f.Source]
		if !known {
			r.report(diag.UnknownSource, d.Address, d.At("from", f.Source), "Unknown source "+strconv.Quote(f.Source),
				"No source has this name."+diag.DidYouMean(f.Source, names(r.sources)))
			f.Value = &metrics.Name{}
			continue
		}
		sc := &scope{resolver: r, address: d.Address, source: s.Value, rowOnly: true, fallback: d.Range()}
		f.Value = sc.expr(f.Value, false)
	}
}

// parents checks the drill paths of dimensions.
func (r *resolver) parents() {
	for _, d := range r.Dimensions {
		parent := d.Value.Parent
		if parent == "" {
			continue
		}
		if _, known := r.dimensions[parent]; !known {
			r.unknownDimension(parent, d.Address, d.At("parent"))
			continue
		}
		trail := []string{d.Value.Name}
		for p := r.dimensions[parent]; p != nil; p = r.dimensions[p.Value.Parent] {
			if p == d {
				if slices.Min(trail) == d.Value.Name { // once a circle
					r.report(diag.Cycle, d.Address, d.At("parent"), "Dimensions are parents of each other in a circle",
						strings.Join(append(trail, d.Value.Name), " -> ")+". Remove one parent.")
				}
				break
			}
			if slices.Contains(trail, p.Value.Name) {
				break
			}
			trail = append(trail, p.Value.Name)
		}
	}
}

func (r *resolver) unknownDimension(name, address string, at diag.Range) {
	r.report(diag.UnknownDimension, address, at, "Unknown dimension "+strconv.Quote(name),
		"No dimension has this name."+diag.DidYouMean(name, r.cutNames()))
}

func (r *resolver) kpi(k *decode.Decl[metrics.KPI]) {
	sc := &scope{resolver: r, address: k.Address, fallback: k.Range()}
	if k.Value.Value != nil {
		k.Value.Value = sc.expr(k.Value.Value, false)
	}
	if k.Value.Where != nil {
		k.Value.Where = sc.expr(k.Value.Where, false)
	}
	if t := k.Value.Time; t != nil {
		r.kpiTime(k, sc, t)
	}
	for _, set := range k.Value.By {
		for _, name := range set {
			if !r.knownCut(name) {
				r.unknownDimension(name, k.Address, k.At("by", name))
			}
		}
	}
	if t := k.Value.Target; t != nil && t.KPI != "" {
		if _, known := r.kpis[t.KPI]; !known {
			r.unknownKPI(t.KPI, k.Address, k.At("target"))
			k.Value.Target = nil
		}
	}
}

func (r *resolver) kpiTime(k *decode.Decl[metrics.KPI], sc *scope, t *metrics.ColumnRef) {
	parts := append([]string{t.Source}, t.Path...)
	resolved, ok := sc.path(append(parts, t.Column), t.Node)
	if !ok {
		k.Value.Time = nil
		return
	}
	k.Value.Time = resolved
}

func (r *resolver) unknownKPI(name, address string, at diag.Range) {
	r.report(diag.UnknownKPI, address, at, "Unknown KPI "+strconv.Quote(name),
		"No kpi has this name."+diag.DidYouMean(name, names(r.kpis)))
}

func names[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func columnNames(s *metrics.Source) []string {
	out := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		out[i] = c.Name
	}
	return out
}

func byName(a, b *metrics.Reference) int { return cmp.Compare(a.Name, b.Name) }
