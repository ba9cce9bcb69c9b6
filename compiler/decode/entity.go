package decode

import (
	"cmp"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// entityDraft is an entity while its block is read: a source whose rows are the
// keys found in others.
type entityDraft struct {
	metrics.Source
	entity metrics.Entity
}

var entityGrammar grammar[entityDraft]

func init() { // the readers of blocks use grammars of their own
	entityGrammar = grammar[entityDraft]{
		attributes: attributes[entityDraft]{
			"label":       func(d *decoder, e *entityDraft, a attribute) { e.Label = d.text(a) },
			"description": func(d *decoder, e *entityDraft, a attribute) { e.Description = d.text(a) },
			"owner":       func(d *decoder, e *entityDraft, a attribute) { e.Owner = d.text(a) },
			"tags":        func(d *decoder, e *entityDraft, a attribute) { e.Tags = d.texts(a) },
			"time":        func(d *decoder, e *entityDraft, a attribute) { e.Time = d.name(a) },
			"row_unit":    func(d *decoder, e *entityDraft, a attribute) { e.RowUnit = d.unit(a) },
		},
		blocks: blocks[entityDraft]{
			"from":    func(d *decoder, e *entityDraft, b *hclsyntax.Block) { d.entityFrom(e, b) },
			"columns": func(d *decoder, e *entityDraft, b *hclsyntax.Block) { d.entityColumns(e, b) },
		},
	}
}

// entity reads an entity block as a source: sources and entities share one set of names.
func (d *decoder) entity(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	d.address = "source." + name
	e := &entityDraft{Source: metrics.Source{Name: name, Contract: true, Key: []string{metrics.EntityKey}}}
	e.Columns = []*metrics.Column{{Name: metrics.EntityKey}}
	entityGrammar.body(d, b.Body, "entity", e)
	if !slices.ContainsFunc(b.Body.Blocks, func(n *hclsyntax.Block) bool { return n.Type == "from" }) {
		d.errorAt(diag.MissingAttribute, b.DefRange(), `Missing "from"`,
			`Say in which rows the keys are found: from "orders" { key = customer_id }.`)
	}
	slices.SortFunc(e.entity.From, func(a, b metrics.EntityFrom) int { return cmp.Compare(a.Source, b.Source) })
	source := e.Source
	source.Reader = &e.entity
	d.sources = append(d.sources, &Decl[metrics.Source]{Value: &source, Address: d.address, place: d.place(b)})
}

func (d *decoder) entityFrom(e *entityDraft, b *hclsyntax.Block) {
	const example = `from "orders" { key = customer_id }.`
	f := metrics.EntityFrom{Source: d.nestedLabel(b, example)}
	g := grammar[metrics.EntityFrom]{attributes: attributes[metrics.EntityFrom]{
		"key": func(d *decoder, f *metrics.EntityFrom, a attribute) { f.Key = d.name(a) },
	}}
	g.body(d, b.Body, "from block", &f)
	if b.Body.Attributes["key"] == nil {
		d.missing(b, "key", "key = customer_id")
	}
	if f.Source != "" && f.Key != "" {
		e.entity.From = append(e.entity.From, f)
	}
}

// entityColumns reads columns that are all computed: an expression, or an object
// with value.
func (d *decoder) entityColumns(e *entityDraft, b *hclsyntax.Block) {
	d.noLabels(b)
	for _, n := range b.Body.Blocks {
		d.unknownBlock(n, "columns block", nil, []string{n.Type}, nil)
	}
	attrs := slices.SortedFunc(maps.Values(b.Body.Attributes), func(x, y *hclsyntax.Attribute) int {
		return x.SrcRange.Start.Byte - y.SrcRange.Start.Byte
	})
	for _, a := range attrs {
		if a.Name == metrics.EntityKey {
			d.errorAt(diag.Duplicate, a.NameRange, "An entity has the column "+quote(metrics.EntityKey)+" already",
				"It holds the keys that the entity is made of. Choose another name.")
			continue
		}
		e.Columns = append(e.Columns, d.entityColumn(attribute{a.Name, a.NameRange, a.Expr}))
	}
}

func (d *decoder) entityColumn(a attribute) *metrics.Column {
	if _, isObject := a.expr.(*hclsyntax.ObjectConsExpr); !isObject {
		return &metrics.Column{Name: a.name, Value: d.expression(a)}
	}
	c := d.column(a)
	if c.Value == nil && c.typed {
		d.errorAt(diag.MissingAttribute, a.expr.Range(), "Column "+quote(a.name)+" has no value",
			"An entity reads nothing itself: its columns are computed. Write "+a.name+" = count(orders), or { value = count(orders), ... }.")
		c.Value = d.bad(a.expr)
	}
	column := c.Column
	return &column
}
