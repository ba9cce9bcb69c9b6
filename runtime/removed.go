package runtime

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// withRemoved is the project with those of the named KPIs that it no longer has, as they
// were when a run removed them: what was published of them before can still be asked for.
func (p *Project) withRemoved(names []string, m Moment) (*Project, diag.List) {
	gone := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return p.Model.KPI(name) != nil })
	if len(gone) == 0 {
		return p, nil
	}
	st, diags := p.Store()
	if diags.HasErrors() || !st.Exists() {
		return p, diags
	}
	editions, diags := st.Editions()
	runs, more := st.Runs()
	if diags = append(diags, more...); diags.HasErrors() {
		return p, diags
	}
	model := *p.Model
	model.KPIs = slices.Clone(model.KPIs)
	for _, e := range slices.Backward(editions) {
		name, isKPI := strings.CutPrefix(e.Address, "kpi.")
		i := slices.Index(gone, name)
		if !isKPI || i < 0 || e.Beside {
			continue
		}
		gone = slices.Delete(gone, i, i+1)
		if at := runs[e.Run-1].At; m == (Moment{}) || m.Run >= e.Run || !m.ReportedAt.IsZero() && !m.ReportedAt.Before(at) {
			diags.Add(removedKPI(name, e.Run, at.In(p.Calendar.Zone())))
			continue
		}
		model.KPIs = append(model.KPIs, asPublished(name, e))
	}
	slices.SortFunc(model.KPIs, func(a, b *metrics.KPI) int { return strings.Compare(a.Name, b.Name) })
	compiled := *p.Project
	compiled.Model = &model
	then := *p
	then.Project = &compiled
	return &then, diags
}

func removedKPI(name string, run int, at time.Time) diag.Diagnostic {
	mend := "It was never published before."
	if run > 1 {
		mend = fmt.Sprintf("Ask for what was published before: --run %d, or an earlier one. metrics changes %s shows its life.", run-1, name)
	}
	return diag.Diagnostic{Severity: diag.Error, Code: diag.NotPublished,
		Summary: fmt.Sprintf("kpi.%s was removed by run %d, %s", name, run, at.Format("2006-01-02 15:04")), Detail: mend}
}

// asPublished is what is known of a KPI from what is kept of its definition: how it was
// published, not how it was computed.
func asPublished(name string, e store.Edition) *metrics.KPI {
	k := &metrics.KPI{Name: name, Type: metrics.Type{Kind: metrics.Decimal}, Unit: metrics.Unit(e.Settings["unit"]), Tax: metrics.Tax(e.Settings["tax"])}
	for _, g := range listed(e.Settings["grains"], ";") {
		k.Grains = append(k.Grains, metrics.Grain(g))
	}
	for _, set := range listed(e.Settings["by"], ";") {
		k.By = append(k.By, listed(set, ","))
	}
	for _, shown := range listed(e.Settings["shown"], ";") {
		g, set, _ := strings.Cut(shown, ":")
		k.Shown = append(k.Shown, metrics.Kept{Grain: metrics.Grain(g), By: listed(set, ",")})
	}
	return k
}

// listed is the items of a list in a text; none in an empty one.
func listed(text, separator string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, separator)
}
