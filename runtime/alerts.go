package runtime

import (
	"context"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
	"github.com/metricsascode/metrics/runtime/threshold"
)

// Alerts is what thresholds said at the last run.
type Alerts struct {
	Run    metrics.Run
	Alerts []metrics.Alert // in the order in which they are shown; those that are ok left out
}

// Alerts reads what thresholds said at the last run.
func (p *Project) Alerts() (*Alerts, diag.List) {
	st, diags := p.applied()
	if diags.HasErrors() {
		return nil, diags
	}
	runs, diags := st.Runs()
	if diags.HasErrors() {
		return nil, diags
	}
	alerts, diags := st.Alerts()
	return &Alerts{Run: runs[len(runs)-1], Alerts: alerts}, diags
}

// judgeThresholds judges all thresholds by the values that a run makes current.
func (w *work) judgeThresholds(ctx context.Context, p *Project, writer *store.Writer, run *metrics.Run) ([]metrics.Alert, diag.List) {
	if len(p.Model.Thresholds) == 0 {
		return nil, nil
	}
	before, diags := writer.Store().Alerts()
	if diags.HasErrors() {
		return nil, diags
	}
	s := w.session
	if s == nil {
		if s, diags = p.reading(ctx); diags.HasErrors() {
			return nil, diags
		}
		defer s.close()
	}
	in := threshold.Input{Model: p.Model, Calendar: p.Calendar, AsOf: p.AsOf, Thresholds: p.Model.Thresholds, Engine: s.eng, Values: writer.Pending()}
	verdict, err := threshold.Judge(ctx, in)
	if err != nil {
		return nil, diag.List{queryFailed(ctx, err)}
	}
	told := threshold.Told{Run: writer.Store().Catalog().LastRun.ID + 1, Before: before, LastDay: w.lastCovered(p)}
	alerts, counts, err := verdict.Alerts(ctx, told)
	if err != nil {
		return nil, diag.List{queryFailed(ctx, err)}
	}
	run.Alerts = &counts
	return alerts, nil
}

// lastCovered tells the last day that the rows of a source stand for.
func (w *work) lastCovered(p *Project) func(source string) string {
	return func(name string) string {
		s := p.Model.Source(name)
		switch {
		case s == nil || s.Time == "":
			return ""
		case s.Covered != nil:
			return s.Covered.To
		}
		last := w.sources[name].Statistics.Columns[s.Time].LastDay
		start, _, ok := p.Calendar.DayBounds(last)
		if s.Grain == metrics.NoGrain || !ok {
			return last
		}
		return p.Calendar.Day(p.Calendar.Of(s.Grain, start).End.Add(-1)) // its rows stand for whole periods
	}
}
