package metrics

func when(name string) Param { return Param{Name: name, Accept: AcceptTime} }

// Parts of timestamps are those of the project's local time; sqlgen prints
// arguments that are timestamps as local times where a function asks for $local1.
var timeFunctions = []*Function{
	{Name: "date", Group: "Time", Params: []Param{when("t")}, Result: plain(Date), DuckDB: "CAST($local1 AS DATE)", Doc: "The day on which t falls in the project's time zone.", Example: `date(orders.ordered_at)`},
	{Name: "year", Group: "Time", Params: []Param{when("t")}, Result: plain(Integer), DuckDB: "year($local1)", Doc: "The calendar year.", Example: `year(orders.ordered_at)`},
	{Name: "quarter", Group: "Time", Params: []Param{when("t")}, Result: plain(Integer), DuckDB: "quarter($local1)", Doc: "The quarter of the calendar year, 1 to 4.", Example: `quarter(orders.ordered_at)`},
	{Name: "month", Group: "Time", Params: []Param{when("t")}, Result: plain(Integer), DuckDB: "month($local1)", Doc: "The month, 1 to 12.", Example: `month(orders.ordered_at)`},
	{Name: "week", Group: "Time", Params: []Param{when("t")}, Result: plain(Integer), DuckDB: "week($local1)", Doc: "The ISO week, 1 to 53.", Example: `week(orders.ordered_at)`},
	{Name: "day", Group: "Time", Params: []Param{when("t")}, Result: plain(Integer), DuckDB: "day($local1)", Doc: "The day of the month, 1 to 31.", Example: `day(orders.ordered_at)`},
	{Name: "hour", Group: "Time", Params: []Param{when("t")}, Result: plain(Integer), DuckDB: "hour($local1)", Doc: "The hour, 0 to 23.", Example: `hour(orders.ordered_at)`},
	{Name: "minute", Group: "Time", Params: []Param{when("t")}, Result: plain(Integer), DuckDB: "minute($local1)", Doc: "The minute, 0 to 59.", Example: `minute(orders.ordered_at)`},
	{Name: "weekday", Group: "Time", Params: []Param{when("t")}, Result: plain(Integer), DuckDB: "isodow($local1)", Doc: "The day of the week, 1 (Monday) to 7 (Sunday).", Example: `weekday(orders.ordered_at)`},
	{
		Name: "date_trunc", Group: "Time", Params: []Param{{Name: "grain", Accept: AcceptGrain}, when("t")}, Result: plain(Date),
		Doc: "The first day of the project's period (day, week, month, quarter, year) in which t falls.", Example: `date_trunc(month, orders.ordered_at)`,
	},
	{
		Name: "date_diff", Group: "Time",
		Params: []Param{{Name: "grain", Accept: AcceptGrain}, when("from"), when("to")}, Result: plain(Integer),
		Doc: "How many starts of a period (hour, day, week, month, quarter, year) lie after from, up to to; negative where to is the earlier.", Example: `date_diff(day, orders.ordered_at, orders.paid_at)`,
	},
	{
		Name: "date_add", Group: "Time",
		Params: []Param{when("t"), count("n"), {Name: "grain", Accept: AcceptGrain}}, Result: sameAs(0),
		Doc: "The point in time n hours, days, weeks, months, quarters or years later, along the calendar of the project's time zone: at the same time of day, the first of a repeated one.", Example: `date_add(orders.ordered_at, 7, day)`,
	},
	{
		Name: "period", Group: "Time", Params: []Param{when("t")}, Result: plain(Date),
		Doc:     "The first day of the period in which t falls, of the grain that is asked for: in KPIs and dimensions, by day or coarser.",
		Example: `count(orders, period(orders.paid_at) == period(orders.ordered_at))`,
	},
	{Name: "as_of", Group: "Time", Params: nil, Result: plain(Timestamp), Doc: "The instant that the numbers are computed as of.", Example: `orders.ordered_at < as_of()`},
}

var moneyFunctions = []*Function{
	{
		Name: "net_of_tax", Group: "Money and units",
		Params:  []Param{{Name: "amount", Accept: AcceptNumber}, {Name: "rate", Accept: AcceptNumber, Plain: true}},
		Result:  func(args []Expr) Node { n := unitOf(0, Double)(args); n.Tax = TaxExcluded; return n },
		DuckDB:  "($1 / CAST(1 + $2 AS DOUBLE))",
		Doc:     "An amount that includes tax, without it: amount / (1 + rate).",
		Example: `net_of_tax(sum(orders.amount), 0.13)`,
	},
	{
		Name: "convert", Group: "Money and units",
		Params: []Param{{Name: "amount", Accept: AcceptNumber}, {Name: "from", Accept: AcceptString}, {Name: "to", Accept: AcceptUnit}},
		Result: func(args []Expr) Node { return quality(args[0]) }, // the checker knows the rates
		Doc: "An amount in another currency, by the last rate on or before the row's day that the project's fx source has; null where there is none. " +
			"The currency that it is in may be a column; the same currency needs no rate.",
		Example: `sum(convert(orders.amount, "CNY", "USD"))`,
	},
	{
		Name: "unit", Group: "Money and units",
		Params: []Param{{Name: "x", Accept: AcceptNumber, Plain: true}, {Name: "unit", Accept: AcceptUnit}},
		Result: func(args []Expr) Node {
			n := quality(args[0])
			if l, ok := args[1].(*Literal); ok {
				n.Unit, _ = ParseUnit(l.Text)
			}
			return n
		},
		DuckDB:  "$1",
		Doc:     "A plain number with a unit.",
		Example: `sum(orders.amount) + unit(10, "CNY")`,
	},
}
