package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// querySchema is where queries find the sources that they name. A name of its own,
// so that no SQL names a table there by chance.
const querySchema = "$source"

func queryTable(source string) string { return duckdb.Quote(querySchema) + "." + duckdb.Quote(source) }

// wholeQuery is a query as a relation whose rows are always in the same order.
func wholeQuery(q *metrics.SQL) string {
	return "(SELECT * FROM (\n" + q.Text(queryTable) + "\n) ORDER BY ALL)"
}

// Select tells the columns of a query by binding it to tables without rows.
func (k *Catalog) Select(q *metrics.SQL, sources func(name string) *metrics.Source) ([]*metrics.Column, []metrics.SQLFault) {
	text := q.Text(queryTable)
	whole := func(err error) []metrics.SQLFault {
		return []metrics.SQLFault{{Part: -1, Code: diag.EngineFailed, Summary: "The engine can't look at the query", Detail: err.Error()}}
	}
	names := q.Sources()
	shape, found, err := k.engine.CheckSelect(k.ctx, text, querySchema, names)
	if err != nil {
		return nil, whole(err)
	}
	var faults []metrics.SQLFault
	add := func(offset int, summary, detail string) {
		f := metrics.SQLFault{Code: diag.BadQuery, Summary: summary, Detail: detail}
		f.Part, f.Offset = q.Place(offset, queryTable)
		faults = append(faults, f)
	}
	for _, f := range found {
		add(f.Offset, f.Summary, f.Detail)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	if err := k.shadow(names, sources); err != nil {
		return nil, whole(err)
	}
	columns, err := k.engine.Describe(k.ctx, text)
	var refused *duckdb.Error
	switch {
	case errors.As(err, &refused):
		message := strings.TrimRight(strings.ReplaceAll(refused.Message, `"`+querySchema+`".`, "source."), ".!")
		add(refused.Position, "The query doesn't fit its sources", message+"."+meantColumn(text, refused.Position, names, sources)+
			" Columns are those of the clean rows: metrics show source."+names[0]+" lists them.")
		return nil, faults
	case err != nil:
		return nil, whole(err)
	}
	q.Reads = mentionedColumns(names, sources, shape)
	return selectedColumns(columns, add), faults
}

// meantColumn names the column of sources that the word at a byte of a query may
// have meant.
func meantColumn(text string, at int, names []string, sources func(string) *metrics.Source) string {
	if at < 0 || at >= len(text) {
		return ""
	}
	word := text[at:]
	if end := strings.IndexFunc(word, func(r rune) bool { return r != '_' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }); end >= 0 {
		word = word[:end]
	}
	var columns []string
	for _, name := range names {
		for _, c := range sources(name).Columns {
			columns = append(columns, c.Name)
		}
	}
	return diag.DidYouMean(word[strings.LastIndexByte(word, '.')+1:], columns)
}

// selectedColumns are the columns of a query; what we have no type for is a fault.
func selectedColumns(columns []duckdb.Column, add func(offset int, summary, detail string)) []*metrics.Column {
	seen := map[string]bool{}
	for _, c := range columns {
		lower := strings.ToLower(c.Name)
		if seen[lower] {
			add(-1, fmt.Sprintf("Two columns %q", c.Name), "A name can mean one column only. Give one of them another name: ... as other_name.")
		}
		seen[lower] = true
		if c.Type.Kind == metrics.Unknown {
			add(-1, fmt.Sprintf("The column %q has no type of a source", c.Name), "Its values are "+strings.ToLower(c.Native)+"s, and columns hold single texts, numbers, dates and times. Take out a part of it, or cast it: cast(... as varchar).")
		}
	}
	return inferredTypes(columns)
}

// mentionedColumns is the columns of sources that a query names, in whatever way.
func mentionedColumns(names []string, sources func(string) *metrics.Source, shape duckdb.Select) []metrics.SQLColumn {
	mentioned := map[string]bool{}
	for _, n := range shape.Names {
		mentioned[n] = true
	}
	reads := []metrics.SQLColumn{}
	for _, name := range names {
		for _, c := range sources(name).Columns {
			if shape.Star || mentioned[strings.ToLower(name)] || mentioned[strings.ToLower(c.Name)] {
				reads = append(reads, metrics.SQLColumn{Source: name, Column: c.Name})
			}
		}
	}
	return reads
}

// shadow makes tables without rows that stand for sources.
func (k *Catalog) shadow(names []string, sources func(string) *metrics.Source) error {
	schema := duckdb.Quote(querySchema)
	statements := []string{"CREATE SCHEMA IF NOT EXISTS " + schema}
	for _, name := range names {
		var columns []string
		for _, c := range sources(name).Columns {
			value := "NULL"
			switch c.Type.Kind {
			case metrics.Unknown, metrics.Null:
			case metrics.Timestamp:
				value = "CAST(NULL AS TIMESTAMP)"
			default:
				value = "CAST(NULL AS " + sqlType(c.Type) + ")"
			}
			columns = append(columns, value+" AS "+duckdb.Quote(c.Name))
		}
		statements = append(statements, "CREATE OR REPLACE VIEW "+queryTable(name)+" AS SELECT "+strings.Join(columns, ", ")+" WHERE false")
	}
	return k.engine.Exec(k.ctx, strings.Join(statements, "; "))
}

// selected shows the clean rows that a query reads, and returns it as a relation.
// Times are local ones, without zone: what a query makes of an instant would
// depend on a zone that it doesn't name.
func (b *builder) selected(ctx context.Context, q *metrics.SQL) (string, error) {
	_, faults, err := b.engine.CheckSelect(ctx, q.Text(queryTable), querySchema, q.Sources())
	if err == nil && len(faults) > 0 {
		err = failf(diag.BadQuery, b.source.Name, faults[0].Summary, "%s", faults[0].Detail)
	}
	if err != nil {
		return "", err
	}
	schema := duckdb.Quote(querySchema)
	statements := []string{"CREATE SCHEMA IF NOT EXISTS " + schema}
	zone := b.zones[b.context.Model.Project.Timezone]
	for _, name := range q.Sources() {
		var columns []string
		for _, c := range b.context.Model.Source(name).Columns {
			value := duckdb.Quote(c.Name)
			if c.Type.Kind == metrics.Timestamp {
				value = zone.local("epoch_us(" + value + ")")
			}
			columns = append(columns, value+" AS "+duckdb.Quote(c.Name))
		}
		statements = append(statements, "CREATE OR REPLACE VIEW "+queryTable(name)+" AS SELECT "+strings.Join(columns, ", ")+" FROM "+segmentAlias(name)+".clean")
	}
	return wholeQuery(q), b.engine.Exec(ctx, strings.Join(statements, "; "))
}

// loadSelect stages the rows of a query, in the order of their values.
func (b *builder) loadSelect(ctx context.Context, q *metrics.SQL) error {
	b.files, b.starts = []sourceFile{{Source: b.source.Name}}, []int64{0}
	relation, err := b.selected(ctx, q)
	if err != nil {
		return err
	}
	columns, err := b.engine.Describe(ctx, "SELECT * FROM "+relation)
	if err == nil {
		err = b.insert(ctx, input{relation: relation, cells: typedCells(b.source, columns)})
	}
	var refused *duckdb.Error
	if errors.As(err, &refused) {
		message := refused.Message
		if b.readsGuarded(q) {
			message = withheld
		}
		return failf(diag.QueryFailed, b.source.Name, "The query failed on its rows", "The engine says: %s. Let the query pass over such values, for example by try_cast(... as ...), or reject them in the source that they come from.", strings.TrimSuffix(message, "."))
	}
	return err
}

// readsGuarded tells whether values of a query's sources may not be shown.
func (b *builder) readsGuarded(q *metrics.SQL) bool {
	for _, name := range q.Sources() {
		if b.context.Model.Source(name).Guarded() {
			return true
		}
	}
	return b.source.Guarded()
}
