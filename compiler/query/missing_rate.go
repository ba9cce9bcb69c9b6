package query

import (
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// RateCheck finds the rows of a source whose amounts have no rate: their values are
// null, and someone should know. Its statement has a row for each currency: the
// currency, how many rows, and the day of the first.
type RateCheck struct {
	Source    string
	Amount    string // the change of currency as it is written
	From, To  string // From is "" where it stands in a column
	Statement *Select
}

// conversion is a change of currency in the leaves of a timeline, and which rows it is
// read of.
type conversion struct {
	call     *metrics.Call
	timeline *timeline
	filters  []metrics.Expr // of the leaves that have it; one that is nil reads all rows
	within   []interval
}

// checkRates makes a check of each change of currency.
func (c *compilation) checkRates() {
	for _, found := range c.conversions() {
		c.rates = append(c.rates, c.rateCheck(found))
	}
	for _, t := range c.timelines {
		if t.inner != nil {
			t.inner.checkRates()
			c.rates = append(c.rates, t.inner.rates...)
		}
	}
}

// conversions are the changes of currency of all leaves, each once, in order of leaf.
func (c *compilation) conversions() []*conversion {
	var out []*conversion
	index := map[string]*conversion{}
	for _, l := range c.leaves {
		if l.timeline.inner != nil {
			continue // its cells come from leaves of a compilation of their own
		}
		for _, call := range changesIn(l.agg) {
			key := l.timeline.source.Name + keyOf(call)
			found := index[key]
			if found == nil {
				found = &conversion{call: call, timeline: l.timeline}
				index[key] = found
				out = append(out, found)
			}
			found.filters = append(found.filters, l.agg.Filter)
			found.within = append(found.within, c.readBy(l.view)...)
		}
	}
	return out
}

// readBy are the stretches of time of which a view reads rows.
func (c *compilation) readBy(v *view) []interval {
	if v.window != nil {
		return c.merged(v.window.stretches, nil)
	}
	return c.intervals(v.timeline)
}

func changesIn(a *metrics.Aggregate) []*metrics.Call {
	var out []*metrics.Call
	metrics.Walk(a, func(e metrics.Expr) bool {
		if call, ok := e.(*metrics.Call); ok && call.Func.Name == "convert" {
			out = append(out, call)
		}
		return true
	})
	return out
}

// The columns of a check's statement.
const (
	currencyColumn = "currency"
	rowsColumn     = "rows"
)

func (c *compilation) rateCheck(found *conversion) RateCheck {
	t, call := found.timeline, found.call
	slices.SortFunc(found.within, func(a, b interval) int { return a.to.Compare(b.to) })
	r := c.reach(t.source)
	where := append(c.readable(t, r, found.within), r.resolveAll(t.where)...)
	if !slices.Contains(found.filters, nil) {
		where = append(where, r.resolve(some(found.filters...)))
	}
	args := r.resolveAll(call.Args)
	resolved := *call
	resolved.Args = args
	where = append(where, known(args[0]), compare(metrics.OpNe, args[1], args[2]), unknown(r.rate(&resolved)))
	day := toDay(args[amountFromTo])
	rows := &Aggregate{
		Input: filtered(r.relation(), where),
		Keys:  []Item{{currencyColumn, args[1]}},
		Measures: []*Measure{
			{Name: rowsColumn, Func: CountRows, Type: integer},
			{Name: firstColumn, Func: Min, Arg: day, Type: date},
		},
	}
	currency := field("", currencyColumn, text)
	check := RateCheck{Source: t.source.Name, Amount: spelled(call), To: call.Args[2].(*metrics.Literal).Text}
	if from, fixed := call.Args[1].(*metrics.Literal); fixed {
		check.From = from.Text
	}
	check.Statement = &Select{
		Root: &Project{
			Input: &Sort{Input: rows, Keys: []SortKey{{Expr: currency}}},
			Items: []Item{{currencyColumn, currency}, {rowsColumn, field("", rowsColumn, integer)}, {firstColumn, field("", firstColumn, date)}},
		},
		Project: &c.model.Project, Request: c.req,
	}
	return check
}

// spelled is a change of currency in short, as it is written.
func spelled(e *metrics.Call) string {
	parts := make([]string, amountFromTo)
	for i := range parts {
		switch arg := e.Args[i].(type) {
		case *metrics.Literal:
			parts[i] = arg.Text
		case *metrics.ColumnRef:
			parts[i] = strings.Join(append(slices.Clone(arg.Path), arg.Column), ".")
		default:
			parts[i] = "..."
		}
	}
	return "convert(" + strings.Join(parts, ", ") + ")"
}
