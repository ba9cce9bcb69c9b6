package syntax

import "github.com/metricsascode/metrics/metrics/diag"

// ParseFile reads one HCL text that is no file of a project: one with values of
// variables, or one to be laid out. path is what diagnostics call it.
func ParseFile(path string, src []byte) (*File, diag.List) {
	f, diags := parse(path, src)
	return f, diags.Sort()
}
