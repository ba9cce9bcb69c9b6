package check

import (
	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// change checks the days of a change that is announced, and that no two of one KPI take
// effect on the same day.
func (c *checker) change(d *decode.Decl[metrics.Announced]) {
	v := d.Value
	switch {
	case v.Announced != "" && v.Effective != "" && v.Announced > v.Effective:
		c.report(diag.Conflict, d.Address, d.At("announced"), "Announced after it takes effect",
			"It takes effect on "+v.Effective+". Write the day on which readers were told, or a later effective.")
	case v.Since != "" && v.Effective != "" && v.Since > v.Effective:
		c.report(diag.Conflict, d.Address, d.At("restate"), "Restated since a day after it takes effect",
			"Periods from "+v.Effective+" on are of the new definition anyway. Write an earlier day, or restate = forward.")
	}
	for _, other := range c.model.Announced {
		for _, name := range v.KPIs {
			if other.Of(name) && other.Effective == v.Effective && v.Effective != "" {
				c.report(diag.Conflict, d.Address, d.At("effective"), "Two changes of kpi."+name+" on one day",
					"change."+other.Name+" takes effect on "+v.Effective+" too. Bring both blocks together, or let one take effect later.")
			}
		}
	}
	c.model.Announced = append(c.model.Announced, v)
}
