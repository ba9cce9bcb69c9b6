package decode

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// decoder reads one file.
type decoder struct {
	file    *syntax.File
	number  metrics.NodeID // of the file, from 1
	values  *values
	nodes   []hclsyntax.Expression
	diags   diag.List
	address string // of the block being read
	counted string // the source whose rows count() counts, "" where it has to be named
	// inCondition tells that a condition of a threshold is read.
	inCondition bool

	projects   []*Decl[metrics.Project]
	sources    []*Decl[metrics.Source]
	dimensions []*Decl[metrics.Dimension]
	kpis       []*Decl[metrics.KPI]
	calendars  []*Decl[metrics.NamedCalendar]
	checks     []*Decl[metrics.Check]
	thresholds []*Decl[metrics.Threshold]
	tests      []*Decl[metrics.Test]

	dashboards  []*Decl[metrics.Dashboard]
	panels      []*Decl[metrics.Panel]
	annotations []*Decl[metrics.Annotation]
	announced   []*Decl[metrics.Announced]
	renames     []*Decl[metrics.Renamed]
}

// attribute is a name with a value: an attribute of a body or an item of an object.
type attribute struct {
	name      string
	nameRange hcl.Range
	expr      hclsyntax.Expression
}

// attributes is what a block or object may say: the name of each attribute, and
// how it is read into T.
type attributes[T any] map[string]func(*decoder, *T, attribute)

// blocks is the blocks that may stand in a block.
type blocks[T any] map[string]func(*decoder, *T, *hclsyntax.Block)

// grammar is all that a kind of block may hold. later names parts of the
// language that this version refuses.
type grammar[T any] struct {
	attributes attributes[T]
	blocks     blocks[T]
	repeated   []string // blocks that may stand more than once, alike
	later      []string
	instead    map[string]string // attributes that people look for, and what does it
}

// body reads a block's body into target.
func (g *grammar[T]) body(d *decoder, body *hclsyntax.Body, what string, target *T) {
	names := slices.SortedFunc(maps.Keys(body.Attributes), strings.Compare)
	for _, name := range names {
		a := body.Attributes[name]
		g.attribute(d, what, target, attribute{name, a.NameRange, a.Expr})
	}
	seen := map[string]bool{}
	for _, b := range body.Blocks {
		read, known := g.blocks[b.Type]
		if !known {
			d.unknownBlock(b, what, slices.Collect(maps.Keys(g.blocks)), slices.Collect(maps.Keys(g.attributes)), g.later)
			continue
		}
		id := b.Type + "\x00" + strings.Join(b.Labels, "\x00")
		if seen[id] && !slices.Contains(g.repeated, b.Type) {
			summary, detail := "Block "+quote(b.Type)+" given twice", "It may stand once in "+diag.A(what)+". Bring both together."
			if len(b.Labels) > 0 {
				summary, detail = "Block "+quote(b.Type)+" "+quote(b.Labels[0])+" given twice", "Names tell blocks of a kind apart. Bring both together, or give one another name."
			}
			d.errorAt(diag.RepeatedBlock, b.DefRange(), summary, detail)
			continue
		}
		seen[id] = true
		read(d, target, b)
	}
}

func (g *grammar[T]) attribute(d *decoder, what string, target *T, a attribute) {
	read, known := g.attributes[a.name]
	switch {
	case known:
		read(d, target, a)
	case slices.Contains(g.later, a.name):
		d.notSupported(a.nameRange, a.name, what)
	case g.instead[a.name] != "":
		d.errorAt(diag.UnknownAttribute, a.nameRange, "A "+what+" has no attribute "+quote(a.name), g.instead[a.name])
	case g.blocks[a.name] != nil:
		d.errorAt(diag.UnknownAttribute, a.nameRange, quote(a.name)+" is a block",
			"Write it without the equals sign: "+a.name+" { ... }.")
	default:
		candidates := slices.Collect(maps.Keys(g.attributes))
		d.errorAt(diag.UnknownAttribute, a.nameRange, "Unknown attribute "+quote(a.name),
			diag.CapitalA(what)+" has no attribute "+quote(a.name)+"."+meantOrList(a.name, candidates))
	}
}

// object reads { name = value, ... } into target.
func (g *grammar[T]) object(d *decoder, object *hclsyntax.ObjectConsExpr, what string, target *T) {
	seen := map[string]bool{}
	for _, item := range object.Items {
		name := keyText(item.KeyExpr)
		if name == "" {
			d.errorAt(diag.WrongValue, item.KeyExpr.Range(), "Unusable name", "Names in { } are written bare or in quotes: type = string.")
			continue
		}
		if seen[name] {
			continue // reported where it was parsed
		}
		seen[name] = true
		g.attribute(d, what, target, attribute{name, item.KeyExpr.Range(), item.ValueExpr})
	}
}

func (d *decoder) unknownBlock(b *hclsyntax.Block, what string, known, attrs, later []string) {
	switch {
	case slices.Contains(later, b.Type):
		d.notSupported(b.TypeRange, b.Type, what)
	case slices.Contains(attrs, b.Type):
		d.errorAt(diag.UnknownBlock, b.TypeRange, quote(b.Type)+" is an attribute", "Write it with an equals sign: "+b.Type+" = ...")
	default:
		d.errorAt(diag.UnknownBlock, b.TypeRange, "Unknown block "+quote(b.Type),
			diag.CapitalA(what)+" has no block "+quote(b.Type)+"."+meantOrList(b.Type, known))
	}
}

func (d *decoder) notSupported(r hcl.Range, name, where string) {
	d.errorAt(diag.NotSupported, r, quote(name)+" is not supported yet",
		quote(name)+" in "+diag.A(where)+" is part of the language, but not of this version. Remove it: leaving it without effect would give wrong numbers.")
}

// meantOrList says which of the candidates was meant, or lists them all.
func meantOrList(name string, candidates []string) string {
	if s := diag.DidYouMean(name, candidates); s != "" {
		return s
	}
	if len(candidates) == 0 {
		return " Remove it."
	}
	slices.Sort(candidates)
	return " There are: " + strings.Join(candidates, ", ") + "."
}

func (d *decoder) errorAt(code diag.Code, r hcl.Range, summary, detail string) {
	where := syntax.Range(r)
	d.diags.Add(diag.Diagnostic{Code: code, Summary: summary, Detail: detail, Address: d.address, Range: &where})
}

// topLevel reads the blocks of the file.
func (d *decoder) topLevel() {
	if d.file.Body == nil {
		return
	}
	for name, a := range d.file.Body.Attributes {
		d.errorAt(diag.UnknownAttribute, a.NameRange, "Attribute "+quote(name)+" outside a block",
			"Attributes stand in a block such as project, source, dimension or kpi.")
	}
	for _, b := range d.file.Body.Blocks {
		read, known := topLevelBlocks[b.Type]
		if !known {
			d.address = ""
			d.unknownBlock(b, "project folder", slices.Collect(maps.Keys(topLevelBlocks)), nil, laterBlocks)
			continue
		}
		if syntax.HoldsTests(d.file.Path) && b.Type != "test" {
			d.errorAt(diag.UnknownBlock, b.TypeRange, diag.CapitalA(b.Type)+" block among tests",
				"A file that ends in .test.hcl holds tests only: other commands than test, validate and fmt don't read it. Move the block to another .hcl file.")
			continue
		}
		d.address = b.Type
		read(d, b)
		d.address = ""
	}
}

var topLevelBlocks map[string]func(*decoder, *hclsyntax.Block)

func init() { // breaks the cycle between the table and those who read it
	topLevelBlocks = map[string]func(*decoder, *hclsyntax.Block){
		"project":   (*decoder).project,
		"variable":  func(*decoder, *hclsyntax.Block) {}, // gathered before
		"locals":    func(*decoder, *hclsyntax.Block) {},
		"source":    (*decoder).source,
		"entity":    (*decoder).entity,
		"dimension": (*decoder).dimension,
		"kpi":       (*decoder).kpi,
		"calendar":  (*decoder).calendar,
		"check":     (*decoder).check,
		"threshold": (*decoder).threshold,
		"renamed":   (*decoder).renamed,
		"test":      (*decoder).test,

		"dashboard":  (*decoder).dashboard,
		"annotation": (*decoder).annotation,
		"change":     (*decoder).change,
	}
}

// laterBlocks are blocks of the language that this version refuses.
var laterBlocks = []string{
	"access", "association", "attribution", "audience",
	"experiment", "forecast", "module", "note", "notifier", "scenario", "schedule", "silence",
	"task",
}

// named demands that a block has one label that is a name, and sets the address.
func (d *decoder) named(b *hclsyntax.Block) (string, bool) {
	if len(b.Labels) != 1 {
		r := b.DefRange()
		if len(b.LabelRanges) > 1 {
			r = b.LabelRanges[1]
		}
		d.errorAt(diag.WrongLabels, r, diag.CapitalA(b.Type)+" has one name", "Write: "+b.Type+` "name" { ... }.`)
		return "", false
	}
	name := b.Labels[0]
	if !isName(name) {
		d.errorAt(diag.BadName, b.LabelRanges[0], "Not a name: "+quote(name),
			"A name starts with a letter and goes on with letters, digits and _ (letters of any script). Put other text into label.")
		return "", false
	}
	if strings.HasPrefix(name, "_") {
		d.errorAt(diag.BadName, b.LabelRanges[0], "Names that start with _ are the program's own", "Results have columns such as _state beside yours. Choose another name.")
		return "", false
	}
	if slices.Contains(reservedNames, name) || (b.Type == "dimension" || b.Type == "kpi") && name == "period" {
		d.errorAt(diag.BadName, b.LabelRanges[0], quote(name)+" is a word of the language",
			"In an expression it would mean something else. Choose another name.")
		return "", false
	}
	d.address = b.Type + "." + name
	return name, true
}

// isName tells whether a text can be the name of a thing of a project.
func isName(s string) bool { return hclsyntax.ValidIdentifier(s) && !strings.Contains(s, "-") }

// reservedNames are first words of names in expressions, and HCL's constants.
var reservedNames = []string{"kpi", "var", "local", "true", "false", "null", "source", "dimension", "health"}

func (d *decoder) noLabels(b *hclsyntax.Block) {
	if len(b.Labels) > 0 {
		d.errorAt(diag.WrongLabels, b.LabelRanges[0], diag.CapitalA(b.Type)+" block has no name here", "Remove the text between "+b.Type+" and {.")
	}
}

func (d *decoder) place(b *hclsyntax.Block) place { return place{file: d.file, block: b} }

// keyText is the key of an object's item, "" where it is no constant text.
func keyText(e hclsyntax.Expression) string {
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		if word := hcl.ExprAsKeyword(k.Wrapped); word != "" && !k.ForceNonLiteral {
			return word
		}
		e = k.Wrapped
	}
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		return templateText(e)
	case *hclsyntax.LiteralValueExpr:
		l := literal(e.Val)
		return l.Text
	}
	return ""
}

func templateText(e *hclsyntax.TemplateExpr) string {
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() {
		return ""
	}
	return v.AsString()
}

func quote(s string) string { return strconv.Quote(s) }

func itoa(n int) string { return strconv.Itoa(n) }
