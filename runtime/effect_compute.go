package runtime

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// side is by which definitions a KPI is computed.
type side string

// The sides; each is a table of values too.
const (
	thenSide side = "then"
	nowSide  side = "now"
)

// effectBatch is KPIs that are computed together.
type effectBatch struct {
	batch
	members []*subject
	sides   []side
	apart   bool // by the old definitions, over the rows that these make
}

const valueTable = `("kpi" VARCHAR, "cuts" VARCHAR, "grain" VARCHAR, "period" VARCHAR, "start" VARCHAR, "members" VARCHAR, "value" VARCHAR)`

// compute fills the tables "then" and "now" with the values by either definition.
func (e *effects) compute(ctx context.Context) diag.List {
	err := e.now.eng.Exec(ctx, `CREATE TEMP TABLE "then" `+valueTable+`; CREATE TEMP TABLE "now" `+valueTable)
	if err != nil {
		return diag.List{engineFailed("Effects can't be measured", err)}
	}
	for _, b := range e.batches() {
		if diags := e.computeWith(ctx, b); diags.HasErrors() {
			return diags
		}
	}
	// Where only data moved, both definitions are one.
	var drift []string
	for _, m := range e.kpis {
		if m.follows() {
			drift = append(drift, duckdb.Literal(m.name))
		}
	}
	if len(drift) == 0 {
		return nil
	}
	if err := e.now.eng.Exec(ctx, `INSERT INTO "then" SELECT * FROM "now" WHERE "kpi" IN (`+strings.Join(drift, ", ")+`)`); err != nil {
		return diag.List{queryFailed(ctx, err)}
	}
	return nil
}

// computeWith computes a batch. KPIs of one that can't be computed together are tried one
// by one, and those that can't be computed at all are skipped, with the reason.
func (e *effects) computeWith(ctx context.Context, b *effectBatch) diag.List {
	diags := e.computeBatch(ctx, b)
	if !diags.HasErrors() || ctx.Err() != nil {
		return diags
	}
	if len(b.members) > 1 {
		for _, m := range b.members {
			one := *b
			one.members = []*subject{m}
			if diags := e.computeWith(ctx, &one); diags.HasErrors() {
				return diags
			}
		}
		return nil
	}
	if m := b.members[0]; !m.follows() {
		e.skip(m.change, diags[0].Summary)
	}
	return nil
}

// batches groups the KPIs so that those which read the same rows share a scan. Members
// are those of the rows that a batch reads: KPIs that read others would give each other
// members.
func (e *effects) batches() []*effectBatch {
	var out []*effectBatch
	index := map[string]*effectBatch{}
	put := func(m *subject, sides []side, apart bool, g metrics.Grain, reads string) {
		sets, r := e.setsOf(m, g), e.rangeFor(m, g)
		key := fmt.Sprint(sides, apart, g, sets, r.from.Start.Unix(), r.to.Start.Unix(), reads)
		b := index[key]
		if b == nil || len(b.members) == batchSize/2 {
			b = &effectBatch{batch: batch{grain: g, sets: sets, kept: r}, sides: sides, apart: apart}
			index[key] = b
			out = append(out, b)
		}
		b.members = append(b.members, m)
	}
	for _, m := range e.kpis {
		for _, g := range e.grainsOf(m) {
			if e.rangeFor(m, g).empty() {
				continue
			}
			then, now := e.readsOf(m, g)
			switch {
			case then != "" && then == now && e.together(m):
				put(m, []side{nowSide, thenSide}, false, g, now)
				continue
			case then != "":
				put(m, []side{thenSide}, !e.together(m), g, then)
			}
			if now != "" {
				put(m, []side{nowSide}, false, g, now)
			}
		}
	}
	return out
}

// readsOf describes the rows that a KPI reads by either definition, "" where there is none.
func (e *effects) readsOf(m *subject, g metrics.Grain) (then, now string) {
	r := e.rangeFor(m, g)
	if m.now != nil {
		now = reading(e.project.Model, e.now, e.project.Calendar, m.now, g, r.to, e.project.AsOf)
	}
	if m.then == nil {
		return "", now
	}
	s := e.then
	if e.together(m) {
		s = e.now
	}
	return reading(e.old.Model, s, e.old.Calendar, m.then, g, e.inCalendar(e.old.Calendar, g, r.to), e.project.AsOf), now
}

// reading describes the rows that a KPI reads in a period.
func reading(m *metrics.Model, s *session, cal *metrics.Calendar, k *metrics.KPI, g metrics.Grain, p metrics.Period, asOf time.Time) string {
	return query.Reads(m, s.statistics(), cal, query.Request{KPIs: []string{k.Name}, Grain: g, Periods: []metrics.Period{p}, AsOf: asOf})
}

// grainsOf is the grains that both definitions keep, the one to show first.
func (e *effects) grainsOf(m *subject) []metrics.Grain {
	out := m.kpi().KeptGrains()
	if m.then != nil && m.now != nil {
		out = slices.DeleteFunc(out, func(g metrics.Grain) bool { return !slices.Contains(m.then.KeptGrains(), g) })
	}
	slices.SortStableFunc(out, func(a, b metrics.Grain) int { return shownRank(a) - shownRank(b) })
	if m.then == nil && !m.follows() || m.now == nil {
		out = out[:min(1, len(out))]
	}
	return out
}

// shownFirst are the grains by which people look at numbers first.
var shownFirst = []metrics.Grain{metrics.Week, metrics.Month, metrics.Day, metrics.Quarter, metrics.Year, metrics.Hour}

func shownRank(g metrics.Grain) int {
	if i := slices.Index(shownFirst, g); i >= 0 {
		return i
	}
	return len(shownFirst)
}

// setsOf is the cut sets that both definitions keep by a grain. Of what is new or
// gone the total says enough.
func (e *effects) setsOf(m *subject, g metrics.Grain) [][]string {
	if m.follows() {
		return m.now.KeptSets(g)
	}
	if m.then == nil || m.now == nil {
		return [][]string{{}}
	}
	old := m.then.KeptSets(g)
	return slices.DeleteFunc(m.now.KeptSets(g), func(set []string) bool {
		return !slices.ContainsFunc(old, func(o []string) bool { return slices.Equal(o, set) })
	})
}

// rangeFor is the last periods with data by either definition that have begun; the
// last of them that has ended is remembered.
func (e *effects) rangeFor(m *subject, g metrics.Grain) kept {
	key := m.name + " " + string(g)
	if r, known := e.ranges[key]; known {
		return r
	}
	r := kept{}
	if m.now != nil {
		r = e.withData(e.project, e.work, m.now, g)
	}
	if m.then != nil && !e.together(m) {
		r = e.later(r, e.withData(e.old, e.oldWork(), m.then, g), g)
	}
	if !r.empty() {
		p := e.project
		last := p.Calendar.Last(g, e.periods(), r.to.End)
		r.from = last[0]
		for _, period := range last {
			if !period.End.After(p.AsOf) || len(last) == 1 {
				e.ended[key] = period
			}
		}
	}
	e.ranges[key] = r
	return r
}

// withData is what apply would keep of a KPI, up to its last period with data.
func (e *effects) withData(p *Project, w *work, k *metrics.KPI, g metrics.Grain) kept {
	r := w.rangeOf(p, k, g)
	if !r.empty() && !r.data.IsZero() && !r.data.After(r.to.Start) {
		r.to = p.Calendar.Of(g, r.data.Add(-time.Nanosecond))
	}
	return r
}

// later is the one of two ranges that goes on longer, the second of which is of the old
// definitions' calendar.
func (e *effects) later(now, then kept, g metrics.Grain) kept {
	if then.empty() {
		return now
	}
	to, err := e.project.Calendar.ParseIn(g, e.old.Calendar.Name(then.to))
	if err != nil || !now.empty() && !to.Start.After(now.to.Start) {
		return now
	}
	return kept{some: true, from: to, to: to}
}

// oldWork knows the days of the rows that the old definitions make.
func (e *effects) oldWork() *work {
	w := &work{sources: map[string]store.Source{}, ranges: map[rangeKey]kept{}}
	for name, segment := range e.then.segments {
		w.sources[name] = store.Source{Statistics: segment.Statistics}
	}
	return w
}

func (e *effects) periods() int {
	if n := e.project.options.EffectPeriods; n > 0 {
		return n
	}
	return usualEffectPeriods
}

// computeBatch computes a batch by the new definitions, by the old ones, or by both
// in one statement.
func (e *effects) computeBatch(ctx context.Context, b *effectBatch) diag.List {
	if b.apart {
		return e.computeApart(ctx, b)
	}
	model, calendar := e.project.Model, e.project.Calendar
	var columns []effectColumn
	if slices.Contains(b.sides, nowSide) {
		for _, m := range b.members {
			columns = append(columns, effectColumn{m.name, m.now.Name, nowSide})
		}
	}
	if slices.Contains(b.sides, thenSide) {
		model = e.merge(b.members)
		for _, m := range b.members {
			columns = append(columns, effectColumn{m.name, thenPrefix + m.then.Name, thenSide})
		}
	}
	statements, diags := e.statements(b, e.now, model, calendar, columns, func(s side) string { return `INSERT INTO "` + string(s) + `" ` })
	if diags.HasErrors() {
		return diags
	}
	return e.run(ctx, e.now, statements)
}

func (e *effects) run(ctx context.Context, s *session, statements []string) diag.List {
	for _, sql := range statements {
		if err := s.eng.Exec(ctx, sql); err != nil {
			return diag.List{queryFailed(ctx, err)}
		}
	}
	return nil
}

// computeApart computes a batch by the old definitions over the rows that these make
// of the same files, in an engine of their own, and hands the values over.
func (e *effects) computeApart(ctx context.Context, b *effectBatch) diag.List {
	var columns []effectColumn
	for _, m := range b.members {
		columns = append(columns, effectColumn{m.name, m.then.Name, thenSide})
	}
	statements, diags := e.statements(b, e.then, e.old.Model, e.old.Calendar, columns, func(side) string { return `INSERT INTO "values" ` })
	if diags.HasErrors() {
		return diags
	}
	file := duckdb.Literal(filepath.Join(e.home, "then.parquet"))
	statements = append([]string{`DELETE FROM "values"`}, statements...)
	statements = append(statements, `COPY "values" TO `+file+` (FORMAT parquet)`)
	if diags := e.run(ctx, e.then, statements); diags.HasErrors() {
		return diags
	}
	return e.run(ctx, e.now, []string{`INSERT INTO "then" SELECT * FROM read_parquet(` + file + `)`})
}

// effectColumn is a column of computed cells: a KPI by one of its definitions.
type effectColumn struct {
	kpi    string // as the effect names it
	column string
	side   side
}

// statements compute a batch, and append its values to tables.
func (e *effects) statements(b *effectBatch, s *session, m *metrics.Model, cal *metrics.Calendar, columns []effectColumn, insert func(side) string) ([]string, diag.List) {
	from, to := e.inCalendar(cal, b.grain, b.kept.from), e.inCalendar(cal, b.grain, b.kept.to)
	own := batch{grain: b.grain, sets: b.sets, kept: kept{some: true, from: from, to: to}}
	r := own.request(e.project.AsOf)
	for _, c := range columns {
		r.KPIs = append(r.KPIs, c.column)
	}
	selected, diags := query.Compile(m, s.statistics(), cal, r)
	if diags.HasErrors() {
		return nil, diags
	}
	out := []string{`CREATE OR REPLACE TEMP TABLE "cells" AS ` + sqlgen.Print(selected, sqlgen.DuckDB), periodTable(cal, selected)}
	for set, dims := range b.sets {
		for _, at := range []side{nowSide, thenSide} {
			if slices.ContainsFunc(columns, func(c effectColumn) bool { return c.side == at }) {
				out = append(out, insert(at)+longValues(b.grain, selected, set, dims, columns, at))
			}
		}
	}
	return out, nil
}

// inCalendar is the period of the same name in another calendar.
func (e *effects) inCalendar(cal *metrics.Calendar, g metrics.Grain, p metrics.Period) metrics.Period {
	if other, err := cal.ParseIn(g, e.project.Calendar.Name(p)); err == nil {
		return other
	}
	return p
}

// longValues selects the cells of a cut set, a row for each value that there is.
func longValues(g metrics.Grain, s *query.Select, set int, dims []string, columns []effectColumn, of side) string {
	var values []string
	for i, c := range columns {
		if c.side != of {
			continue
		}
		state := "CAST(NULL AS VARCHAR)" // that of the period
		if column := s.StateColumnOf(i); column != "" {
			state = "c." + duckdb.Quote(column)
		}
		values = append(values, fmt.Sprintf("{'kpi': %s, 'value': CAST(c.%s AS VARCHAR), 'state': %s, 'at': %d}",
			duckdb.Literal(c.kpi), duckdb.Quote(c.column), state, i+1))
	}
	return fmt.Sprintf(`SELECT u."v"."kpi", %s, %s, u."period", p."start", u."members", %s `+
		`FROM (SELECT c."period", %s AS "members", unnest([%s]) AS "v" FROM "cells" AS c WHERE c.%s = %d) AS u `+
		`JOIN "periods" AS p ON p."period" = u."period" WHERE coalesce(u."v"."state", p."states"[u."v"."at"]) <> %s`,
		duckdb.Literal(plan.CutName(dims)), duckdb.Literal(string(g)), plainNumber(`u."v"."value"`), membersList(dims), strings.Join(values, ", "),
		duckdb.Quote(query.SetColumn), set, duckdb.Literal(string(metrics.NoData)))
}

// plainNumber is a value's text without zeros that say nothing, so that decimals of
// several scales compare.
func plainNumber(value string) string {
	return fmt.Sprintf(`CASE WHEN regexp_full_match(%[1]s, '-?\d+\.\d+') THEN rtrim(rtrim(%[1]s, '0'), '.') ELSE %[1]s END`, value)
}
