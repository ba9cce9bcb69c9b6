package resolve

import (
	"strconv"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// check links the names of a condition on KPIs.
func (r *resolver) check(c *decode.Decl[metrics.Check]) {
	if c.Value.Assert == nil {
		return
	}
	sc := &scope{resolver: r, address: c.Address, fallback: c.Range()}
	c.Value.Assert = sc.expr(c.Value.Assert, false)
	c.Value.KPI.Value = c.Value.Assert
}

// test links the names of a test: the sources that are given, their columns, the
// values that are expected and their cuts.
func (r *resolver) test(t *decode.Decl[metrics.Test]) {
	for _, g := range t.Value.Given {
		s, known := r.sources[g.Source]
		if !known {
			r.report(diag.UnknownSource, t.Address, t.At("given", g.Source), "Unknown source "+strconv.Quote(g.Source),
				"No source has this name."+diag.DidYouMean(g.Source, names(r.sources)))
			continue
		}
		if rows, ok := g.Reader.(*metrics.Inline); ok {
			r.givenColumns(t, s.Value, rows)
		}
	}
	sc := &scope{resolver: r, address: t.Address, fallback: t.Range()}
	for _, e := range t.Value.Expect {
		e.Value = sc.expr(e.Value, false)
	}
}

// givenColumns demands that given rows name columns that a source reads.
func (r *resolver) givenColumns(t *decode.Decl[metrics.Test], s *metrics.Source, rows *metrics.Inline) {
	if r.Open[s.Name] {
		return
	}
	for i, name := range rows.Names {
		column := s.Column(name)
		at := r.cellPlace(t, s, rows, i)
		switch {
		case column == nil:
			r.report(diag.UnknownColumn, t.Address, at, "Unknown column "+strconv.Quote(name),
				"source."+s.Name+" has no column "+strconv.Quote(name)+". Given rows name the columns of the project, not those of files."+diag.DidYouMean(name, columnNames(s)))
		case column.Value != nil:
			r.report(diag.Conflict, t.Address, at, strconv.Quote(name)+" is computed",
				"Its value follows from the row's other columns, so it can't be given. Remove it, and give the columns that it is computed from.")
		}
	}
}

// cellPlace is where the first value of a column of given rows stands.
func (r *resolver) cellPlace(t *decode.Decl[metrics.Test], s *metrics.Source, rows *metrics.Inline, column int) diag.Range {
	for _, row := range rows.Rows {
		if at, ok := r.Positions.Range(row[column].ID); ok && row[column].ID != 0 {
			return at
		}
	}
	return t.At("given", s.Name, "rows")
}
