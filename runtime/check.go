package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// Check judges the wanted checks over the sources as they are now.
func (p *Project) Check(ctx context.Context, wanted func(name string) bool) ([]metrics.CheckOutcome, diag.List) {
	var checks []*metrics.Check
	var sources []string
	for _, c := range p.Model.Checks {
		if wanted(c.Name) {
			checks = append(checks, c)
			sources = append(sources, c.KPI.Sources...)
		}
	}
	if len(checks) == 0 {
		return nil, nil
	}
	if diags := p.UseCalendars(ctx, p.calendarsOfChecks(checks)...); diags.HasErrors() {
		return nil, diags
	}
	s, diags := p.ready(ctx, p.upstream(append(sources, p.aside(nil)...)))
	if s != nil {
		defer s.close()
	}
	if diags.HasErrors() {
		return nil, diags
	}
	w := &work{session: s, ranges: map[rangeKey]kept{}, sources: map[string]store.Source{}}
	for name, segment := range s.segments {
		w.sources[name] = store.Source{Statistics: segment.Statistics}
	}
	outcomes, more := w.judgeKPIs(ctx, p, checks)
	return outcomes, append(diags, more...)
}

// assert judges all checks before anything is published; one at stop ends the apply.
func (w *work) assert(ctx context.Context, p *Project) diag.List {
	if diags := p.UseCalendars(ctx, p.calendarsOfChecks(p.Model.Checks)...); diags.HasErrors() {
		return diags
	}
	outcomes, diags := w.judgeKPIs(ctx, p, p.Model.Checks)
	for _, o := range outcomes {
		r := metrics.CheckResult{Check: metrics.CheckKPIs, Name: o.Check, OnFail: o.OnFail, Failed: int64(len(o.Failed))}
		if len(o.Failed) > 0 {
			r.Found, r.Sample = "does not hold in "+periodCount(len(o.Failed), o.Periods), o.Failed[0].Period
			w.found.Add(doesNotHold(o))
		}
		w.plan.Checks = append(w.plan.Checks, r)
	}
	return p.placed(diags)
}

// judgeKPIs finds the periods, of those that apply keeps, in which checks don't hold.
func (w *work) judgeKPIs(ctx context.Context, p *Project, checks []*metrics.Check) ([]metrics.CheckOutcome, diag.List) {
	outcomes := make([]metrics.CheckOutcome, len(checks))
	for i, c := range checks {
		outcomes[i] = metrics.CheckOutcome{Check: c.Name, OnFail: c.OnFail}
		for _, g := range c.KPI.Grains {
			if diags := w.judgeBy(ctx, p, c, g, &outcomes[i]); diags.HasErrors() {
				return nil, diags
			}
		}
	}
	return outcomes, nil
}

// judgeBy judges a check in the periods of a grain. Where several sources meet, a
// period that one of them covers in part proves nothing.
func (w *work) judgeBy(ctx context.Context, p *Project, c *metrics.Check, g metrics.Grain, out *metrics.CheckOutcome) diag.List {
	r := w.rangeOf(p, c.KPI, g)
	if r.empty() {
		return nil
	}
	named := kpisIn(c.Assert)
	request := query.Request{KPIs: append([]string{c.KPI.Name}, named...), Grain: g, From: &r.from, To: &r.to, AsOf: p.AsOf}
	selected, diags := query.Compile(withKPI(p.Model, c.KPI), w.session.statistics(), p.Calendar, request)
	if diags.HasErrors() {
		return p.placed(about(diags, "check."+c.Name))
	}
	table, err := w.session.eng.Query(ctx, sqlgen.Print(selected, sqlgen.DuckDB))
	if err != nil {
		return p.placed(about(diag.List{queryFailed(ctx, err)}, "check."+c.Name))
	}
	for _, row := range result(selected, table.Rows, p.AsOf).Rows {
		if row.State == metrics.NoData || row.State == metrics.Incomplete && len(c.KPI.Sources) > 1 {
			continue
		}
		out.Periods++
		if holds, known := row.Values[1].(bool); known && !holds {
			period, _ := row.Values[0].(string)
			failed := metrics.FailedPeriod{Period: period}
			for i, name := range named {
				failed.Values = append(failed.Values, metrics.CheckedValue{KPI: name, Value: row.Values[2+i]})
			}
			out.Failed = append(out.Failed, failed)
		}
	}
	return nil
}

// calendarsOfChecks is the names of the calendar blocks that checks go by, among
// those of other grains.
func (p *Project) calendarsOfChecks(checks []*metrics.Check) []string {
	var names []string
	for _, c := range checks {
		for _, g := range c.KPI.Grains {
			names = append(names, string(g))
		}
		for _, calendar := range p.Model.CalendarsOf(c.KPI) {
			names = append(names, calendar.Name)
		}
	}
	return names
}

// about makes diagnostics speak of an address.
func about(diags diag.List, address string) diag.List {
	for i := range diags {
		diags[i].Address = address
	}
	return diags
}

// kpisIn is the KPIs that an expression names, each once, as written.
func kpisIn(e metrics.Expr) []string {
	var out []string
	metrics.Walk(e, func(e metrics.Expr) bool {
		if ref, ok := e.(*metrics.KPIRef); ok && !slices.Contains(out, ref.KPI) {
			out = append(out, ref.KPI)
		}
		return true
	})
	return out
}

// withKPI is a model that also has a KPI that no file names.
func withKPI(m *metrics.Model, k *metrics.KPI) *metrics.Model {
	out := *m
	at, _ := slices.BinarySearchFunc(m.KPIs, k.Name, func(x *metrics.KPI, name string) int { return strings.Compare(x.Name, name) })
	out.KPIs = slices.Insert(slices.Clone(m.KPIs), at, k)
	return &out
}

// shownPeriods is how many failed periods a diagnostic names.
const shownPeriods = 3

func doesNotHold(o metrics.CheckOutcome) diag.Diagnostic {
	var told []string
	for _, f := range o.Failed[:min(len(o.Failed), shownPeriods)] {
		if len(f.Values) == 0 { // it names no KPI
			told = append(told, f.Period)
			continue
		}
		var values []string
		for _, v := range f.Values {
			shown := "no data"
			if v.Value != nil {
				shown = fmt.Sprint(v.Value)
			}
			values = append(values, "kpi."+v.KPI+" = "+shown)
		}
		told = append(told, f.Period+": "+strings.Join(values, ", "))
	}
	if more := len(o.Failed) - len(told); more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	d := diag.Diagnostic{
		Severity: diag.Error, Code: diag.CheckFailed, Address: "check." + o.Check,
		Summary: fmt.Sprintf("The check %q does not hold in %s", o.Check, periodCount(len(o.Failed), o.Periods)),
		Detail:  strings.Join(told, "; ") + ". Nothing was published. Mend the data or the definitions, or let the check warn: on_fail = warn.",
	}
	if o.OnFail == metrics.Warn {
		d.Severity, d.Code = diag.Warning, diag.CheckWarned
		d.Detail = strings.Join(told, "; ") + ". The values are published all the same. Mend the data or the definitions."
	}
	return d
}

func periodCount(failed, all int) string {
	if all == 1 {
		return "the one period"
	}
	return fmt.Sprintf("%d of %d periods", failed, all)
}
