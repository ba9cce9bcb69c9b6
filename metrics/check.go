package metrics

// RowCheck is a condition that every row of a source must meet. A row fails where
// it is false, not where it is null.
type RowCheck struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Assert      Expr   `json:"-"`
	OnFail      OnFail `json:"on_fail"`
}

// Freshness is how old the last row of a source may be at as-of. Either may be
// absent.
type Freshness struct {
	Warn  Span `json:"warn,omitzero"`
	Error Span `json:"error,omitzero"`
}

// Silence is how long a member of a source may be without a row after it had some.
type Silence struct {
	Within Span   `json:"within"`
	OnFail OnFail `json:"on_fail"` // Warn or Stop
}

// Anomaly is a number of a source's rows by period that must stay in proportion.
type Anomaly struct {
	Name        string        `json:"name"`
	Description string        `json:"description,omitempty"`
	Measure     Expr          `json:"-"` // over aggregates of the source alone
	Grain       Grain         `json:"grain"`
	Method      AnomalyMethod `json:"method"`
	Factor      float64       `json:"factor"`
	OnFail      OnFail        `json:"on_fail"` // Warn or Stop
	// KPI stands for the measure.
	KPI *KPI `json:"-"`
}

// AnomalyMethod says what is in proportion.
type AnomalyMethod string

// The methods. IQR takes what lies within factor interquartile ranges of the
// middle half of the periods before, ZScore what lies within factor standard
// deviations of their mean.
const (
	IQR    AnomalyMethod = "iqr"
	ZScore AnomalyMethod = "zscore"
)

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
