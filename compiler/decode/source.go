package decode

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// sourceDraft is a source while its block is read.
type sourceDraft struct {
	metrics.Source
	readers []metrics.Reader
	union   *metrics.Union
	tag     string
	hasTag  bool
}

var sourceGrammar grammar[sourceDraft]

func init() { // the readers of blocks use the grammars of nested ones
	sourceGrammar = grammar[sourceDraft]{
		attributes: sourceAttributes,
		blocks: blocks[sourceDraft]{
			"csv":       func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { s.readers = append(s.readers, d.csv(b)) },
			"parquet":   func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { s.readers = append(s.readers, d.parquet(b)) },
			"json":      func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { s.readers = append(s.readers, d.json(b)) },
			"xlsx":      func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { s.readers = append(s.readers, d.xlsx(b)) },
			"duckdb":    func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { s.readers = append(s.readers, d.duckdb(b)) },
			"sql":       func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { s.readers = append(s.readers, d.sql(b)) },
			"columns":   func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { d.columns(s, b) },
			"dedupe":    func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { s.Dedupe = d.dedupe(b) },
			"reference": func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { d.reference(s, b) },
			"coverage":  func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { d.coverage(s, b) },
			"freshness": func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { s.Freshness = d.freshness(b) },
			"check":     func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { d.rowCheck(s, b) },
			"anomaly":   func(d *decoder, s *sourceDraft, b *hclsyntax.Block) { d.anomaly(s, b) },
		},
		later: []string{"http", "database"},
	}
}

var sourceAttributes = attributes[sourceDraft]{
	"label":       func(d *decoder, s *sourceDraft, a attribute) { s.Label = d.text(a) },
	"description": func(d *decoder, s *sourceDraft, a attribute) { s.Description = d.text(a) },
	"owner":       func(d *decoder, s *sourceDraft, a attribute) { s.Owner = d.text(a) },
	"tags":        func(d *decoder, s *sourceDraft, a attribute) { s.Tags = d.texts(a) },
	"rows":        func(d *decoder, s *sourceDraft, a attribute) { s.readers = append(s.readers, d.rows(a)) },
	"union": func(d *decoder, s *sourceDraft, a attribute) {
		s.union = &metrics.Union{Sources: d.names(a)}
		if list, ok := a.expr.(*hclsyntax.TupleConsExpr); ok && len(list.Exprs) == 0 {
			d.errorAt(diag.WrongValue, a.expr.Range(), "A union of no sources", "Its rows are those of other sources. Name them: union = [orders_2025, orders_2026].")
		}
		s.readers = append(s.readers, s.union)
	},
	"tag": func(d *decoder, s *sourceDraft, a attribute) {
		s.tag, s.hasTag = d.text(a), true
		if !isName(s.tag) {
			d.errorAt(diag.BadName, a.expr.Range(), "Not a name: "+quote(s.tag), "The tag is the name of a column: letters, digits and _.")
			s.tag = ""
		}
	},
	"key":      func(d *decoder, s *sourceDraft, a attribute) { s.Key = d.names(a) },
	"time":     func(d *decoder, s *sourceDraft, a attribute) { s.Time = d.name(a) },
	"where":    func(d *decoder, s *sourceDraft, a attribute) { s.Where = d.expression(a) },
	"allocate": func(d *decoder, s *sourceDraft, a attribute) { s.Allocate = d.word(a, metrics.Even) },
	"grain": func(d *decoder, s *sourceDraft, a attribute) {
		s.Grain = metrics.Grain(d.word(a, "hour", "day", "week", "month", "quarter", "year"))
	},
	"ahead":    func(d *decoder, s *sourceDraft, a attribute) { s.Ahead = d.boolean(a) },
	"covered":  func(d *decoder, s *sourceDraft, a attribute) { s.Covered = d.covered(a) },
	"row_unit": func(d *decoder, s *sourceDraft, a attribute) { s.RowUnit = d.unit(a) },
	"valid":    func(d *decoder, s *sourceDraft, a attribute) { s.Valid = d.valid(a) },
}

func (d *decoder) source(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	s := &sourceDraft{Source: metrics.Source{Name: name}}
	sourceGrammar.body(d, b.Body, "source", s)
	d.chooseReader(s, b)
	if s.union != nil {
		s.union.Tag = s.tag
		if s.tag != "" {
			s.Columns = append(s.Columns, &metrics.Column{Name: s.tag, Type: metrics.Type{Kind: metrics.String}, Tag: true})
		}
	} else if s.hasTag {
		d.errorAt(diag.Conflict, b.Body.Attributes["tag"].NameRange, `"tag" goes with union`, "Only the rows of a union come from several sources. Remove tag.")
	}
	slices.SortFunc(s.Checks, func(a, b *metrics.RowCheck) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(s.Anomalies, func(a, b *metrics.Anomaly) int { return strings.Compare(a.Name, b.Name) })
	source := s.Source
	d.sources = append(d.sources, &Decl[metrics.Source]{Value: &source, Address: "source." + name, place: d.place(b)})
}

func (d *decoder) chooseReader(s *sourceDraft, b *hclsyntax.Block) {
	switch {
	case len(s.readers) == 1:
		s.Reader = s.readers[0]
	case len(s.readers) > 1:
		d.errorAt(diag.TwoReaders, b.DefRange(), "Several formats in one source",
			"A source reads from one place: csv, parquet, json, xlsx, duckdb, rows, sql or union. Make a source of each and bring them together by union.")
		s.Reader = s.readers[0]
	default:
		if !hasLaterReader(b) {
			d.errorAt(diag.TwoReaders, b.DefRange(), "A source without format",
				`Say where the rows come from: csv { path = "data/x.csv" }, parquet { ... }, json { ... }, xlsx { ... }, duckdb { ... }, rows = [...] or union = [...].`)
		}
	}
}

// hasLaterReader tells whether the format is one that is refused already.
func hasLaterReader(b *hclsyntax.Block) bool {
	return slices.ContainsFunc(b.Body.Blocks, func(n *hclsyntax.Block) bool {
		return slices.Contains([]string{"http", "database"}, n.Type)
	})
}

func (d *decoder) missing(b *hclsyntax.Block, name, example string) {
	d.errorAt(diag.MissingAttribute, b.DefRange(), "Missing "+quote(name), diag.CapitalA(b.Type)+" needs "+name+": write "+example+".")
}

// rows reads inline rows: a list of objects of scalars.
func (d *decoder) rows(a attribute) metrics.Reader {
	inline := &metrics.Inline{}
	list, ok := a.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.wrong(a, `a list of rows: [{ id = 1, name = "a" }]`)
		return inline
	}
	for _, e := range list.Exprs {
		object, ok := e.(*hclsyntax.ObjectConsExpr)
		if !ok {
			d.errorAt(diag.WrongValue, e.Range(), "Not a row", `A row is written { id = 1, name = "a" }.`)
			continue
		}
		inline.Rows = append(inline.Rows, d.row(inline, object))
	}
	for i, row := range inline.Rows { // earlier rows lack the columns that later ones brought
		for len(row) < len(inline.Names) {
			row = append(row, nullLiteral())
		}
		inline.Rows[i] = row
	}
	return inline
}

func nullLiteral() *metrics.Literal {
	return &metrics.Literal{Node: metrics.Node{Type: metrics.Type{Kind: metrics.Null}}}
}

func (d *decoder) row(inline *metrics.Inline, object *hclsyntax.ObjectConsExpr) []*metrics.Literal {
	row := make([]*metrics.Literal, len(inline.Names))
	for i := range row {
		row[i] = nullLiteral()
	}
	seen := map[string]bool{}
	for _, item := range object.Items {
		name := keyText(item.KeyExpr)
		if name == "" || seen[name] {
			continue // reported where it was parsed
		}
		seen[name] = true
		v, ok := d.constant(item.ValueExpr)
		if !ok {
			continue
		}
		l := literal(v)
		if l.Type.Kind == metrics.Unknown {
			d.errorAt(diag.WrongValue, item.ValueExpr.Range(), "Not a value of a cell", "A cell is a text, a number, true, false or null.")
			continue
		}
		l.Node = d.withType(item.ValueExpr, l.Type)
		i := slices.Index(inline.Names, name)
		if i < 0 {
			i = len(inline.Names)
			inline.Names = append(inline.Names, name)
			row = append(row, nil)
		}
		row[i] = &l
	}
	return row
}

func (d *decoder) dedupe(b *hclsyntax.Block) *metrics.Dedupe {
	d.noLabels(b)
	out := &metrics.Dedupe{Keep: "last"}
	g := grammar[metrics.Dedupe]{attributes: attributes[metrics.Dedupe]{
		"by": func(d *decoder, dd *metrics.Dedupe, a attribute) {
			dd.By = d.names(a)
			if len(dd.By) == 1 && dd.By[0] == "all" {
				dd.All, dd.By = true, nil
			}
		},
		"order": func(d *decoder, dd *metrics.Dedupe, a attribute) { dd.Order = d.names(a) },
		"keep": func(d *decoder, dd *metrics.Dedupe, a attribute) {
			if w := d.word(a, "first", "last"); w != "" {
				dd.Keep = w
			}
		},
	}}
	g.body(d, b.Body, "dedupe block", out)
	if b.Body.Attributes["by"] == nil {
		d.missing(b, "by", "by = [order_id], or by = all")
	}
	return out
}

func (d *decoder) covered(a attribute) *metrics.Covered {
	days := d.texts(a)
	if len(days) == 2 && isDay(days[0]) && isDay(days[1]) && days[0] <= days[1] {
		return &metrics.Covered{From: days[0], To: days[1]}
	}
	if days != nil {
		d.wrong(a, `two days, the earlier first: ["2014-01-01", "2017-12-31"]`)
	}
	return nil
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func (d *decoder) unit(a attribute) metrics.Unit {
	s := d.text(a)
	u, ok := metrics.ParseUnit(s)
	if !ok && s != "" {
		d.wrong(a, `a unit such as "CNY", "order" or "CNY/order"`)
	}
	return u
}

// literalOf reads a constant as a literal with a place.
func (d *decoder) literalOf(e hclsyntax.Expression) *metrics.Literal {
	v, ok := d.constant(e)
	if !ok || v.IsNull() {
		return nil
	}
	if v.Type() != cty.String && v.Type() != cty.Number && v.Type() != cty.Bool {
		where := syntax.Range(e.Range())
		d.diags.Add(diag.Diagnostic{Code: diag.WrongValue, Summary: "Not a single value", Detail: "Write one text or number here.", Address: d.address, Range: &where})
		return nil
	}
	l := literal(v)
	l.Node = d.withType(e, l.Type)
	return &l
}

// label of a nested block, which must be one name.
func (d *decoder) nestedLabel(b *hclsyntax.Block, example string) string {
	if len(b.Labels) == 1 && strings.TrimSpace(b.Labels[0]) != "" {
		return b.Labels[0]
	}
	d.errorAt(diag.WrongLabels, b.DefRange(), diag.CapitalA(b.Type)+" block has one name", "Write: "+example)
	return ""
}
