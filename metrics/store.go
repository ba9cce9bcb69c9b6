package metrics

import "time"

// Verified says what a verification of the store looked at.
type Verified struct {
	Run         int       `json:"run"` // the last one
	At          time.Time `json:"at"`
	Files       int       `json:"files"`
	Bytes       int64     `json:"bytes"`
	Runs        int       `json:"runs"`
	OldestRun   int       `json:"oldest_run"` // the first whose report can be had
	Values      int64     `json:"values"`     // in the history
	Current     int64     `json:"current"`    // of these
	Definitions int       `json:"definitions"`
	Editions    int       `json:"editions"` // of definitions, since the first run
	Sources     int       `json:"sources"`
	Rows        int64     `json:"rows"` // of sources, each accounted for
}

// Compacted says what dropping superseded values left of the history.
type Compacted struct {
	Dropped   int64 `json:"dropped"`    // superseded values
	Kept      int64 `json:"kept"`       // values in the history, the current ones among them
	OldestRun int   `json:"oldest_run"` // the first whose report can still be had; 0 before the first run
}
