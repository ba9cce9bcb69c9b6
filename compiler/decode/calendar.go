package decode

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

var calendarGrammar = grammar[metrics.NamedCalendar]{
	attributes: attributes[metrics.NamedCalendar]{
		"label":       func(d *decoder, c *metrics.NamedCalendar, a attribute) { c.Label = d.text(a) },
		"description": func(d *decoder, c *metrics.NamedCalendar, a attribute) { c.Description = d.text(a) },
		"owner":       func(d *decoder, c *metrics.NamedCalendar, a attribute) { c.Owner = d.text(a) },
		"source":      func(d *decoder, c *metrics.NamedCalendar, a attribute) { c.Source = d.name(a) },
		"day":         func(d *decoder, c *metrics.NamedCalendar, a attribute) { c.Day = d.calendarColumn(c, a) },
		"period":      func(d *decoder, c *metrics.NamedCalendar, a attribute) { c.Period = d.calendarColumn(c, a) },
		"year":        func(d *decoder, c *metrics.NamedCalendar, a attribute) { c.Year = d.calendarColumn(c, a) },
	},
}

func (d *decoder) calendar(b *hclsyntax.Block) {
	name, ok := d.named(b)
	if !ok {
		return
	}
	if g, taken := metrics.ParseGrain(name); taken {
		d.errorAt(diag.BadName, b.LabelRanges[0], quote(name)+" is a grain already", "The name of a calendar is that of its grain, and "+string(g)+" is built in. Choose another name.")
		return
	}
	c := &metrics.NamedCalendar{Name: name}
	if a := b.Body.Attributes["source"]; a != nil {
		c.Source = d.nameOf(a.Expr) // the columns are held against it
	}
	calendarGrammar.body(d, b.Body, "calendar", c)
	for _, need := range []struct{ name, example string }{
		{"source", "source = days"}, {"day", "day = days.date"}, {"period", "period = days.period"},
	} {
		if b.Body.Attributes[need.name] == nil {
			d.missing(b, need.name, need.example)
		}
	}
	d.calendars = append(d.calendars, &Decl[metrics.NamedCalendar]{Value: c, Address: "calendar." + name, place: d.place(b)})
}

// calendarColumn reads source.column of the calendar's source.
func (d *decoder) calendarColumn(c *metrics.NamedCalendar, a attribute) string {
	ref := d.kpiTime(a)
	if ref == nil {
		return ""
	}
	if len(ref.Path) > 0 || c.Source != "" && ref.Source != c.Source {
		d.errorAt(diag.WrongValue, a.expr.Range(), "A column of another source", "The days of a calendar and their periods stand in one source: write "+a.name+" = "+c.Source+".<column>.")
		return ""
	}
	return ref.Column
}
