package runtime

import (
	"context"
	"fmt"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
)

// judgeFreshness holds the last row of each source against as-of. It looks at what
// is known of the rows, and at the rows themselves only where some lie after as-of.
func (w *work) judgeFreshness(ctx context.Context, p *Project) diag.List {
	for _, s := range p.Model.Sources {
		if s.Freshness == nil {
			continue
		}
		end, some, diags := w.lastRow(ctx, p, s)
		if diags.HasErrors() {
			return diags
		}
		r := p.fresh(s, end, some)
		w.tell(r, "source."+s.Name, fmt.Sprintf("source.%s is not fresh: %s", s.Name, r.Found),
			"What it should have delivered by now is missing. See whether its export ran, or allow for a greater age in freshness.")
	}
	return nil
}

// lastRow is the end of the last row of a source that began before as-of: its time,
// or the end of the day or period that it stands for.
func (w *work) lastRow(ctx context.Context, p *Project, s *metrics.Source) (end time.Time, some bool, diags diag.List) {
	known := w.sources[s.Name].Statistics.Columns[s.Time]
	last, some := p.rowTime(known.LastDay, known.Last)
	if !some || last.Before(p.AsOf) {
		return p.rowEnd(s, last), some, nil
	}
	if diags := w.attach(ctx, p); diags.HasErrors() {
		return end, false, diags
	}
	column := duckdb.Quote(s.Time)
	t, err := w.session.eng.Query(ctx, fmt.Sprintf("SELECT CAST(max(CAST(%[1]s AS DATE)) AS VARCHAR), strftime(max(%[1]s), '%%Y-%%m-%%dT%%H:%%M:%%S.%%fZ') FROM sources.%s WHERE %s",
		column, duckdb.Quote(s.Name), p.before(s, p.AsOf)))
	if err != nil {
		return end, false, diag.List{queryFailed(ctx, err)}
	}
	day, _ := t.Rows[0][0].(string)
	instant, _ := t.Rows[0][1].(string)
	if s.Column(s.Time).Type.Kind == metrics.Date {
		instant = ""
	}
	last, some = p.rowTime(day, instant)
	return p.rowEnd(s, last), some, nil
}

// rowTime is when a row began, by its instant or its day.
func (p *Project) rowTime(day, instant string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, instant); err == nil {
		return t.In(p.Calendar.Zone()), true
	}
	start, _, ok := p.Calendar.DayBounds(day)
	return start, ok
}

// rowEnd is the end of what a row stands for.
func (p *Project) rowEnd(s *metrics.Source, start time.Time) time.Time {
	switch {
	case s.Grain != metrics.NoGrain:
		return p.Calendar.Of(s.Grain, start).End
	case s.Column(s.Time).Type.Kind == metrics.Date:
		return p.Calendar.Of(metrics.Day, start).End
	}
	return start
}

// fresh judges what ended at an instant. A source without rows is as old as can be.
func (p *Project) fresh(s *metrics.Source, end time.Time, some bool) metrics.CheckResult {
	r := metrics.CheckResult{Source: s.Name, Check: metrics.CheckFreshness, OnFail: metrics.Warn}
	if s.Freshness.Warn.IsZero() {
		r.OnFail = metrics.Stop
	}
	for _, limit := range []struct {
		span   metrics.Span
		onFail metrics.OnFail
	}{{s.Freshness.Warn, metrics.Warn}, {s.Freshness.Error, metrics.Stop}} {
		if limit.span.IsZero() || some && !p.Calendar.Later(end, limit.span).Before(p.AsOf) {
			continue
		}
		r.Failed, r.OnFail = 1, limit.onFail
		r.Found = "no rows"
		if some {
			r.Sample = end.In(p.Calendar.Zone()).Format(time.RFC3339)
			r.Found = fmt.Sprintf("the last row ends %s, %s before as-of", end.In(p.Calendar.Zone()).Format("2006-01-02 15:04"), ageText(p.AsOf.Sub(end)))
		}
	}
	return r
}

// ageText is an age in whole hours, from two days on in days.
func ageText(age time.Duration) string {
	const day = 24 * time.Hour
	if age >= 2*day {
		return fmt.Sprintf("%dd", age/day)
	}
	return fmt.Sprintf("%dh", age/time.Hour)
}
