package metrics

import "testing"

func TestMasked(t *testing.T) {
	text := Type{Kind: String}
	tests := []struct {
		column   Column
		in, want string
	}{
		{Column{Type: text}, "13812345678", "13812345678"},
		{Column{Type: text, Classification: Internal}, "13812345678", "13812345678"},
		{Column{Type: text, Classification: Confidential}, "13812345678", "138****5678"},
		{Column{Type: text, Classification: Confidential}, "+86 138-1234-5678", "861******5678"},
		{Column{Type: text, Classification: Confidential}, "a.long.name@x.com", "a***@x.com"},
		{Column{Type: text, Classification: Confidential}, "王小明@例子.com", "王***@例子.com"},
		{Column{Type: text, Classification: Confidential}, "1234567", Hidden},            // too short to leave any out
		{Column{Type: text, Classification: Confidential}, "310101199001011234", Hidden}, // an identity card
		{Column{Type: text, Classification: Confidential}, "王小明", Hidden},
		{Column{Type: text, Classification: Confidential}, "", ""},
		{Column{Type: DecimalType(12, 2), Classification: Confidential}, "1234567890.12", Hidden},
		{Column{Type: Type{Kind: Integer}, Classification: Confidential, Mask: MaskPhone}, "13812345678", "138****5678"},
		{Column{Type: text, Classification: Confidential, Mask: MaskPhone}, "a@x.com", Hidden},
		{Column{Type: text, Classification: Confidential, Mask: MaskEmail}, "13812345678", Hidden},
		{Column{Type: text, Classification: Confidential, Mask: MaskHide}, "a@x.com", Hidden},
		{Column{Type: text, Classification: Secret}, "13812345678", Hidden},
		{Column{Type: text, Classification: Secret, Mask: MaskHash}, "a", "#78da91511e67"}, // HMAC-SHA-256 by another program
	}
	for _, test := range tests {
		if got := test.column.Masked(test.in, []byte("k")); got != test.want {
			t.Errorf("%s %s %q is shown as %q, want %q", test.column.Classification, test.column.Mask, test.in, got, test.want)
		}
	}
}
