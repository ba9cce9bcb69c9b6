package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
	"github.com/metricsascode/metrics/runtime/threshold"
)

// rehearsal judges thresholds by what their KPIs would have been, computed from the
// sources over all of their history.
type rehearsal struct {
	*work
	project *Project // without a bound of history
	all     []*metrics.Threshold
	changed map[*metrics.Threshold]int      // new and edited ones: their place among the changes
	through map[*metrics.Threshold][]string // the edited KPIs that a threshold reads
}

// rehearse adds to a plan how often new and edited thresholds would have fired, and
// which states its changes would flip.
func (w *work) rehearse(ctx context.Context, p *Project) diag.List {
	r := &rehearsal{changed: map[*metrics.Threshold]int{}, through: map[*metrics.Threshold][]string{}}
	r.find(p, w.plan.Changes)
	if len(r.all) == 0 {
		return nil
	}
	var told []metrics.Alert
	if w.store != nil && w.store.Exists() {
		var diags diag.List
		if told, diags = w.store.Alerts(); diags.HasErrors() {
			return diags
		}
	}
	verdict, diags := r.judge(ctx, p, w)
	if diags.HasErrors() {
		return diags
	}
	for _, t := range r.all {
		i, edited := r.changed[t]
		if edited {
			w.plan.Changes[i].Backtest = verdict.Backtest(t)
			diags = append(diags, p.placed(warned(t, w.plan.Changes[i].Backtest))...)
		}
		if edited && w.plan.Changes[i].Action == metrics.Create || w.plan.Basis.Run == 0 {
			continue // nothing was told of it
		}
		if flips := verdict.Flips(t, told); len(flips) > 0 {
			w.plan.Downstream = append(w.plan.Downstream, plan.Dependent{Address: "threshold." + t.Name, Kind: "threshold", Through: r.through[t], Flips: flips})
		}
	}
	return diags
}

// find are the thresholds that changes concern: those edited, and those that read a
// KPI whose values or target may be others.
func (r *rehearsal) find(p *Project, changes []metrics.Change) {
	moved := map[string]bool{}
	for i, c := range changes {
		name, isThreshold := strings.CutPrefix(c.Address, "threshold.")
		if t := p.Model.Threshold(name); isThreshold && t != nil && c.Class == metrics.AlertOnly {
			r.changed[t] = i
		}
		if kpi, isKPI := strings.CutPrefix(c.Address, "kpi."); isKPI && c.Action == metrics.Update && c.Class != metrics.Cosmetic && c.Class != metrics.Additive {
			moved[kpi] = true
		}
	}
	for _, t := range p.Model.Thresholds {
		for _, read := range p.Model.Reads(t) {
			if address := "kpi." + read.KPI; moved[read.KPI] && !slices.Contains(r.through[t], address) {
				r.through[t] = append(r.through[t], address)
			}
		}
		slices.Sort(r.through[t])
		if _, edited := r.changed[t]; edited || len(r.through[t]) > 0 {
			r.all = append(r.all, t)
		}
	}
}

// judge computes what the thresholds read, and judges them by it.
func (r *rehearsal) judge(ctx context.Context, p *Project, w *work) (*threshold.Verdict, diag.List) {
	var kpis []string
	for _, t := range r.all {
		for _, read := range p.Model.Reads(t) {
			kpis = append(kpis, read.KPI)
		}
	}
	s, diags := p.ready(ctx, p.upstream(append(p.sourcesOf(kpis), p.aside(p.calendarBlocks(p.calendarsOf(kpis, true)))...)))
	if s != nil {
		defer s.close()
	}
	if diags.HasErrors() {
		return nil, diags
	}
	r.work = &work{session: s, ranges: map[rangeKey]kept{}, sources: map[string]store.Source{}, definitions: w.definitions}
	for name, segment := range s.segments {
		r.sources[name] = store.Source{Statistics: segment.Statistics}
	}
	r.project = p.withoutHistory()
	if err := s.eng.Exec(ctx, valueTables); err != nil {
		return nil, diag.List{engineFailed("Thresholds can't be tried", err)}
	}
	for _, b := range r.batches() {
		if diags := r.computeBatch(ctx, r.project, b); diags.HasErrors() {
			return nil, diags
		}
	}
	verdict, err := threshold.Judge(ctx, threshold.Input{Model: p.Model, Calendar: p.Calendar, AsOf: p.AsOf, Thresholds: r.all, Engine: s.eng, Values: "SELECT * FROM " + freshTable})
	if err != nil {
		return nil, diag.List{queryFailed(ctx, err)}
	}
	return verdict, nil
}

// withoutHistory is the project as if it kept all periods.
func (p *Project) withoutHistory() *Project {
	model := *p.Model
	model.Project.History = metrics.Span{}
	compiled := *p.Project
	compiled.Model = &model
	out := *p
	out.Project = &compiled
	return &out
}

// batches groups what the thresholds read, so that what reads the same rows by the
// same cuts shares a scan.
func (r *rehearsal) batches() []*batch {
	type need struct {
		kpi   string
		grain metrics.Grain
	}
	sets := map[need][][]string{}
	var order []need
	for _, t := range r.all {
		for _, read := range r.project.Model.Reads(t) {
			n := need{read.KPI, read.Grain}
			if sets[n] == nil {
				order = append(order, n)
			}
			if !slices.ContainsFunc(sets[n], func(set []string) bool { return slices.Equal(set, t.By) }) {
				sets[n] = append(sets[n], t.By)
			}
		}
	}
	var out []*batch
	index := map[string]*batch{}
	for _, n := range order {
		k := r.project.Model.KPI(n.kpi)
		stretch := r.rangeOf(r.project, k, n.grain)
		if stretch.empty() {
			continue
		}
		key := fmt.Sprint(n.grain, sets[n], stretch.from.Start.Unix(), stretch.to.Start.Unix(), r.reads(r.project, k, n.grain, stretch))
		b := index[key]
		if b == nil || len(b.kpis) == batchSize {
			b = &batch{grain: n.grain, sets: sets[n], kept: stretch}
			index[key] = b
			out = append(out, b)
		}
		b.kpis = append(b.kpis, k)
	}
	return out
}

// warned tells of a threshold that says little, or nothing.
func warned(t *metrics.Threshold, b *metrics.Backtest) diag.List {
	address := "threshold." + t.Name
	switch {
	case b.Skipped != "":
		return diag.List{{Severity: diag.Warning, Code: diag.NeverFires, Address: address, Summary: "A threshold that can't be judged", Detail: "The engine says: " + b.Skipped}}
	case b.Judged == 0:
		return diag.List{{Severity: diag.Warning, Code: diag.NeverFires, Address: address, Summary: "threshold." + t.Name + " can never fire",
			Detail: "In no period that the sources have could it be judged: its values, or what they are compared with, are missing, or below the floor. Look back less far, or lower the floor."}}
	case t.For > b.Judged:
		return diag.List{{Severity: diag.Warning, Code: diag.NeverFires, Address: address, Summary: "threshold." + t.Name + " can never fire",
			Detail: fmt.Sprintf("It waits for %d periods in a row, and only %d could be judged. Wait for fewer.", t.For, b.Judged)}}
	case b.Share() > metrics.OftenFired:
		return diag.List{{Severity: diag.Warning, Code: diag.FiresOften, Address: address, Summary: fmt.Sprintf("threshold.%s would have fired in %.0f%% of the periods", t.Name, 100*b.Share()),
			Detail: fmt.Sprintf("From %s to %s it would have been red or amber in %d of %d. What is always red is soon looked at no more: make the condition stricter, or wait for more periods.", b.From, b.To, b.Fired, b.Judged)}}
	}
	return nil
}
