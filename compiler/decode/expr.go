package decode

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// node gives an expression its identity.
func (d *decoder) node(e hclsyntax.Expression) metrics.Node {
	d.nodes = append(d.nodes, e)
	return metrics.Node{ID: d.number<<fileShift | metrics.NodeID(len(d.nodes)-1)}
}

// bad stands for an expression with an error that is reported: a name without parts.
func (d *decoder) bad(e hclsyntax.Expression) metrics.Expr { return &metrics.Name{Node: d.node(e)} }

func (d *decoder) expression(a attribute) metrics.Expr { return d.expr(a.expr, nil) }

var binaryOps = map[*hclsyntax.Operation]metrics.Op{
	hclsyntax.OpAdd: metrics.OpAdd, hclsyntax.OpSubtract: metrics.OpSub, hclsyntax.OpMultiply: metrics.OpMul,
	hclsyntax.OpDivide: metrics.OpDiv, hclsyntax.OpModulo: metrics.OpMod,
	hclsyntax.OpEqual: metrics.OpEq, hclsyntax.OpNotEqual: metrics.OpNe,
	hclsyntax.OpLessThan: metrics.OpLt, hclsyntax.OpLessThanOrEqual: metrics.OpLe,
	hclsyntax.OpGreaterThan: metrics.OpGt, hclsyntax.OpGreaterThanOrEqual: metrics.OpGe,
	hclsyntax.OpLogicalAnd: metrics.OpAnd, hclsyntax.OpLogicalOr: metrics.OpOr,
}

// expr turns an HCL expression into our tree. inlined is the locals whose
// expressions are being read, so that a circle of locals ends.
func (d *decoder) expr(e hclsyntax.Expression, inlined []string) metrics.Expr {
	if syntax.Broken(e) {
		return d.bad(e)
	}
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return d.expr(e.Expression, inlined)
	case *hclsyntax.LiteralValueExpr:
		l := literal(e.Val)
		l.Node = d.withType(e, l.Type)
		return &l
	case *hclsyntax.TemplateExpr, *hclsyntax.TemplateWrapExpr:
		return d.template(e)
	case *hclsyntax.ScopeTraversalExpr:
		return d.nameExpr(e, inlined)
	case *hclsyntax.FunctionCallExpr:
		return d.call(e, inlined)
	case *hclsyntax.UnaryOpExpr:
		op := metrics.OpNot
		if e.Op == hclsyntax.OpNegate {
			op = metrics.OpNeg
		}
		return &metrics.Unary{Node: d.node(e), Op: op, X: d.expr(e.Val, inlined)}
	case *hclsyntax.BinaryOpExpr:
		return &metrics.Binary{Node: d.node(e), Op: binaryOps[e.Op], L: d.expr(e.LHS, inlined), R: d.expr(e.RHS, inlined)}
	case *hclsyntax.ConditionalExpr:
		args := []metrics.Expr{d.expr(e.Condition, inlined), d.expr(e.TrueResult, inlined), d.expr(e.FalseResult, inlined)}
		return &metrics.Call{Node: d.node(e), Func: metrics.FunctionNamed("if"), Args: args}
	case *hclsyntax.TupleConsExpr:
		return &metrics.List{Node: d.node(e), Items: d.exprs(e.Exprs, inlined)}
	case *hclsyntax.ObjectConsExpr:
		return d.mapping(e, inlined)
	}
	d.errorAt(diag.Template, e.Range(), "Not an expression of this language",
		"HCL's for expressions, splats and [index] have no meaning for numbers over rows. Use operators and the functions in docs/functions.md.")
	return d.bad(e)
}

func (d *decoder) withType(e hclsyntax.Expression, t metrics.Type) metrics.Node {
	n := d.node(e)
	n.Type = t
	return n
}

func (d *decoder) exprs(in []hclsyntax.Expression, inlined []string) []metrics.Expr {
	out := make([]metrics.Expr, len(in))
	for i, e := range in {
		out[i] = d.expr(e, inlined)
	}
	return out
}

// template is a text; one with ${...} must be a constant.
func (d *decoder) template(e hclsyntax.Expression) metrics.Expr {
	v, ok := d.constant(e)
	if !ok {
		return d.bad(e)
	}
	l := literal(v)
	l.Node = d.withType(e, l.Type)
	return &l
}

// nameExpr is a name: a variable or local gives way to what it stands for.
func (d *decoder) nameExpr(e *hclsyntax.ScopeTraversalExpr, inlined []string) metrics.Expr {
	var parts []string
	for _, step := range e.Traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			parts = append(parts, step.Name)
		case hcl.TraverseAttr:
			parts = append(parts, step.Name)
		default:
			d.errorAt(diag.Template, step.SourceRange(), "[index] is not part of the language", "Names have only dots: source.column, kpi.name.")
			return d.bad(e)
		}
	}
	if word := d.conditionWord(e, parts); word != nil {
		return word
	}
	switch parts[0] {
	case "var":
		return d.template(e)
	case "local":
		return d.local(e, parts, inlined)
	}
	return &metrics.Name{Node: d.node(e), Parts: parts}
}

func (d *decoder) local(e *hclsyntax.ScopeTraversalExpr, parts, inlined []string) metrics.Expr {
	if len(parts) < 2 {
		return d.template(e)
	}
	a, known := d.values.locals[parts[1]]
	if !known {
		d.unknownValue(e.Traversal, parts[1])
		return d.bad(e)
	}
	if _, constant := d.values.constants[parts[1]]; constant {
		if v, ok := d.constant(e); !ok || v.Type().IsPrimitiveType() {
			return d.template(e)
		}
	}
	if len(parts) > 2 || slices.Contains(inlined, parts[1]) {
		return d.bad(e)
	}
	return d.expr(a.Expr, append(inlined, parts[1]))
}

func (d *decoder) mapping(e *hclsyntax.ObjectConsExpr, inlined []string) metrics.Expr {
	m := &metrics.Mapping{Node: d.node(e)}
	for _, item := range e.Items {
		key := keyText(item.KeyExpr)
		if slices.Contains(m.Keys, key) {
			continue // reported where it was parsed
		}
		m.Keys = append(m.Keys, key)
		m.Values = append(m.Values, d.expr(item.ValueExpr, inlined))
	}
	return m
}

// call is a function of the table. An aggregate's argument beyond its
// parameters is its filter.
func (d *decoder) call(e *hclsyntax.FunctionCallExpr, inlined []string) metrics.Expr {
	if d.inCondition && e.Name == metrics.NativeSQL {
		d.errorAt(diag.NotInCondition, e.NameRange, "sql() in a threshold", "Thresholds judge published values, and the engine's own functions are over columns. Define a KPI of it, and name that here: kpi.name.")
		return d.bad(e)
	}
	f := d.functionNamed(e.Name)
	if f == nil {
		d.unknownFunction(e)
		for _, a := range e.Args { // the arguments may have mistakes of their own
			d.expr(a, inlined)
		}
		return d.bad(e)
	}
	if e.ExpandFinal {
		d.errorAt(diag.Template, e.Range(), "... is not part of the language", "Write the arguments one by one.")
	}
	if f.Name == metrics.NativeSQL {
		return d.native(e, f)
	}
	args := d.exprs(e.Args, inlined)
	if d.counted != "" && f.Name == "count" && len(args) == 0 {
		args = []metrics.Expr{&metrics.Name{Node: d.node(e), Parts: []string{d.counted}}}
	}
	if !d.arity(e, f, len(args)) {
		return d.bad(e)
	}
	if f.Kind != metrics.AggregateFunction {
		return &metrics.Call{Node: d.node(e), Func: f, Args: args}
	}
	a := &metrics.Aggregate{Node: d.node(e), Func: f, Args: args}
	if n := ownArgs(f, args); len(args) > n {
		a.Args, a.Filter = args[:n], args[n]
	}
	return a
}

// ownArgs is how many arguments of an aggregate are not its filter. A list of
// columns may be left out: what stands there without brackets is the filter.
func ownArgs(f *metrics.Function, args []metrics.Expr) int {
	n := f.MaxArgs()
	if len(args) == n && f.Param(n-1).Accept == metrics.AcceptColumns {
		if _, columns := args[n-1].(*metrics.List); !columns {
			return n - 1
		}
	}
	return n
}

func (d *decoder) unknownFunction(e *hclsyntax.FunctionCallExpr) {
	d.errorAt(diag.UnknownFunction, e.NameRange, "Unknown function "+quote(e.Name),
		"There is no function "+quote(e.Name)+"."+sqlName(e.Name)+" All functions stand in docs/functions.md.")
}

// sqlNames are spellings that SQL writers try first.
var sqlNames = map[string]string{
	"countd": "count_distinct", "distinct": "count_distinct", "mean": "avg", "average": "avg", "ifnull": "coalesce", "nvl": "coalesce", "iff": "if",
	"len": "length", "substring": "substr", "percentile_cont": "percentile", "quantile": "percentile", "std": "stddev", "stddev_samp": "stddev",
	"datediff": "date_diff", "dateadd": "date_add", "ceiling": "ceil", "pow": "power", "div": "/", "safe_divide": "/", "sumif": "sum", "countif": "count",
	"bool_or": "any", "bool_and": "every", "all": "every", "to_date": "date", "regexp_matches": "matches", "not": "!", "and": "&&", "or": "||",
}

func sqlName(name string) string {
	if s, known := sqlNames[strings.ToLower(name)]; known {
		return " It is spelled " + s + " here."
	}
	return diag.DidYouMean(name, metrics.FunctionNames())
}

// arity checks the number of arguments.
func (d *decoder) arity(e *hclsyntax.FunctionCallExpr, f *metrics.Function, n int) bool {
	low, high := f.MinArgs(), f.MaxArgs()
	if f.Kind == metrics.AggregateFunction && high >= 0 {
		high++
	}
	if n >= low && (high < 0 || n <= high) {
		return true
	}
	d.errorAt(diag.WrongArguments, e.Range(), f.Name+" got "+itoa(n)+" "+plural(n, "argument"),
		"Its form is "+f.Signature()+". "+f.Doc)
	return false
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// Expression reads an expression that stands outside files, such as a flag's.
func Expression(text, name string) (metrics.Expr, *Positions, diag.List) {
	e, diags := syntax.ParseExpression(text, name)
	if diags.HasErrors() {
		return nil, nil, diags
	}
	d := &decoder{file: &syntax.File{Path: name, Bytes: []byte(text)}, number: 1, values: newValues()}
	out := d.expr(e, nil)
	return out, &Positions{nodes: [][]hclsyntax.Expression{d.nodes}}, append(diags, d.diags...)
}
