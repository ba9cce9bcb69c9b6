package threshold

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// pace is how much of a target is due within the open period, as metrics.Pace says.
type pace struct {
	kpi     *metrics.KPI
	elapsed float64
	// from, until and to are the first day of the period a year ago, the first of it
	// that is not due, and the first behind it; "" where it has no shape.
	from, until, to string
	days            int
}

// paceOf is the pace of a KPI's open period; nil where none is open, or the KPI doesn't
// add up over time: then all of its target is due at once.
func (in *Input) paceOf(k *metrics.KPI, g metrics.Grain, line *timeline) *pace {
	if line == nil || line.open < 0 || !in.Model.AddsUp(k.Value) {
		return nil
	}
	due := in.Calendar.Pace(line.periods[line.open], in.AsOf)
	out := &pace{kpi: k}
	out.elapsed, _ = due.Elapsed.Float64()
	if len(due.Shape) == 0 || !shaped(k, g) {
		return out
	}
	out.days = len(due.Shape)
	out.from, out.to = in.Calendar.StartText(due.Shape[0]), in.Calendar.Day(due.Shape[out.days-1].End)
	out.until = out.to
	if due.Passed < out.days {
		out.until = in.Calendar.StartText(due.Shape[due.Passed])
	}
	return out
}

// shaped tells whether a KPI has values by day that show the shape of a period.
func shaped(k *metrics.KPI, g metrics.Grain) bool {
	return g != metrics.Day && g != metrics.Hour && slices.Contains(k.KeptGrains(), metrics.Day)
}

// stages is the common table expression with the shape of the period a year ago.
func (p *pace) stages(g *group, name string) string {
	if p.from == "" {
		return name + ` AS (SELECT '' AS "members", NULL AS "share" WHERE false)`
	}
	value := `CAST("value" AS ` + sqlgen.DuckDB.Type(p.kpi.Type) + `)`
	return fmt.Sprintf(`%s AS (SELECT "members", CAST(sum(%s) FILTER (WHERE "start" < %s) AS DOUBLE) / nullif(sum(%s), 0) AS "share" FROM "threshold_values" `+
		`WHERE "kpi" = %s AND "grain" = 'day' AND "cuts" = %s AND "start" >= %s AND "start" < %s GROUP BY "members" HAVING count("value") = %d)`,
		name, value, duckdb.Literal(p.until), value, duckdb.Literal(p.kpi.Name), duckdb.Literal(g.cuts), duckdb.Literal(p.from), duckdb.Literal(p.to), p.days)
}

// share is how much of the target is due: all of it but in the open period. A share that
// is no part of a whole, as values of both signs have it, tells nothing of a shape.
func (p *pace) share(open int) string {
	return fmt.Sprintf(`CASE WHEN b."at" = %d THEN CASE WHEN s."share" BETWEEN 0 AND 1 THEN s."share" ELSE %s END ELSE 1.0 END`, open, strconv.FormatFloat(p.elapsed, 'g', -1, 64)+"::DOUBLE")
}
