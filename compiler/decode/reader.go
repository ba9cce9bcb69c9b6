package decode

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var csvGrammar = grammar[metrics.CSV]{
	attributes: attributes[metrics.CSV]{
		"path":      func(d *decoder, c *metrics.CSV, a attribute) { c.Path = d.path(a, "csv") },
		"null":      func(d *decoder, c *metrics.CSV, a attribute) { c.Null = d.texts(a) },
		"delimiter": func(d *decoder, c *metrics.CSV, a attribute) { c.Delimiter = d.character(a) },
		"quote":     func(d *decoder, c *metrics.CSV, a attribute) { c.Quote = d.character(a) },
		"header":    func(d *decoder, c *metrics.CSV, a attribute) { c.Header = d.boolean(a) },
		"skip":      func(d *decoder, c *metrics.CSV, a attribute) { c.Skip = d.integer(a, 0, maxSkip) },
		"encoding":  func(d *decoder, c *metrics.CSV, a attribute) { c.Encoding = d.encoding(a) },
		"decimal":   func(d *decoder, c *metrics.CSV, a attribute) { c.Decimal = d.oneOf(a, ".", ",") },
		"thousands": func(d *decoder, c *metrics.CSV, a attribute) { c.Thousands = d.oneOf(a, thousands...) },
	},
}

func (d *decoder) csv(b *hclsyntax.Block) metrics.Reader {
	d.noLabels(b)
	c := &metrics.CSV{Null: []string{""}, Delimiter: ",", Quote: `"`, Header: true}
	csvGrammar.body(d, b.Body, "csv block", c)
	d.needPath(b)
	if c.Thousands != "" && c.Thousands == cmp.Or(c.Decimal, ".") {
		at := cmp.Or(b.Body.Attributes["thousands"], b.Body.Attributes["decimal"])
		d.errorAt(diag.Conflict, at.Expr.Range(), "One character as decimal mark and thousands separator",
			"It could not be told what 1"+c.Thousands+"234 is. Left out, decimal is a point and thousands nothing.")
	}
	if c.Delimiter == c.Quote {
		at := cmp.Or(b.Body.Attributes["quote"], b.Body.Attributes["delimiter"])
		d.errorAt(diag.Conflict, at.Expr.Range(), "One character as delimiter and quote",
			"What stands between fields can't stand around them, too. Give delimiter or quote another character; left out, they are a comma and a double quote.")
	}
	return c
}

func (d *decoder) character(a attribute) string {
	s := d.text(a)
	if len(s) != 1 {
		d.wrong(a, `a text of one character such as ","`)
		return ","
	}
	return s
}

func (d *decoder) parquet(b *hclsyntax.Block) metrics.Reader {
	d.noLabels(b)
	p := &metrics.Parquet{}
	g := grammar[metrics.Parquet]{attributes: attributes[metrics.Parquet]{
		"path": func(d *decoder, p *metrics.Parquet, a attribute) { p.Path = d.path(a, "parquet") },
	}}
	g.body(d, b.Body, "parquet block", p)
	d.needPath(b)
	return p
}

func (d *decoder) json(b *hclsyntax.Block) metrics.Reader {
	d.noLabels(b)
	j := &metrics.JSON{}
	g := grammar[metrics.JSON]{attributes: attributes[metrics.JSON]{
		"path": func(d *decoder, j *metrics.JSON, a attribute) { j.Path = d.path(a, "json") },
	}}
	g.body(d, b.Body, "json block", j)
	d.needPath(b)
	return j
}

func (d *decoder) duckdb(b *hclsyntax.Block) metrics.Reader {
	d.noLabels(b)
	r := &metrics.DuckDB{}
	g := grammar[metrics.DuckDB]{attributes: attributes[metrics.DuckDB]{
		"path": func(d *decoder, r *metrics.DuckDB, a attribute) { r.Path = d.path(a, "duckdb") },
		"table": func(d *decoder, r *metrics.DuckDB, a attribute) {
			if r.Table = d.text(a); strings.TrimSpace(r.Table) == "" {
				d.errorAt(diag.WrongValue, a.expr.Range(), `"table" names no table`, `Write table = "orders", or with its schema, table = "sales.orders".`)
			}
		},
	}}
	g.body(d, b.Body, "duckdb block", r)
	d.needPath(b)
	if b.Body.Attributes["table"] == nil {
		d.missing(b, "table", `table = "orders"`)
	}
	return r
}

func (d *decoder) needPath(b *hclsyntax.Block) {
	if b.Body.Attributes["path"] == nil {
		d.missing(b, "path", `path = "data/file.`+b.Type+`"`)
	}
}

// path reads the path of a source's files: without one it would have no rows at all.
func (d *decoder) path(a attribute, ending string) string {
	v, ok := d.constant(a.expr)
	if ok && !v.IsNull() && v.Type() == cty.String && strings.TrimSpace(v.AsString()) == "" {
		d.errorAt(diag.WrongValue, a.expr.Range(), `"path" names no file`, `Write path = "data/file.`+ending+`".`)
		return ""
	}
	if !ok {
		return ""
	}
	return d.text(a)
}

// maxSkip is more lines than any header has above it.
const maxSkip = 10_000

// thousands are the separators that numbers may have between groups of three digits.
var thousands = []string{",", ".", " ", "'", "’", "_"}

// encoding reads the name of an encoding, as it is commonly spelled.
func (d *decoder) encoding(a attribute) string {
	name := d.text(a)
	if name == "" {
		return ""
	}
	plain := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
	for _, known := range metrics.Encodings {
		if strings.ReplaceAll(known, "-", "") == plain || encodingAlias[plain] == known {
			return known
		}
	}
	d.errorAt(diag.WrongValue, a.expr.Range(), "Unknown encoding "+quote(name),
		"Files can be read in "+strings.Join(metrics.Encodings, ", ")+"."+diag.DidYouMean(strings.ToLower(name), metrics.Encodings))
	return ""
}

// encodingAlias is other names of encodings.
var encodingAlias = map[string]string{"iso88591": metrics.Latin1, "cp1252": metrics.Win1252, "cp936": metrics.GBK, "gb2312": metrics.GBK, "utf8bom": metrics.UTF8}

// oneOf reads a text that is one of a few.
func (d *decoder) oneOf(a attribute, accepted ...string) string {
	s := d.text(a)
	if s != "" && !slices.Contains(accepted, s) {
		all := make([]string, len(accepted))
		for i, w := range accepted {
			all[i] = quote(w)
		}
		d.errorAt(diag.WrongValue, a.expr.Range(), quote(a.name)+" can't be "+quote(s), "It is one of "+strings.Join(all, ", ")+".")
		return ""
	}
	return s
}

var xlsxGrammar = grammar[metrics.XLSX]{
	attributes: attributes[metrics.XLSX]{
		"path":   func(d *decoder, x *metrics.XLSX, a attribute) { x.Path = d.path(a, "xlsx") },
		"sheet":  func(d *decoder, x *metrics.XLSX, a attribute) { x.Sheet = d.text(a) },
		"range":  func(d *decoder, x *metrics.XLSX, a attribute) { x.Range = d.cellRange(a) },
		"header": func(d *decoder, x *metrics.XLSX, a attribute) { x.HeaderRow, x.Header = d.headerRow(a) },
		"null":   func(d *decoder, x *metrics.XLSX, a attribute) { x.Null = d.texts(a) },
	},
}

func (d *decoder) xlsx(b *hclsyntax.Block) metrics.Reader {
	d.noLabels(b)
	x := &metrics.XLSX{Header: true, Null: []string{""}}
	xlsxGrammar.body(d, b.Body, "xlsx block", x)
	d.needPath(b)
	return x
}

// maxSheetRow is the last row that a sheet has.
const maxSheetRow = 1 << 20

// headerRow reads the number of a row, or false where there are no names.
func (d *decoder) headerRow(a attribute) (row int, header bool) {
	if v, ok := d.constant(a.expr); ok && !v.IsNull() && v.Type() == cty.Bool {
		return 0, v.True()
	}
	return d.integer(a, 1, maxSheetRow), true
}

var cellRange = regexp.MustCompile(`^([A-Za-z]{1,3}[1-9][0-9]{0,6}:[A-Za-z]{1,3}[1-9][0-9]{0,6}|[A-Za-z]{1,3}:[A-Za-z]{1,3})$`)

func (d *decoder) cellRange(a attribute) string {
	s := d.text(a)
	if s != "" && !cellRange.MatchString(s) {
		d.errorAt(diag.WrongValue, a.expr.Range(), "Not a range of cells: "+quote(s), `Write the upper left and the lower right cell, "B3:F100", or columns, "B:F".`)
		return ""
	}
	return s
}
