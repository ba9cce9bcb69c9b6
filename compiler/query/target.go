package query

import (
	"maps"
	"slices"

	"github.com/metricsascode/metrics/metrics"
)

// target is what a KPI is set against. All nil: the cut or grain can't have it.
type target struct {
	kpi       *kpi
	value     *metrics.Literal
	low, high *metrics.Literal
	ranged    bool // a range, whose ends may be open
}

// addTargets finds the targets of the requested KPIs. KPIs that serve as targets
// join the request; one that can't be had at these cuts and this grain is absent.
func (c *compilation) addTargets() {
	if !slices.Contains(c.req.Compare, Target) {
		return
	}
	for _, k := range c.kpis[:c.requested] {
		t := k.def.Target
		if t == nil {
			continue
		}
		found := target{value: t.Value, low: t.Low, high: t.High, ranged: t.Low != nil || t.High != nil}
		if t.KPI != "" {
			found.kpi = c.targetKPI(t.KPI)
		}
		c.targets[k.def.Name] = found
	}
}

// targetKPI returns the KPI, as a new member of the computation where it is not in
// it yet, or nil where its sources can't supply what is asked for.
func (c *compilation) targetKPI(name string) *kpi {
	def := c.model.KPI(name)
	if def == nil {
		return nil
	}
	for _, k := range c.kpis {
		if k.def == def {
			return k
		}
	}
	trial := *c
	trial.diags, trial.notes = nil, slices.Clone(c.notes)
	trial.leaves, trial.timelines = slices.Clone(c.leaves), slices.Clone(c.timelines)
	trial.views, trial.keeperOrder = slices.Clone(c.views), slices.Clone(c.keeperOrder)
	trial.expanded, trial.leafByKey = maps.Clone(c.expanded), maps.Clone(c.leafByKey)
	trial.innerByKey, trial.keepers = maps.Clone(c.innerByKey), maps.Clone(c.keepers)
	expanded := trial.expand(def, context{})
	hourly := func(v *view) bool { return hoursOfDays(v.timeline, v.steps) }
	if c.unfitting().reason(def.Value) != "" || slices.ContainsFunc(trial.views, hourly) {
		return nil
	}
	if trial.diags.HasErrors() {
		return nil
	}
	c.notes, c.leaves, c.timelines = trial.notes, trial.leaves, trial.timelines
	c.views, c.keeperOrder = trial.views, trial.keeperOrder
	c.expanded, c.leafByKey = trial.expanded, trial.leafByKey
	c.innerByKey, c.keepers = trial.innerByKey, trial.keepers
	k := &kpi{def, expanded}
	c.kpis = append(c.kpis, k)
	return k
}
