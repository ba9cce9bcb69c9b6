package metrics

import "time"

// Explained is why a KPI has the value that it has in a period, and how it came to be
// that of all that was ever published.
type Explained struct {
	KPI     string    `json:"kpi"`
	Grain   Grain     `json:"grain"`
	Period  string    `json:"period"`
	Cuts    []string  `json:"by"`
	Members []*string `json:"members"`
	Type    string    `json:"type"`
	Unit    Unit      `json:"unit,omitempty"`
	Format  string    `json:"format,omitempty"`
	AsOf    time.Time `json:"as_of"`
	// Where the definition stands, and who committed it; "" where Git doesn't know.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Author string `json:"author,omitempty"`
	Commit string `json:"commit,omitempty"`
	// Value and State are as computed now.
	Value Value  `json:"value"`
	State State  `json:"state"`
	SQL   string `json:"sql"`
	// Parts are the KPIs that it names, in the same cell.
	Parts []ExplainedPart `json:"parts"`
	// Rows is what is behind the value; nil where no single source's rows are.
	Rows *ExplainedRows `json:"rows"`
	// Reports are the values that were published, the first one first.
	Reports []Report `json:"reports"`
	// Kept tells whether apply publishes this cell.
	Kept bool `json:"kept"`
	// LeftBy is the change block that leaves the period to the definition as it was, by
	// which it is published; "" for none.
	LeftBy string `json:"left_by,omitempty"`
}

// ExplainedPart is the value of a KPI that another is made of.
type ExplainedPart struct {
	KPI    string `json:"kpi"`
	Value  Value  `json:"value"`
	Unit   Unit   `json:"unit,omitempty"`
	Type   string `json:"type"`
	Format string `json:"format,omitempty"`
}

// ExplainedRows is the rows of a source behind a value: how many of those in the cell
// the KPI counts, and those that give it most.
type ExplainedRows struct {
	Source  string         `json:"source"`
	Counted int64          `json:"counted"`
	Of      int64          `json:"of"`
	Sample  []ExplainedRow `json:"sample"`
}

// ExplainedRow is a row, and the value that it gives alone.
type ExplainedRow struct {
	Row   []RowValue `json:"row"`
	Value Value      `json:"value"`
}

// Report is a value as a run published it, and what makes it another one than before.
type Report struct {
	Run     int       `json:"run"`
	At      time.Time `json:"at"`
	AsOf    time.Time `json:"as_of"`
	User    string    `json:"user"`
	Message string    `json:"message,omitempty"`
	Value   Value     `json:"value"`
	State   State     `json:"state"`
	Gone    bool      `json:"gone,omitempty"` // nothing was published any more
	// Change is what the run changed in the definition; nil for nothing.
	Change *ReportChange `json:"change,omitempty"`
	// Difference is that to the report before, and Cause what it is made of.
	Difference Value `json:"difference,omitempty"`
	Cause      Cause `json:"cause,omitempty"`
	// Definition and Data add up to the difference where both had a part in it and it was
	// measured how much.
	Definition Value `json:"definition,omitempty"`
	Data       Value `json:"data,omitempty"`
}

// ReportChange is who changed the definition of a KPI, or what it is made of, and why.
type ReportChange struct {
	Address string `json:"address"`
	Class   Class  `json:"class"`
	Reason  string `json:"reason"`
	Author  string `json:"author,omitempty"`
	Commit  string `json:"commit,omitempty"`
}

// Cause is why a published value is another one than before.
type Cause string

// The causes.
const (
	ByDefinition Cause = "definition"
	ByRows       Cause = "rows"  // they came late, changed or went
	ByTime       Cause = "as_of" // rows became visible, or the definition names as-of
	ByBoth       Cause = "definition and rows"
)
