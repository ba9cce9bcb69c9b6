package lineage

import "slices"

// Direction is a way along the edges.
type Direction int

// The directions: to what a thing is made of, and to what is made of it.
const (
	Upstream Direction = 1 << iota
	Downstream
)

// Around is the part of the graph that leads to some nodes, or from them, or both.
func (g *Graph) Around(starts []string, way Direction) *Graph {
	nodes, edges := map[string]Node{}, map[[2]string]map[Use]bool{}
	for _, id := range starts {
		if n, found := g.Node(id); found {
			nodes[id] = n
		}
	}
	for _, one := range []Direction{Upstream, Downstream} {
		if way&one == 0 {
			continue
		}
		for _, e := range g.reached(starts, one) {
			for _, id := range []string{e.From, e.To} {
				nodes[id], _ = g.Node(id)
			}
			join(edges, [2]string{e.From, e.To}, e.Uses...)
		}
	}
	return newGraph(nodes, edges)
}

// reached are the edges on all ways from some nodes in one direction. No way leads
// over an edge that hands nothing on, unless it begins or ends there, nor through a
// dimension: that names columns of many sources, of which each KPI takes its own, and
// those stand beside the dimension.
func (g *Graph) reached(starts []string, way Direction) []Edge {
	var out []Edge
	seen := map[string]bool{}
	var visit func(id string, first bool)
	visit = func(id string, first bool) {
		seen[id] = true
		if n, _ := g.Node(id); n.Kind == Dimension && !first {
			return
		}
		for _, e := range g.Next(id, way) {
			if way == Upstream && !first && !hands(e.Uses) {
				continue
			}
			out = append(out, e)
			if next := e.End(way); !seen[next] && (way == Upstream || hands(e.Uses)) {
				visit(next, false)
			}
		}
	}
	for _, id := range starts {
		seen[id] = true
	}
	for _, id := range starts {
		visit(id, true)
	}
	return out
}

// Next are the edges that lead on from a node, in order of where they end.
func (g *Graph) Next(id string, way Direction) []Edge {
	if way == Downstream {
		return g.Down(id)
	}
	return g.Up(id)
}

// End is the node that an edge leads to.
func (e Edge) End(way Direction) string {
	if way == Downstream {
		return e.To
	}
	return e.From
}

// Reached are the nodes on all ways from some nodes in one direction, without
// those themselves, in order of kind and ID.
func (g *Graph) Reached(starts []string, way Direction) []Node {
	return slices.DeleteFunc(g.Around(starts, way).Nodes, func(n Node) bool { return slices.Contains(starts, n.ID) })
}

// With are a node and, of a source or file, its columns.
func (g *Graph) With(id string) []string {
	out := []string{id}
	for _, n := range g.Nodes {
		if n.Whole == id {
			out = append(out, n.ID)
		}
	}
	return out
}
