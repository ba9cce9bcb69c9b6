package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// Moved is rows of a file on a day that are in one of two states of a source alone: how
// many came, and how many went.
type Moved struct {
	Path, Day  string
	Came, Went int64
}

// pathColumn is the file of a row whose states are compared.
const pathColumn = `"$path"`

// dayOf is the quoted column of the day of a column that has a time.
func dayOf(c *metrics.Column) string {
	if c.Type.Kind == metrics.Timestamp {
		return duckdb.Quote(dayName(c.Name))
	}
	return duckdb.Quote(c.Name)
}

// cleanByPath is the clean rows of a segment that has them as a table, with their files.
func (b *builder) cleanByPath(manifest string) string {
	columns := publicColumns(b.source)
	for i, c := range columns {
		columns[i] = "c." + c
	}
	return fmt.Sprintf(`SELECT %s, coalesce(f.path, '') AS %s FROM %s.clean AS c LEFT JOIN %[3]s.files AS f ON f.id = c.%[4]s`,
		strings.Join(columns, ", "), pathColumn, manifest, fileColumn)
}

// chosenPath is the SQL of the file of a row of some parts of one pack.
func chosenPath(parts []placed) string {
	last := slices.MaxFunc(parts, func(a, b placed) int { return a.id - b.id }).id
	paths := slices.Repeat([]string{"''"}, last+1)
	for _, p := range parts {
		paths[p.id] = duckdb.Literal(p.Path)
	}
	return fmt.Sprintf("list_extract([%s], %s + 1) AS %s", strings.Join(paths, ", "), fileColumn, pathColumn)
}

// moved counts the rows of stage.added and stage.removed by file and day. They are as
// many of equal rows as came or went on balance: whichever file is first by name has
// them.
func (b *builder) moved(ctx context.Context) ([]Moved, error) {
	at := slices.IndexFunc(b.source.Columns, func(c *metrics.Column) bool { return c.Name == b.source.Time })
	if at < 0 {
		return nil, nil
	}
	var same []string
	columns := publicColumns(b.source)
	for _, c := range columns {
		same = append(same, fmt.Sprintf("r.%[1]s IS NOT DISTINCT FROM n.%[1]s", c))
	}
	const located = `SELECT r.%[1]s AS path, r.%[2]s AS day, '%[3]s' AS what FROM stage.%[3]s AS r
JOIN (SELECT %[5]s, count(*) AS "$many", row_number() OVER () AS "$kind" FROM stage.%[4]s GROUP BY %[5]s) AS n ON %[6]s
QUALIFY row_number() OVER (PARTITION BY n."$kind" ORDER BY r.%[1]s) <= n."$many"`
	var both []string
	for _, side := range [][2]string{{"came", "added"}, {"gone", "removed"}} {
		both = append(both, "("+fmt.Sprintf(located, pathColumn, dayOf(b.source.Columns[at]), side[0], side[1], strings.Join(columns, ", "), strings.Join(same, " AND "))+")")
	}
	t, err := b.engine.Query(ctx, `SELECT path, day, count(*) FILTER (what = 'came'), count(*) FILTER (what = 'gone') FROM (`+
		strings.Join(both, " UNION ALL ")+`) WHERE day IS NOT NULL GROUP BY path, day ORDER BY day, path`)
	if err != nil {
		return nil, err
	}
	out := make([]Moved, len(t.Rows))
	for i, row := range t.Rows {
		out[i] = Moved{Path: text(row[0]), Day: dayText(row[1]), Came: number(row[2]), Went: number(row[3])}
	}
	return out, nil
}
