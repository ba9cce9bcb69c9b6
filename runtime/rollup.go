package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// keptAs is the published values from which those asked for of a KPI are had: these
// themselves, or finer ones that make them.
type keptAs struct {
	kpi   *metrics.KPI
	grain metrics.Grain
	cuts  []string // in alphabetical order
	how   query.RollUp
}

func (k keptAs) words() string {
	cut := "in total"
	if len(k.cuts) > 0 {
		cut = "by [" + strings.Join(k.cuts, ", ") + "]"
	}
	return fmt.Sprintf("%s %s", k.grain, cut)
}

// keptOf finds what apply keeps of each KPI that answers a request, or says why
// nothing does.
func (p *Project) keptOf(r query.Request) ([]keptAs, diag.List) {
	diags := p.knownKPIs(r.KPIs)
	if diags.HasErrors() {
		return nil, diags
	}
	var out []keptAs
	for _, name := range r.KPIs {
		as, problem := p.keptFor(p.Model.KPI(name), r)
		if problem != nil {
			diags.Add(*problem)
		}
		out = append(out, as)
	}
	return out, diags
}

// keptFor takes the values asked for where apply keeps them; else those of the
// coarsest grain and the fewest cuts that make them.
func (p *Project) keptFor(k *metrics.KPI, r query.Request) (keptAs, *diag.Diagnostic) {
	asked := slices.Sorted(slices.Values(r.By))
	var candidates []keptAs
	for _, g := range k.KeptGrains() {
		for _, set := range k.KeptSets(g) {
			as := keptAs{kpi: k, grain: g, cuts: set}
			if g == r.Grain && slices.Equal(set, asked) {
				return as, nil
			}
			if k.Value != nil && p.Calendar.Nests(r.Grain, g) && !slices.ContainsFunc(asked, func(d string) bool { return !slices.Contains(set, d) }) {
				candidates = append(candidates, as)
			}
		}
	}
	why := ""
	slices.SortStableFunc(candidates, func(a, b keptAs) int {
		if a.grain != b.grain {
			return rank(p.Calendar.Nests(b.grain, a.grain)) - rank(p.Calendar.Nests(a.grain, b.grain))
		}
		return len(a.cuts) - len(b.cuts)
	})
	for _, as := range candidates {
		if as.how, why = query.RollsUp(p.Model, k, as.cuts, as.grain != r.Grain); as.how != query.NoRollUp {
			return as, nil
		}
	}
	return keptAs{}, p.notPublished(k, r, why)
}

// notPublished says what apply keeps of a KPI, and why that doesn't make what is asked
// for.
func (p *Project) notPublished(k *metrics.KPI, r query.Request, why string) *diag.Diagnostic {
	var kept []string
	for _, g := range k.KeptGrains() {
		for _, set := range k.KeptSets(g) {
			kept = append(kept, keptAs{grain: g, cuts: set}.words())
		}
	}
	asked := keptAs{grain: r.Grain, cuts: slices.Sorted(slices.Values(r.By))}.words()
	detail := fmt.Sprintf("Apply keeps of it: %s. ", strings.Join(kept, "; "))
	if why != "" {
		detail += fmt.Sprintf("Finer values of it can't be rolled up: %s. ", why)
	}
	return &diag.Diagnostic{Code: diag.NotPublished, Severity: diag.Error, Summary: fmt.Sprintf("kpi.%s is not published by %s", k.Name, asked),
		Detail: detail + "Add the grain to its grains or the cut to its by, or leave out --published to compute it now."}
}

// ExplainPublished says from which published values a request is answered.
func (p *Project) ExplainPublished(ctx context.Context, r query.Request) (metrics.Explanation, diag.List) {
	var x metrics.Explanation
	if diags := p.UseCalendars(ctx, string(r.Grain)); diags.HasErrors() {
		return x, diags
	}
	kept, diags := p.keptOf(r)
	if diags.HasErrors() {
		return x, diags
	}
	words := map[query.RollUp]string{query.Adding: "they add up", query.Smallest: "the smallest of them", query.Largest: "the largest of them"}
	for _, as := range kept {
		x.Scans = append(x.Scans, "published values of kpi."+as.kpi.Name+" by "+as.words())
		why := "not rolled up: its values are published as asked for"
		if as.how != query.NoRollUp {
			why = "rolled up from finer published values: " + words[as.how] + ", in periods all of which is published"
		}
		x.KPIs = append(x.KPIs, "kpi."+as.kpi.Name+": "+why)
	}
	return x, diags
}
