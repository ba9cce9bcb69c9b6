package metrics

// Renamed says that a definition goes on under a new name.
type Renamed struct {
	From string `json:"from"` // address that it had: "kpi.sales"
	To   string `json:"to"`
}
