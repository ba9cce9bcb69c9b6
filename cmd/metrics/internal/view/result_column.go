package view

import (
	"math/big"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// How the query names what a comparison column holds: "previous" is the value
// then, "previous_change" what changed since.
const (
	comparePrevious = "previous"
	compareYearAgo  = "year_ago"
	compareTarget   = "target"
	changeSuffix    = "_change"
	// formatPoints is the format of a difference of shares, in percentage points.
	formatPoints = "pp"
)

func isChange(c metrics.ResultColumn) bool {
	return c.Kind == kindComparison && strings.HasSuffix(c.Comparison, changeSuffix)
}

// title is what stands over a column: its label with the unit, or what is
// compared.
func (s *resultTable) title(c metrics.ResultColumn) string {
	switch {
	case c.Kind == kindPeriod:
		return metrics.Display(c.Label, string(s.result.Grain))
	case isChange(c):
		return s.changeTitle(strings.TrimSuffix(c.Comparison, changeSuffix))
	case c.Kind == kindComparison:
		return strings.ReplaceAll(c.Comparison, "_", " ")
	}
	title := metrics.Display(c.Label, c.Name)
	if sign := unitSign(c.Unit); sign != "" && !strings.Contains(c.Format, "%") && !strings.Contains(c.Format, sign) {
		title += " " + sign
	}
	return title
}

func (s *resultTable) changeTitle(comparison string) string {
	switch comparison {
	case comparePrevious:
		return "±" + metrics.Display(string(s.result.Grain), comparePrevious)
	case compareYearAgo:
		if s.result.Grain == metrics.Year {
			return "±year ago" // "±year" is the year before, already
		}
		return "±year"
	case compareTarget:
		return "vs target"
	}
	return "±" + strings.ReplaceAll(comparison, "_", " ")
}

// unitSign is a unit as a title has it: "¥", "¥/order", "kg".
func unitSign(u metrics.Unit) string {
	above, below, per := strings.Cut(string(u), "/")
	above = metrics.Display(metrics.CurrencySigns[above], above)
	if !per {
		return above
	}
	return above + "/" + metrics.Display(metrics.CurrencySigns[below], below)
}

// formatOf returns what makes text of a column's values.
func (s *resultTable) formatOf(c metrics.ResultColumn) func(any) (string, error) {
	var number func(metrics.Number) string
	switch {
	case isChange(c):
		number = s.changeFormat(c)
	case c.Kind == kindDimension || c.Kind == kindPeriod || !isNumber(c):
		return func(v any) (string, error) { return memberText(v, c) }
	default:
		f := numberFormat(c)
		number = func(n metrics.Number) string { return minus(f.Text(n)) }
	}
	return func(v any) (string, error) {
		text, err := raw(v, c)
		if err != nil || text == "" {
			return noValue, err
		}
		return number(metrics.Number(text)), nil
	}
}

// memberText shows a value that is no number of a KPI.
func memberText(v any, c metrics.ResultColumn) (string, error) {
	text, err := raw(v, c)
	switch {
	case v == nil && c.Kind == kindDimension:
		return noMember, nil
	case v == nil:
		return noValue, nil
	case text == "":
		return emptyMember, err
	}
	return text, err
}

// numberFormat is the KPI's format, or one that fits the type and unit.
func numberFormat(c metrics.ResultColumn) metrics.NumberFormat {
	return metrics.ShownAs(c.Format, c.Type, c.Unit)
}

// changeFormat shows a relative change as "+2.1%", and a difference of shares
// as "+0.02pp", in no fewer digits than the share itself.
func (s *resultTable) changeFormat(c metrics.ResultColumn) func(metrics.Number) string {
	f := metrics.NumberFormat{Group: true, MinInteger: 1, MinFraction: 1, MaxFraction: 1, Percent: true, Suffix: "%"}
	if c.Format == formatPoints {
		digits := max(2, numberFormat(s.kpiColumn(c)).MaxFraction)
		f.MinFraction, f.MaxFraction, f.Suffix = digits, digits, formatPoints
	}
	return func(n metrics.Number) string {
		text := f.Text(n)
		if strings.ContainsAny(text, "123456789") && text[0] != '-' {
			return "+" + text
		}
		return minus(text)
	}
}

// minus is the sign as it is typeset.
func minus(s string) string {
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		return "−" + rest
	}
	return s
}

// signOf is -1, 0 or 1; 0 for what is no number.
func signOf(v any) int {
	text, err := raw(v, metrics.ResultColumn{})
	if err != nil {
		return 0
	}
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0
	}
	return x.Sign()
}
