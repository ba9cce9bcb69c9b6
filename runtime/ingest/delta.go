package ingest

import (
	"context"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Delta is how the clean rows of a source differ from those of a segment before.
type Delta struct {
	// All tells that any row may be another: the days aren't known.
	All bool
	// Removed tells whether any row went, or became another.
	Removed bool
	// Days are those of rows that came or went, by time column, in order; "" of rows
	// without a time.
	Days map[string][]string
	// Moved is how many rows came and went, by file and day of the source's time.
	Moved []Moved
}

// mostCompared is how many rows are compared one by one.
const mostCompared = 2_000_000

// Compare finds how the rows of a segment, which Build opened, differ from those of
// the segment of the same source whose file name is given. What can't be told is All.
func Compare(ctx context.Context, eng *duckdb.Engine, c Context, s *metrics.Source, before string, now Segment) (Delta, error) {
	b := newBuilder(c, eng, s, Identity{Source: s.Name, Hash: now.Hash}, nil)
	b.layered = layered(c.Model, s)
	alias := "was_" + s.Name
	for _, folder := range c.folders() {
		was, err := openManifest(ctx, eng, alias, folder, before)
		if err != nil {
			continue // it is gone: nothing can be told
		}
		defer func() { _ = eng.Detach(context.WithoutCancel(ctx), alias) }() // read only: nothing is lost
		b.previous = &previous{meta: was, alias: duckdb.Quote(alias)}
		return b.delta(ctx, now)
	}
	return Delta{All: true}, nil
}

func (b *builder) delta(ctx context.Context, now Segment) (Delta, error) {
	text, err := b.context.definitionHash(b.source)
	if err != nil || text != b.previous.Definition {
		return Delta{All: true}, err
	}
	if err := b.engine.Exec(ctx, "DROP SCHEMA IF EXISTS stage CASCADE; CREATE SCHEMA stage"); err != nil {
		return Delta{}, err
	}
	defer func() { _ = b.engine.Exec(context.WithoutCancel(ctx), "DROP SCHEMA IF EXISTS stage CASCADE") }()
	manifest := manifestAlias(b.source.Name)
	came, gone := b.cleanByPath(manifest), b.cleanByPath(b.previous.alias)
	if b.layered {
		if came, gone, err = b.layeredDelta(ctx, manifest); err != nil {
			return Delta{}, err
		}
	} else if now.Account.Clean > mostCompared || b.previous.Account.Clean > mostCompared {
		return Delta{All: true}, nil
	}
	return b.days(ctx, came, gone)
}

// layeredDelta is the rows, one file or another, that may have come, and those that
// may have gone.
func (b *builder) layeredDelta(ctx context.Context, manifest string) (came, gone string, err error) {
	if b.parts, b.sizes, err = readParts(ctx, b.engine, manifest); err != nil {
		return "", "", err
	}
	var sizes map[string]int64
	if b.previous.parts, sizes, err = readParts(ctx, b.engine, b.previous.alias); err != nil {
		return "", "", err
	}
	for name, n := range sizes {
		b.sizes[name] = n
	}
	newParts, oldParts := b.cameAndGone()
	const places = `(SELECT %[2]s AS file, o.ordinal FROM %[1]s.out AS o %[3]s)`
	now := fmt.Sprintf(places, manifest, "o.file", "")
	was := fmt.Sprintf(places, b.previous.alias, "m.now", "JOIN stage.same AS m ON m.was = o.file")
	stays := `(SELECT now AS file FROM stage.same)`
	err = b.engine.Exec(ctx, b.samePlaces()+fmt.Sprintf(`;
CREATE TABLE stage.back AS SELECT * FROM (SELECT * FROM %[2]s EXCEPT SELECT * FROM %[1]s) SEMI JOIN %[3]s USING (file);
CREATE TABLE stage.left AS SELECT * FROM (SELECT * FROM %[1]s EXCEPT SELECT * FROM %[2]s) SEMI JOIN %[3]s USING (file)`, now, was, stays))
	if err != nil {
		return "", "", err
	}
	if came, err = b.rowsThat(ctx, newParts, manifest, "stage.back"); err != nil {
		return "", "", err
	}
	gone, err = b.rowsThat(ctx, oldParts, b.previous.alias, "stage.left")
	return came, gone, err
}

// rowsThat is the clean rows of parts by a manifest, and the rows at the places of
// a table, in files that are as before.
func (b *builder) rowsThat(ctx context.Context, parts []placed, manifest, places string) (string, error) {
	columns := strings.Join(publicColumns(b.source), ", ")
	packs := map[string][]placed{}
	for _, p := range parts {
		packs[p.pack] = append(packs[p.pack], p)
	}
	all := []string{"SELECT " + columns + ", '' AS " + pathColumn + " FROM " + segmentAlias(b.source.Name) + ".clean LIMIT 0"}
	for _, name := range sortedKeys(packs) {
		alias, err := b.attachPack(ctx, name)
		if err != nil {
			return "", err
		}
		all = append(all, fmt.Sprintf("SELECT %s, %s FROM %s", columns, chosenPath(packs[name]), b.cleanOf(alias, manifest, packs[name], true)))
	}
	packs = byPack(b.parts)
	for _, name := range sortedKeys(packs) {
		rows, err := b.engine.Query(ctx, fmt.Sprintf("SELECT p.ordinal + f.start - 1 FROM %s AS p JOIN %s.files AS f ON f.id = p.file WHERE f.pack = %s", places, manifestAlias(b.source.Name), duckdb.Literal(name)))
		if err != nil {
			return "", err
		}
		if len(rows.Rows) == 0 {
			continue
		}
		alias, err := b.attachPack(ctx, name)
		if err != nil {
			return "", err
		}
		ids := make([]int64, len(rows.Rows))
		for i, row := range rows.Rows {
			ids[i] = number(row[0])
		}
		all = append(all, fmt.Sprintf("SELECT %s, %s FROM %s.parsed WHERE rowid IN (%s)", columns, chosenPath(packs[name]), alias, joinInts(ids)))
	}
	for i, sql := range all {
		all[i] = "(" + sql + ")"
	}
	return strings.Join(all, " UNION ALL "), nil
}

// days finds the days of the rows that are in one relation and not in the other.
func (b *builder) days(ctx context.Context, came, gone string) (Delta, error) {
	out := Delta{Days: map[string][]string{}}
	err := b.engine.Exec(ctx, fmt.Sprintf("CREATE TABLE stage.came AS %[1]s; CREATE TABLE stage.gone AS %[2]s;\n"+
		"CREATE TABLE stage.added AS SELECT %[3]s FROM stage.came EXCEPT ALL SELECT %[3]s FROM stage.gone; CREATE TABLE stage.removed AS SELECT %[3]s FROM stage.gone EXCEPT ALL SELECT %[3]s FROM stage.came",
		came, gone, strings.Join(publicColumns(b.source), ", ")))
	if err != nil {
		return out, err
	}
	removed, err := b.count(ctx, "SELECT count(*) FROM stage.removed")
	if err != nil {
		return out, err
	}
	out.Removed = removed > 0
	if out.Moved, err = b.moved(ctx); err != nil {
		return out, err
	}
	for _, c := range b.source.Columns {
		if !c.Type.Temporal() {
			continue
		}
		day := dayOf(c)
		t, err := b.engine.Query(ctx, fmt.Sprintf("SELECT DISTINCT %[1]s FROM (SELECT %[1]s FROM stage.added UNION ALL SELECT %[1]s FROM stage.removed) WHERE %[1]s IS NOT NULL ORDER BY 1", day))
		if err != nil {
			return out, err
		}
		out.Days[c.Name] = []string{}
		for _, row := range t.Rows {
			out.Days[c.Name] = append(out.Days[c.Name], dayText(row[0]))
		}
	}
	return out, nil
}

// SQLType is the engine's type of a clean column.
func SQLType(t metrics.Type) string { return sqlType(t) }
