package plan

import (
	"strings"

	"github.com/metricsascode/metrics/metrics"
)

// GrainFingerprint is the fingerprint of a KPI's values by a grain: of a calendar
// block, that of its meaning belongs to it.
func GrainFingerprint(kpi, calendar string) string {
	if calendar == "" {
		return kpi
	}
	return hash("grain", kpi, calendar)
}

// calendarMeaning is what the periods of a calendar block depend on.
func calendarMeaning(d *metrics.NamedCalendar, c *canonical) string {
	return strings.Join([]string{c.source(d.Source), d.Day, d.Period, d.Year}, "|")
}

func (f *fingerprints) namedCalendar(name string) string {
	d := f.model.Calendar(name)
	if d == nil {
		return ""
	}
	return hash("calendar", calendarMeaning(d, f.upstream()))
}

// calendars describes the calendar blocks for the store.
func (f *fingerprints) calendars(byName *canonical) []metrics.Definition {
	var out []metrics.Definition
	for _, d := range f.model.Calendars {
		out = append(out, metrics.Definition{Address: "calendar." + d.Name, Fingerprint: f.namedCalendar(d.Name), Own: hash(calendarMeaning(d, byName))})
	}
	return out
}

// rates is the source that convert reads, as a call of it depends on it.
func (f *fingerprints) rates() string { return f.source(f.model.Project.FX) }
