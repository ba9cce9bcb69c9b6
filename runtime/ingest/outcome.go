package ingest

import (
	"context"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// The account of a segment is a row for each row that was read, with its time, as far
// as that could be read, and what became of it. It is a view: packs hold all rows that
// they have read, other segments keep those that are not clean beside the clean ones.

// timeColumns are the columns of an account that say when a row was: none where the
// source has no time, or one that is computed after the account is closed.
func (b *builder) timeColumns() []string {
	s := b.source
	at := s.Column(s.Time)
	if at == nil {
		return nil
	}
	for _, late := range aggregating(b.context.Model, s) {
		if late == at {
			return nil
		}
	}
	columns := []string{duckdb.Quote(at.Name)}
	if at.Type.Kind == metrics.Timestamp {
		columns = append(columns, duckdb.Quote(dayName(at.Name)))
	}
	return columns
}

// accounted is a SELECT list: the time columns of a relation, and an outcome.
func (b *builder) accounted(relation, outcome string) string {
	var list []string
	for _, c := range b.timeColumns() {
		if relation == "" {
			list = append(list, "NULL AS "+c)
		} else {
			list = append(list, relation+"."+c)
		}
	}
	return strings.Join(append(list, outcome+" AS "+duckdb.Quote(metrics.OutcomeColumn)), ", ")
}

func outcomeText(o metrics.RowOutcome) string { return duckdb.Literal(string(o)) }

// unsplit are the rows that could not be split into fields: none has a time.
func (b *builder) unsplit(n int64) string {
	return fmt.Sprintf("SELECT %s FROM range(%d)", b.accounted("", outcomeText(metrics.RowRejected)), n)
}

// taken is the outcome of a row that a comparison took out, else another.
func taken(otherwise string) string {
	return fmt.Sprintf("CASE WHEN o.duplicate THEN %s WHEN o.duplicate IS NOT NULL THEN %s %s END", outcomeText(metrics.RowDuplicate), outcomeText(metrics.RowRejected), otherwise)
}

// accountOfPacks is the account of a layered segment.
func (b *builder) accountOfPacks(ctx context.Context, manifest string) (string, error) {
	packs := byPack(b.parts)
	var all []string
	var faults int64
	for _, name := range sortedKeys(packs) {
		alias, err := b.attachPack(ctx, name)
		if err != nil {
			return "", err
		}
		for _, p := range packs[name] {
			faults += p.faults
		}
		outcome := taken(fmt.Sprintf("WHEN r.%[1]s = %[2]d THEN %[3]s WHEN r.%[1]s = %[4]d THEN %[5]s ELSE %[6]s", stateColumn,
			stateClean, outcomeText(metrics.RowClean), stateFiltered, outcomeText(metrics.RowFiltered), outcomeText(metrics.RowRejected)))
		one := fmt.Sprintf(`SELECT %[1]s FROM %[2]s.parsed AS r LEFT JOIN (SELECT o.ordinal + f.start - 1 AS id, o.duplicate FROM %[3]s.out AS o JOIN %[3]s.files AS f ON f.id = o.file WHERE f.pack = %[4]s) AS o ON o.id = r.rowid`,
			b.accounted("r", outcome), alias, manifest, duckdb.Literal(name))
		if only := b.only(packs[name]); only != "" {
			one += " WHERE " + only
		}
		all = append(all, one)
	}
	return strings.Join(append(all, b.unsplit(faults)), "\nUNION ALL BY NAME "), nil
}

// accountOfTables is the account of a segment that holds its rows itself.
func (b *builder) accountOfTables(manifest string) string {
	return fmt.Sprintf("SELECT %s FROM %s.clean AS r UNION ALL BY NAME SELECT * FROM %[2]s.aside", b.accounted("r", outcomeText(metrics.RowClean)), manifest)
}

// writeAside keeps what is in the account beside the clean rows.
func (b *builder) writeAside(ctx context.Context) error {
	times := "stage.parsed AS r"
	if at := b.source.Column(b.source.Time); at != nil && at.Value != nil && len(b.timeColumns()) > 0 { // not read, but computed of what was
		times = "(SELECT p.rowid AS rowid, p." + whyColumn + ", " + strings.Join(b.timeColumns(), ", ") + " FROM stage.parsed AS p LEFT JOIN stage.rows AS s ON s.\"$row\" = p.rowid) AS r"
	}
	outcome := taken(fmt.Sprintf(`WHEN r.%s IS NOT NULL THEN %s ELSE %s`, whyColumn, outcomeText(metrics.RowRejected), outcomeText(metrics.RowFiltered)))
	return b.engine.Exec(ctx, fmt.Sprintf(`CREATE TABLE %s.aside AS SELECT %s FROM %s LEFT JOIN stage.out AS o ON o."$row" = r.rowid
WHERE r.rowid NOT IN (SELECT "$row" FROM %s) UNION ALL BY NAME %s`, b.target, b.accounted("r", outcome), times, b.cleanRows(), b.unsplit(int64(len(b.faults)))))
}
