package query

import (
	"math/big"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// CutType returns the type of the members of a cut, by a dimension's name or as a
// column: "orders.customers.region".
func CutType(m *metrics.Model, name string) (metrics.Type, *diag.Diagnostic) {
	c, problem := findCut(m, name)
	return c.typ, problem
}

// MemberText is how a constant is spelled as a member of a cut: of one whose members
// are texts of values, the value's text, where it is of their type.
func MemberText(m *metrics.Model, name string, l *metrics.Literal) *metrics.Literal {
	c, problem := findCut(m, name)
	if problem != nil || !c.spelled || l.Type.Kind != c.own.Kind && !(l.Type.Numeric() && c.own.Numeric()) {
		return l
	}
	spelled := *l
	spelled.Type = text
	if x, ok := new(big.Rat).SetString(l.Text); ok && c.own.Kind == metrics.Decimal {
		spelled.Text = x.FloatString(c.own.Scale)
	}
	return &spelled
}
