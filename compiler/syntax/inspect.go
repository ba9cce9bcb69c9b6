package syntax

import (
	"bytes"
	"fmt"
	"regexp"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/metricsascode/metrics/metrics/diag"
)

// inspector looks through what HCL can read for what it reads otherwise than
// it was meant.
type inspector struct {
	file    *File
	sk      skimmed
	lines   *places // made when first needed
	address string
	columns map[string]bool // of the block being inspected
	diags   diag.List
}

func inspect(f *File, sk skimmed) diag.List {
	in := &inspector{file: f, sk: sk}
	for _, b := range f.Body.Blocks {
		in.address, in.columns = address(b), nil
		if len(sk.slashes) > 0 {
			in.columns = columnsOf(b)
		}
		in.body(b.Body)
	}
	in.address, in.columns = "", nil
	in.attributes(f.Body)
	return in.diags
}

// columnsOf names the columns that a block declares.
func columnsOf(b *hclsyntax.Block) map[string]bool {
	names := map[string]bool{}
	for _, inner := range b.Body.Blocks {
		if inner.Type == "columns" {
			for name := range inner.Body.Attributes {
				names[name] = true
			}
		}
	}
	return names
}

func (in *inspector) places() *places {
	if in.lines == nil {
		in.lines = newPlaces(in.file.Path, in.file.Bytes)
	}
	return in.lines
}

func (in *inspector) add(d diag.Diagnostic) {
	d.Address = in.address
	in.diags.Add(d)
}

func (in *inspector) body(b *hclsyntax.Body) {
	in.attributes(b)
	for _, inner := range b.Blocks {
		in.body(inner.Body)
	}
}

// attributes inspects each attribute of a body, and breaks those whose meaning
// is surely another one.
func (in *inspector) attributes(b *hclsyntax.Body) {
	for name, attr := range b.Attributes {
		if Broken(attr.Expr) {
			continue
		}
		in.divided(name, attr.Expr)
		if wrong := in.expression(attr.Expr); in.dated(attr.Expr) || wrong {
			attr.Expr = broken(attr.Expr.Range())
		}
	}
}

// dated reports dates without quotes in an expression.
func (in *inspector) dated(e hclsyntax.Expression) bool {
	r := e.Range()
	dates := in.sk.dates
	first := sort.Search(len(dates), func(i int) bool { return dates[i][0] >= r.Start.Byte })
	found := false
	for _, d := range dates[first:] {
		if d[1] > r.End.Byte {
			break
		}
		in.add(dateWithoutQuotes(in.places().between(d[0], d[1]), string(in.file.Bytes[d[0]:d[1]])))
		found = true
	}
	return found
}

// expression inspects the nodes of an expression; true means that it can't have
// been meant as it is read.
func (in *inspector) expression(e hclsyntax.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return in.expression(e.Expression)
	case *hclsyntax.UnaryOpExpr:
		return in.expression(e.Val)
	case *hclsyntax.BinaryOpExpr:
		left, right := in.expression(e.LHS), in.expression(e.RHS)
		return in.percent(e) || left || right
	case *hclsyntax.ConditionalExpr:
		condition, yes, no := in.expression(e.Condition), in.expression(e.TrueResult), in.expression(e.FalseResult)
		return condition || yes || no
	case *hclsyntax.FunctionCallExpr:
		return in.call(e)
	case *hclsyntax.TupleConsExpr:
		wrong := false
		for _, item := range e.Exprs {
			wrong = in.expression(item) || wrong
		}
		return wrong
	case *hclsyntax.ObjectConsExpr:
		return in.object(e)
	}
	return false
}

// percent reports 15% - x, which HCL reads as the remainder of 15 by -x.
func (in *inspector) percent(e *hclsyntax.BinaryOpExpr) bool {
	number, ok := e.LHS.(*hclsyntax.LiteralValueExpr)
	minus, negated := e.RHS.(*hclsyntax.UnaryOpExpr)
	if e.Op != hclsyntax.OpModulo || !ok || !negated || minus.Op != hclsyntax.OpNegate {
		return false
	}
	r := number.SrcRange
	text := string(in.file.Bytes[r.Start.Byte:r.End.Byte])
	sign := bytes.IndexByte(in.file.Bytes[r.End.Byte:], '%') + r.End.Byte + 1
	in.add(report(diag.NotHCL, in.places().between(r.Start.Byte, sign), fmt.Sprintf("%s%% is not a number", text),
		fmt.Sprintf("%% is the remainder of a division. Write %s.", hundredth(text))))
	return true
}

// logic names the functions of spreadsheets that are operators here.
var logic = map[string]string{"not": "!", "and": "&&", "or": "||"}

func (in *inspector) call(e *hclsyntax.FunctionCallExpr) bool {
	wrong := false
	if op := logic[strings.ToLower(e.Name)]; op != "" {
		in.add(report(diag.NotHCL, e.NameRange, fmt.Sprintf("%s is not a function", e.Name),
			fmt.Sprintf("Write the operator %s.", op)))
		wrong = true
	}
	for _, arg := range e.Args {
		wrong = in.expression(arg) || wrong
	}
	return wrong
}

// object inspects { } and reports keys that it has twice.
func (in *inspector) object(e *hclsyntax.ObjectConsExpr) bool {
	wrong := false
	seen := make(map[string]hcl.Range, len(e.Items))
	for _, item := range e.Items {
		wrong = in.expression(item.ValueExpr) || wrong
		name, ok := key(item.KeyExpr)
		if !ok {
			continue
		}
		in.divided(name, item.ValueExpr)
		r := item.KeyExpr.Range()
		first, twice := seen[name]
		if !twice {
			seen[name] = r
			continue
		}
		d := report(diag.DuplicateKey, r, fmt.Sprintf("%s is given twice", name),
			fmt.Sprintf("Braces take each key once. Remove this entry or the one on line %d.", first.Start.Line))
		d.Labels = []diag.Label{{Range: Range(first), Text: "first given here"}}
		in.add(d)
	}
	return wrong
}

// key is the constant name of an entry of { }.
func key(e hclsyntax.Expression) (string, bool) {
	k, ok := e.(*hclsyntax.ObjectConsKeyExpr)
	if !ok {
		return "", false
	}
	if !k.ForceNonLiteral {
		if name := hcl.ExprAsKeyword(k.Wrapped); name != "" {
			return name, true
		}
	}
	switch w := k.Wrapped.(type) {
	case *hclsyntax.TemplateExpr:
		if v, problems := w.Value(nil); w.IsStringLiteral() && !problems.HasErrors() {
			return v.AsString(), true
		}
	case *hclsyntax.LiteralValueExpr:
		if w.Val.Type() == cty.Number && w.Val.IsKnown() && !w.Val.IsNull() {
			return w.Val.AsBigFloat().String(), true
		}
	}
	return "", false
}

// computed names the attributes whose value is an expression, so that a
// division can be meant.
var computed = map[string]bool{"value": true, "where": true, "assert": true, "measure": true, "target": true, "red": true, "amber": true}

// divided warns of a // comment on an expression that reads like a divisor.
func (in *inspector) divided(name string, e hclsyntax.Expression) {
	if len(in.sk.slashes) == 0 || !computed[name] {
		return
	}
	r := e.Range()
	first := sort.SearchInts(in.sk.slashes, r.Start.Byte)
	_, last := in.places().lineOf(r.End.Byte)
	for _, at := range in.sk.slashes[first:] {
		if at >= last {
			return
		}
		trails := at < r.End.Byte || len(bytes.Trim(in.file.Bytes[r.End.Byte:at], " \t")) == 0
		_, end := in.places().lineOf(at)
		if trails && in.endsOperand(at) && in.divisor(in.file.Bytes[at+2:end]) {
			in.add(slashComment(in.places().between(at, at+2), diag.Warning))
		}
	}
}

func (in *inspector) endsOperand(at int) bool {
	before := bytes.TrimRight(in.file.Bytes[:at], " \t")
	last := before[len(before)-1]
	return wordByte[last] || last == ')' || last == ']' || last == '"'
}

var divisorStart = regexp.MustCompile(`^\s*[\pL_\d(]`)

// divisor tells whether the text of a comment is an expression: a function, or
// of numbers, paths and columns, not a word that happens to be one.
func (in *inspector) divisor(text []byte) bool {
	if !divisorStart.Match(text) || skim(text).tooDeep >= 0 {
		return false
	}
	e, problems := hclsyntax.ParseExpression(text, "", hcl.InitialPos)
	if problems.HasErrors() {
		return false
	}
	if _, call := e.(*hclsyntax.FunctionCallExpr); call {
		return true
	}
	for _, v := range e.Variables() {
		if len(v) < 2 && !in.columns[v.RootName()] {
			return false
		}
	}
	return true
}
