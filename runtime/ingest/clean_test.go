package ingest

import (
	"strings"
	"testing"

	"github.com/metricsascode/metrics/metrics"
)

// TestClean takes two files with all that is usually wrong through every step.
func TestClean(t *testing.T) {
	s := csvSource("orders", "data/orders_*.csv",
		column("order_id", metrics.String),
		column("ordered_at", metrics.Timestamp, func(c *metrics.Column) { c.Formats = []string{"%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M"} }),
		column("amount", metrics.Decimal, func(c *metrics.Column) { c.Strip = []string{"¥", ","} }),
		column("status", metrics.String, func(c *metrics.Column) { c.Values = []string{"paid", "refunded"} }),
		column("age", metrics.Integer, func(c *metrics.Column) { c.Range = &[2]*metrics.Literal{num("18"), num("65")} }),
		column("store", metrics.String, func(c *metrics.Column) {
			c.From = "Store Code"
			c.Fold = []metrics.Fold{metrics.FoldTrim, metrics.FoldWidth, metrics.FoldLower}
			c.Map = []metrics.MapEntry{{From: "sh-01", To: "shanghai-01"}}
		}),
		column("updated_at", metrics.Date),
		column("twice", metrics.Decimal, func(c *metrics.Column) {
			c.Type = metrics.DecimalType(38, 2)
			c.Value = binary(metrics.OpMul, ref("orders", "once", metrics.Decimal), num("2"), metrics.Decimal)
		}),
		column("once", metrics.Decimal, func(c *metrics.Column) { c.Value = ref("orders", "amount", metrics.Decimal) }),
	)
	s.Key = []string{"order_id"}
	s.Where = binary(metrics.OpNe, ref("orders", "status", metrics.String), str("test"), metrics.Boolean)
	s.Dedupe = &metrics.Dedupe{By: []string{"order_id"}, Order: []string{"updated_at"}, Keep: "last"}
	p := newProject(t, "Asia/Shanghai", map[string]string{
		"data/orders_1.csv": "\ufefforder_id,ordered_at,amount,status,age,Store Code,updated_at\n" +
			"1,2026-01-05 23:59:59,\"¥1,234.50\",paid,17,\" SH-01\",2026-01-06\n" +
			"2,05/01/2026 08:00,12.5,test,,x,2026-01-06\n" +
			"\n" +
			"3,yesterday,12,paid,,x,2026-01-06\n" +
			"4,2026-01-05 10:00:00,12.345,paid,,\"a\nb\",2026-01-06\n" +
			",2026-01-05 10:00:00,1,paid,,x,2026-01-06\n" +
			"5,2026-01-05 10:00:00,1.00,unknown,30,Ｘ,2026-01-07\n",
		"data/orders_2.csv": "amount,order_id,ordered_at,status,extra,age,Store Code,updated_at\n" +
			"9.99,5,2026-01-05 10:00:00,paid,e,30,x,2026-01-06\n" +
			"7,6,2026-01-05 16:30:00,,e,20,y,\n",
	}, s)
	seg := p.clean()["orders"]
	if got := account(seg); got != "8 3 1 1 3" {
		t.Errorf("account %s", got)
	}
	p.same("clean", p.rows("SELECT * FROM sources.orders"), []string{
		"1|2026-01-05T15:59:59Z|2026-01-05|1234.5|paid|17|shanghai-01|2026-01-06|2469|1234.5",
		"5|2026-01-05T02:00:00Z|2026-01-05|1|unknown|30|x|2026-01-07|2|1",
		"6|2026-01-05T08:30:00Z|2026-01-05|7|null|20|y|null|14|7",
	})
	p.same("rejects", p.rejected("orders"), []string{
		`data/orders_1.csv:5 ordered_at "yesterday" fits none of the formats "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M" <3,yesterday,12,paid,,x,2026-01-06>`,
		"data/orders_1.csv:6 amount \"12.345\" more digits than decimal(18, 2) holds <4,2026-01-05 10:00:00,12.345,paid,,\"a\nb\",2026-01-06>",
		`data/orders_1.csv:8 order_id "" part of the key, but null <,2026-01-05 10:00:00,1,paid,,x,2026-01-06>`,
	})
	if got, want := asJSON(t, seg.Checks), `[{"source":"orders","check":"type","on_fail":"quarantine","failed":2,"found":"2 unreadable","sample":"12.345"},`+
		`{"source":"orders","column":"order_id","check":"key","on_fail":"quarantine","failed":1,"found":"1 null"},`+
		`{"source":"orders","column":"status","check":"values","on_fail":"warn","failed":1,"found":"1 not accepted","sample":"unknown"},`+
		`{"source":"orders","column":"age","check":"range","on_fail":"warn","failed":1,"found":"1 outside 18..65","sample":"17"}]`; got != want {
		t.Errorf("checks %s", got)
	}
	if got := asJSON(t, seg.Statistics.Columns["ordered_at"]); !strings.Contains(got, `"first_day":"2026-01-05","last_day":"2026-01-05"`) {
		t.Errorf("statistics %s", got)
	}
}
