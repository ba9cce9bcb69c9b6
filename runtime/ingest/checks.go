package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// rowCheck is a condition that rows of a source fail.
type rowCheck struct {
	kind   metrics.CheckKind
	column string
	name   string // of a check block
	onFail metrics.OnFail
	shown  string // SQL of the value to show
	failed string // SQL that is true for rows that fail
	reason string // of a reject
	found  string // what rows that fail are, behind their number
}

// columnChecks are the checks of values and ranges.
func columnChecks(c *metrics.Column) []rowCheck {
	var out []rowCheck
	onFail := cmp.Or(c.OnFail, metrics.Warn)
	name := duckdb.Quote(c.Name)
	if len(c.Values) > 0 {
		accepted := make([]string, len(c.Values))
		for i, v := range c.Values {
			accepted[i] = fmt.Sprintf("CAST(%s AS %s)", duckdb.Literal(v), sqlType(c.Type))
		}
		out = append(out, rowCheck{
			kind: metrics.CheckValues, column: c.Name, onFail: onFail, shown: name,
			failed: name + " NOT IN (" + strings.Join(accepted, ", ") + ")",
			reason: "not one of the accepted values", found: "not accepted",
		})
	}
	if c.Range != nil {
		out = append(out, rowCheck{
			kind: metrics.CheckRange, column: c.Name, onFail: onFail, shown: name,
			failed: "NOT (" + inRange(c) + ")", reason: "outside the range " + rangeText(c.Range), found: "outside " + boundsText(c.Range),
		})
	}
	return out
}

// boundsText is a range as people write it: 18..65.
func boundsText(r *[2]*metrics.Literal) string {
	switch low, high := r[0], r[1]; {
	case low != nil && high != nil:
		return low.Text + ".." + high.Text
	case low != nil:
		return low.Text + " and above"
	case high != nil:
		return high.Text + " and below"
	}
	return "any"
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

// rowChecks are the checks of single rows, in the order in which they are made.
func (b *builder) rowChecks() []rowCheck {
	var out []rowCheck
	for _, c := range b.source.Columns {
		missing := rowCheck{column: c.Name, onFail: metrics.Quarantine, shown: "NULL", failed: duckdb.Quote(c.Name) + " IS NULL"}
		switch {
		case slices.Contains(b.source.Key, c.Name):
			missing.kind, missing.reason = metrics.CheckKey, "part of the key, but null"
			out = append(out, missing)
		case c.Required:
			missing.kind, missing.onFail, missing.reason, missing.found = metrics.CheckRequired, c.Missing(), "required, but null", "null"
			out = append(out, missing)
		}
	}
	for _, c := range b.source.Columns {
		out = append(out, columnChecks(c)...)
	}
	for _, r := range b.source.References {
		if r.OnFail == metrics.Quarantine {
			out = append(out, b.orphans(r))
		}
	}
	for _, c := range b.source.Checks {
		out = append(out, rowCheck{
			kind: metrics.CheckAssert, name: c.Name, onFail: c.OnFail, shown: "NULL",
			failed: "(" + b.expr(c.Assert) + ") IS FALSE", reason: fmt.Sprintf("fails the check %q", c.Name), found: "failed",
		})
	}
	return out
}

// quarantines are the checks that move rows to the rejects.
func (b *builder) quarantines() []rowCheck {
	return slices.DeleteFunc(b.rowChecks(), func(c rowCheck) bool { return c.onFail != metrics.Quarantine })
}

// orphans is the check that rows have their counterpart in the target's clean
// rows, for a reference to the own source among all its rows.
func (b *builder) orphans(r *metrics.Reference) rowCheck {
	target := segmentAlias(r.To) + ".clean"
	if r.To == b.source.Name {
		target = "stage.rows"
	}
	failed := orphanCondition(r, target)
	return rowCheck{
		kind: metrics.CheckReferences, column: strings.Join(foreignKey(r), ", "), onFail: metrics.Quarantine, shown: shownReference(b.source, r), failed: failed,
		reason: "has no counterpart in " + r.To, found: "not in " + r.To,
	}
}

// orphanCondition is true for rows whose foreign key is whole and not found.
func orphanCondition(r *metrics.Reference, target string) string {
	var from, to, known, found []string
	for _, j := range r.On {
		from = append(from, duckdb.Quote(j.Column))
		to = append(to, duckdb.Quote(j.Target))
		known = append(known, duckdb.Quote(j.Column)+" IS NOT NULL")
		found = append(found, duckdb.Quote(j.Target)+" IS NOT NULL")
	}
	left, right := strings.Join(from, ", "), strings.Join(to, ", ")
	if len(from) > 1 {
		left, right = "("+left+")", "("+right+")"
	}
	return fmt.Sprintf("%s AND %s NOT IN (SELECT %s FROM %s WHERE %s)",
		strings.Join(known, " AND "), left, right, target, strings.Join(found, " AND "))
}

func shownReference(s *metrics.Source, r *metrics.Reference) string {
	return shownValues(s, foreignKey(r))
}

// foreignKey is the columns by which a reference finds its row.
func foreignKey(r *metrics.Reference) []string {
	names := make([]string, len(r.On))
	for i, j := range r.On {
		names[i] = j.Column
	}
	return names
}

// CheckReferences counts the rows of attached segments, up to as-of, that reference
// nothing, as queries and measures of health see them. A null is no reference. Those at
// quarantine were judged when their source was cleaned.
func CheckReferences(ctx context.Context, eng *duckdb.Engine, c Context, segments map[string]Segment) ([]metrics.CheckResult, diag.List) {
	m := c.Model
	var results []metrics.CheckResult
	var problems diag.List
	for _, s := range m.Sources {
		for _, r := range s.References {
			_, from := segments[s.Name]
			_, to := segments[r.To]
			if r.OnFail == metrics.Quarantine || r.Entity || !from || !to || inherited(m, s, r) {
				continue
			}
			result, err := checkReference(ctx, eng, c, s, r, segments[s.Name].maskKey)
			report(&problems, s.Name, c.discreet(s, err))
			if err == nil {
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
		if s.Time != "" {
			results = append(results, counted(metrics.CheckResult{Source: s.Name, Column: s.Time, Check: metrics.CheckTime, OnFail: metrics.Warn, Failed: n}, "without a time"))
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

func checkReference(ctx context.Context, eng *duckdb.Engine, c Context, s *metrics.Source, r *metrics.Reference, key []byte) (metrics.CheckResult, error) {
	orphans := sqlgen.Print(query.Orphans(c.Model, c.calendar(), c.AsOf, s, r), sqlgen.DuckDB)
	t, err := eng.Query(ctx, fmt.Sprintf("SELECT count(*), min(%s) FROM (%s)", shownReference(s, r), orphans))
	if err != nil {
		return metrics.CheckResult{}, err
	}
	n, _ := t.Rows[0][0].(int64)
	columns := strings.Join(foreignKey(r), ", ")
	sample := guard{s, key}.value(columns, text(t.Rows[0][1]))
	return counted(metrics.CheckResult{
		Source: s.Name, Column: columns, Check: metrics.CheckReferences, OnFail: cmp.Or(r.OnFail, metrics.Warn), Failed: n, Sample: sample,
	}, "not in "+r.To), nil
}
