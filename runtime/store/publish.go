package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Counts says what a run did to the published values. New, Restated, Settled
// and Unchanged are the current values after it.
type Counts struct {
	New       int64 // had no current value before
	Restated  int64 // the value differs from the one before
	Settled   int64 // the same value, in another state or of another definition
	Unchanged int64 // nothing differs, or not computed by this run
	Gone      int64 // in scope, and no longer there
}

// The temporary tables of publishing.
const (
	freshTable = `temp."store_fresh"` // values as computed by the run
	deltaTable = `temp."store_delta"` // rows that the run appends, each with its kind
)

// Publish compares values with the current ones, and prepares the files that
// Commit will make the present.
//
// fresh and scope are names of relations in eng, which must be able to read and
// write in the folder of the store. fresh has the columns kpi,
// cuts, grain, period, start, members (a JSON array in the order of cuts), value
// (canonical text, or null), state and fingerprint: the values that the run
// computed. scope has kpi, cuts, grain, from_start and to_start, both included,
// null for no bound: what the run computed. A current value in scope that fresh
// lacks is gone; one outside stays as it is.
//
// Publish gives run its number, and counts the values in it.
func (w *Writer) Publish(ctx context.Context, eng *duckdb.Engine, run *metrics.Run, fresh, scope string) (Counts, diag.List) {
	p := publication{Writer: w, eng: eng, run: w.nextRun()}
	run.ID = p.run
	problems := p.prepare(ctx, fresh, scope)
	if !problems.HasErrors() {
		problems = p.write(ctx)
	}
	// Dropping also ends what a cancelled context left behind, so it has none.
	for _, table := range []string{freshTable, deltaTable} {
		if err := eng.Exec(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS "+table); err != nil && !problems.HasErrors() {
			problems.Add(engineFailed("cleaning up", err))
		}
	}
	if problems.HasErrors() {
		return Counts{}, orInterrupted(ctx, problems)
	}
	w.values, w.current = p.values, p.current
	run.New, run.Restated, run.Settled, run.Unchanged, run.Gone =
		p.counts.New, p.counts.Restated, p.counts.Settled, p.counts.Unchanged, p.counts.Gone
	return p.counts, problems
}

// publication is one Publish under way.
type publication struct {
	*Writer
	eng    *duckdb.Engine
	run    int
	counts Counts

	values  []Segment
	current Segment
}

// prepare fills the temporary tables: what was computed, and how it differs
// from what is current.
func (p *publication) prepare(ctx context.Context, fresh, scope string) diag.List {
	steps := []struct{ doing, sql string }{
		{"computing values", fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE "store_fresh" AS SELECT "kpi"::VARCHAR AS "kpi", `+
			`"cuts"::VARCHAR AS "cuts", "grain"::VARCHAR AS "grain", "period"::VARCHAR AS "period", "start"::VARCHAR AS "start", `+
			`"members"::VARCHAR AS "members", "value"::VARCHAR AS "value", "state"::VARCHAR AS "state", `+
			`"fingerprint"::VARCHAR AS "fingerprint" FROM %s`, fresh)},
		{"comparing values", fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE "store_delta" AS %s UNION ALL %s`,
			p.differing(), p.vanished(scope))},
	}
	for _, s := range steps {
		if err := p.eng.Exec(ctx, s.sql); err != nil {
			return diag.List{engineFailed(s.doing, err)}
		}
	}
	return p.unique(ctx)
}

// differing selects the computed values that are new or differ.
func (p *publication) differing() string {
	return fmt.Sprintf(`SELECT f."kpi", f."cuts", f."grain", f."period", f."start", f."members", %d AS "run", `+
		`f."value", f."state", f."fingerprint", false AS "gone", `+
		`CASE WHEN c."kpi" IS NULL THEN 'new' WHEN f."value" IS DISTINCT FROM c."value" THEN 'restated' ELSE 'settled' END AS "kind" `+
		`FROM %s f LEFT JOIN (%s) c USING (%s) `+
		`WHERE c."kpi" IS NULL OR f."value" IS DISTINCT FROM c."value" OR f."state" <> c."state" `+
		`OR f."fingerprint" <> c."fingerprint" OR f."start" <> c."start"`,
		p.run, freshTable, p.store.current(), keyColumns)
}

// vanished selects tombstones for current values in scope that were not
// computed again.
func (p *publication) vanished(scope string) string {
	return fmt.Sprintf(`SELECT c."kpi", c."cuts", c."grain", c."period", c."start", c."members", %d AS "run", `+
		`NULL AS "value", c."state", c."fingerprint", true AS "gone", 'gone' AS "kind" `+
		`FROM (SELECT * FROM (%s) ANTI JOIN %s USING (%s)) c SEMI JOIN (SELECT * FROM %s) s `+
		`ON s."kpi" = c."kpi" AND s."cuts" = c."cuts" AND s."grain" = c."grain" `+
		`AND c."start" >= coalesce(s."from_start"::VARCHAR, '') AND (s."to_start" IS NULL OR c."start" <= s."to_start"::VARCHAR)`,
		p.run, p.store.current(), freshTable, keyColumns, scope)
}

// unique checks that the computed values have whole keys and each of them once.
// The files outlive the program, so a mistake here must not get into them.
func (p *publication) unique(ctx context.Context) diag.List {
	table, err := p.eng.Query(ctx, fmt.Sprintf(`SELECT "kpi", "grain", "period", "members" FROM %s GROUP BY %s `+
		`HAVING count(*) > 1 OR bool_or((%s) IS NULL OR "start" IS NULL OR "state" IS NULL OR "fingerprint" IS NULL) ORDER BY ALL LIMIT 1`,
		freshTable, keyColumns, `"kpi" || "cuts" || "grain" || "period" || "members"`))
	if err != nil {
		return diag.List{engineFailed("checking values", err)}
	}
	if len(table.Rows) > 0 {
		r := table.Rows[0]
		return diag.List{engineFailed("checking values", fmt.Errorf("kpi.%v, %v %v, %v was computed twice or in part", r...))}
	}
	return nil
}

// write writes what the run appends and all values that are current after it.
// A run that changed nothing leaves the files as they are.
func (p *publication) write(ctx context.Context) diag.List {
	if problems := p.count(ctx); problems.HasErrors() {
		return problems
	}
	p.values, p.current = p.store.catalog.Values, p.store.catalog.Current
	if p.counts.New+p.counts.Restated+p.counts.Settled+p.counts.Gone == 0 {
		return nil
	}
	err := p.writeCurrent(ctx)
	if err == nil {
		err = p.appendDelta(ctx)
	}
	if err != nil {
		return diag.List{unwritable(p.store.dir, err)}
	}
	return nil
}

func (p *publication) writeCurrent(ctx context.Context) error {
	query := fmt.Sprintf(`SELECT * FROM (SELECT %s FROM (%s) ANTI JOIN %s USING (%s) `+
		`UNION ALL SELECT %s FROM %s WHERE NOT "gone") ORDER BY %s`,
		valueColumns, p.store.current(), deltaTable, keyColumns, valueColumns, deltaTable, valueOrder)
	current, err := p.copy(ctx, query, fmt.Sprintf("current-%d", p.run))
	current.FirstRun, current.LastRun = 1, p.run
	p.current = current
	return err
}

func (p *publication) appendDelta(ctx context.Context) error {
	query := fmt.Sprintf(`SELECT * EXCLUDE ("kind") FROM %s ORDER BY %s`, deltaTable, valueOrder)
	delta, err := p.copy(ctx, query, fmt.Sprintf("run-%d", p.run))
	if err != nil {
		return err
	}
	delta.FirstRun, delta.LastRun = p.run, p.run
	p.values, err = p.merge(ctx, append(slices.Clone(p.values), delta))
	return err
}

// count counts the rows to append by kind; all other current values stay.
func (p *publication) count(ctx context.Context) diag.List {
	table, err := p.eng.Query(ctx, `SELECT "kind", count(*) FROM `+deltaTable+` GROUP BY ALL`)
	if err != nil {
		return diag.List{engineFailed("counting values", err)}
	}
	of := make(map[any]int64)
	for _, r := range table.Rows {
		of[r[0]], _ = r[1].(int64)
	}
	c := Counts{New: of["new"], Restated: of["restated"], Settled: of["settled"], Gone: of["gone"]}
	c.Unchanged = p.store.catalog.Current.Rows - c.Restated - c.Settled - c.Gone
	p.counts = c
	return nil
}

// copy writes the rows of a query to a file of values.
func (p *publication) copy(ctx context.Context, query, stem string) (Segment, error) {
	temp := p.temporaryPath(valuesFolder, stem)
	if err := p.eng.Exec(ctx, fmt.Sprintf(`COPY (%s) TO %s (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`, query, duckdb.Literal(temp))); err != nil {
		return Segment{}, err
	}
	table, err := p.eng.Query(ctx, `SELECT count(*) FROM read_parquet(`+duckdb.Literal(globEscape.Replace(temp))+`)`)
	if err != nil {
		return Segment{}, err
	}
	segment, err := p.adopt(temp, valuesFolder, stem, ".parquet")
	segment.Rows, _ = table.Rows[0][0].(int64)
	return segment, err
}
