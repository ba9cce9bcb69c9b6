package ingest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// judgedAlone adds to a relation of parsed rows what can be said of each row by
// itself: its computed columns, and how far it comes through filter and checks.
func (b *builder) judgedAlone(from string) string {
	if !b.layered {
		return from
	}
	levels, _ := b.computedLevels() // a circle was reported before anything was read
	for _, level := range levels {
		added := []string{"*"}
		for _, c := range level {
			added = append(added, fmt.Sprintf(`CASE WHEN %s IS NULL THEN CAST(%s AS %s) END AS %s`, whyColumn, b.expr(c.Value), sqlType(c.Type), duckdb.Quote(c.Name)))
		}
		from = "SELECT " + strings.Join(added, ",\n") + "\nFROM (" + from + ")"
	}
	if days := b.computedDays(); len(days) > 0 {
		from = "SELECT *, " + strings.Join(days, ", ") + " FROM (" + from + ")"
	}
	checks := b.checksAlone()
	state := fmt.Sprintf(`CASE WHEN %s IS NOT NULL THEN %d`, whyColumn, stateUnread)
	if b.source.Where != nil {
		state += fmt.Sprintf(" WHEN (%s) IS NOT TRUE THEN %d", b.expr(b.source.Where), stateFiltered)
	}
	var failed strings.Builder
	for i, q := range checks {
		state += fmt.Sprintf(" WHEN %s THEN %d", q.failed, firstFailed+i)
		fmt.Fprintf(&failed, " WHEN %d THEN %s", firstFailed+i, why(q.column, "CAST("+q.shown+" AS VARCHAR)", duckdb.Literal(q.reason)))
	}
	from = fmt.Sprintf("SELECT *, CAST(%s ELSE %d END AS USMALLINT) AS %s\nFROM (%s)", state, stateClean, stateColumn, from)
	if len(checks) == 0 {
		return from
	}
	return fmt.Sprintf("SELECT * REPLACE (CASE WHEN %[1]s = %[2]d THEN NULL ELSE CASE %[1]s%[3]s ELSE %[4]s END END AS %[4]s)\nFROM (%[5]s)", stateColumn, stateClean, failed.String(), whyColumn, from)
}

// checksAlone are the checks that reject a row for what it is by itself, in order.
func (b *builder) checksAlone() []rowCheck {
	return slices.DeleteFunc(b.quarantines(), func(c rowCheck) bool { return c.kind == metrics.CheckReferences })
}

// quarantining are the references of a source that keep rows out which reference nothing.
func quarantining(s *metrics.Source) []*metrics.Reference {
	var out []*metrics.Reference
	for _, r := range s.References {
		if r.OnFail == metrics.Quarantine {
			out = append(out, r)
		}
	}
	return out
}
