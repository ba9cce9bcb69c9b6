// Package threshold judges published values by the conditions of thresholds, and
// turns what it finds into alerts. All thresholds of a KPI, grain and cut set are
// judged in one statement, which yields for each member in which periods each
// condition held; the states follow from that, in plain Go.
package threshold

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// group is the thresholds of one KPI, grain and cut set.
type group struct {
	model      *metrics.Model
	kpi        *metrics.KPI
	grain      metrics.Grain
	by         []string
	cuts       string
	thresholds []*metrics.Threshold
	scope      sqlgen.Scope
	line       *timeline
	only       []string // members; nil: all
	pace       *pace    // nil where no period is open
	spread     map[series]spread
	gaps       map[metrics.Grain]bool // of frames whose rows have gaps

	main   *frame
	others []*frame // of at()
	// Of each threshold the columns of the statement: its levels, and the terms of which
	// one must hold for it to be red or amber.
	levels  []string
	terms   map[*metrics.Threshold][]term
	figures []column // values of expressions, for reasons
	names   map[string]string
}

// term is one of the alternatives of a condition.
type term struct {
	severity metrics.Severity
	expr     metrics.Expr
	column   string // whether it holds
}

const (
	mainFrame  = "here"
	paceColumn = "due"
	// The columns that say where a period's level stands in a packed number.
	placeColumn   = "place"
	missingColumn = "place of missing"
)

// groups puts thresholds together that go by the same values, in order of the first
// of each.
func groups(in *Input, lines map[metrics.Grain]*timeline, spreads map[series]spread) []*group {
	var out []*group
	index := map[string]*group{}
	for _, t := range in.Thresholds {
		key := t.KPI + " " + string(t.Grain) + " " + strings.Join(t.By, ",")
		g := index[key]
		if g == nil {
			p := in.Model.Project
			g = &group{
				model: in.Model, kpi: in.Model.KPI(t.KPI), grain: t.Grain, by: t.By, cuts: strings.Join(t.By, ","),
				scope:  sqlgen.Scope{Zone: p.Timezone, WeekStart: p.WeekStart, FiscalYearStart: p.FiscalYearStart, AsOf: in.AsOf},
				spread: spreads, gaps: map[metrics.Grain]bool{},
			}
			g.line, g.pace = lines[t.Grain], in.paceOf(g.kpi, t.Grain, lines[t.Grain])
			index[key] = g
			out = append(out, g)
		}
		g.thresholds = append(g.thresholds, t)
	}
	for _, g := range out {
		g.lower()
		if g.foundGaps() {
			g.lower()
		}
	}
	return out
}

// at is the frame of another grain.
func (g *group) at(grain metrics.Grain) *frame {
	if grain == g.grain {
		return g.main
	}
	for _, f := range g.others {
		if f.grain == grain {
			return f
		}
	}
	f := newFrame(g, grain, "at "+string(grain))
	f.column(g.kpi.Name)
	f.spine = true // it leads to periods without a row, too
	g.others = append(g.others, f)
	return f
}

// lower makes the columns of the statement from the conditions.
func (g *group) lower() {
	g.others, g.levels, g.figures = nil, nil, nil
	g.terms, g.names = map[*metrics.Threshold][]term{}, map[string]string{}
	g.main = newFrame(g, g.grain, mainFrame)
	g.main.column(g.kpi.Name)
	for _, t := range g.thresholds {
		sql := map[string]string{}
		for name, e := range t.Conditions() {
			sql[name] = "(" + g.sql(g.main.lower(e)) + ")"
			if name != "where" {
				g.alternatives(t, metrics.Severity(name), e)
			}
		}
		place := placeColumn
		if usesMissing(t) {
			place = missingColumn
		}
		g.levels = append(g.levels, packed(sql, `"here"."`+place+`"`))
	}
}

// packed is the SQL of how bad periods are, put together in one number: of each
// period 3 where it is red, 2 amber, 1 neither, 0 where that can't be judged: below the
// floor, or where what it is compared with is missing.
func packed(sql map[string]string, place string) string {
	text := ""
	switch red, amber := sql["red"], sql["amber"]; { // in few words: thousands of them are planned
	case amber == "":
		text = place + " + " + twice(place) + " * CAST(" + red + " AS BIGINT)"
	case red == "":
		text = place + " + " + place + " * CAST(" + amber + " AS BIGINT)"
	default:
		text = place + " * CASE WHEN " + red + " THEN 3 WHEN " + amber + " THEN 2 WHEN NOT " + red + " AND NOT " + amber + " THEN 1 END"
	}
	if where := sql["where"]; where != "" {
		text = "CASE WHEN " + where + " THEN " + text + " END"
	}
	return "bit_or(" + text + ")"
}

// twice is the column with twice the place.
func twice(place string) string { return strings.TrimSuffix(place, `"`) + ` twice"` }

// usesMissing tells whether conditions ask for periods without a value.
func usesMissing(t *metrics.Threshold) bool {
	for _, e := range t.Conditions() {
		if metrics.Calls(e, "missing") {
			return true
		}
	}
	return false
}

func (g *group) sql(e metrics.Expr) string { return sqlgen.Expr(e, g.scope) }

// alternatives notes the terms of a condition: those between ||.
func (g *group) alternatives(t *metrics.Threshold, s metrics.Severity, e metrics.Expr) {
	if b, ok := e.(*metrics.Binary); ok && b.Op == metrics.OpOr {
		g.alternatives(t, s, b.L)
		g.alternatives(t, s, b.R)
		return
	}
	g.terms[t] = append(g.terms[t], term{s, e, g.figure(g.main.lower(e))})
	g.operands(g.main, e)
}

// operands notes the numbers that a term is made of, for the reason.
func (g *group) operands(f *frame, e metrics.Expr) {
	if e.Base().Type.Numeric() {
		g.figure(f.lower(e))
	}
	if c, ok := e.(*metrics.Call); ok && c.Func.Kind == metrics.ConditionFunction && c.Func.Name == metrics.At {
		g.operands(f.at(metrics.Grain(text(c.Args[0]))), c.Args[1])
		return
	}
	for _, c := range metrics.Children(e) {
		g.operands(f, c)
	}
}

// figure is the name of a column with the value of a lowered expression.
func (g *group) figure(e metrics.Expr) string {
	sql := g.sql(e)
	if name, known := g.names[sql]; known {
		return name
	}
	name := "v" + strconv.Itoa(len(g.figures))
	g.figures = append(g.figures, column{name, sql})
	g.names[sql] = name
	return name
}

// statement selects columns of the members in the periods: those of the frames, and
// what conditions make of them.
func (g *group) statement(columns []string, tail string) string {
	var stages []string
	for _, f := range append([]*frame{g.main}, g.others...) {
		stages = append(stages, f.stages()...)
	}
	from := duckdb.Quote(mainFrame)
	for _, f := range g.others {
		steps := duckdb.Quote("steps " + string(f.grain))
		from += fmt.Sprintf(` LEFT JOIN "threshold_steps" AS %[1]s ON %[1]s."grain" = %[2]s AND %[1]s."other" = %[3]s AND %[1]s."at" = "here"."at" `+
			`LEFT JOIN %[4]s ON %[4]s."members" = "here"."members" AND %[4]s."at" = %[1]s."other_at"`,
			steps, duckdb.Literal(string(g.grain)), duckdb.Literal(string(f.grain)), duckdb.Quote(f.alias))
	}
	return "WITH " + strings.Join(stages, ", ") + " SELECT " + strings.Join(columns, ", ") + " FROM " + from + tail
}

// inWord is how many periods the levels of a threshold are packed into one number: two
// bits each, 0 where it can't be judged, else the level and 1.
const inWord = 31

// summary is the statement that gives the levels of each threshold by member, packed
// into numbers, so that an answer is small and takes no order of rows.
func (g *group) summary() string {
	columns := append([]string{`"here"."members"`, fmt.Sprintf(`"here"."at" // %d AS "word"`, inWord)}, g.levels...)
	return g.statement(columns, ` GROUP BY "here"."members", "word" ORDER BY "here"."members", "word"`)
}

// figuresOf is the statement that gives the figures of some members in one period.
func (g *group) figuresOf(members []string, at int) string {
	g.only = members
	defer func() { g.only = nil }()
	columns := []string{`"here"."members"`, `"here"."text"`, `"here"."state"`}
	for _, c := range g.figures {
		columns = append(columns, "CAST("+c.sql+" AS VARCHAR)")
	}
	return g.statement(columns, ` WHERE "here"."at" = `+strconv.Itoa(at))
}
