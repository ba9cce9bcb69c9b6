package metrics

// The aggregates. Each takes a last boolean argument beyond its parameters, its
// own filter. How each is computed stands in the query compiler, which breaks
// them into parts that the engine computes the same way at every run.
var aggregateFunctions = []*Function{
	{
		Name: "count", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "rows", Accept: AcceptRows, Optional: true}},
		Result: plain(Integer), Additivity: AdditiveSum, ZeroWhenEmpty: true,
		Doc: "The number of rows of a source, or of its rows where a value is known. Its unit is the source's row_unit.", Example: `count(orders)`,
	},
	{
		Name: "count_distinct", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "value"}},
		Result: plain(Integer), Additivity: NotAdditive, ZeroWhenEmpty: true,
		Doc: "The number of different values; null is none of them.", Example: `count_distinct(orders.order_id)`,
	},
	{
		Name: "sum", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "value", Accept: AcceptNumber}},
		Result: sumResult, Additivity: AdditiveSum, ZeroWhenEmpty: true,
		Doc: "The sum; 0 over no rows, null where no row has a value.", Example: `sum(orders.amount, orders.status == "paid")`,
	},
	{
		Name: "avg", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "value", Accept: AcceptNumber}},
		Result: unitOf(0, Double), Additivity: AdditiveParts,
		Doc: "The mean of the values that are known.", Example: `avg(orders.amount)`,
	},
	{
		Name: "weighted_avg", Kind: AggregateFunction, Group: "Aggregates",
		Params: []Param{{Name: "value", Accept: AcceptNumber}, {Name: "weight", Accept: AcceptNumber}},
		Result: unitOf(0, Double), Additivity: AdditiveParts,
		Doc: "sum(value * weight) / sum(weight), over rows where both are known.", Example: `weighted_avg(orders.amount, orders.quantity)`,
	},
	{
		Name: "ratio", Kind: AggregateFunction, Group: "Aggregates",
		Params: []Param{{Name: "above", Accept: AcceptNumber}, {Name: "below", Accept: AcceptNumber}},
		Result: func(args []Expr) Node {
			a, b := args[0].Base(), args[1].Base()
			return Node{Type: Type{Kind: Double}, Unit: a.Unit.Per(b.Unit), Tax: QuotientTax(a.Tax, b.Tax)}
		},
		Additivity: AdditiveParts,
		Doc:        "sum(above) / sum(below), over rows where both are known.", Example: `ratio(orders.amount, orders.quantity)`,
	},
	{
		Name: "min", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "value", Accept: AcceptOrdered}},
		Result: sameAs(0), Additivity: AdditiveMin, Doc: "The smallest value.", Example: `min(orders.amount)`,
	},
	{
		Name: "max", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "value", Accept: AcceptOrdered}},
		Result: sameAs(0), Additivity: AdditiveMax, Doc: "The largest value.", Example: `max(orders.amount)`,
	},
	{
		Name: "median", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "value", Accept: AcceptNumber}},
		Result: unitOf(0, Double), Additivity: NotAdditive, Doc: "The middle value; between two, their mean.", Example: `median(orders.amount)`,
	},
	{
		Name: "percentile", Kind: AggregateFunction, Group: "Aggregates",
		Params: []Param{{Name: "value", Accept: AcceptNumber}, {Name: "p", Accept: AcceptFraction, Plain: true}},
		Result: unitOf(0, Double), Additivity: NotAdditive,
		Doc: "The value below which the share p of the values lies, interpolated between neighbours (method 7 of Hyndman and Fan).", Example: `percentile(orders.amount, 0.9)`,
	},
	{
		Name: "percentile_disc", Kind: AggregateFunction, Group: "Aggregates",
		Params: []Param{{Name: "value", Accept: AcceptNumber}, {Name: "p", Accept: AcceptFraction, Plain: true}},
		Result: sameAs(0), Additivity: NotAdditive,
		Doc: "The first of the values at or above which the share p is reached: always one that occurs.", Example: `percentile_disc(orders.amount, 0.9)`,
	},
	{
		Name: "stddev", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "value", Accept: AcceptNumber}},
		Result: unitOf(0, Double), Additivity: NotAdditive, Doc: "The standard deviation of a sample; null for fewer than two values.", Example: `stddev(orders.amount)`,
	},
	{
		Name: "any", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "condition", Accept: AcceptBoolean}},
		Result: plain(Boolean), Additivity: AdditiveMax, Doc: "Whether the condition is true in any row.", Example: `any(orders.amount > 1000)`,
	},
	{
		Name: "every", Kind: AggregateFunction, Group: "Aggregates", Params: []Param{{Name: "condition", Accept: AcceptBoolean}},
		Result: plain(Boolean), Additivity: AdditiveMin, Doc: "Whether the condition is true in every row where it is known.", Example: `every(orders.amount > 0)`,
	},
}

// sumResult widens a decimal so that no sum of rows overflows it.
func sumResult(args []Expr) Node {
	n := quality(args[0])
	if n.Type.Kind == Decimal {
		n.Type = DecimalType(MaxPrecision, n.Type.Scale)
	}
	return n
}

// QuotientTax is the tax basis of a quotient: amounts on one basis cancel.
func QuotientTax(above, below Tax) Tax {
	if above == below {
		return NoTax
	}
	if below == NoTax {
		return above
	}
	return below
}
