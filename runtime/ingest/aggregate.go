package ingest

import (
	"context"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// showing makes the clean rows of all that the source is made from readable as
// statements of the query compiler read them, and rows as those of the source
// itself, while it runs.
func (b *builder) showing(ctx context.Context, rows string, run func() error) error {
	views := []string{"CREATE SCHEMA IF NOT EXISTS sources"}
	for _, name := range dependencies(b.context.Model, b.source) {
		s := b.context.Model.Source(name)
		views = append(views, fmt.Sprintf("CREATE OR REPLACE VIEW sources.%s AS SELECT %s FROM %s.clean",
			duckdb.Quote(name), strings.Join(publicColumns(s), ", "), segmentAlias(name)))
	}
	own := "sources." + duckdb.Quote(b.source.Name)
	if rows != "" {
		views = append(views, "CREATE OR REPLACE VIEW "+own+" AS "+rows)
		b.replaced = true
	}
	if err := b.engine.Exec(ctx, strings.Join(views, "; ")); err != nil {
		return err
	}
	if err := run(); err != nil || rows == "" {
		return err
	}
	return b.engine.Exec(ctx, "DROP VIEW "+own)
}

func (b *builder) calendar() *metrics.Calendar { return b.context.calendar() }

func (c Context) calendar() *metrics.Calendar {
	cal, err := c.Model.Project.Calendar()
	if err != nil {
		return metrics.NewCalendar(c.AsOf.Location(), c.Model.Project.WeekStart, c.Model.Project.FiscalYearStart)
	}
	return cal
}

// reachedColumns makes the table stage.reached of what the source's own rows reach
// in other sources.
func (b *builder) reachedColumns(ctx context.Context, refs []*metrics.ColumnRef) error {
	names := make([]string, len(refs))
	for i, ref := range refs {
		names[i] = reachedName(ref)
		if err := b.readable(ref); err != nil {
			return err
		}
	}
	sql := sqlgen.Print(query.Reached(b.context.Model, b.calendar(), b.source, refs, names), sqlgen.DuckDB)
	return b.showing(ctx, `SELECT rowid AS "$row", * FROM stage.parsed`, func() error {
		return b.engine.Exec(ctx, "CREATE TABLE stage.reached AS "+sql)
	})
}

// readable refuses a path that starts with a computed column: paths are followed
// before columns are computed.
func (b *builder) readable(ref *metrics.ColumnRef) error {
	r := b.source.Reference(ref.Path[0])
	names := []string{}
	for _, on := range r.On {
		names = append(names, on.Column)
	}
	if r.Dated(b.context.Model.Source(r.To)) {
		names = append(names, b.source.Time)
	}
	for _, name := range names {
		if c := b.source.Column(name); c != nil && c.Value != nil {
			return failf(diag.NotSupported, b.source.Name, "Reference through a computed column",
				"source.%s computes columns from source.%s, which it references by %q, a computed column itself. Reference it by a column that is in the files.", b.source.Name, r.To, name)
		}
	}
	return nil
}

// loadEntity stages the keys that are found in the rows of other sources.
func (b *builder) loadEntity(ctx context.Context, e *metrics.Entity) error {
	b.files, b.starts = []sourceFile{{Source: b.source.Name}}, []int64{0}
	sql := sqlgen.Print(query.EntityKeys(b.context.Model, b.calendar(), b.context.AsOf, e), sqlgen.DuckDB)
	key := duckdb.Quote(metrics.EntityKey)
	return b.showing(ctx, "", func() error {
		return b.engine.Exec(ctx, fmt.Sprintf(`INSERT INTO stage.parsed BY NAME SELECT 0 AS "$file", CAST(%[1]s AS %[2]s) AS %[1]s FROM (%[3]s) ORDER BY 2`,
			key, sqlType(b.source.Column(metrics.EntityKey).Type), sql))
	})
}

// aggregateColumns makes the table stage.aggregated of the columns that aggregate
// rows of other sources, and of those that are computed from such columns.
func (b *builder) aggregateColumns(ctx context.Context) error {
	late := aggregating(b.context.Model, b.source)
	if len(late) == 0 {
		return nil
	}
	statistics := map[string]metrics.Statistics{}
	for name, segment := range b.segments {
		statistics[name] = segment.Statistics
	}
	sql := sqlgen.Print(query.Aggregating(b.context.Model, statistics, b.calendar(), b.context.AsOf, b.source), sqlgen.DuckDB)
	columns := []string{`"$row"`}
	for _, c := range late {
		name := duckdb.Quote(c.Name)
		columns = append(columns, fmt.Sprintf("CAST(%s AS %s) AS %[1]s", name, sqlType(c.Type)))
		if c.Type.Kind == metrics.Timestamp {
			columns = append(columns, duckdb.Quote(dayName(c.Name)))
		}
	}
	return b.showing(ctx, "SELECT * FROM stage.rows WHERE "+b.remaining(), func() error {
		return b.engine.Exec(ctx, "CREATE TABLE stage.aggregated AS SELECT "+strings.Join(columns, ", ")+" FROM ("+sql+")")
	})
}

// cleanRows is the relation of rows that are left after cleaning, with all columns.
func (b *builder) cleanRows() string {
	if len(aggregating(b.context.Model, b.source)) == 0 {
		return "stage.rows WHERE " + b.remaining()
	}
	return `stage.rows JOIN stage.aggregated USING ("$row") WHERE ` + b.remaining() + ` ORDER BY "$row"`
}

// overlaps demands that of rows of one key no two hold at the same time: a row
// that refers to them would have two matches.
func (b *builder) overlaps(ctx context.Context) error {
	v := b.source.Valid
	if v == nil {
		return nil
	}
	names := b.source.Referenced()
	var key []string
	for _, k := range names {
		key = append(key, duckdb.Quote(k))
	}
	from, to := duckdb.Quote(v.From), duckdb.Quote(v.To)
	t, err := b.engine.Query(ctx, fmt.Sprintf(`SELECT %[1]s, CAST(next AS VARCHAR), count(*) OVER () FROM (
SELECT %[2]s, %[4]s AS until, lead(%[3]s) OVER own AS next, lead("$row") OVER own AS follower FROM stage.rows
WHERE (%[3]s < %[4]s OR %[3]s IS NULL OR %[4]s IS NULL) AND %[5]s WINDOW own AS (PARTITION BY %[2]s ORDER BY %[3]s NULLS FIRST, "$row"))
WHERE follower IS NOT NULL AND (until IS NULL OR next IS NULL OR next < until) ORDER BY ALL LIMIT 1`,
		shownValues(b.source, names), strings.Join(key, ", "), from, to, b.remaining()))
	if err != nil || len(t.Rows) == 0 {
		return err
	}
	g := guard{b.source, b.key}
	at := g.value(v.From, text(t.Rows[0][1]))
	if at == "" {
		at = "the beginning"
	}
	return failf(diag.Overlap, b.source.Name, "Two rows hold at the same time",
		"Of the key %s, a row still holds when the next begins, at %s; %s in all. A row that refers to it would have two matches. Let each row end when the next begins, or leave out the rows that are superseded by where.",
		g.value(columnList(names), text(t.Rows[0][0])), at, rows(number(t.Rows[0][2])))
}
