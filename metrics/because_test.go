package metrics

import "testing"

// TestReasons says every kind of reason in both languages, with figures that were rounded
// by hand.
func TestReasons(t *testing.T) {
	n := func(text string) *Number { x := Number(text); return &x }
	money := func(name, label string) *KPI {
		return &KPI{Name: name, Label: label, Format: "¥#,##0.00", Type: Type{Kind: Decimal, Precision: 18, Scale: 2}}
	}
	sales := money("sales", "销售额")
	m := &Model{KPIs: []*KPI{money("plan", "预算"), sales, {Name: "visits", Format: "#,##0"}}}
	for _, tt := range []struct {
		because Because
		en, zh  string
	}{
		{Because{Kind: "growth", Grain: Week, N: 1, Figure: n("-0.2036")}, "−20.4% on the week", "较前一周 −20.4%"},
		{Because{Kind: "growth", Grain: Month, N: 3, Figure: n("0.1")}, "+10.0% against 3 months earlier", "较 3 个月前 +10.0%"},
		{Because{Kind: "growth", KPI: "visits", Grain: Day, N: 1, Figure: n("-0.5")}, "visits: −50.0% on the day", "visits: 较前一天 −50.0%"},
		{Because{Kind: "delta", Grain: Week, N: 1, Figure: n("1234.5")}, "¥1,234.50 on the week", "较前一周 ¥1,234.50"},
		{Because{Kind: "falls", Grain: Day, N: 3}, "fell 3 days running", "连续 3 天下降"},
		{Because{Kind: "falls", Grain: Week, N: 1}, "fell 1 week running", "连续 1 周下降"},
		{Because{Kind: "rises", Grain: Quarter, N: 2}, "rose 2 quarters running", "连续 2 个季度上升"},
		{Because{Kind: "missing", Grain: Day}, "no value", "没有数据"},
		{Because{Kind: "zscore", Grain: Day, Figure: n("-2.346")}, "standard score −2.3", "标准分 −2.3"},
		{Because{Kind: "iqr", Grain: Day, Figure: n("1.75")}, "1.8 interquartile ranges outside", "超出四分位距 1.8 倍"},
		{Because{Kind: "deviation", Grain: Week, Figure: n("0.36474"), Against: "target", Other: n("52500")}, "36.5% off target ¥52,500.00", "偏离目标 ¥52,500.00 达 36.5%"},
		{Because{Kind: "deviation", Grain: Week, Figure: n("0.25"), Against: "kpi.plan", Other: n("10")}, "25.0% off 预算 ¥10.00", "偏离预算 ¥10.00 达 25.0%"},
		{Because{Kind: "value", Grain: Week, Figure: n("0.22"), Against: "target.high", Other: n("190")}, "22.0% above the target's upper end ¥190.00", "比目标上限 ¥190.00 高 22.0%"},
		{Because{Kind: "value", Grain: Week, Figure: n("-0.1"), Against: "target.low", Other: n("5")}, "10.0% below the target's lower end ¥5.00", "比目标下限 ¥5.00 低 10.0%"},
		{Because{Kind: "value", Grain: Week, Figure: n("-0.5"), Against: "year_ago", Other: n("5")}, "50.0% below a year ago ¥5.00", "比去年同期 ¥5.00 低 50.0%"},
		{Because{Kind: "value", Grain: Week, Figure: n("-0.04"), Against: "p25 52w", Other: n("1.5")}, "4.0% below the P25 of the 52 weeks before ¥1.50", "比此前 52 周的 25 分位数 ¥1.50 低 4.0%"},
		{Because{Kind: "value", Grain: Week, Figure: n("0.04"), Against: "max 1m", Other: n("1.5")}, "4.0% above the highest of the 1 month before ¥1.50", "比此前 1 个月的最高值 ¥1.50 高 4.0%"},
		{Because{Kind: "value", Grain: Week, Figure: n("0.04"), Against: "", Other: n("1.5")}, "4.0% above ¥1.50", "比¥1.50 高 4.0%"},
		{Because{Kind: "condition", Grain: Week}, "its condition holds", "条件成立"},
	} {
		for language, want := range map[string]string{"en": tt.en, "zh": tt.zh} {
			if got := tt.because.Words(language, m, sales); got != want {
				t.Errorf("%s: %q, want %q", language, got, want)
			}
		}
	}
}

// TestAttainedWords says how far targets are attained, by figures worked out by hand.
func TestAttainedWords(t *testing.T) {
	money := &KPI{Name: "sales", Format: "¥#,##0.00"}
	share := &KPI{Name: "rate", Format: "0.0%"}
	for _, tt := range []struct {
		kpi         *KPI
		value, goal Number
		pace        string
		en, zh      string
	}{
		{money, "33350.80", "52500", "", "63.5% of target, ¥19,149.20 short", "目标达成 63.5%，差 ¥19,149.20"},
		{money, "231.82", "190", "", "122.0% of target, ¥41.82 over", "目标达成 122.0%，超 ¥41.82"},
		{money, "190.00", "190", "", "100.0% of target", "目标达成 100.0%"},
		{money, "-50", "100", "", "−50.0% of target, ¥150.00 short", "目标达成 −50.0%，差 ¥150.00"},
		{money, "-50", "-100", "", "150.0% of target, ¥50.00 over", "目标达成 150.0%，超 ¥50.00"},
		{money, "5", "0", "", "– of target, ¥5.00 over", "目标达成 –，超 ¥5.00"},
		{share, "0.45", "0.5", "", "90.0% of target, 5.00pp short", "目标达成 90.0%，差 5.00pp"},
		{money, "29", "100", "0.3", "29.0% of target, ¥71.00 short; due by now are 30.0%", "目标达成 29.0%，差 ¥71.00，按进度应达 30.0%"},
	} {
		a := Attain(tt.value, tt.goal)
		if tt.pace != "" {
			pace := Number(tt.pace)
			a.Pace = &pace
		}
		for language, want := range map[string]string{"en": tt.en, "zh": tt.zh} {
			if got := a.Words(language, tt.kpi); got != want {
				t.Errorf("%s of %s, %s: %q, want %q", tt.value, tt.goal, language, got, want)
			}
		}
	}
}
