package decode

import (
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// constant evaluates an expression that must be known without data: literals,
// variables, and locals that are constants. ok is false after an error.
func (d *decoder) constant(e hclsyntax.Expression) (cty.Value, bool) {
	if syntax.Broken(e) {
		return cty.DynamicVal, false // reported where it was parsed
	}
	v, diags := e.Value(d.values.context())
	if !diags.HasErrors() && v.IsWhollyKnown() {
		return v, true
	}
	for _, t := range e.Variables() {
		if name, missing := d.missingValue(t); missing {
			if name != "" {
				d.unknownValue(t, name)
			}
			return cty.DynamicVal, false
		}
	}
	if v.Type() != cty.DynamicPseudoType || diags.HasErrors() {
		d.errorAt(diag.NotConstant, e.Range(), "Not a constant",
			"This must be known without data: write a text, number, list, var.x or a local that is a constant.")
	}
	return cty.DynamicVal, false
}

// missingValue tells whether a traversal names a variable or local that has no
// value; name is "" where that is reported elsewhere.
func (d *decoder) missingValue(t hcl.Traversal) (name string, missing bool) {
	if len(t) < 2 {
		return "", false
	}
	step, ok := t[1].(hcl.TraverseAttr)
	if !ok {
		return "", false
	}
	switch t.RootName() {
	case "var":
		v, known := d.values.variables[step.Name]
		if known {
			return "", !v.IsKnown()
		}
		return step.Name, true
	case "local":
		if _, known := d.values.locals[step.Name]; !known {
			return step.Name, true
		}
	}
	return "", false
}

func (d *decoder) unknownValue(t hcl.Traversal, name string) {
	kind, known := "variable", keys(d.values.variables)
	if t.RootName() == "local" {
		kind, known = "local", keys(d.values.locals)
	}
	d.errorAt(diag.UnknownVariable, t.SourceRange(), "Unknown "+kind+" "+quote(name),
		"No "+kind+" has this name."+meantOrList(name, known))
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (d *decoder) wrong(a attribute, wants string) {
	if syntax.Broken(a.expr) {
		return
	}
	d.errorAt(diag.WrongValue, a.expr.Range(), quote(a.name)+" wants "+wants, "Write "+a.name+" = "+exampleOf(wants)+".")
}

// exampleOf is what a value of the wanted kind looks like.
func exampleOf(wants string) string {
	switch {
	case strings.Contains(wants, "list of texts"):
		return `["a", "b"]`
	case strings.Contains(wants, "text"):
		return `"..."`
	case strings.Contains(wants, "true or false"):
		return "true"
	case strings.Contains(wants, "list of names"):
		return "[a, b]"
	case strings.Contains(wants, "length of time"):
		return `"2d", with h, d, w, m (months), q or y`
	case strings.Contains(wants, "whole number from "):
		_, least, _ := strings.Cut(wants, "whole number from ")
		return strings.Fields(least)[0]
	case strings.Contains(wants, "whole number"):
		return "1"
	}
	return wants
}

// text reads a string.
func (d *decoder) text(a attribute) string {
	v, ok := d.constant(a.expr)
	if !ok {
		return ""
	}
	if v.IsNull() || v.Type() != cty.String {
		d.wrong(a, "a text")
		return ""
	}
	return v.AsString()
}

// texts reads a list of strings; a single one is a list of one.
func (d *decoder) texts(a attribute) []string {
	v, ok := d.constant(a.expr)
	if !ok {
		return nil
	}
	if !v.IsNull() && v.Type() == cty.String {
		return []string{v.AsString()}
	}
	if v.IsNull() || !v.CanIterateElements() || v.Type().IsObjectType() {
		d.wrong(a, "a list of texts")
		return nil
	}
	out := []string{}
	for _, item := range v.AsValueSlice() {
		if item.IsNull() || item.Type() != cty.String {
			d.wrong(a, "a list of texts")
			return nil
		}
		out = append(out, item.AsString())
	}
	return out
}

// scalars reads a list of texts and numbers as texts.
func (d *decoder) scalars(a attribute) []string {
	v, ok := d.constant(a.expr)
	if !ok {
		return nil
	}
	if v.IsNull() || !v.CanIterateElements() || v.Type().IsObjectType() {
		d.wrong(a, "a list of texts")
		return nil
	}
	out := []string{}
	for _, item := range v.AsValueSlice() {
		l := literal(item)
		if l.Type.Kind == metrics.Unknown || l.Type.Kind == metrics.Null {
			d.wrong(a, "a list of texts or numbers")
			return nil
		}
		out = append(out, l.Text)
	}
	return out
}

func (d *decoder) boolean(a attribute) bool {
	v, ok := d.constant(a.expr)
	if !ok {
		return false
	}
	if v.IsNull() || v.Type() != cty.Bool {
		d.wrong(a, "true or false")
		return false
	}
	return v.True()
}

func (d *decoder) integer(a attribute, low, high int) int {
	v, ok := d.constant(a.expr)
	if !ok {
		return low
	}
	if !v.IsNull() && v.Type() == cty.Number {
		if n, accuracy := v.AsBigFloat().Int64(); accuracy == big.Exact && int64(low) <= n && n <= int64(high) {
			return int(n)
		}
	}
	d.wrong(a, "a whole number from "+itoa(low)+" to "+itoa(high))
	return low
}

func (d *decoder) span(a attribute) metrics.Span {
	v, ok := d.constant(a.expr)
	if !ok {
		return metrics.Span{}
	}
	if !v.IsNull() && v.Type() == cty.String {
		if s, err := metrics.ParseSpan(v.AsString()); err == nil {
			return s
		}
	}
	d.wrong(a, "a length of time")
	return metrics.Span{}
}

// word reads a bare word, one of a few.
func (d *decoder) word(a attribute, words ...string) string {
	return d.wordOf(a.name, a.expr, words)
}

func (d *decoder) wordOf(name string, e hclsyntax.Expression, words []string) string {
	if syntax.Broken(e) {
		return ""
	}
	w := hcl.ExprAsKeyword(e)
	if w == "" {
		if t, ok := e.(*hclsyntax.ScopeTraversalExpr); ok && (t.Traversal.RootName() == "var" || t.Traversal.RootName() == "local") {
			if v, ok := d.constant(e); ok && !v.IsNull() && v.Type() == cty.String {
				w = v.AsString()
			}
		}
	}
	if slices.Contains(words, w) {
		return w
	}
	detail := "It is one of the bare words " + strings.Join(words, ", ") + "."
	if t, ok := e.(*hclsyntax.TemplateExpr); ok && slices.Contains(words, templateText(t)) {
		detail = "Write it without quotes: " + name + " = " + templateText(t) + "."
	} else if w != "" {
		detail += diag.DidYouMean(w, words)
	}
	d.errorAt(diag.WrongValue, e.Range(), quote(name)+" has no such value", detail)
	return ""
}

// words reads a list of bare words.
func (d *decoder) words(a attribute, words ...string) []string {
	list, ok := a.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.wrong(a, "a list of words such as ["+words[0]+"]")
		return nil
	}
	var out []string
	for _, e := range list.Exprs {
		if w := d.wordOf(a.name, e, words); w != "" {
			out = append(out, w)
		}
	}
	return out
}

func (d *decoder) grains(a attribute) []metrics.Grain {
	names := d.grainNames()
	given := d.words(a, names...)
	var out []metrics.Grain
	for _, name := range slices.Compact(names) { // finest first, then calendars, each once
		if slices.Contains(given, name) {
			out = append(out, metrics.Grain(name))
		}
	}
	return out
}

// grain reads the bare name of one grain.
func (d *decoder) grain(a attribute) metrics.Grain {
	return metrics.Grain(d.word(a, d.grainNames()...))
}

// grainNames are those of the built-in grains and of calendar blocks.
func (d *decoder) grainNames() []string {
	var names []string
	for _, g := range metrics.Grains {
		names = append(names, string(g))
	}
	return append(names, slices.Sorted(slices.Values(d.values.calendars))...)
}

// name reads a bare name.
func (d *decoder) name(a attribute) string {
	if n := d.nameOf(a.expr); n != "" {
		return n
	}
	if syntax.Broken(a.expr) {
		return ""
	}
	detail := "Write it bare: " + a.name + " = some_name."
	if t, ok := a.expr.(*hclsyntax.TemplateExpr); ok && templateText(t) != "" {
		detail = "Write it without quotes: " + a.name + " = " + templateText(t) + "."
	}
	d.errorAt(diag.WrongValue, a.expr.Range(), quote(a.name)+" wants a name", detail)
	return ""
}

// nameOf is a bare name, or the text of a variable; else "".
func (d *decoder) nameOf(e hclsyntax.Expression) string {
	if w := hcl.ExprAsKeyword(e); w != "" {
		return w
	}
	if t, ok := e.(*hclsyntax.ScopeTraversalExpr); ok && (t.Traversal.RootName() == "var" || t.Traversal.RootName() == "local") {
		if v, ok := d.constant(e); ok && !v.IsNull() && v.Type() == cty.String {
			return v.AsString()
		}
	}
	return ""
}

// names reads a list of bare names; a single one is a list of one.
func (d *decoder) names(a attribute) []string {
	if n := d.nameOf(a.expr); n != "" {
		return []string{n}
	}
	list, ok := a.expr.(*hclsyntax.TupleConsExpr)
	if !ok && syntax.Broken(a.expr) {
		return nil
	}
	if !ok {
		d.errorAt(diag.WrongValue, a.expr.Range(), quote(a.name)+" wants a list of names", "Write "+a.name+" = [a, b], the names bare.")
		return nil
	}
	var out []string
	for _, e := range list.Exprs {
		if n := d.name(attribute{a.name, a.nameRange, e}); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// literal is a constant as a node without identity; of unknown type where the
// value is no scalar.
func literal(v cty.Value) metrics.Literal {
	l := metrics.Literal{}
	switch {
	case !v.IsKnown():
	case v.IsNull():
		l.Type.Kind = metrics.Null
	case v.Type() == cty.String:
		l.Type.Kind, l.Text = metrics.String, v.AsString()
	case v.Type() == cty.Bool:
		l.Type.Kind, l.Text = metrics.Boolean, "false"
		if v.True() {
			l.Text = "true"
		}
	case v.Type() == cty.Number:
		l.Text = v.AsBigFloat().Text('f', -1)
		l.Type = numberType(l.Text)
	}
	return l
}

// numberType is integer for whole numbers that fit one, else the decimal that
// holds the digits, else double.
func numberType(text string) metrics.Type {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if fraction == "" && len(whole) < 19 {
		return metrics.Type{Kind: metrics.Integer}
	}
	if digits := len(strings.TrimLeft(whole, "0")) + len(fraction); digits <= metrics.MaxPrecision {
		return metrics.DecimalType(max(digits, 1), len(fraction))
	}
	return metrics.Type{Kind: metrics.Double}
}
