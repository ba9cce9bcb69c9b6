package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/metricsascode/metrics/compiler/lineage"
	"github.com/metricsascode/metrics/metrics/inert"
)

// Shapes of nodes in Mermaid, around their text, and in DOT.
var (
	mermaidShapes = map[lineage.Kind][2]string{
		lineage.File: {"[(", ")]"}, lineage.Source: {"[", "]"}, lineage.Dimension: {"{{", "}}"}, lineage.KPI: {"([", "])"},
		lineage.Check: {"{", "}"}, lineage.Dashboard: {"[[", "]]"}, lineage.Annotation: {">", "]"},
	}
	dotShapes = map[lineage.Kind]string{
		lineage.File: "cylinder", lineage.Source: "box", lineage.Dimension: "hexagon", lineage.KPI: "ellipse",
		lineage.Check: "diamond", lineage.Dashboard: "component", lineage.Annotation: "note",
	}
)

// mermaid writes a flowchart. Nodes are numbered, as an ID of Mermaid can't hold
// every character of an address.
func (t Traced) mermaid(w io.Writer) error {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	ids := map[string]string{}
	for i, n := range t.Graph.Nodes {
		id := fmt.Sprintf("n%d", i+1)
		ids[n.ID] = id
		shape, found := mermaidShapes[n.Kind]
		if !found {
			shape = [2]string{"[", "]"}
		}
		text := mermaidText(n.Address)
		if n.Label != "" {
			text += "<br>" + mermaidText(n.Label)
		}
		fmt.Fprintf(&b, "  %s%s\"%s\"%s\n", id, shape[0], text, shape[1])
	}
	for _, e := range t.Graph.Edges {
		fmt.Fprintf(&b, "  %s %s|%s| %s\n", ids[e.From], "-->", usesWords(e), ids[e.To])
	}
	if t.Of != nil {
		fmt.Fprintf(&b, "  style %s stroke-width:3px\n", ids[t.Of.ID])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func usesWords(e lineage.Edge) string {
	words := make([]string, len(e.Uses))
	for i, use := range e.Uses {
		words[i] = string(use)
	}
	return strings.Join(words, ", ")
}

// mermaidText spells what Mermaid or a browser would act on within quotes as numbers
// of characters.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range inert.Visible(s) {
		if strings.ContainsRune("\"#&<>`\\", r) {
			fmt.Fprintf(&b, "#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// dot writes a graph for Graphviz.
func (t Traced) dot(w io.Writer) error {
	var b strings.Builder
	b.WriteString("digraph lineage {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n")
	for _, n := range t.Graph.Nodes {
		shape, found := dotShapes[n.Kind]
		if !found {
			shape = "box"
		}
		text := dotText(n.Address)
		if n.Label != "" {
			text += `\n` + dotText(n.Label)
		}
		style := ""
		if t.Of != nil && n.ID == t.Of.ID {
			style = ", penwidth=3"
		}
		fmt.Fprintf(&b, "  \"%s\" [shape=%s, label=\"%s\"%s];\n", dotText(n.ID), shape, text, style)
	}
	for _, e := range t.Graph.Edges {
		fmt.Fprintf(&b, "  \"%s\" -> \"%s\" [label=\"%s\"];\n", dotText(e.From), dotText(e.To), usesWords(e))
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// dotText is text within quotes of DOT, where a backslash starts an escape.
func dotText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(inert.Visible(s))
}
