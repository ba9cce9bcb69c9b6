package metrics

import (
	"strings"
	"testing"
)

func TestNumberFormatText(t *testing.T) {
	tests := []struct {
		format string
		number Number
		want   string
	}{
		{"#,##0", "1204310.55", "1,204,311"},
		{"#,##0", "-0.4", "0"},
		{"#,##0", "999.5", "1,000"},
		{"#,##0", "12", "12"},
		{"#,##0.00", "-31870", "-31,870.00"},
		{"#,##0.00", "0.005", "0.01"},
		{"#,##0.00", "-0.005", "-0.01"},
		{"#,##0.00", "12345678901234567890123456789012.345", "12,345,678,901,234,567,890,123,456,789,012.35"},
		{"0.00", "1.005", "1.01"},
		{"0", "0.5", "1"},
		{"000", "7", "007"},
		{"#", "0", "0"},
		{"#.##", "0.5", ".5"},
		{"0.0##", "2", "2.0"},
		{"0.0##", "2.12345", "2.123"},
		{"0.0##", "2.1204", "2.12"},
		{"0%", "0.125", "13%"},
		{"0.0%", "0.0341", "3.4%"},
		{"0.00%", "1", "100.00%"},
		{"0.00%", "-0.5", "-50.00%"},
		{"¥#,##0.00", "-1200.5", "-¥1,200.50"},
		{"#,##0 €", "1200", "1,200 €"},
		{`0.0" days"`, "6.44", "6.4 days"},
		{`"No. 1: "0`, "3", "No. 1: 3"},
		{`0"万元"`, "3", "3万元"},
	}
	for _, tt := range tests {
		f, err := ParseNumberFormat(tt.format)
		if err != nil {
			t.Errorf("ParseNumberFormat(%q): %v", tt.format, err)
			continue
		}
		if got := f.Text(tt.number); got != tt.want {
			t.Errorf("%q of %s = %q, want %q", tt.format, tt.number, got, tt.want)
		}
	}
}

func TestParseNumberFormatErrors(t *testing.T) {
	tests := []struct{ format, want string }{
		{"", "shows no digit"},
		{"¥", "shows no digit"},
		{`"0"`, "shows no digit"},
		{"#,#0", "by three"},
		{"0.0.0", "second point"},
		{"0.#0", "write the 0 first"},
		{"0#", "write the # first"},
		{"0 days", "double quotes"},
		{`0" days`, "never closed"},
		{"%0", "double quotes"},
		{"0%%", "double quotes"},
		{"0;-0", "double quotes"},
	}
	for _, tt := range tests {
		_, err := ParseNumberFormat(tt.format)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("ParseNumberFormat(%q) = %v, want an error with %q", tt.format, err, tt.want)
		}
	}
}
