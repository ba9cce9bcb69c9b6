package query

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// Rows of a source may stand for whole periods, and say by allocate = even that what
// they hold is spread over the days of those. A spread timeline reads a row for each
// day of a row's period. Only sums can be had of it: what they add up is parted into
// days, exactly, and the parts make up the whole again.

// The columns of a spread row beside those of its source.
const (
	shareColumn  = "$share"  // which day of its period it is, from 0
	sharesColumn = "$shares" // how many days its period has
	partAlias    = "d"
)

// Spreads tells whether an aggregate is had of any stretch of whole days, though the
// rows that it reads by their own time stand for whole periods.
func Spreads(m *metrics.Model, a *metrics.Aggregate, at *metrics.ColumnRef) bool {
	s := m.Source(a.Source)
	if s == nil || !s.Allocated() || a.Func == nil || at != nil && (at.Source != s.Name || len(at.Path) > 0 || at.Column != s.Time) {
		return false
	}
	switch a.Func.Name {
	case "sum", "ratio", "weighted_avg":
		return metrics.InnerLevel(a) == nil
	}
	return false
}

// SpreadsAll tells whether a KPI takes nothing but spread sums from a source.
func SpreadsAll(m *metrics.Model, k *metrics.KPI, source string) bool {
	all := true
	metrics.Walk(k.Value, func(e metrics.Expr) bool {
		switch e := e.(type) {
		case *metrics.Aggregate:
			if e.Source == source {
				all = all && Spreads(m, e, k.Time)
			}
		case *metrics.KPIRef:
			if below := m.KPI(e.KPI); below != nil {
				all = all && SpreadsAll(m, below, source)
			}
		}
		return all
	})
	return all
}

// longestPeriod is how many days a period of a grain may have.
var longestPeriod = map[metrics.Grain]int{metrics.Week: 7, metrics.Month: 31, metrics.Quarter: 92, metrics.Year: 366}

// spreadRows is a row of a source for each day of its period: its time is that day.
func (c *compilation) spreadRows(s *metrics.Source) Relation {
	parts := &Values{Alias: partAlias, Columns: []string{shareColumn}, Types: []metrics.Type{integer}}
	for i := range longestPeriod[s.Grain] {
		parts.Rows = append(parts.Rows, []metrics.Expr{whole(i)})
	}
	grain := literal(text, string(s.Grain))
	first := &metrics.PeriodOf{Node: typed(date), X: field(base, s.Time, date), Grain: s.Grain}
	days := call("date_diff", integer, literal(text, string(metrics.Day)), first, call("date_add", date, first, whole(1), grain))
	share := field(partAlias, shareColumn, integer)
	on := []metrics.Expr{compare(metrics.OpLt, share, days)}
	if there := c.seen(s, base); there != nil { // a row that is not there yet has no days
		on = append(on, there)
	}
	in := &Join{Kind: InnerJoin, Left: c.rowsOf(s.Name, base), Right: parts, On: on}
	var items []Item
	for _, column := range s.Columns {
		value := metrics.Expr(field(base, column.Name, column.Type))
		if column.Name == s.Time {
			value = call("date_add", date, first, share, literal(text, string(metrics.Day)))
		}
		items = append(items, Item{column.Name, value})
		if day := DayColumn(column.Name); column.Type.Kind == metrics.Timestamp {
			items = append(items, Item{day, field(base, day, date)})
		}
	}
	items = append(items, Item{shareColumn, share}, Item{sharesColumn, days})
	return &Aliased{Input: &Project{Input: in, Items: items}, Alias: base}
}

// shareOf is the part of a row's value that falls on one of its days: what is due up
// to and with that day less what was due before, both cut to the digits that the
// value has.
func (t *timeline) shareOf(x metrics.Expr) metrics.Expr {
	if !t.spread {
		return x
	}
	typ := x.Base().Type
	column := func(name string) metrics.Expr {
		return &metrics.ColumnRef{Node: typed(integer), Source: t.source.Name, Column: name}
	}
	return &metrics.Call{Node: typed(typ), Func: sharing(typ), Args: []metrics.Expr{x, column(shareColumn), column(sharesColumn)}}
}

// mostDigits is how many digits after the point are kept of a spread value.
const mostDigits = 12

// sharing is the function that parts values of a type. It counts in the smallest
// unit that the type has, in whole numbers, so that nothing is lost.
func sharing(t metrics.Type) *metrics.Function {
	scale := 0
	switch t.Kind {
	case metrics.Decimal:
		scale = min(t.Scale, mostDigits)
	case metrics.Double:
		scale = Scale
	}
	f := &metrics.Function{Name: "share of a day", Params: []metrics.Param{
		{Name: "x", Accept: metrics.AcceptNumber}, {Name: "day", Accept: metrics.AcceptInteger}, {Name: "days", Accept: metrics.AcceptInteger},
	}}
	const digits = metrics.MaxPrecision
	units := fmt.Sprintf("CAST(CAST($1 AS DECIMAL(%d, %d)) * CAST(1%s AS DECIMAL(%d, 0)) AS HUGEINT)",
		digits-scale-1, scale, strings.Repeat("0", scale), scale+1)
	due := fmt.Sprintf("((%[1]s * ($2 + 1)) // $3 - (%[1]s * $2) // $3)", units)
	switch {
	case t.Kind == metrics.Integer:
		f.DuckDB = "CAST(" + due + " AS BIGINT)"
	case scale == 0:
		f.DuckDB = fmt.Sprintf("CAST(%s AS DECIMAL(%d, 0))", due, digits)
	default:
		f.DuckDB = fmt.Sprintf("(CAST(%s AS DECIMAL(%d, 0)) * CAST(0.%s1 AS DECIMAL(%d, %d)))", due, digits-scale-1, strings.Repeat("0", scale-1), scale+1, scale)
	}
	if t.Kind == metrics.Double {
		f.DuckDB = "CAST(" + f.DuckDB + " AS DOUBLE)"
	}
	return f
}
