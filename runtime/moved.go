package runtime

import (
	"cmp"
	"context"
	"slices"

	"github.com/metricsascode/metrics/compiler/plan"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/ingest"
)

// tellMoved adds to the periods of a plan the rows that came and went in them, by file.
// What can't be told of a source, as of one that is defined otherwise, is left out.
func (w *work) tellMoved(ctx context.Context, p *Project, perGrain map[metrics.Grain]*computed) diag.List {
	for _, s := range w.plan.Sources {
		if _, union := p.Model.Source(s.Source).Reader.(*metrics.Union); union || s.Before == nil {
			continue // the rows of a union are told where they come from
		}
		d, diags := w.delta(ctx, p, s.Source)
		if diags.HasErrors() {
			return diags
		}
		for i, r := range w.plan.Periods {
			if r.Grain != metrics.Hour && w.computesFrom(p, s.Source, r.Grain) { // a row's hour isn't known
				w.plan.Periods[i].Moved = append(r.Moved, w.movedIn(p, s.Source, d.Moved, perGrain[r.Grain])...)
			}
		}
	}
	for _, r := range w.plan.Periods {
		slices.SortStableFunc(r.Moved, func(a, b plan.Moved) int {
			return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Source, b.Source), cmp.Compare(a.File, b.File))
		})
	}
	return nil
}

// computesFrom tells whether any KPI that is computed by a grain reads a source, or one
// that is made of it or references it.
func (w *work) computesFrom(p *Project, source string, g metrics.Grain) bool {
	return slices.ContainsFunc(w.plan.Compute, func(name string) bool {
		k := p.Model.KPI(name)
		return slices.Contains(k.KeptGrains(), g) && slices.ContainsFunc(p.upstream(k.Sources), func(name string) bool { return p.madeOf(name, source) })
	})
}

// madeOf tells whether a source is another or a union that it is part of.
func (p *Project) madeOf(name, part string) bool {
	union, ok := p.Model.Source(name).Reader.(*metrics.Union)
	return name == part || ok && slices.ContainsFunc(union.Sources, func(of string) bool { return p.madeOf(of, part) })
}

// movedIn is the rows of a source that moved in computed periods of a grain. A row is
// late where the last run had rows of its day or of later ones.
func (w *work) movedIn(p *Project, source string, moved []ingest.Moved, c *computed) []plan.Moved {
	covered := w.store.Catalog().Sources[source].Statistics.Columns[p.Model.Source(source).Time].LastDay
	var out []plan.Moved
	at := map[[2]string]int{} // by period and file
	for _, m := range moved {
		from, _, ok := p.Calendar.DayBounds(m.Day)
		if !ok {
			continue
		}
		period, computed := c.periods[p.Calendar.Of(c.grain, from).Start.UTC()]
		if !computed {
			continue
		}
		name := p.Calendar.Name(period)
		i, known := at[[2]string{name, m.Path}]
		if !known {
			i = len(out)
			at[[2]string{name, m.Path}] = i
			out = append(out, plan.Moved{Period: name, Start: period.Start, Source: source, File: m.Path})
		}
		if m.Day <= covered {
			out[i].Late += m.Came
		} else {
			out[i].New += m.Came
		}
		out[i].Gone += m.Went
	}
	return out
}
