package check

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// rates checks the source that convert() reads.
func (c *checker) rates() {
	p := c.graph.Project
	if p == nil || p.Value.FX == "" {
		return
	}
	s, at := c.model.Source(p.Value.FX), p.At("fx")
	if s == nil || c.graph.Open[s.Name] {
		return
	}
	const form = "A source of rates has the columns from and to (texts), rate (a number: how many of to make one of from), and a date as its time."
	for _, name := range []string{metrics.RateFrom, metrics.RateTo, metrics.Rate} {
		column := s.Column(name)
		if column == nil {
			c.report(diag.UnknownColumn, p.Address, at, "source."+s.Name+" has no column "+quote(name), form)
			return
		}
		if right := column.Type.Kind == metrics.String; right == (name == metrics.Rate) || name == metrics.Rate && !column.Type.Numeric() {
			c.report(diag.WrongType, p.Address, at, quote(name)+" of source."+s.Name+" is "+diag.A(column.Type.String()), form)
			return
		}
	}
	day := s.Column(s.Time)
	if day == nil || day.Type.Kind != metrics.Date {
		c.report(diag.NoTime, p.Address, at, "source."+s.Name+" has no day as its time", form)
		return
	}
	if !slices.Equal(slices.Sorted(slices.Values(s.Key)), slices.Sorted(slices.Values([]string{s.Time, metrics.RateFrom, metrics.RateTo}))) {
		c.report(diag.NotAKey, p.Address, at, "Rates of a day that aren't one", "Of two rates of one day for the same currencies, which one counts? Give source."+s.Name+
			" key = ["+strings.Join([]string{s.Time, metrics.RateFrom, metrics.RateTo}, ", ")+"].")
	}
}

// convert types a change of currency, whose arguments are typed.
func (t *typer) convert(e *metrics.Call) {
	fx := t.model.Source(t.model.Project.FX)
	if fx == nil {
		t.fail(diag.MissingAttribute, e, "convert without rates", "Say where the rates come from: fx = <source> in the project block.")
		return
	}
	if !t.convertible(e) {
		return
	}
	amount := e.Args[0].Base()
	to := metrics.Unit(e.Args[2].(*metrics.Literal).Text)
	from, fixed := e.Args[1].(*metrics.Literal)
	switch {
	case fixed && from.Type.Kind == metrics.Null:
		t.fail(diag.WrongType, from, "convert from no currency", `Name the currency of the amount, "USD", or the column that has it.`)
		return
	case fixed && amount.Unit != "" && !amount.Unit.Has(metrics.Unit(from.Text)):
		t.fail(diag.MixedUnits, e.Args[0], "An amount that is not in "+from.Text, "It is in "+unitName(amount.Unit)+". Write convert("+t.textOf(e.Args[0])+", "+quote(string(amount.Unit))+", "+quote(string(to))+").")
		return
	case !fixed && amount.Unit != "":
		t.fail(diag.MixedUnits, e.Args[0], "An amount of one currency, converted from many", "It is in "+unitName(amount.Unit)+" in every row. Name that currency in place of the column, or take unit out of the column's declaration.")
		return
	}
	e.Type, e.Unit, e.Tax = convertedType(amount.Type, fx.Column(metrics.Rate)), to, amount.Tax
	if fixed && amount.Unit != "" {
		e.Unit = amount.Unit.Per(metrics.Unit(from.Text)).Times(to)
	}
}

// convertedType has room for an amount times a rate.
func convertedType(amount metrics.Type, rate *metrics.Column) metrics.Type {
	if rate == nil || rate.Type.Kind == metrics.Unknown || amount.Kind == metrics.Null {
		return metrics.Type{Kind: metrics.Double}
	}
	return productType(amount, rate.Type)
}

// convertible demands that there is a row whose day says which rate counts: in a KPI
// that of its time, in a column or dimension that of the source.
func (t *typer) convertible(e *metrics.Call) bool {
	switch {
	case t.inAggregate == nil && !t.rows:
		t.fail(diag.NotAnAggregate, e, "convert outside an aggregate", "The rate is that of each row's day: convert the rows and bring them together after, as in sum(convert(orders.amount, \"USD\", \"CNY\")).")
		return false
	case t.source == nil:
		return true
	case t.ofSource && !t.aggregates:
		t.fail(diag.Conflict, e, "where by a rate", "Rates are looked up after this source is cleaned. Convert in a column, and filter in the KPI.")
		return false
	}
	rows := t.source
	if a := t.inAggregate; a != nil {
		rows = t.model.Source(a.Source)
	}
	if rows != nil && rows.Time == "" {
		t.fail(diag.NoTime, e, "source."+rows.Name+" has no time", "The rate of a row is that of its day, whatever KPI reads it. Give source."+rows.Name+" a time = column, or convert in a KPI that has one.")
		return false
	}
	return true
}
