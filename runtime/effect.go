package runtime

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/store"
)

// Bounds of what a plan measures.
const (
	usualEffectPeriods = 8
	mostMeasured       = 200 // KPIs; what changes most by class comes first
)

// subject is a KPI whose values are computed by the old definition and the new one.
type subject struct {
	name      string       // that of the new one, where there is one
	then, now *metrics.KPI // nil: new, or gone
	change    int          // its place among the plan's changes; -1: only its data moved
}

// follows tells whether only the data of a KPI moved, not what it means.
func (m *subject) follows() bool { return m.change < 0 }

// kpi is the definition that says how to show the values.
func (m *subject) kpi() *metrics.KPI {
	if m.now != nil {
		return m.now
	}
	return m.then
}

// effects measures what changed definitions do to values: the old and the new
// definition over the same clean rows, which never change, as of the same time.
type effects struct {
	*work
	project *Project
	old     *Project // nil: nothing to compare with
	kpis    []*subject
	home    string // folder that both sides read and write
	then    *session
	now     *session
	same    map[string]bool           // addresses whose meaning is the same in both versions
	ended   map[string]metrics.Period // by KPI and grain: the last period that has ended
	ranges  map[string]kept
}

// measure adds to the plan what its changes do to values.
func (w *work) measure(ctx context.Context, p *Project) diag.List {
	e := &effects{work: w, project: p, ended: map[string]metrics.Period{}, ranges: map[string]kept{}}
	if diags := e.gather(ctx); diags.HasErrors() || len(e.kpis) == 0 {
		return diags
	}
	defer e.close()
	if diags := e.start(ctx); diags.HasErrors() {
		return diags
	}
	if diags := e.compute(ctx); diags.HasErrors() {
		return diags
	}
	return e.report(ctx)
}

func (e *effects) close() {
	for _, s := range []*session{e.then, e.now} {
		if s != nil {
			s.close()
		}
	}
	if e.home != "" {
		os.RemoveAll(e.home)
	}
}

// gather finds the KPIs to measure. Of a first plan, all are new and none is.
func (e *effects) gather(ctx context.Context) diag.List {
	if e.before != nil && len(e.before.definitions) > 0 {
		if diags := e.openOld(ctx); diags.HasErrors() {
			return diags
		}
		e.gatherChanged()
	}
	e.gatherDrift()
	return nil
}

// openOld compiles the old definitions, where any value by them is wanted. What
// can't be compiled can't be measured, which each change then says.
func (e *effects) openOld(ctx context.Context) diag.List {
	wanted := slices.ContainsFunc(e.plan.Changes, func(c metrics.Change) bool { return e.moves(c) && c.Action != metrics.Create })
	if !wanted {
		return nil
	}
	why := "the store was applied by a version of the program that kept no files"
	if e.before.open != nil {
		old, diags := e.before.open(ctx)
		if !diags.HasErrors() {
			e.old = old
			return old.UseCalendars(ctx, old.calendarsOf(kpiNames(old.Model), true)...)
		}
		why = diags[0].Summary
	}
	for i, c := range e.plan.Changes {
		if e.moves(c) && c.Action != metrics.Create {
			e.skip(i, why)
		}
	}
	return nil
}

func kpiNames(m *metrics.Model) []string {
	names := make([]string, len(m.KPIs))
	for i, k := range m.KPIs {
		names[i] = k.Name
	}
	return names
}

// moves tells whether a change may move values of a KPI.
func (e *effects) moves(c metrics.Change) bool {
	if !strings.HasPrefix(c.Address, "kpi.") {
		return false
	}
	if c.Action != metrics.Update {
		return true
	}
	return slices.Contains([]metrics.Class{metrics.Breaking, metrics.ValueChanging, metrics.Indirect}, c.Class)
}

func (e *effects) skip(change int, why string) {
	e.plan.Changes[change].Effect = &metrics.Effect{Skipped: why}
}

// newEffect is the effect on a KPI before anything is known of it.
func (e *effects) newEffect(m *subject) *metrics.Effect {
	k := m.kpi()
	return &metrics.Effect{Label: k.Label, Type: k.Type.String(), Unit: k.Unit, Format: k.Format}
}

// gatherChanged takes the changed KPIs, the weightiest changes first.
func (e *effects) gatherChanged() {
	order := make([]int, len(e.plan.Changes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(plan.Weight(e.plan.Changes[a].Class), plan.Weight(e.plan.Changes[b].Class))
	})
	for _, i := range order {
		c := e.plan.Changes[i]
		if !e.moves(c) || c.Effect != nil {
			continue
		}
		m := &subject{name: strings.TrimPrefix(c.Address, "kpi."), change: i}
		if c.Action != metrics.Delete {
			m.now = e.project.Model.KPI(m.name)
		}
		if c.Action != metrics.Create {
			was := cmp.Or(strings.TrimPrefix(c.RenamedFrom, "kpi."), m.name)
			m.then = e.old.Model.KPI(was)
		}
		switch {
		case len(e.kpis) == mostMeasured:
			e.skip(i, fmt.Sprintf("a plan measures the %d weightiest changes", mostMeasured))
		case m.now == nil && m.then == nil || c.Action == metrics.Update && (m.now == nil || m.then == nil):
			e.skip(i, "its definition can't be read")
		default:
			e.kpis = append(e.kpis, m)
		}
	}
}

// gatherDrift takes the KPIs whose definition stands, but whose rows are others than
// those that their published values were computed from.
func (e *effects) gatherDrift() {
	moved := map[string]bool{}
	for _, s := range e.plan.Sources {
		if s.Reason == "data" {
			moved[s.Source] = true
		}
	}
	if len(moved) == 0 {
		return
	}
	changed := map[string]bool{}
	for _, m := range e.kpis {
		changed[m.name] = true
	}
	for _, name := range e.plan.Compute {
		k := e.project.Model.KPI(name)
		if changed[name] || len(e.kpis) >= mostMeasured || !slices.ContainsFunc(e.project.upstream(k.Sources), func(s string) bool { return moved[s] }) {
			continue
		}
		e.kpis = append(e.kpis, &subject{name: name, now: k, change: -1})
	}
}

// start makes the clean rows ready that the new definitions read, and finds what
// both versions have in common.
func (e *effects) start(ctx context.Context) diag.List {
	home, err := os.MkdirTemp("", "metrics-")
	if err != nil {
		return diag.List{engineFailed("No room to work", err)}
	}
	e.home = home
	e.findSame()
	var names []string
	for _, m := range e.kpis {
		if m.now != nil {
			names = append(names, m.name)
		}
		if m.then != nil && m.now != nil && e.together(m) {
			names = append(names, m.now.Name)
		}
	}
	var diags diag.List
	e.now, diags = e.project.readyFor(ctx, home, names)
	if diags.HasErrors() {
		return diags
	}
	if e.store == nil {
		e.adoptSources()
	}
	return append(diags, e.startThen(ctx)...)
}

// startThen makes the clean rows ready that the old definitions read, for KPIs which one
// statement can't compute by both.
func (e *effects) startThen(ctx context.Context) diag.List {
	var names []string
	for _, m := range e.kpis {
		if m.then != nil && !e.together(m) {
			names = append(names, m.then.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	var diags diag.List
	if e.then, diags = e.old.readyFor(ctx, e.home, names); diags.HasErrors() {
		return diags
	}
	return e.run(ctx, e.then, []string{`CREATE TEMP TABLE "values" ` + valueTable})
}

// adoptSources notes the rows at hand where no store's plan has.
func (e *effects) adoptSources() {
	for name, segment := range e.now.segments {
		e.plan.Basis.Data[name] = segment.Hash
		e.sources[name] = store.Source{Account: segment.Account, Statistics: segment.Statistics}
		if _, union := e.project.Model.Source(name).Reader.(*metrics.Union); !union {
			e.plan.Basis.Rows += segment.Account.Clean
		}
	}
}

// readyFor makes the sources of KPIs ready.
func (p *Project) readyFor(ctx context.Context, home string, kpis []string) (*session, diag.List) {
	calendars := p.calendarBlocks(p.calendarsOf(kpis, true))
	return p.readyIn(ctx, home, p.upstream(append(p.sourcesOf(kpis), p.aside(calendars)...)))
}

// findSame finds the definitions that mean the same in both versions.
func (e *effects) findSame() {
	e.same = map[string]bool{}
	if e.before == nil {
		return
	}
	for _, d := range e.before.definitions {
		if i, found := plan.Find(e.definitions, d.Address); found && e.definitions[i].Fingerprint == d.Fingerprint && e.definitions[i].Settings["fx"] == d.Settings["fx"] {
			e.same[d.Address] = true
		}
	}
}

// together tells whether one statement can compute both definitions of a KPI: they
// read the same rows by the same times, so that one scan serves both.
func (e *effects) together(m *subject) bool {
	if m.then == nil || m.now == nil || !e.same["project"] || !slices.Equal(m.then.Sources, m.now.Sources) {
		return false
	}
	then, now := timesOf(e.old.Model, m.then), timesOf(e.project.Model, m.now)
	if len(then) != len(now) || slices.ContainsFunc(then, func(t rowTime) bool { return !slices.Contains(now, t) }) {
		return false
	}
	for _, name := range append(upstream(e.old.Model, m.then.Sources), e.old.asideOf(m.then)...) {
		if !e.same["source."+name] {
			return false
		}
	}
	for _, g := range e.grainsOf(m) {
		for _, d := range slices.Concat(e.setsOf(m, g)...) {
			if e.project.Model.Dimension(d) != nil && !e.same["dimension."+d] {
				return false
			}
		}
	}
	for _, c := range e.old.calendarsOf([]string{m.then.Name}, true) {
		if !e.same["calendar."+c] {
			return false
		}
	}
	return e.sameDimensions(m.then, map[string]bool{})
}

// sameDimensions tells whether the dimensions in the filters of a KPI, and of those
// that it names, are what they were.
func (e *effects) sameDimensions(k *metrics.KPI, seen map[string]bool) bool {
	if seen[k.Name] {
		return true
	}
	seen[k.Name] = true
	same := true
	for _, expr := range []metrics.Expr{k.Value, k.Where} {
		metrics.Walk(expr, func(x metrics.Expr) bool {
			switch x := x.(type) {
			case *metrics.DimensionRef:
				same = same && e.same["dimension."+x.Dimension]
			case *metrics.KPIRef:
				same = same && e.sameDimensions(e.old.Model.KPI(x.KPI), seen)
			}
			return same
		})
	}
	return same
}
