package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// statistics tells what the clean rows of the new segment are like, for a union
// also of the rows of each source at its bottom.
func (b *builder) statistics(ctx context.Context) (metrics.Statistics, error) {
	all, err := b.statisticsWhere(ctx, "true")
	if err != nil {
		return all, err
	}
	if _, ok := b.source.Reader.(*metrics.Union); !ok {
		return all, nil
	}
	files := map[string][]int64{}
	for _, leaf := range b.leaves(b.source) {
		files[leaf] = nil
	}
	for i, f := range b.files {
		files[f.Source] = append(files[f.Source], int64(i))
	}
	all.Leaves = map[string]metrics.Statistics{}
	for _, leaf := range sortedKeys(files) {
		condition := "false"
		if len(files[leaf]) > 0 {
			condition = fileColumn + " IN (" + joinInts(files[leaf]) + ")"
		}
		if all.Leaves[leaf], err = b.statisticsWhere(ctx, condition); err != nil {
			return all, err
		}
	}
	return all, nil
}

// leaves are the sources at the bottom of a union, each once.
func (b *builder) leaves(s *metrics.Source) []string {
	u, ok := s.Reader.(*metrics.Union)
	if !ok {
		return []string{s.Name}
	}
	var names []string
	for _, name := range u.Sources {
		names = append(names, b.leaves(b.context.Model.Source(name))...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// perColumn is how many values the statement has for each column.
const perColumn = 5

func (b *builder) statisticsWhere(ctx context.Context, condition string) (metrics.Statistics, error) {
	t, err := b.engine.Query(ctx, fmt.Sprintf("SELECT %s FROM %s.clean WHERE %s", b.statisticsList(), b.target, condition))
	if err != nil {
		return metrics.Statistics{}, err
	}
	return b.statisticsOf(t.Rows[0]), nil
}

// statisticsList is the SQL of the values that statisticsOf reads.
func (b *builder) statisticsList() string {
	values := []string{"count(*)"}
	for _, c := range b.source.Columns {
		name, first, last, instant := duckdb.Quote(c.Name), "NULL", "NULL", "NULL"
		if c.Type.Temporal() && b.context.Model.Shows(b.source, c) {
			day := name
			if c.Type.Kind == metrics.Timestamp {
				day = duckdb.Quote(dayName(c.Name))
				instant = "max(" + name + ")"
			}
			first, last = "min("+day+")", "max("+day+")"
		}
		values = append(values, "count("+name+")", "approx_count_distinct("+name+")", first, last, instant)
	}
	return strings.Join(values, ", ")
}

func (b *builder) statisticsOf(row []any) metrics.Statistics {
	out := metrics.Statistics{Rows: number(row[0]), Columns: map[string]metrics.ColumnStatistics{}}
	for i, c := range b.source.Columns {
		at := row[1+i*perColumn:]
		out.Columns[c.Name] = metrics.ColumnStatistics{
			Nulls: out.Rows - number(at[0]), Distinct: number(at[1]), FirstDay: dayText(at[2]), LastDay: dayText(at[3]), Last: instantText(at[4]),
		}
	}
	return out
}

func instantText(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.UTC().Format(time.RFC3339Nano)
	}
	return ""
}

func dayText(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.Format(time.DateOnly)
	}
	return ""
}
