package runtime

import (
	"context"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/compiler/syntax"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/revision"
	"github.com/metricsascode/metrics/runtime/store"
)

// Compare finds what the definitions change against those at a revision of the Git
// repository, over the data at hand. It needs no store and changes nothing: what there is at the
// revision counts as published.
func (p *Project) Compare(ctx context.Context, name string) (*plan.Plan, diag.List) {
	then, problem := revision.At(p.Dir, name)
	if problem != nil {
		return nil, diag.List{*problem}
	}
	w := &work{ranges: map[rangeKey]kept{}, sources: map[string]store.Source{}}
	w.definitions = plan.Definitions(p.Model, p.Text)
	diags := w.compareWith(ctx, p, then, "git:"+name)
	if diags.HasErrors() {
		return nil, diags
	}
	w.plan.Basis = plan.Basis{
		Project: p.Model.Project.Name, Store: "none", Files: w.filesHash(p), Data: map[string]string{}, AsOf: p.AsOf,
		Variables: p.options.Variables, Version: Version, Against: "git:" + name, Commit: then.Commit, Head: then.Head, Folder: then.Base,
	}
	diags = append(diags, w.measureHere(ctx, p)...)
	if diags.HasErrors() {
		return nil, diags
	}
	w.demandNotice(p)
	w.tellAnnounced(p)
	diags = append(diags, w.conclude(ctx, p)...)
	return &w.plan, diags
}

// compareWith finds the changes since a revision. One at which there was no project
// yet had no definitions.
func (w *work) compareWith(ctx context.Context, p *Project, then *revision.Revision, name string) diag.List {
	w.before = &version{}
	if len(then.Files) > 0 {
		parsed, _ := syntax.Parse(then.Files) // for its variables; compiling reports what is wrong
		old, problems := p.compiled(ctx, then.Files, p.given(parsed))
		if problems.HasErrors() {
			return diag.List{brokenVersion(name, problems)}
		}
		w.before.definitions = plan.Definitions(old.Model, old.Text)
		w.before.open = func(context.Context) (*Project, diag.List) { return old, nil }
	}
	w.differ(p)
	return nil
}

// measureHere measures effects over clean rows that are made for it, or which the
// project's store happens to have.
func (w *work) measureHere(ctx context.Context, p *Project) diag.List {
	names := kpiNames(p.Model)
	diags := p.UseCalendars(ctx, p.calendarsOf(names, true)...)
	if diags.HasErrors() {
		return diags
	}
	moves := false
	for _, c := range w.plan.Changes {
		moves = moves || c.Class != metrics.Cosmetic
	}
	if !moves || len(w.before.definitions) == 0 {
		return diags
	}
	return append(diags, w.measure(ctx, p)...)
}
