package decode

import (
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics/diag"
)

// validation is what a variable's value must meet, and what to say where it doesn't.
type validation struct {
	condition hclsyntax.Expression
	message   string
}

var validationGrammar = grammar[validation]{
	attributes: attributes[validation]{
		"condition":     func(_ *decoder, v *validation, a attribute) { v.condition = a.expr },
		"error_message": func(d *decoder, v *validation, a attribute) { v.message = d.text(a) },
	},
}

func (d *decoder) validation(v *variable, b *hclsyntax.Block) {
	d.noLabels(b)
	var rule validation
	validationGrammar.body(d, b.Body, "validation block", &rule)
	if b.Body.Attributes["condition"] == nil {
		d.missing(b, "condition", "condition = var.vat < 1")
	}
	if b.Body.Attributes["error_message"] == nil {
		d.missing(b, "error_message", `error_message = "A rate is below 1."`)
	}
	v.validations = append(v.validations, rule)
}

// validate holds a variable's value against its validations.
func (d *decoder) validate(name string, v variable, value cty.Value) {
	if !value.IsKnown() {
		return // reported already
	}
	around := &hcl.EvalContext{
		Variables: map[string]cty.Value{"var": cty.ObjectVal(map[string]cty.Value{name: value})},
		Functions: validationFunctions,
	}
	for _, rule := range v.validations {
		if rule.condition == nil || syntax.Broken(rule.condition) {
			continue
		}
		met, problems := rule.condition.Value(around)
		if !problems.HasErrors() {
			met, problems = asTruth(met)
		}
		switch {
		case problems.HasErrors():
			d.errorAt(diag.WrongValue, rule.condition.Range(), "Not a condition of "+quote(name),
				"It is true or false of var."+name+" alone, by operators and in, between, length and matches: in(var."+name+`, ["a", "b"]). It has now the value `+shownValue(value)+".")
		case met.False():
			d.errorAt(diag.InvalidVariable, rule.condition.Range(), "Variable "+quote(name)+" can't be "+shownValue(value), rule.message)
		}
	}
}

// asTruth is a value that is true or false.
func asTruth(v cty.Value) (cty.Value, hcl.Diagnostics) {
	if v.Type() != cty.Bool || v.IsNull() || !v.IsKnown() {
		return v, hcl.Diagnostics{{Severity: hcl.DiagError}}
	}
	return v, nil
}

func shownValue(v cty.Value) string {
	if v.IsNull() {
		return "null"
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil {
		return v.Type().FriendlyName()
	}
	if v.Type() == cty.String {
		return quote(text.AsString())
	}
	return text.AsString()
}

// validationFunctions are the functions of the language that conditions of variables
// have, with the same meaning.
var validationFunctions = map[string]function.Function{
	"in": truthOf([]cty.Type{cty.DynamicPseudoType, cty.DynamicPseudoType}, isIn),
	"between": truthOf([]cty.Type{cty.Number, cty.Number, cty.Number}, func(a []cty.Value) (bool, error) {
		return a[0].GreaterThanOrEqualTo(a[1]).True() && a[0].LessThanOrEqualTo(a[2]).True(), nil
	}),
	"matches": truthOf([]cty.Type{cty.String, cty.String}, func(a []cty.Value) (bool, error) {
		pattern, err := regexp.Compile(a[1].AsString())
		return err == nil && pattern.MatchString(a[0].AsString()), err
	}),
	"length": function.New(&function.Spec{
		Params: []function.Parameter{{Name: "s", Type: cty.String}}, Type: function.StaticReturnType(cty.Number),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.NumberIntVal(int64(len([]rune(a[0].AsString())))), nil
		},
	}),
}

func isIn(a []cty.Value) (bool, error) {
	if !a[1].CanIterateElements() {
		return false, function.NewArgErrorf(1, "not a list")
	}
	for _, item := range a[1].AsValueSlice() {
		if same := item.Equals(a[0]); same.IsKnown() && same.True() {
			return true, nil
		}
	}
	return false, nil
}

// truthOf is a function that tells whether something is so.
func truthOf(params []cty.Type, is func([]cty.Value) (bool, error)) function.Function {
	spec := &function.Spec{
		Type: function.StaticReturnType(cty.Bool),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			so, err := is(a)
			return cty.BoolVal(so), err
		},
	}
	for _, t := range params {
		spec.Params = append(spec.Params, function.Parameter{Name: "x", Type: t, AllowNull: t == cty.DynamicPseudoType})
	}
	return function.New(spec)
}
