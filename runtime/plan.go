package runtime

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/format"
	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/ingest"
	"github.com/metricsascode/metrics/runtime/store"
)

// Plan finds what Apply would do. It reads new and changed data files into
// segments of the store, which are only made current by Apply.
func (p *Project) Plan(ctx context.Context) (*plan.Plan, diag.List) {
	st, diags := p.Store()
	if diags.HasErrors() {
		return nil, diags
	}
	w, more := p.prepare(ctx, st)
	if w != nil {
		w.close()
	}
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	if diags = append(diags, w.measure(ctx, p)...); diags.HasErrors() {
		return nil, diags
	}
	diags = append(diags, w.conclude(ctx, p)...)
	return &w.plan, diags
}

// conclude adds to a plan what its changes reach, and what stands in the way.
func (w *work) conclude(ctx context.Context, p *Project) diag.List {
	w.plan.FindDownstream(p.Model)
	diags := w.rehearse(ctx, p)
	if diags.HasErrors() {
		return diags
	}
	diags = append(diags, w.runTests(ctx, p)...)
	w.plan.Finish()
	return diags
}

// work is a plan with what Apply needs to carry it out.
type work struct {
	plan        plan.Plan
	store       *store.Store
	inputs      *inputs
	definitions []metrics.Definition
	bases       map[string]basis                              // by KPI: what its published values rest on
	touched     map[string]map[metrics.Grain][]metrics.Period // by KPI: what of it is computed; all where it is missing
	built       map[string]ingest.Segment                     // those that were not current
	deltas      map[string]ingest.Delta
	reached     map[string]reach // by what KPIs read
	sources     map[string]store.Source
	ranges      map[rangeKey]kept
	session     *session            // nil where no source had to be read
	found       diag.List           // what checks have to say
	before      *version            // what the plan compares with; nil: nothing
	earlier     map[string]*earlier // by change block: definitions as they were before it
	variants    map[string]*variant
}

func (w *work) close() {
	if w.session != nil {
		w.session.close()
	}
	for _, e := range w.earlier {
		if e.beside != nil {
			e.beside.close()
		}
	}
}

func (p *Project) prepare(ctx context.Context, st *store.Store) (*work, diag.List) {
	w := &work{store: st, ranges: map[rangeKey]kept{}, touched: map[string]map[metrics.Grain][]metrics.Period{}, deltas: map[string]ingest.Delta{}, reached: map[string]reach{}}
	in, diags := p.identify(ctx, st)
	if diags.HasErrors() {
		return nil, diags
	}
	w.inputs = in
	diags = append(diags, w.readSources(ctx, p)...)
	if diags.HasErrors() {
		return w, diags
	}
	var kpis []string
	for _, k := range p.Model.KPIs {
		kpis = append(kpis, k.Name)
	}
	if diags = append(diags, p.UseCalendars(ctx, p.calendarsOf(kpis, true)...)...); diags.HasErrors() {
		return w, diags
	}
	w.definitions = plan.Definitions(p.Model, p.Text)
	w.basis(p)
	diags = append(diags, w.changes(ctx, p)...)
	if diags.HasErrors() {
		return w, diags
	}
	w.findReasons()
	if diags = append(diags, w.findEarlier(ctx, p)...); diags.HasErrors() {
		return w, diags
	}
	if diags = append(diags, w.compute(ctx, p)...); diags.HasErrors() {
		return w, diags
	}
	if diags = append(diags, w.judge(ctx, p)...); diags.HasErrors() {
		return w, diags
	}
	w.found = p.placed(w.found)
	block(&w.plan)
	w.demandNotice(p)
	w.tellAnnounced(p)
	diags = append(diags, p.placed(w.frozen())...)
	w.plan.Finish()
	return w, diags
}

// readSources brings the sources whose input moved into segments.
func (w *work) readSources(ctx context.Context, p *Project) diag.List {
	var diags diag.List
	known := w.store.Catalog().Sources
	w.sources = map[string]store.Source{}
	var changed, missing []string // missing are those whose clean rows are as before, but gone
	for _, s := range p.Model.Sources {
		if old, found := known[s.Name]; found && old.Hash == w.inputs.ids[s.Name].Hash {
			w.sources[s.Name] = old
			if !w.store.Holds(old) {
				missing = append(missing, s.Name)
			}
		} else {
			changed = append(changed, s.Name)
		}
	}
	if len(changed)+len(missing) == 0 {
		return nil
	}
	s, diags := p.start(ctx, w.store.Dir(), "", w.inputs)
	if diags.HasErrors() {
		return diags
	}
	w.session = s
	built, more := ingest.Build(ctx, s.eng, w.inputs.context, append(missing, changed...), w.inputs.ids)
	if diags = append(diags, p.placed(more)...); diags.HasErrors() {
		return diags
	}
	var err error
	w.built = built
	for _, name := range changed {
		segment := built[name]
		w.sources[name] = stored(segment)
		change := w.sourceChange(ctx, p.Model.Source(name), known)
		if old := known[name]; old.Account.Rejected > 0 {
			earlier := filepath.Join(w.store.SourcesDir(), old.Segment)
			if change.Healed, err = ingest.Healed(ctx, s.eng, name, earlier); err != nil {
				return append(diags, engineFailed("The rejects of the last run can't be read", err))
			}
		}
		w.plan.Sources = append(w.plan.Sources, change)
	}
	return append(diags, p.placed(w.balance(p.Model))...)
}

// stored is a segment as the catalog names it.
func stored(s ingest.Segment) store.Source {
	out := store.Source{Segment: filepath.Base(s.Path), Hash: s.Hash, Account: s.Account, Checks: s.Checks, Statistics: s.Statistics}
	for _, pack := range s.Packs {
		out.Packs = append(out.Packs, store.Pack{File: pack})
	}
	return out
}

// sourceChange says why a source was read again. A source that has no files moved with
// those that it is made of, unless it is defined otherwise.
func (w *work) sourceChange(ctx context.Context, s *metrics.Source, known map[string]store.Source) plan.SourceChange {
	c := plan.SourceChange{Source: s.Name, Reason: "new", Account: w.sources[s.Name].Account}
	old, found := known[s.Name]
	if !found {
		return c
	}
	c.Before = &old.Account
	since := ingest.ChangeSince(ctx, w.session.eng, w.inputs.context, s, w.inputs.ids[s.Name], filepath.Join(w.store.SourcesDir(), old.Segment))
	c.Files, c.Changed, c.Gone = append(since.New, since.Changed...), since.Changed, since.Gone
	slices.Sort(c.Files)
	c.Reason = "data"
	if since.Defined && len(c.Files)+len(c.Gone) == 0 {
		c.Reason = "definition"
	}
	return c
}

// findReasons tells of sources without files of their own why their rows are others: by
// their definitions, or by the rows that they are made of.
func (w *work) findReasons() {
	for i, s := range w.plan.Sources {
		edited := slices.ContainsFunc(w.plan.Changes, func(c metrics.Change) bool {
			return c.Address == "source."+s.Source && c.Class != metrics.Cosmetic
		})
		if s.Reason == "definition" && s.Account.Derived && !edited {
			w.plan.Sources[i].Reason = "data"
		}
	}
}

// basis notes all that the plan rests on.
func (w *work) basis(p *Project) {
	catalog := w.store.Catalog()
	b := &w.plan.Basis
	*b = plan.Basis{
		Project: p.Model.Project.Name, Store: w.store.Version(), Run: catalog.LastRun.ID, Files: w.filesHash(p),
		Data: map[string]string{}, AsOf: p.AsOf, Variables: p.options.Variables, Version: Version,
	}
	if catalog.LastRun.ID > 0 {
		b.RunAt = &catalog.LastRun.At
		if catalog.LastRun.AsOf.After(p.AsOf) {
			b.RunAsOf = &catalog.LastRun.AsOf
		}
	}
	for name, id := range w.inputs.ids {
		b.Data[name] = id.Hash
	}
	for name, s := range w.sources {
		if _, union := p.Model.Source(name).Reader.(*metrics.Union); !union { // its rows are counted where they come from
			b.Rows += s.Account.Clean
		}
	}
}

// filesHash is the hash of the project's definitions as they are written, and of
// what they mean with the values that variables have.
func (w *work) filesHash(p *Project) string {
	h := sha256.New()
	for _, d := range w.definitions {
		fmt.Fprintf(h, "%s=%s;", d.Address, d.Fingerprint)
	}
	for _, f := range p.Files.Files {
		fmt.Fprintf(h, "%s\x00%d\x00%s", f.Path, len(f.Bytes), f.Bytes)
	}
	return hex.EncodeToString(h.Sum(nil))[:24]
}

// changes compares the definitions with those of the last run.
func (w *work) changes(ctx context.Context, p *Project) diag.List {
	if w.store.Exists() && w.store.SameDefinitions(w.definitions) {
		return nil
	}
	before, diags := p.lastVersion(ctx, w.store)
	if diags.HasErrors() {
		return diags
	}
	w.before = before
	w.differ(p)
	return diags
}

// differ finds the changes, and where they stand.
func (w *work) differ(p *Project) {
	w.plan.Changes = plan.Diff(w.before.definitions, w.definitions, p.Model.Renamed, fields)
	for i, c := range w.plan.Changes {
		if r, known := p.Place(c.Address); known {
			w.plan.Changes[i].Range = &r
		}
	}
}

func fields(text string) []plan.Field {
	var out []plan.Field
	for _, a := range format.Attributes(text) {
		out = append(out, plan.Field{Name: a.Name, Text: a.Text})
	}
	return out
}

// compute finds the KPIs whose published values no longer rest on what they did.
func (w *work) compute(ctx context.Context, p *Project) diag.List {
	prints := map[string]string{}
	for _, d := range w.definitions {
		prints[d.Address] = d.Fingerprint
	}
	w.bases = w.restsOn(p, prints)
	then := w.bases // by the fingerprints that the store has
	if w.before != nil && w.before.stored != nil {
		then = w.restsOn(p, w.before.inItsWords(prints))
	}
	before := w.published()
	perGrain := map[metrics.Grain]*computed{}
	for _, k := range p.Model.KPIs {
		if before[k.Name] == then[k.Name] {
			continue
		}
		touched, diags := w.touch(ctx, p, k, before[k.Name], then[k.Name])
		if diags.HasErrors() {
			return diags
		}
		if touched != nil {
			w.touched[k.Name] = touched
		}
		w.plan.Compute = append(w.plan.Compute, k.Name)
		for _, g := range k.KeptGrains() {
			c := perGrain[g]
			if c == nil {
				c = &computed{grain: g, seen: map[rangeKey]bool{}, periods: map[time.Time]metrics.Period{}}
				perGrain[g] = c
			}
			c.add(p, g, w.rangeOf(p, k, g), touched)
		}
	}
	for _, g := range p.Model.GrainNames() {
		if c := perGrain[metrics.Grain(g)]; c != nil && len(c.periods) > 0 {
			w.plan.Periods = append(w.plan.Periods, c.entry(p))
		}
	}
	return w.tellMoved(ctx, p, perGrain)
}

// computed is the periods of a grain that are computed of any KPI.
type computed struct {
	grain   metrics.Grain
	kpis    int
	seen    map[rangeKey]bool // whole ranges that are in it
	periods map[time.Time]metrics.Period
}

func (c *computed) add(p *Project, g metrics.Grain, r kept, touched map[metrics.Grain][]metrics.Period) {
	if r.empty() || touched != nil && len(touched[g]) == 0 {
		return
	}
	c.kpis++
	periods := touched[g]
	if touched == nil {
		key := rangeKey{grain: g, times: fmt.Sprint(r.from.Start.Unix(), r.to.Start.Unix())}
		if c.seen[key] {
			return
		}
		c.seen[key] = true
		periods = p.Calendar.Between(g, r.from.Start, r.to.End)
	}
	for _, q := range periods {
		c.periods[q.Start.UTC()] = q
	}
}

func (c *computed) entry(p *Project) plan.Periods {
	all := slices.SortedFunc(maps.Values(c.periods), func(a, b metrics.Period) int { return a.Start.Compare(b.Start) })
	return plan.Periods{Grain: c.grain, From: p.Calendar.Name(all[0]), To: p.Calendar.Name(all[len(all)-1]), Count: len(all), KPIs: c.kpis}
}

// restsOn finds, for each KPI, what its published values are computed from:
// definition, rows, cuts and grains, and how far as-of lets periods be settled.
func (w *work) restsOn(p *Project, prints map[string]string) map[string]basis {
	out := make(map[string]basis, len(p.Model.KPIs))
	reach := map[string]string{} // by source: hashes of its rows and all they reach
	for _, k := range p.Model.KPIs {
		var definition, rows, from, settled strings.Builder
		definition.WriteString(prints["kpi."+k.Name])
		for to, names := range map[*strings.Builder][]string{&rows: k.Sources, &definition: p.asideOf(k)} {
			for _, name := range names {
				if _, done := reach[name]; !done {
					reach[name] = w.reachHash(p, name)
				}
				to.WriteString("|" + reach[name])
			}
		}
		definition.WriteString(w.restsOnEarlier(p, k))
		lag := p.lagOf(k)
		for _, g := range k.KeptGrains() {
			definition.WriteString("|" + string(g) + prints["calendar."+string(g)])
			settled.WriteString("|" + w.settled(p, k, g, lag))
			for _, set := range k.KeptSets(g) {
				definition.WriteString("|by " + plan.CutName(set))
				for _, d := range set {
					definition.WriteString(prints["dimension."+d])
				}
			}
			if r := w.rangeOf(p, k, g); !r.empty() {
				fmt.Fprintf(&from, "|%d", r.from.Start.Unix())
			}
		}
		out[k.Name] = basis{hashOf(definition.String()), hashOf(rows.String()), hashOf(from.String()), hashOf(settled.String())}
	}
	return out
}

// hashOf is the hash of a text, as long as is needed to tell texts of a project apart.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:9])
}

func (w *work) reachHash(p *Project, name string) string {
	var parts []string
	for _, s := range p.upstream([]string{name}) {
		parts = append(parts, s+"="+w.inputs.ids[s].Hash)
	}
	return hashOf(strings.Join(parts, ";"))
}

// stale lists what moved between the making of a plan and now; empty when
// nothing did.
func stale(then, now *plan.Plan) []string {
	var moved []string
	a, b := then.Basis, now.Basis
	if a.Project != b.Project {
		moved = append(moved, fmt.Sprintf("it is a plan of project %q, this is project %q", a.Project, b.Project))
	}
	if a.Files != b.Files || !maps.Equal(a.Variables, b.Variables) {
		moved = append(moved, "the definitions were edited")
	}
	if a.Store != b.Store {
		moved = append(moved, storeMoved(a, b))
	}
	var data []string
	for _, name := range slices.Sorted(maps.Keys(b.Data)) {
		if a.Data[name] != b.Data[name] {
			data = append(data, "source."+name)
		}
	}
	if len(data) > 0 && a.Files == b.Files {
		moved = append(moved, "the data changed of "+strings.Join(data, ", "))
	}
	if !a.AsOf.Equal(b.AsOf) {
		moved = append(moved, "it was made as of another time")
	}
	if a.Version != b.Version {
		moved = append(moved, "another version of the program made it")
	}
	return moved
}

func storeMoved(then, now plan.Basis) string {
	switch {
	case now.Run < then.Run:
		return fmt.Sprintf("the store went back from run %d to run %d, or is another one", then.Run, now.Run)
	case now.Run == then.Run:
		return fmt.Sprintf("the store was compacted, or is another one whose last run is %d too", now.Run)
	}
	return fmt.Sprintf("the store went on from run %d to run %d", then.Run, now.Run)
}

func stalePlan(moved []string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: diag.StalePlan, Summary: "The plan no longer holds",
		Detail: "Since it was made, " + strings.Join(moved, "; ") + ". Make a new plan and look at it: metrics plan -o FILE."}
}
