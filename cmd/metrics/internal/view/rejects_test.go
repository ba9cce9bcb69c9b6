package view

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
)

func TestRejects(t *testing.T) {
	all := []metrics.Rejected{
		{Source: "orders", File: "data/orders.csv", Line: 12, Column: "amount", Value: "abc", Reason: "not a number", Raw: "1004,2026-01-22,web,abc"},
		{Source: "orders", File: "data/orders.csv", Line: 1200, Reason: "the row has 5 fields, the header 4", Raw: "1005,\x1b[31mred\x1b[0m,=1+1,天猫," + strings.Repeat("很长", 40)},
		{Source: "targets", Line: 2, Column: "week", Value: "=HYPERLINK(1)" + strings.Repeat("x", 40), Reason: "no date of the formats", Raw: `{"week":"a|b\nc"}`},
	}
	for _, format := range RejectFormats {
		for name, rows := range map[string][]metrics.Rejected{"rows": all, "none": nil} {
			t.Run(format+"/"+name, func(t *testing.T) {
				var b bytes.Buffer
				if err := Rejects(&b, format, rows); err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join("testdata/rejects", name+"."+format), b.Bytes())
			})
		}
	}
}
