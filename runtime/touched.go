package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/ingest"
	"github.com/metricsascode/metrics/runtime/store"
)

// A KPI whose definition is as published is computed anew for the periods alone that
// rows touch which came, went or changed, or that time does. For all others the
// published values still hold: they are what a computation of all periods would give.

// basis is what the published values of a KPI rest on.
type basis struct {
	Definition string `json:"d"` // hash of all but rows and time
	Rows       string `json:"r"` // hash of its sources' rows
	From       string `json:"f"` // where its kept periods begin, by grain
	Settled    string `json:"s"` // how far as-of lets them be settled, by grain
}

// published is the bases at the last run.
func (w *work) published() map[string]basis {
	before := map[string]basis{}
	if w.store.Exists() {
		if err := json.Unmarshal(w.store.Catalog().Bases, &before); err != nil {
			return map[string]basis{} // of another version: all is computed
		}
	}
	return before
}

// touch finds the periods of a KPI that must be computed, by grain; nil for all.
func (w *work) touch(ctx context.Context, p *Project, k *metrics.KPI, before, now basis) (map[metrics.Grain][]metrics.Period, diag.List) {
	last := w.store.Catalog().LastRun.AsOf
	if before.Definition != now.Definition || before.From != now.From || p.AsOf.Before(last) || w.follows(p, k) || !p.AsOf.Equal(last) && p.readsAsOf(k) {
		return nil, nil
	}
	all, diags := w.changedBeyond(ctx, p, k)
	if all || diags.HasErrors() {
		return nil, diags
	}
	out := map[metrics.Grain][]metrics.Period{}
	for _, g := range k.KeptGrains() {
		r := w.rangeOf(p, k, g)
		if r.empty() {
			continue
		}
		periods, all := w.touchedBy(p, k, g, r)
		if all {
			return nil, nil
		}
		settling := query.Span{From: p.Calendar.Of(g, last.Add(-p.lagOf(k))).Start, To: p.AsOf}
		for _, q := range p.Calendar.Between(g, r.from.Start, r.to.End) {
			if q.Start.Before(settling.To) && settling.From.Before(q.End) && !p.AsOf.Equal(last) {
				periods = append(periods, q)
			}
		}
		slices.SortFunc(periods, func(a, b metrics.Period) int { return a.Start.Compare(b.Start) })
		out[g] = slices.CompactFunc(periods, func(a, b metrics.Period) bool { return a.Equal(b) })
	}
	return out, nil
}

// reads describes what a KPI reads of a grain.
func (w *work) reads(p *Project, k *metrics.KPI, g metrics.Grain, r kept) string {
	return query.Reads(p.Model, w.statistics(), p.Calendar, query.Request{KPIs: []string{k.Name}, Grain: g, Periods: []metrics.Period{r.to}, AsOf: p.AsOf})
}

// reach is the periods of a range that changed rows touch.
type reach struct {
	periods []metrics.Period
	all     bool
}

// touchedBy finds the periods of a KPI that changed rows touch, once for KPIs that
// read the same.
func (w *work) touchedBy(p *Project, k *metrics.KPI, g metrics.Grain, r kept) ([]metrics.Period, bool) {
	key := fmt.Sprint(g, r.from.Start.Unix(), r.to.Start.Unix(), w.reads(p, k, g, r))
	found, known := w.reached[key]
	if !known {
		request := query.Request{KPIs: []string{k.Name}, Grain: g, From: &r.from, To: &r.to, AsOf: p.AsOf}
		found.periods, found.all = query.Touched(p.Model, w.statistics(), p.Calendar, request, func(source, column string) []query.Span { return w.spans(p, source, column) })
		w.reached[key] = found
	}
	return slices.Clone(found.periods), found.all
}

// changedBeyond tells whether rows changed in a way that may touch any period of a
// KPI: those that its rows reference, or ones whose days can't be told; or whether a
// member may have lost its last row.
func (w *work) changedBeyond(ctx context.Context, p *Project, k *metrics.KPI) (bool, diag.List) {
	for _, name := range k.Sources {
		for _, other := range p.upstream([]string{name}) {
			if other != name && w.changed(other) {
				return true, nil
			}
		}
		if !w.changed(name) {
			continue
		}
		if s := p.Model.Source(name); len(s.CoverageBy) > 0 {
			return true, nil
		}
		if p.Model.ReadsAccounts(k) { // a row that is not clean has a period, too
			return true, nil
		}
		d, diags := w.delta(ctx, p, name)
		if diags.HasErrors() || d.All || d.Removed && divided(k) {
			return true, diags
		}
	}
	return false, nil
}

// divided tells whether apply keeps a KPI by any cuts.
func divided(k *metrics.KPI) bool {
	return slices.ContainsFunc(k.KeptGrains(), func(g metrics.Grain) bool { return len(k.KeptSets(g)) > 1 })
}

// changed tells whether a source has other rows than at the last run.
func (w *work) changed(source string) bool {
	return w.store.Catalog().Sources[source].Hash != w.sources[source].Hash
}

// delta is how a source's rows differ from those at the last run.
func (w *work) delta(ctx context.Context, p *Project, source string) (ingest.Delta, diag.List) {
	if d, known := w.deltas[source]; known {
		return d, nil
	}
	old, found := w.store.Catalog().Sources[source]
	d := ingest.Delta{All: true}
	if segment, built := w.built[source]; found && built {
		var err error
		if d, err = ingest.Compare(ctx, w.session.eng, w.inputs.context, p.Model.Source(source), old.Segment, segment); err != nil {
			return d, diag.List{engineFailed("Rows can't be compared with those before", err)}
		}
	}
	w.deltas[source] = d
	return d, nil
}

// spans are the stretches of time in which a source's rows may have changed by a time
// column: the days of such rows, those that are covered now or were before, and those
// that as-of has uncovered.
func (w *work) spans(p *Project, source, column string) []query.Span {
	var out []query.Span
	last := w.store.Catalog().LastRun.AsOf
	if last.Before(p.AsOf) {
		out = append(out, query.Span{From: p.Calendar.Of(metrics.Day, last).Start, To: p.AsOf})
	}
	if !w.changed(source) {
		return out
	}
	s := p.Model.Source(source)
	for _, day := range w.deltas[source].Days[column] {
		if from, to, ok := p.Calendar.DayBounds(day); ok {
			if s.Grain != metrics.NoGrain && column == s.Time { // its rows stand for whole periods
				whole := p.Calendar.Of(s.Grain, from)
				from, to = whole.Start, whole.End
			}
			out = append(out, query.Span{From: from, To: to})
		}
	}
	return append(out, w.recovered(p, source, column, w.store.Catalog().Sources[source].Statistics, w.sources[source].Statistics)...)
}

// recovered are the stretches that are covered by one of two states of a source alone.
func (w *work) recovered(p *Project, source, column string, was, now metrics.Statistics) []query.Span {
	var out []query.Span
	grain := metrics.Day
	if s := p.Model.Source(source); s != nil && s.Grain != metrics.NoGrain {
		grain = s.Grain
	}
	between := func(a, b string) {
		fromA, toA, okA := p.Calendar.DayBounds(a)
		fromB, toB, okB := p.Calendar.DayBounds(b)
		if a == b || !okA || !okB {
			return
		}
		from, to := fromA, toB
		if fromB.Before(fromA) {
			from, to = fromB, toA
		}
		out = append(out, query.Span{From: p.Calendar.Of(grain, from).Start, To: p.Calendar.Of(grain, to.Add(-time.Nanosecond)).End})
	}
	between(was.Columns[column].FirstDay, now.Columns[column].FirstDay)
	between(was.Columns[column].LastDay, now.Columns[column].LastDay)
	for _, leaf := range slices.Sorted(maps.Keys(now.Leaves)) {
		out = append(out, w.recovered(p, leaf, column, was.Leaves[leaf], now.Leaves[leaf])...)
	}
	return out
}

// statistics is what is known of all sources.
func (w *work) statistics() map[string]metrics.Statistics {
	out := make(map[string]metrics.Statistics, len(w.sources))
	for name, s := range w.sources {
		out[name] = s.Statistics
	}
	return out
}

// knownTable is the members that have published values.
const knownTable = "known_members"

// showKnown makes the members that the published values of a batch have readable.
func (w *work) showKnown(ctx context.Context, p *Project, b *batch, r query.Request) error {
	current, diags := w.store.Published(store.Moment{})
	if diags.HasErrors() {
		return fmt.Errorf("%s", diags[0].Summary)
	}
	columns := query.MemberColumns(len(r.By))
	var sets []string
	for i, dims := range b.sets {
		if len(dims) == 0 {
			continue
		}
		items := []string{fmt.Sprintf("%d AS %s", query.Mask(len(r.By), r.Sets[i]), duckdb.Quote(columns[0]))}
		for j, cut := range r.By {
			typ, d := query.CutType(p.Model, cut)
			if d != nil {
				return fmt.Errorf("%s", d.Summary)
			}
			value := "NULL"
			if at := slices.Index(dims, cut); at >= 0 {
				value = fmt.Sprintf(`json_extract_string("members", '$[%d]')`, at)
			}
			items = append(items, fmt.Sprintf("CAST(%s AS %s) AS %s", value, ingest.SQLType(typ), duckdb.Quote(columns[j+1])))
		}
		sets = append(sets, fmt.Sprintf(`SELECT DISTINCT %s FROM (%s) WHERE %s`, strings.Join(items, ", "), current, b.publishedAs(dims)))
	}
	return w.session.eng.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+knownTable+" AS "+strings.Join(sets, " UNION ALL "))
}

// publishedAs is the condition of the published values of a batch by one cut set:
// all its KPIs have the same members.
func (b *batch) publishedAs(dims []string) string {
	return fmt.Sprintf(`"kpi" = %s AND "cuts" = %s AND "grain" = %s`, duckdb.Literal(b.kpis[0].Name), duckdb.Literal(plan.CutName(dims)), duckdb.Literal(string(b.grain)))
}

// strangersCame tells whether the fresh values of a batch have members that no
// published value has: these have values in all periods, so all must be computed.
func (w *work) strangersCame(ctx context.Context, b *batch) (bool, error) {
	current, diags := w.store.Published(store.Moment{})
	if diags.HasErrors() {
		return false, fmt.Errorf("%s", diags[0].Summary)
	}
	for _, dims := range b.sets {
		if len(dims) == 0 {
			continue
		}
		t, err := w.session.eng.Query(ctx, fmt.Sprintf(`SELECT 1 FROM (SELECT "members" FROM "fresh" WHERE %[1]s) ANTI JOIN (SELECT "members" FROM (%[2]s) WHERE %[1]s) USING ("members") LIMIT 1`,
			b.publishedAs(dims), current))
		if err != nil || len(t.Rows) > 0 {
			return len(t.Rows) > 0, err
		}
	}
	return false, nil
}

// forget takes the values of a batch out of the fresh ones.
func (w *work) forget(ctx context.Context, b *batch) error {
	var names []string
	for _, k := range b.kpis {
		names = append(names, duckdb.Literal(k.Name))
	}
	mine := fmt.Sprintf(`"kpi" IN (%s) AND "grain" = %s`, strings.Join(names, ", "), duckdb.Literal(string(b.grain)))
	return w.session.eng.Exec(ctx, `DELETE FROM "fresh" WHERE `+mine+`; DELETE FROM "scope" WHERE `+mine)
}

// computeTouched computes the touched periods of a batch, or all of them where it
// turns out that members came which had no row in any.
func (w *work) computeTouched(ctx context.Context, p *Project, b *batch) diag.List {
	diags := w.computeBatch(ctx, p, b)
	if b.touched == nil || diags.HasErrors() {
		return diags
	}
	came, err := w.strangersCame(ctx, b)
	if err == nil && came {
		if err = w.forget(ctx, b); err == nil {
			b.touched = nil
			return append(diags, w.computeBatch(ctx, p, b)...)
		}
	}
	if err != nil {
		return append(diags, queryFailed(ctx, err))
	}
	return diags
}

// selectBatch is the statement of a batch.
func (w *work) selectBatch(ctx context.Context, p *Project, b *batch) (*query.Select, string, diag.List) {
	r := b.request(p.AsOf)
	if b.touched != nil && len(r.By) > 0 {
		if err := w.showKnown(ctx, p, b, r); err != nil {
			return nil, "", diag.List{queryFailed(ctx, err)}
		}
		r.Members = knownTable
	}
	model := p.Model
	if b.variant != nil {
		model = b.variant.model
	}
	selected, diags := query.Compile(model, w.session.statistics(), p.Calendar, r)
	if diags.HasErrors() {
		return nil, "", p.placed(diags)
	}
	return selected, sqlgen.Print(selected, sqlgen.DuckDB), nil
}
