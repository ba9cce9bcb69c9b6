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
		if !isKPI || c.Action != metrics.Update || !slices.Contains([]metrics.Class{metrics.Breaking, metrics.ValueChanging, metrics.Indirect}, c.Class) {
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
// as the project promises: their own, and those of what they are made of.
func (w *work) demandNotice(p *Project) {
	if p.Model.Project.Notice.IsZero() || w.before == nil || w.store != nil && !w.store.Exists() {
		return
	}
	upstream := w.upstreamEdits(p)
	for _, c := range w.plan.Changes {
		if c.Class != metrics.Breaking && c.Class != metrics.ValueChanging {
			continue
		}
		kpi, isKPI := strings.CutPrefix(c.Address, "kpi.")
		switch {
		case !isKPI:
			w.demandNoticeOf(p, c, upstream[c.Address])
		case c.Action != metrics.Create:
			if b, missing := w.unannounced(p, kpi, c.Action == metrics.Delete); missing {
				b.Address, b.Range = c.Address, c.Range
				w.block(b)
			}
		}
	}
}

// unannounced says how the announcement of a KPI's change fails the project's notice, and
// whether it does.
func (w *work) unannounced(p *Project, kpi string, gone bool) (plan.Block, bool) {
	notice, today := p.Model.Project.Notice, w.today(p)
	earliest := p.Calendar.Day(p.Calendar.Later(p.AsOf, notice))
	b := plan.Block{Code: diag.NoticeMissing, Mend: fmt.Sprintf("Add a change block that names it, announced today and effective = %q or later.", earliest)}
	announced := w.announcement(p, kpi, gone)
	switch {
	case announced == nil && gone:
		b.Text = fmt.Sprintf("goes away on %s without notice (%s)", today, notice)
		b.Mend = fmt.Sprintf("Keep it, apply a change block that names it, effective = %q or later, and remove both on that day.", earliest)
	case announced == nil:
		b.Text = fmt.Sprintf("changes on %s without notice (%s)", today, notice)
	case announced.Effective < w.noticed(p, announced):
		b.Text = fmt.Sprintf("changes on %s, announced on %s: less than %s ahead", announced.Effective, announced.Announced, notice)
		b.Mend = fmt.Sprintf("Let change.%s take effect on %s or later.", announced.Name, w.noticed(p, announced))
	default:
		return b, false
	}
	return b, true
}

// upstreamEdits is, by the address of an edited source, dimension or calendar, the
// published KPIs that follow it and are not edited themselves.
func (w *work) upstreamEdits(p *Project) map[string][]string {
	w.plan.FindDownstream(p.Model)
	out := map[string][]string{}
	for _, d := range w.plan.Downstream {
		if _, published := plan.Find(w.before.definitions, d.Address); d.Kind != "kpi" || !published {
			continue
		}
		for _, through := range d.Through {
			out[through] = append(out[through], d.Address)
		}
	}
	return out
}

// mostUnannounced is how many KPIs are named that follow an edit without notice.
const mostUnannounced = 5

// demandNoticeOf finds an edit of a source, dimension or calendar that changes published
// KPIs which were not announced long enough ahead.
func (w *work) demandNoticeOf(p *Project, c metrics.Change, follow []string) {
	var kpis []string
	mend := ""
	for _, address := range follow {
		if b, missing := w.unannounced(p, strings.TrimPrefix(address, "kpi."), false); missing {
			kpis = append(kpis, address)
			mend = b.Mend
		}
	}
	if len(kpis) == 0 {
		return
	}
	named := strings.Join(kpis[:min(len(kpis), mostUnannounced)], ", ")
	if more := len(kpis) - mostUnannounced; more > 0 {
		named += fmt.Sprintf(" and %d more", more)
	}
	if len(kpis) > 1 {
		mend = strings.Replace(mend, "names it", "names them", 1)
	}
	w.block(plan.Block{Address: c.Address, Code: diag.NoticeMissing, Range: c.Range, Mend: mend,
		Text: fmt.Sprintf("changes %s on %s without notice (%s)", named, w.today(p), p.Model.Project.Notice)})
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
