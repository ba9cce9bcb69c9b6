package syntax

import (
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics/diag"
)

// TestParseExpression reads the values of flags.
func TestParseExpression(t *testing.T) {
	for _, test := range []struct {
		src  string
		code diag.Code // "" where it can be read
		at   string
		mend string
	}{
		{src: `orders.channel == "抖音" && orders.amount > 10`},
		{src: "(a\n + b)"},
		{src: "a\n + b"},
		{src: `map(x, { a = 1 })`},
		{src: `"a // b"`},

		{`channel = "a"`, diag.NotHCL, "1:9-1:10", "Write ==."},
		{`渠道 = '抖音'`, diag.NotHCL, "1:4-1:5", "Write ==."},
		{`channel == "a" and x`, diag.NotHCL, "1:16-1:19", "Write &&."},
		{`渠道 in ["抖音"]`, diag.NotHCL, "1:4-1:6", "Write in(渠道, [...])."},
		{`channel == “a”`, diag.FullWidth, "1:12-1:15", `Write "a" for “a”.`},
		{`day >= 2026-01-05`, diag.BareDate, "1:8-1:18", `Write "2026-01-05".`},
		{`x // y`, diag.SlashComment, "1:3-1:5", "for a comment write #."},
		{`(x // y)`, diag.SlashComment, "1:4-1:6", "for a comment write #."},
		{`{ a = 1, a = 2 }`, diag.DuplicateKey, "1:10-1:11", "the one on line 1."},
		{`not(x)`, diag.NotHCL, "1:1-1:4", "Write the operator !."},
		{``, diag.BadExpression, "1:1-1:1", "Write it."},
		{`a b`, diag.BadExpression, "1:3-1:4", "Remove it, or put an operator before it."},
		{`a ==`, diag.BadExpression, "1:3-1:5", "Write it."},
		{`f(a`, diag.BadExpression, "1:2-1:3", "Write the ) that closes it."},
		{"a == \"\xff\"", diag.NotUTF8, "1:7-1:8", "in a terminal that uses UTF-8."},
		{strings.Repeat("(", 1000) + "a", diag.TooDeep, "1:201-1:202", "KPIs of their own."},
	} {
		t.Run(test.src, func(t *testing.T) {
			e, diags := ParseExpression(test.src, "--where")
			if test.code == "" {
				if len(diags) > 0 || Broken(e) {
					t.Errorf("got %T, %v", e, diags)
				}
				return
			}
			if len(diags) == 0 || !Broken(e) {
				t.Fatalf("got %T, %v, want %s", e, diags, test.code)
			}
			d := diags[0]
			if d.Code != test.code || at(d) != test.at || d.Range.File != "--where" || !strings.HasSuffix(d.Detail, test.mend) {
				t.Errorf("got %s at %s of %s %q, want %s at %s %q", d.Code, at(d), d.Range.File, d.Detail, test.code, test.at, test.mend)
			}
		})
	}
}

// TestReadable knows texts that HCL can read, whatever they mean.
func TestReadable(t *testing.T) {
	for src, want := range map[string]bool{
		"": true, "a = 2026-01-05": true, "a = { b = 1, b = 2 }": true, "a = 15%": false, "a = \"\xff\"": false,
		"a = " + strings.Repeat("(", 1000): false,
	} {
		if got := Readable([]byte(src)); got != want {
			t.Errorf("Readable(%.20q) = %v", src, got)
		}
	}
}
