package runtime

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/metricsascode/metrics/compiler/query"
	"github.com/metricsascode/metrics/compiler/sqlgen"
	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
	"github.com/metricsascode/metrics/runtime/dashboard"
	"github.com/metricsascode/metrics/runtime/store"
)

// trailPeriods is how many periods before its own a page may reach, unless a panel
// asks for more: those of a year ago among them.
var trailPeriods = map[metrics.Grain]int{metrics.Hour: 24 * 8, metrics.Day: 400, metrics.Week: 110, metrics.Month: 37, metrics.Quarter: 17, metrics.Year: 11}

// PageFormats are the forms in which a page can be drawn.
var PageFormats = dashboard.Formats

// Report draws a dashboard from what was published last. meaning says a KPI's
// definition in words.
func (p *Project) Report(ctx context.Context, d *metrics.Dashboard, format string, meaning func(*metrics.Model, *metrics.KPI) string) ([]byte, diag.List) {
	page, diags := p.page(ctx, d, meaning)
	if diags.HasErrors() {
		return nil, diags
	}
	drawn, err := dashboard.Draw(page, format)
	if err != nil {
		diags.Add(diag.Diagnostic{Severity: diag.Error, Code: diag.BadRequest, Address: "dashboard." + d.Name, Summary: "The page can't be drawn",
			Detail: "As " + format + ": " + err.Error() + ". Another format may do."})
	}
	return drawn, diags
}

// page makes the page of a dashboard.
func (p *Project) page(ctx context.Context, d *metrics.Dashboard, meaning func(*metrics.Model, *metrics.KPI) string) (*dashboard.Page, diag.List) {
	if diags := p.UseCalendars(ctx, string(d.Grain)); diags.HasErrors() {
		return nil, diags
	}
	if diags := p.storeInside(); diags.HasErrors() {
		return nil, diags
	}
	var page *dashboard.Page
	diags := store.Read(p.StoreDir(), func(st *store.Store) diag.List {
		in, values, diags := p.pageOf(d, st)
		if diags.HasErrors() {
			return diags
		}
		in.Facts = p.facts(d, st, in, meaning)
		more := p.readPage(ctx, st, values, in)
		if diags = append(diags, more...); !diags.HasErrors() {
			page = dashboard.Build(*in)
		}
		return diags
	})
	return page, diags
}

// pageOf is what a page is made from, but for its values, and the SELECT of those.
func (p *Project) pageOf(d *metrics.Dashboard, st *store.Store) (*dashboard.Input, string, diag.List) {
	values, diags := st.Published(store.Moment{})
	if diags.HasErrors() {
		return nil, "", diags
	}
	runs, more := st.Runs()
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, "", diags
	}
	in := p.pageInput(d, st, runs)
	if in.Run.Alerts != nil { // what was judged; calm is an empty list, not none
		alerts, more := st.Alerts()
		diags = append(diags, more...)
		in.Alerts = append([]metrics.Alert{}, alerts...)
	}
	return in, values, diags
}

// pageInput is what a page is about, before its values.
func (p *Project) pageInput(d *metrics.Dashboard, st *store.Store, runs []metrics.Run) *dashboard.Input {
	last := runs[len(runs)-1]
	in := &dashboard.Input{
		Model: p.Model, Dashboard: d, Calendar: p.Calendar, AsOf: last.AsOf, Run: last, Values: dashboard.NewValues(),
		When: p.pagePeriods(d, last.AsOf), Changed: map[string]metrics.Run{},
	}
	for _, run := range runs {
		for _, c := range run.Changes {
			if name, isKPI := strings.CutPrefix(c.Address, "kpi."); isKPI && c.Class != metrics.Cosmetic {
				in.Changed[name] = run
			}
		}
		if !run.At.Before(in.When.This.Start) {
			in.Changes = append(in.Changes, run)
		}
	}
	slices.Reverse(in.Changes)
	for _, s := range p.Model.Sources {
		kept, known := st.Catalog().Sources[s.Name]
		if _, union := s.Reader.(*metrics.Union); !known || union {
			continue
		}
		in.Sources = append(in.Sources, dashboard.SourceState{Source: s.Name, LastDay: p.lastDay(s, kept, last.AsOf), Account: kept.Account})
	}
	return in
}

// lastDay is the last day of a source's rows by its time, "" where it has none. Plans, which
// reach beyond as-of, and entities, whose last is their newest key, say nothing of freshness.
func (p *Project) lastDay(s *metrics.Source, kept store.Source, asOf time.Time) string {
	day := kept.Statistics.Columns[s.Time].LastDay
	_, entity := s.Reader.(*metrics.Entity)
	if s.Time == "" || s.Ahead || entity || day > p.Calendar.Day(asOf) {
		return ""
	}
	return day
}

// pagePeriods are the periods of a page: its own is the last that had ended at as-of.
func (p *Project) pagePeriods(d *metrics.Dashboard, asOf time.Time) dashboard.Periods {
	n := trailPeriods[d.Grain]
	if n == 0 {
		n = trailPeriods[metrics.Week]
	}
	for _, s := range d.Sections {
		for _, panel := range s.Panels {
			n = max(n, panel.Periods+1, panel.Trend+1)
		}
	}
	out := dashboard.Periods{Trail: p.Calendar.Last(d.Grain, n, asOf)}
	for _, at := range out.Trail {
		if at.End.After(asOf) {
			out.Open = &at
		} else {
			out.This = at
		}
	}
	if before, ok := p.Calendar.Shift(out.This, -1, d.Grain); ok {
		out.Previous = before
	}
	if ago, ok := p.Calendar.YearAgo(out.This); ok && !ago.Equal(out.This) {
		out.YearAgo = &ago
	}
	return out
}

// facts are what stands behind the KPIs of a page. A statement that can't be made
// now is left out: the page shows what was published.
func (p *Project) facts(d *metrics.Dashboard, st *store.Store, in *dashboard.Input, meaning func(*metrics.Model, *metrics.KPI) string) map[string]dashboard.Fact {
	stats := map[string]metrics.Statistics{}
	for name, s := range st.Catalog().Sources {
		stats[name] = s.Statistics
	}
	builds := map[string][]string{}
	for _, k := range p.Model.KPIs {
		metrics.Walk(k.Value, func(e metrics.Expr) bool {
			if ref, ok := e.(*metrics.KPIRef); ok && !slices.Contains(builds[ref.KPI], "kpi."+k.Name) {
				builds[ref.KPI] = append(builds[ref.KPI], "kpi."+k.Name)
			}
			return true
		})
	}
	out := map[string]dashboard.Fact{}
	for _, n := range dashboard.Needs(p.Model, d) {
		k := p.Model.KPI(n.KPI)
		if _, done := out[n.KPI]; done {
			continue
		}
		fact := dashboard.Fact{Meaning: meaning(p.Model, k), Reads: k.Sources, Builds: builds[k.Name], Freshness: freshnessOf(in, k)}
		selected, diags := query.Compile(p.Model, stats, p.Calendar, query.Request{KPIs: []string{k.Name}, Grain: d.Grain, Periods: []metrics.Period{in.When.This}, AsOf: in.AsOf})
		if !diags.HasErrors() {
			fact.SQL = sqlgen.Print(selected, sqlgen.DuckDB)
		}
		out[n.KPI] = fact
	}
	return out
}

// freshnessOf is the last day that all of a KPI's sources have.
func freshnessOf(in *dashboard.Input, k *metrics.KPI) string {
	least := ""
	for _, s := range in.Sources {
		if slices.Contains(k.Sources, s.Source) && s.LastDay != "" && (least == "" || s.LastDay < least) {
			least = s.LastDay
		}
	}
	return least
}
