package decode

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics/diag"
)

// values is the variables and locals of a project. A local is an expression that
// stands in for its name; one without names of data is also a constant.
type values struct {
	variables map[string]cty.Value
	locals    map[string]*hclsyntax.Attribute
	constants map[string]cty.Value // of locals
	settled   *hcl.EvalContext     // what constants may name, once all is gathered
	calendars []string             // names of the calendar blocks, each a grain
}

func newValues() *values {
	return &values{variables: map[string]cty.Value{}, locals: map[string]*hclsyntax.Attribute{}, constants: map[string]cty.Value{}}
}

// gatherValues reads the variable and locals blocks of all files, and the names of
// calendars.
func gatherValues(files *syntax.Files, opts Options) (*values, diag.List) {
	g := &gatherer{
		values: newValues(),
		given:  opts.Variables,
		around: opts.Environment,
		first:  map[string]diag.Range{},
	}
	for _, f := range files.Files {
		if f.Body == nil {
			continue
		}
		for _, b := range f.Body.Blocks {
			d := &decoder{file: f, values: g.values}
			switch b.Type {
			case "variable":
				g.variable(d, b)
			case "locals":
				g.localBlock(d, b)
			case "calendar":
				g.calendars = append(g.calendars, b.Labels...)
			}
			g.diags = append(g.diags, d.diags...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(g.given)) {
		if _, known := g.first["variable."+name]; !known {
			g.diags.Add(diag.Diagnostic{
				Code: diag.UnknownVariable, Summary: "Unknown variable " + quote(name),
				Detail: "A value was given for it, but no variable block declares it." + meantOrList(name, slices.Collect(maps.Keys(g.variables))),
			})
		}
	}
	g.evaluateLocals()
	g.settled = g.context()
	return g.values, g.diags
}

type gatherer struct {
	*values
	given  map[string]string
	around map[string]string
	first  map[string]diag.Range // where each name was declared first
	diags  diag.List
}

type variable struct {
	kind         cty.Type
	defaultValue cty.Value
	hasDefault   bool
	notNull      bool
	validations  []validation
}

var variableGrammar = grammar[variable]{
	attributes: attributes[variable]{
		"description": func(d *decoder, _ *variable, a attribute) { d.text(a) },
		"type": func(d *decoder, v *variable, a attribute) {
			switch d.word(a, "string", "number", "bool") {
			case "string":
				v.kind = cty.String
			case "number":
				v.kind = cty.Number
			case "bool":
				v.kind = cty.Bool
			}
		},
		"default": func(d *decoder, v *variable, a attribute) {
			if value, ok := d.constant(a.expr); ok {
				v.defaultValue, v.hasDefault = value, true
			}
		},
		"nullable": func(d *decoder, v *variable, a attribute) { v.notNull = !d.boolean(a) },
	},
	blocks:   blocks[variable]{"validation": func(d *decoder, v *variable, b *hclsyntax.Block) { d.validation(v, b) }},
	repeated: []string{"validation"},
	instead: map[string]string{
		"sensitive": "What a variable holds stands in the SQL of queries and in plans, as it decides what numbers are. Keep secrets out of definitions; values of columns are kept from view by classification.",
	},
}

func (g *gatherer) variable(d *decoder, b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok || g.taken(d, "variable", name, b.DefRange()) {
		return
	}
	var v variable
	variableGrammar.body(d, b.Body, "variable", &v)
	if v.kind == cty.NilType && v.hasDefault && v.defaultValue.Type().IsPrimitiveType() {
		v.kind = v.defaultValue.Type()
	}
	value := v.defaultValue
	if text, given := g.given[name]; given {
		value = cty.StringVal(text)
	} else if text, given := g.around[name]; given {
		value = cty.StringVal(text)
	} else if !v.hasDefault {
		if !d.diags.HasErrors() {
			d.errorAt(diag.NoValue, b.DefRange(), "Variable "+quote(name)+" has no value",
				"Give it a default, or pass a value: --var "+name+"=..., --var-file, or METRICS_VAR_"+name+".")
		}
		value = cty.DynamicVal
	}
	if v.kind != cty.NilType && value.IsKnown() {
		converted, err := convert.Convert(value, v.kind)
		if err != nil {
			d.errorAt(diag.WrongValue, b.DefRange(), "Variable "+quote(name)+" wants "+diag.A(v.kind.FriendlyName()),
				"The value given for it can't be read as "+diag.A(v.kind.FriendlyName())+". Give another, or change the variable's type.")
			converted = cty.DynamicVal
		}
		value = converted
	}
	if v.notNull && value.IsKnown() && value.IsNull() {
		d.errorAt(diag.NoValue, b.DefRange(), "Variable "+quote(name)+" is null",
			"It says nullable = false. Give it another default, or pass a value: --var "+name+"=..., --var-file, or METRICS_VAR_"+name+".")
		value = cty.DynamicVal
	}
	d.validate(name, v, value)
	g.variables[name] = value
}

func (g *gatherer) localBlock(d *decoder, b *hclsyntax.Block) {
	d.address = "locals"
	d.noLabels(b)
	for _, n := range b.Body.Blocks {
		d.unknownBlock(n, "locals block", nil, nil, nil)
	}
	for _, name := range slices.Sorted(maps.Keys(b.Body.Attributes)) {
		a := b.Body.Attributes[name]
		if !g.taken(d, "local", name, a.NameRange) {
			g.locals[name] = a
		}
	}
}

func (g *gatherer) taken(d *decoder, kind, name string, r hcl.Range) bool {
	id := kind + "." + name
	if first, taken := g.first[id]; taken {
		d.diags.Add(twice(kind+" "+quote(name), id, syntax.Range(r), first))
		return true
	}
	g.first[id] = syntax.Range(r)
	return false
}

// evaluateLocals finds the locals that are constants, and cycles among locals.
func (g *gatherer) evaluateLocals() {
	state := map[string]int{} // 1: being looked at, 2: done
	var visit func(name string, trail []string)
	visit = func(name string, trail []string) {
		a, known := g.locals[name]
		if !known || state[name] == 2 {
			return
		}
		trail = append(trail, "local."+name)
		if state[name] == 1 {
			where := syntax.Range(a.Expr.Range())
			g.diags.Add(diag.Diagnostic{
				Code: diag.Cycle, Summary: "Locals depend on each other in a circle", Address: "local." + name, Range: &where,
				Detail: strings.Join(trail[slices.Index(trail, "local."+name):], " -> ") + ". Break the circle at one of them.",
			})
			return
		}
		state[name] = 1
		for _, t := range a.Expr.Variables() {
			if t.RootName() == "local" && len(t) > 1 {
				if step, ok := t[1].(hcl.TraverseAttr); ok {
					visit(step.Name, trail)
				}
			}
		}
		if v, diags := a.Expr.Value(g.context()); !diags.HasErrors() && v.IsWhollyKnown() {
			g.constants[name] = v
		}
		state[name] = 2
	}
	for _, name := range slices.Sorted(maps.Keys(g.locals)) {
		visit(name, nil)
	}
}

// context is what constant expressions may name.
func (v *values) context() *hcl.EvalContext {
	if v.settled != nil {
		return v.settled
	}
	return &hcl.EvalContext{Variables: map[string]cty.Value{
		"var":   cty.ObjectVal(v.variables),
		"local": cty.ObjectVal(v.constants),
	}}
}
