package check

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// test checks the names, types and periods of a test.
func (c *checker) test(t *decode.Decl[metrics.Test]) {
	c.model.Tests = append(c.model.Tests, t.Value)
	cal, err := c.model.Project.Calendar()
	if err != nil {
		return // the time zone's error is reported
	}
	if a := t.Value.AsOf; a != nil {
		if _, ok := cal.Instant(a.Text); !ok {
			c.report(diag.BadAsOf, t.Address, c.placeOf(t, a.ID), "as_of = "+quote(a.Text)+" is no point in time",
				`Give a date ("2026-11-16": its start), a time ("2026-11-16T08:00"), or a period ("2026-W46": its end).`)
		}
	}
	for _, g := range t.Value.Given {
		if s := c.model.Source(g.Source); s != nil {
			c.given(t, s, g)
		}
	}
	dated := t.Value.AsOf != nil || c.model.Project.AsOf != ""
	for _, e := range t.Value.Expect {
		c.expectation(t, cal, e)
		dated = dated || (e.At != nil || e.To != nil) && c.model.Calendar(string(e.Grain)) == nil
	}
	if !dated && len(t.Value.Expect) > 0 {
		c.report(diag.MissingAttribute, t.Address, t.Range(), "A test without a point in time",
			`What it expects would change with the clock. Say as_of = "2026-02-01" in the test, or name a period in an expectation.`)
	}
}

func (c *checker) placeOf(t *decode.Decl[metrics.Test], id metrics.NodeID) diag.Range {
	if r, ok := c.graph.Positions.Range(id); ok && id != 0 {
		return r
	}
	return t.Range()
}

// given demands that cells can be values of their columns. What a column strips,
// maps or reads by formats of its own is left to cleaning.
func (c *checker) given(t *decode.Decl[metrics.Test], s *metrics.Source, g *metrics.Given) {
	rows, ok := g.Reader.(*metrics.Inline)
	if !ok {
		return
	}
	for i, name := range rows.Names {
		column := s.Column(name)
		if column == nil || column.Type.Kind == metrics.Unknown || len(column.Strip) > 0 || len(column.Formats) > 0 || len(column.Map) > 0 {
			continue
		}
		for _, row := range rows.Rows {
			if cell := row[i]; !fits(cell, column.Type) {
				c.badLiteral(t.Address, c.placeOf(t, cell.ID), cell, column.Type)
			}
		}
	}
}

// fits tells whether a cell can be read as a type: texts stand for anything that
// can be written as text, numbers also for texts.
func fits(l *metrics.Literal, t metrics.Type) bool {
	switch {
	case l.Type.Kind == metrics.Null, l.Type.Kind == metrics.String && readable(l.Text, t):
		return true
	case t.Kind == metrics.String:
		return true
	case t.Numeric():
		return l.Type.Numeric() && (t.Kind != metrics.Integer || l.Type.Kind == metrics.Integer)
	}
	return l.Type.Kind == t.Kind
}

// expectation checks what is expected of one value.
func (c *checker) expectation(t *decode.Decl[metrics.Test], cal *metrics.Calendar, e *metrics.Expectation) {
	e.KPI = c.expectedKPI(t, e)
	c.expectedCuts(t, e)
	if !c.expectedPeriods(t, cal, e) || e.KPI.Type.Kind == metrics.Unknown {
		return
	}
	for _, row := range e.Rows {
		if !coerce(row.Value, e.KPI.Type) {
			c.report(diag.WrongType, t.Address, c.placeOf(t, row.Value.ID), diag.CapitalA(row.Value.Type.String())+" can't come out",
				"The value is "+diag.A(e.KPI.Type.String())+". Write "+example(e.KPI.Type)+".")
		}
	}
	if e.Tolerance != nil && !e.KPI.Type.Numeric() {
		c.report(diag.WrongType, t.Address, c.placeOf(t, e.Tolerance.ID), "A tolerance around "+diag.A(e.KPI.Type.String()), "Only numbers can be nearly equal. Remove tolerance.")
	}
}

// expectedKPI is the KPI that an expectation names, or one that stands for its
// expression. Where that has to be refused, what is wrong with it is no problem
// of the project.
func (c *checker) expectedKPI(t *decode.Decl[metrics.Test], e *metrics.Expectation) *metrics.KPI {
	if ref, ok := e.Value.(*metrics.KPIRef); ok {
		return c.model.KPI(ref.KPI)
	}
	k := decode.Within(t, &metrics.KPI{Name: "$value", Value: e.Value})
	before := c.diags
	c.diags = nil
	typer := &typer{checker: c, place: t, address: t.Address}
	typer.expr(e.Value)
	c.guardedIn(t.Address, e.Value, c.positioned(t.Range()))
	c.unnamed(k)
	if kind := k.Value.Type.Kind; kind != metrics.Unknown && len(k.Value.Sources) == 0 {
		c.report(diag.NotAnAggregate, t.Address, c.placeOf(t, e.ID), "A value that reads no data", "Name a KPI, or an expression over KPIs.")
	}
	if e.Fails != "" {
		e.Refused, c.diags = c.diags, before
	} else {
		c.diags = append(before, c.diags...)
	}
	return k.Value
}

// expectedCuts checks that cuts exist and have members of such a type.
func (c *checker) expectedCuts(t *decode.Decl[metrics.Test], e *metrics.Expectation) {
	for i, name := range e.By {
		typ, problem := query.CutType(c.model, name)
		if problem != nil && e.Fails != "" {
			e.Refused.Add(*problem)
			continue
		}
		if problem != nil {
			at := t.Range()
			if len(e.Rows) > 0 {
				at = c.placeOf(t, e.Rows[0].Members[i].ID)
			}
			c.report(problem.Code, t.Address, at, problem.Summary, problem.Detail)
			continue
		}
		for _, row := range e.Rows {
			row.Members[i] = query.MemberText(c.model, name, row.Members[i])
			if m := row.Members[i]; typ.Kind != metrics.Unknown && !fits(m, typ) {
				c.badLiteral(t.Address, c.placeOf(t, m.ID), m, typ)
			}
		}
	}
}

// expectedPeriods reads the names of periods, and gives each of several values its own.
func (c *checker) expectedPeriods(t *decode.Decl[metrics.Test], cal *metrics.Calendar, e *metrics.Expectation) bool {
	if e.Grain != metrics.NoGrain {
		if _, known := c.model.Grain(string(e.Grain)); !known {
			c.report(diag.WrongValue, t.Address, c.placeOf(t, e.GrainID), "Unknown grain "+quote(string(e.Grain)), "It is one of "+strings.Join(c.model.GrainNames(), ", ")+".")
			return false
		}
	}
	if c.model.Calendar(string(e.Grain)) != nil {
		if e.Each {
			c.report(diag.Conflict, t.Address, c.placeOf(t, e.ID), "A list of values by a calendar", `Which periods there are is for the calendar's rows to say. Name them: rows = [{ period = "P01", value = 1 }].`)
		}
		return !e.Each // its periods are read when its rows are there
	}
	if parted := e.Each || len(e.Rows) > 0 && e.Rows[0].Period != nil || e.Fails != ""; e.Grain != metrics.NoGrain && !parted {
		c.report(diag.Conflict, t.Address, c.placeOf(t, e.GrainID), "A grain for one value",
			"One value is that of the whole range. Leave out the grain, or expect a value of each period: values = [1, 2].")
		return false
	}
	ok := true
	read := func(l *metrics.Literal) metrics.Period {
		if l == nil {
			return metrics.Period{}
		}
		p, err := cal.Parse(l.Text)
		if err != nil {
			c.report(diag.BadPeriod, t.Address, c.placeOf(t, l.ID), quote(l.Text)+" is no period",
				"Write a day (2017-10-05), hour (2017-10-05T14), week (2017-W40), month (2017-10), quarter (2017-Q4) or year (2017).")
			ok = false
		}
		return p
	}
	read(e.At)
	from, to := read(e.From), read(e.To)
	for _, row := range e.Rows {
		read(row.Period)
	}
	if !ok {
		return false
	}
	if e.From != nil && (from.Grain != to.Grain || to.Start.Before(from.Start)) {
		c.report(diag.BadPeriod, t.Address, c.placeOf(t, e.To.ID), "Bounds that are no range",
			fmt.Sprintf("From %s to %s there is no number of whole periods. Give two periods of one grain, the earlier first.", e.From.Text, e.To.Text))
		return false
	}
	if !e.Each {
		return true
	}
	grain := from.Grain
	if e.Grain != metrics.NoGrain {
		grain = e.Grain
	}
	return c.spread(t, e, cal.Between(grain, from.Start, to.End), cal)
}

// spread gives each value of a list its period.
func (c *checker) spread(t *decode.Decl[metrics.Test], e *metrics.Expectation, periods []metrics.Period, cal *metrics.Calendar) bool {
	if len(periods) != len(e.Rows) {
		c.report(diag.WrongValue, t.Address, c.placeOf(t, e.Rows[len(e.Rows)-1].ID), fmt.Sprintf("%d values for %d periods", len(e.Rows), len(periods)),
			fmt.Sprintf("From %s to %s there are %d periods. Write a value for each, null for no data.", e.From.Text, e.To.Text, len(periods)))
		return false
	}
	for i, row := range e.Rows {
		row.Period = &metrics.Literal{Text: cal.Name(periods[i])}
	}
	return true
}
