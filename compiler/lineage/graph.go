// Package lineage tells what comes from what: from the columns of files over those
// of sources, dimensions and KPIs to pages. A column comes from exactly those that
// its definition names, and each edge says what for.
package lineage

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Kind is what a node is.
type Kind string

// The kinds of nodes, those that come from nothing first.
const (
	File       Kind = "file"
	FileColumn Kind = "file_column"
	Source     Kind = "source" // which rows there are; entities included
	Column     Kind = "column" // what stands in them
	Dimension  Kind = "dimension"
	KPI        Kind = "kpi"
	Check      Kind = "check"
	Threshold  Kind = "threshold"
	Dashboard  Kind = "dashboard"
	Annotation Kind = "annotation"
)

// Kinds are all kinds of nodes, in their order.
var Kinds = []Kind{File, FileColumn, Source, Column, Dimension, KPI, Check, Threshold, Dashboard, Annotation}

// Use is what one thing takes another for.
type Use string

// The uses. Those from Cut on make no value: what is cut by a column, or judged by a
// target, hands neither on to what is made of it.
const (
	Value    Use = "value"
	Rows     Use = "rows"
	Filter   Use = "filter"
	Time     Use = "time"
	Group    Use = "group" // an inner level of detail, the series of a balance
	Join     Use = "join"
	Dedupe   Use = "dedupe"
	Checks   Use = "check"    // rows that fail are kept out
	Coverage Use = "coverage" // tells zero from missing
	Cut      Use = "cut"
	Target   Use = "target"
	Parent   Use = "parent" // a level above
	Remark   Use = "remark"
)

// Uses are all uses, in their order.
var Uses = []Use{Value, Rows, Filter, Time, Group, Join, Dedupe, Checks, Coverage, Cut, Target, Parent, Remark}

// hands tells whether what is made of a thing depends on what it is taken for, too.
func hands(uses []Use) bool {
	first := slices.Index(Uses, Cut)
	return slices.ContainsFunc(uses, func(use Use) bool { return slices.Index(Uses, use) < first })
}

// Node is one thing. Its ID is its address ("kpi.gmv", "source.orders.amount"), of
// files and their columns behind "file:".
type Node struct {
	ID      string
	Kind    Kind
	Address string
	Label   string
	// Whole is the ID of the source or file that a column belongs to.
	Whole string
}

// Edge says that To is made of From, and what From is taken for.
type Edge struct {
	From, To string
	Uses     []Use // in order of Uses
}

// Graph is nodes in order of kind and ID, and edges in order of From and To.
type Graph struct {
	Nodes []Node
	Edges []Edge

	index    map[string]int // of nodes by ID
	up, down map[string][]int
}

func newGraph(nodes map[string]Node, edges map[[2]string]map[Use]bool) *Graph {
	g := &Graph{index: map[string]int{}, up: map[string][]int{}, down: map[string][]int{}}
	for _, n := range nodes {
		g.Nodes = append(g.Nodes, n)
	}
	slices.SortFunc(g.Nodes, func(a, b Node) int {
		return cmp.Or(slices.Index(Kinds, a.Kind)-slices.Index(Kinds, b.Kind), strings.Compare(a.ID, b.ID))
	})
	for i, n := range g.Nodes {
		g.index[n.ID] = i
	}
	for ends, uses := range edges {
		e := Edge{From: ends[0], To: ends[1]}
		for _, use := range Uses {
			if uses[use] {
				e.Uses = append(e.Uses, use)
			}
		}
		g.Edges = append(g.Edges, e)
	}
	slices.SortFunc(g.Edges, func(a, b Edge) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	for i, e := range g.Edges {
		g.up[e.To] = append(g.up[e.To], i)
		g.down[e.From] = append(g.down[e.From], i)
	}
	return g
}

// Node is the node of an ID, if there is one.
func (g *Graph) Node(id string) (Node, bool) {
	i, found := g.index[id]
	if !found {
		return Node{}, false
	}
	return g.Nodes[i], true
}

// Up are the edges that end in a node, in order of where they come from.
func (g *Graph) Up(id string) []Edge { return g.at(g.up[id]) }

// Down are the edges that begin at a node, in order of where they lead.
func (g *Graph) Down(id string) []Edge { return g.at(g.down[id]) }

func (g *Graph) at(places []int) []Edge {
	out := make([]Edge, len(places))
	for i, place := range places {
		out[i] = g.Edges[place]
	}
	return out
}

// Named are the nodes that a name may mean: an address, the part of it behind the
// kind, the path of a file, or that of one that a pattern of files takes in.
func (g *Graph) Named(name string) []Node {
	var exact, loose []Node
	for _, n := range g.Nodes {
		_, short, _ := strings.Cut(n.Address, ".")
		switch {
		case n.Address == name || n.ID == name:
			exact = append(exact, n)
		case n.Kind == File && matches(n.Address, name), n.Kind != File && n.Kind != FileColumn && short == name:
			loose = append(loose, n)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return loose
}

func matches(pattern, name string) bool {
	matched, err := path.Match(pattern, path.Clean(name))
	return err == nil && matched
}

// Whole is the graph of whole sources and files: their columns are left out, and
// what comes from a column comes from the source that has it.
func (g *Graph) Whole() *Graph {
	nodes, edges := map[string]Node{}, map[[2]string]map[Use]bool{}
	whole := func(id string) string {
		n, _ := g.Node(id)
		return cmp.Or(n.Whole, id)
	}
	for _, n := range g.Nodes {
		if n.Whole == "" {
			nodes[n.ID] = n
		}
	}
	for _, e := range g.Edges {
		ends := [2]string{whole(e.From), whole(e.To)}
		if ends[0] != ends[1] {
			join(edges, ends, e.Uses...)
		}
	}
	return newGraph(nodes, edges)
}

func join(edges map[[2]string]map[Use]bool, ends [2]string, uses ...Use) {
	if edges[ends] == nil {
		edges[ends] = map[Use]bool{}
	}
	for _, use := range uses {
		edges[ends][use] = true
	}
}
