package runtime

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// rowPair is an old and a new KPI whose rows are compared: those of a change, or one
// aggregate of each, where they read several sources.
type rowPair struct {
	then, now       *metrics.Model
	thenKPI, nowKPI string
}

// values reads the old and the new value of a row.
func (p rowPair) values(then, now any) (metrics.Value, metrics.Value) {
	read := func(k *metrics.KPI, v any) metrics.Value {
		if text, known := v.(string); known {
			return metrics.NewValue(text, k.Type)
		}
		return ""
	}
	return read(p.then.KPI(p.thenKPI), then), read(p.now.KPI(p.nowKPI), now)
}

// The names of KPIs that are one aggregate of another.
const (
	thenPart = "part:then"
	nowPart  = "part:now"
)

// mostParts is in how many aggregates of a KPI over several sources a row is looked for.
const mostParts = 4

// pairsOf is what to look for a row in: the KPIs themselves, where these read one source;
// else their aggregates one by one, as they stand.
func pairsOf(then *metrics.Model, thenKPI string, now *metrics.Model, nowKPI string) []rowPair {
	a, okA := partsOf(then, then.KPI(thenKPI))
	b, okB := partsOf(now, now.KPI(nowKPI))
	if !okA || !okB {
		return nil
	}
	if len(then.KPI(thenKPI).Sources) == 1 && len(now.KPI(nowKPI).Sources) == 1 {
		return []rowPair{{then, now, thenKPI, nowKPI}}
	}
	var out []rowPair
	for i := range min(len(a), len(b), mostParts) {
		if a[i].Sources[0] != b[i].Sources[0] {
			continue
		}
		a[i].Name, b[i].Name = thenPart, nowPart
		p := rowPair{withKPI(then, a[i]), withKPI(now, b[i]), thenPart, nowPart}
		if then == now {
			p.now = withKPI(p.then, b[i])
			p.then = p.now
		}
		out = append(out, p)
	}
	return out
}

// partsOf is the aggregates of a KPI and of those that it names, each as a KPI of its own;
// false where it looks beyond a row's own period and members.
func partsOf(m *metrics.Model, k *metrics.KPI) ([]*metrics.KPI, bool) {
	var out []*metrics.KPI
	ok := true
	var visit func(k *metrics.KPI)
	visit = func(k *metrics.KPI) {
		metrics.Walk(k.Value, func(x metrics.Expr) bool {
			switch x := x.(type) {
			case *metrics.KPIRef:
				visit(m.KPI(x.KPI))
			case *metrics.Call:
				ok = ok && x.Func.Kind != metrics.KPIFunction
			case *metrics.Aggregate:
				out = append(out, &metrics.KPI{Type: x.Type, Unit: x.Unit, Value: x, Where: k.Where, Time: k.Time, Sources: []string{x.Source}})
				return false
			}
			return ok
		})
	}
	visit(k)
	return out, ok
}

// exampleApart looks among the rows of the period that either version makes of the same
// files: rows are the same by their key.
func (e *effects) exampleApart(ctx context.Context, m *subject, g metrics.Grain, cell *movedCell, pair rowPair) (*metrics.Example, diag.List) {
	old, okOld := rowsOf(pair.then, pair.thenKPI)
	view, ok := rowsOf(pair.now, pair.nowKPI)
	if !ok || !okOld || old.source.Name != view.source.Name || !slices.Equal(old.source.Key, view.source.Key) {
		return nil, nil
	}
	request := func(p metrics.Period) query.Request {
		return query.Request{Grain: g, Periods: []metrics.Period{p}, AsOf: e.project.AsOf}
	}
	then, diags := old.texts(e.then, e.old.Calendar, request(e.inCalendar(e.old.Calendar, g, cell.period)))
	now, more := view.texts(e.now, e.project.Calendar, request(cell.period))
	if diags.HasErrors() || more.HasErrors() {
		return nil, nil // rows that can't be looked at one by one show nothing wrong
	}
	file := duckdb.Literal(filepath.Join(e.home, "rows.parquet"))
	if err := e.then.eng.Exec(ctx, fmt.Sprintf(`COPY (%s) TO %s (FORMAT parquet)`, then, file)); err != nil {
		return nil, diag.List{queryFailed(ctx, err)}
	}
	var keys []string
	for i := range view.source.Key {
		keys = append(keys, fmt.Sprintf("r%d", i))
	}
	rows, diags := e.query(ctx, fmt.Sprintf(`SELECT t."row", n."row", t."v", n."v", coalesce(t."c", false), coalesce(n."c", false) FROM (FROM read_parquet(%s)) AS t FULL JOIN (%s) AS n USING (%s) `+
		`WHERE t."v" IS DISTINCT FROM n."v" OR t."c" IS DISTINCT FROM n."c" `+
		`ORDER BY abs(coalesce(TRY_CAST(n."v" AS DOUBLE), 0) - coalesce(TRY_CAST(t."v" AS DOUBLE), 0)) DESC, %[3]s LIMIT 1`, file, now, strings.Join(keys, ", ")))
	if diags.HasErrors() || len(rows) == 0 {
		return nil, diags
	}
	row := rows[0]
	out := &metrics.Example{Source: view.source.Name, Period: e.project.Calendar.Name(cell.period)}
	out.Then, out.Now = pair.values(row[2], row[3])
	out.CountedThen, _ = row[4].(bool)
	out.CountedNow, _ = row[5].(bool)
	if texts, is := row[1].([]any); is {
		out.Row = view.seenAll(e.now, texts)
	} else if texts, is := row[0].([]any); is {
		out.Row = old.seenAll(e.then, texts)
	}
	return out, nil
}

// texts selects the rows of a period as texts: the key as r0, r1 ..., all that is shown as
// a list, the value, and whether the row is counted.
func (v *rowView) texts(s *session, cal *metrics.Calendar, r query.Request) (string, diag.List) {
	cells, columns, diags := v.cells(s, cal, r)
	if diags.HasErrors() {
		return "", diags
	}
	var keys []string
	for i := range v.source.Key {
		keys = append(keys, fmt.Sprintf(`%s AS "r%d"`, columns[i], i))
	}
	return fmt.Sprintf(`SELECT %s, [%s] AS "row", CAST("v1" AS VARCHAR) AS "v", "c1" > 0 AS "c" FROM (%s)`,
		strings.Join(keys, ", "), strings.Join(columns, ", "), cells), diags
}

// seenAll is a row as it may be seen.
func (v *rowView) seenAll(s *session, texts []any) []metrics.RowValue {
	var out []metrics.RowValue
	for i, name := range v.cuts {
		out = append(out, v.seen(s, name, texts[i]))
	}
	return out
}
