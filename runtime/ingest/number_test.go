package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
)

// TestNumberMarks reads numbers as they are written in several countries. What the
// declared marks don't allow is a reject, not another number.
func TestNumberMarks(t *testing.T) {
	tests := []struct {
		decimal, thousands string
		text, want         string // "" is a reject
	}{
		{"", "", "1234.5", "1234.50"},
		{"", "", "1,234.5", ""},
		{"", "", "15%", "0.15"},
		{"", "", "-3 %", "-0.03"},
		{"", "", "12.5%", ""}, // 0.125 has more digits than the column
		{"", "", "1e2%", ""},
		{"", "", "%", ""},
		{",", "", "1234,5", "1234.50"},
		{",", "", "-,5", "-0.50"},
		{",", "", "1.234", ""},
		{",", "", "1.234,5", ""},
		{",", "", "1234.5", ""},
		{",", "", "20,0%", "0.20"},
		{",", "", "1,5e1", "15.00"},
		{",", ".", "1.234.567,89", "1234567.89"},
		{",", ".", "1.234", "1234.00"},
		{",", ".", "1234,5", "1234.50"},
		{",", ".", "1.23", ""},
		{",", ".", "12.34.567", ""},
		{",", ".", "1234.567", ""},
		{"", ",", "1,234,567.89", "1234567.89"},
		{"", ",", "-1,234", "-1234.00"},
		{"", ",", "1,23", ""},
		{"", ",", ",234", ""},
		{"", ",", "1,234%", "12.34"},
		{",", " ", "1 234,5", "1234.50"},
		{",", " ", "1\u202f234\u00a0567,5", "1234567.50"},
		{"", "'", "1'234.5", "1234.50"},
		{"", "’", "1’234.5", "1234.50"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s%s %s", test.decimal, test.thousands, test.text), func(t *testing.T) {
			strip := func(c *metrics.Column) { c.Strip = []string{"¥", "€"} }
			s := csvSource("s", "f.csv", column("a", metrics.Decimal, strip), column("b", metrics.Double))
			csv := s.Reader.(*metrics.CSV)
			csv.Delimiter, csv.Decimal, csv.Thousands = ";", test.decimal, test.thousands
			p := newProject(t, "UTC", map[string]string{"f.csv": "a;b\n¥ " + test.text + ";" + test.text + "\n"}, s)
			p.clean()
			if test.want == "" {
				if got := p.rejected("s"); len(got) != 1 || !strings.HasPrefix(got[0], "f.csv:2 a ") {
					t.Errorf("%q: clean %q, rejects %q", test.text, p.rows("SELECT * FROM sources.s"), got)
				}
				return
			}
			p.same(test.text, p.rows("SELECT CAST(a AS VARCHAR), b = CAST(a AS DOUBLE) FROM sources.s"), []string{test.want + "|true"})
		})
	}
}

// TestPercentOfWholeNumbers has percentages in a column of whole numbers.
func TestPercentOfWholeNumbers(t *testing.T) {
	p := newProject(t, "UTC", map[string]string{"f.csv": "a\n300%\n150%\n9223372036854775808\n"}, csvSource("s", "f.csv", column("a", metrics.Integer)))
	p.clean()
	p.same("clean", p.rows("SELECT a FROM sources.s"), []string{"3"})
	p.same("rejects", p.rejected("s"), []string{
		`f.csv:3 a "150%" not a whole number <150%>`, `f.csv:4 a "9223372036854775808" beyond what an integer holds <9223372036854775808>`,
	})
}

// TestPercentOfFractions has percentages in a column with few digits before the point.
func TestPercentOfFractions(t *testing.T) {
	rate := column("a", metrics.Decimal)
	rate.Type = metrics.DecimalType(5, 4)
	p := newProject(t, "UTC", map[string]string{"f.csv": "a\n15%\n12.50 %\n-999.99%\n1000%\n1.255%\n0.01%\n"}, csvSource("s", "f.csv", rate))
	p.clean()
	p.same("clean", p.rows("SELECT CAST(a AS VARCHAR) FROM sources.s"), []string{"0.1500", "0.1250", "-9.9999", "0.0001"})
	if got := p.rejected("s"); len(got) != 2 {
		t.Errorf("%q", got)
	}
}
