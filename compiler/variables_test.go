package compiler_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/metricsascode/metrics/compiler"
	"github.com/metricsascode/metrics/metrics/diag"
)

func TestVariableFile(t *testing.T) {
	tests := []struct {
		name, text string
		want       map[string]string
		codes      []diag.Code
	}{
		{"values", "# comment\nregion = \"East\"\nlimit = 10.50\nbig = 123456789012345678901234\nlive = true\n",
			map[string]string{"region": "East", "limit": "10.5", "big": "123456789012345678901234", "live": "true"}, nil},
		{"nothing", "", map[string]string{}, nil},
		{"constant arithmetic", "days = 7 * 2\n", map[string]string{"days": "14"}, nil},
		{"a bare word", "region = East\nlimit = 1\n", map[string]string{"limit": "1"}, []diag.Code{diag.NotConstant}},
		{"a name", "region = var.other\n", map[string]string{}, []diag.Code{diag.NotConstant}},
		{"null", "region = null\n", map[string]string{}, []diag.Code{diag.WrongValue}},
		{"a list", "regions = [\"a\"]\n", map[string]string{}, []diag.Code{diag.WrongValue}},
		{"a block", "variable \"region\" {}\nlimit = 1\n", map[string]string{"limit": "1"}, []diag.Code{diag.UnknownBlock}},
		{"broken", "region = \n", map[string]string{}, []diag.Code{diag.Syntax}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, diags := compiler.VariableFile("some.hcl", []byte(tt.text))
			var codes []diag.Code
			for _, d := range diags {
				codes = append(codes, d.Code)
				if d.Range == nil || d.Range.File != "some.hcl" || d.Detail == "" {
					t.Errorf("%s has no place or mend: %+v", d.Summary, d)
				}
			}
			if !maps.Equal(got, tt.want) || !slices.Equal(codes, tt.codes) {
				t.Errorf("got %v, %v, want %v, %v", got, codes, tt.want, tt.codes)
			}
		})
	}
}
