package threshold

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// frame is the values of one grain that conditions go by, as columns: one for each
// KPI, and windows over them. A row is a member in a period; "at" counts periods, so
// that windows move along the calendar, whether or not a period has a row.
type frame struct {
	*group
	grain  metrics.Grain
	alias  string
	kpis   []string          // columns k0, k1 ...
	ago    []string          // KPIs whose values a year ago are wanted: columns a0, a1 ...
	first  []column          // windows over the values
	second []column          // windows over those
	third  []column          // what is computed from all of them
	names  map[string]string // of columns, by their SQL
	spine  bool              // wants rows for periods without any
	paced  bool              // wants the share of a target that is due
}

type column struct{ name, sql string }

func newFrame(g *group, grain metrics.Grain, alias string) *frame {
	return &frame{group: g, grain: grain, alias: alias, names: map[string]string{}}
}

const byMember = `PARTITION BY "members" ORDER BY "at"`

// over is a window of the periods from so many earlier on to so many earlier: where no
// period lacks a row, of as many rows, which takes the engine half of the time.
func (f *frame) over(from, to int) string {
	kind, end := "ROWS", "CURRENT ROW"
	if f.gaps[f.grain] {
		kind = "RANGE"
	}
	if to > 0 {
		end = strconv.Itoa(to) + " PRECEDING"
	}
	return fmt.Sprintf("OVER (%s %s BETWEEN %d PRECEDING AND %s)", byMember, kind, from, end)
}

func (f *frame) field(name string, t metrics.Type) metrics.Expr {
	return &metrics.Field{Node: metrics.Node{Type: t}, Relation: f.alias, Name: name}
}

// named is the name of a column, which is added where it is not there yet.
func (f *frame) named(list *[]column, prefix, sql string) string {
	if name, known := f.names[sql]; known {
		return name
	}
	name := prefix + strconv.Itoa(len(*list))
	*list = append(*list, column{name, sql})
	f.names[sql] = name
	return name
}

func indexOf(list *[]string, s string) int {
	for i, x := range *list {
		if x == s {
			return i
		}
	}
	*list = append(*list, s)
	return len(*list) - 1
}

// column is the name of a KPI's column.
func (f *frame) column(kpi string) string { return "k" + strconv.Itoa(indexOf(&f.kpis, kpi)) }

func (f *frame) quoted(kpi string) string { return duckdb.Quote(f.column(kpi)) }

func (f *frame) value(kpi string) metrics.Expr {
	return f.field(f.column(kpi), f.model.KPI(kpi).Type)
}

func (f *frame) yearAgo(kpi string) metrics.Expr {
	f.column(kpi)
	return f.field("a"+strconv.Itoa(indexOf(&f.ago, kpi)), f.model.KPI(kpi).Type)
}

// back is the value n periods earlier.
func (f *frame) back(kpi string, n int) string {
	if f.gaps[f.grain] {
		return f.named(&f.first, "w", "first_value("+f.quoted(kpi)+") "+f.over(n, n))
	}
	return f.named(&f.first, "w", fmt.Sprintf("lag(%s, %d) OVER (%s)", f.quoted(kpi), n, byMember))
}

// aggregate is a statistic of the n periods before, however few of them have a value.
func (f *frame) aggregate(kpi, word string, n int) string {
	x := "CAST(" + f.quoted(kpi) + " AS DOUBLE)"
	value := map[string]string{"mean": "avg(" + x + ")", "stddev": "stddev_samp(" + x + ")", "median": "quantile_cont(" + x + ", 0.5)",
		"min": "min(" + f.quoted(kpi) + ")", "max": "max(" + f.quoted(kpi) + ")"}[word]
	if p, ok := metrics.ParsePercentile(word); ok {
		value = "quantile_cont(" + x + ", " + strconv.FormatFloat(p, 'f', 2, 64) + ")"
	}
	return duckdb.Quote(f.named(&f.first, "w", value+" "+f.over(n, 1)))
}

// enough is the condition that half of the n periods before have a value.
func (f *frame) enough(kpi string, n int) string {
	return fmt.Sprintf("%s >= %d", duckdb.Quote(f.named(&f.first, "w", "count("+f.quoted(kpi)+") "+f.over(n, 1))), (n+1)/2)
}

// statistic is a statistic of the n periods before; null where fewer than half of
// them have a value.
func (f *frame) statistic(kpi, word string, n int) string {
	return f.named(&f.second, "x", "CASE WHEN "+f.enough(kpi, n)+" THEN "+f.aggregate(kpi, word, n)+" END")
}

// longStreak is from how many moves on they are counted in a window.
const longStreak = 4

// streak tells whether the value moved n times in a row to one side: from each of
// n + 1 periods to the next. Null where one of them has no value and none is to the
// contrary.
func (f *frame) streak(kpi, op string, n int) string {
	if n < longStreak {
		moves := make([]string, n)
		to := f.quoted(kpi)
		for i := range moves {
			from := duckdb.Quote(f.back(kpi, i+1))
			moves[i], to = to+" "+op+" "+from, from
		}
		return f.named(&f.second, "x", "("+strings.Join(moves, " AND ")+")")
	}
	before := duckdb.Quote(f.back(kpi, 1))
	move := duckdb.Quote(f.named(&f.second, "x", f.quoted(kpi)+" "+op+" "+before))
	window := f.over(n-1, 0)
	return f.named(&f.third, "y", fmt.Sprintf("CASE WHEN bool_or(NOT %[1]s) %[2]s THEN false WHEN count(%[1]s) %[2]s = %[3]d THEN true END", move, window, n))
}

// outside is how many interquartile ranges the value lies outside of the middle half
// of the periods before.
func (f *frame) outside(kpi string, n int) string {
	low, high := f.aggregate(kpi, "p25", n), f.aggregate(kpi, "p75", n)
	k := "CAST(" + f.quoted(kpi) + " AS DOUBLE)"
	return f.named(&f.second, "x", fmt.Sprintf("CASE WHEN NOT %[4]s THEN NULL WHEN %[1]s > %[3]s THEN (%[1]s - %[3]s) / nullif(%[3]s - %[2]s, 0) "+
		"WHEN %[1]s < %[2]s THEN (%[1]s - %[2]s) / nullif(%[3]s - %[2]s, 0) WHEN %[1]s IS NOT NULL AND %[2]s IS NOT NULL THEN 0.0 END",
		k, low, high, f.enough(kpi, n)))
}

// stages are the common table expressions that make the frame; the last is called
// like the frame.
func (f *frame) stages() []string {
	name := func(stage string) string { return duckdb.Quote(f.alias + " " + stage) }
	out := []string{name("values") + " AS (" + f.base() + ")"}
	from := name("values")
	if f.spine {
		rows := `WHERE v."at" IS NOT NULL OR p."at" >= m."first"`
		if f.alias != mainFrame { // at() leads to any period
			rows = ""
		}
		out = append(out, fmt.Sprintf(`%[1]s AS (SELECT m."members", p."at", p."ago", v.* EXCLUDE ("members", "at", "ago"), p."at" >= m."first" AS "begun" `+
			`FROM (SELECT "members", min("at") FILTER (WHERE "state" IS NOT NULL) AS "first" FROM %[2]s GROUP BY ALL) AS m `+
			`JOIN "threshold_periods" AS p ON p."grain" = %[3]s LEFT JOIN %[2]s AS v ON v."members" = m."members" AND v."at" = p."at" %[4]s)`,
			name("all"), from, duckdb.Literal(string(f.grain)), rows))
		from = name("all")
	}
	if len(f.ago) > 0 {
		columns := make([]string, len(f.ago))
		for i, kpi := range f.ago {
			columns[i] = fmt.Sprintf(`y.%s AS "a%d"`, f.quoted(kpi), i)
		}
		out = append(out, fmt.Sprintf(`%s AS (SELECT b.*, %s FROM %s AS b LEFT JOIN %s AS y ON y."members" = b."members" AND y."at" = b."ago")`,
			name("year ago"), strings.Join(columns, ", "), from, from))
		from = name("year ago")
	}
	if len(f.first) > 0 {
		out = append(out, name("windows")+" AS (SELECT *, "+list(f.first)+" FROM "+from+")")
		from = name("windows")
	}
	if len(f.second) > 0 {
		out = append(out, name("windows of windows")+" AS (SELECT *, "+list(f.second)+" FROM "+from+")")
		from = name("windows of windows")
	}
	if f.paced {
		out = append(out, f.pace.stages(f.group, name("shape")))
		out = append(out, fmt.Sprintf(`%s AS (SELECT b.*, %s AS "%s" FROM %s AS b LEFT JOIN %s AS s ON s."members" = b."members")`,
			name("paced"), f.pace.share(f.line.open), paceColumn, from, name("shape")))
		from = name("paced")
	}
	columns := f.places()
	if len(f.third) > 0 {
		columns += ", " + list(f.third)
	}
	frame := duckdb.Quote(f.alias)
	return append(out, frame+" AS (SELECT *"+columns+" FROM "+from+" AS "+frame+")")
}

// derived is an expression over the frame as a column of its own: computed, and planned,
// once for all conditions.
func (f *frame) derived(e metrics.Expr) metrics.Expr {
	plain := true
	metrics.Walk(e, func(x metrics.Expr) bool {
		if field, ok := x.(*metrics.Field); ok && (field.Relation != f.alias || slices.ContainsFunc(f.third, func(c column) bool { return c.name == field.Name })) {
			plain = false // of another frame, or made in the same stage
		}
		return plain
	})
	if !plain {
		return e
	}
	return f.field(f.named(&f.third, "y", f.sql(e)), e.Base().Type)
}

// places are, of the frame that is judged, the columns that say where the level of a
// period stands in a packed number: 0 where it can't be judged, as it is covered in
// part, or has no value. Conditions that ask for periods without a value have one of
// their own.
func (f *frame) places() string {
	if f.alias != mainFrame {
		return ""
	}
	place := func(unjudged string) string {
		return fmt.Sprintf(`CASE WHEN "state" = 'incomplete' OR %s THEN 0 ELSE CAST(1 AS BIGINT) << (2 * ("at" %% %d)) END`, unjudged, inWord)
	}
	columns := func(name, unjudged string) string {
		return fmt.Sprintf(`, %[1]s AS "%[2]s", 2 * %[1]s AS %[3]s`, place(unjudged), name, twice(duckdb.Quote(name)))
	}
	text := columns(placeColumn, f.quoted(f.kpi.Name)+" IS NULL")
	if f.spine {
		text += columns(missingColumn, `NOT coalesce("begun", false)`)
	}
	return text
}

func list(columns []column) string {
	texts := make([]string, len(columns))
	for i, c := range columns {
		texts[i] = c.sql + " AS " + duckdb.Quote(c.name)
	}
	return strings.Join(texts, ", ")
}

// base selects the values of the KPIs, side by side. Those of one KPI need no
// grouping: each has a row of its own.
func (f *frame) base() string {
	own := f.kpis[0]
	for _, kpi := range f.kpis {
		if kpi == f.kpi.Name {
			own = kpi
		}
	}
	cast := func(value, kpi string) string {
		return "CAST(" + value + " AS " + sqlgen.DuckDB.Type(f.model.KPI(kpi).Type) + ") AS " + f.quoted(kpi)
	}
	from := fmt.Sprintf(` FROM "threshold_values" AS v JOIN "threshold_periods" AS p ON p."grain" = v."grain" AND p."start" = v."start" WHERE v."grain" = %s AND v."cuts" = %s`,
		duckdb.Literal(string(f.grain)), duckdb.Literal(f.cuts))
	if f.only != nil {
		from += ` AND v."members" IN (` + literals(f.only) + `)`
	}
	if len(f.kpis) == 1 {
		return `SELECT v."members", p."at", p."ago", v."state", v."value" AS "text", ` + cast(`v."value"`, own) + from + ` AND v."kpi" = ` + duckdb.Literal(own)
	}
	of := func(what, kpi string) string {
		return fmt.Sprintf(`max(v.%s) FILTER (WHERE v."kpi" = %s)`, duckdb.Quote(what), duckdb.Literal(kpi))
	}
	columns := []string{`v."members"`, `p."at"`, `p."ago"`, of("state", own) + ` AS "state"`, of("value", own) + ` AS "text"`}
	for _, kpi := range f.kpis {
		columns = append(columns, cast(of("value", kpi), kpi))
	}
	return "SELECT " + strings.Join(columns, ", ") + from + ` AND v."kpi" IN (` + literals(f.kpis) + `) GROUP BY v."members", p."at", p."ago"`
}

func literals(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = duckdb.Literal(t)
	}
	return strings.Join(out, ", ")
}
