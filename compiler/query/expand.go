package query

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/metricsascode/metrics/metrics"
	"github.com/metricsascode/metrics/metrics/diag"
)

// kpi is one KPI to compute.
type kpi struct {
	def *metrics.KPI
	*expansion
}

// expansion is a KPI down to its leaves.
type expansion struct {
	value  metrics.Expr // over Fields that name leaves
	leaves []*leaf
	lags   []metrics.Span // of the KPI and all below it
	lasts  bool           // it reads life-long columns; judgeCoverage finds it
}

// timeline is a source seen along one of its time columns. Each is read alone.
type timeline struct {
	index  int
	source *metrics.Source
	time   *metrics.ColumnRef // nil: the source has no time
	spread bool               // its rows are the days of those of the source
	inner  *innerLevel        // the cells that stand for a source's rows; nil: rows do
	cuts   []metrics.Expr     // the request's cuts over the source
	where  []metrics.Expr     // the request's filters over the source
}

// leaf is one aggregate over the rows of a timeline.
type leaf struct {
	name     string
	agg      *metrics.Aggregate // its filter has the KPI's where in it, and no dimensions
	timeline *timeline
	view     *view
	measures []*measure
	value    metrics.Expr // over the measures
}

// expandKPIs brings each requested KPI down to its leaves.
func (c *compilation) expandKPIs() {
	if len(c.req.KPIs) == 0 {
		c.fail(diag.BadRequest, "No KPI is asked for", "Name at least one KPI.")
	}
	for _, name := range c.req.KPIs {
		def := c.model.KPI(name)
		switch {
		case def == nil:
			c.unknownKPI(name)
		case !slices.ContainsFunc(c.kpis, func(k *kpi) bool { return k.def == def }):
			c.kpis = append(c.kpis, &kpi{def, c.expand(def, context{})})
		}
	}
	c.requested = len(c.kpis)
	if len(c.timelines) == 0 && len(c.cuts) > 0 && !c.diags.HasErrors() {
		c.fail(diag.CannotCut, "No source to cut", "The KPIs asked for read no source, so they have no members. Ask without cuts.")
	}
	for _, condition := range c.req.Conditions() {
		c.kpis = append(c.kpis, &kpi{condition, c.expand(condition, context{})})
	}
}

// conditions are the places among the KPIs of the conditions on results.
func (c *compilation) conditions() []int {
	out := make([]int, len(c.req.Having))
	for i := range out {
		out[i] = c.requested + i
	}
	return out
}

func (c *compilation) unknownKPI(name string) {
	var names []string
	for _, k := range c.model.KPIs {
		names = append(names, k.Name)
	}
	c.fail(diag.UnknownKPI, fmt.Sprintf("Unknown KPI %q", name), fmt.Sprintf("The project has no KPI of that name.%s", diag.DidYouMean(name, names)))
}

// expand replaces KPIs by what they mean in a context, and aggregates by leaves. A
// KPI's where and time hold for the aggregates that are written in it, not for those
// of KPIs that it names.
func (c *compilation) expand(def *metrics.KPI, in context) *expansion {
	key := def.Name + " " + in.key()
	if done := c.expanded[key]; done != nil {
		return done
	}
	x := &expansion{lags: []metrics.Span{def.Lag}}
	c.expanded[key] = x
	x.value = c.evaluate(def.Value, in, def, x)
	return x
}

func (x *expansion) add(l *leaf) {
	if !slices.Contains(x.leaves, l) {
		x.leaves = append(x.leaves, l)
	}
}

// lift returns the leaf for an aggregate written in a KPI, as seen in a context.
func (c *compilation) lift(a *metrics.Aggregate, in context, def *metrics.KPI) *leaf {
	if metrics.InnerLevel(a) != nil {
		return c.liftCells(a, in, def)
	}
	t := c.timelineOf(a.Source, def.Time, Spreads(c.model, a, def.Time))
	lifted := *a
	lifted.Args = make([]metrics.Expr, len(a.Args))
	for i, arg := range a.Args {
		lifted.Args[i] = c.onDay(c.bind(arg, t), t)
	}
	if filter := all(a.Filter, def.Where); filter != nil {
		lifted.Filter = c.condition(filter, t)
	}
	if metrics.IsBalance(a.Func) && !def.Carry.IsZero() {
		in = in.then(step{kind: stepReach, n: def.Carry.N, by: def.Carry.Unit})
	}
	return c.leafOf(&lifted, c.viewOf(t, in))
}

// leafOf returns the leaf for an aggregate in a view: the one that was made of the
// same aggregate before, or a new one.
func (c *compilation) leafOf(a *metrics.Aggregate, v *view) *leaf {
	key := strconv.Itoa(v.index) + keyOf(a)
	if l := c.leafByKey[key]; l != nil {
		return l
	}
	l := &leaf{name: "l" + strconv.Itoa(len(c.leaves)), agg: a, timeline: v.timeline, view: v}
	c.leaves = append(c.leaves, l)
	c.leafByKey[key] = l
	return l
}

// bind returns e over the columns of a timeline's source, dimensions and cycles
// spelled out.
func (c *compilation) bind(e metrics.Expr, t *timeline) metrics.Expr {
	source := t.source.Name
	return c.atGrain(metrics.Rewrite(e, func(e metrics.Expr) metrics.Expr {
		switch ref := e.(type) {
		case *metrics.DimensionRef:
			d := c.model.Dimension(ref.Dimension)
			if cycle := metrics.CycleNamed(ref.Dimension); d == nil && cycle != nil {
				if member := c.placeCycle(cycle, t); member != nil {
					return member
				}
				return e
			}
			if d == nil {
				c.fail(diag.UnknownDimension, fmt.Sprintf("Unknown dimension %q", ref.Dimension), "No dimension has that name.")
				return e
			}
			found, problem := supply(c.model, source, d)
			c.report(problem)
			if problem == nil {
				return found.orNull(c.model, source)
			}
		case *metrics.ColumnRef:
			if ref.Source != source {
				c.report(otherSource(ref, source))
			}
		}
		return e
	}))
}

// condition is a filter over the rows of a timeline.
func (c *compilation) condition(e metrics.Expr, t *timeline) metrics.Expr {
	return c.onDay(c.bind(askMembers(c.model, t.source.Name, e), t), t)
}

// timelineOf returns the timeline of a source along its own time, or along the
// one that a KPI names.
func (c *compilation) timelineOf(source string, named *metrics.ColumnRef, spread bool) *timeline {
	s := c.model.Source(source)
	at := named
	if at == nil || at.Source != source {
		at = ownTime(s)
	}
	for _, t := range c.timelines {
		if t.source == s && t.spread == spread && (t.time == nil) == (at == nil) && (at == nil || keyOf(t.time) == keyOf(at)) {
			return t
		}
	}
	t := &timeline{index: len(c.timelines), source: s, time: at, spread: spread}
	c.timelines = append(c.timelines, t)
	c.placeCuts(t)
	c.checkGrain(t)
	return t
}

// ownTime is a source's default time, or nil.
func ownTime(s *metrics.Source) *metrics.ColumnRef {
	column := s.Column(s.Time)
	if column == nil {
		return nil
	}
	return &metrics.ColumnRef{Node: typed(column.Type), Source: s.Name, Column: s.Time}
}

// placeCuts finds how the source supplies the request's cuts and filters: one that
// it can't supply is an error, never ignored.
func (c *compilation) placeCuts(t *timeline) {
	for _, cut := range c.cuts {
		if cut.cycle != nil {
			t.cuts = append(t.cuts, c.placeCycle(cut.cycle, t))
			continue
		}
		if cut.dimension == nil && cut.column == nil {
			continue // an unknown cut, reported already
		}
		e, d := cut.over(c.model, t.source.Name)
		c.report(d)
		if d == nil {
			t.cuts = append(t.cuts, c.atGrain(e))
		}
	}
	for _, w := range c.req.Where {
		t.where = append(t.where, c.condition(w, t))
	}
}

// checkGrain refuses a grain that the rows of a timeline can't have.
func (c *compilation) checkGrain(t *timeline) {
	g := c.req.Grain
	switch {
	case g == metrics.NoGrain:
		if t.time == nil && c.ranged() {
			c.note(fmt.Sprintf("source.%s has no time: all of its rows count", t.source.Name))
		}
	case t.time == nil:
		c.diags.Add(diag.Diagnostic{
			Severity: diag.Error, Code: diag.NoTime, Address: "source." + t.source.Name,
			Summary: fmt.Sprintf("Source %q has no time", t.source.Name),
			Detail:  fmt.Sprintf("Its rows can't be asked for by %s. Add time = <column> to source %q, or time = <column> to the KPI, or ask without a grain.", g, t.source.Name),
		})
	case g == metrics.Hour && t.time.Type.Kind == metrics.Date:
		c.tooFine(t, g, "has days and no time of day")
	default:
		at := metrics.Sources(c.model.Source).End(t.source, t.time.Path)
		if t.time.Column != at.Time || t.spread {
			return
		}
		for _, s := range c.leafSources(at) {
			if s.Grain != metrics.NoGrain && !c.cal.Nests(g, s.Grain) {
				why := fmt.Sprintf("has a row for each whole %s", s.Grain)
				if s.Allocated() {
					why += ", of which only sums are spread over days"
				}
				c.tooFine(t, g, why)
				return
			}
		}
	}
}

func (c *compilation) tooFine(t *timeline, g metrics.Grain, why string) {
	c.diags.Add(diag.Diagnostic{
		Severity: diag.Error, Code: diag.GrainTooFine, Address: "source." + t.source.Name,
		Summary: fmt.Sprintf("Source %q can't be asked for by %s", t.source.Name, g),
		Detail:  fmt.Sprintf("It %s, so that nothing in it belongs to one %s. Ask for a coarser grain, or leave out the KPIs that read it.", why, g),
	})
}

// leafSources are the source itself and, of a union, the sources in it.
func (c *compilation) leafSources(s *metrics.Source) []*metrics.Source {
	s = c.model.Accounted(s)
	out := []*metrics.Source{s}
	if u, ok := s.Reader.(*metrics.Union); ok {
		for _, name := range u.Sources {
			if leaf := c.model.Source(name); leaf != nil {
				out = append(out, c.leafSources(leaf)...)
			}
		}
	}
	return out
}

func (c *compilation) note(text string) {
	if !slices.Contains(c.notes, text) {
		c.notes = append(c.notes, text)
	}
}
