package view

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/lineage"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/inert"
)

// LineageFormats are the formats of Lineage.
var LineageFormats = []string{"text", "mermaid", "dot", "json", "openlineage"}

// Traced is what Lineage shows: a graph, or the part of it around one node.
type Traced struct {
	Graph *lineage.Graph
	// Of is the node that was asked for, nil for the whole graph; By are the nodes
	// that stand for it, its columns included.
	Of    *lineage.Node
	By    []string
	Ways  lineage.Direction
	Model *metrics.Model
	AsOf  time.Time
	Place func(address string) (file string, line int) // where a definition stands
}

// LineageOptions say how lineage is shown.
type LineageOptions struct{ Color bool }

// Lineage writes what comes from what.
func Lineage(w io.Writer, format string, t Traced, opt LineageOptions) error {
	switch format {
	case "text":
		return t.text(w, painter(opt.Color))
	case "mermaid":
		return t.mermaid(w)
	case "dot":
		return t.dot(w)
	case "json":
		return t.json(w)
	case "openlineage":
		return t.openLineage(w)
	}
	return fmt.Errorf("no format %q of lineage", format)
}

// lineagePrinter writes trees; what was unfolded once is only named again.
type lineagePrinter struct {
	strings.Builder
	painter
	traced Traced
	shown  map[string]bool
}

func (t Traced) text(w io.Writer, p painter) error {
	b := &lineagePrinter{painter: p, traced: t}
	if t.Of == nil {
		b.all()
	} else {
		fmt.Fprintf(b, "%s\n", b.name(*t.Of, true))
		if t.Ways&lineage.Upstream != 0 {
			b.tree("comes from", lineage.Upstream)
		}
		if t.Ways&lineage.Downstream != 0 {
			b.tree("leads to", lineage.Downstream)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// all lists each node with what it is made of.
func (b *lineagePrinter) all() {
	const indent = "  "
	n := 0
	for _, node := range b.traced.Graph.Nodes {
		edges := b.traced.Graph.Up(node.ID)
		if len(edges) == 0 {
			continue
		}
		if n++; n > 1 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "%s\n", b.name(node, true))
		for _, e := range edges {
			from, _ := b.traced.Graph.Node(e.From)
			b.line(indent, from, e, "")
		}
	}
	if n == 0 {
		b.WriteString("(none)\n")
	}
}

// tree writes one direction from the node that was asked for.
func (b *lineagePrinter) tree(title string, way lineage.Direction) {
	fmt.Fprintf(b, "\n%s\n", b.paint(bold, title))
	b.shown = map[string]bool{}
	start := b.traced.Of.ID
	edges := b.next(b.traced.By, way)
	if len(edges) == 0 {
		b.WriteString("(nothing)\n")
	}
	b.shown[start] = true
	b.branches(edges, "", way)
}

// next are the edges that lead on from some nodes, to none of these.
func (b *lineagePrinter) next(ids []string, way lineage.Direction) []lineage.Edge {
	var out []lineage.Edge
	from := map[string]bool{}
	for _, id := range ids {
		from[id] = true
	}
	for _, id := range ids {
		for _, e := range b.traced.Graph.Next(id, way) {
			if !from[e.End(way)] {
				out = append(out, e)
			}
		}
	}
	return mergeEnds(out, way)
}

// mergeEnds makes one of the edges from several columns that lead to the same node.
func mergeEnds(edges []lineage.Edge, way lineage.Direction) []lineage.Edge {
	var out []lineage.Edge
	at := map[string]int{}
	for _, e := range edges {
		i, found := at[e.End(way)]
		if !found {
			at[e.End(way)] = len(out)
			out = append(out, e)
			continue
		}
		var uses []lineage.Use
		for _, use := range lineage.Uses {
			if slices.Contains(out[i].Uses, use) || slices.Contains(e.Uses, use) {
				uses = append(uses, use)
			}
		}
		out[i].Uses = uses
	}
	return out
}

func (b *lineagePrinter) branches(edges []lineage.Edge, indent string, way lineage.Direction) {
	for i, e := range edges {
		node, _ := b.traced.Graph.Node(e.End(way))
		branch, below := "├─ ", "│  "
		if i == len(edges)-1 {
			branch, below = "└─ ", "   "
		}
		further := b.next([]string{node.ID}, way)
		if node.Kind == lineage.Dimension {
			further = nil // no way leads through one
		}
		again := ""
		if b.shown[node.ID] && len(further) > 0 {
			again, further = " …", nil
		}
		b.shown[node.ID] = true
		b.line(indent+branch, node, e, again)
		b.branches(further, indent+below, way)
	}
}

// line is one node with what it is taken for; what would be wider than a page loses
// its label first.
func (b *lineagePrinter) line(indent string, node lineage.Node, e lineage.Edge, again string) {
	why := "  (" + usesWords(e) + ")" + again
	label := Width(indent+inert.Visible(node.Address)+"  "+inert.Visible(node.Label)+why) <= defaultWidth
	fmt.Fprintf(b, "%s%s%s\n", indent, b.name(node, label), b.paint(faint, why))
}

func (b *lineagePrinter) name(n lineage.Node, label bool) string {
	text := b.paint(bold, inert.Visible(n.Address))
	if label && n.Label != "" {
		text += "  " + inert.Visible(n.Label)
	}
	return text
}

type lineageNodeJSON struct {
	ID      string       `json:"id"`
	Kind    lineage.Kind `json:"kind"`
	Address string       `json:"address"`
	Label   string       `json:"label,omitempty"`
	Part    string       `json:"part_of,omitempty"` // of a column: the source or file
	File    string       `json:"file,omitempty"`    // where the definition stands
	Line    int          `json:"line,omitempty"`
}

type lineageEdgeJSON struct {
	From string        `json:"from"`
	To   string        `json:"to"`
	Uses []lineage.Use `json:"uses"`
}

func (t Traced) json(w io.Writer) error {
	out := struct {
		Of    string            `json:"of,omitempty"`
		Nodes []lineageNodeJSON `json:"nodes"`
		Edges []lineageEdgeJSON `json:"edges"`
	}{Nodes: []lineageNodeJSON{}, Edges: []lineageEdgeJSON{}}
	if t.Of != nil {
		out.Of = t.Of.ID
	}
	for _, n := range t.Graph.Nodes {
		one := lineageNodeJSON{ID: n.ID, Kind: n.Kind, Address: n.Address, Label: n.Label, Part: n.Whole}
		if n.Kind != lineage.File && n.Kind != lineage.FileColumn {
			one.File, one.Line = t.Place(n.Address)
		}
		out.Nodes = append(out.Nodes, one)
	}
	for _, e := range t.Graph.Edges {
		out.Edges = append(out.Edges, lineageEdgeJSON(e))
	}
	return writeJSON(w, out)
}
