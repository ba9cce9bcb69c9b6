package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// computeColumns makes the relation stage.rows: the rows that could be read, with
// row id, origin and computed columns.
func (b *builder) computeColumns(ctx context.Context) error {
	from, joined, err := b.base(ctx)
	if err != nil {
		return err
	}
	levels, err := b.computedLevels()
	if err != nil {
		return err
	}
	for _, level := range levels {
		added := []string{"*"}
		for _, c := range level {
			name := duckdb.Quote(c.Name)
			added = append(added, fmt.Sprintf("CAST(%s AS %s) AS %s", b.expr(c.Value), sqlType(c.Type), name))
		}
		from = "SELECT " + strings.Join(added, ",\n") + "\nFROM (" + from + ")"
	}
	if days := b.computedDays(); len(days) > 0 {
		from = "SELECT *, " + strings.Join(days, ", ") + " FROM (" + from + ")"
	}
	if joined {
		// A join may give up the order of rows, and is done once.
		return b.engine.Exec(ctx, "CREATE TABLE stage.rows AS "+from+` ORDER BY "$row"`)
	}
	return b.engine.Exec(ctx, "CREATE VIEW stage.rows AS "+from)
}

// base is the readable rows, joined with what the source's own expressions reach
// in other sources.
func (b *builder) base(ctx context.Context) (from string, joined bool, err error) {
	ordinal := `p."$ordinal"`
	if _, union := b.source.Reader.(*metrics.Union); !union {
		ordinal = fmt.Sprintf(`p.rowid - list_extract([%s], p."$file" + 1) + 1`, joinInts(b.starts))
	}
	columns := fmt.Sprintf(`p.* EXCLUDE ("$ordinal", %s), %s AS "$ordinal", p.rowid AS "$row"`, whyColumn, ordinal)
	tables := "stage.parsed AS p"
	refs := reached(b.context.Model, b.source)
	if len(refs) > 0 {
		if err := b.reachedColumns(ctx, refs); err != nil {
			return "", false, err
		}
		columns += `, r.* EXCLUDE ("$row")`
		tables += ` JOIN stage.reached AS r ON r."$row" = p.rowid`
	}
	return "SELECT " + columns + " FROM " + tables + " WHERE p." + whyColumn + " IS NULL", len(refs) > 0, nil
}

func joinInts(ns []int64) string {
	out := make([]string, len(ns))
	for i, n := range ns {
		out[i] = fmt.Sprint(n)
	}
	if len(out) == 0 {
		return "0"
	}
	return strings.Join(out, ", ")
}

// expr prints an expression over the columns of stage.rows.
func (b *builder) expr(e metrics.Expr) string {
	return sqlgen.Expr(e, b.context.scope(func(ref *metrics.ColumnRef) string {
		if len(ref.Path) > 0 {
			return duckdb.Quote(reachedName(ref))
		}
		return duckdb.Quote(ref.Column)
	}))
}

// computedLevels orders the computed columns so that each stands above those it reads.
func (b *builder) computedLevels() ([][]*metrics.Column, error) {
	late := aggregating(b.context.Model, b.source)
	var left []*metrics.Column
	for _, c := range b.source.Columns {
		if c.Value != nil && !slices.Contains(late, c) {
			left = append(left, c)
		}
	}
	var levels [][]*metrics.Column
	for len(left) > 0 {
		var level, later []*metrics.Column
		for _, c := range left {
			if readsAny(c.Value, left) {
				later = append(later, c)
			} else {
				level = append(level, c)
			}
		}
		if len(level) == 0 {
			return nil, failf(diag.Cycle, b.source.Name, "Computed columns read each other", "The computed column %q of source.%s needs itself. Take it out of one of the expressions.", left[0].Name, b.source.Name)
		}
		levels, left = append(levels, level), later
	}
	return levels, nil
}

func readsAny(e metrics.Expr, columns []*metrics.Column) bool {
	return metrics.Any(e, func(x metrics.Expr) bool {
		ref, ok := x.(*metrics.ColumnRef)
		return ok && len(ref.Path) == 0 && slices.ContainsFunc(columns, func(c *metrics.Column) bool { return c.Name == ref.Column })
	})
}

// computedDays are the local days of computed timestamps.
func (b *builder) computedDays() []string {
	late := aggregating(b.context.Model, b.source)
	var out []string
	for _, c := range b.source.Columns {
		if c.Value != nil && c.Type.Kind == metrics.Timestamp && !slices.Contains(late, c) {
			day := b.zones[b.context.Model.Project.Timezone].day("epoch_us(" + duckdb.Quote(c.Name) + ")")
			out = append(out, day+" AS "+duckdb.Quote(dayName(c.Name)))
		}
	}
	return out
}

// dedupe marks the rows that a dedupe block drops. A row without one of the
// columns to compare is like no other.
func (b *builder) dedupe(ctx context.Context) error {
	d := b.source.Dedupe
	if d == nil {
		return nil
	}
	by := dedupeBy(d)
	known := strings.Join(by, " IS NOT NULL AND ") + " IS NOT NULL"
	direction := "DESC NULLS LAST"
	if d.Keep == "first" {
		direction = "ASC NULLS LAST"
	}
	var order []string
	for _, c := range d.Order {
		order = append(order, duckdb.Quote(c)+" "+direction)
	}
	order = append(order, `"$row" `+strings.TrimSuffix(direction, " NULLS LAST"))
	if len(d.Order) > 0 && d.Keep == "first" {
		order[len(order)-1] = `"$row" DESC` // ties: the last by file and line, whatever is kept
	}
	state := "0"
	if b.layered {
		state = stateColumn
	}
	// Most rows are like no other: only those that may be are put in order.
	list := strings.Join(by, ", ")
	return b.engine.Exec(ctx, fmt.Sprintf(`INSERT INTO stage.out ("$row", duplicate, state)
SELECT "$row", true, state FROM (SELECT "$row", %[4]s AS state, row_number() OVER (PARTITION BY %[1]s ORDER BY %[2]s) AS n FROM %[5]s
WHERE %[3]s AND hash(%[1]s) IN (SELECT h FROM (SELECT hash(%[1]s) AS h FROM %[5]s WHERE %[3]s) GROUP BY h HAVING count(*) > 1)) WHERE n > 1`,
		list, strings.Join(order, ", "), known, state, b.compared))
}

// dedupeBy is the columns by which a dedupe block compares rows.
func dedupeBy(d *metrics.Dedupe) []string {
	if d.All {
		return []string{`"$all"`}
	}
	by := make([]string, len(d.By))
	for i, c := range d.By {
		by[i] = duckdb.Quote(c)
	}
	return by
}

// remaining is the condition of rows that no step has taken out so far.
func (b *builder) remaining() string {
	cond := `"$row" NOT IN (SELECT "$row" FROM stage.out)`
	if b.layered {
		return stateColumn + " = 0 AND " + cond
	}
	if b.source.Where != nil {
		cond = "(" + b.expr(b.source.Where) + ") AND " + cond
	}
	return cond
}

// quarantine moves rows to the rejects that lack what they must have or fail a
// quarantining check; the first reason counts.
func (b *builder) quarantine(ctx context.Context) error {
	all := b.quarantines()
	if b.layered { // the others were judged when the row was read
		all = slices.DeleteFunc(all, func(c rowCheck) bool { return c.kind != metrics.CheckReferences })
	}
	for _, q := range all {
		err := b.engine.Exec(ctx, fmt.Sprintf(`INSERT INTO stage.out ("$row", duplicate, "column", shown, reason)
SELECT "$row", false, %s, CAST(%s AS VARCHAR), %s FROM %s WHERE (%s) AND %s`,
			duckdb.Literal(q.column), q.shown, duckdb.Literal(q.reason), b.compared, q.failed, b.remaining()))
		if err != nil {
			return err
		}
	}
	return nil
}

// keys makes the key unique among the remaining rows: of equal ones the last by
// file and line stays, exact copies of it count as duplicates, others are rejected.
func (b *builder) keys(ctx context.Context) error {
	if !b.comparesKeys() {
		return nil
	}
	names := uniqueColumns(b.source)
	var key, whole []string
	for _, k := range names {
		key = append(key, duckdb.Quote(k))
	}
	for _, c := range b.source.Columns {
		if c.Value == nil && !c.Tag {
			whole = append(whole, duckdb.Quote(c.Name))
		}
	}
	keyList := strings.Join(key, ", ")
	repeated := fmt.Sprintf(`SELECT %[1]s FROM %[3]s WHERE %[2]s GROUP BY %[1]s HAVING count(*) > 1`, keyList, b.remaining(), b.compared)
	return b.engine.Exec(ctx, fmt.Sprintf(`INSERT INTO stage.out ("$row", duplicate, "column", shown, reason, again)
WITH same AS (SELECT "$row", %[1]s, row(%[2]s) AS w FROM %[7]s WHERE (%[1]s) IN (%[3]s) AND %[4]s),
kept AS (SELECT *, last_value("$row") OVER k AS again, last_value(w) OVER k AS kept FROM same
  WINDOW k AS (PARTITION BY %[1]s ORDER BY "$row" ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
SELECT "$row", w IS NOT DISTINCT FROM kept, %[5]s, %[6]s, '', again FROM kept WHERE "$row" <> again`,
		keyList, strings.Join(whole, ", "), repeated, b.remaining(), duckdb.Literal(columnList(names)), shownValues(b.source, names), b.compared))
}

// comparesKeys tells whether two rows that remain may have the same key: not where
// those that are alike in columns of the key have been dropped. No part of a key is null.
func (b *builder) comparesKeys() bool {
	s := b.source
	if d := s.Dedupe; d != nil && !d.All && !slices.ContainsFunc(d.By, func(c string) bool { return !slices.Contains(s.Key, c) }) {
		return false
	}
	return len(s.Key) > 0
}

// uniqueColumns are the columns that tell rows apart: of one key, rows may hold at
// different times.
func uniqueColumns(s *metrics.Source) []string {
	names := slices.Clone(s.Key)
	if v := s.Valid; v != nil && !slices.Contains(names, v.From) {
		names = append(names, v.From)
	}
	return names
}
