package metrics

import "slices"

// The functions over KPIs: their first argument is an expression of aggregates
// and KPIs, which they evaluate somewhere else than in the cell itself: at another
// time, over more members, or over some. The query compiler gives them meaning;
// no engine sees them.

var overTimeFunctions = []*Function{
	{
		Name: "previous", Kind: KPIFunction, Group: "Over time", Params: overTime(AcceptKPI), Result: sameAs(0),
		Doc: "The value n periods of a grain earlier, along the calendar: the month before March is the whole of February.", Example: `previous(kpi.sales, 1, month)`,
	},
	{
		Name: "delta", Kind: KPIFunction, Group: "Over time", Params: overTime(AcceptNumber), Result: sameAs(0),
		Doc: "The value less that n periods earlier.", Example: `delta(kpi.sales, 1, week)`,
	},
	{
		Name: "growth", Kind: KPIFunction, Group: "Over time", Params: overTime(AcceptNumber), Result: plain(Double),
		Doc: "The relative change against n periods earlier: (k - p) / |p|.", Example: `growth(kpi.sales, 1, week)`,
	},
	{
		Name: "year_ago", Kind: KPIFunction, Group: "Over time", Params: []Param{{Name: "k", Accept: AcceptKPI}}, Result: sameAs(0),
		Doc: "The value of the same period a year earlier; for a week 53 that the year before lacks, of its last week.", Example: `year_ago(kpi.sales)`,
	},
	{
		Name: "rolling", Kind: KPIFunction, Group: "Over time", Params: overTime(AcceptKPI), Result: sameAs(0),
		Doc:     "The value over the n periods of a grain that end with the period, computed from the rows. Null where the data begins within them.",
		Example: `rolling(count_distinct(orders.order_id), 28, day)`,
	},
	{
		Name: "to_date", Kind: KPIFunction, Group: "Over time",
		Params: []Param{{Name: "k", Accept: AcceptKPI}, {Name: "grain | all", Accept: AcceptGrainOrAll}}, Result: sameAs(0),
		Doc: "The value from the start of the month, year or other grain in which the period ends, or of all data, up to the period's end.", Example: `to_date(kpi.sales, month)`,
	},
}

var overDimensionFunctions = []*Function{
	{
		Name: "total", Kind: KPIFunction, Group: "Over dimensions",
		Params: []Param{{Name: "k", Accept: AcceptKPI}, {Name: "[dimension, ...]", Accept: AcceptCuts}}, Result: sameAs(0),
		Doc: "The value over all members of these dimensions; other cuts and all filters stay.", Example: `kpi.sales / total(kpi.sales, [channel])`,
	},
	{
		Name: "rank", Kind: KPIFunction, Group: "Over dimensions", Params: []Param{{Name: "k", Accept: AcceptNumber}}, Result: plain(Integer),
		Doc: "The place among the members asked for, within the period: 1 is the largest; ties share a place, and a gap follows.", Example: `rank(kpi.sales)`,
	},
	{
		Name: "like_for_like", Kind: KPIFunction, Group: "Over dimensions",
		Params: []Param{{Name: "k", Accept: AcceptKPI}, {Name: "[dimension, ...]", Accept: AcceptCuts}, {Name: "n", Accept: AcceptCount}, {Name: "grain", Accept: AcceptGrain}},
		Result: sameAs(0),
		Doc:    "The value over those members of the dimensions alone that have rows in the period and in the one n periods earlier.", Example: `like_for_like(growth(kpi.sales, 1, year), [channel], 1, year)`,
	},
	{
		Name: "top_share", Kind: KPIFunction, Group: "Over dimensions",
		Params: []Param{{Name: "k", Accept: AcceptNumber}, {Name: "[dimension, ...]", Accept: AcceptCuts}, {Name: "share", Accept: AcceptFraction, Plain: true}},
		Result: plain(Double),
		Doc:    "The share of the value that the top members hold: of n members with a value, the first ceil(n * share). The value must add up over members.", Example: `top_share(kpi.sales, [channel], 0.1)`,
	},
	{
		Name: "per", Kind: KPIFunction, Group: "Over dimensions",
		Params: []Param{{Name: "[dimension or grain, ...]", Accept: AcceptCells}, {Name: "k", Accept: AcceptKPI}}, Result: sameAs(1),
		Doc: "The values at an inner level of detail, for the aggregate around it: one for each member of the dimensions and each period of the grain. Cells without a value are dropped.", Example: `avg(per([channel, day], kpi.sales))`,
	},
}

func overTime(accept Accept) []Param {
	return []Param{{Name: "k", Accept: accept}, {Name: "n", Accept: AcceptCount}, {Name: "grain", Accept: AcceptGrain}}
}

// The functions over KPIs that the compiler tells apart, by name.
const (
	Per         = "per"
	All         = "all" // to_date's word for all data
	LikeForLike = "like_for_like"
	Rank        = "rank"
	Rolling     = "rolling"
	ToDate      = "to_date"
	TopShare    = "top_share"
	Total       = "total"
	YearAgo     = "year_ago"
)

// InnerLevel is the per() that an aggregate is over, or nil.
func InnerLevel(e *Aggregate) *Call {
	if len(e.Args) > 0 {
		if c, ok := e.Args[0].(*Call); ok && c.Func.Name == Per {
			return c
		}
	}
	return nil
}

// IsBalance tells whether an aggregate takes one row of each series: such values
// never add up over time.
func IsBalance(f *Function) bool { return slices.Contains(balanceFunctions, f) }

var balanceFunctions = []*Function{
	{
		Name: "first", Kind: AggregateFunction, Group: "Aggregates", Params: balanceParams, Result: sumResult, Additivity: NotAdditive,
		Doc: "A balance: of each series the first row of the period, added up over the series. A series is the source's key without its time column, or what the list names; [] is one snapshot.", Example: `first(stock.on_hand)`,
	},
	{
		Name: "last", Kind: AggregateFunction, Group: "Aggregates", Params: balanceParams, Result: sumResult, Additivity: NotAdditive,
		Doc: "A balance: of each series the last row of the period, added up over the series.", Example: `last(stock.on_hand)`,
	},
}

var balanceParams = []Param{{Name: "value", Accept: AcceptNumber}, {Name: "[column, ...]", Accept: AcceptColumns, Optional: true}}
