package plan

import "github.com/metricsascode/metrics/metrics"

// Applied is what carrying a plan out did.
type Applied struct {
	Plan   *Plan
	Run    *metrics.Run // nil where there was nothing to do
	Checks []metrics.CheckResult
	KPIs   int // computed
}
