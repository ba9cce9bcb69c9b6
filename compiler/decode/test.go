package decode

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var testGrammar grammar[metrics.Test]

func init() { // the readers of blocks use grammars of their own
	testGrammar = grammar[metrics.Test]{
		attributes: attributes[metrics.Test]{
			"description": func(d *decoder, t *metrics.Test, a attribute) { t.Description = d.text(a) },
			"as_of":       func(d *decoder, t *metrics.Test, a attribute) { t.AsOf = d.textLiteral(a) },
		},
		blocks: blocks[metrics.Test]{
			"given": func(d *decoder, t *metrics.Test, b *hclsyntax.Block) {
				if g := d.given(b); g != nil {
					t.Given = append(t.Given, g)
				}
			},
			"expect": func(d *decoder, t *metrics.Test, b *hclsyntax.Block) {
				if e := d.expect(b); e != nil {
					t.Expect = append(t.Expect, e)
				}
			},
		},
		repeated: []string{"expect"},
	}
}

func (d *decoder) test(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	t := &metrics.Test{Name: name}
	testGrammar.body(d, b.Body, "test", t)
	if !slices.ContainsFunc(b.Body.Blocks, func(n *hclsyntax.Block) bool { return n.Type == "expect" }) {
		d.errorAt(diag.MissingAttribute, b.DefRange(), `Missing "expect"`,
			`A test says what must come out: expect { kpi = kpi.sales, at = "2026-01", value = 100 }, each on a line of its own.`)
	}
	slices.SortFunc(t.Given, func(a, b *metrics.Given) int { return cmp.Compare(a.Source, b.Source) })
	d.tests = append(d.tests, &Decl[metrics.Test]{Value: t, Address: "test." + name, place: d.place(b)})
}

// textLiteral reads a text that keeps its place.
func (d *decoder) textLiteral(a attribute) *metrics.Literal {
	l := d.literalOf(a.expr)
	if l != nil && l.Type.Kind != metrics.String {
		d.wrong(a, "a text")
		return nil
	}
	return l
}

// givenDraft is what a source holds while its block is read.
type givenDraft struct {
	metrics.Given
	readers []metrics.Reader
}

var givenGrammar grammar[givenDraft]

func init() {
	givenGrammar = grammar[givenDraft]{
		attributes: attributes[givenDraft]{
			"rows":    func(d *decoder, g *givenDraft, a attribute) { g.readers = append(g.readers, d.rows(a)) },
			"covered": func(d *decoder, g *givenDraft, a attribute) { g.Covered = d.covered(a) },
		},
		blocks: blocks[givenDraft]{
			"csv":     func(d *decoder, g *givenDraft, b *hclsyntax.Block) { g.readers = append(g.readers, d.csv(b)) },
			"parquet": func(d *decoder, g *givenDraft, b *hclsyntax.Block) { g.readers = append(g.readers, d.parquet(b)) },
			"json":    func(d *decoder, g *givenDraft, b *hclsyntax.Block) { g.readers = append(g.readers, d.json(b)) },
		},
	}
}

func (d *decoder) given(b *hclsyntax.Block) *metrics.Given {
	g := &givenDraft{Given: metrics.Given{Source: d.nestedLabel(b, `given "orders" { rows = [{ order_id = "1" }] }.`)}}
	givenGrammar.body(d, b.Body, "given block", g)
	switch {
	case g.Source == "":
		return nil
	case len(g.readers) == 1:
		g.Reader = g.readers[0]
	case len(g.readers) == 0:
		d.errorAt(diag.TwoReaders, b.DefRange(), "A given source without rows",
			`Give rows = [{ ... }], or a file: csv { path = "testdata/orders.csv" }, parquet or json. A source without rows needs no block; to say which days it covers, write rows = [].`)
		return nil
	default:
		d.errorAt(diag.TwoReaders, b.DefRange(), "Several formats in one given source", "Its rows come from one place: rows, csv, parquet or json. Remove the others.")
		return nil
	}
	return &g.Given
}
