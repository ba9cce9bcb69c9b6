package ingest

import (
	"context"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// loadUnion stages the clean rows of the leaves, in their declared order.
func (b *builder) loadUnion(ctx context.Context, u *metrics.Union) error {
	for _, name := range u.Sources {
		leaf := b.segments[name]
		files, err := readFiles(ctx, b.engine, name)
		if err != nil {
			return err
		}
		if err := b.engine.Exec(ctx, b.unionSQL(b.context.Model.Source(name), u.Tag, len(b.files))); err != nil {
			return err
		}
		b.files = append(b.files, files...)
		b.account.Read += leaf.Account.Clean
	}
	return nil
}

func (b *builder) unionSQL(leaf *metrics.Source, tag string, offset int) string {
	columns := []string{fmt.Sprintf(`"$file" + %d AS "$file"`, offset), ordinalColumn}
	var whole []string
	for _, c := range b.source.Columns {
		name := duckdb.Quote(c.Name)
		from := leaf.Column(fileName(c))
		switch {
		case c.Value != nil:
			continue
		case c.Tag:
			columns = append(columns, duckdb.Literal(leaf.Name)+" AS "+duckdb.Quote(tag))
			continue
		case from == nil:
			columns = append(columns, "NULL AS "+name)
			continue
		}
		columns = append(columns, fmt.Sprintf("CAST(%s AS %s) AS %s", b.unionValue(c, from), sqlType(c.Type), name))
		whole = append(whole, duckdb.Literal(c.Name)+": "+duckdb.Quote(from.Name))
		if c.Type.Kind == metrics.Timestamp {
			columns = append(columns, duckdb.Quote(dayName(from.Name))+" AS "+duckdb.Quote(dayName(c.Name)))
		}
	}
	if b.source.Dedupe != nil && b.source.Dedupe.All {
		whole = append(whole, duckdb.Literal("$leaf")+": "+duckdb.Literal(leaf.Name))
		columns = append(columns, "CAST(to_json({"+strings.Join(whole, ", ")+`}) AS VARCHAR) AS "$all"`)
	}
	return "INSERT INTO stage.parsed BY NAME SELECT " + strings.Join(columns, ", ") + " FROM " + segmentAlias(leaf.Name) + ".clean"
}

// unionValue is a leaf's column with the folds and mapping that the union adds.
// A leaf's timestamp among dates is its local day.
func (b *builder) unionValue(c, from *metrics.Column) string {
	name := duckdb.Quote(from.Name)
	if c.Type.Kind == metrics.Date && from.Type.Kind == metrics.Timestamp {
		return duckdb.Quote(dayName(from.Name))
	}
	if c.Type.Kind == metrics.String && (len(c.Fold) > 0 || len(c.Map) > 0) {
		return folded(c, "CAST("+name+" AS VARCHAR)")
	}
	return name
}
