package runtime

import (
	"fmt"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// balance demands of every source, whether it was read now or before, that each of
// its rows is accounted for once, and that a union has every clean row of its
// sources. It is the program's own work that is checked here.
func (w *work) balance(m *metrics.Model) diag.List {
	var diags diag.List
	for _, s := range m.Sources {
		a := w.sources[s.Name].Account
		if !a.Balanced() {
			diags.Add(rowsLost(s.Name, fmt.Sprintf("Of %d rows, %d are clean, %d filtered, %d duplicates and %d rejected.", a.Read, a.Clean, a.Filtered, a.Duplicates, a.Rejected)))
		}
		u, ok := s.Reader.(*metrics.Union)
		if !ok {
			continue
		}
		var clean int64
		for _, leaf := range u.Sources {
			clean += w.sources[leaf].Account.Clean
		}
		if a.Read != clean {
			diags.Add(rowsLost(s.Name, fmt.Sprintf("Its sources have %d clean rows, and it read %d.", clean, a.Read)))
		}
	}
	return diags
}

func rowsLost(source, what string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: diag.RowsLost, Address: "source." + source, Summary: "Rows don't add up",
		Detail: what + " Nothing was published. This is a fault of the program: please report it with the definition of the source."}
}
