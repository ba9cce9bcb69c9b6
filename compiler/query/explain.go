package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// explanation collects what passes decided.
type explanation struct{ metrics.Explanation }

// explain describes what the passes decided.
func (c *compilation) explain() metrics.Explanation {
	var x explanation
	c.explainScans(&x)
	for _, v := range c.views {
		if v.moved() {
			x.note("%s at other periods is met in the cells of its scan: nothing is read again", v.timeline.name())
		}
	}
	for _, k := range c.kpis[:c.requested] {
		x.KPIs = append(x.KPIs, "kpi."+k.def.Name+": "+c.additivity(k))
	}
	return x.Explanation
}

func (x *explanation) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(x.Notes, text) {
		x.Notes = append(x.Notes, text)
	}
}

func (t *timeline) name() string {
	if t.inner != nil {
		return "cells of " + strings.TrimSuffix(t.source.Name, "_")
	}
	return "source." + t.source.Name
}

func (c *compilation) explainScans(x *explanation) {
	for _, t := range c.timelines {
		if t.inner != nil {
			t.inner.explainScans(x)
		}
	}
	for _, p := range c.parts {
		what := "a row a period and cut"
		switch {
		case p.timeline.inner != nil:
			what = "an aggregate of the cells of an inner level"
		case p.pick != nil:
			what = "one row of each series, then their sums"
		case p.window != nil:
			what = fmt.Sprintf("%d windows", len(p.window.stretches))
		}
		x.Scans = append(x.Scans, fmt.Sprintf("%s reads %s for %d measures: %s", p.name, p.timeline.name(), len(p.measures), what))
		if p.within != nil {
			x.note("%s groups by the columns of its filters first, and filters what is left", p.name)
		}
		if p.where != nil {
			x.note("%s reads only the rows of the filter that all its measures share", p.name)
		}
		if !p.main && p.window == nil && p.pick == nil && p.timeline.inner == nil {
			x.note("%s is apart: its measures gain nothing from a common scan", p.name)
		}
	}
}

// additivity says whether a KPI's values of finer periods and cuts make those of
// coarser ones.
func (c *compilation) additivity(k *kpi) string {
	switch how, why := rollUp(c.model, k.def.Value); how {
	case Adding:
		return "rolled up: it adds up over periods and members"
	case Smallest:
		return "rolled up: the smallest of parts is the smallest of all"
	case Largest:
		return "rolled up: the largest of parts is the largest of all"
	case ByParts:
		return "rolled up by its parts: these add up, and its arithmetic comes last"
	default:
		return "never rolled up: " + why
	}
}
