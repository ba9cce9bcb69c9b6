package plan

import (
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// ValueFingerprint is the fingerprint of a KPI's values by a cut set and a grain.
// print gives that of a definition by its address, "" where there is none.
func ValueFingerprint(print func(address string) string, kpi, cuts string, grain metrics.Grain) string {
	var dimensions []string
	if cuts != "" {
		for name := range strings.SplitSeq(cuts, ",") {
			dimensions = append(dimensions, print("dimension."+name))
		}
	}
	return CutFingerprint(GrainFingerprint(print("kpi."+kpi), print("calendar."+string(grain))), dimensions)
}
