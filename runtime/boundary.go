package runtime

import (
	"context"
	"fmt"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// A change block leaves periods to the definition of a KPI as it was, and so does a
// history that ends: published values of one KPI may be of several definitions. What
// shows them side by side says so.

// leftBy is the change block that leaves a KPI, or one that it is made of, on a day to its
// definition as it was; nil where none does.
func (p *Project) leftBy(k *metrics.KPI, day string) *metrics.Announced {
	today := p.Calendar.Day(p.AsOf)
	names := map[string]bool{k.Name: true}
	eachBelow(p.Model, k, func(x metrics.Expr) {
		if ref, ok := x.(*metrics.KPIRef); ok {
			names[ref.KPI] = true
		}
	})
	var found *metrics.Announced
	for _, c := range p.Model.Announced {
		for _, name := range c.KPIs {
			if names[name] && day < c.Until(today) && (found == nil || c.Effective < found.Effective) {
				found = c
			}
		}
	}
	return found
}

// boundaryNotes tell of KPIs whose published values that are asked for are of several
// definitions.
func (p *Project) boundaryNotes(ctx context.Context, eng *duckdb.Engine, values, where string, r query.Request) ([]string, error) {
	table, err := eng.Query(ctx, fmt.Sprintf(`SELECT "kpi", arg_min("period", "start"), arg_max("period", "start"), max("start") FROM (%s) WHERE %s `+
		`GROUP BY "kpi", "fingerprint" QUALIFY count(*) OVER (PARTITION BY "kpi") > 1 ORDER BY "kpi", min("start"), max("start")`, values, where))
	if err != nil {
		return nil, err
	}
	parts := map[string][]string{}
	for i, row := range table.Rows {
		kpi, from, to, start := textOf(row[0]), textOf(row[1]), textOf(row[2]), textOf(row[3])
		periods := from
		if to != from {
			periods += " to " + to
		}
		newest := i+1 == len(table.Rows) || textOf(table.Rows[i+1][0]) != kpi
		words := "by an earlier definition"
		if newest {
			words = "by the one since"
		} else if c := p.leftBy(p.Model.KPI(kpi), start[:min(len(start), len("2006-01-02"))]); c != nil {
			words = "by the definition as it was before change." + c.Name
		}
		parts[kpi] = append(parts[kpi], periods+" "+words)
	}
	var notes []string
	for _, kpi := range r.KPIs {
		if of := parts[kpi]; len(of) > 1 {
			notes = append(notes, fmt.Sprintf("Values of %s are of several definitions, and so is a difference across them: %s.", kpi, strings.Join(of, ", ")))
		}
	}
	return notes, nil
}
