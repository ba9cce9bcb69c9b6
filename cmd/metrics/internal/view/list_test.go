package view

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/metricsascode/metrics/compiler"
)

func placeIn(p *compiler.Project) func(string) (string, int) {
	return func(address string) (string, int) {
		r, _ := p.Place(address)
		return r.File, r.Start.Line
	}
}

func TestList(t *testing.T) {
	p := compile(t, "testdata/shop")
	for _, format := range ListFormats {
		for _, tt := range []struct {
			name  string
			kinds []string
		}{{"all", ListKinds}, {"kpis", []string{ListKPIs}}} {
			t.Run(format+"/"+tt.name, func(t *testing.T) {
				var b bytes.Buffer
				if err := List(&b, format, Listing{Model: p.Model, Kinds: tt.kinds, Place: placeIn(p)}); err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join("testdata/list", tt.name+"."+format), b.Bytes())
			})
		}
	}
}

func TestListOfNothing(t *testing.T) {
	p := compile(t, "testdata/shop")
	m := *p.Model
	m.KPIs = nil
	tests := map[string]string{
		"text":     "(none)\n",
		"json":     "{\n  \"kpis\": [],\n  \"project\": \"shop\"\n}\n",
		"markdown": "## KPIs\n\n| name | label | unit | grains | by | owner |\n| --- | --- | --- | --- | --- | --- |\n",
	}
	for format, want := range tests {
		var b bytes.Buffer
		if err := List(&b, format, Listing{Model: &m, Kinds: []string{ListKPIs}, Place: placeIn(p)}); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("%s: got %q, want %q", format, b.String(), want)
		}
	}
}

func TestShortened(t *testing.T) {
	tests := []struct {
		names []string
		width int
		want  string
	}{
		{nil, 10, ""},
		{[]string{"a", "b"}, 10, "a, b"},
		{[]string{"abcdef", "ghijkl", "mno"}, 10, "abcdef +2"},
		{[]string{"a_name_of_its_own"}, 5, "a_name_of_its_own"},
		{[]string{"渠道", "大区"}, 9, "渠道 +1"},
	}
	for _, tt := range tests {
		if got := shortened(tt.names, tt.width); got != tt.want {
			t.Errorf("shortened(%q, %d) = %q, want %q", tt.names, tt.width, got, tt.want)
		}
	}
}
