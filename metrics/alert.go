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

// Alert is one threshold's verdict on one member, as of a run. A source without rows
// for the period is one alert too, without a threshold.
type Alert struct {
	Threshold string     `json:"threshold"`
	KPI       string     `json:"kpi"`
	Source    string     `json:"source,omitempty"` // that has no rows for the period
	Grain     Grain      `json:"grain"`
	Members   []Pin      `json:"members"` // in order of dimension; none: the total
	State     AlertState `json:"state"`
	Severity  Severity   `json:"severity,omitempty"` // of the condition that holds, or held last
	// Since is the period in which the alert fired; of a state that is no alert, the first
	// of that state. Open is how many periods that is ago, this one included.
	Since  string  `json:"since,omitempty"`
	Open   int     `json:"open,omitempty"`
	Period string  `json:"period"` // the one that was judged
	Value  *Number `json:"value"`  // nil: no data
	// Provisional tells that the period's value may still change.
	Provisional bool      `json:"provisional,omitempty"`
	Target      *Attained `json:"target,omitempty"`
	Reason      string    `json:"reason,omitempty"` // in words
	Because     []Because `json:"because,omitempty"`
	Owner       string    `json:"owner,omitempty"`
	Action      string    `json:"action,omitempty"`
	Due         string    `json:"due,omitempty"` // a day
	// Told is the day as of which an apply told of the alert first, Run that apply.
	Told string `json:"told,omitempty"`
	Run  int    `json:"run,omitempty"`
	// Folded names the alert of a coarser member that this one is part of, or the source
	// whose rows are missing.
	Folded string `json:"folded,omitempty"`
}

// Firing tells whether a state is one of an alert that goes on.
func (s AlertState) Firing() bool { return s == AlertRed || s == AlertAmber || s == AlertRecovering }

// Listed tells whether an alert is one to act on: it goes on, or can't be judged, and is
// no part of another.
func (a Alert) Listed() bool {
	return a.Folded == "" && (a.State.Firing() || a.State == AlertError || a.State == AlertNoData && a.Source != "")
}

// Same tells whether two alerts are of one threshold and member, or of one source.
func (a Alert) Same(b Alert) bool {
	if a.Threshold != b.Threshold || a.Source != b.Source || len(a.Members) != len(b.Members) {
		return false
	}
	for i, p := range a.Members {
		q := b.Members[i]
		if p.Dimension != q.Dimension || (p.Member == nil) != (q.Member == nil) || p.Member != nil && *p.Member != *q.Member {
			return false
		}
	}
	return true
}

// AlertCounts is how many members thresholds found in each state, those that are part
// of another alert left out.
type AlertCounts struct {
	Red        int `json:"red"`
	Amber      int `json:"amber"`
	Recovering int `json:"recovering"`
	Pending    int `json:"pending"`
	OK         int `json:"ok"`
	NoData     int `json:"no_data"` // members; Sources are alerts of their own
	Sources    int `json:"sources"` // without rows for the period
	Error      int `json:"error"`
	Recovered  int `json:"recovered"` // alerts of the last run that are ok now
}

// Count adds a state.
func (c *AlertCounts) Count(s AlertState) {
	switch s {
	case AlertRed:
		c.Red++
	case AlertAmber:
		c.Amber++
	case AlertRecovering:
		c.Recovering++
	case AlertPending:
		c.Pending++
	case AlertOK:
		c.OK++
	case AlertNoData:
		c.NoData++
	case AlertError:
		c.Error++
	}
}
