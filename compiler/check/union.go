package check

import (
	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// unionTypes demands that the leaves of a union agree; on the type of a column they
// need not where the union declares one that holds what each of them has.
func (c *checker) unionTypes(s *decode.Decl[metrics.Source], u *metrics.Union) {
	for _, column := range s.Value.Columns {
		if column.Value != nil || column.Tag {
			continue
		}
		own := s.Value.Contract && s.At("columns", column.Name) != s.At("columns")
		c.unionColumn(s, u, column, own)
	}
}

// unionColumn takes what leaves say of a column, unless the union itself has said it.
func (c *checker) unionColumn(s *decode.Decl[metrics.Source], u *metrics.Union, column *metrics.Column, own bool) {
	at, declared, first := s.At("union"), column.Unit, ""
	if own {
		at = s.At("columns", column.Name)
	}
	for _, leaf := range u.Sources {
		other := c.model.Source(leaf).Column(column.Name)
		if other == nil || other.Type.Kind == metrics.Unknown {
			continue
		}
		if own && !holds(column.Type, other.Type) {
			c.report(diag.UnionMismatch, s.Address, at, diag.CapitalA(column.Type.String())+" doesn't hold "+quote(column.Name)+" of "+leaf,
				"There it is "+diag.A(other.Type.String())+", of which some would be lost or can't be read. Declare another type here, or the same one in "+leaf+".")
			return
		}
		if first == "" {
			first = leaf
			if !own {
				column.Type = other.Type
			}
			if declared == "" {
				column.Unit, column.Tax = other.Unit, other.Tax
			}
		}
		common, alike := metrics.Unify(column.Type, other.Type)
		kinds := column.Type.Kind == other.Type.Kind || common.Exact() && !common.Temporal()
		what, a, b := "", "", ""
		switch {
		case !own && !(alike && kinds):
			what, a, b = "type", column.Type.String(), other.Type.String()
		case declared == "" || other.Unit != "": // a unit that is declared is that of plain numbers too
			what, a, b = measuredUnlike(column, other)
		}
		if what != "" {
			in := first
			if declared != "" {
				in = s.Value.Name
			}
			c.report(diag.UnionMismatch, s.Address, at, "Sources of the union disagree on "+quote(column.Name),
				"Its "+what+" is "+a+" in "+in+", but "+b+" in "+leaf+". Declare the same in both.")
			return
		}
		if !own {
			column.Type = common
		}
	}
}

// measuredUnlike names in what the numbers of two columns differ, and how; "" is in
// nothing.
func measuredUnlike(c, other *metrics.Column) (what, a, b string) {
	switch {
	case c.Unit != other.Unit:
		return "unit", unitName(c.Unit), unitName(other.Unit)
	case c.Tax != other.Tax:
		return "tax basis", taxName(c.Tax), taxName(other.Tax)
	}
	return "", "", ""
}

// holds tells whether every value of one type is one of another, or its one text, or
// the day of a point in time. Numbers that are too large are refused when they come.
func holds(t, of metrics.Type) bool {
	switch {
	case t.Kind == metrics.Unknown || t == of:
		return true
	case t.Kind == metrics.String:
		return of.Kind == metrics.Integer || of.Kind == metrics.Boolean || of.Kind == metrics.Date
	case t.Temporal():
		return t.Kind == metrics.Date && of.Temporal()
	}
	return t.Kind == metrics.Double && of.Numeric() || t.Exact() && of.Exact() && t.Scale >= of.Scale
}
