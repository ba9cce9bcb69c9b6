package view

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	table := Table{
		Columns: []Column{{Title: "渠道"}, {Title: "销售额 ¥", AlignRight: true}, {Title: "note"}},
		Rows: [][]string{
			{"天猫", "512,880.10", ""},
			{"=cmd|' /C calc'!A0", "−4.00", "@all see #1 <b>"},
			{"e\u0301te\x1b[31m", "–", "two\nlines"},
		},
	}
	tests := []struct {
		name string
		f    func(*strings.Builder) error
		want []string
	}{
		{"text", func(b *strings.Builder) error { return table.Text(b) }, []string{
			"渠道                  销售额 ¥  note",
			"天猫                512,880.10",
			"=cmd|' /C calc'!A0       −4.00  @all see #1 <b>",
			"e\u0301te\\x1b[31m                  –  two\\nlines",
		}},
		{"markdown", func(b *strings.Builder) error { return table.Markdown(b) }, []string{
			"| 渠道 | 销售额 ¥ | note |",
			"| --- | ---: | --- |",
			"| 天猫 | 512,880.10 |  |",
			"| \\=cmd\\|' /C calc'!A0 | −4.00 | @\u200ball see #1 &lt;b&gt; |",
			"| e\u0301te\\\\x1b\\[31m | – | two\\\\nlines |",
		}},
		{"csv", func(b *strings.Builder) error { return table.CSV(b) }, []string{
			"渠道,销售额 ¥,note",
			"天猫,\"512,880.10\",",
			"'=cmd|' /C calc'!A0,−4.00,'@all see #1 <b>",
			"e\u0301te\x1b[31m,–,\"two",
			"lines\"",
		}},
	}
	for _, tt := range tests {
		var b strings.Builder
		if err := tt.f(&b); err != nil {
			t.Fatal(err)
		}
		if want := strings.Join(tt.want, "\n") + "\n"; b.String() != want {
			t.Errorf("%s:\n%s\nwant:\n%s", tt.name, b.String(), want)
		}
	}
}

func TestTableWithoutTitles(t *testing.T) {
	table := Table{Columns: make([]Column, 2), Rows: [][]string{{"a", "b"}, {"ccc", ""}}}
	var b strings.Builder
	if err := table.Text(&b); err != nil {
		t.Fatal(err)
	}
	if want := "a    b\nccc\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 8, []string{"one two", "three"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"a reallylongword b", 6, []string{"a", "really", "longwo", "rd b"}},
		{"订单里没有这一列，请改用", 10, []string{"订单里没有", "这一列，请", "改用"}},
		{"  indented stays", 40, []string{"  indented stays"}},
	}
	for _, tt := range tests {
		got := wrap(tt.in, tt.width)
		if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("wrap(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}
