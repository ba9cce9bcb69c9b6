package ingest

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
)

// seedTexts are texts from which TestQuick makes others.
var seedTexts = []string{
	"0", "7", "-12", "+5", "007", "1e3", "1e2", "12.0", "12.50", "-0.5", ".5", "5.", "99.7", "1.005", "1,234.5", "1.234,5", "12%", "1_000", "0x10", "inf", "nan", "-0", "1e-2",
	"9223372036854775807", "9223372036854775808", "123456789012345.67", "1e20", "0.1", "1e-300", "true", "f",
	"2026-01-05", "2026-1-5", "2026/01/05", "2026-01-05 00:00:00", "2026-01-05 10:11:12", "2026-01-05 10:11:12.5", "2026-01-05T10:11:12Z", "2026-01-05 10:11:12+08", "0000-01-01",
	"0001-01-01", "9999-12-31", "10000-01-01", "0044-03-15 (BC)", "infinity", "-infinity", "2026-02-30", "2026-03-08 02:30:00", "2026-11-01 01:30:00", "1900-01-01 00:00:00",
}

// TestQuick demands of texts with a blank before them, which are never read quickly,
// that they are read as those without.
func TestQuick(t *testing.T) {
	const each = 300
	random := rand.New(rand.NewSource(4))
	texts := append([]string{}, seedTexts...)
	for len(texts) < each {
		text := []byte(seedTexts[random.Intn(len(seedTexts))])
		for range 1 + random.Intn(2) {
			at := random.Intn(len(text))
			text[at] = "0123456789.-+e: ,T"[random.Intn(18)]
		}
		texts = append(texts, string(text))
	}
	types := []metrics.Type{
		{Kind: metrics.Integer}, metrics.DecimalType(12, 2), metrics.DecimalType(38, 10), {Kind: metrics.Double}, {Kind: metrics.Date}, {Kind: metrics.Timestamp},
	}
	files := map[string]string{}
	var sources []*metrics.Source
	for i, typ := range types {
		for k, marks := range []metrics.CSV{{}, {Decimal: ",", Thousands: "."}} {
			if k > 0 && (!typ.Numeric() || typ.Precision == metrics.MaxPrecision) {
				continue
			}
			for _, blank := range []string{"", " "} {
				name := fmt.Sprintf("s%d_%d%s", i, k, strings.ReplaceAll(blank, " ", "_blank"))
				var b strings.Builder
				b.WriteString("n,v\n")
				for n, text := range texts {
					fmt.Fprintf(&b, "%d,\"%s%s\"\n", n, blank, text)
				}
				files[name+".csv"] = b.String()
				s := csvSource(name, name+".csv", column("n", metrics.Integer), column("v", typ.Kind, func(c *metrics.Column) { c.Type = typ }))
				csv := s.Reader.(*metrics.CSV)
				csv.Decimal, csv.Thousands = marks.Decimal, marks.Thousands
				sources = append(sources, s)
			}
		}
	}
	p := newProject(t, "America/New_York", files, sources...)
	p.clean()
	for i := 0; i < len(sources); i += 2 {
		quick, slow := sources[i].Name, sources[i+1].Name
		p.same(quick+": values", p.rows("SELECT n, v FROM sources."+quick+" ORDER BY n"), p.rows("SELECT n, v FROM sources."+slow+" ORDER BY n"))
		p.same(quick+": rejects", p.rows("SELECT line, reason FROM rejects."+quick+" ORDER BY line"), p.rows("SELECT line, reason FROM rejects."+slow+" ORDER BY line"))
	}
}
