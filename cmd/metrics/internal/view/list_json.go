package view

import (
	"io"

	"github.com/metricsascode/metrics/metrics"
)

// placeJSON is where a definition stands.
type placeJSON struct {
	Address string `json:"address"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
}

type kpiJSON struct {
	placeJSON
	*metrics.KPI
}

type sourceJSON struct {
	placeJSON
	*metrics.Source
	Format string `json:"format"` // of its rows: csv, parquet, json, inline, union
}

type dimensionJSON struct {
	placeJSON
	*metrics.Dimension
}

// healthJSON is a measure of the health of a source.
type healthJSON struct {
	Name        string `json:"name"`
	Source      string `json:"source"`
	Unit        string `json:"unit,omitempty"`
	Description string `json:"description"`
}

// listedJSON is a definition of a kind that computes nothing by itself.
type listedJSON[T any] struct {
	placeJSON
	Of T `json:"definition"`
}

func (l Listing) json(w io.Writer) error {
	out := map[string]any{"project": l.Model.Project.Name}
	for _, kind := range l.Kinds {
		out[kind] = l.kindJSON(kind)
	}
	return writeJSON(w, out)
}

func (l Listing) kindJSON(kind string) any {
	m := l.Model
	switch kind {
	case ListKPIs:
		return each(m.KPIs, func(k *metrics.KPI) kpiJSON { return kpiJSON{l.place("kpi." + k.Name), k} })
	case ListSources:
		return each(m.Sources, func(s *metrics.Source) sourceJSON {
			return sourceJSON{l.place("source." + s.Name), s, s.Reader.Format()}
		})
	case ListDimensions:
		return each(m.Dimensions, func(d *metrics.Dimension) dimensionJSON { return dimensionJSON{l.place("dimension." + d.Name), d} })
	case ListHealth:
		all := []healthJSON{}
		for _, s := range m.Sources {
			for _, k := range m.Health(s.Name) {
				all = append(all, healthJSON{k.Name, s.Name, string(k.Unit), k.Description})
			}
		}
		return all
	case ListEntities:
		return each(entities(m), func(s *metrics.Source) sourceJSON {
			return sourceJSON{l.place("source." + s.Name), s, s.Reader.Format()}
		})
	case ListCalendars:
		return each(m.Calendars, func(c *metrics.NamedCalendar) listedJSON[*metrics.NamedCalendar] {
			return listedJSON[*metrics.NamedCalendar]{l.place("calendar." + c.Name), c}
		})
	case ListChecks:
		return each(m.Checks, func(c *metrics.Check) listedJSON[listedCheckJSON] {
			return listedJSON[listedCheckJSON]{l.place("check." + c.Name), checkOf(c)}
		})
	case ListThresholds:
		return each(m.Thresholds, func(t *metrics.Threshold) listedJSON[thresholdDetail] {
			return listedJSON[thresholdDetail]{l.place("threshold." + t.Name), thresholdDetails(t)}
		})
	case ListTests:
		return each(m.Tests, func(t *metrics.Test) listedJSON[listedTestJSON] {
			return listedJSON[listedTestJSON]{l.place("test." + t.Name), testOf(t)}
		})
	case ListDashboards:
		return each(m.Dashboards, func(d *metrics.Dashboard) listedJSON[*metrics.Dashboard] {
			return listedJSON[*metrics.Dashboard]{l.place("dashboard." + d.Name), d}
		})
	case ListAnnotations:
		return each(m.Annotations, func(a *metrics.Annotation) listedJSON[*metrics.Annotation] {
			return listedJSON[*metrics.Annotation]{l.place("annotation." + a.Name), a}
		})
	}
	return each(m.Announced, func(c *metrics.Announced) listedJSON[*metrics.Announced] {
		return listedJSON[*metrics.Announced]{l.place("change." + c.Name), c}
	})
}

// each is a list of something for each of a list, never null.
func each[T, U any](all []T, f func(T) U) []U {
	out := make([]U, len(all))
	for i, x := range all {
		out[i] = f(x)
	}
	return out
}

func (l Listing) place(address string) placeJSON {
	p := placeJSON{Address: address}
	p.File, p.Line = l.Place(address)
	return p
}
