package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// cell is where a column of the source is read from: SQL over a relation, of the
// engine's type native. The zero cell is a column that the file lacks.
type cell struct {
	sql    string
	native string
}

// cells are those of a source's read columns, in order, and all columns of the
// relation by their names in the file.
type cells struct {
	of  []cell
	all map[string]string
}

// read returns the columns that come from files: neither computed nor the tag.
func read(s *metrics.Source) []*metrics.Column {
	var out []*metrics.Column
	for _, c := range s.Columns {
		if c.Value == nil && !c.Tag {
			out = append(out, c)
		}
	}
	return out
}

// fileName is the name of a column in the files.
func fileName(c *metrics.Column) string {
	if c.From != "" {
		return c.From
	}
	return c.Name
}

// dayName is the hidden column of a timestamp column's local day.
func dayName(column string) string { return column + "$day" }

// The hidden columns of clean rows: where each came from.
const (
	fileColumn    = `"$file"`    // position in the table of files
	ordinalColumn = `"$ordinal"` // among the well-formed rows of the file, from 1
)

// createStage makes the table of parsed rows. Its row ids are in the order of
// file and line.
func (b *builder) createStage(ctx context.Context) error {
	return b.engine.Exec(ctx, `DROP SCHEMA IF EXISTS stage CASCADE; CREATE SCHEMA stage;
CREATE TABLE stage.parsed (`+strings.Join(append(b.parsedTable(), ordinalColumn+" BIGINT"), ", ")+`);
`+createOut)
}

// createOut makes the table of rows that a comparison with others takes out; state
// is how far they came by themselves.
const createOut = `CREATE TABLE stage.out ("$row" BIGINT, duplicate BOOLEAN, "column" VARCHAR, shown VARCHAR, reason VARCHAR, again BIGINT, state USMALLINT DEFAULT 0)`

// parsedTable is the columns of the table of parsed rows.
func (b *builder) parsedTable() []string {
	columns := []string{fileColumn + " INTEGER"}
	for _, c := range b.source.Columns {
		if c.Value != nil && !b.layered {
			continue
		}
		columns = append(columns, duckdb.Quote(c.Name)+" "+sqlType(c.Type))
		if c.Type.Kind == metrics.Timestamp {
			columns = append(columns, duckdb.Quote(dayName(c.Name))+" DATE")
		}
	}
	columns = append(columns, whyColumn+" VARCHAR[]")
	if comparesWhole(b.source) {
		columns = append(columns, `"$all" VARCHAR`)
	}
	if b.layered {
		columns = append(columns, stateColumn+" USMALLINT")
	}
	return columns
}

// input is the rows of one file, or of inline rows, as a relation.
type input struct {
	file     int  // position in the files of the segment
	byRow    bool // read row by row, not by the engine
	relation string
	cells    cells
}

// insert parses the rows of inputs into the stage. Their columns must have the
// same types of the engine.
func (b *builder) insert(ctx context.Context, inputs ...input) error {
	if err := b.engine.Exec(ctx, b.parseSQL(inputs)); err != nil {
		return err
	}
	first, last := inputs[0].file, inputs[len(inputs)-1].file
	if last == 0 {
		return nil // the stage is new, and starts with this file
	}
	t, err := b.engine.Query(ctx, fmt.Sprintf(`SELECT "$file", min(rowid) FROM %s WHERE "$file" BETWEEN %d AND %d GROUP BY ALL`, b.parsed, first, last))
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		b.starts[number(row[0])] = number(row[1])
	}
	return nil
}

// parseSQL is the statement that reads, parses, folds and maps all rows of inputs.
func (b *builder) parseSQL(inputs []input) string {
	var parsers []*parser
	depth := 0
	for i, c := range read(b.source) {
		p := b.parser(i, c, inputs[0].cells.of[i].native)
		parsers = append(parsers, p)
		depth = max(depth, len(p.levels))
	}
	branches := make([]string, len(inputs))
	for i, in := range inputs {
		raw := []string{fmt.Sprintf(`%d AS "$file"`, in.file)}
		if comparesWhole(b.source) {
			raw = append(raw, wholeRow(in.cells)+` AS "$all"`)
		}
		for k, p := range parsers {
			if in.cells.of[k].native != "" {
				raw = append(raw, in.cells.of[k].sql+" AS "+p.raw())
			}
		}
		branches[i] = "SELECT " + strings.Join(raw, ", ") + " FROM " + in.relation
	}
	q := strings.Join(branches, "\nUNION ALL ")
	for level := range depth {
		added := []string{"*"}
		for _, p := range parsers {
			if level < len(p.levels) {
				added = append(added, p.levels[level]...)
			}
		}
		q = "SELECT " + strings.Join(added, ",\n") + "\nFROM (" + q + ")"
	}
	return "INSERT INTO " + b.parsed + " BY NAME " + b.judgedAlone("SELECT "+strings.Join(parsedColumns(b.source, parsers), ",\n")+"\nFROM ("+q+")")
}

// parsedColumns is the last SELECT: values, and why a row could not be read.
func parsedColumns(s *metrics.Source, parsers []*parser) []string {
	out := []string{fileColumn}
	// Of several values that can't be read, one that stops the apply is told first.
	parsers = slices.Clone(parsers)
	slices.SortStableFunc(parsers, func(a, b *parser) int { return strings.Compare(string(b.column.Unread()), string(a.column.Unread())) })
	var unread strings.Builder
	for _, p := range parsers {
		out = append(out, p.value()+" AS "+duckdb.Quote(p.column.Name))
		if p.column.Type.Kind == metrics.Timestamp {
			out = append(out, p.name("day")+" AS "+duckdb.Quote(dayName(p.column.Name)))
		}
		if p.reason != "''" {
			shown := "CAST(" + p.raw() + " AS VARCHAR)"
			fmt.Fprintf(&unread, " WHEN %s IS NOT NULL AND %s IS NULL THEN %s", p.text(), p.value(), why(p.column.Name, shown, p.reason))
		}
	}
	if unread.Len() == 0 {
		out = append(out, "CAST(NULL AS VARCHAR[]) AS "+whyColumn)
	} else {
		out = append(out, "CASE"+unread.String()+" END AS "+whyColumn)
	}
	if comparesWhole(s) {
		out = append(out, `"$all"`)
	}
	return out
}

// whyColumn says of a row that is kept out by itself why: the column, its value and the
// reason, as one list. Most rows have none, and three columns of texts would cost a
// tenth of the time in which rows are read.
const whyColumn = `"$why"`

// why is the SQL of such a list.
func why(column, shown, reason string) string {
	return "[" + duckdb.Literal(column) + ", " + shown + ", " + reason + "]"
}

// The SQL of the parts of why.
const (
	whyWhere  = whyColumn + "[1]"
	whyShown  = whyColumn + "[2]"
	whyReason = whyColumn + "[3]"
)

// comparesWhole tells whether a dedupe looks at all that a row has in the file.
func comparesWhole(s *metrics.Source) bool { return s.Dedupe != nil && s.Dedupe.All }

// wholeRow is the row as read, for a dedupe by all columns.
func wholeRow(from cells) string {
	parts := make([]string, 0, len(from.all))
	for _, name := range sortedKeys(from.all) {
		parts = append(parts, duckdb.Literal(name)+": "+from.all[name])
	}
	return "CAST(to_json({" + strings.Join(parts, ", ") + "}) AS VARCHAR)"
}

func (b *builder) parser(i int, c *metrics.Column, native string) *parser {
	name := c.Timezone
	if name == "" {
		name = b.context.Model.Project.Timezone
	}
	return newParser(i, c, native, marksOf(b.source), name, b.zones[name], b.zones[b.context.Model.Project.Timezone])
}
