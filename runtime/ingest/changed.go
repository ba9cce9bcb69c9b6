package ingest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// When some files of a source changed, rows are compared anew only where that may
// end otherwise: among rows that have a key in common with a row that came or went.
// What the segment before says of all others still holds.

// previous is the segment that the store has of the source.
type previous struct {
	meta
	alias string // quoted
	parts []part
	sizes map[string]int64
}

// openPrevious opens the segment that the store has of the source, if its rows can
// be of use.
func (b *builder) openPrevious(ctx context.Context) error {
	name := b.context.Current[b.source.Name]
	if name == "" {
		return nil
	}
	alias := "was_" + b.source.Name
	for _, folder := range b.context.folders() {
		m, err := openManifest(ctx, b.engine, alias, folder, name)
		if err != nil {
			continue // as good as none: all files are read
		}
		b.previous = &previous{meta: m, alias: duckdb.Quote(alias)}
		parts, sizes, err := readParts(ctx, b.engine, b.previous.alias)
		if err == nil && m.RowsHash == b.rowsHash {
			for _, name := range sortedKeys(byPack(parts)) {
				if _, err = b.attachPack(ctx, name); err != nil {
					break
				}
			}
		}
		if err != nil || m.RowsHash != b.rowsHash {
			b.closePrevious(ctx)
			return nil
		}
		b.previous.parts, b.previous.sizes = parts, sizes
		maps.Copy(b.sizes, sizes)
		return nil
	}
	return nil
}

func (b *builder) closePrevious(ctx context.Context) {
	if b.previous != nil {
		_ = b.engine.Detach(context.WithoutCancel(ctx), "was_"+b.source.Name) // read only: nothing is lost
		b.previous = nil
	}
}

// mostChanged is the share of rows beyond which all are compared anew.
const mostChanged = 0.25

// continues tells whether comparing rows can go on from the segment before.
func (b *builder) continues() bool {
	p, s := b.previous, b.source
	if p == nil || p.Definition != b.definition || !maps.Equal(p.Upstream, b.upstream()) || s.Valid != nil {
		return false
	}
	if slices.ContainsFunc(quarantining(s), func(r *metrics.Reference) bool { return r.To == s.Name }) {
		return false
	}
	var all, changed int64
	for _, part := range b.parts {
		all += part.rows
	}
	came, gone := b.cameAndGone()
	for _, part := range append(came, gone...) {
		changed += part.rows
	}
	return float64(changed) <= mostChanged*float64(all)
}

// upstream is the hashes of the sources that decide which rows are kept.
func (b *builder) upstream() map[string]string {
	out := map[string]string{}
	for _, r := range quarantining(b.source) {
		if r.To != b.source.Name {
			out[r.To] = b.segments[r.To].Hash
		}
	}
	return out
}

// cameAndGone are the parts that the segment before did not have, and those that it
// has alone.
func (b *builder) cameAndGone() (came, gone []placed) {
	before, now := map[[2]string]bool{}, map[[2]string]bool{}
	for _, p := range b.previous.parts {
		before[[2]string{p.Path, p.Hash}] = true
	}
	for i, p := range b.parts {
		now[[2]string{p.Path, p.Hash}] = true
		if !before[[2]string{p.Path, p.Hash}] {
			came = append(came, placed{p, i})
		}
	}
	for i, p := range b.previous.parts {
		if !now[[2]string{p.Path, p.Hash}] {
			gone = append(gone, placed{p, i})
		}
	}
	return came, gone
}

// compareChanged compares rows anew where rows came or went.
func (b *builder) compareChanged(ctx context.Context) error {
	return inTurn(ctx, b.layChanged, b.dedupeChanged, b.quarantineChanged, b.keysChanged)
}

// layChanged makes the tables stage.came and stage.gone of the rows of files that are
// new, changed or no longer there, and stage.before of the rows that were taken out
// and whose files are as before.
func (b *builder) layChanged(ctx context.Context) error {
	came, gone := b.cameAndGone()
	for name, parts := range map[string][]placed{"came": came, "gone": gone} {
		rows, err := b.rowsOf(ctx, parts)
		if err != nil {
			return err
		}
		if rows == "" {
			rows = "SELECT * FROM stage.rows LIMIT 0"
		}
		if err := b.engine.Exec(ctx, "CREATE TABLE stage."+name+" AS "+rows); err != nil {
			return err
		}
	}
	return b.engine.Exec(ctx, b.samePlaces()+fmt.Sprintf(`;
CREATE TABLE stage.before AS SELECT (m.now << %[1]d) + o.ordinal AS "$row", o.duplicate, o."column", o.shown, o.reason,
(a.now << %[1]d) + o.again_ordinal AS again, o.state, o.again_file IS NOT NULL AS by_key
FROM %[2]s.out AS o JOIN stage.same AS m ON m.was = o.file LEFT JOIN stage.same AS a ON a.was = o.again_file`, ordinalBits, b.previous.alias))
}

// samePlaces makes the table stage.same of the files that are as before: their
// position in the segment before, and now.
func (b *builder) samePlaces() string {
	at := map[[2]string]int{}
	for i, p := range b.previous.parts {
		at[[2]string{p.Path, p.Hash}] = i
	}
	var pairs []string
	for i, p := range b.parts {
		if was, ok := at[[2]string{p.Path, p.Hash}]; ok {
			pairs = append(pairs, fmt.Sprintf("(%d, %d)", was, i))
		}
	}
	sql := "CREATE TABLE stage.same (was INTEGER, now BIGINT)"
	if len(pairs) > 0 {
		sql += "; INSERT INTO stage.same VALUES " + strings.Join(pairs, ", ")
	}
	return sql
}

// sharing is the columns of all rows that have values in common with any of some.
func (b *builder) sharing(columns, keys []string, some string) string {
	return fmt.Sprintf("SELECT %s FROM stage.rows SEMI JOIN (SELECT DISTINCT %s FROM (%s)) USING (%s)",
		strings.Join(columns, ", "), strings.Join(keys, ", "), some, strings.Join(keys, ", "))
}

func (b *builder) dedupeChanged(ctx context.Context) error {
	d := b.source.Dedupe
	if d == nil {
		return nil
	}
	by := dedupeBy(d)
	columns := append(slices.Clone(by), `"$row"`, stateColumn)
	for _, list := range [][]string{d.Order, b.source.Key} {
		for _, c := range list {
			if name := duckdb.Quote(c); !slices.Contains(columns, name) {
				columns = append(columns, name)
			}
		}
	}
	changed := fmt.Sprintf("SELECT %[1]s FROM stage.came UNION ALL SELECT %[1]s FROM stage.gone", strings.Join(by, ", "))
	if err := b.engine.Exec(ctx, "CREATE TABLE stage.near AS "+b.sharing(columns, by, changed)); err != nil {
		return err
	}
	b.compared = "stage.near"
	return inTurn(ctx, b.dedupe, func(ctx context.Context) error {
		return b.stillOut(ctx, `NOT by_key AND duplicate AND "$row" NOT IN (SELECT "$row" FROM stage.near)`)
	})
}

// stillOut takes out the rows that were out before and meet a condition.
func (b *builder) stillOut(ctx context.Context, condition string) error {
	return b.engine.Exec(ctx, `INSERT INTO stage.out SELECT * EXCLUDE (by_key) FROM stage.before WHERE `+condition)
}

func (b *builder) quarantineChanged(ctx context.Context) error {
	b.compared = "stage.came"
	if b.source.Dedupe != nil {
		// A row may be kept now that was a duplicate before.
		near := "SELECT DISTINCT \"$row\" FROM stage.near UNION SELECT \"$row\" FROM stage.came"
		if len(quarantining(b.source)) > 0 {
			if err := b.engine.Exec(ctx, "CREATE TABLE stage.judged AS SELECT * FROM stage.rows SEMI JOIN ("+near+`) USING ("$row")`); err != nil {
				return err
			}
			b.compared = "stage.judged"
		}
	}
	if len(quarantining(b.source)) == 0 {
		return nil
	}
	return inTurn(ctx, b.quarantine, func(ctx context.Context) error {
		return b.stillOut(ctx, `NOT by_key AND NOT duplicate AND "$row" NOT IN (SELECT "$row" FROM `+b.compared+")")
	})
}

func (b *builder) keysChanged(ctx context.Context) error {
	if !b.comparesKeys() {
		return nil
	}
	var key []string
	for _, k := range b.source.Key {
		key = append(key, duckdb.Quote(k))
	}
	list := strings.Join(key, ", ")
	changed := fmt.Sprintf("SELECT %[1]s FROM stage.came UNION ALL SELECT %[1]s FROM stage.gone", list)
	if b.source.Dedupe != nil {
		changed += fmt.Sprintf(" UNION ALL SELECT %s FROM stage.near", list)
	}
	sql := "CREATE TABLE stage.alike AS " + b.sharing(append(slices.Clone(key), `"$row"`, stateColumn), key, changed)
	if err := b.engine.Exec(ctx, sql); err != nil {
		return err
	}
	// Most keys stand once: only of others the whole rows are read.
	repeated := fmt.Sprintf("SELECT %[1]s FROM stage.alike WHERE %[2]s GROUP BY %[1]s HAVING count(*) > 1", list, b.remaining())
	n, err := b.count(ctx, "SELECT count(*) FROM ("+repeated+")")
	if err != nil {
		return err
	}
	if n > 0 {
		sql := "CREATE TABLE stage.repeated AS " + b.sharing([]string{"*"}, key, repeated)
		if err := b.engine.Exec(ctx, sql); err != nil {
			return err
		}
		b.compared = "stage.repeated"
		if err := b.keys(ctx); err != nil {
			return err
		}
	}
	return b.stillOut(ctx, `by_key AND "$row" NOT IN (SELECT "$row" FROM stage.alike)`)
}

// definitionHash names all steps of cleaning a source.
func (c Context) definitionHash(s *metrics.Source) (string, error) {
	text, err := canonicalSource(c.Model, s)
	if err != nil {
		return "", err
	}
	p := c.Model.Project
	return hashOf(formatVersion, text, p.Timezone, p.WeekStart, p.FiscalYearStart)
}

// knowPlaces remembers what the segment before knows of places in files that are as
// they were.
func (b *builder) knowPlaces(ctx context.Context) error {
	if b.previous == nil {
		return nil
	}
	now := map[[2]string]int{}
	for i, p := range b.parts {
		now[[2]string{p.Path, p.Hash}] = i
	}
	t, err := b.engine.Query(ctx, "SELECT file, ordinal, line, raw FROM "+b.previous.alias+".places")
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		p := b.previous.parts[number(row[0])]
		if at, same := now[[2]string{p.Path, p.Hash}]; same {
			b.places[place{at, number(row[1])}] = found{line: number(row[2]), raw: text(row[3])}
		}
	}
	return nil
}

// writePlaces keeps what is known of places in files, so that these need not be read
// for it again.
func (b *builder) writePlaces(ctx context.Context) error {
	if err := b.engine.Exec(ctx, "CREATE TABLE "+b.target+".places (file INTEGER, ordinal BIGINT, line BIGINT, raw VARCHAR)"); err != nil {
		return err
	}
	if len(b.parts) == 0 {
		return nil
	}
	all := slices.SortedFunc(maps.Keys(b.places), func(x, y place) int { return cmp.Or(cmp.Compare(x.file, y.file), cmp.Compare(x.ordinal, y.ordinal)) })
	all = slices.DeleteFunc(all, func(p place) bool { return b.places[p].packed })
	return b.insertRows(ctx, b.target+".places", len(all), func(i int) []string {
		at := b.places[all[i]]
		return []string{fmt.Sprint(all[i].file), fmt.Sprint(all[i].ordinal), fmt.Sprint(at.line), at.raw}
	})
}
