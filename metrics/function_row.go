package metrics

import "strconv"

var logicFunctions = []*Function{
	{
		Name: "if", Group: "Choice",
		Params:  []Param{{Name: "condition", Accept: AcceptBoolean}, {Name: "then", Like: true}, {Name: "else", Like: true}},
		Result:  alikeFrom(1, 1),
		DuckDB:  "CASE WHEN $1 THEN $2 ELSE $3 END",
		Doc:     "The second argument where the condition is true, else the third. A null condition is not true.",
		Example: `if(orders.amount > 1000, "large", "small")`,
	},
	{
		Name: "case", Group: "Choice",
		Params:  []Param{{Name: "condition"}, {Name: "value"}, {Name: "otherwise", Optional: true, Variadic: true}},
		Result:  caseResult,
		Doc:     "The value behind the first condition that is true; the last argument, alone, is the value where none is. Without it: null.",
		Example: `case(orders.amount > 1000, "large", orders.amount > 100, "medium", "small")`,
	},
	{
		Name: "coalesce", Group: "Choice",
		Params:  []Param{{Name: "value", Like: true}, {Name: "value", Like: true, Variadic: true}},
		Result:  alikeFrom(0, 1),
		DuckDB:  "coalesce($*)",
		Doc:     "The first argument that is not null.",
		Example: `coalesce(orders.discount, 0)`,
	},
	{
		Name: "nullif", Group: "Choice",
		Params:  []Param{{Name: "value", Like: true}, {Name: "other", Like: true}},
		Result:  sameAs(0),
		DuckDB:  "nullif($1, $2)",
		Doc:     "Null where both are equal, else the first.",
		Example: `nullif(orders.channel, "unknown")`,
	},
	{
		Name: "in", Group: "Choice",
		Params:  []Param{{Name: "value"}, {Name: "list", Accept: AcceptList}},
		Result:  plain(Boolean),
		Doc:     "Whether the value is one of the list. Never null: null is in a list that has null.",
		Example: `in(orders.status, ["paid", "shipped"])`,
	},
	{
		Name: "between", Group: "Choice",
		Params:  []Param{{Name: "value", Accept: AcceptOrdered, Like: true}, {Name: "low", Accept: AcceptOrdered, Like: true}, {Name: "high", Accept: AcceptOrdered, Like: true}},
		Result:  plain(Boolean),
		DuckDB:  "($1 BETWEEN $2 AND $3)",
		Doc:     "Whether low <= value <= high.",
		Example: `between(orders.amount, 10, 100)`,
	},
	{
		Name: "map", Group: "Choice",
		Params:  []Param{{Name: "value", Accept: AcceptString}, {Name: "mapping", Accept: AcceptMapping}, {Name: "otherwise", Optional: true}},
		Result:  mapResult,
		Doc:     "The value that the mapping has for the text; where it has none: the third argument, or the text itself where there is no third.",
		Example: `map(orders.channel, { "douyin" = "ads", "tmall" = "shop" }, "other")`,
	},
	{
		Name: "bucket", Group: "Choice",
		Params:  []Param{{Name: "value", Accept: AcceptNumber}, {Name: "bounds", Accept: AcceptList}, {Name: "labels", Accept: AcceptList, Optional: true}},
		Result:  plain(String),
		Doc:     "The name of the band a number falls in. Bounds ascend and belong to the band above them; n bounds make n + 1 bands, named by the labels or as \"<10\", \"10..20\", \">=20\".",
		Example: `bucket(orders.amount, [100, 500])`,
	},
}

var numberFunctions = []*Function{
	{
		Name: "abs", Group: "Numbers", Params: []Param{{Name: "x", Accept: AcceptNumber}}, Result: sameAs(0),
		DuckDB: "abs($1)", Doc: "The number without its sign.", Example: `abs(orders.amount)`,
	},
	{
		Name: "round", Group: "Numbers",
		Params: []Param{{Name: "x", Accept: AcceptNumber}, {Name: "digits", Accept: AcceptInteger, Optional: true, Plain: true}},
		Result: rounded, Doc: "Rounded to digits after the point (default 0), halves away from zero.", Example: `round(orders.amount, 1)`,
	},
	{
		Name: "floor", Group: "Numbers", Params: []Param{{Name: "x", Accept: AcceptNumber}}, Result: rounded,
		DuckDB: "floor($1)", Doc: "The largest whole number not above x.", Example: `floor(orders.amount)`,
	},
	{
		Name: "ceil", Group: "Numbers", Params: []Param{{Name: "x", Accept: AcceptNumber}}, Result: rounded,
		DuckDB: "ceil($1)", Doc: "The smallest whole number not below x.", Example: `ceil(orders.amount)`,
	},
	{
		Name: "sign", Group: "Numbers", Params: []Param{{Name: "x", Accept: AcceptNumber}}, Result: plain(Integer),
		DuckDB: "CAST(sign($1) AS BIGINT)", Doc: "-1, 0 or 1.", Example: `sign(orders.amount)`,
	},
	{
		Name: "sqrt", Group: "Numbers", Params: []Param{{Name: "x", Accept: AcceptNumber, Plain: true}}, Result: plain(Double),
		DuckDB: "CASE WHEN $1 >= 0 THEN sqrt($1) END", Doc: "The square root; null for negative numbers.", Example: `sqrt(orders.quantity)`,
	},
	{
		Name: "ln", Group: "Numbers", Params: []Param{{Name: "x", Accept: AcceptNumber, Plain: true}}, Result: plain(Double),
		DuckDB: "CASE WHEN $1 > 0 THEN ln($1) END", Doc: "The natural logarithm; null for numbers that are not positive.", Example: `ln(orders.quantity)`,
	},
	{
		Name: "exp", Group: "Numbers", Params: []Param{{Name: "x", Accept: AcceptNumber, Plain: true}}, Result: plain(Double),
		DuckDB: "exp($1)", Doc: "e to the power of x.", Example: `exp(0.5)`,
	},
	{
		Name: "power", Group: "Numbers",
		Params: []Param{{Name: "x", Accept: AcceptNumber, Plain: true}, {Name: "y", Accept: AcceptNumber, Plain: true}}, Result: plain(Double),
		DuckDB: "power($1, $2)", Doc: "x to the power of y.", Example: `power(orders.quantity, 2)`,
	},
	{
		Name: "greatest", Group: "Numbers",
		Params: []Param{{Name: "x", Accept: AcceptOrdered, Like: true}, {Name: "x", Accept: AcceptOrdered, Like: true, Variadic: true}}, Result: alikeFrom(0, 1),
		DuckDB: "greatest($*)", Doc: "The largest of the arguments; nulls are passed over.", Example: `greatest(orders.amount, 0)`,
	},
	{
		Name: "least", Group: "Numbers",
		Params: []Param{{Name: "x", Accept: AcceptOrdered, Like: true}, {Name: "x", Accept: AcceptOrdered, Like: true, Variadic: true}}, Result: alikeFrom(0, 1),
		DuckDB: "least($*)", Doc: "The smallest of the arguments; nulls are passed over.", Example: `least(orders.amount, 100)`,
	},
}

// rounded is a decimal with the digits behind the point that are kept: none, or those
// of the second argument.
func rounded(args []Expr) Node {
	n := quality(args[0])
	if n.Type.Kind != Decimal {
		return n
	}
	digits := 0
	if len(args) > 1 {
		switch d := args[1].(type) {
		case *Literal:
			digits, _ = strconv.Atoi(d.Text)
		case *Unary: // -n: digits before the point
		default:
			return n
		}
	}
	n.Type.Scale = min(n.Type.Scale, max(digits, 0))
	return n
}

func text(name string) Param { return Param{Name: name, Accept: AcceptString} }

func count(name string) Param { return Param{Name: name, Accept: AcceptInteger, Plain: true} }

var stringFunctions = []*Function{
	{Name: "lower", Group: "Text", Params: []Param{text("s")}, Result: plain(String), DuckDB: "lower($1)", Doc: "In lower case.", Example: `lower(orders.channel)`},
	{Name: "upper", Group: "Text", Params: []Param{text("s")}, Result: plain(String), DuckDB: "upper($1)", Doc: "In upper case.", Example: `upper(orders.channel)`},
	{Name: "trim", Group: "Text", Params: []Param{text("s")}, Result: plain(String), DuckDB: "trim($1)", Doc: "Without spaces at both ends.", Example: `trim(orders.channel)`},
	{Name: "length", Group: "Text", Params: []Param{text("s")}, Result: plain(Integer), DuckDB: "length($1)", Doc: "The number of characters.", Example: `length(orders.channel)`},
	{Name: "concat", Group: "Text", Params: []Param{text("s"), {Name: "s", Accept: AcceptString, Variadic: true}}, Result: plain(String), DuckDB: "concat($*)", Doc: "The texts joined; nulls are passed over.", Example: `concat(orders.channel, "-", orders.status)`},
	{Name: "substr", Group: "Text", Params: []Param{text("s"), count("start"), {Name: "length", Accept: AcceptInteger, Optional: true, Plain: true}}, Result: plain(String), DuckDB: "substr($*)", Doc: "The part of the text from character start (the first is 1).", Example: `substr(orders.order_id, 1, 2)`},
	{Name: "left", Group: "Text", Params: []Param{text("s"), count("n")}, Result: plain(String), DuckDB: "left($1, $2)", Doc: "The first n characters.", Example: `left(orders.order_id, 2)`},
	{Name: "right", Group: "Text", Params: []Param{text("s"), count("n")}, Result: plain(String), DuckDB: "right($1, $2)", Doc: "The last n characters.", Example: `right(orders.order_id, 2)`},
	{Name: "replace", Group: "Text", Params: []Param{text("s"), text("from"), text("to")}, Result: plain(String), DuckDB: "replace($1, $2, $3)", Doc: "The text with every from replaced by to.", Example: `replace(orders.channel, "_", " ")`},
	{Name: "split_part", Group: "Text", Params: []Param{text("s"), text("separator"), count("n")}, Result: plain(String), DuckDB: "split_part($1, $2, $3)", Doc: "Part n (the first is 1) of the text split at the separator.", Example: `split_part(orders.order_id, "-", 1)`},
	{Name: "starts_with", Group: "Text", Params: []Param{text("s"), text("prefix")}, Result: plain(Boolean), DuckDB: "starts_with($1, $2)", Doc: "Whether the text starts with the prefix.", Example: `starts_with(orders.order_id, "C")`},
	{Name: "ends_with", Group: "Text", Params: []Param{text("s"), text("suffix")}, Result: plain(Boolean), DuckDB: "ends_with($1, $2)", Doc: "Whether the text ends with the suffix.", Example: `ends_with(orders.order_id, "X")`},
	{Name: "contains", Group: "Text", Params: []Param{text("s"), text("part")}, Result: plain(Boolean), DuckDB: "contains($1, $2)", Doc: "Whether the text has the part in it.", Example: `contains(orders.channel, "shop")`},
	{Name: "like", Group: "Text", Params: []Param{text("s"), text("pattern")}, Result: plain(Boolean), DuckDB: "($1 LIKE $2)", Doc: "SQL's LIKE: % is any text, _ any character.", Example: `like(orders.order_id, "C%")`},
	{Name: "matches", Group: "Text", Params: []Param{text("s"), text("regexp")}, Result: plain(Boolean), DuckDB: "regexp_matches($1, $2)", Doc: "Whether the regular expression (RE2) is found in the text.", Example: `matches(orders.order_id, "^C[0-9]+$")`},
	{Name: "regexp_extract", Group: "Text", Params: []Param{text("s"), text("regexp"), {Name: "group", Accept: AcceptInteger, Optional: true, Plain: true}}, Result: plain(String), DuckDB: "regexp_extract($*)", Doc: "What the regular expression (RE2), or its group, matched first; an empty text where it matched nothing.", Example: `regexp_extract(orders.order_id, "([0-9]+)", 1)`},
	{Name: "regexp_replace", Group: "Text", Params: []Param{text("s"), text("regexp"), text("to")}, Result: plain(String), DuckDB: "regexp_replace($1, $2, $3, 'g')", Doc: "The text with every match of the regular expression (RE2) replaced.", Example: `regexp_replace(orders.channel, "[0-9]+", "")`},
}

// NativeSQL is the function whose argument is an expression of the engine.
const NativeSQL = "sql"

var engineFunctions = []*Function{
	{
		Name: NativeSQL, Group: "The engine's own",
		Params: []Param{text("expression")}, Result: plain(Unknown),
		Doc:     "What the engine makes of an expression in its own SQL over columns, which are spelled as outside of it; null where it can't be computed. What it may have stands in docs/sql.md.",
		Example: `sql("damerau_levenshtein(orders.city, 'Oslo')")`,
	},
}

func caseResult(args []Expr) Node {
	var values []Expr
	for i := 1; i < len(args); i += 2 {
		values = append(values, args[i])
	}
	if len(args)%2 == 1 {
		values = append(values, args[len(args)-1])
	}
	return Alike(values)
}

func mapResult(args []Expr) Node {
	var values []Expr
	if m, ok := args[1].(*Mapping); ok {
		values = append(values, m.Values...)
	}
	if len(args) > 2 {
		values = append(values, args[2])
	} else {
		values = append(values, args[0])
	}
	return Alike(values)
}
