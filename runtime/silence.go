package runtime

import (
	"context"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// judgeSilence finds the members of covered columns that fell silent: with rows in
// the stretch before the last one up to as-of, and none in the last one.
func (w *work) judgeSilence(ctx context.Context, p *Project) diag.List {
	for _, s := range p.Model.Sources {
		if s.Silence == nil {
			continue
		}
		for _, column := range s.CoverageBy {
			if diags := w.silent(ctx, p, s, column); diags.HasErrors() {
				return diags
			}
		}
	}
	return nil
}

// shownMembers is how many silent members are named.
const shownMembers = 5

func (w *work) silent(ctx context.Context, p *Project, s *metrics.Source, column string) diag.List {
	within := s.Silence.Within
	last := p.Calendar.Later(p.AsOf, within.Neg())
	earlier := p.Calendar.Later(last, within.Neg())
	member := duckdb.Quote(column)
	t, err := w.session.eng.Query(ctx, fmt.Sprintf("SELECT CAST(%[1]s AS VARCHAR) FROM sources.%[2]s WHERE %[1]s IS NOT NULL AND %[3]s AND %[4]s GROUP BY %[1]s HAVING NOT bool_or(%[5]s) ORDER BY 1",
		member, duckdb.Quote(s.Name), p.since(s, earlier), p.before(s, p.AsOf), p.since(s, last)))
	if err != nil {
		return diag.List{queryFailed(ctx, err)}
	}
	r := metrics.CheckResult{Source: s.Name, Column: column, Check: metrics.CheckCoverage, OnFail: s.Silence.OnFail, Failed: int64(len(t.Rows))}
	var names []string
	for _, row := range t.Rows[:min(len(t.Rows), shownMembers)] {
		name, _ := row[0].(string)
		names = append(names, name)
	}
	if r.Failed > 0 {
		r.Sample = names[0]
		shown := strings.Join(names, ", ")
		if more := len(t.Rows) - len(names); more > 0 {
			shown += fmt.Sprintf(" and %d more", more)
		}
		r.Found = fmt.Sprintf("no row in %s from %s", within, shown)
	}
	w.tell(r, "source."+s.Name+"."+column, fmt.Sprintf("%s of source.%s fell silent: %s", column, s.Name, r.Found),
		fmt.Sprintf("Each had rows in the %s before. See whether its export ran; what ended for good is named for %s and no longer.", within, within))
	return nil
}
