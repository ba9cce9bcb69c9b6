package runtime

import (
	"context"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// strangers warns of members that a dimension doesn't list: they are kept, but
// nobody expects them.
func (w *work) strangers(ctx context.Context, p *Project) diag.List {
	var diags diag.List
	for _, d := range p.Model.Dimensions {
		if len(d.Values) == 0 {
			continue
		}
		for _, f := range d.From {
			table, err := w.session.eng.Query(ctx, p.strangersOf(d, f))
			if err != nil {
				return append(diags, queryFailed(ctx, err))
			}
			n, _ := table.Rows[0][0].(int64)
			if n == 0 {
				continue
			}
			diags.Add(diag.Diagnostic{
				Severity: diag.Warning, Code: diag.CheckWarned, Address: "dimension." + d.Name,
				Summary: fmt.Sprintf("source.%s has members that are not listed", f.Source),
				Detail: fmt.Sprintf("Rows with such a member: %d; one is %q. They are kept and shown behind the listed ones. Add the member to values, or bring it to a listed one in the value of from %q.",
					n, fmt.Sprint(table.Rows[0][1]), f.Source),
			})
		}
	}
	return diags
}

// strangersOf counts the rows of a source whose member is not listed.
func (p *Project) strangersOf(d *metrics.Dimension, f *metrics.DimensionFrom) string {
	listed := make([]string, len(d.Values))
	for i, v := range d.Values {
		listed[i] = duckdb.Literal(v)
	}
	project := p.Model.Project
	member := sqlgen.Expr(f.Value, sqlgen.Scope{
		Zone: project.Timezone, WeekStart: project.WeekStart, FiscalYearStart: project.FiscalYearStart, AsOf: p.AsOf, Column: p.reached,
	})
	return fmt.Sprintf(`SELECT count(*), min("member") FROM (SELECT CAST(%s AS VARCHAR) AS "member" FROM sources.%s AS "t") WHERE "member" NOT IN (%s)`,
		member, duckdb.Quote(f.Source), strings.Join(listed, ", "))
}

// reached is a column by look-ups along the references that lead to it.
func (p *Project) reached(ref *metrics.ColumnRef) string {
	s := p.Model.Source(ref.Source)
	row := `"t"`
	opened := ""
	for i, step := range ref.Path {
		r := s.Reference(step)
		next := fmt.Sprintf(`"t%d"`, i+1)
		on := make([]string, len(r.On))
		for j, pair := range r.On {
			on[j] = next + "." + duckdb.Quote(pair.Target) + " = " + row + "." + duckdb.Quote(pair.Column)
		}
		opened = fmt.Sprintf(` FROM sources.%s AS %s WHERE %s)`, duckdb.Quote(r.To), next, strings.Join(on, " AND ")) + opened
		s, row = p.Model.Source(r.To), next
	}
	return strings.Repeat("(SELECT ", len(ref.Path)) + row + "." + duckdb.Quote(ref.Column) + opened
}
