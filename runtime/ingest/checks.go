package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// rowCheck is a condition that rows of a source fail. References to other
// sources' rows are counted elsewhere, unless they quarantine.
type rowCheck struct {
	column string
	kind   string // "values", "range"
	onFail metrics.OnFail
	shown  string // SQL of the value to show
	failed string // SQL that is true for rows that fail
	reason string
}

// columnChecks are the checks of values and ranges.
func columnChecks(s *metrics.Source) []rowCheck {
	var out []rowCheck
	for _, c := range s.Columns {
		onFail := c.OnFail
		if onFail == "" {
			onFail = metrics.Warn
		}
		name := duckdb.Quote(c.Name)
		if len(c.Values) > 0 {
			accepted := make([]string, len(c.Values))
			for i, v := range c.Values {
				accepted[i] = fmt.Sprintf("CAST(%s AS %s)", duckdb.Literal(v), sqlType(c.Type))
			}
			out = append(out, rowCheck{
				column: c.Name, kind: "values", onFail: onFail, shown: name,
				failed: name + " NOT IN (" + strings.Join(accepted, ", ") + ")",
				reason: "not one of the accepted values",
			})
		}
		if c.Range != nil {
			out = append(out, rowCheck{
				column: c.Name, kind: "range", onFail: onFail, shown: name,
				failed: "NOT (" + inRange(c) + ")", reason: "outside the range " + rangeText(c.Range),
			})
		}
	}
	return out
}

// inRange is the SQL of a column's range, both ends included. Ends of a timestamp
// that are days include the whole day.
func inRange(c *metrics.Column) string {
	name := duckdb.Quote(c.Name)
	if c.Type.Kind == metrics.Timestamp {
		return rangeOfDays(duckdb.Quote(dayName(c.Name)), c.Range)
	}
	if c.Type.Kind == metrics.Date {
		return rangeOfDays(name, c.Range)
	}
	var parts []string
	for i, op := range []string{">=", "<="} {
		if bound := c.Range[i]; bound != nil {
			text := bound.Text
			if bound.Type.Kind == metrics.String {
				text = duckdb.Literal(text)
			}
			parts = append(parts, fmt.Sprintf("%s %s %s", name, op, text))
		}
	}
	if len(parts) == 0 {
		return "true"
	}
	return strings.Join(parts, " AND ")
}

func rangeText(r *[2]*metrics.Literal) string {
	ends := [2]string{"", ""}
	for i, bound := range r {
		if bound != nil {
			ends[i] = bound.Text
		}
	}
	return "[" + ends[0] + ", " + ends[1] + "]"
}

// quarantines are the checks that move rows to the rejects, in order.
func (b *builder) quarantines() []rowCheck {
	var out []rowCheck
	isKey := map[string]bool{}
	for _, k := range b.source.Key {
		isKey[k] = true
	}
	for _, c := range b.source.Columns {
		reason := "required, but null"
		if isKey[c.Name] {
			reason = "part of the key, but null"
		}
		if isKey[c.Name] || c.Required {
			out = append(out, rowCheck{column: c.Name, shown: "NULL", failed: duckdb.Quote(c.Name) + " IS NULL", reason: reason})
		}
	}
	for _, check := range columnChecks(b.source) {
		if check.onFail == metrics.Quarantine {
			out = append(out, check)
		}
	}
	for _, r := range b.source.References {
		if r.OnFail == metrics.Quarantine {
			out = append(out, b.orphans(r))
		}
	}
	return out
}

// orphans is the check that rows have their counterpart in the target's clean
// rows, for a reference to the own source among all its rows.
func (b *builder) orphans(r *metrics.Reference) rowCheck {
	target := segmentAlias(r.To) + ".clean"
	if r.To == b.source.Name {
		target = "stage.rows"
	}
	columns, failed := orphanCondition(r, target)
	return rowCheck{column: columns, shown: shownReference(b.source, r), failed: failed, reason: "has no counterpart in " + r.To}
}

// orphanCondition is true for rows whose foreign key is whole and not found.
func orphanCondition(r *metrics.Reference, target string) (columns, condition string) {
	var names, from, to, known, found []string
	for _, j := range r.On {
		names = append(names, j.Column)
		from = append(from, duckdb.Quote(j.Column))
		to = append(to, duckdb.Quote(j.Target))
		known = append(known, duckdb.Quote(j.Column)+" IS NOT NULL")
		found = append(found, duckdb.Quote(j.Target)+" IS NOT NULL")
	}
	left, right := strings.Join(from, ", "), strings.Join(to, ", ")
	if len(from) > 1 {
		left, right = "("+left+")", "("+right+")"
	}
	return strings.Join(names, ", "), fmt.Sprintf("%s AND %s NOT IN (SELECT %s FROM %s WHERE %s)",
		strings.Join(known, " AND "), left, right, target, strings.Join(found, " AND "))
}

func shownReference(s *metrics.Source, r *metrics.Reference) string {
	names := make([]string, len(r.On))
	for i, j := range r.On {
		names[i] = j.Column
	}
	return shownValues(s, names)
}

// countChecks counts what fails the checks that leave rows where they are.
func (b *builder) countChecks(ctx context.Context) error {
	var checks []rowCheck
	var counts []string
	for _, check := range columnChecks(b.source) {
		if check.onFail != metrics.Quarantine {
			checks = append(checks, check)
			counts = append(counts, fmt.Sprintf("count(*) FILTER (WHERE %s), min(CAST(%s AS VARCHAR)) FILTER (WHERE %s)", check.failed, check.shown, check.failed))
		}
	}
	if len(checks) == 0 {
		return nil
	}
	t, err := b.engine.Query(ctx, "SELECT "+strings.Join(counts, ", ")+" FROM stage.rows WHERE "+b.remaining())
	if err != nil {
		return err
	}
	for i, check := range checks {
		failed, _ := t.Rows[0][2*i].(int64)
		if failed == 0 {
			continue
		}
		sample := guard{b.source, b.key}.value(check.column, text(t.Rows[0][2*i+1]))
		b.checks = append(b.checks, metrics.CheckResult{
			Source: b.source.Name, Column: check.column, Check: check.kind, OnFail: check.onFail, Failed: failed, Sample: sample,
		})
	}
	return nil
}

// CheckReferences counts the rows of attached segments that reference nothing. A
// null is no reference. Only checks that leave their rows are counted here.
func CheckReferences(ctx context.Context, eng *duckdb.Engine, m *metrics.Model, segments map[string]Segment) ([]metrics.CheckResult, diag.List) {
	var results []metrics.CheckResult
	var problems diag.List
	for _, s := range m.Sources {
		for _, r := range s.References {
			_, from := segments[s.Name]
			_, to := segments[r.To]
			if r.OnFail == metrics.Quarantine || r.Entity || !from || !to || inherited(m, s, r) {
				continue
			}
			result, err := checkReference(ctx, eng, s, r, segments[s.Name].maskKey)
			report(&problems, s.Name, Context{Model: m}.discreet(s, err))
			if err == nil && result.Failed > 0 {
				results = append(results, result)
			}
		}
	}
	return results, problems
}

// CheckTimes counts the clean rows without a time. A union's are told where they
// come from, if they lack one there.
func CheckTimes(m *metrics.Model, segments map[string]Segment) []metrics.CheckResult {
	var results []metrics.CheckResult
	for _, s := range m.Sources {
		n := segments[s.Name].Statistics.Columns[s.Time].Nulls
		if u, ok := s.Reader.(*metrics.Union); ok {
			for _, leaf := range u.Sources {
				n -= segments[leaf].Statistics.Columns[m.Source(leaf).Time].Nulls
			}
		}
		if s.Time != "" && n > 0 {
			results = append(results, metrics.CheckResult{Source: s.Name, Column: s.Time, Check: "time", OnFail: metrics.Warn, Failed: n})
		}
	}
	return results
}

// inherited tells whether a union has a reference from its leaves, where its rows
// are checked already.
func inherited(m *metrics.Model, s *metrics.Source, r *metrics.Reference) bool {
	u, ok := s.Reader.(*metrics.Union)
	return ok && slices.ContainsFunc(u.Sources, func(leaf string) bool {
		l := m.Source(leaf)
		return l != nil && l.Reference(r.Name) != nil && l.Reference(r.Name).On[0].Column == r.On[0].Column
	})
}

func checkReference(ctx context.Context, eng *duckdb.Engine, s *metrics.Source, r *metrics.Reference, key []byte) (metrics.CheckResult, error) {
	columns, failed := orphanCondition(r, segmentAlias(r.To)+".clean")
	t, err := eng.Query(ctx, fmt.Sprintf("SELECT count(*), min(%s) FROM %s.clean WHERE %s", shownReference(s, r), segmentAlias(s.Name), failed))
	if err != nil {
		return metrics.CheckResult{}, err
	}
	onFail := r.OnFail
	if onFail == "" {
		onFail = metrics.Warn
	}
	n, _ := t.Rows[0][0].(int64)
	sample := guard{s, key}.value(columns, text(t.Rows[0][1]))
	return metrics.CheckResult{Source: s.Name, Column: columns, Check: "references", OnFail: onFail, Failed: n, Sample: sample}, nil
}

// Diagnose says in words what checks found: errors for those at stop, warnings for
// the others.
func Diagnose(results []metrics.CheckResult) diag.List {
	var list diag.List
	for _, r := range results {
		d := diag.Diagnostic{
			Severity: diag.Warning, Code: diag.CheckWarned, Address: "source." + r.Source + "." + r.Column,
			Summary: fmt.Sprintf("The check %q of %s.%s failed for %s", r.Check, r.Source, r.Column, rows(r.Failed)),
			Detail:  fmt.Sprintf("One of the values is %q. The rows are kept. Mend the data or the check, or keep such rows out with on_fail = quarantine.", r.Sample),
		}
		if r.Check == "time" {
			have := "have no time (column " + r.Column + ") and are"
			if r.Failed == 1 {
				have = "has no time (column " + r.Column + ") and is"
			}
			d.Summary = fmt.Sprintf("%s of %s %s in no period", rows(r.Failed), r.Source, have)
			d.Detail = "The rows are kept, and counted as clean, but no number by period holds them. Mend the data, or keep such rows out with required = true on the column."
		}
		if r.OnFail == metrics.Stop {
			d.Severity, d.Code = diag.Error, diag.CheckFailed
			d.Detail = fmt.Sprintf("One of the values is %q, and the check says stop. Mend the data or the check, or let it warn or quarantine.", r.Sample)
		}
		list.Add(d)
	}
	return list
}

// rows says how many rows fail, as the start of a sentence that goes on.
func rows(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}
