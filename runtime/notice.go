package runtime

import (
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// tellAnnounced adds to the reasons of changes what change blocks say of them.
func (w *work) tellAnnounced(p *Project) {
	for i, c := range w.plan.Changes {
		kpi, isKPI := strings.CutPrefix(c.Address, "kpi.")
		if !isKPI || c.Action != metrics.Update || c.Class != metrics.Breaking && c.Class != metrics.ValueChanging {
			continue
		}
		a := w.announcement(p, kpi, false)
		if a == nil {
			continue
		}
		words := "from " + a.Effective + " on, by change." + a.Name
		if until := a.Until(w.today(p)); until != "" && until == a.Effective && w.today(p) < a.Effective {
			words += ", and not before"
		} else if until != "" {
			words += "; periods that began before " + until + " stay by the definition as it was"
		}
		w.plan.Changes[i].Reason += "; " + words + ": " + a.Reason
	}
}

// demandNotice finds the changes of published KPIs that were not announced as long ahead
// as the project promises.
func (w *work) demandNotice(p *Project) {
	notice := p.Model.Project.Notice
	if notice.IsZero() || w.store != nil && !w.store.Exists() {
		return
	}
	for _, c := range w.plan.Changes {
		kpi, isKPI := strings.CutPrefix(c.Address, "kpi.")
		if !isKPI || c.Action == metrics.Create || c.Class != metrics.Breaking && c.Class != metrics.ValueChanging {
			continue
		}
		earliest := p.Calendar.Day(p.Calendar.Later(p.AsOf, notice))
		b := plan.Block{Address: c.Address, Code: diag.NoticeMissing, Range: c.Range,
			Mend: fmt.Sprintf("Add a change block that names it, announced today and effective = %q or later.", earliest)}
		announced := w.announcement(p, kpi, c.Action == metrics.Delete)
		switch {
		case announced == nil && c.Action == metrics.Delete:
			b.Text = fmt.Sprintf("goes away on %s without notice (%s)", w.today(p), notice)
			b.Mend = fmt.Sprintf("Keep it, apply a change block that names it, effective = %q or later, and remove both on that day.", earliest)
		case announced == nil:
			b.Text = fmt.Sprintf("changes on %s without notice (%s)", w.today(p), notice)
		case announced.Effective < w.noticed(p, announced):
			b.Text = fmt.Sprintf("changes on %s, announced on %s: less than %s ahead", announced.Effective, announced.Announced, notice)
			b.Mend = fmt.Sprintf("Let change.%s take effect on %s or later.", announced.Name, w.noticed(p, announced))
		default:
			continue
		}
		w.plan.Blocking = append(w.plan.Blocking, b)
	}
}

// noticed is the first day on which a change may take effect that was announced.
func (w *work) noticed(p *Project, a *metrics.Announced) string {
	day, err := p.Calendar.Parse(a.Announced)
	if err != nil {
		return a.Effective // days were checked where they are written
	}
	return p.Calendar.Day(p.Calendar.Later(day.Start, p.Model.Project.Notice))
}

// announcement is the change block that speaks of an edit of a KPI; nil where none does.
// One of a KPI that is gone stands in the definitions of the last run.
func (w *work) announcement(p *Project, kpi string, gone bool) *metrics.Announced {
	for _, c := range slices.Backward(p.Model.Announced) {
		if c.Of(kpi) && w.announces(p, c) {
			return c
		}
	}
	if !gone {
		return nil
	}
	for _, d := range w.before.definitions {
		name, isChange := strings.CutPrefix(d.Address, "change.")
		s := d.Settings
		if isChange && slices.Contains(strings.Split(s["kpis"], ";"), kpi) && s["effective"] <= w.today(p) {
			return &metrics.Announced{Name: name, Announced: s["announced"], Effective: s["effective"]}
		}
	}
	return nil
}

// noticeMissing puts the changes without notice into diagnostics: an apply goes on
// nevertheless, unless it is to enforce notice.
func (p *Project) noticeMissing(made *plan.Plan) diag.List {
	var diags diag.List
	for _, b := range made.Blocking {
		if b.Code != diag.NoticeMissing {
			continue
		}
		d := diag.Diagnostic{Severity: diag.Warning, Code: b.Code, Address: b.Address, Summary: b.Address + " " + b.Text, Detail: b.Mend, Range: b.Range}
		if p.options.EnforceNotice {
			d.Severity = diag.Error
		}
		diags.Add(d)
	}
	return diags
}
