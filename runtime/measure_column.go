package runtime

import (
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/scaffold"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/ingest"
)

// measured is the table with the file's rows.
const measured = "measured"

// load reads the whole file into the engine, in columns c0 and on.
func (m *measurer) load() error {
	var err error
	switch m.table.Format {
	case scaffold.CSV:
		err = m.loadFrom(m.delimited("header = true, "+m.texts()), func(i int) string { return fmt.Sprintf("c%d", m.at[i]) })
	case scaffold.Parquet:
		err = m.loadFrom("read_parquet("+duckdb.Literal(globLiteral.Replace(m.real))+")", func(i int) string { return m.table.Columns[i].Name })
	default:
		err = m.loadTexts()
	}
	if err != nil {
		return err
	}
	known := make([]string, len(m.table.Columns))
	for i := range known {
		known[i] = fmt.Sprintf("c%d IS NOT NULL", i)
	}
	some := strings.Join(known, " OR ")
	t, err := m.eng.Query(m.ctx, fmt.Sprintf(`SELECT count(*), count(*) FILTER (WHERE NOT (%[2]s)),
count(*) FILTER (WHERE %[2]s) - (SELECT count(*) FROM (SELECT DISTINCT * FROM %[1]s WHERE %[2]s)) FROM %[1]s`, measured, some))
	if err == nil {
		m.table.Rows, _ = t.Rows[0][0].(int64)
		m.table.Blank, _ = t.Rows[0][1].(int64)
		m.table.Copies, _ = t.Rows[0][2].(int64)
	}
	return err
}

// loadFrom reads what the engine can read by itself; name is of a column there.
func (m *measurer) loadFrom(relation string, name func(i int) string) error {
	picked := make([]string, len(m.table.Columns))
	for i := range picked {
		picked[i] = fmt.Sprintf("%s AS c%d", duckdb.Quote(name(i)), i)
	}
	return m.eng.Exec(m.ctx, fmt.Sprintf("CREATE TEMP TABLE %s AS SELECT %s FROM %s", measured, strings.Join(picked, ", "), relation))
}

// loadTexts reads the others as sources do, row by row.
func (m *measurer) loadTexts() error {
	s := &metrics.Source{Name: "file", Reader: m.reader, Contract: true}
	for _, c := range m.table.Columns {
		s.Columns = append(s.Columns, &metrics.Column{Name: c.Name, Type: metrics.Type{Kind: metrics.String}})
	}
	unread, err := ingest.Texts(m.ctx, m.eng, m.context(), s, m.temp, measured)
	m.table.Unread, m.table.FirstUnread, m.table.WhyUnread = unread.Rows, unread.Line, unread.Reason
	return err
}

// mostValues is how many different values of a column are looked at one by one.
const mostValues = 100_000

// values lists the different values of texts and whole numbers, which may be
// classes or keys.
func (m *measurer) values(c *scaffold.Column, name string) error {
	if c.Distinct == 0 || c.Distinct > mostValues || c.Type.Kind != metrics.String && c.Type.Kind != metrics.Integer {
		return nil
	}
	t, err := m.eng.Query(m.ctx, fmt.Sprintf("SELECT CAST(%[1]s AS VARCHAR), count(*) FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY ALL ORDER BY 1", name, measured))
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		text, _ := row[0].(string)
		n, _ := row[1].(int64)
		c.Values = append(c.Values, scaffold.Value{Text: text, Rows: n})
	}
	return nil
}

// samplesOfAKind is how many values are shown to those who guess: so many of the
// longest, of the shortest and of any, among numbers and among other values.
// A rare spelling hides in a sample of all alike, not in one of those.
const samplesOfAKind = 150

// measure fills in what is in one column.
func (m *measurer) measure(i int) error {
	c := &m.table.Columns[i]
	name := fmt.Sprintf("c%d", i)
	t, err := m.eng.Query(m.ctx, fmt.Sprintf(
		"SELECT count(*) - count(%[1]s), count(DISTINCT %[1]s), CAST(min(%[1]s) AS VARCHAR), CAST(max(%[1]s) AS VARCHAR) FROM %[2]s", name, measured))
	if err != nil {
		return err
	}
	row := t.Rows[0]
	c.Nulls, _ = row[0].(int64)
	c.Distinct, _ = row[1].(int64)
	c.Min, _ = row[2].(string)
	c.Max, _ = row[3].(string)
	if err := m.values(c, name); err != nil {
		return err
	}
	if m.table.Format == scaffold.Parquet && c.Type.Kind != metrics.String {
		return nil // the format knows its types, so nobody looks at samples
	}
	return m.sample(c, name)
}

func (m *measurer) sample(c *scaffold.Column, name string) error {
	t, err := m.eng.Query(m.ctx, fmt.Sprintf(`SELECT v FROM (
SELECT v, try_cast(v AS DOUBLE) IS NULL AS other FROM (SELECT DISTINCT CAST(%s AS VARCHAR) AS v FROM %s) WHERE v IS NOT NULL
) QUALIFY row_number() OVER (PARTITION BY other ORDER BY length(v) DESC, v) <= %[3]d
OR row_number() OVER (PARTITION BY other ORDER BY length(v), v) <= %[3]d
OR row_number() OVER (PARTITION BY other ORDER BY hash(v), v) <= %[3]d
ORDER BY v`, name, measured, samplesOfAKind))
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		v, _ := row[0].(string)
		c.Samples = append(c.Samples, v)
	}
	return nil
}
