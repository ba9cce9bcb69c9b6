package decode

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// columnDraft is a column while it is read.
type columnDraft struct {
	metrics.Column
	references []string // source, and the column where one was named
	typed      bool
	parsing    []string // attributes given that speak of texts as read
}

// parsing remembers an attribute that has no meaning for a computed column.
func parsing(read func(*decoder, *columnDraft, attribute)) func(*decoder, *columnDraft, attribute) {
	return func(d *decoder, c *columnDraft, a attribute) {
		c.parsing = append(c.parsing, a.name)
		read(d, c, a)
	}
}

var columnGrammar = grammar[columnDraft]{
	attributes: attributes[columnDraft]{
		"label":       func(d *decoder, c *columnDraft, a attribute) { c.Label = d.text(a) },
		"description": func(d *decoder, c *columnDraft, a attribute) { c.Description = d.text(a) },
		"type": func(d *decoder, c *columnDraft, a attribute) {
			c.Type, c.typed = d.columnType(a.expr), true
		},
		"unit": func(d *decoder, c *columnDraft, a attribute) { c.Unit = d.unit(a) },
		"tax":  func(d *decoder, c *columnDraft, a attribute) { c.Tax = metrics.Tax(d.word(a, "included", "excluded")) },
		"from": parsing(func(d *decoder, c *columnDraft, a attribute) { c.From = d.text(a) }),
		"format": parsing(func(d *decoder, c *columnDraft, a attribute) {
			c.Formats = d.timeFormats(a)
		}),
		"timezone": parsing(func(d *decoder, c *columnDraft, a attribute) { c.Timezone = d.timezone(a) }),
		"strip":    parsing(func(d *decoder, c *columnDraft, a attribute) { c.Strip = d.texts(a) }),
		"fold":     parsing(func(d *decoder, c *columnDraft, a attribute) { c.Fold = d.folds(a) }),
		"map":      parsing(func(d *decoder, c *columnDraft, a attribute) { c.Map = d.textMap(a) }),
		"required": func(d *decoder, c *columnDraft, a attribute) { c.Required = d.boolean(a) },
		"values":   func(d *decoder, c *columnDraft, a attribute) { c.Values = d.scalars(a) },
		"range":    func(d *decoder, c *columnDraft, a attribute) { c.Range = d.bounds(a) },
		"on_fail": func(d *decoder, c *columnDraft, a attribute) {
			c.OnFail = metrics.OnFail(d.word(a, "quarantine", "warn", "stop"))
		},
		"references": func(d *decoder, c *columnDraft, a attribute) { c.references = d.referenced(a) },
		"value":      func(d *decoder, c *columnDraft, a attribute) { c.Value = d.expression(a) },
		"classification": func(d *decoder, c *columnDraft, a attribute) {
			c.Classification = metrics.Classification(d.word(a, metrics.Classifications...))
		},
		"mask": func(d *decoder, c *columnDraft, a attribute) { c.Mask = metrics.Mask(d.word(a, metrics.Masks...)) },
	},
	instead: map[string]string{
		"on":      "By which column a source is referenced is said by references = customers.customer_id, by several columns in a block: reference \"customer\" { to = customers, on = [...] }.",
		"default": "What was read stays as it was read. Fill it in a computed column: filled = { value = coalesce(amount, 0) }.",
	},
}

// columns reads the columns block, in written order.
func (d *decoder) columns(s *sourceDraft, b *hclsyntax.Block) {
	d.noLabels(b)
	for _, n := range b.Body.Blocks {
		d.unknownBlock(n, "columns block", nil, []string{n.Type}, nil)
	}
	s.Contract = true
	attrs := slices.SortedFunc(maps.Values(b.Body.Attributes), func(x, y *hclsyntax.Attribute) int {
		return x.SrcRange.Start.Byte - y.SrcRange.Start.Byte
	})
	for _, a := range attrs {
		if strings.Contains(a.Name, "-") {
			d.errorAt(diag.BadName, a.NameRange, "Not a name: "+quote(a.Name), "A column's name has letters, digits and _. Give the name in the file by from.")
			continue
		}
		c := d.column(attribute{a.Name, a.NameRange, a.Expr})
		column := c.Column
		s.Columns = append(s.Columns, &column)
		if len(c.references) > 0 {
			on := metrics.JoinOn{Column: a.Name}
			if len(c.references) > 1 {
				on.Target = c.references[1]
			}
			s.References = append(s.References, &metrics.Reference{
				Name: c.references[0], To: c.references[0], OnFail: cmp.Or(c.OnFail, metrics.Warn), On: []metrics.JoinOn{on},
			})
		}
	}
}

// referenced reads customers, or customers.customer_id.
func (d *decoder) referenced(a attribute) []string {
	if parts := columnOfSource(a.expr); parts != nil {
		return parts
	}
	if name := d.name(a); name != "" {
		return []string{name}
	}
	return nil
}

// columnOfSource is the two parts of source.column, nil where e is none.
func columnOfSource(e hclsyntax.Expression) []string {
	if t, ok := e.(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) == 2 && t.Traversal.RootName() != "var" && t.Traversal.RootName() != "local" {
		if step, ok := t.Traversal[1].(hcl.TraverseAttr); ok {
			return []string{t.Traversal.RootName(), step.Name}
		}
	}
	return nil
}

// columnsOfSources reads a list of source.column.
func (d *decoder) columnsOfSources(a attribute) []string {
	list, ok := a.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.wrong(a, "a list of columns such as [orders.phone]")
		return nil
	}
	var out []string
	for _, e := range list.Exprs {
		if parts := columnOfSource(e); parts != nil {
			out = append(out, strings.Join(parts, "."))
		} else if !syntax.Broken(e) {
			d.errorAt(diag.WrongValue, e.Range(), "Not a column", "Write source.column, bare: "+a.name+" = [orders.phone].")
		}
	}
	return out
}

func (d *decoder) column(a attribute) *columnDraft {
	c := &columnDraft{Column: metrics.Column{Name: a.name}}
	object, ok := a.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		c.Type = d.columnType(a.expr)
		return c
	}
	columnGrammar.object(d, object, "column", c)
	switch {
	case c.Value == nil && !c.typed:
		d.errorAt(diag.MissingAttribute, a.expr.Range(), "Column "+quote(a.name)+" has no type",
			a.name+" = { type = string, ... }; a computed one has value instead.")
	case c.Value != nil && len(c.parsing) > 0:
		d.errorAt(diag.Conflict, a.expr.Range(), quote(c.parsing[0])+" has no meaning for a computed column",
			"The value of "+a.name+" is computed, not read. Remove "+strings.Join(c.parsing, ", ")+", or value.")
	default:
		d.columnFits(c, a)
	}
	return c
}

// columnFits refuses attributes that the column's type can't have.
func (d *decoder) columnFits(c *columnDraft, a attribute) {
	kind := c.Type.Kind
	refuse := func(name, why string) {
		d.errorAt(diag.Conflict, a.expr.Range(), quote(name)+" does not go with type "+c.Type.String(), why)
	}
	if kind == metrics.Unknown || c.Value != nil {
		return
	}
	if len(c.Formats) > 0 && !c.Type.Temporal() {
		refuse("format", "Formats are for dates and timestamps. Texts around numbers are taken off by strip.")
	}
	if c.Timezone != "" && kind != metrics.Timestamp {
		refuse("timezone", "Only timestamps are in a time zone; a date is a day as it is.")
	}
	if (c.Unit != "" || c.Tax != "") && !c.Type.Numeric() {
		refuse("unit and tax", "Only numbers have a unit or a tax basis.")
	}
	if c.Range != nil && (kind == metrics.String || kind == metrics.Boolean) {
		refuse("range", "A range is for numbers, dates and timestamps. Accepted texts are listed by values.")
	}
}

var strptime = "aAwdbBmyYHIpMSfgnzZjUWcxXGuV-%"

// timeFormats reads strptime formats.
func (d *decoder) timeFormats(a attribute) []string {
	formats := d.texts(a)
	for _, f := range formats {
		bad := ""
		for i := 0; i < len(f); i++ {
			if f[i] != '%' {
				continue
			}
			i++
			if i >= len(f) || !strings.ContainsRune(strptime, rune(f[i])) {
				bad = f[i-1 : min(i+1, len(f))]
			}
		}
		if bad != "" || !strings.Contains(f, "%") {
			d.errorAt(diag.BadFormat, a.expr.Range(), "Not a time format: "+quote(f),
				"A format has fields such as %Y-%m-%d, %d/%m/%Y %H:%M or %b-%y, and other characters as they stand.")
		}
	}
	return formats
}

func (d *decoder) folds(a attribute) []metrics.Fold {
	var out []metrics.Fold
	for _, w := range d.words(a, string(metrics.FoldTrim), string(metrics.FoldLower), string(metrics.FoldUpper), string(metrics.FoldWidth)) {
		out = append(out, metrics.Fold(w))
	}
	return out
}

// textMap reads { "from" = "to" } in written order.
func (d *decoder) textMap(a attribute) []metrics.MapEntry {
	object, ok := a.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		d.wrong(a, `texts and what they become: { "sh-01" = "shanghai-01" }`)
		return nil
	}
	var out []metrics.MapEntry
	for _, item := range object.Items {
		key := keyText(item.KeyExpr)
		if slices.ContainsFunc(out, func(e metrics.MapEntry) bool { return e.From == key }) {
			continue // reported where it was parsed
		}
		out = append(out, metrics.MapEntry{From: key, To: d.text(attribute{a.name, a.nameRange, item.ValueExpr})})
	}
	return out
}

// bounds reads [low, high]; null is open.
func (d *decoder) bounds(a attribute) *[2]*metrics.Literal {
	list, ok := a.expr.(*hclsyntax.TupleConsExpr)
	if !ok || len(list.Exprs) != 2 {
		d.wrong(a, "two bounds, null for an open one: [18, 65]")
		return nil
	}
	low, high := d.literalOf(list.Exprs[0]), d.literalOf(list.Exprs[1])
	if descending(low, high) {
		d.errorAt(diag.WrongValue, a.expr.Range(), "The low bound is above the high one",
			"No value lies between. Write the lower bound first: ["+high.Text+", "+low.Text+"].")
		return nil
	}
	return &[2]*metrics.Literal{low, high}
}

// descending tells whether the second of two bounds is plainly below the first:
// numbers, or times written alike.
func descending(low, high *metrics.Literal) bool {
	if low == nil || high == nil {
		return false
	}
	if low.Type.Numeric() && high.Type.Numeric() {
		a, known := new(big.Float).SetString(low.Text)
		b, alsoKnown := new(big.Float).SetString(high.Text)
		return known && alsoKnown && a.Cmp(b) > 0
	}
	const withoutOffset = len("2006-01-02T15:04:05")
	return low.Type.Kind == metrics.String && high.Type.Kind == metrics.String &&
		len(low.Text) == len(high.Text) && len(low.Text) <= withoutOffset && low.Text > high.Text
}
