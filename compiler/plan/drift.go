package plan

import "github.com/metricsascode/metrics/metrics"

// Drift is published values of a KPI that its definition no longer gives: rows came
// late, or changed. What a changed definition does is not part of it.
type Drift struct {
	KPI     string         `json:"kpi"`
	Grain   metrics.Grain  `json:"grain"`
	Type    string         `json:"type"`
	Unit    metrics.Unit   `json:"unit,omitempty"`
	Format  string         `json:"format,omitempty"`
	Cells   int64          `json:"cells"`
	Periods int64          `json:"periods"`
	Last    []DriftedValue `json:"last,omitempty"` // totals of the last such periods
}

// DriftedValue is a published total, and what the same definition gives now.
type DriftedValue struct {
	Period     string        `json:"period"`
	Published  metrics.Value `json:"published"`
	Now        metrics.Value `json:"now"`
	Difference metrics.Value `json:"difference"`
	State      metrics.State `json:"state"` // in which it was published
}
