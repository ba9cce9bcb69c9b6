package metrics

import (
	"time"

	"github.com/metricsascode/metrics/metrics/diag"
)

// Definition is one block of a project as the store keeps it.
type Definition struct {
	Address     string `json:"address"`     // "kpi.gmv"
	Fingerprint string `json:"fingerprint"` // of its meaning, all upstream included
	Own         string `json:"own"`         // of its meaning without upstream
	Text        string `json:"text"`        // the block in canonical layout
	// Parts are hashes of the meaning's parts by attribute ("where", "column amount"),
	// without upstream: they tell which of them changed.
	Parts map[string]string `json:"parts,omitempty"`
	// Settings are the parts that stay out of the fingerprint but change what
	// apply keeps or how a value is judged: "by", "grains", "lag", "target", ...
	Settings map[string]string `json:"settings,omitempty"`
}

// Action is what happened to a definition.
type Action string

// The actions.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
)

// Class says what a change does to numbers and to those who use them.
type Class string

// The classes, mildest first.
const (
	Cosmetic      Class = "cosmetic"
	Additive      Class = "additive"
	AlertOnly     Class = "alert-only"
	Indirect      Class = "indirect"
	ValueChanging Class = "value-changing"
	Breaking      Class = "breaking"
)

// FieldChange is one attribute of a changed definition.
type FieldChange struct {
	Name  string `json:"name"`
	Class Class  `json:"class,omitempty"` // what this attribute alone does
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
}

// Change is one changed definition.
type Change struct {
	Address string        `json:"address"`
	Action  Action        `json:"action"`
	Class   Class         `json:"class"`
	Reason  string        `json:"reason"`
	Fields  []FieldChange `json:"fields,omitempty"`
	// RenamedFrom is the address that it had, as a renamed block says; LooksLike that
	// of another one, gone or new, which means the same.
	RenamedFrom string  `json:"renamed_from,omitempty"`
	LooksLike   string  `json:"looks_like,omitempty"`
	Effect      *Effect `json:"effect,omitempty"` // of a KPI, where it was measured
	// Author is who committed the definition as it is, and Commit where, as Git knows; ""
	// where it isn't committed, or gone.
	Author string `json:"author,omitempty"`
	Commit string `json:"commit,omitempty"`
	// Backtest is how often a new or changed threshold would have fired.
	Backtest *Backtest `json:"backtest,omitempty"`
	// Range is where the definition stands; nil where it is gone.
	Range *diag.Range `json:"range,omitempty"`
}

// Run is one apply.
type Run struct {
	ID      int       `json:"run"`
	At      time.Time `json:"at"` // when it was committed
	AsOf    time.Time `json:"as_of"`
	User    string    `json:"user"`
	Message string    `json:"message,omitempty"`
	Version string    `json:"version"`          // of the program
	Commit  string    `json:"commit,omitempty"` // what was checked out
	Changes []Change  `json:"changes,omitempty"`
	// Moved is the sources whose rows were others than at the run before, their definitions
	// aside; nil where an older version of the program, which didn't note them, made the run.
	Moved     []string  `json:"moved"`
	Accounts  []Account `json:"sources,omitempty"`
	New       int64     `json:"new"`       // values published for the first time
	Restated  int64     `json:"restated"`  // published values that changed
	Settled   int64     `json:"settled"`   // current values that stayed, in another state or of another definition
	Unchanged int64     `json:"unchanged"` // current values that stayed
	Gone      int64     `json:"gone"`      // values that vanished
	// Alerts is what thresholds found; nil where there are none.
	Alerts *AlertCounts `json:"alerts,omitempty"`
}

// Total is where the rows of all sources went that read them from outside. The rows
// of unions and entities come from other sources, and are counted there.
func (r *Run) Total() Account {
	var total Account
	for _, a := range r.Accounts {
		if a.Derived {
			continue
		}
		total.Read += a.Read
		total.Clean += a.Clean
		total.Filtered += a.Filtered
		total.Duplicates += a.Duplicates
		total.Rejected += a.Rejected
	}
	return total
}

// PublishedValue is one value as a run reported it. Key: KPI, Cuts, Grain,
// Period, Members.
type PublishedValue struct {
	KPI         string
	Cuts        string // names of the cut set joined by ","; "" is the total
	Grain       Grain
	Period      string // "2026-W46"
	Start       string // first day or instant of the period, sorts by time
	Members     string // JSON array in the order of Cuts: ["East",null]
	Run         int
	Value       string // canonical text; "" with Null
	Null        bool
	State       State
	Fingerprint string
	Gone        bool // a tombstone
}
