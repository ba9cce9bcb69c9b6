package runtime

import (
	"context"
	"slices"
	"strings"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/ingest"
)

// UseCalendars reads the periods of calendar blocks, so that the project's calendar
// knows them. Names that are no calendar block are passed over.
func (p *Project) UseCalendars(ctx context.Context, names ...string) diag.List {
	wanted := p.calendarBlocks(names)
	if len(wanted) == 0 {
		return nil
	}
	s, diags := p.ready(ctx, p.upstream(sourcesOfCalendars(wanted)))
	if s != nil {
		defer s.close()
	}
	if diags.HasErrors() {
		return diags
	}
	calendar, more := p.withCalendars(ctx, s, wanted)
	p.Calendar = calendar
	return append(diags, more...)
}

// withCalendars is the project's calendar with the periods of calendar blocks,
// whose sources are attached, as they are now.
func (p *Project) withCalendars(ctx context.Context, s *session, wanted []*metrics.NamedCalendar) (*metrics.Calendar, diag.List) {
	calendar := p.Calendar
	var diags diag.List
	for _, c := range wanted {
		with, more := ingest.ReadCalendar(ctx, s.eng, calendar, c)
		diags = append(diags, more...)
		calendar = with
	}
	return calendar, p.placed(diags)
}

// calendarBlocks is the calendar blocks among some names, in order of name.
func (p *Project) calendarBlocks(names []string) []*metrics.NamedCalendar {
	var out []*metrics.NamedCalendar
	for _, name := range names {
		if c := p.Model.Calendar(name); c != nil {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *metrics.NamedCalendar) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(out)
}

func sourcesOfCalendars(calendars []*metrics.NamedCalendar) []string {
	var out []string
	for _, c := range calendars {
		out = append(out, c.Source)
	}
	return out
}

// calendarsOf is the names of the calendar blocks that KPIs go by, and of those
// that apply keeps them by where kept says so.
func (p *Project) calendarsOf(kpis []string, kept bool) []string {
	var out []string
	for _, name := range kpis {
		k := p.Model.KPI(name)
		if k == nil {
			continue
		}
		for _, c := range p.Model.CalendarsOf(k) {
			out = append(out, c.Name)
		}
		for _, g := range k.KeptGrains() {
			if kept && p.Model.Calendar(string(g)) != nil {
				out = append(out, string(g))
			}
		}
		if k.Target != nil && k.Target.KPI != "" {
			out = append(out, p.calendarsOf([]string{k.Target.KPI}, false)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// aside is the sources that a request reads beside those of its KPIs: the rates of
// the project, and the days of calendar blocks.
func (p *Project) aside(calendars []*metrics.NamedCalendar) []string {
	out := sourcesOfCalendars(calendars)
	if p.Model.Project.FX != "" {
		out = append(out, p.Model.Project.FX)
	}
	return out
}

// asideOf is the sources on which a KPI's published values rest beside its own.
func (p *Project) asideOf(k *metrics.KPI) []string {
	var out []string
	for _, name := range p.calendarsOf([]string{k.Name}, true) {
		out = append(out, p.Model.Calendar(name).Source)
	}
	if p.Model.ReadsRates(k) {
		out = append(out, p.Model.Project.FX)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// calendarsFor is the calendar blocks that a request needs.
func (p *Project) calendarsFor(r query.Request) []*metrics.NamedCalendar {
	names := append(p.calendarsOf(r.KPIs, false), string(r.Grain))
	for _, k := range r.Conditions() {
		for _, c := range p.Model.CalendarsOf(k) {
			names = append(names, c.Name)
		}
	}
	return p.calendarBlocks(names)
}
