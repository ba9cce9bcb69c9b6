package metrics

// AlertState is what a threshold says of a value.
type AlertState string

// The states of a threshold and member, the calmest first.
const (
	AlertOK         AlertState = "ok"
	AlertPending    AlertState = "pending"    // crossed, for too few periods yet
	AlertRecovering AlertState = "recovering" // back, for too few periods yet
	AlertAmber      AlertState = "amber"
	AlertRed        AlertState = "red"
	AlertNoData     AlertState = "no_data"
	AlertError      AlertState = "error" // the condition can't be judged
)

// Severity is how bad it is that a threshold is crossed.
type Severity string

// The severities.
const (
	Red   Severity = "red"
	Amber Severity = "amber"
)

// Alert is one threshold's verdict on one member, as of a run.
type Alert struct {
	Threshold string     `json:"threshold"`
	KPI       string     `json:"kpi"`
	Grain     Grain      `json:"grain"`
	Members   []Pin      `json:"members"` // in order of dimension; none: the total
	State     AlertState `json:"state"`
	Severity  Severity   `json:"severity,omitempty"` // of the condition that holds, or held last
	Since     string     `json:"since,omitempty"`    // the first period of this state
	Period    string     `json:"period"`             // the one that was judged
	Value     *Number    `json:"value"`              // nil: no data
	// Provisional tells that the period's value may still change.
	Provisional bool   `json:"provisional,omitempty"`
	Reason      string `json:"reason,omitempty"` // the condition in words, with its figures
	Owner       string `json:"owner,omitempty"`
	Action      string `json:"action,omitempty"`
	Due         string `json:"due,omitempty"` // a day
	// Folded names the alert of a coarser member that this one is part of.
	Folded string `json:"folded,omitempty"`
}
