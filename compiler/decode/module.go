// Package decode turns HCL bodies into the vocabulary of package metrics: one
// file per block. Names in expressions stay as they are written; package
// resolve gives them their meaning.
package decode

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Module is all definitions of a project, unresolved. Declarations are in order
// of name, those of one name in order of place.
type Module struct {
	Project    *Decl[metrics.Project] // nil where there is none
	Sources    []*Decl[metrics.Source]
	Dimensions []*Decl[metrics.Dimension]
	KPIs       []*Decl[metrics.KPI]
	Calendars  []*Decl[metrics.NamedCalendar]
	Checks     []*Decl[metrics.Check]
	Thresholds []*Decl[metrics.Threshold]
	Tests      []*Decl[metrics.Test]
	Dashboards []*Decl[metrics.Dashboard]
	// Panels tells where the panels of dashboards stand.
	Panels      map[*metrics.Panel]*Decl[metrics.Panel]
	Annotations []*Decl[metrics.Annotation]
	Announced   []*Decl[metrics.Announced]
	Renamed     []*Decl[metrics.Renamed] // in order of place
	Positions   *Positions
}

// Options are what a caller passes into a project.
type Options struct {
	// Variables are values given by the caller, as text, by name; they win over defaults.
	Variables map[string]string
	// Environment is values that are there for any project: those that no
	// variable asks for are passed over.
	Environment map[string]string
}

// Decl is one block: what it says, and where.
type Decl[T any] struct {
	Value   *T
	Address string // "kpi.gmv"
	place
}

// place finds the parts of a block in its file.
type place struct {
	file  *syntax.File
	block *hclsyntax.Block
}

// Range is where the block's header stands.
func (p *place) Range() diag.Range {
	return syntax.Range(p.block.DefRange())
}

// Text is the block as it is written.
func (p *place) Text() string {
	r := p.block.Range()
	return string(p.file.Bytes[r.Start.Byte:min(r.End.Byte, len(p.file.Bytes))])
}

// Has tells whether the block itself says an attribute.
func (p *place) Has(attribute string) bool { return p.block.Body.Attributes[attribute] != nil }

// At is where a part of the block stands: an attribute's value, an item of an
// object, a name in a list, an attribute in a nested block (by type, and label
// where it has one).
// Where a part is absent, it is the nearest one around it.
func (p *place) At(path ...string) diag.Range {
	body, best := p.block.Body, p.block.DefRange()
	for len(path) > 0 && body != nil {
		if a, ok := body.Attributes[path[0]]; ok {
			return syntax.Range(exprAt(a.Expr, path[1:]).Range())
		}
		next, used := nestedBlock(body, path)
		if next == nil {
			break
		}
		body, best, path = next.Body, next.DefRange(), path[used:]
	}
	return syntax.Range(best)
}

// nestedBlock returns the block that the start of path names, and how many of
// its parts did so.
func nestedBlock(body *hclsyntax.Body, path []string) (*hclsyntax.Block, int) {
	for _, b := range body.Blocks {
		if b.Type != path[0] {
			continue
		}
		if len(b.Labels) == 0 {
			return b, 1
		}
		if len(path) > 1 && b.Labels[0] == path[1] {
			return b, 2
		}
	}
	return nil, 0
}

func exprAt(e hclsyntax.Expression, path []string) hclsyntax.Expression {
	for len(path) > 0 {
		if list, ok := e.(*hclsyntax.TupleConsExpr); ok {
			if item := listed(list, path[0]); item != nil {
				return item
			}
			return e
		}
		object, ok := e.(*hclsyntax.ObjectConsExpr)
		if !ok {
			return e
		}
		i := slices.IndexFunc(object.Items, func(it hclsyntax.ObjectConsItem) bool { return keyText(it.KeyExpr) == path[0] })
		if i < 0 {
			return e
		}
		e, path = object.Items[i].ValueExpr, path[1:]
	}
	return e
}

// listed is where a name stands in a list, or in a list within it; nil where it doesn't.
func listed(list *hclsyntax.TupleConsExpr, name string) hclsyntax.Expression {
	for _, item := range list.Exprs {
		if hcl.ExprAsKeyword(item) == name || strings.Join(columnOfSource(item), ".") == name {
			return item
		}
		if inner, ok := item.(*hclsyntax.TupleConsExpr); ok {
			if found := listed(inner, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// Positions tells where the nodes of expressions stand.
type Positions struct {
	nodes  [][]hclsyntax.Expression // by file, then by number within the file
	placed []diag.Range             // of nodes that stand within a text, by number
}

// textBit marks the nodes that stand within a text.
const textBit metrics.NodeID = 1 << 63

// Place makes an identity for a node that stands at r, within a text.
func (p *Positions) Place(r diag.Range) metrics.NodeID {
	p.placed = append(p.placed, r)
	return textBit | metrics.NodeID(len(p.placed)-1)
}

const fileShift = 32

// Range is where a node stands; ok is false for nodes that the compiler made.
func (p *Positions) Range(id metrics.NodeID) (r diag.Range, ok bool) {
	if id&textBit != 0 {
		return p.placed[id&^textBit], true
	}
	e := p.expression(id)
	if e == nil {
		return diag.Range{}, false
	}
	return syntax.Range(e.Range()), true
}

// Last is where the last part of a name stands, "amount" of orders.amount; ok is
// false for what is no name of several parts.
func (p *Positions) Last(id metrics.NodeID) (r diag.Range, ok bool) {
	t, ok := p.expression(id).(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(t.Traversal) < 2 {
		return diag.Range{}, false
	}
	at := t.Traversal[len(t.Traversal)-1].SourceRange()
	at.Start.Byte, at.Start.Column = at.Start.Byte+1, at.Start.Column+1 // behind the dot
	return syntax.Range(at), true
}

// expression is that of a node; nil for nodes that the compiler made.
func (p *Positions) expression(id metrics.NodeID) hclsyntax.Expression {
	if id&textBit != 0 {
		return nil
	}
	file, n := int(id>>fileShift)-1, int(id&(1<<fileShift-1))
	if file < 0 || file >= len(p.nodes) || n >= len(p.nodes[file]) {
		return nil
	}
	return p.nodes[file][n]
}

// Decode reads all blocks of all files, side by side by file.
func Decode(files *syntax.Files, opts Options) (*Module, diag.List) {
	vars, diags := gatherValues(files, opts)
	decoders := make([]*decoder, len(files.Files))
	work := make(chan int)
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(files.Files)) {
		wait.Go(func() {
			for i := range work {
				decoders[i] = &decoder{file: files.Files[i], number: metrics.NodeID(i + 1), values: vars}
				decoders[i].topLevel()
			}
		})
	}
	for i := range files.Files {
		work <- i
	}
	close(work)
	wait.Wait()

	m := &Module{Positions: &Positions{}, Panels: map[*metrics.Panel]*Decl[metrics.Panel]{}}
	for _, d := range decoders {
		m.Sources = append(m.Sources, d.sources...)
		m.Dimensions = append(m.Dimensions, d.dimensions...)
		m.KPIs = append(m.KPIs, d.kpis...)
		m.Calendars = append(m.Calendars, d.calendars...)
		m.Checks = append(m.Checks, d.checks...)
		m.Thresholds = append(m.Thresholds, d.thresholds...)
		m.Tests = append(m.Tests, d.tests...)
		m.Dashboards = append(m.Dashboards, d.dashboards...)
		m.Annotations = append(m.Annotations, d.annotations...)
		m.Announced = append(m.Announced, d.announced...)
		for _, p := range d.panels {
			m.Panels[p.Value] = p
		}
		m.Renamed = append(m.Renamed, d.renames...)
		m.Positions.nodes = append(m.Positions.nodes, d.nodes)
		diags = append(diags, d.diags...)
		for _, p := range d.projects {
			if m.Project == nil {
				m.Project = p
			} else {
				diags.Add(twice("project block", p.Address, p.Range(), m.Project.Range()))
			}
		}
	}
	m.Sources = unique(m.Sources, func(s *metrics.Source) string { return s.Name }, &diags)
	m.Dimensions = unique(m.Dimensions, func(d *metrics.Dimension) string { return d.Name }, &diags)
	m.KPIs = unique(m.KPIs, func(k *metrics.KPI) string { return k.Name }, &diags)
	m.Calendars = unique(m.Calendars, func(c *metrics.NamedCalendar) string { return c.Name }, &diags)
	m.Checks = unique(m.Checks, func(c *metrics.Check) string { return c.Name }, &diags)
	m.Thresholds = unique(m.Thresholds, func(t *metrics.Threshold) string { return t.Name }, &diags)
	m.Tests = unique(m.Tests, func(t *metrics.Test) string { return t.Name }, &diags)
	m.Dashboards = unique(m.Dashboards, func(d *metrics.Dashboard) string { return d.Name }, &diags)
	m.Announced = unique(m.Announced, func(c *metrics.Announced) string { return c.Name }, &diags)
	m.Annotations = unique(m.Annotations, func(n *metrics.Annotation) string { return n.Name }, &diags)
	return m, diags
}

// unique sorts declarations by name, reports those whose name is taken, and
// keeps the first of each. Names that differ by case alone are one name to the engine,
// and to whoever speaks of them.
func unique[T any](decls []*Decl[T], name func(*T) string, diags *diag.List) []*Decl[T] {
	slices.SortStableFunc(decls, func(a, b *Decl[T]) int { return cmp.Compare(name(a.Value), name(b.Value)) })
	var out []*Decl[T]
	taken := map[string]*Decl[T]{}
	for _, d := range decls {
		key := strings.ToLower(name(d.Value))
		first := taken[key]
		if first == nil {
			taken[key] = d
			out = append(out, d)
			continue
		}
		kind, _, _ := strings.Cut(d.Address, ".")
		what := kind + " " + quote(name(d.Value))
		if name(first.Value) != name(d.Value) {
			what = kind + " " + quote(name(first.Value)) + ", but for the case of letters"
		}
		diags.Add(twice(what, d.Address, d.Range(), first.Range()))
	}
	return out
}

func twice(what, address string, second, first diag.Range) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.Duplicate, Summary: "A second " + what, Address: address, Range: &second,
		Detail: "It is defined already in " + first.File + ", line " + itoa(first.Start.Line) + ". All files of a project share one set of names: rename or remove one of the two.",
		Labels: []diag.Label{{Range: first, Text: "first defined here"}},
	}
}
