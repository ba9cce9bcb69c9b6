package compiler

import (
	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics/diag"
)

// VariableFile reads a file with values of variables, NAME = VALUE a line, and
// returns them as text by name. name is what diagnostics call the file.
func VariableFile(name string, text []byte) (map[string]string, diag.List) {
	file, diags := syntax.ParseFile(name, text)
	values, more := decode.VariableFile(file)
	return values, append(diags, more...).Sort()
}
