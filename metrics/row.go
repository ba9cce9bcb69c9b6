package metrics

// RowValue is what a row holds in a column, or of a dimension, as it may be seen.
type RowValue struct {
	Name string  `json:"name"`
	Text *string `json:"value"` // null is none
}

// Example is a row that two definitions of a KPI count another way, with the value
// that it has by each, alone.
type Example struct {
	Source string     `json:"source"`
	Period string     `json:"period"`
	Row    []RowValue `json:"row"` // its key, its time, and what the definitions read
	Then   Value      `json:"then"`
	Now    Value      `json:"now"`
	// Counted says whether the row is among those that a definition counts.
	CountedThen bool `json:"counted_then"`
	CountedNow  bool `json:"counted_now"`
}
