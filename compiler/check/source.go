package check

import (
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// source types a source's own expressions; those it needs are typed already.
func (c *checker) source(s *decode.Decl[metrics.Source]) {
	if u, ok := s.Value.Reader.(*metrics.Union); ok {
		c.unionTypes(s, u)
	}
	if q, ok := s.Value.Reader.(*metrics.SQL); ok {
		c.queryTypes(s, q)
	}
	if e, ok := s.Value.Reader.(*metrics.Entity); ok {
		c.entityKeys(s, e)
	}
	for _, column := range c.computedInOrder(s.Value) {
		t := &typer{checker: c, place: s, address: s.Address, source: s.Value, rows: true, ofSource: true, aggregates: true}
		t.expr(column.Value)
		c.computed(s, column)
	}
	for _, column := range s.Value.Columns {
		c.columnLiterals(s, column)
	}
	c.casedAlike(s)
	if s.Value.Where != nil {
		t := &typer{checker: c, place: s, address: s.Address, source: s.Value, rows: true, ofSource: true}
		t.condition(s.Value.Where, "where")
	}
	c.rowChecks(s)
	c.sourceTime(s)
	c.freshness(s)
	c.aggregating(s)
	c.valid(s)
}

// casedAlike refuses columns whose names differ by case alone: they are one to the
// engine.
func (c *checker) casedAlike(s *decode.Decl[metrics.Source]) {
	taken := map[string]string{}
	for _, column := range s.Value.Columns {
		key := strings.ToLower(column.Name)
		first, found := taken[key]
		if !found {
			taken[key] = column.Name
			continue
		}
		c.report(diag.Duplicate, s.Address, s.At("columns", column.Name), "A second column "+quote(first)+", but for the case of letters",
			"They would be one to whoever speaks of them. Name both in a columns block, one by another name: "+
				strings.ToLower(column.Name)+"_2 = { type = string, from = "+quote(column.Name)+" }.")
	}
}

// computedInOrder is the computed columns, each behind those it reads.
func (c *checker) computedInOrder(s *metrics.Source) []*metrics.Column {
	find := metrics.Sources(c.model.Source)
	var out []*metrics.Column
	done := map[string]bool{}
	var visit func(*metrics.Column)
	visit = func(column *metrics.Column) {
		if column.Value == nil || done[column.Name] {
			return
		}
		done[column.Name] = true
		for _, own := range find.OwnColumns(s, column.Value) {
			visit(own)
		}
		out = append(out, column)
	}
	for _, column := range s.Columns {
		visit(column)
	}
	return out
}

// computed gives a computed column the type, unit and tax of its expression, or
// holds the declared ones against them.
func (c *checker) computed(s *decode.Decl[metrics.Source], column *metrics.Column) {
	b := column.Value.Base()
	at := s.At("columns", column.Name, "value")
	if b.Type.Kind == metrics.Null {
		c.report(diag.WrongType, s.Address, at, "A column that is always null", "Its type can't be told. Give it a value, or remove it.")
		return
	}
	if column.Type.Kind == metrics.Unknown {
		column.Type = b.Type
	} else if !assignable(b.Type, column.Type) {
		c.report(diag.WrongType, s.Address, at, "Declared as "+column.Type.String()+", computed as "+b.Type.String(),
			"Remove type, which is inferred, or change the expression.")
	}
	if column.Unit == "" {
		column.Unit = b.Unit
	} else if b.Unit != "" && b.Unit != column.Unit {
		c.report(diag.MixedUnits, s.Address, at, "Declared in "+unitName(column.Unit)+", computed in "+unitName(b.Unit), "Remove unit, which is inferred, or change the expression.")
	}
	if column.Tax == metrics.NoTax {
		column.Tax = b.Tax
	} else if b.Tax != metrics.NoTax && b.Tax != column.Tax {
		c.report(diag.MixedTax, s.Address, at, "Declared "+taxName(column.Tax)+", computed "+taxName(b.Tax), "Remove tax, which is inferred, or change the expression.")
	}
}

// assignable tells whether values of one type can be kept as another without loss of kind.
func assignable(from, to metrics.Type) bool {
	if from.Kind == metrics.Unknown || from.Kind == to.Kind || from.Kind == metrics.Null {
		return true
	}
	return from.Numeric() && to.Numeric() && (to.Kind == metrics.Double || from.Kind == metrics.Integer)
}

// columnLiterals reads accepted values and ranges as the column's type.
func (c *checker) columnLiterals(s *decode.Decl[metrics.Source], column *metrics.Column) {
	if column.Range != nil {
		for _, l := range column.Range {
			if l == nil || column.Type.Kind == metrics.Unknown {
				continue
			}
			if !coerce(l, column.Type) {
				at := s.At("columns", column.Name, "range")
				if r, ok := c.graph.Positions.Range(l.ID); ok {
					at = r
				}
				c.badLiteral(s.Address, at, l, column.Type)
			}
		}
	}
	for _, v := range column.Values {
		l := &metrics.Literal{Text: v}
		l.Type.Kind = metrics.String
		if column.Type.Kind != metrics.String && column.Type.Kind != metrics.Unknown && !readable(v, column.Type) {
			c.badLiteral(s.Address, s.At("columns", column.Name, "values"), l, column.Type)
		}
	}
}

func (c *checker) badLiteral(address string, at diag.Range, l *metrics.Literal, t metrics.Type) {
	c.report(diag.BadLiteral, address, at, quote(l.Text)+" is no "+t.String(), "Write "+example(t)+".")
}

func example(t metrics.Type) string {
	switch t.Kind {
	case metrics.Date:
		return `a day as "2026-01-31"`
	case metrics.Timestamp:
		return `a time as "2026-01-31" or "2026-01-31T09:30:00", local unless it ends in an offset such as +08:00`
	case metrics.Integer:
		return "a whole number"
	case metrics.Decimal, metrics.Double:
		return "a number"
	case metrics.Boolean:
		return "true or false"
	}
	return "a text in quotes"
}

// sourceTime checks time, grain and what depends on them.
func (c *checker) sourceTime(s *decode.Decl[metrics.Source]) {
	src := s.Value
	c.allocate(s)
	if src.Time != "" {
		if column := src.Column(src.Time); column != nil && column.Type.Kind != metrics.Unknown && !column.Type.Temporal() {
			c.report(diag.WrongType, s.Address, s.At("time"), quote(src.Time)+" is "+diag.A(column.Type.String()), "The time of a row is a date or timestamp. Give the column that type.")
		}
		return
	}
	var without []string
	if src.Grain != "" {
		without = append(without, "grain")
	}
	if src.Ahead {
		without = append(without, "ahead")
	}
	if src.Covered != nil {
		without = append(without, "covered")
	}
	if len(src.CoverageBy) > 0 {
		without = append(without, "coverage")
	}
	if src.Freshness != nil {
		without = append(without, "freshness")
	}
	if len(src.Anomalies) > 0 {
		c.report(diag.NoTime, s.Address, s.At("anomaly", src.Anomalies[0].Name), "anomaly needs a time", "Rows without a time are in no period. Say which column is the time of a row: time = ordered_at; or remove the block.")
	}
	if len(without) > 0 {
		c.report(diag.NoTime, s.Address, s.At(without[0]), quote(without[0])+" needs a time", "Say which column is the time of a row: time = ordered_at; or remove "+strings.Join(without, ", ")+".")
	}
}

// allocate demands periods that have days, and days to begin with.
func (c *checker) allocate(s *decode.Decl[metrics.Source]) {
	src := s.Value
	if src.Allocate == "" {
		return
	}
	at := s.At("allocate")
	switch time := src.Column(src.Time); {
	case src.Grain == metrics.NoGrain:
		c.report(diag.MissingAttribute, s.Address, at, "allocate needs a grain",
			"It spreads rows that stand for whole periods over their days. Say for which: grain = week; or remove allocate.")
	case src.Grain == metrics.Hour || src.Grain == metrics.Day:
		c.report(diag.Conflict, s.Address, at, diag.CapitalA(string(src.Grain))+" is not spread over days",
			"allocate parts the rows of a week, month, quarter or year into days. Remove allocate.")
	case time != nil && time.Type.Kind == metrics.Timestamp:
		c.report(diag.WrongType, s.Address, at, quote(src.Time)+" is "+diag.A(time.Type.String()),
			"The days over which a row is spread have no time of day. Declare the column as a date.")
	}
}

// coerce reads a literal as a type it is written for: text as date or timestamp.
func coerce(l *metrics.Literal, t metrics.Type) bool {
	if l.Type.Kind == metrics.Null || l.Type.Kind == metrics.Unknown {
		return true
	}
	if l.Type.Kind == metrics.String && t.Temporal() {
		if !readable(l.Text, t) {
			return false
		}
		l.Type = t
		return true
	}
	_, ok := metrics.Unify(l.Type, t)
	return ok
}

var timestampLayouts = []string{
	time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05",
	"2006-01-02T15:04Z07:00", time.RFC3339, "2006-01-02 15:04:05Z07:00",
}

// readable tells whether a text can be read as a type.
func readable(text string, t metrics.Type) bool {
	switch t.Kind {
	case metrics.Date:
		_, err := time.Parse(time.DateOnly, text)
		return err == nil
	case metrics.Timestamp:
		return slices.ContainsFunc(timestampLayouts, func(layout string) bool {
			_, err := time.Parse(layout, text)
			return err == nil
		})
	case metrics.Boolean:
		return text == "true" || text == "false"
	case metrics.Integer, metrics.Decimal, metrics.Double:
		digits := strings.TrimPrefix(text, "-")
		whole, fraction, point := strings.Cut(digits, ".")
		return strings.Trim(whole+fraction, "0123456789") == "" && whole != "" && (!point || fraction != "" && t.Kind != metrics.Integer)
	}
	return true
}
