package sqlgen_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
)

func unary(op metrics.Op, x metrics.Expr) metrics.Expr {
	return &metrics.Unary{Node: metrics.Node{Type: x.Base().Type}, Op: op, X: x}
}

func period(g metrics.Grain, x metrics.Expr) metrics.Expr {
	t := day
	if g == metrics.Hour {
		t = moment
	}
	return &metrics.PeriodOf{Node: metrics.Node{Type: t}, X: x, Grain: g}
}

func mapping(keys ...string) metrics.Expr {
	m := &metrics.Mapping{}
	for i := 0; i < len(keys); i += 2 {
		m.Keys, m.Values = append(m.Keys, keys[i]), append(m.Values, str(keys[i+1]))
	}
	return m
}

// largest is about the largest decimal of a type, cast so that the engine sees the
// type too.
func largest(precision, scale int) metrics.Expr {
	return &metrics.Field{Node: metrics.Node{Type: metrics.DecimalType(precision, scale)}, Name: fmt.Sprintf("d%d_%d", precision, scale)}
}

func date(s string) metrics.Expr    { return constant(metrics.Date, s) }
func instant(s string) metrics.Expr { return constant(metrics.Timestamp, s) }
func grain(s string) metrics.Expr   { return str(s) }

// TestExpr prints expressions and lets the engine evaluate what was printed.
func TestExpr(t *testing.T) {
	missing := null()
	one, two, three := number("1"), number("2"), number("3")
	add := func(l, r metrics.Expr) metrics.Expr { return binary(metrics.OpAdd, l, r, whole) }
	sub := func(l, r metrics.Expr) metrics.Expr { return binary(metrics.OpSub, l, r, whole) }
	mul := func(l, r metrics.Expr) metrics.Expr { return binary(metrics.OpMul, l, r, whole) }
	eq := func(l, r metrics.Expr) metrics.Expr { return binary(metrics.OpEq, l, r, logical) }
	ne := func(l, r metrics.Expr) metrics.Expr { return binary(metrics.OpNe, l, r, logical) }
	lt := func(l, r metrics.Expr) metrics.Expr { return binary(metrics.OpLt, l, r, logical) }
	or := func(l, r metrics.Expr) metrics.Expr { return binary(metrics.OpOr, l, r, logical) }
	and := func(l, r metrics.Expr) metrics.Expr { return binary(metrics.OpAnd, l, r, logical) }
	yes, no := constant(metrics.Boolean, "true"), constant(metrics.Boolean, "false")
	absent := call("nullif", text, str("a"), str("a")) // a null that is no literal
	shanghai := sqlgen.Scope{Zone: "Asia/Shanghai", WeekStart: time.Monday, FiscalYearStart: time.January, AsOf: at("2026-02-01T00:00:00Z")}
	retail := sqlgen.Scope{Zone: "Asia/Shanghai", WeekStart: time.Sunday, FiscalYearStart: time.February}
	newYork := sqlgen.Scope{Zone: "America/New_York", WeekStart: time.Monday, FiscalYearStart: time.January}
	stJohns := sqlgen.Scope{Zone: "America/St_Johns", WeekStart: time.Monday, FiscalYearStart: time.January}
	kathmandu := sqlgen.Scope{Zone: "Asia/Kathmandu", WeekStart: time.Monday, FiscalYearStart: time.January}
	for _, tt := range []struct {
		name  string
		e     metrics.Expr
		want  string
		scope sqlgen.Scope
	}{
		{"left to right", sub(sub(three, two), one), "0", shanghai},
		{"parentheses to the right", sub(three, sub(two, one)), "2", shanghai},
		{"product of sums", mul(add(one, two), add(one, two)), "9", shanghai},
		{"minus a negative", sub(one, number("-2")), "3", shanghai},
		{"minus of minus", unary(metrics.OpNeg, unary(metrics.OpNeg, two)), "2", shanghai},
		{"minus of a sum", unary(metrics.OpNeg, add(one, two)), "-3", shanghai},
		{"division is never whole", binary(metrics.OpDiv, one, two, float), "0.5", shanghai},
		{"divisor 0", binary(metrics.OpDiv, one, number("0"), float), "null", shanghai},
		{"division binds left", binary(metrics.OpDiv, binary(metrics.OpDiv, three, two, float), two, float), "0.75", shanghai},
		{"division by a quotient", binary(metrics.OpDiv, three, binary(metrics.OpDiv, three, two, float), float), "2", shanghai},
		{"remainder by 0", binary(metrics.OpMod, one, number("0"), whole), "null", shanghai},
		{"remainder", binary(metrics.OpMod, number("7"), three, whole), "1", shanghai},
		{"product of narrow decimals has room", binary(metrics.OpMul, largest(18, 2), largest(18, 4), metrics.DecimalType(36, 6)), "999999999999989900000000000001", shanghai},
		{"sum of narrow decimals has room", binary(metrics.OpAdd, largest(18, 2), largest(18, 2), metrics.DecimalType(19, 2)), "19999999999999998", shanghai},
		{"exact operands, double result", binary(metrics.OpMul, number("0.5"), number("0.5"), float), "0.25", shanghai},

		{"null is null", eq(absent, missing), "true", shanghai},
		{"null equals null", eq(absent, absent), "true", shanghai},
		{"null is no text", eq(absent, str("a")), "false", shanghai},
		{"null differs", ne(absent, str("a")), "true", shanghai},
		{"not null", ne(missing, str("a")), "true", shanghai},
		{"less than null", lt(number("1"), call("nullif", whole, one, one)), "null", shanghai},
		{"and before or", or(yes, and(no, no)), "true", shanghai},
		{"or within and", and(or(yes, no), no), "false", shanghai},
		{"not of or", unary(metrics.OpNot, or(no, no)), "true", shanghai},
		{"not of a comparison", unary(metrics.OpNot, eq(one, two)), "true", shanghai},
		{"compare truths", eq(eq(one, two), no), "true", shanghai},

		{"in", call("in", logical, str("a"), list(str("a"), str("b"))), "true", shanghai},
		{"null in", call("in", logical, absent, list(str("a"))), "false", shanghai},
		{"null in a list with null", call("in", logical, absent, list(str("a"), missing)), "true", shanghai},
		{"not in a list with null", call("in", logical, str("b"), list(str("a"), missing)), "false", shanghai},
		{"in values of the row", call("in", logical, absent, list(absent, str("b"))), "true", shanghai},
		{"in nothing", call("in", logical, str("b"), list()), "false", shanghai},
		{"not in", unary(metrics.OpNot, call("in", logical, absent, list(str("a")))), "true", shanghai},

		{"if", call("if", text, lt(one, two), str("x"), str("y")), "x", shanghai},
		{"if null", call("if", text, lt(one, call("nullif", whole, one, one)), str("x"), str("y")), "y", shanghai},
		{"case", call("case", text, eq(one, two), str("x"), eq(one, one), str("y"), str("z")), "y", shanghai},
		{"case otherwise", call("case", text, eq(one, two), str("x"), str("z")), "z", shanghai},
		{"case without otherwise", call("case", text, eq(one, two), str("x")), "null", shanghai},
		{"map", call("map", text, str("a"), mapping("a", "x", "it's", "y")), "x", shanghai},
		{"map keeps others", call("map", text, str("q"), mapping("a", "x")), "q", shanghai},
		{"map otherwise", call("map", text, str("q"), mapping("a", "x"), str("rest")), "rest", shanghai},
		{"map of nothing", call("map", text, str("q"), mapping()), "q", shanghai},
		{"bucket below", call("bucket", text, number("-5"), list(number("-1"), number("10"))), "<-1", shanghai},
		{"bucket at a bound", call("bucket", text, number("10"), list(one, number("10"))), ">=10", shanghai},
		{"bucket between", call("bucket", text, two, list(one, number("10"))), "1..10", shanghai},
		{"bucket of null", call("bucket", text, call("nullif", whole, one, one), list(one)), "null", shanghai},
		{"bucket labels", call("bucket", text, two, list(three), list(str("low"), str("high"))), "low", shanghai},
		{"between", call("between", logical, two, one, three), "true", shanghai},
		{"quotes", str("it's"), "it's", shanghai},
		{"round a whole number", call("round", whole, three), "3", shanghai},
		{"round half away from zero", call("round", float, constant(metrics.Double, "-2.5")), "-3", shanghai},
		{"round to digits", call("round", money, number("2.345"), two), "2.35", shanghai},
		{"root of a sum", call("sqrt", float, add(three, one)), "2", shanghai},
		{"root of a negative", call("sqrt", float, number("-4")), "null", shanghai},
		{"net of tax", call("net_of_tax", float, add(number("100"), number("13")), number("0.13")), "100", shanghai},
		{"unit", mul(call("unit", whole, add(one, two), str("CNY")), two), "6", shanghai},
		{"coalesce", call("coalesce", text, absent, str("b")), "b", shanghai},

		{"a local time", instant("2026-01-01 08:00:00"), "2026-01-01 00:00:00", shanghai},
		{"a day as an instant", instant("2026-01-01"), "2025-12-31 16:00:00", shanghai},
		{"an instant", instant("2026-01-01T08:00:00+02:00"), "2026-01-01 06:00:00", shanghai},
		{"day against instant", lt(instant("2025-12-31T15:59:59Z"), date("2026-01-01")), "true", shanghai},
		{"instant on its day", lt(instant("2025-12-31T16:00:00Z"), date("2026-01-01")), "false", shanghai},
		{"coalesce of day and instant", call("coalesce", moment, instant("2026-01-01"), date("2026-01-01")), "2025-12-31 16:00:00", shanghai},
		{"local day", call("date", day, instant("2025-12-31T16:00:00Z")), "2026-01-01 00:00:00", shanghai},
		{"local hour", call("hour", whole, instant("2025-12-31T16:30:00Z")), "0", shanghai},
		{"weekday", call("weekday", whole, date("2026-01-04")), "7", shanghai},
		{"as of", call("as_of", moment), "2026-02-01 00:00:00", shanghai},
		{"date_diff days", call("date_diff", whole, grain("day"), instant("2026-01-01 23:59:00"), instant("2026-01-02 00:01:00")), "1", shanghai},
		{"date_diff weeks", call("date_diff", whole, grain("week"), date("2026-01-04"), date("2026-01-05")), "1", shanghai},
		{"date_diff weeks from Sunday", call("date_diff", whole, grain("week"), date("2026-01-04"), date("2026-01-05")), "0", retail},
		{"date_diff fiscal years", call("date_diff", whole, grain("year"), date("2026-01-31"), date("2026-02-01")), "1", retail},
		{"date_diff backwards", call("date_diff", whole, grain("quarter"), date("2026-04-01"), date("2025-12-31")), "-2", shanghai},
		{"date_diff hours", call("date_diff", whole, grain("hour"), instant("2026-01-01 00:59:00"), instant("2026-01-01 03:00:00")), "3", shanghai},
		{"date_add month end", call("date_add", day, date("2026-01-31"), one, grain("month")), "2026-02-28 00:00:00", shanghai},
		{"date_add over a change of clocks", call("date_add", moment, instant("2026-10-31 12:00:00"), one, grain("day")), "2026-11-01 17:00:00", newYork},
		{"date_add to a time that clocks show twice", call("date_add", moment, instant("2026-10-31T05:30:00Z"), one, grain("day")), "2026-11-01 05:30:00", newYork},
		{"date_add to just after it", call("date_add", moment, instant("2026-10-31T06:30:00Z"), one, grain("day")), "2026-11-01 07:30:00", newYork},
		{"date_add to a time that clocks skip", call("date_add", moment, instant("2026-03-07T07:30:00Z"), one, grain("day")), "2026-03-08 07:30:00", newYork},
		{"date_add to just after that", call("date_add", moment, instant("2026-03-07T08:30:00Z"), one, grain("day")), "2026-03-08 07:30:00", newYork},
		{"a day whose midnight clocks show twice", call("date_diff", whole, grain("hour"), date("2010-11-07"), instant("2010-11-07T03:30:00Z")), "1", stJohns},
		{"date_add hours pass", call("date_add", moment, instant("2026-10-31 12:00:00"), number("24"), grain("hour")), "2026-11-01 16:00:00", newYork},
		{"date_trunc", call("date_trunc", day, grain("month"), instant("2025-12-31T16:00:00Z")), "2026-01-01 00:00:00", shanghai},

		{"week from Monday", period(metrics.Week, date("2026-01-04")), "2025-12-29 00:00:00", shanghai},
		{"week from Sunday", period(metrics.Week, date("2026-01-04")), "2026-01-04 00:00:00", retail},
		{"week before Sunday", period(metrics.Week, date("2026-01-03")), "2025-12-28 00:00:00", retail},
		{"fiscal quarter", period(metrics.Quarter, date("2026-01-31")), "2025-11-01 00:00:00", retail},
		{"fiscal year", period(metrics.Year, date("2026-01-31")), "2025-02-01 00:00:00", retail},
		{"fiscal year, end of a long month", period(metrics.Year, date("2026-03-31")), "2026-02-01 00:00:00", retail},
		{"year", period(metrics.Year, date("2026-01-31")), "2026-01-01 00:00:00", shanghai},
		{"day of an instant", period(metrics.Day, instant("2025-12-31T16:00:00Z")), "2026-01-01 00:00:00", shanghai},
		{"hour in a zone three quarters off", period(metrics.Hour, instant("2026-01-01T00:20:00Z")), "2026-01-01 00:15:00", kathmandu},
		{"first of a repeated hour", period(metrics.Hour, instant("2026-11-01T05:40:00Z")), "2026-11-01 05:00:00", newYork},
		{"second of a repeated hour", period(metrics.Hour, instant("2026-11-01T06:40:00Z")), "2026-11-01 06:00:00", newYork},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, engine(t), sqlgen.Expr(tt.e, tt.scope), tt.want)
		})
	}
}

// largestDecimals is a row with what largest names.
const largestDecimals = ` FROM (SELECT 9999999999999999::DECIMAL(18, 2) AS "d18_2", 99999999999999::DECIMAL(18, 4) AS "d18_4")`

func check(t *testing.T, db *sql.DB, expression, want string) {
	t.Helper()
	var got any
	if err := db.QueryRow("SELECT " + expression + largestDecimals).Scan(&got); err != nil {
		t.Fatalf("%v\n%s", err, expression)
	}
	if show(got) != want {
		t.Errorf("%s is %s, want %s", expression, show(got), want)
	}
}

var shared *sql.DB

// engine is one database for tests that only evaluate.
func engine(t *testing.T) *sql.DB {
	t.Helper()
	if shared == nil {
		db, err := sql.Open("duckdb", "")
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		exec(t, db, "SET TimeZone = 'UTC'")
		shared = db
	}
	return shared
}

// TestCondition prints = for == where null and false are one, and only there.
func TestCondition(t *testing.T) {
	a, b := col("orders.channel", text), col("orders.status", text)
	is := func(l, r metrics.Expr) metrics.Expr { return binary(metrics.OpEq, l, r, logical) }
	for _, tt := range []struct {
		e    metrics.Expr
		want string
	}{
		{is(a, str("web")), `"channel" = 'web'`},
		{is(a, b), `"channel" IS NOT DISTINCT FROM "status"`},
		{binary(metrics.OpNe, a, str("web"), logical), `"channel" IS DISTINCT FROM 'web'`},
		{unary(metrics.OpNot, is(a, str("web"))), `NOT "channel" IS NOT DISTINCT FROM 'web'`},
		{binary(metrics.OpOr, is(a, str("web")), is(b, str("paid")), logical), `"channel" = 'web' OR "status" = 'paid'`},
		{is(is(a, str("web")), constant(metrics.Boolean, "false")), `("channel" IS NOT DISTINCT FROM 'web') = FALSE`},
		{call("in", logical, a, list(str("web"))), `"channel" IN ('web')`},
	} {
		for _, choice := range []metrics.Expr{call("case", whole, tt.e, number("1"), number("2")), call("if", whole, tt.e, number("1"), number("2"))} {
			if got, want := sqlgen.Expr(choice, sqlgen.Scope{}), "CASE WHEN "+tt.want+" THEN 1 ELSE 2 END"; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	}
}

// TestFunctions evaluates the SQL of every function that has a template, so that no
// spelling is unknown to the engine.
func TestFunctions(t *testing.T) {
	samples := map[metrics.Accept]metrics.Expr{
		metrics.AcceptNumber: number("2"), metrics.AcceptString: str("a-b"), metrics.AcceptBoolean: constant(metrics.Boolean, "true"),
		metrics.AcceptTime: instant("2026-01-01 08:30:00"), metrics.AcceptInteger: number("1"), metrics.AcceptUnit: str("CNY"),
		metrics.AcceptOrdered: number("2"), metrics.AcceptAny: str("a"),
	}
	for _, f := range metrics.Functions() {
		if f.DuckDB == "" {
			continue
		}
		var args []metrics.Expr
		for _, p := range f.Params {
			args = append(args, samples[p.Accept])
		}
		e := &metrics.Call{Func: f, Args: args}
		statement := sqlgen.Expr(e, sqlgen.Scope{Zone: "Asia/Shanghai"})
		var got any
		if err := engine(t).QueryRow("SELECT " + statement).Scan(&got); err != nil {
			t.Errorf("%s: %s: %v", f.Name, statement, err)
		}
	}
}
