package runtime

import (
	"slices"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// Changes returns the runs at or after since, newest first. With an address
// ("kpi.gmv"), those that changed its definition, each with that change alone.
func (p *Project) Changes(address string, since time.Time) ([]metrics.Run, diag.List) {
	st, diags := p.applied()
	if diags.HasErrors() {
		return nil, diags
	}
	runs, more := st.Changes(address, since)
	slices.Reverse(runs)
	return runs, append(diags, more...)
}

// applied is the store, which must have been applied to.
func (p *Project) applied() (*store.Store, diag.List) {
	st, diags := p.Store()
	if !diags.HasErrors() && !st.Exists() {
		diags.Add(nothingApplied())
	}
	return st, diags
}

func nothingApplied() diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: diag.NoStore, Summary: "Nothing has been applied yet",
		Detail: "There is a history once values are computed and kept. Run: metrics apply."}
}
