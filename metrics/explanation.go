package metrics

// Explanation says how a request is computed, in words.
type Explanation struct {
	Scans []string // which rows are read, and for what
	Notes []string // what the compiler's passes made of them
	KPIs  []string // for each, whether its values add up, and why
}
