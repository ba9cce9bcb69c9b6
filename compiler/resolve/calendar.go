package resolve

import (
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/compiler/decode"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// calendar checks the source and columns that a calendar block names.
func (r *resolver) calendar(c *decode.Decl[metrics.NamedCalendar]) {
	if c.Value.Source == "" {
		return // missing: reported already
	}
	s, known := r.sources[c.Value.Source]
	if !known {
		r.report(diag.UnknownSource, c.Address, c.At("source"), "Unknown source "+strconv.Quote(c.Value.Source),
			"No source has this name."+diag.DidYouMean(c.Value.Source, names(r.sources)))
		return
	}
	for _, column := range []struct{ attribute, name string }{
		{"day", c.Value.Day}, {"period", c.Value.Period}, {"year", c.Value.Year},
	} {
		if column.name != "" && s.Value.Column(column.name) == nil && !r.Open[s.Value.Name] {
			r.report(diag.UnknownColumn, c.Address, c.At(column.attribute), "Unknown column "+strconv.Quote(column.name),
				s.Address+" has no column "+strconv.Quote(column.name)+"."+diag.DidYouMean(column.name, columnNames(s.Value)))
		}
	}
}

// isGrain tells whether a word names a grain: a built-in one, or a calendar block.
func (r *resolver) isGrain(word string) bool {
	_, builtIn := metrics.ParseGrain(word)
	return builtIn || slices.ContainsFunc(r.Calendars, func(c *decode.Decl[metrics.NamedCalendar]) bool { return c.Value.Name == word })
}

// rates checks that the project's fx names a source.
func (r *resolver) rates() {
	if r.Project == nil || r.Project.Value.FX == "" {
		return
	}
	name := r.Project.Value.FX
	if _, known := r.sources[name]; !known {
		r.report(diag.UnknownSource, r.Project.Address, r.Project.At("fx"), "Unknown source "+strconv.Quote(name),
			"No source has this name."+diag.DidYouMean(name, names(r.sources)))
		r.Project.Value.FX = ""
	}
}

// knownCut tells whether a name is that of a dimension or a built-in cycle.
func (r *resolver) knownCut(name string) bool {
	_, known := r.dimensions[name]
	return known || metrics.CycleNamed(name) != nil
}

// cutNames is all that a KPI may be cut by under one name.
func (r *resolver) cutNames() []string {
	all := names(r.dimensions)
	for _, c := range metrics.Cycles {
		all = append(all, c.Name)
	}
	slices.Sort(all)
	return all
}
