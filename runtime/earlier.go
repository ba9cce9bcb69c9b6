package runtime

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/revision"
	"github.com/metricsascode/metrics/runtime/store"
)

// A change block can leave periods to the definitions of its KPIs as they were: all of
// them until the day on which it takes effect, and those that began before for good,
// where it restates forward or since a day. What names such a KPI follows.

// earlier is the definitions as they were before a change that is announced.
type earlier struct {
	change      *metrics.Announced
	kept        store.Segment
	project     *Project             // nil where they can't be compiled any more
	definitions []metrics.Definition // in order of address
	why         string               // why not
	inputs      *inputs              // of its own sources, where any means something else now
	beside      *work                // computes by its own sources, while an apply does
}

// findEarlier opens the definitions that change blocks keep: those that the store keeps
// for them, or, for a change that was made since the last run, those of that run.
func (w *work) findEarlier(ctx context.Context, p *Project) diag.List {
	w.earlier = map[string]*earlier{}
	w.variants = map[string]*variant{}
	for _, c := range p.Model.Announced {
		if c.Until(w.today(p)) == "" {
			continue
		}
		kept, known := w.store.Catalog().Earlier[c.Name]
		if !known {
			if !slices.ContainsFunc(c.KPIs, func(name string) bool { return w.edited(name) && w.announces(p, c) }) {
				continue
			}
			kept = w.store.Catalog().Snapshot
		}
		e := &earlier{change: c, kept: kept}
		w.earlier[c.Name] = e
		if diags := w.openEarlier(ctx, p, e); diags.HasErrors() {
			return diags
		}
	}
	return nil
}

// today is the day as of which the plan computes.
func (w *work) today(p *Project) string { return p.Calendar.Day(p.AsOf) }

// edited tells whether a KPI means something else than at the last run.
func (w *work) edited(kpi string) bool {
	if w.before == nil {
		return false
	}
	i, found := plan.Find(w.before.definitions, "kpi."+kpi)
	return found && w.before.definitions[i].Fingerprint != w.fingerprint("kpi."+kpi)
}

// announces tells whether a change block speaks of an edit that is made now: not one that
// had taken effect at the last run already.
func (w *work) announces(p *Project, c *metrics.Announced) bool {
	i, found := 0, false
	if w.before != nil {
		i, found = plan.Find(w.before.definitions, "change."+c.Name)
	}
	if !found || w.before.definitions[i].Own != w.own("change."+c.Name) {
		return true
	}
	if w.store == nil { // what is compared with is a revision, not what was published
		return w.today(p) < c.Effective
	}
	return p.Calendar.Day(w.store.Catalog().LastRun.AsOf.In(p.Calendar.Zone())) < c.Effective
}

func (w *work) own(address string) string {
	if i, found := plan.Find(w.definitions, address); found {
		return w.definitions[i].Own
	}
	return ""
}

func (w *work) openEarlier(ctx context.Context, p *Project, e *earlier) diag.List {
	if e.kept.File == "" {
		e.why = "the store was applied by a version of the program that kept no files"
		return nil
	}
	snapshot, diags := w.store.SnapshotIn(e.kept)
	if diags.HasErrors() {
		return diags
	}
	old, problems := p.compiled(ctx, revision.Files(snapshot.Files), snapshot.Variables)
	if problems.HasErrors() {
		e.why = "they can't be compiled any more: " + problems[0].Summary
		return nil
	}
	e.project, e.definitions = old, plan.Definitions(old.Model, old.Text)
	return w.identifyApart(ctx, e)
}

// same tells whether a definition means what it meant.
func (w *work) same(e *earlier, address string) bool {
	i, found := plan.Find(e.definitions, address)
	return found && e.definitions[i].Fingerprint == w.fingerprint(address)
}

// unlike is what an earlier KPI reads that means something else now, "" for nothing: the
// rows are cleaned, the members made and the periods cut by today's definitions alone.
func (w *work) unlike(e *earlier, kpi string) string {
	old := e.project
	k := old.Model.KPI(kpi)
	if k == nil {
		return "kpi." + kpi
	}
	var addresses []string
	if !w.same(e, "project") {
		return "the calendar of the project"
	}
	for _, s := range append(upstream(old.Model, k.Sources), old.asideOf(k)...) {
		addresses = append(addresses, "source."+s)
	}
	eachBelow(old.Model, k, func(x metrics.Expr) {
		if d, ok := x.(*metrics.DimensionRef); ok && old.Model.Dimension(d.Dimension) != nil {
			addresses = append(addresses, "dimension."+d.Dimension)
		}
	})
	for _, a := range addresses {
		if !w.same(e, a) {
			return a
		}
	}
	return ""
}

// eachBelow calls f with each node of a KPI and of those that it names.
func eachBelow(m *metrics.Model, k *metrics.KPI, f func(metrics.Expr)) {
	seen := map[string]bool{}
	var visit func(*metrics.KPI)
	visit = func(k *metrics.KPI) {
		if k == nil || seen[k.Name] {
			return
		}
		seen[k.Name] = true
		for _, e := range []metrics.Expr{k.Value, k.Where} {
			metrics.Walk(e, func(x metrics.Expr) bool {
				f(x)
				if ref, ok := x.(*metrics.KPIRef); ok {
					visit(m.KPI(ref.KPI))
				}
				return true
			})
		}
	}
	visit(k)
}

// replaced is which KPIs below one, itself included, are of an earlier definition in a
// period that begins on a day, with the change that keeps it.
func (w *work) replaced(p *Project, k *metrics.KPI, day string) map[string]*earlier {
	out := map[string]*earlier{}
	consider := func(name string) {
		for _, key := range slices.Sorted(maps.Keys(w.earlier)) {
			e := w.earlier[key]
			if !e.change.Of(name) || day >= e.change.Until(w.today(p)) {
				continue
			}
			if first := out[name]; first == nil || e.change.Effective < first.change.Effective {
				out[name] = e
			}
		}
	}
	consider(k.Name)
	eachBelow(p.Model, k, func(x metrics.Expr) {
		if ref, ok := x.(*metrics.KPIRef); ok {
			consider(ref.KPI)
		}
	})
	return out
}

// variant is the present model with earlier definitions of some KPIs in their places; or
// the whole of an earlier model, where what these read means something else now.
type variant struct {
	key    string
	model  *metrics.Model
	prints map[string]string // of definitions, by address
	apart  *earlier          // whose model it is, over its own clean rows; nil: that of the present
	frozen string            // why it can't be computed, so that what is published stays; "" where it can
}

// variantOf is the variant that computes a KPI where some are replaced; nil for the
// present model.
func (w *work) variantOf(p *Project, k *metrics.KPI, replaced map[string]*earlier) *variant {
	if len(replaced) == 0 {
		return nil
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(replaced)) {
		parts = append(parts, name+"="+replaced[name].change.Name)
	}
	key := strings.Join(parts, ";")
	if v := w.variants[key]; v != nil {
		return v
	}
	v := &variant{key: key}
	w.variants[key] = v
	for _, name := range slices.Sorted(maps.Keys(replaced)) {
		e := replaced[name]
		if e.project == nil {
			v.frozen = e.why
			return v
		}
		if w.unlike(e, name) != "" {
			delete(w.variants, key)
			return w.apartOf(k, key, replaced)
		}
	}
	v.model = w.merged(p, replaced)
	v.prints = map[string]string{}
	for _, d := range plan.Definitions(v.model, func(string) string { return "" }) {
		v.prints[d.Address] = d.Fingerprint
	}
	return v
}

// merged puts earlier definitions into the places of present ones. What these name is
// there beside the present ones where it meant something else.
func (w *work) merged(p *Project, replaced map[string]*earlier) *metrics.Model {
	added := map[string]*metrics.KPI{}
	var old func(e *earlier, k *metrics.KPI, name string)
	old = func(e *earlier, k *metrics.KPI, name string) {
		if added[name] != nil {
			return
		}
		was := *k
		was.Name = name
		added[name] = &was
		was.Value = metrics.Rewrite(k.Value, func(x metrics.Expr) metrics.Expr {
			ref, ok := x.(*metrics.KPIRef)
			if !ok || replaced[ref.KPI] != nil || w.same(e, "kpi."+ref.KPI) {
				return x
			}
			beside := *ref
			beside.KPI = thenPrefix + e.change.Name + ":" + ref.KPI
			old(e, e.project.Model.KPI(ref.KPI), beside.KPI)
			return &beside
		})
		added[name] = &was
	}
	for name, e := range replaced {
		was := *e.project.Model.KPI(name)
		now := p.Model.KPI(name)
		was.By, was.Grains, was.Shown, was.Target, was.Lag = now.By, now.Grains, now.Shown, now.Target, now.Lag
		old(e, &was, name)
	}
	m := *p.Model
	m.KPIs = nil
	for _, k := range p.Model.KPIs {
		if added[k.Name] == nil {
			copied := *k
			added[k.Name] = &copied
		}
	}
	m.KPIs = slices.SortedFunc(maps.Values(added), func(a, b *metrics.KPI) int { return strings.Compare(a.Name, b.Name) })
	for _, k := range m.KPIs {
		k.Sources = w.sourcesBelow(&m, k)
	}
	return &m
}

func (w *work) sourcesBelow(m *metrics.Model, k *metrics.KPI) []string {
	var out []string
	eachBelow(m, k, func(x metrics.Expr) {
		if a, ok := x.(*metrics.Aggregate); ok {
			out = append(out, a.Source)
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// stretch is periods in a row that one variant of the model computes.
type stretch struct {
	kept
	*variant // nil: the present model
}

// stretches parts the periods that are kept of a KPI by the definitions that hold in
// them, the oldest first.
func (w *work) stretches(p *Project, k *metrics.KPI, g metrics.Grain, r kept) []stretch {
	if !w.follows(p, k) || r.empty() {
		return []stretch{{kept: r}}
	}
	var out []stretch
	for _, period := range p.Calendar.Between(g, r.from.Start, r.to.End) {
		v := w.variantOf(p, k, w.replaced(p, k, p.Calendar.Day(period.Start)))
		if n := len(out); n > 0 && out[n-1].variant == v {
			out[n-1].to = period
			continue
		}
		next := r
		next.from, next.to = period, period
		next.whole = r.whole && len(out) == 0
		out = append(out, stretch{next, v})
	}
	return out
}

// follows tells whether any change block keeps an earlier definition of a KPI, or of one
// below it.
func (w *work) follows(p *Project, k *metrics.KPI) bool {
	return len(w.earlier) > 0 && len(w.replaced(p, k, "")) > 0
}

// restsOnEarlier describes what the values of a KPI rest on beside its present definition.
func (w *work) restsOnEarlier(p *Project, k *metrics.KPI) string {
	if !w.follows(p, k) {
		return ""
	}
	var b strings.Builder
	for _, g := range k.KeptGrains() {
		for i, s := range w.stretches(p, k, g, w.rangeOf(p, k, g)) {
			if i > 0 {
				b.WriteString("|since " + p.Calendar.Day(s.from.Start))
			}
			if s.variant != nil && s.frozen == "" {
				b.WriteString("|" + s.prints["kpi."+k.Name])
				if s.apart != nil {
					b.WriteString("|" + w.reachApart(s.apart, k.Name))
					continue
				}
				for _, name := range s.model.KPI(k.Name).Sources {
					b.WriteString("," + w.reachHash(p, name))
				}
			} else if s.variant != nil {
				b.WriteString("|as published")
			}
		}
	}
	return b.String()
}

// keepEarlier adds to what a commit makes current the earlier definitions that change
// blocks keep, and tells of periods that stay as they were published.
func (w *work) keepEarlier(p *Project, next *store.Present) {
	next.Earlier = map[string]store.Segment{}
	for name, e := range w.earlier {
		if e.kept.File != "" {
			next.Earlier[name] = e.kept
		}
	}
	for _, k := range p.Model.KPIs {
		if !w.follows(p, k) {
			continue
		}
		for _, g := range k.KeptGrains() {
			for _, s := range w.stretches(p, k, g, w.rangeOf(p, k, g)) {
				if s.variant == nil || s.frozen != "" {
					continue
				}
				for _, d := range w.besideOf(p, k, s) {
					if !slices.ContainsFunc(next.Beside, func(b metrics.Definition) bool { return b.Address == d.Address && b.Fingerprint == d.Fingerprint }) {
						next.Beside = append(next.Beside, d)
					}
				}
			}
		}
	}
}

// besideOf is the definitions beside those of the present by which a stretch of a KPI is
// computed: its own, and the dimensions of its cuts.
func (w *work) besideOf(p *Project, k *metrics.KPI, s stretch) []metrics.Definition {
	d := metrics.Definition{Address: "kpi." + k.Name, Fingerprint: s.prints["kpi."+k.Name], Text: p.Text("kpi." + k.Name)}
	if e := w.replaced(p, k, p.Calendar.Day(s.from.Start))[k.Name]; e != nil {
		d.Text = e.project.Text(d.Address)
	}
	out := []metrics.Definition{d}
	if s.apart == nil {
		return out
	}
	for _, set := range k.By {
		for _, name := range set {
			address := "dimension." + name
			if print := s.prints[address]; print != w.fingerprint(address) {
				out = append(out, metrics.Definition{Address: address, Fingerprint: print, Text: s.apart.project.Text(address)})
			}
		}
	}
	return out
}

// frozen tells of variants whose periods stay as they were published.
func (w *work) frozen() diag.List {
	var diags diag.List
	for _, key := range slices.Sorted(maps.Keys(w.variants)) {
		v := w.variants[key]
		if v.frozen == "" {
			continue
		}
		names, of, one := strings.Cut(v.key, ";of ")
		var kpis []string
		for part := range strings.SplitSeq(names, ";") {
			name, _, _ := strings.Cut(part, "=")
			kpis = append(kpis, "kpi."+name)
		}
		if one {
			kpis = []string{"kpi." + of}
		}
		diags.Add(diag.Diagnostic{Severity: diag.Warning, Code: diag.EarlierFrozen, Address: kpis[0],
			Summary: "Earlier periods of " + strings.Join(kpis, ", ") + " stay as they were published",
			Detail: fmt.Sprintf("A change block leaves them to the definition as it was, which can't be computed beside the present ones: %s. "+
				"Rows that arrive late change them no more. Restate them by the new definition, with restate = all, or leave it so.", v.frozen)})
	}
	return diags
}
