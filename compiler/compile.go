// Package compiler turns the files of a project into its Model.
package compiler

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/check"
	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/compiler/resolve"
	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// Options are what a caller passes in beside the files.
type Options struct {
	Variables   map[string]string
	Environment map[string]string // values that are there for any project
	// Catalog tells the columns of sources that declare none; nil leaves them open.
	Catalog metrics.Catalog
	// Engine tells what SQL in expressions means; without it there can be none.
	Engine metrics.Engine
	// Tests tells to read the files that hold tests only, too.
	Tests bool
}

// Project is a compiled project: the Model, and where its definitions stand.
type Project struct {
	Model *metrics.Model
	Files *syntax.Files
	graph *resolve.Graph
}

// Compile runs all stages. Each collects all problems and passes on what is
// usable, so that one call tells everything that is wrong.
func Compile(files fs.FS, opts Options) (*Project, diag.List) {
	parse := syntax.Parse
	if opts.Tests {
		parse = syntax.ParseWithTests
	}
	parsed, diags := parse(files)
	several := severalProjects(parsed)
	if several != nil {
		parsed, diags = &syntax.Files{}, several // one namespace of two projects would be full of errors that aren't
	}
	module, more := decode.Decode(parsed, decode.Options{Variables: opts.Variables, Environment: opts.Environment})
	diags = append(diags, more...)
	if module.Project == nil && several == nil {
		diags = append(diags, noProject(parsed, diags)...)
	}
	graph, more := resolve.Resolve(module, opts.Catalog, opts.Engine)
	diags = append(diags, more...)
	model, more := check.Check(graph)
	diags = append(diags, more...)
	return &Project{Model: model, Files: parsed, graph: graph}, withoutFollowUps(diags).Sort()
}

// withoutFollowUps drops what only follows from a text that could not be read:
// an attribute may be missing because it is in that text.
func withoutFollowUps(diags diag.List) diag.List {
	unread := map[string]bool{}
	for _, d := range diags {
		unread[d.Address] = unread[d.Address] || d.Code < diag.UnknownName
	}
	return slices.DeleteFunc(diags, func(d diag.Diagnostic) bool {
		return (d.Code == diag.MissingAttribute || d.Code == diag.TwoReaders) && unread[d.Address]
	})
}

// OneProject reports a folder with several projects in it.
func OneProject(files fs.FS) diag.List {
	parsed, _ := syntax.Parse(files)
	return severalProjects(parsed)
}

// severalProjects reports a folder with projects below it.
func severalProjects(files *syntax.Files) diag.List {
	blocks := files.Blocks("project")
	if len(blocks) < 2 {
		return nil
	}
	var folders []string
	for _, b := range blocks {
		folders = append(folders, path.Dir(b.File))
	}
	folders = slices.Compact(folders)
	if len(folders) < 2 {
		return nil // two blocks side by side: the second is reported as a duplicate
	}
	shown := strings.Join(folders[:min(len(folders), 8)], ", ")
	return diag.List{{Severity: diag.Error, Code: diag.NoProject, Summary: "Several projects in this folder",
		Detail: "There are project blocks in " + shown + ". All files below a project's folder are one project: name one of these by -C, or move the others out."}}
}

// noProject reports a folder without a project block, unless the block may be
// hidden by a syntax error.
func noProject(files *syntax.Files, found diag.List) diag.List {
	for _, d := range found {
		if d.Code < diag.UnknownName {
			return nil
		}
	}
	summary := "No project here"
	detail := "None of the .hcl files has a project block. Add one: project \"name\" { timezone = \"Asia/Shanghai\" }."
	if len(files.Files) == 0 {
		detail = "The folder has no .hcl files. Start with `metrics init`, or name the project's folder by -C."
	}
	return diag.List{{Severity: diag.Error, Code: diag.NoProject, Summary: summary, Detail: detail}}
}

// Place is where the definition at an address stands, or the part of it that
// the address goes on to name: "kpi.gmv", "source.orders.amount" (a column).
func (p *Project) Place(address string) (diag.Range, bool) {
	kind, rest, _ := strings.Cut(address, ".")
	name, part, _ := strings.Cut(rest, ".")
	b := p.block(kind + "." + name)
	switch {
	case b == nil:
		return diag.Range{}, false
	case kind == "source" && part != "":
		return b.At("columns", part), true
	}
	return b.Range(), true
}

// PlaceOf is where a node of an expression, an expected value or a given cell stands.
func (p *Project) PlaceOf(id metrics.NodeID) (diag.Range, bool) {
	if id == 0 {
		return diag.Range{}, false
	}
	return p.graph.Positions.Range(id)
}

// Text is the block of a definition, as it is written.
func (p *Project) Text(address string) string {
	if address == "project" {
		if p.graph.Project == nil {
			return ""
		}
		return p.graph.Project.Text()
	}
	if b := p.block(address); b != nil {
		return b.Text()
	}
	return ""
}

// block is a definition as it stands in a file.
type block interface {
	Range() diag.Range
	At(path ...string) diag.Range
	Text() string
}

// block returns the definition at an address; nil where there is none.
func (p *Project) block(address string) block {
	kind, _, _ := strings.Cut(address, ".")
	switch kind {
	case "source":
		return find(p.graph.Sources, address)
	case "dimension":
		return find(p.graph.Dimensions, address)
	case "kpi":
		return find(p.graph.KPIs, address)
	case "calendar":
		return find(p.graph.Calendars, address)
	case "check":
		return find(p.graph.Checks, address)
	case "threshold":
		return find(p.graph.Thresholds, address)
	case "test":
		return find(p.graph.Tests, address)
	case "dashboard":
		return find(p.graph.Dashboards, address)
	case "change":
		return find(p.graph.Announced, address)
	case "annotation":
		return find(p.graph.Annotations, address)
	}
	return nil
}

// find looks an address up in declarations, which are in order of name.
func find[T any](decls []*decode.Decl[T], address string) block {
	i, found := slices.BinarySearchFunc(decls, address, func(d *decode.Decl[T], a string) int { return strings.Compare(d.Address, a) })
	if !found {
		return nil
	}
	return decls[i]
}

// Condition reads an expression of a request: where is over rows (dimensions and
// columns), having over KPIs. flag names it in diagnostics.
func (p *Project) Condition(text, flag string, where bool) (metrics.Expr, diag.List) {
	expr, positions, diags := decode.Expression(text, flag)
	if diags.HasErrors() {
		return nil, diags
	}
	expr, more := resolve.Expression(p.graph, expr, positions, flag)
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	return expr, append(diags, check.Expression(p.graph, positions, p.Model, expr, where)...)
}
