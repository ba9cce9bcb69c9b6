package view

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/metricsascode/metrics/metrics"
)

func day(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, s, time.FixedZone("Asia/Shanghai", 8*3600))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// number is a column of a KPI's value, then what compares it.
func number(name, label, typ, unit, format, direction string) metrics.ResultColumn {
	return metrics.ResultColumn{
		Name: name, Kind: "kpi", Type: typ, Unit: metrics.Unit(unit), Label: label, Format: format, Direction: direction,
	}
}

func compared(c metrics.ResultColumn, comparison string) []metrics.ResultColumn {
	value := c
	value.Name, value.Kind, value.KPI, value.Comparison = c.Name+"_"+comparison, "comparison", c.Name, comparison
	change := value
	change.Name, change.Type, change.Unit, change.Comparison, change.Format = value.Name+"_change", "double", "", comparison+"_change", ""
	if strings.Contains(c.Format, "%") {
		change.Format = "pp"
	}
	return []metrics.ResultColumn{c, value, change}
}

type resultCase struct {
	name   string
	result *metrics.Result
}

func resultCases(t *testing.T) []resultCase {
	period := metrics.ResultColumn{Name: "period", Kind: "period", Type: "string"}
	channel := metrics.ResultColumn{Name: "channel", Kind: "dimension", Type: "string", Label: "渠道"}
	var columns []metrics.ResultColumn
	columns = append(columns, period, channel)
	columns = append(columns, compared(number("gmv", "销售额", "decimal(38, 2)", "CNY", "", "up"), "previous")...)
	columns = append(columns, compared(number("cvr", "转化率", "double", "", "0.0%", "up"), "previous")...)
	columns = append(columns, compared(number("cac", "获客成本", "double", "CNY", "#,##0", "down"), "target")...)
	n := func(s string) metrics.Number { return metrics.Number(s) }
	week := func(state metrics.State, total bool, values ...any) metrics.ResultRow {
		return metrics.ResultRow{Values: append([]any{"2026-W46"}, values...), State: state, Total: total}
	}
	return []resultCase{
		{"one_period", &metrics.Result{
			AsOf: day(t, "2026-11-16"), Grain: metrics.Week, Columns: columns,
			Rows: []metrics.ResultRow{
				week(metrics.Provisional, false, "天猫", n("512880.10"), n("502331.15"), 0.021, 0.0341, 0.0339, 0.0002, 90.4, int64(80), 0.13),
				week(metrics.Provisional, false, "抖音", n("252330.45"), n("309228.49"), -0.184, 0.0112, 0.0143, -0.0031, nil, int64(80), nil),
				week(metrics.Provisional, false, nil, n("-1204.00"), nil, nil, nil, nil, nil, 70.5, int64(80), -0.11875),
				week(metrics.Provisional, true, nil, n("764006.55"), n("811559.64"), -0.05859, 0.0, 0.0, 0.0, 80.0, int64(80), 0.0),
			},
			Notes: []string{"The range was widened to whole weeks.\x07"},
		}},
		{"many_periods", &metrics.Result{
			AsOf: day(t, "2017-12-15").Add(90 * time.Minute), Grain: metrics.Month,
			Columns: []metrics.ResultColumn{
				period, {Name: "region", Kind: "dimension", Type: "string"}, {Name: "hour_of_day", Kind: "dimension", Type: "integer"},
				number("sales", "", "decimal(38, 4)", "USD", "", ""), number("margin", "", "double", "", "", ""),
				number("aov", "", "double", "USD/order", "", ""), number("orders", "", "integer", "", "", ""),
			},
			Rows: []metrics.ResultRow{
				{Values: []any{"2017-10", "East", int64(9), n("31527.6200"), 0.1234, 12.5, int64(1234)}, State: metrics.Final},
				{Values: []any{"2017-11", "=HYPERLINK(1)", int64(-1), n("-0.0004"), 1e-9, 1e21, new(big.Int).Lsh(big.NewInt(1), 70)}, State: metrics.Incomplete},
				{Values: []any{"2017-12", "", nil, nil, math.NaN(), nil, nil}, State: metrics.NoData},
				{Values: []any{"2017-12", nil, nil, n("99999999999999999999999999999999.9999"), nil, nil, int64(math.MaxInt64)}, State: metrics.Open, Total: true},
			},
		}},
		{"no_grain", &metrics.Result{
			AsOf: day(t, "2018-01-01"),
			Columns: []metrics.ResultColumn{
				number("first_order", "", "timestamp", "", "", ""), number("day", "", "date", "", "", ""), number("any_late", "", "boolean", "", "", ""),
				number("priced", "", "decimal(18, 2)", "CNY", "¥#,##0.00", ""), number("share", "", "integer", "", "0%", ""),
			},
			Rows: []metrics.ResultRow{{Values: []any{day(t, "2014-01-03").Add(time.Hour), day(t, "2014-01-03"), true, n("12.345"), int64(1)}, State: metrics.Incomplete}},
		}},
		{"empty", &metrics.Result{
			AsOf: day(t, "2018-01-01"), Grain: metrics.Day,
			Columns: []metrics.ResultColumn{period, number("orders", "", "integer", "", "", "")},
		}},
	}
}

func TestResult(t *testing.T) {
	for _, tt := range resultCases(t) {
		for _, format := range ResultFormats {
			t.Run(tt.name+"/"+format, func(t *testing.T) {
				var b bytes.Buffer
				if err := Result(&b, format, tt.result, ResultOptions{}); err != nil {
					t.Fatal(err)
				}
				golden(t, "testdata/result/"+tt.name+"."+format, b.Bytes())
				checkResult(t, format, tt.result, b.Bytes())
			})
		}
	}
}

// checkResult checks that programs can read what was written.
func checkResult(t *testing.T, format string, r *metrics.Result, out []byte) {
	t.Helper()
	switch format {
	case "json":
		var doc struct{ Rows []map[string]any }
		if err := json.Unmarshal(out, &doc); err != nil {
			t.Fatal(err)
		}
		if len(doc.Rows) != len(r.Rows) {
			t.Errorf("%d rows, want %d", len(doc.Rows), len(r.Rows))
		}
	case "csv":
		records, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(records) != len(r.Rows)+1 {
			t.Errorf("%d records, want %d", len(records), len(r.Rows)+1)
		}
	case "table":
		for line := range strings.Lines(string(out)) {
			if line = strings.TrimSuffix(line, "\n"); line != strings.TrimRight(line, " ") {
				t.Errorf("%q ends with spaces", line)
			}
		}
	}
}

func TestResultColor(t *testing.T) {
	r := resultCases(t)[0].result
	var colored, without bytes.Buffer
	if err := Result(&colored, "table", r, ResultOptions{Color: true}); err != nil {
		t.Fatal(err)
	}
	if err := Result(&without, "table", r, ResultOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\x1b[32m+2.1%\x1b[0m",   // up is good
		"\x1b[31m−18.4%\x1b[0m",  // down is bad
		"\x1b[31m+13.0%\x1b[0m",  // above the target, where down is good
		"\x1b[32m−11.9%\x1b[0m",  // below it
		"\x1b[31m−0.31pp\x1b[0m", // in percentage points
	} {
		if !strings.Contains(colored.String(), want) {
			t.Errorf("no %q in:\n%q", want, colored.String())
		}
	}
	if got := stripSGR(colored.String()); got != without.String() {
		t.Errorf("colour changes the text:\n%s\nwant:\n%s", got, without.String())
	}
}

func TestChangeTitle(t *testing.T) {
	tests := []struct {
		grain            metrics.Grain
		comparison, want string
	}{
		{metrics.Day, "previous", "±day"},
		{metrics.Week, "previous", "±week"},
		{metrics.Year, "previous", "±year"},
		{metrics.Year, "year_ago", "±year ago"},
		{metrics.Week, "year_ago", "±year"},
		{metrics.NoGrain, "previous", "±previous"},
		{metrics.Week, "target", "vs target"},
	}
	for _, tt := range tests {
		s := resultTable{result: &metrics.Result{Grain: tt.grain}}
		if got := s.changeTitle(tt.comparison); got != tt.want {
			t.Errorf("%s of %q = %q, want %q", tt.comparison, tt.grain, got, tt.want)
		}
	}
}

func TestResultErrors(t *testing.T) {
	odd := &metrics.Result{
		Columns: []metrics.ResultColumn{number("x", "", "integer", "", "", "")},
		Rows:    []metrics.ResultRow{{Values: []any{struct{}{}}}},
	}
	for _, format := range []string{"table", "csv", "markdown"} {
		if err := Result(&bytes.Buffer{}, format, odd, ResultOptions{}); err == nil {
			t.Errorf("%s shows a value it doesn't know", format)
		}
	}
	bad := &metrics.Result{
		Columns: []metrics.ResultColumn{number("x", "", "decimal(3, 1)", "", "", "")},
		Rows:    []metrics.ResultRow{{Values: []any{metrics.Number("1e, 2")}}},
	}
	if err := Result(&bytes.Buffer{}, "json", bad, ResultOptions{}); err == nil {
		t.Error("JSON has a number that is none")
	}
	if err := Result(&bytes.Buffer{}, "xml", odd, ResultOptions{}); err == nil {
		t.Error("xml is accepted")
	}
}
