package format

import (
	"slices"
	"testing"
)

func TestAttributes(t *testing.T) {
	tests := []struct {
		name, block string
		want        []Attribute
	}{
		{
			"attributes in written order, comments and layout gone",
			"kpi \"gmv\" {\n  value   = sum( orders.amount )  # money\n  # why\n  label = \"a # b\" // x\n  /* gone */\n  by = [channel, /* and */ region]\n}",
			[]Attribute{{"value", "sum(orders.amount)"}, {"label", `"a # b"`}, {"by", "[channel, region]"}},
		},
		{
			"columns one by one, other blocks whole",
			"  source \"orders\" {\n    csv {\n        path = \"a=b.csv\" # data\n    }\n    columns {\n      # first\n      id = string\n      amount={type=decimal(18,2)}\n    }\n    from \"x\" { value = y }\n  }",
			[]Attribute{
				{"csv", "csv {\n  path = \"a=b.csv\"\n}"},
				{"columns.id", "string"}, {"columns.amount", "{ type = decimal(18, 2) }"},
				{"from x", `from "x" { value = y }`},
			},
		},
		{
			"values over several lines start at the margin",
			"source \"s\" {\n      rows = [\n        # one\n        { a = 1 },\n\n        { a = 2 }, # two\n      ]\n}",
			[]Attribute{{"rows", "[\n  { a = 1 },\n\n  { a = 2 },\n]"}},
		},
		{"an empty block", "kpi \"x\" {}", nil},
		{"what can't be read", "kpi \"x\" {", nil},
		{"no block", "a = 1", nil},
	}
	for _, tt := range tests {
		got := Attributes(tt.block)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// TestAttributesIgnoreLayout checks that two layouts of one block are one thing.
func TestAttributesIgnoreLayout(t *testing.T) {
	a := Attributes("kpi \"k\" {\n  value = if(\n    a.b > 1, # large\n    1,\n    2\n  )\n}")
	b := Attributes("kpi \"k\" {\n\n\n    value    = if(\n  a.b>1,\n  1,\n      2\n)\n}\n")
	if len(a) != 1 || !slices.Equal(a, b) {
		t.Errorf("%q and %q differ", a, b)
	}
}
