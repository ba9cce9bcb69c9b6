package check

import (
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// threshold types a threshold's conditions, and notes the cut set and the grains that
// apply keeps for it.
func (c *checker) threshold(d *decode.Decl[metrics.Threshold]) {
	x := d.Value
	c.model.Thresholds = append(c.model.Thresholds, x)
	k := c.model.KPI(x.KPI)
	before := len(c.diags)
	for _, name := range []string{"red", "amber", "where"} {
		e := x.Conditions()[name]
		if e == nil {
			continue
		}
		t := &typer{checker: c, place: d, address: d.Address, judged: x, grainHere: x.Grain}
		t.condition(e, name)
		if complete(e) && !metrics.Has[*metrics.KPIRef](e) && len(c.diags) == before {
			c.report(diag.NotInCondition, d.Address, d.At(name), name+" that reads no value", "It holds always or never. Compare value, or what it is made into: growth(1) < -0.2.")
		}
	}
	if k == nil || k.Type.Kind == metrics.Unknown || x.Grain == metrics.NoGrain || len(c.diags) > before {
		return // reported
	}
	c.possible(d)
	c.keepRead(d)
}

// keepRead demands that what a threshold reads can be had by its grains and cuts, and
// lets apply keep it.
func (c *checker) keepRead(d *decode.Decl[metrics.Threshold]) {
	x := d.Value
	for _, r := range c.model.Reads(x) {
		k := c.model.KPI(r.KPI)
		if k.Type.Kind == metrics.Unknown {
			continue
		}
		if bad := c.misfit(k, r.Grain, true); bad != nil {
			c.report(bad.Code, d.Address, c.placeOfRead(d, r), bad.Summary, bad.Detail)
			continue
		}
		before := len(c.diags)
		for _, dim := range x.By {
			c.cuttableIn(d, k, dim)
		}
		if len(c.diags) == before {
			k.Keep(r.Grain, x.By)
		}
	}
}

// cuttableIn demands that all sources of a KPI supply a dimension by which a threshold
// is judged.
func (c *checker) cuttableIn(d *decode.Decl[metrics.Threshold], k *metrics.KPI, dim string) {
	cycle := metrics.CycleNamed(dim)
	for _, s := range k.Sources {
		if cycle != nil {
			c.cycle(cycle, decode.Within(d, k), s)
		} else {
			c.supplies(s, dim, d.Address, d.At("by", dim))
		}
	}
}

// placeOfRead is where a threshold names what it reads: the attribute that does.
func (c *checker) placeOfRead(d *decode.Decl[metrics.Threshold], r metrics.Read) diag.Range {
	if r == (metrics.Read{KPI: d.Value.KPI, Grain: d.Value.Grain}) {
		return d.At("grain")
	}
	for _, name := range []string{"red", "amber", "where"} {
		one := metrics.Threshold{KPI: d.Value.KPI, Grain: d.Value.Grain, Red: d.Value.Conditions()[name]}
		for _, read := range c.model.Reads(&one) {
			if read == r {
				return d.At(name)
			}
		}
	}
	return d.Range()
}

func countOf(n int) string { return strconv.Itoa(n) }

// keepNestings lets apply keep the cuts that tell which members lie below which, where
// thresholds judge both.
func (c *checker) keepNestings() {
	for _, t := range c.model.Thresholds {
		for _, n := range metrics.Coarser(c.model, t) {
			if k := c.model.KPI(t.KPI); slices.ContainsFunc(k.Shown, func(kept metrics.Kept) bool { return kept.Grain == t.Grain && slices.Equal(kept.By, n.Above.By) }) {
				k.Keep(t.Grain, n.Cut())
			}
		}
	}
}
