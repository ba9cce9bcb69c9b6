package metrics

// Announced is a change of KPIs that those who read them are told of: a change block.
type Announced struct {
	Name      string   `json:"name"`
	KPIs      []string `json:"kpis"`
	Reason    string   `json:"reason"`
	Announced string   `json:"announced"` // the day on which it was, as YYYY-MM-DD
	Effective string   `json:"effective"` // the first day of the new definition
	Restate   Restate  `json:"restate"`
	Since     string   `json:"since,omitempty"` // with RestateSince, the first day that is restated
}

// Restate says which periods that began before a change takes effect are computed by
// the new definition, once it has.
type Restate string

// The ways to restate.
const (
	RestateAll     Restate = "all"
	RestateForward Restate = "forward"
	RestateSince   Restate = "since"
)

// Until is the day before which periods begin that the definition as it was holds for,
// where today is the day as of which they are computed; "" for none.
func (a *Announced) Until(today string) string {
	switch {
	case today < a.Effective || a.Restate == RestateForward:
		return a.Effective
	case a.Restate == RestateSince:
		return a.Since
	}
	return ""
}

// Of tells whether it speaks of a KPI.
func (a *Announced) Of(kpi string) bool {
	for _, name := range a.KPIs {
		if name == kpi {
			return true
		}
	}
	return false
}
