package inert

import "testing"

func TestMarkdown(t *testing.T) {
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
		if got := Markdown(tt.in); got != tt.want {
			t.Errorf("Markdown(%q) = %q, want %q", tt.in, got, tt.want)
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
