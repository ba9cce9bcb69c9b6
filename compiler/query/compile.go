package query

import (
	"fmt"
	"slices"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// passes turn a request into a Select, in this order. Each reads what those
// before it found; the work ends at the first pass that reports an error.
var passes = []struct {
	name string
	run  func(*compilation)
}{
	{"settle the grain", (*compilation).settleGrain},
	{"resolve cuts", (*compilation).resolveCuts},
	{"check the choice of members", (*compilation).checkTop},
	{"expand KPIs to aggregates over timelines", (*compilation).expandKPIs},
	{"fit the grain", (*compilation).fitGrain},
	{"add targets", (*compilation).addTargets},
	{"fix periods", (*compilation).fixPeriods},
	{stretchesPass, (*compilation).layViews},
	{"find the cut sets of totals over dimensions", (*compilation).findHiddenSets},
	{"find members with rows in both periods", (*compilation).layKept},
	{"compile inner levels of detail", (*compilation).layInner},
	{"judge coverage", (*compilation).judgeCoverage},
	{"break aggregates into measures", (*compilation).breakAggregates},
	{"part distinct counts", (*compilation).partDistinctCounts},
	{"part measures over windows", (*compilation).partWindows},
	{"pre-aggregate by filter columns", (*compilation).preAggregate},
	{"narrow scans by common filters", (*compilation).narrowScans},
	{"lay scans", (*compilation).layScans},
	{"lay the spine", (*compilation).laySpine},
	{"combine leaves to KPIs", (*compilation).combine},
	{"keep the largest members", (*compilation).keepTop},
	{"compare", (*compilation).compare},
	{"finish", (*compilation).finish},
	{"look for missing rates", (*compilation).checkRates},
}

// compilation is what the passes hand on.
type compilation struct {
	model *metrics.Model
	stats map[string]metrics.Statistics
	cal   *metrics.Calendar
	req   Request
	diags diag.List
	notes []string

	standIns map[string]string // by source: the stage that stands in for its rows

	cuts []cut
	sets [][]int // the cut sets, that of totals last

	kpis      []*kpi // as requested, then the conditions on results, then those that serve as targets
	requested int    // how many of kpis are requested
	targets   map[string]target
	expanded  map[string]*expansion
	leaves    []*leaf
	leafByKey map[string]*leaf
	timelines []*timeline
	views     []*view
	beneath   []*view      // of what inner levels read, as the cells here have it
	coverages [][]interval // what each timeline covers; judgeCoverage finds it

	// What functions over KPIs need beside: cut sets that are scanned but not shown,
	// inner levels of detail, members that are kept, tables of windows.
	hiddenSets   [][]int
	innerByKey   map[string]*timeline
	keepers      map[string]*kept
	keeperOrder  []*kept
	windowTables map[string]string
	seenIn       []meeting // where rows are counted, to tell cells without any

	// Of an inner level of detail: the compilation that it is one of, what its stages'
	// names begin with, whether it has a grain of its own, and the stretches beyond
	// which it reads no rows.
	outer   *compilation
	prefix  string
	byGrain bool
	clip    []interval

	periods   []Period
	periodIDs map[periodID]bool // those of periods
	parts     []*part
	stages    []Stage
	answer    string // the stage with the cells to show
	outputs   []output
	rates     []RateCheck
	total     metrics.Expr // whether a row is a total; nil: none is
	root      Relation
}

// Compile compiles a request. The statistics, by source, are those of the clean
// rows that the statement will read.
func Compile(m *metrics.Model, stats map[string]metrics.Statistics, cal *metrics.Calendar, r Request) (*Select, diag.List) {
	c := newCompilation(m, stats, cal, r)
	for _, p := range passes {
		p.run(c)
		if c.diags.HasErrors() {
			return nil, c.diags.Sort()
		}
	}
	return &Select{
		Stages: c.stages, Root: c.root, Columns: c.columns(), Hidden: c.hidden(),
		Grain: c.req.Grain, KPIs: c.requestedNames(), Periods: c.periods, Notes: c.notes,
		Project: &m.Project, Request: r, Rates: c.rates, Explanation: c.explain(),
	}, c.diags.Sort()
}

func newCompilation(m *metrics.Model, stats map[string]metrics.Statistics, cal *metrics.Calendar, r Request) *compilation {
	return &compilation{
		model: m, stats: stats, cal: cal, req: r,
		targets: map[string]target{}, expanded: map[string]*expansion{}, leafByKey: map[string]*leaf{},
		innerByKey: map[string]*timeline{}, keepers: map[string]*kept{}, windowTables: map[string]string{},
		periodIDs: map[periodID]bool{},
	}
}

func (c *compilation) fail(code diag.Code, summary, detail string) {
	c.diags.Add(diag.Diagnostic{Severity: diag.Error, Code: code, Summary: summary, Detail: detail})
}

func (c *compilation) report(d *diag.Diagnostic) {
	if d != nil {
		c.diags.Add(*d)
	}
}

func (c *compilation) stage(name string, body Relation) {
	c.stages = append(c.stages, Stage{Name: name, Body: body})
}

// resolveCuts finds what the request's cuts mean, and the sets of them.
func (c *compilation) resolveCuts() {
	for i, name := range c.req.By {
		if slices.Contains(c.req.By[:i], name) {
			c.fail(diag.BadRequest, fmt.Sprintf("Cut %q is given twice", name), "Name each cut once.")
			continue
		}
		found, d := findCut(c.model, name)
		c.report(d)
		c.cuts = append(c.cuts, found)
	}
	if c.req.Sets == nil {
		c.sets = [][]int{allOf(len(c.req.By))}
	}
	for _, set := range c.req.Sets {
		set = slices.Sorted(slices.Values(set))
		if n := len(set); n > 0 && (set[0] < 0 || set[n-1] >= len(c.req.By)) {
			c.fail(diag.BadRequest, "A cut set names a cut that is not asked for", "Sets are indexes into the request's cuts.")
		}
		c.sets = append(c.sets, set)
	}
	if c.req.Totals && !c.hasSet(nil) {
		c.sets = append(c.sets, nil)
	}
}

func allOf(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func (c *compilation) hasSet(set []int) bool {
	return slices.ContainsFunc(c.sets, func(s []int) bool { return slices.Equal(s, set) })
}

// masked tells whether rows carry the mask of their cut set.
func (c *compilation) masked() bool {
	return len(c.scanned()) > 1 || len(c.sets[0]) < len(c.cuts)
}

// mask tells cut sets apart as SQL's GROUPING does: a bit for each cut, the first
// the highest, set where the cut is not in the set.
func (c *compilation) mask(set []int) int {
	m := 0
	for i := range c.cuts {
		m <<= 1
		if !slices.Contains(set, i) {
			m |= 1
		}
	}
	return m
}

// divided tells whether any cut set has cuts.
func (c *compilation) divided() bool {
	return slices.ContainsFunc(c.sets, func(s []int) bool { return len(s) > 0 })
}

func (c *compilation) requestedNames() []string {
	names := make([]string, c.requested)
	for i := range names {
		names[i] = c.kpis[i].def.Name
	}
	return names
}
