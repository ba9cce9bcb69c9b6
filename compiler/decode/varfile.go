package decode

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics/diag"
)

// VariableFile reads a file with values of variables, NAME = VALUE a line, and
// returns them as text by name.
func VariableFile(file *syntax.File) (map[string]string, diag.List) {
	d := &decoder{file: file, values: newValues()}
	for _, b := range file.Body.Blocks {
		d.errorAt(diag.UnknownBlock, b.DefRange(), "A block in a file of values",
			"Such a file gives variables their values: region = \"East\". Variables are declared in the project, by variable "+quote("region")+" { ... }.")
	}
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(file.Body.Attributes)) {
		a := file.Body.Attributes[name]
		if text, ok := d.plainValue(name, a.Expr); ok {
			out[name] = text
		}
	}
	return out, d.diags
}

// plainValue is the text of a constant that names nothing.
func (d *decoder) plainValue(name string, e hclsyntax.Expression) (string, bool) {
	if syntax.Broken(e) {
		return "", false // reported where it was parsed
	}
	if word := hcl.ExprAsKeyword(e); word != "" && word != "null" && word != "true" && word != "false" {
		d.errorAt(diag.NotConstant, e.Range(), "A word without quotes", "A text stands in quotes: "+name+" = "+quote(word)+".")
		return "", false
	}
	v, problems := e.Value(nil)
	if problems.HasErrors() || !v.IsWhollyKnown() {
		d.errorAt(diag.NotConstant, e.Range(), "Not a constant", "A value here names nothing else: write a text, a number, true or false.")
		return "", false
	}
	if v.IsNull() || !v.Type().IsPrimitiveType() {
		d.errorAt(diag.WrongValue, e.Range(), quote(name)+" wants a text, a number, true or false",
			"A variable holds one of these. Write it so, or leave the line out: the variable then has its default.")
		return "", false
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil {
		d.errorAt(diag.WrongValue, e.Range(), quote(name)+" has no text", "Write a text, a number, true or false.")
		return "", false
	}
	return text.AsString(), true
}
