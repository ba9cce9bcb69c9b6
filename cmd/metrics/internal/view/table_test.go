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

func TestMarkdownText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain text, 12.5%", "plain text, 12.5%"},
		{"# heading", `\# heading`},
		{"- item", `\- item`},
		{"---", `\---`},
		{"-12.5", "-12.5"},
		{"+2.1%", "+2.1%"},
		{"1. first", `1\. first`},
		{"1.5 of 2", "1.5 of 2"},
		{"2026-W46", "2026-W46"},
		{"> quote", "&gt; quote"},
		{"a|b`c`", "a\\|b\\`c\\`"},
		{"[x](javascript:1) ![y](z)", `\[x\](javascript:1) !\[y\](z)`},
		{"*bold* _it_ ~~no~~ $x$", `\*bold\* \_it\_ \~\~no\~\~ \$x\$`},
		{`\`, `\\`},
		{"<script>&amp;", "&lt;script&gt;&amp;amp;"},
		{"@octocat", "@\u200boctocat"},
		{"a\r\nb", `a\\r\\nb`},
		{"  padded  ", "padded"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := MarkdownText(tt.in); got != tt.want {
			t.Errorf("MarkdownText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestVisible(t *testing.T) {
	tests := []struct{ in, want string }{
		{"销售额 ¥ é", "销售额 ¥ é"},
		{"\x1b]0;title\x07", `\x1b]0;title\x07`},
		{"a\tb\r\nc", `a\tb\r\nc`},
		{"\u009b31m", `\u009b31m`},
		{"abc\u202edef", `abc\u202edef`},
		{"bad \xff byte", `bad \xff byte`},
		{"\uFFFD stays", "\uFFFD stays"},
		{"\uFFFD\x80", "\uFFFD" + `\x80`},
		{"\x7f", `\x7f`},
	}
	for _, tt := range tests {
		if got := Visible(tt.in); got != tt.want {
			t.Errorf("Visible(%q) = %q, want %q", tt.in, got, tt.want)
		}
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
