package ingest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// gatherResults says what every check of single rows found, those too that all
// rows meet.
func (b *builder) gatherResults(ctx context.Context) error {
	checks := b.rowChecks()
	out, err := b.rejectedByChecks(ctx)
	if err != nil {
		return err
	}
	kept, err := b.failing(ctx, checks)
	if err != nil {
		return err
	}
	b.tellResults(checks, out, kept)
	return nil
}

// tellResults makes the results of checks of what they rejected, and of what fails
// those that keep rows, by their place.
func (b *builder) tellResults(checks []rowCheck, out rejectedRows, kept map[int]failing) {
	b.checks = append(b.checks, out.typed(b.source)...)
	b.checks = append(b.checks, out.keyed(b.source)...)
	for i, check := range checks {
		if check.kind == metrics.CheckKey {
			continue // part of the one result of the key
		}
		found := kept[i]
		if check.onFail == metrics.Quarantine {
			found = out[rejectedBy{check.column, check.reason}]
		}
		b.checks = append(b.checks, counted(metrics.CheckResult{
			Source: b.source.Name, Column: check.column, Check: check.kind, Name: check.name, OnFail: check.onFail, Failed: found.rows, Sample: found.sample,
		}, check.found))
	}
}

// counted puts what was found into words, where anything was.
func counted(r metrics.CheckResult, what string) metrics.CheckResult {
	if r.Failed > 0 {
		r.Found = fmt.Sprintf("%d %s", r.Failed, what)
	}
	return r
}

// failing is how many rows fail, and one of their values.
type failing struct {
	rows   int64
	sample string
}

// rejectedBy names the check that took rows out: what a reject tells of it. The
// reason is "" for those whose key stands again.
type rejectedBy struct{ column, reason string }

type rejectedRows map[rejectedBy]failing

// unreadable is what takes together all rows that could not be read.
const unreadableRows = "unreadable"

// rejectedByChecks counts the rejected rows by what took them out.
func (b *builder) rejectedByChecks(ctx context.Context) (rejectedRows, error) {
	t, err := b.engine.Query(ctx, fmt.Sprintf(`SELECT %[2]s AS "column", %[1]s, count(*), min(%[3]s), %[2]s FROM stage.parsed WHERE %[4]s IS NOT NULL GROUP BY "column"
UNION ALL SELECT "column", reason, count(*), min(shown), "column" FROM stage.out WHERE NOT duplicate GROUP BY ALL`, duckdb.Literal(unreadableRows), whyWhere, whyShown, whyColumn))
	if err != nil {
		return nil, err
	}
	out, g := rejectedRows{}, guard{b.source, b.key}
	for _, row := range t.Rows {
		out[rejectedBy{text(row[0]), text(row[1])}] = failing{number(row[2]), g.value(text(row[4]), text(row[3]))}
	}
	for _, f := range b.faults {
		by := rejectedBy{f.column, unreadableRows}
		found := out[by]
		found.rows++
		out[by] = found
	}
	return out, nil
}

// typed is the check that all rows could be read, and one more of each column that
// stops the apply where it couldn't. The rows of a union and of an entity were read
// elsewhere.
func (r rejectedRows) typed(s *metrics.Source) []metrics.CheckResult {
	switch s.Reader.(type) {
	case *metrics.Union, *metrics.Entity:
		return nil
	}
	var rest failing
	stops := []metrics.CheckResult{}
	for _, by := range slices.SortedFunc(maps.Keys(r), func(a, b rejectedBy) int { return cmp.Compare(a.column, b.column) }) {
		found := r[by]
		switch {
		case by.reason != unreadableRows:
		case stopsAt(s, by.column):
			stops = append(stops, counted(metrics.CheckResult{
				Source: s.Name, Column: by.column, Check: metrics.CheckType, OnFail: metrics.Stop, Failed: found.rows, Sample: found.sample,
			}, "unreadable"))
		default:
			rest = rest.with(found)
		}
	}
	return append([]metrics.CheckResult{counted(metrics.CheckResult{
		Source: s.Name, Check: metrics.CheckType, OnFail: metrics.Quarantine, Failed: rest.rows, Sample: rest.sample,
	}, "unreadable")}, stops...)
}

// stopsAt tells whether an unreadable value of a column, by its name in the source or
// in the file, stops the apply.
func stopsAt(s *metrics.Source, column string) bool {
	return slices.ContainsFunc(read(s), func(c *metrics.Column) bool {
		return (c.Name == column || fileName(c) == column) && c.Unread() == metrics.Stop
	})
}

// with adds rows that fail the same, and keeps the smaller of the values.
func (f failing) with(more failing) failing {
	if f.sample == "" || more.sample != "" && more.sample < f.sample {
		f.sample = more.sample
	}
	f.rows += more.rows
	return f
}

// keyed is the check of the key: all of it known, and no other row with the same.
func (r rejectedRows) keyed(s *metrics.Source) []metrics.CheckResult {
	if len(s.Key) == 0 {
		return nil
	}
	columns := strings.Join(s.Key, ", ")
	again := r[rejectedBy{columnList(uniqueColumns(s)), ""}]
	null, onFail := failing{}, metrics.Quarantine
	for _, k := range s.Key {
		if c := s.Column(k); c != nil && c.Unread() == metrics.Stop {
			onFail = metrics.Stop
		}
		null.rows += r[rejectedBy{k, "part of the key, but null"}].rows
	}
	result := metrics.CheckResult{
		Source: s.Name, Column: columns, Check: metrics.CheckKey, OnFail: onFail, Failed: again.rows + null.rows, Sample: again.sample,
	}
	var found []string
	if again.rows > 0 {
		found = append(found, fmt.Sprintf("%d again", again.rows))
	}
	if null.rows > 0 {
		found = append(found, fmt.Sprintf("%d null", null.rows))
	}
	result.Found = strings.Join(found, ", ")
	return []metrics.CheckResult{result}
}

// failing counts what fails the checks that leave rows where they are.
func (b *builder) failing(ctx context.Context, checks []rowCheck) (map[int]failing, error) {
	var counts []string
	var at []int
	for i, check := range checks {
		if check.onFail != metrics.Quarantine {
			at = append(at, i)
			counts = append(counts, fmt.Sprintf("count(*) FILTER (WHERE %s), min(CAST(%s AS VARCHAR)) FILTER (WHERE %s)", check.failed, check.shown, check.failed))
		}
	}
	out := map[int]failing{}
	if len(counts) == 0 {
		return out, nil
	}
	t, err := b.engine.Query(ctx, "SELECT "+strings.Join(counts, ", ")+" FROM stage.rows WHERE "+b.remaining())
	if err != nil {
		return nil, err
	}
	for n, i := range at {
		sample := guard{b.source, b.key}.value(checks[i].column, text(t.Rows[0][2*n+1]))
		out[i] = failing{number(t.Rows[0][2*n]), sample}
	}
	return out, nil
}

// Diagnose says in words what checks found: errors for those at stop, warnings for
// those at warn. What was quarantined is told by the account of rows.
func Diagnose(results []metrics.CheckResult) diag.List {
	var list diag.List
	for _, r := range results {
		if r.Failed > 0 && r.OnFail != metrics.Quarantine {
			list.Add(diagnosis(r))
		}
	}
	return list
}

func diagnosis(r metrics.CheckResult) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Warning, Code: diag.CheckWarned, Address: "source." + r.Source + "." + cmp.Or(r.Column, r.Name)}
	kept := "The rows are kept. Mend the data or the check, or keep such rows out with on_fail = quarantine."
	if r.OnFail == metrics.Stop {
		d.Severity, d.Code = diag.Error, diag.CheckFailed
		kept = "The check says stop, so nothing was published. Mend the data or the check, or let it warn or quarantine."
	}
	switch r.Check {
	case metrics.CheckTime:
		have := "have no time (column " + r.Column + ") and are"
		if r.Failed == 1 {
			have = "has no time (column " + r.Column + ") and is"
		}
		d.Summary = fmt.Sprintf("%s of %s %s in no period", rows(r.Failed), r.Source, have)
		d.Detail = "The rows are kept, and counted as clean, but no number by period holds them. Mend the data, or keep such rows out with required = true on the column."
	case metrics.CheckAssert:
		d.Summary = fmt.Sprintf("The check %q of %s failed for %s", r.Name, r.Source, rows(r.Failed))
		d.Detail = kept
	default:
		d.Summary = fmt.Sprintf("The check %q of %s.%s failed for %s", string(r.Check), r.Source, r.Column, rows(r.Failed))
		d.Detail = fmt.Sprintf("One of the values is %q. %s", r.Sample, kept)
	}
	return d
}

// rows says how many rows fail, as the start of a sentence that goes on.
func rows(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}
