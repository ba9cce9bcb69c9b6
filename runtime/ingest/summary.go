package ingest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// A layered segment has a summary of the clean rows of each file, from which what is
// known of the source adds up: when a file changes, the others aren't counted again.

// summaryColumns are the columns of the table of summaries and how each is computed:
// rows, then of each column the nulls, and the days of the first and the last value,
// then of each check that keeps rows how many fail it, and one of the values.
func (b *builder) summaryColumns() (table, values []string) {
	add := func(name, typ, value string) {
		table, values = append(table, name+" "+typ), append(values, value+" AS "+name)
	}
	add("clean", "BIGINT", "count(*)")
	for i, c := range b.source.Columns {
		name := duckdb.Quote(c.Name)
		add(fmt.Sprintf("n%d", i), "BIGINT", "count(*) - count("+name+")")
		if c.Type.Temporal() && b.context.Model.Shows(b.source, c) {
			day := name
			if c.Type.Kind == metrics.Timestamp {
				day = duckdb.Quote(dayName(c.Name))
			}
			add(fmt.Sprintf("f%d", i), "DATE", "min("+day+")")
			add(fmt.Sprintf("l%d", i), "DATE", "max("+day+")")
			if c.Type.Kind == metrics.Timestamp {
				add(fmt.Sprintf("x%d", i), "TIMESTAMP WITH TIME ZONE", "max("+name+")")
			}
		}
	}
	for i, check := range b.rowChecks() {
		if check.onFail == metrics.Quarantine {
			continue
		}
		add(fmt.Sprintf("c%d", i), "BIGINT", "count(*) FILTER (WHERE "+check.failed+")")
		add(fmt.Sprintf("s%d", i), "VARCHAR", fmt.Sprintf("min(CAST(%s AS VARCHAR)) FILTER (WHERE %s)", check.shown, check.failed))
	}
	return table, values
}

// writeSummary summarises the files whose clean rows changed, and takes the summaries
// of others from the segment before.
func (b *builder) writeSummary(ctx context.Context) error {
	table, values := b.summaryColumns()
	if err := b.engine.Exec(ctx, fmt.Sprintf("CREATE TABLE %s.summary (file INTEGER, %s)", b.target, strings.Join(table, ", "))); err != nil {
		return err
	}
	other, err := b.otherFiles(ctx)
	if err != nil {
		return err
	}
	for name, parts := range byPack(b.parts) {
		parts = slices.DeleteFunc(parts, func(p placed) bool { return other != nil && !other[int64(p.at)] })
		if len(parts) == 0 {
			continue
		}
		alias, err := b.attachPack(ctx, name)
		if err != nil {
			return err
		}
		err = b.engine.Exec(ctx, fmt.Sprintf(`INSERT INTO %[1]s.summary SELECT f.id, s.* EXCLUDE (part) FROM (SELECT "$file" AS part, %[2]s FROM %[3]s GROUP BY 1) AS s
JOIN %[1]s.files AS f ON f.pack = %[4]s AND f.part = s.part ORDER BY 1`, b.target, strings.Join(values, ", "), b.cleanOf(alias, b.target, parts, true), duckdb.Literal(name)))
		if err != nil {
			return err
		}
	}
	return nil
}

// otherFiles copies the summaries of files whose clean rows are as before, and
// returns the other files; nil for all.
func (b *builder) otherFiles(ctx context.Context) (map[int64]bool, error) {
	if b.previous == nil || b.previous.Definition != b.definition {
		return nil, nil
	}
	if !b.compares() {
		if err := b.engine.Exec(ctx, b.samePlaces()+`; CREATE TABLE stage.before ("$row" BIGINT)`); err != nil {
			return nil, err
		}
	} else if !b.continues() {
		return nil, nil
	}
	const other = `SELECT DISTINCT "$row" >> %[1]d AS file FROM ((SELECT "$row" FROM stage.before EXCEPT SELECT "$row" FROM stage.out) UNION ALL (SELECT "$row" FROM stage.out EXCEPT SELECT "$row" FROM stage.before))`
	t, err := b.engine.Query(ctx, fmt.Sprintf(other, ordinalBits))
	if err != nil {
		return nil, err
	}
	out, same := map[int64]bool{}, "true"
	var ids []int64
	for _, row := range t.Rows {
		out[number(row[0])] = true
		ids = append(ids, number(row[0]))
	}
	came, _ := b.cameAndGone()
	for _, p := range came {
		out[int64(p.at)] = true
	}
	if len(ids) > 0 {
		same = "m.now NOT IN (" + joinInts(ids) + ")"
	}
	return out, b.engine.Exec(ctx, fmt.Sprintf("INSERT INTO %s.summary SELECT m.now, s.* EXCLUDE (file) FROM %s.summary AS s JOIN stage.same AS m ON m.was = s.file WHERE %s ORDER BY 1",
		b.target, b.previous.alias, same))
}

// summarise adds the summaries up: statistics, and the checks that some rows fail.
func (b *builder) summarise(ctx context.Context) (metrics.Statistics, error) {
	table, _ := b.summaryColumns()
	var sums []string
	for _, column := range table {
		name, typ, _ := strings.Cut(column, " ")
		add := "coalesce(sum(" + name + "), 0)::BIGINT"
		if typ != "BIGINT" {
			add = "min(" + name + ")"
		}
		if name[0] == 'l' || name[0] == 'x' {
			add = "max(" + name + ")"
		}
		sums = append(sums, add)
	}
	t, err := b.engine.Query(ctx, fmt.Sprintf("SELECT %s FROM %s.summary", strings.Join(sums, ", "), b.target))
	if err != nil {
		return metrics.Statistics{}, err
	}
	row := t.Rows[0]
	next := func() any { v := row[0]; row = row[1:]; return v }
	out := metrics.Statistics{Rows: number(next()), Columns: map[string]metrics.ColumnStatistics{}}
	for _, c := range b.source.Columns {
		st := metrics.ColumnStatistics{Nulls: number(next())}
		if c.Type.Temporal() && b.context.Model.Shows(b.source, c) {
			st.FirstDay, st.LastDay = dayText(next()), dayText(next())
			if c.Type.Kind == metrics.Timestamp {
				st.Last = instantText(next())
			}
		}
		out.Columns[c.Name] = st
	}
	checks, kept := b.rowChecks(), map[int]failing{}
	for i, check := range checks {
		if check.onFail != metrics.Quarantine {
			kept[i] = failing{number(next()), guard{b.source, b.key}.value(check.column, text(next()))}
		}
	}
	b.tellResults(checks, b.rejectedFor(checks), kept)
	return out, b.estimate(ctx, &out)
}

// rejectedFor counts the rejects of a layered source by what took them out.
func (b *builder) rejectedFor(checks []rowCheck) rejectedRows {
	known := map[rejectedBy]bool{}
	for _, c := range checks {
		known[rejectedBy{c.column, c.reason}] = true
	}
	out := rejectedRows{}
	for _, r := range b.keptOut {
		by := rejectedBy{r.column, r.reason}
		switch {
		case r.again.ordinal > 0:
			by.reason = ""
		case !known[by]:
			by.reason = unreadableRows
		}
		out[by] = out[by].with(failing{1, r.shown})
	}
	return out
}

// grown is by how much rows must have grown for their different values to be
// estimated anew: nothing but the speed of queries rests on them.
const grown = 1.25

// estimate fills in about how many different values columns have.
func (b *builder) estimate(ctx context.Context, st *metrics.Statistics) error {
	if p := b.previous; p != nil && p.Definition == b.definition && float64(st.Rows) <= grown*float64(p.Estimated) && st.Rows > 0 {
		for name, c := range st.Columns {
			c.Distinct = p.Statistics.Columns[name].Distinct
			st.Columns[name] = c
		}
		b.estimated = p.Estimated
		return nil
	}
	every := max(1, st.Rows/sampled)
	var values []string
	for _, c := range b.source.Columns {
		name := duckdb.Quote(c.Name)
		values = append(values, "approx_count_distinct("+name+")", "count("+name+")")
	}
	where := b.remaining()
	if every > 1 {
		where = fmt.Sprintf(`"$row" %% %d = 0 AND `, every) + where
	}
	t, err := b.engine.Query(ctx, "SELECT "+strings.Join(values, ", ")+" FROM stage.rows WHERE "+where)
	if err != nil {
		return err
	}
	for i, c := range b.source.Columns {
		column := st.Columns[c.Name]
		column.Distinct = number(t.Rows[0][2*i])
		if every > 1 {
			column.Distinct = extrapolated(column.Distinct, number(t.Rows[0][2*i+1]), st.Rows-column.Nulls)
		}
		st.Columns[c.Name] = column
	}
	b.estimated = st.Rows
	return nil
}

// sampled is about how many rows different values are counted of, where there are more.
const sampled = 1 << 18

// extrapolated is about how many different values all rows have, of which some have
// distinct ones: as many as would leave that many in a sample if all are as frequent.
// Where hardly any occurs twice in the sample, they can't be told from unique ones.
func extrapolated(distinct, some, all int64) int64 {
	const unique = 0.97
	if float64(distinct) >= unique*float64(some) {
		return all
	}
	low, high := float64(distinct), float64(all)
	for high-low > 1 {
		middle := (low + high) / 2
		if middle*-math.Expm1(-float64(some)/middle) < float64(distinct) {
			low = middle
		} else {
			high = middle
		}
	}
	return min(int64(high), all)
}
