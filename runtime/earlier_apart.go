package runtime

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/duckdb"
	"github.com/metricsascode/metrics/runtime/store"
)

// An earlier definition is kept with its own upstream. Where a source or a dimension that
// it reads means something else since, clean rows are made of the same files by the
// earlier sources, and the KPI, with all that names it, is computed apart from them.

// identifyApart looks at the files of the earlier sources, where any of these means
// something else now.
func (w *work) identifyApart(ctx context.Context, e *earlier) diag.List {
	if !slices.ContainsFunc(e.project.Model.Sources, func(s *metrics.Source) bool { return !w.same(e, "source."+s.Name) }) {
		return nil
	}
	in, diags := e.project.identify(ctx, w.store)
	if ctx.Err() != nil {
		return diags
	}
	if diags.HasErrors() {
		e.project, e.why = nil, "what its sources read is not there any more: "+diags[0].Summary
		return nil
	}
	e.inputs = in
	return nil
}

// reachApart is the hash of the rows that an earlier KPI reads by its own sources.
func (w *work) reachApart(e *earlier, kpi string) string {
	in := e.inputs
	if in == nil {
		in = w.inputs // dimensions alone are others
	}
	var parts []string
	k := e.project.Model.KPI(kpi)
	for _, s := range e.project.upstream(append(e.project.asideOf(k), k.Sources...)) {
		parts = append(parts, s+"="+in.ids[s].Hash)
	}
	return hashOf(strings.Join(parts, ";"))
}

// apartOf is the variant that computes a KPI apart; frozen where that can't be.
func (w *work) apartOf(k *metrics.KPI, key string, replaced map[string]*earlier) *variant {
	key += ";of " + k.Name
	if v := w.variants[key]; v != nil {
		return v
	}
	v := &variant{key: key}
	w.variants[key] = v
	of := slices.Compact(slices.SortedFunc(maps.Values(replaced), func(a, b *earlier) int { return strings.Compare(a.change.Name, b.change.Name) }))
	if len(of) > 1 {
		v.frozen = fmt.Sprintf("change.%s and change.%s keep definitions of different times, and what these read means something else since", of[0].change.Name, of[1].change.Name)
		return v
	}
	if v.frozen = w.unlikeApart(of[0], k, replaced); v.frozen != "" {
		return v
	}
	v.apart, v.model, v.prints = of[0], of[0].project.Model, map[string]string{}
	for _, d := range of[0].definitions {
		v.prints[d.Address] = d.Fingerprint
	}
	return v
}

// unlikeApart is why a KPI can't be computed by the earlier definitions as a whole, ""
// where it can: its periods are cut another way, or it names what was edited by itself.
func (w *work) unlikeApart(e *earlier, k *metrics.KPI, replaced map[string]*earlier) string {
	old := e.project.Model.KPI(k.Name)
	switch {
	case !w.same(e, "project"):
		return "the calendar of the project means something else since"
	case old == nil:
		return "kpi." + k.Name + " is newer, and what it is made of means something else since"
	}
	for _, c := range e.project.calendarsOf([]string{k.Name}, true) {
		if !w.same(e, "calendar."+c) {
			return "calendar." + c + " means something else since"
		}
	}
	edited := func(name string) bool {
		i, found := plan.Find(e.definitions, "kpi."+name)
		return replaced[name] == nil && (!found || e.definitions[i].Own != w.own("kpi."+name))
	}
	why := ""
	note := func(name string) {
		if why == "" && edited(name) {
			why = "kpi." + name + " was edited by itself since, as was what it reads"
		}
	}
	note(k.Name)
	eachBelow(e.project.Model, old, func(x metrics.Expr) {
		if ref, ok := x.(*metrics.KPIRef); ok {
			note(ref.KPI)
		}
	})
	for _, set := range k.By {
		for _, d := range set {
			if metrics.CycleNamed(d) == nil && e.project.Model.Dimension(d) == nil && why == "" {
				why = "dimension." + d + " is newer"
			}
		}
	}
	return why
}

// computeApart adds the values of a batch that is computed by earlier definitions as a
// whole, in an engine of their own, and hands them over.
func (w *work) computeApart(ctx context.Context, p *Project, b *batch) diag.List {
	e := b.variant.apart
	if diags := w.openApart(ctx, p, e); diags.HasErrors() {
		return diags
	}
	own := *b
	own.variant, own.kpis = nil, nil
	for _, k := range b.kpis {
		own.kpis = append(own.kpis, e.project.Model.KPI(k.Name))
	}
	if diags := e.beside.computeBatch(ctx, e.project, &own); diags.HasErrors() {
		return diags
	}
	for _, table := range []string{freshTable, scopeTable} {
		file := duckdb.Literal(filepath.Join(w.session.temp, "apart.parquet"))
		err := e.beside.session.eng.Exec(ctx, fmt.Sprintf(`COPY %[1]s TO %[2]s (FORMAT parquet); DELETE FROM %[1]s`, table, file))
		if err == nil {
			err = w.session.eng.Exec(ctx, fmt.Sprintf(`INSERT INTO %s SELECT * FROM read_parquet(%s)`, table, file))
		}
		if err != nil {
			return diag.List{queryFailed(ctx, err)}
		}
	}
	return nil
}

// openApart makes the clean rows of earlier sources ready, once.
func (w *work) openApart(ctx context.Context, p *Project, e *earlier) diag.List {
	if e.beside != nil {
		return nil
	}
	kpis := slices.DeleteFunc(slices.Clone(w.plan.Compute), func(name string) bool {
		return e.project.Model.KPI(name) == nil || !slices.Contains(slices.Collect(maps.Values(w.replaced(p, p.Model.KPI(name), ""))), e)
	})
	if diags := e.project.UseCalendars(ctx, e.project.calendarsOf(kpis, true)...); diags.HasErrors() {
		return diags
	}
	s, diags := e.project.readyFor(ctx, w.session.temp, kpis)
	if diags.HasErrors() {
		return diags
	}
	e.beside = &work{session: s, store: w.store, definitions: e.definitions, ranges: map[rangeKey]kept{}, sources: map[string]store.Source{}}
	if err := s.eng.Exec(ctx, valueTables); err != nil {
		return diag.List{engineFailed("Values can't be computed", err)}
	}
	return nil
}
