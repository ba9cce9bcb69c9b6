package decode

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

var projectGrammar = grammar[metrics.Project]{
	attributes: attributes[metrics.Project]{
		"label": func(d *decoder, p *metrics.Project, a attribute) { p.Label = d.text(a) },
		"timezone": func(d *decoder, p *metrics.Project, a attribute) {
			p.Timezone = d.timezone(a)
		},
		"week_start": func(d *decoder, p *metrics.Project, a attribute) {
			if w := d.word(a, weekdays...); w != "" {
				p.WeekStart = time.Weekday(slices.Index(weekdays, w))
			}
		},
		"fiscal_year_start": func(d *decoder, p *metrics.Project, a attribute) {
			p.FiscalYearStart = time.Month(d.integer(a, 1, 12))
		},
		"currency":  func(d *decoder, p *metrics.Project, a attribute) { p.Currency = d.text(a) },
		"as_of":     func(d *decoder, p *metrics.Project, a attribute) { p.AsOf = d.text(a) },
		"grains":    func(d *decoder, p *metrics.Project, a attribute) { p.Grains = d.grains(a) },
		"history":   func(d *decoder, p *metrics.Project, a attribute) { p.History = d.span(a) },
		"fx":        func(d *decoder, p *metrics.Project, a attribute) { p.FX = d.name(a) },
		"store":     func(d *decoder, p *metrics.Project, a attribute) { p.Store = d.storePath(a) },
		"notice":    func(d *decoder, p *metrics.Project, a attribute) { p.Notice = d.span(a) },
		"retention": func(d *decoder, p *metrics.Project, a attribute) { p.Retention = d.span(a) },
		"allow_confidential": func(d *decoder, p *metrics.Project, a attribute) {
			p.AllowConfidential = d.columnsOfSources(a)
		},
	},
}

func (d *decoder) project(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		name = ""
	}
	p := &metrics.Project{
		Name: name, Timezone: "UTC", WeekStart: time.Monday, FiscalYearStart: time.January,
		Grains: []metrics.Grain{metrics.Day, metrics.Week, metrics.Month}, Store: ".metrics",
	}
	projectGrammar.body(d, b.Body, "project", p)
	d.projects = append(d.projects, &Decl[metrics.Project]{Value: p, Address: "project." + name, place: d.place(b)})
}

func (d *decoder) timezone(a attribute) string {
	name := d.text(a)
	if name == "" {
		return "UTC"
	}
	if _, err := metrics.LoadZone(name); err != nil {
		d.errorAt(diag.WrongValue, a.expr.Range(), "Unknown time zone "+quote(name),
			`Use a name of the IANA database, such as "Asia/Shanghai", "Europe/Berlin" or "UTC".`)
		return "UTC"
	}
	return name
}

func (d *decoder) storePath(a attribute) string {
	s := d.text(a)
	clean := path.Clean(s)
	if s == "" || path.IsAbs(s) || clean == "." || clean == ".." || strings.HasPrefix(clean, "../") {
		d.errorAt(diag.OutsideProject, a.expr.Range(), "The store must lie inside the project folder",
			`Name a folder of its own within the project, such as store = ".metrics".`)
		return ".metrics"
	}
	return clean
}

// typeNames are the types as they are written.
var typeNames = map[string]metrics.Kind{
	"string": metrics.String, "integer": metrics.Integer, "double": metrics.Double,
	"boolean": metrics.Boolean, "date": metrics.Date, "timestamp": metrics.Timestamp,
}

// columnType reads string, integer, decimal(18, 2) ...
func (d *decoder) columnType(e hclsyntax.Expression) metrics.Type {
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && call.Name == "decimal" {
		return d.decimalType(call)
	}
	word := d.nameOf(e)
	if kind, known := typeNames[word]; known {
		return metrics.Type{Kind: kind}
	}
	if syntax.Broken(e) {
		return metrics.Type{}
	}
	detail := "A type is string, integer, decimal(precision, scale), double, boolean, date or timestamp."
	if text, ok := e.(*hclsyntax.TemplateExpr); ok {
		word = templateText(text)
	}
	if s := sqlType(word); s != "" {
		detail += " Write " + s + "."
	}
	d.errorAt(diag.WrongValue, e.Range(), "Not a type", detail)
	return metrics.Type{}
}

func sqlType(word string) string {
	switch w := strings.ToLower(word); w {
	case "int", "bigint", "int64", "long", "number":
		return "integer"
	case "varchar", "text", "char", "str":
		return "string"
	case "float", "real", "float64":
		return "double"
	case "numeric", "money", "decimal":
		return "decimal(18, 2)"
	case "bool":
		return "boolean"
	case "datetime", "timestamptz":
		return "timestamp"
	default:
		if _, known := typeNames[w]; known {
			return w + ", without quotes"
		}
		return diag.Suggest(w, keys(typeNames))
	}
}

func (d *decoder) decimalType(call *hclsyntax.FunctionCallExpr) metrics.Type {
	var n []int
	for _, arg := range call.Args {
		v, ok := d.constant(arg)
		if !ok {
			return metrics.Type{}
		}
		if !v.IsNull() && v.Type() == cty.Number {
			i, _ := v.AsBigFloat().Int64()
			n = append(n, int(i))
		}
	}
	if len(n) != 2 || n[0] < 1 || n[0] > metrics.MaxPrecision || n[1] < 0 || n[1] > n[0] {
		d.errorAt(diag.WrongValue, call.Range(), "Not a decimal type",
			"Write decimal(precision, scale): up to 38 digits in all, of which scale stand after the point, as in decimal(18, 2).")
		return metrics.Type{}
	}
	return metrics.DecimalType(n[0], n[1])
}
