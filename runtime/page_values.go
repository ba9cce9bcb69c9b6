package runtime

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/dashboard"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// pageScan is what a page reads of one grain, in one scan of what is published.
type pageScan struct {
	grain  metrics.Grain
	needed []dashboard.Need
	from   time.Time // the start of the first period
	to     time.Time // the first that is too late; zero for none
	values *dashboard.Values
}

// pageScans are the scans of a page: one of its own grain, and one of the days a year ago
// where a pace follows them.
func pageScans(in *dashboard.Input) []pageScan {
	needed := dashboard.Needs(in.Model, in.Dashboard)
	if len(needed) == 0 {
		return nil
	}
	own := pageScan{grain: in.Dashboard.Grain, needed: needed, from: in.When.Trail[0].Start, values: in.Values}
	if ago := in.When.YearAgo; ago != nil && ago.Start.Before(own.from) {
		own.from = ago.Start
	}
	scans := []pageScan{own}
	if in.When.Open == nil {
		return scans
	}
	shape := in.Calendar.Pace(*in.When.Open, in.AsOf).Shape
	if paced := dashboard.Paced(in.Model, in.Dashboard); len(shape) > 0 && len(paced) > 0 {
		in.Days = dashboard.NewValues()
		scans = append(scans, pageScan{grain: metrics.Day, needed: paced, from: shape[0].Start, to: shape[len(shape)-1].End, values: in.Days})
	}
	return scans
}

// statement selects the values of a scan out of those that are published.
func (s pageScan) statement(cal *metrics.Calendar, published string) string {
	keys := make([]string, len(s.needed))
	for i, n := range s.needed {
		keys[i] = "(" + duckdb.Literal(n.KPI) + ", " + duckdb.Literal(n.Cuts) + ")"
	}
	start := func(t time.Time) string { return duckdb.Literal(cal.StartText(cal.Of(s.grain, t))) }
	until := ""
	if !s.to.IsZero() {
		until = ` AND "start" < ` + start(s.to)
	}
	return fmt.Sprintf(`SELECT "kpi", "cuts", "members", "period", "value", "state" FROM (%s) WHERE "grain" = %s AND "start" >= %s%s AND ("kpi", "cuts") IN (%s) `+
		`ORDER BY "kpi", "cuts", "start", "period", "members"`, published, duckdb.Literal(string(s.grain)), start(s.from), until, strings.Join(keys, ", "))
}

// readPage reads all values of a page.
func (p *Project) readPage(ctx context.Context, st *store.Store, published string, in *dashboard.Input) diag.List {
	scans := pageScans(in)
	if len(scans) == 0 {
		return nil
	}
	s, diags := p.reading(ctx)
	if diags.HasErrors() {
		return diags
	}
	defer s.close()
	found := map[dashboard.Need]bool{}
	for _, scan := range scans {
		table, err := s.eng.Query(ctx, scan.statement(p.Calendar, published))
		if err != nil {
			if diags := st.CheckValues(); diags.HasErrors() {
				return diags
			}
			return diag.List{queryFailed(ctx, err)}
		}
		for _, row := range table.Rows {
			text := func(i int) string { s, _ := row[i].(string); return s }
			var value *string
			if v, ok := row[4].(string); ok {
				value = &v
			}
			scan.values.Add(text(0), text(1), text(2), text(3), value, metrics.State(text(5)))
			if scan.values == in.Values {
				found[dashboard.Need{KPI: text(0), Cuts: text(1)}] = true
			}
		}
	}
	return unpublished(scans[0].needed, found, in.Dashboard)
}

// unpublished warns of what a page shows and nothing was published of.
func unpublished(needed []dashboard.Need, found map[dashboard.Need]bool, d *metrics.Dashboard) diag.List {
	var missing []string
	for _, n := range needed {
		if found[n] || n.Optional {
			continue
		}
		what := "kpi." + n.KPI
		if n.Cuts != "" {
			what += " by " + n.Cuts
		}
		missing = append(missing, what)
	}
	if len(missing) == 0 {
		return nil
	}
	shown := strings.Join(missing[:min(len(missing), 5)], "; ")
	if rest := len(missing) - 5; rest > 0 {
		shown += fmt.Sprintf("; and %d more", rest)
	}
	return diag.List{{Severity: diag.Warning, Code: diag.NotPublished, Address: "dashboard." + d.Name, Summary: "Not published yet",
		Detail: "Nothing was published by " + string(d.Grain) + " of " + shown + ". Run metrics apply, which keeps what dashboards show."}}
}
