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

// conversion is a change of currency in the leaves of a timeline, its cuts and filters
// or the columns that these read, and which rows it is read of.
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
	f := &conversionFinder{compilation: c, index: map[string]*conversion{}}
	for _, l := range c.leaves {
		if l.timeline.inner != nil {
			continue // its cells come from leaves of a compilation of their own
		}
		for _, arg := range l.agg.Args {
			f.read(l, arg, l.agg.Filter)
		}
		for _, e := range append(append([]metrics.Expr{l.agg.Filter}, l.timeline.cuts...), l.timeline.where...) {
			f.read(l, e, nil)
		}
	}
	return f.found
}

// conversionFinder collects conversions.
type conversionFinder struct {
	*compilation
	found []*conversion
	index map[string]*conversion
}

// conversion returns that of a call over the rows of a timeline, or a new one.
func (f *conversionFinder) conversion(call *metrics.Call, t *timeline) *conversion {
	key := t.source.Name + keyOf(call)
	if f.index[key] == nil {
		f.index[key] = &conversion{call: call, timeline: t}
		f.found = append(f.found, f.index[key])
	}
	return f.index[key]
}

// read adds the changes of currency in what a leaf reads of the rows that a filter keeps.
func (f *conversionFinder) read(l *leaf, e, filter metrics.Expr) {
	f.walk(e, func(call *metrics.Call) {
		found := f.conversion(call, l.timeline)
		found.filters = append(found.filters, filter)
		found.within = append(found.within, f.readBy(l.view)...)
	})
}

// readBy are the stretches of time of which a view reads rows.
func (c *compilation) readBy(v *view) []interval {
	if v.window != nil {
		return c.merged(v.window.stretches, nil)
	}
	return c.intervals(v.timeline)
}

// walk meets the changes of currency of an expression over rows, those of the columns
// that it reads included, as seen from its rows.
func (f *conversionFinder) walk(e metrics.Expr, meet func(*metrics.Call)) {
	metrics.Walk(e, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.Call:
			if e.Func.Name == "convert" {
				meet(e)
			}
		case *metrics.ColumnRef:
			f.column(e, meet)
		case *metrics.Aggregate:
			return false // of other rows
		}
		return true
	})
}

// column meets those of a column that is computed from rates, and adds those of the
// rows that it aggregates, all of which count.
func (f *conversionFinder) column(ref *metrics.ColumnRef, meet func(*metrics.Call)) {
	find := metrics.Sources(f.model.Source)
	s := find.End(f.model.Source(ref.Source), ref.Path)
	if s == nil {
		return
	}
	column := s.Column(ref.Column)
	if column == nil || !slices.Contains(find.Late(s), column) {
		return
	}
	f.walk(through(onDay(column.Value, ownTime(s)), ref.Source, ref.Path), meet)
	metrics.Walk(column.Value, func(e metrics.Expr) bool {
		a, ok := e.(*metrics.Aggregate)
		if !ok || f.model.Source(a.Source) == nil {
			return true
		}
		from := f.model.Source(a.Source)
		for _, part := range append(slices.Clone(a.Args), a.Filter) {
			f.walk(onDay(part, ownTime(from)), func(call *metrics.Call) {
				found := f.conversion(call, &timeline{source: from})
				found.filters = append(found.filters, nil)
			})
		}
		return false
	})
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
	where := c.readRows(t, r, found.within)
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

// readRows are the conditions under which rows of a timeline are read, but for filters
// that convert: rows without a rate would not pass those.
func (c *compilation) readRows(t *timeline, r *reach, within []interval) []metrics.Expr {
	if t.time == nil && t.source.Time != "" { // rows behind a column: all that are there
		if seen := c.seen(t.source, base); seen != nil {
			return []metrics.Expr{seen}
		}
		return nil
	}
	where := c.readable(t, r, within)
	for _, w := range t.where {
		if !c.model.ConvertsByColumn(w) {
			where = append(where, r.resolve(w))
		}
	}
	return where
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
