package scaffold

import (
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/metricsascode/metrics/metrics"
)

func TestRead(t *testing.T) {
	tests := []struct {
		name    string
		samples []string
		want    reading
	}{
		{"n", []string{"1", "20", "-3"}, reading{kind: metrics.Type{Kind: metrics.Integer}}},
		{"n", []string{"1.5", "20"}, reading{kind: metrics.DecimalType(18, 2)}},
		{"n", []string{"1.555"}, reading{kind: metrics.DecimalType(18, 4)}},
		{"n", []string{"1.5555555"}, reading{kind: metrics.Type{Kind: metrics.Double}}},
		{"n", []string{"1e5", "2"}, reading{kind: metrics.Type{Kind: metrics.Double}}},
		{"n", []string{"12345678901234567890"}, reading{kind: metrics.Type{Kind: metrics.Double}}},
		{"n", []string{"¥1,234.50", "¥5"}, reading{kind: metrics.DecimalType(18, 2), strip: []string{"¥", ","}}},
		{"n", []string{"1,5", "2,7"}, reading{kind: text}},
		{"n", []string{"1.234,50"}, reading{kind: text}},
		{"n", []string{"15%"}, reading{kind: text}},
		{"n", []string{"3", "N/A", "-"}, reading{kind: metrics.Type{Kind: metrics.Integer}, null: []string{"-", "N/A"}}},
		{"n", []string{"N/A"}, reading{kind: text}},
		{"n", []string{"1", "2", "x"}, reading{kind: text}},
		{"qty", []string{"1", "2", "3", "$ unsure"}, reading{kind: metrics.Type{Kind: metrics.Integer}, remark: `values such as "$ unsure" are no numbers: their rows become rejects`}},
		{"qty", []string{"1", "2", "few", "many"}, reading{kind: text}},
		{"n", nil, reading{kind: text}},
		{"n", []string{"007", "123"}, reading{kind: text}},
		{"n", []string{"0.5", "0"}, reading{kind: metrics.DecimalType(18, 2)}},
		{"order_id", []string{"41000000001"}, reading{kind: text}},
		{"会员编号", []string{"12"}, reading{kind: text}},
		{"d", []string{"2024-01-05"}, reading{kind: metrics.Type{Kind: metrics.Date}}},
		{"d", []string{"2024-01-05", "2024-01-05 10:00:00"}, reading{kind: metrics.Type{Kind: metrics.Timestamp}}},
		{"d", []string{"2024-01-05T10:00:00.123Z"}, reading{kind: metrics.Type{Kind: metrics.Timestamp}}},
		{"d", []string{"2024-1-5"}, reading{kind: metrics.Type{Kind: metrics.Date}, formats: []string{"%Y-%m-%d"}}},
		{"d", []string{"05/01/2024", "25/01/2024"}, reading{kind: metrics.Type{Kind: metrics.Date}, formats: []string{"%d/%m/%Y"}}},
		{"d", []string{"1/5/2024", "1/25/2024"}, reading{kind: metrics.Type{Kind: metrics.Date}, formats: []string{"%m/%d/%Y"}}},
		{"d", []string{"1/5/2024 3:04 PM", "1/25/2024 11:04 AM"}, reading{kind: metrics.Type{Kind: metrics.Timestamp}, formats: []string{"%m/%d/%Y %I:%M %p"}}},
		{"d", []string{"05/01/2024", "06/01/2024"}, reading{kind: text, remark: `every value fits "%d/%m/%Y" and "%m/%d/%Y": say which by { type = date, format = [...] }`}},
		{"d", []string{"05/05/2024"}, reading{kind: text, remark: `every value fits "%d/%m/%Y" and "%m/%d/%Y": say which by { type = date, format = [...] }`}},
		{"d", []string{"05/13/2024 10:00:00.5"}, reading{kind: text}},
		{"d", []string{"2024年1月5日"}, reading{kind: metrics.Type{Kind: metrics.Date}, formats: []string{"%Y年%m月%d日"}}},
		{"d", []string{"5 May 2024"}, reading{kind: metrics.Type{Kind: metrics.Date}, formats: []string{"%d %b %Y"}}},
		{"d", []string{"5 May 2024", "6 June 2024"}, reading{kind: metrics.Type{Kind: metrics.Date}, formats: []string{"%d %B %Y"}}},
		{"day", []string{"20240105"}, reading{kind: metrics.Type{Kind: metrics.Date}, formats: []string{"%Y%m%d"}}},
		{"n", []string{"20240105"}, reading{kind: metrics.Type{Kind: metrics.Integer}}},
		{"month", []string{"Apr-18"}, reading{kind: text, remark: `months of a year, or days without one? If months: { type = date, format = ["%b-%y"] }`}},
	}
	for _, test := range tests {
		got := read(Column{Name: test.name, Type: text, Samples: test.samples}, CSV, marks{})
		if got.kind != test.want.kind || got.remark != test.want.remark ||
			!slices.Equal(got.formats, test.want.formats) || !slices.Equal(got.strip, test.want.strip) || !slices.Equal(got.null, test.want.null) {
			t.Errorf("%s %q is read as %+v, want %+v", test.name, test.samples, got, test.want)
		}
	}
}

func TestIdentifier(t *testing.T) {
	for in, want := range map[string]string{
		"OrderID": "OrderID", "Order ID": "order_id", "订单编号": "订单编号", "订单 编号（新）": "订单_编号_新", "sub-category": "sub_category",
		"2024 sales": "col_2024_sales", "null": "col_null", "Var": "col_var", "": "col_7", "¥": "col_7", "a.b": "a_b", "  x  ": "x",
		"hldy_New Year's Day": "hldy_new_year_s_day",
	} {
		if got := identifier(in, "col", "col_7"); got != want {
			t.Errorf("identifier(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	taken := names{}
	var got []string
	for _, n := range []string{"amount", "Amount", "amount_2", "amount"} {
		got = append(got, taken.take(n))
	}
	if want := []string{"amount", "Amount_2", "amount_2_2", "amount_3"}; !slices.Equal(got, want) {
		t.Errorf("names = %q, want %q", got, want)
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string][]string{
		"orderId": {"order", "id"}, "OrderID": {"order", "id"}, "order_id": {"order", "id"}, "Order ID": {"order", "id"},
		"GMV": {"gmv"}, "付款时间": {"付款时间"}, "x2": {"x2"}, "": nil,
	} {
		if got := words(in); !slices.Equal(got, want) {
			t.Errorf("words(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestQuote checks that HCL reads back what quote writes.
func TestQuote(t *testing.T) {
	for _, s := range []string{"", `a "b" \c`, "${x} %{y} $ % $${", "渠道\t\n\u0000\U000E0001", "😀"} {
		e, diags := hclsyntax.ParseExpression([]byte(quote(s)), "", hcl.InitialPos)
		if diags.HasErrors() {
			t.Errorf("quote(%q) = %s: %v", s, quote(s), diags)
			continue
		}
		if v, _ := e.Value(nil); v.AsString() != s {
			t.Errorf("quote(%q) = %s, which reads %q", s, quote(s), v.AsString())
		}
	}
}
