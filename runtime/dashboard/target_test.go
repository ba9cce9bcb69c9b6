package dashboard_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/dashboard"
)

// wednesday is a page's input two days into 2026-W11, with a few values by hand: the last
// week came to 900 of 1,000, the open one to 290 of 1,000 so far.
func wednesday(t *testing.T, shape []string) dashboard.Input {
	t.Helper()
	in := input(t, 1)
	in.AsOf, _ = in.Calendar.Instant("2026-03-11")
	in.When.Trail = in.Calendar.Last(metrics.Week, 60, in.AsOf)
	in.When.This, in.When.Previous, in.When.Open = in.When.Trail[58], in.When.Trail[57], &in.When.Trail[59]
	in.Values, in.Days = dashboard.NewValues(), dashboard.NewValues()
	for kpi, values := range map[string][2]string{"sales": {"900", "290"}, "plan": {"1000", "1000"}, "rate": {"0.45", "0.2"}} {
		in.Values.Add(kpi, "", "[]", "2026-W10", &values[0], metrics.Final)
		in.Values.Add(kpi, "", "[]", "2026-W11", &values[1], metrics.Open)
	}
	monday := time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC) // of 2025-W11
	for i := range shape {
		in.Days.Add("sales", "", "[]", monday.AddDate(0, 0, i).Format(time.DateOnly), &shape[i], metrics.Final)
	}
	return in
}

// TestCardTarget holds attainment, gap and pace on cards against figures by hand: by the
// shape of a year ago, of which Monday and Tuesday had 30 of 100, and where a day of it is
// not known, by two days of seven.
func TestCardTarget(t *testing.T) {
	for _, tt := range []struct {
		name  string
		shape []string
		due   string
		tone  dashboard.Tone
	}{
		{"by shape", []string{"10", "20", "30", "40", "0", "0", "0"}, "30.0%", dashboard.Bad},
		{"linear", []string{"10", "20", "30", "40", "0", "0"}, "28.6%", dashboard.Good},
		{"a loss at first", []string{"-10", "-20", "60", "40", "0", "0", "0"}, "28.6%", dashboard.Good},
		{"a loss at last", []string{"60", "50", "-10", "0", "0", "0", "0"}, "28.6%", dashboard.Good},
	} {
		page := dashboard.Build(wednesday(t, tt.shape))
		cards := panelsOf(page, metrics.CardPanel)
		deltas := cards[0].Card.Deltas[2:] // behind the period before and the year ago
		want := []dashboard.Delta{
			{Label: "of target", Text: "90.0%", Tone: dashboard.Bad, Other: "¥1,000.00"},
			{Label: "gap", Text: "−¥100.00", Tone: dashboard.Bad, Distance: true},
			{Label: "2026-W11 so far", Text: "29.0%", Tone: tt.tone, Other: "due by now " + tt.due, Paced: true},
		}
		if len(deltas) != len(want) {
			t.Fatalf("%s: %+v", tt.name, deltas)
		}
		for i := range want {
			if deltas[i] != want[i] {
				t.Errorf("%s: %+v, want %+v", tt.name, deltas[i], want[i])
			}
		}
		for format, text := range map[string]string{
			"html":     `<span class="against">due by now ` + tt.due + "</span>",
			"markdown": "of target 90.0%, gap −¥100.00, 2026-W11 so far 29.0% (due by now " + tt.due + ")",
			"text":     "of target 90.0%   gap −¥100.00   2026-W11 so far 29.0% (due by now " + tt.due + ")",
			"csv":      "2026-W11 so far,0,change,0.29,29.0%",
		} {
			drawn, err := dashboard.Draw(page, format)
			if err != nil || !bytes.Contains(drawn, []byte(text)) {
				t.Errorf("%s: %s doesn't say %q (%v)", tt.name, format, text, err)
			}
		}
		workbookHolds(t, page, map[string]string{"of target": "90.0%", "gap": "-¥100.00", "2026-W11 so far": "29.0%", "due by now": tt.due})
	}
}

// workbookHolds demands what the first sheet shows last in the first row of each name.
func workbookHolds(t *testing.T, page *dashboard.Page, want map[string]string) {
	t.Helper()
	data, err := dashboard.Draw(page, "xlsx")
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		got := ""
		for _, row := range rows {
			if len(row) > 1 && row[0] == name && got == "" {
				got = row[len(row)-1]
			}
		}
		if strings.TrimSpace(got) != text {
			t.Errorf("the workbook shows %q in the row %q, want %q", got, name, text)
		}
	}
}

// TestCardRange holds what a card says of a range against figures by hand: 45% of at least
// 50% are 90% of it.
func TestCardRange(t *testing.T) {
	deltas := panelsOf(dashboard.Build(wednesday(t, nil)), metrics.CardPanel)[1].Card.Deltas[1:]
	want := []dashboard.Delta{
		{Label: "target", Text: "below", Tone: dashboard.Bad, Other: "50.0% – 80.0%"},
		{Label: "gap", Text: "−5.00pp", Tone: dashboard.Bad, Distance: true},
	}
	for i := range want {
		if i >= len(deltas) || deltas[i] != want[i] {
			t.Fatalf("%+v, want %+v", deltas, want)
		}
	}
}
