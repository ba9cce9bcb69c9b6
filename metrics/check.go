package metrics

// Check is a condition on KPIs that must hold in every period.
type Check struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Owner       string `json:"owner,omitempty"`
	Assert      Expr   `json:"-"`
	OnFail      OnFail `json:"on_fail"` // Stop or Warn
	// KPI stands for the condition: its value is whether the condition holds.
	KPI *KPI `json:"-"`
}

// CheckOutcome is what a check found.
type CheckOutcome struct {
	Check  string
	OnFail OnFail
	// Periods is how many were looked at; those that fail are in order of grain
	// and time.
	Periods int
	Failed  []FailedPeriod
}

// FailedPeriod is a period in which a check doesn't hold.
type FailedPeriod struct {
	Period string         `json:"period"`
	Values []CheckedValue `json:"values"` // of the KPIs that the check names
}

// CheckedValue is the value of a KPI at which a check failed; nil is no data.
type CheckedValue struct {
	KPI   string `json:"kpi"`
	Value any    `json:"value"`
}
