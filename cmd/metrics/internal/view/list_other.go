package view

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// entities are the sources that are made from keys found.
func entities(m *metrics.Model) []*metrics.Source {
	var out []*metrics.Source
	for _, s := range m.Sources {
		if _, ok := s.Reader.(*metrics.Entity); ok {
			out = append(out, s)
		}
	}
	return out
}

func (l Listing) entities() Table {
	t := titled("name", "label", "rows from", "time", "columns", "owner")
	t.Columns[4].AlignRight = true
	for _, s := range entities(l.Model) {
		t.Rows = append(t.Rows, []string{s.Name, s.Label, readerWords(s.Reader), s.Time, fmt.Sprint(len(s.Columns)), s.Owner})
	}
	return t
}

func (l Listing) calendars() Table {
	t := titled("name", "label", "days", "periods", "owner")
	for _, c := range l.Model.Calendars {
		t.Rows = append(t.Rows, []string{c.Name, c.Label, c.Source + "." + c.Day, c.Source + "." + c.Period, c.Owner})
	}
	return t
}

func (l Listing) checks() Table {
	t := titled("name", "holds where", "grains", "on fail", "owner")
	for _, c := range l.Model.Checks {
		t.Rows = append(t.Rows, []string{c.Name, Words(c.Assert), grainWords(c.KPI.Grains), string(c.OnFail), c.Owner})
	}
	return t
}

func (l Listing) tests() Table {
	t := titled("name", "given", "expects")
	for _, test := range l.Model.Tests {
		t.Rows = append(t.Rows, []string{test.Name, shortened(givenNames(test), listedCuts), shortened(expectedWords(test), listedCuts)})
	}
	return t
}

func (l Listing) dashboards() Table {
	t := titled("name", "title", "grain", "panels", "owner")
	t.Columns[3].AlignRight = true
	for _, d := range l.Model.Dashboards {
		panels := 0
		for _, s := range d.Sections {
			panels += len(s.Panels)
		}
		t.Rows = append(t.Rows, []string{d.Name, d.Title, string(d.Grain), fmt.Sprint(panels), d.Owner})
	}
	return t
}

func (l Listing) annotations() Table {
	t := titled("name", "kpi", "at", "text")
	for _, a := range l.Model.Annotations {
		t.Rows = append(t.Rows, []string{a.Name, a.KPI, annotatedAt(a), a.Text})
	}
	return t
}

func (l Listing) changes() Table {
	t := titled("name", "kpis", "announced", "effective", "reason")
	for _, c := range l.Model.Announced {
		t.Rows = append(t.Rows, []string{c.Name, strings.Join(c.KPIs, ", "), c.Announced, c.Effective, c.Reason})
	}
	return t
}
