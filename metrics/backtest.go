package metrics

// Backtest is how often a threshold would have fired over the history of its sources.
type Backtest struct {
	From    string `json:"from"` // the first period that could be judged
	To      string `json:"to"`
	Judged  int    `json:"judged"` // periods, of each member
	Fired   int    `json:"fired"`  // of these, red or amber
	Red     int    `json:"red"`
	Alerts  int    `json:"alerts"`            // how often an alert began
	Members int    `json:"members"`           // that were judged
	Most    []Most `json:"most,omitempty"`    // the members on which it fired most
	Skipped string `json:"skipped,omitempty"` // why it can't be told; "" where it can
}

// Most is a member on which a threshold fired.
type Most struct {
	Members []Pin `json:"members"`
	Fired   int   `json:"fired"`
	Judged  int   `json:"judged"`
}

// OftenFired is the share of judged periods beyond which a threshold says little: it is
// always red.
const OftenFired = 0.35

// Share is how much of what was judged fired.
func (b *Backtest) Share() float64 {
	if b.Judged == 0 {
		return 0
	}
	return float64(b.Fired) / float64(b.Judged)
}

// Flip is a threshold's state of a member that a plan changes.
type Flip struct {
	Members []Pin      `json:"members"`
	From    AlertState `json:"from"`
	To      AlertState `json:"to"`
}
