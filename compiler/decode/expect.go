package decode

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// expectDraft is an expectation while its block is read.
type expectDraft struct {
	metrics.Expectation
	value   *metrics.Literal
	values  []*metrics.Literal
	members []*metrics.Literal // of by, in its order
	rows    []*metrics.ExpectedRow
	missing *metrics.Literal
}

var expectGrammar grammar[expectDraft]

func init() {
	expectGrammar = grammar[expectDraft]{attributes: attributes[expectDraft]{
		"kpi": func(d *decoder, x *expectDraft, a attribute) {
			x.Value = d.expression(a)
			x.Node.ID = x.Value.Base().ID
		},
		"at":   func(d *decoder, x *expectDraft, a attribute) { x.At = d.textLiteral(a) },
		"from": func(d *decoder, x *expectDraft, a attribute) { x.From = d.textLiteral(a) },
		"to":   func(d *decoder, x *expectDraft, a attribute) { x.To = d.textLiteral(a) },
		"grain": func(d *decoder, x *expectDraft, a attribute) {
			x.Grain, x.GrainID = metrics.Grain(d.name(a)), d.node(a.expr).ID
		},
		"by":        func(d *decoder, x *expectDraft, a attribute) { x.By, x.members = d.members(a) },
		"value":     func(d *decoder, x *expectDraft, a attribute) { x.value = d.cell(a.expr) },
		"values":    func(d *decoder, x *expectDraft, a attribute) { x.values = d.cellList(a) },
		"rows":      func(d *decoder, x *expectDraft, a attribute) { d.expectedRows(x, a) },
		"missing":   func(d *decoder, x *expectDraft, a attribute) { x.missing = d.missingValueHere(a) },
		"tolerance": func(d *decoder, x *expectDraft, a attribute) { x.Tolerance = d.tolerance(a) },
		"fails":     func(d *decoder, x *expectDraft, a attribute) { x.Fails = d.code(a) },
	}}
}

func (d *decoder) expect(b *hclsyntax.Block) *metrics.Expectation {
	d.noLabels(b)
	x := &expectDraft{}
	expectGrammar.body(d, b.Body, "expect block", x)
	if b.Body.Attributes["kpi"] == nil {
		d.missing(b, "kpi", "kpi = kpi.sales")
		return nil
	}
	if !d.oneForm(b) || !d.oneRange(b) {
		return nil
	}
	switch {
	case x.value != nil:
		x.Rows = []*metrics.ExpectedRow{{Node: x.value.Node, Members: x.members, Value: x.value}}
	case x.missing != nil:
		x.Rows = []*metrics.ExpectedRow{{Node: x.missing.Node, Members: x.members, Value: x.missing}}
	case x.values != nil:
		x.Each = true
		for _, v := range x.values {
			x.Rows = append(x.Rows, &metrics.ExpectedRow{Node: v.Node, Members: x.members, Value: v})
		}
	default:
		x.Rows = x.rows
	}
	return &x.Expectation
}

// expectForms are the ways to say what is expected.
var expectForms = []string{"value", "values", "rows", "missing", "fails"}

// oneForm demands that an expectation is said in one way.
func (d *decoder) oneForm(b *hclsyntax.Block) bool {
	var given []string
	for _, name := range expectForms {
		if b.Body.Attributes[name] != nil {
			given = append(given, name)
		}
	}
	switch {
	case len(given) == 0:
		d.errorAt(diag.MissingAttribute, b.DefRange(), "An expectation that expects nothing",
			`Say what must come out: value = 100, values = [1, 2] over periods, rows = [{ region = "East", value = 100 }], missing = true, or fails = "E0308".`)
		return false
	case len(given) > 1:
		d.errorAt(diag.Conflict, b.Body.Attributes[given[1]].NameRange, strings.Join(given, " and ")+" in one expectation",
			"Each says what must come out. Keep one, and write another expect block for the other.")
		return false
	case given[0] == "rows" && b.Body.Attributes["by"] != nil:
		d.errorAt(diag.Conflict, b.Body.Attributes["by"].NameRange, `"by" beside rows`, `Rows name their members themselves: rows = [{ region = "East", value = 100 }].`)
		return false
	}
	return true
}

// oneRange demands that an expectation is about one period, or between bounds.
func (d *decoder) oneRange(b *hclsyntax.Block) bool {
	has := func(name string) bool { return b.Body.Attributes[name] != nil }
	switch {
	case has("at") && (has("from") || has("to")):
		d.errorAt(diag.Conflict, b.Body.Attributes["at"].NameRange, `"at" beside bounds`, "Write at for one period, or from and to for several.")
		return false
	case has("from") != has("to"):
		d.errorAt(diag.MissingAttribute, b.DefRange(), "One bound without the other", `Write both: from = "2026-01", to = "2026-03". Both are included.`)
		return false
	case has("values") && !has("from"):
		d.errorAt(diag.MissingAttribute, b.Body.Attributes["values"].NameRange, "values without periods", `Say which periods they are of: from = "2026-01", to = "2026-03".`)
		return false
	}
	return true
}

// members reads { region = "East" }: names in order, and members in theirs.
func (d *decoder) members(a attribute) (names []string, members []*metrics.Literal) {
	object, ok := a.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		d.wrong(a, `members by dimension: { region = "East" }`)
		return nil, nil
	}
	cells := d.cells(object)
	for _, name := range keys(cells) {
		names, members = append(names, name), append(members, cells[name])
	}
	return names, members
}

// cells reads the values of an object's items by name.
func (d *decoder) cells(object *hclsyntax.ObjectConsExpr) map[string]*metrics.Literal {
	out := map[string]*metrics.Literal{}
	for _, item := range object.Items {
		name := keyText(item.KeyExpr)
		if name == "" || out[name] != nil {
			continue // reported where it was parsed
		}
		if l := d.cell(item.ValueExpr); l != nil {
			out[name] = l
		}
	}
	return out
}

// cell reads one value, null included.
func (d *decoder) cell(e hclsyntax.Expression) *metrics.Literal {
	v, ok := d.constant(e)
	if !ok {
		return nil
	}
	l := literal(v)
	if l.Type.Kind == metrics.Unknown {
		d.errorAt(diag.WrongValue, e.Range(), "Not a single value", "Write a text, a number, true, false, or null for no data.")
		return nil
	}
	l.Node = d.withType(e, l.Type)
	return &l
}

func (d *decoder) cellList(a attribute) []*metrics.Literal {
	list, ok := a.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.wrong(a, "a list of values, one for each period: [1, 2, null]")
		return nil
	}
	out := []*metrics.Literal{}
	for _, e := range list.Exprs {
		if l := d.cell(e); l != nil {
			out = append(out, l)
		}
	}
	return out
}

// expectedRows reads [{ period = "2026-01", region = "East", value = 1 }]. All
// rows name the same members.
func (d *decoder) expectedRows(x *expectDraft, a attribute) {
	list, ok := a.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.wrong(a, `a list of rows: [{ region = "East", value = 100 }]`)
		return
	}
	x.Complete, x.rows = true, []*metrics.ExpectedRow{}
	for i, e := range list.Exprs {
		object, ok := e.(*hclsyntax.ObjectConsExpr)
		if !ok {
			d.errorAt(diag.WrongValue, e.Range(), "Not a row", `A row is written { region = "East", value = 100 }.`)
			continue
		}
		cells := d.cells(object)
		row := &metrics.ExpectedRow{Node: d.node(e), Period: cells["period"], Value: cells["value"]}
		if row.Value == nil {
			d.errorAt(diag.MissingAttribute, e.Range(), "A row without value", `Write what is expected: { region = "East", value = 100 }, or value = null for no data.`)
			continue
		}
		names := slices.DeleteFunc(keys(cells), func(n string) bool { return n == "period" || n == "value" })
		if i == 0 {
			x.By = names
		}
		if !slices.Equal(names, x.By) || len(x.rows) > 0 && (x.rows[0].Period == nil) != (row.Period == nil) {
			d.errorAt(diag.WrongValue, e.Range(), "Rows of different kinds", "All rows of an expectation name the same dimensions, and all or none a period.")
			continue
		}
		for _, n := range names {
			row.Members = append(row.Members, cells[n])
		}
		x.rows = append(x.rows, row)
	}
}

// missingValueHere reads missing = true as an expected null.
func (d *decoder) missingValueHere(a attribute) *metrics.Literal {
	if !d.boolean(a) {
		d.wrong(a, "true, or is left out")
		return nil
	}
	l := nullLiteral()
	l.Node = d.withType(a.expr, l.Type)
	return l
}

func (d *decoder) tolerance(a attribute) *metrics.Literal {
	l := d.cell(a.expr)
	if l == nil || l.Type.Numeric() && !strings.HasPrefix(l.Text, "-") {
		return l
	}
	d.wrong(a, "a number from 0: how far the value may be off, either way, such as 0.01")
	return nil
}

// code reads the code of an error.
func (d *decoder) code(a attribute) diag.Code {
	text := d.text(a)
	code := diag.Code(text)
	if _, known := diag.Titles[code]; text != "" && !known {
		d.wrong(a, `the code of an error, such as "E0308"`)
		return ""
	}
	return code
}
